/* xlsform_test.c: what the XLSForm reader writes, and what it says about faults: which sheet, row and column.
 * Forms are given as one-file CSV, as a clerk could type them. The public cases are in tests/conformance/xlsform.c. */
#include "form/form.h"
#include "form/xlsform.h"

#include "base/xml.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <string.h>

static struct arena arena;
static struct faults faults;

static int setup(void **state) {
    (void)state;
    arena_init(&arena, 256 << 20);
    faults_init(&faults, &arena);
    return 0;
}

static int teardown(void **state) {
    (void)state;
    arena_release(&arena);
    return 0;
}

static struct str convert(const char *csv) {
    faults_init(&faults, &arena);
    return xlsform_convert_bytes(&arena, str_from(csv), STR("t.csv"), NULL, &faults);
}

static void assert_written(const char *csv, const char *piece) {
    struct str text = convert(csv);
    if (!text.p && faults.count) print_error("%.*s\n", STR_ARGS(fault_text(&arena, LANGUAGE_EN, &faults.items[0])));
    assert_non_null(text.p);
    if (str_find(text, str_from(piece)) < 0) print_error("%s\nis not in\n%.*s", piece, STR_ARGS(text));
    assert_true(str_find(text, str_from(piece)) >= 0);
}

static void assert_not_written(const char *csv, const char *piece) {
    struct str text = convert(csv);
    assert_non_null(text.p);
    assert_true(str_find(text, str_from(piece)) < 0);
}

/* ---- faults: what, where ---- */

struct fault_case {
    const char *csv, *code, *sheet;
    int row, column;
};

#define SURVEY "survey\n,type,name,label,"
#define CHOICES "choices\n,list_name,name,label\n,c,a,A\n,c,b,B\n"

static const struct fault_case fault_cases[] = {
    {"choices\n,list_name,name\nother\n,x\n", "xlsform.no-survey", "", 0, 0},
    {"survey\n,name,label\n,a,A\n", "xlsform.column-missing", "survey", 2, 0},
    {SURVEY "caption\n,text,a,A,B\n", "xlsform.column-twice", "survey", 2, 5},
    {SURVEY "\n,texte,a,A\n", "xlsform.type-unknown", "survey", 3, 2},
    {SURVEY "\n,include,a,A\n", "xlsform.type-unknown", "survey", 3, 2},
    {SURVEY "\n,select one,a,A\n", "xlsform.type-unknown", "survey", 3, 2},
    {SURVEY "\n,,a,A\n", "xlsform.type-missing", "survey", 3, 3},
    {SURVEY "\n,text,,A\n", "xlsform.name-missing", "survey", 3, 2},
    {SURVEY "\n,text,1a,A\n", "xlsform.name-form", "survey", 3, 3},
    {SURVEY "\n,text,a b,A\n", "xlsform.name-form", "survey", 3, 3},
    {SURVEY "\n,text,meta,A\n", "xlsform.name-reserved", "survey", 3, 3},
    {SURVEY "\n,text,a,A\n,text,a,B\n", "xlsform.name-twice", "survey", 4, 3},
    {SURVEY "\n,text,a,\n", "xlsform.label-missing", "survey", 3, 0},
    {SURVEY "guidance_hint\n,text,a,,G\n", "xlsform.label-missing", "survey", 3, 0},
    {SURVEY "relevant\n,text,a,A,${b} = 1\n", "xlsform.reference-unknown", "survey", 3, 5},
    {SURVEY "relevant\n,text,a,A,${b = 1\n", "xlsform.reference-form", "survey", 3, 5},
    {SURVEY "relevant\n,text,a,A,${b c} = 1\n", "xlsform.reference-form", "survey", 3, 5},
    {SURVEY "relevant\n,begin group,g,G\n,text,b,B\n,end group\n,text,b,B\n,text,a,A,${b} = 1\n", "xlsform.reference-ambiguous", "survey", 7, 5},
    {SURVEY "trigger\n,text,a,A,b\n", "xlsform.reference-form", "survey", 3, 5},
    {SURVEY "trigger\n,text,a,A,${b}\n", "xlsform.reference-unknown", "survey", 3, 0},
    {SURVEY "trigger\n,text,b,B\n,text,c,C\n,text,a,A,${b} ${c}\n", "xlsform.trigger-list", "survey", 5, 5},
    {SURVEY "trigger,calculation\n,calculate,b,,,1\n,text,a,A,${b},2\n", "xlsform.trigger-hidden", "survey", 4, 0},
    {SURVEY "\n,begin group,g,G\n,text,a,A\n", "xlsform.begin-unmatched", "survey", 3, 0},
    {SURVEY "\n,text,a,A\n,end group\n", "xlsform.end-unmatched", "survey", 4, 2},
    {SURVEY "\n,begin group,g,G\n,text,a,A\n,end repeat\n,end group\n", "xlsform.end-unmatched", "survey", 5, 2},
    {SURVEY "\n,begin repeat,data,G\n,text,a,A\n,end repeat\n", "xlsform.repeat-root", "survey", 3, 3},
    {SURVEY "\n,begin group,g,G\n,begin repeat,r,R\n,text,a,A\n,end repeat\n,end group\n,begin repeat,r,R\n,text,a,A\n,end repeat\n", "xlsform.repeat-twice", "survey", 8, 3},
    {SURVEY "\n,calculate,a,\n", "xlsform.calculation-missing", "survey", 3, 2},
    {SURVEY "\n,select_one c,a,A\n", "xlsform.no-choices", "survey", 3, 2},
    {SURVEY "\n,select_one d1,a,A\n" CHOICES, "xlsform.list-unknown", "survey", 3, 2},
    {SURVEY "\n,select_one_from_file c,a,A\n", "xlsform.file-ending", "survey", 3, 2},
    {SURVEY "\n,select_one_from_file a.b.csv,a,A\n", "xlsform.file-ending", "survey", 3, 2},
    {SURVEY "\n,select_one_external c,a,A\n", "xlsform.no-choices", "survey", 3, 2},
    {SURVEY "choice_filter\n,select_one c or_other,a,A,x = 1\n" CHOICES, "xlsform.other-filter", "survey", 3, 2},
    {SURVEY "appearance\n,select_one c,a,A,search('f')\n" CHOICES, "xlsform.search", "survey", 3, 5},
    {SURVEY "\n,select_multiple c,a,A\nchoices\n,list_name,name,label\n,c,a b,A\n", "xlsform.choice-space", "choices", 6, 0},
    {SURVEY "\n,text,a,A\nchoices\n,list_name,name,label\n,c,,A\n", "xlsform.choice-name", "choices", 6, 0},
    {SURVEY "\n,text,a,A\nchoices\n,list_name,name,label\n,c,a,A\n,c,a,B\n", "xlsform.choice-twice", "choices", 7, 0},
    {SURVEY "parameters\n,text,a,A,rows\n", "xlsform.parameters-form", "survey", 3, 5},
    {SURVEY "parameters\n,text,a,A,lines=3\n", "xlsform.parameter-unknown", "survey", 3, 5},
    {SURVEY "parameters\n,text,a,A,rows=x\n", "xlsform.parameter-value", "survey", 3, 5},
    {SURVEY "parameters\n,image,a,A,max-pixels=x\n", "xlsform.parameter-value", "survey", 3, 5},
    {SURVEY "parameters\n,image,a,A,app=camera\n", "xlsform.parameter-value", "survey", 3, 5},
    {SURVEY "parameters\n,audio,a,A,quality=best\n", "xlsform.parameter-value", "survey", 3, 5},
    {SURVEY "parameters\n,geotrace,a,A,incremental=no\n", "xlsform.parameter-value", "survey", 3, 5},
    {SURVEY "parameters\n,geopoint,a,A,reference-geometry=x\n", "xlsform.reference-geometry", "survey", 3, 0},
    {SURVEY "parameters\n,select_one c,a,A,seed=1\n" CHOICES, "xlsform.seed-alone", "survey", 3, 5},
    {SURVEY "parameters\n,range,a,A,start=0 end=1 step=0\n", "xlsform.parameter-value", "survey", 3, 5},
    {SURVEY "parameters\n,range,a,A,start=0 end=1 step=0.4 placeholder=0.5\n", "xlsform.parameter-value", "survey", 3, 5},
    {SURVEY "parameters\n,range,a,A,start=0 end=1 step=2\n", "xlsform.parameter-value", "survey", 3, 5},
    {SURVEY "parameters,appearance\n,range,a,A,placeholder=3,picker\n", "xlsform.range-appearance", "survey", 3, 5},
    {SURVEY "parameters\n,audit,,,location-priority=balanced\n", "xlsform.audit-location", "survey", 3, 5},
    {SURVEY "\n,audit,,\n,audit,,\n", "xlsform.audit-twice", "survey", 4, 2},
    {SURVEY "\n,audit,log,\n", "xlsform.audit-name", "survey", 3, 3},
    {SURVEY "\n,background-geopoint,a,\n", "xlsform.trigger-missing", "survey", 3, 0},
    {SURVEY "\n,csv-external,a,\n,begin group,g,G\n,csv-external,a,\n,text,b,B\n,end group\n", "xlsform.instance-twice", "survey", 5, 0},
    {SURVEY "\n,csv-external,c,\n,select_one c,a,A\n" CHOICES, "xlsform.instance-clash", "survey", 0, 0},
    {SURVEY "big-image\n,text,a,A,x.png\n", "xlsform.big-image", "survey", 3, 0},
    {SURVEY "privacy\n,text,a,A,secret\n", "xlsform.privacy", "survey", 3, 5},
    {SURVEY "kind\n,text,a,A,mail\n", "xlsform.kind", "survey", 3, 5},
    {SURVEY "save_to\n,text,a,A,p\n", "xlsform.save-to-nothing", "survey", 3, 5},
    {SURVEY "save_to\n,text,a,A,name\nentities\n,list_name,label\n,e,E\n", "xlsform.property-reserved", "survey", 3, 5},
    {SURVEY "save_to\n,text,a,A,x#p\nentities\n,list_name,label\n,e,E\n", "xlsform.save-to-unknown", "survey", 3, 5},
    {SURVEY "save_to\n,text,a,A,p\nentities\n,list_name,label\n,e,E\n,f,F\n", "xlsform.save-to-which", "survey", 3, 5},
    {SURVEY "save_to\n,begin group,a,A,p\n,end group\nentities\n,list_name,label\n,e,E\n", "xlsform.save-to-group", "survey", 3, 5},
    {SURVEY "\n,text,a,A\nentities\n,list_name,label\n,__e,E\n", "xlsform.entity-underscores", "entities", 6, 2},
    {SURVEY "\n,text,a,A\nentities\n,list_name,label\n,e,\n", "xlsform.entity-label", "entities", 6, 2},
    {SURVEY "\n,text,a,A\nentities\n,list_name,update_if\n,e,true()\n", "xlsform.entity-id", "entities", 6, 2},
    {SURVEY "\n,text,a,A\nentities\n,list_name,label,colour\n,e,E,red\n", "xlsform.entity-column", "entities", 6, 4},
    {SURVEY "\n,text,a,A\nsettings\n,name\n,9x\n", "xlsform.name-form", "settings", 6, 2},
};

static const struct fault *first_error(void) {
    for (size_t i = 0; i < faults.count; i++)
        if (faults.items[i].level == FAULT_ERROR) return &faults.items[i];
    return NULL;
}

static bool same_place(const struct fault *f, const struct fault_case *c) {
    return f && strcmp(f->code, c->code) == 0 && f->place.line == c->row && f->place.column == c->column &&
           str_eqz(f->place.element, c->sheet);
}

static void says_what_and_where(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof fault_cases / sizeof *fault_cases; i++) {
        const struct fault_case *c = &fault_cases[i];
        struct str text = convert(c->csv);
        const struct fault *f = first_error();
        if (text.p || !same_place(f, c))
            print_error("case %zu (%s at %s %d:%d): %s %.*s\n", i, c->code, c->sheet, c->row, c->column, f ? f->code : "-",
                        STR_ARGS(f ? fault_text(&arena, LANGUAGE_EN, f) : STR_NONE));
        assert_null(text.p);
        assert_true(same_place(f, c));
        assert_true(str_eqz(f->place.file, "t.csv"));
    }
}

static void says_it_in_both_languages(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof fault_cases / sizeof *fault_cases; i++) {
        convert(fault_cases[i].csv);
        for (size_t k = 0; k < faults.count; k++) {
            const struct fault *f = &faults.items[k];
            struct str zh = fault_sentence(&arena, LANGUAGE_ZH, f), en = fault_sentence(&arena, LANGUAGE_EN, f);
            if (str_eq(zh, en)) print_error("not translated: %.*s\n", STR_ARGS(en));
            assert_false(str_eq(zh, en));
        }
    }
}

/* Right expressions, with everything that may stand in one, raise no doubt. */
static void doubts_no_right_expression(void **state) {
    (void)state;
    convert(SURVEY "relevant,calculation,choice_filter,default,repeat_count\n,select_one c,a,A,yes,,\"kind = ${b} and name != 'x'\",,\n"
            ",text,b,B,\"selected(${a}, 'y') or ${a} != ''\",,,\"concat(${a}, '-')\",\n,begin repeat,r,R,,,,,${d} + 1\n,text,e,E,position(..) > 1,,,,\n,end repeat,,,,,,,\n"
            ",calculate,d,,,\"jr:choice-name(${a}, '${a}')\",,,\n,calculate,f,,,\"count(instance('c')/root/item[k = current()/../b]) div 2 mod 3\",,,\n"
            ",calculate,g,,,\"pulldata('x', 'y', 'z', ${b}) | ${last-saved#b}\",,,\n" CHOICES);
    for (size_t i = 0; i < faults.count; i++)
        if (strncmp(faults.items[i].code, "xlsform.label", 13) != 0) fail_msg("%.*s", STR_ARGS(fault_text(&arena, LANGUAGE_EN, &faults.items[i])));
}

static void finds_all_faults_at_once(void **state) {
    (void)state;
    convert(SURVEY "relevant\n,texte,a,A\n,text,b,B,${nobody}\n,integer,c,\n,select_one none,d,D\n" CHOICES);
    assert_int_equal(faults.errors, 4);
}

static void assert_hint(const char *csv, const char *code, const char *hint) {
    convert(csv);
    for (size_t i = 0; i < faults.count; i++) {
        struct str said = fault_sentence(&arena, LANGUAGE_EN, &faults.items[i]);
        if (strcmp(faults.items[i].code, code) == 0 && str_find(said, str_from(hint)) >= 0) return;
    }
    fail_msg("%s with “%s” was not said", code, hint);
}

static void guesses_what_was_meant(void **state) {
    (void)state;
    assert_hint("surve\n,type\n,text\nother\n,x\n", "xlsform.no-survey", "“surve”");
    assert_hint(SURVEY "\n,select_one c,a,A\nchoises\n,list_name,name,label\n,c,a,A\n", "xlsform.no-choices", "“choises”");
    assert_hint(SURVEY "\n,text,a,A\nseting\n,form_id\n,x\n", "xlsform.sheet-spelling", "“settings”");
    assert_hint(SURVEY "relevent\n,text,a,A,1\n", "xlsform.column-spelling", "“relevant”");
    assert_hint(SURVEY "\n,Text,a,A\n", "xlsform.type-unknown", "“text”");
    assert_hint(SURVEY "\n,intger,a,A\n", "xlsform.type-unknown", "“integer”");
    assert_hint(SURVEY "\n,selct_one c,a,A\n", "xlsform.type-unknown", "“select_one”");
    assert_hint(SURVEY "\n,select_one city,a,A\nchoices\n,list_name,name,label\n,cities,a,A\n", "xlsform.list-unknown", "“city”");
    assert_hint(SURVEY "relevant\n,text,a,A,(${a} = 1\n", "xlsform.expression", ")");
    assert_hint(SURVEY "calculation\n,calculate,a,,sume(${a})\n", "xlsform.function", "sume");
    assert_hint(SURVEY "label::中文\n,text,a,A,甲\n", "xlsform.language-code", "label::中文 (code)");
    assert_hint(SURVEY "hint,label::en (en)\n,text,a,A,H,A\n", "xlsform.translation-missing", "“hint”");
}

/* ---- what is written ---- */

static void writes_own_columns(void **state) {
    (void)state;
    const char *csv = SURVEY "privacy,kind,purpose::中文 (zh),purpose::English (en)\n"
                             ",text,idno,ID,sensitive,cn-id,核对身份,To know who you are\n,text,phone,Phone,personal,phone,,\n";
    assert_written(csv, " xmlns:lingban=\"https://lingban.org/ns/form\">");
    assert_written(csv, "lingban:privacy=\"sensitive\" lingban:kind=\"cn-id\" lingban:purpose=\"jr:itext('/data/idno:lingban:purpose')\"");
    /* Under the attribute's own name too, with and without translations beside it. */
    assert_written(SURVEY "lingban:privacy\n,text,a,A,sensitive\n", "lingban:privacy=\"sensitive\"");
    assert_written(SURVEY "lingban:privacy,hint::English (en)\n,text,a,A,sensitive,H\n", "lingban:privacy=\"sensitive\"");
    assert_written(csv, "<text id=\"/data/idno:lingban:purpose\">\n            <value>核对身份</value>");
    assert_written(SURVEY "purpose\n,text,a,A,To call you\n", "lingban:purpose=\"To call you\"");
    assert_not_written(SURVEY "\n,text,a,A\n", "lingban");
}

static void makes_references_relative_inside_a_repeat(void **state) {
    (void)state;
    const char *csv = SURVEY "calculation\n,text,top,T\n,begin repeat,r,R\n,text,a,A\n,begin group,g,G\n,calculate,b,,${a} + ${top}\n"
                             ",calculate,c,,\"instance('x')/root/item[k = ${a}]/v\"\n,calculate,d,,\"indexed-repeat(${a}, ${r}, ${b})\"\n"
                             ",end group\n,end repeat\n,calculate,e,,sum(${a})\n,calculate,f,,${last-saved#top}\n";
    assert_written(csv, "calculate=\" ../../a  +  /data/top \"");
    assert_written(csv, "calculate=\"instance('x')/root/item[k =  current()/../../a ]/v\"");
    assert_written(csv, "calculate=\"indexed-repeat( /data/r/a ,  /data/r ,  ../b )\"");
    assert_written(csv, "calculate=\"sum( /data/r/a )\"");
    assert_written(csv, "calculate=\" instance('__last-saved')/data/top \"");
    assert_written(csv, "<instance id=\"__last-saved\" src=\"jr://instance/last-saved\"/>");
}

static void tells_plain_defaults_from_worked_out_ones(void **state) {
    (void)state;
    static const struct {
        const char *type, *value;
        bool worked_out;
    } cases[] = {
        {"text", "hello-world", false}, {"text", "a - b", true}, {"date", "2026-11-24", false}, {"date", "today() - 1", true},
        {"integer", "-5", false}, {"integer", "2 * 3", true}, {"text", "https://example.org/a", false}, {"text", "concat('a', 'b')", true},
        {"integer", "7 mod 2", true}, {"text", "modern", false}, {"text", "${a}", true}, {"text", "'a | b'", false}, {"text", "a|b", true},
        {"geopoint", "32.7377112 -117.1288399 14 5.01", false}, {"time", "08:30:00", false}, {"dateTime", "2026-11-24T08:30:00+08:00", false},
        {"text", "不变", false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *csv = arena_cstr(&arena, arena_printf(&arena, SURVEY "default\n,text,a,A\n,%s,b,B,\"%s\"\n", cases[i].type, cases[i].value));
        struct str text = convert(csv);
        assert_non_null(text.p);
        bool action = str_find(text, STR("<setvalue ref=\"/data/b\"")) >= 0;
        if (action != cases[i].worked_out) print_error("%s\n", cases[i].value);
        assert_true(action == cases[i].worked_out);
    }
}

static void writes_rounds_of_repeats(void **state) {
    (void)state;
    const char *csv = SURVEY "repeat_count,default\n,integer,n,N\n,begin repeat,r,R,${n} + 1\n,text,a,A,,now()\n,end repeat\n";
    assert_written(csv, "<r jr:template=\"\">\n            <a/>\n          </r>\n          <r>\n            <a/>\n          </r>");
    assert_written(csv, "<bind nodeset=\"/data/r_count\" calculate=\" /data/n  + 1\" readonly=\"true()\" type=\"string\"/>");
    assert_written(csv, "<repeat nodeset=\"/data/r\" jr:count=\" /data/r_count \">");
    assert_written(csv, "<setvalue ref=\"/data/r/a\" event=\"odk-new-repeat\" value=\"now()\"/>");
    assert_written(csv, "<setvalue ref=\"/data/r/a\" event=\"odk-instance-first-load\" value=\"now()\"/>");
}

static void fills_missing_translations(void **state) {
    (void)state;
    const char *csv = "survey\n,type,name,label::中文 (zh),label::English (en),image::English (en)\n,text,a,甲,A,a.png\n,text,b,乙\n";
    assert_written(csv, "<translation lang=\"中文 (zh)\">\n          <text id=\"/data/a:label\">\n            <value>甲</value>\n          </text>");
    assert_written(csv, "<value form=\"image\">jr://images/a.png</value>");
    assert_written(csv, "<text id=\"/data/b:label\">\n            <value>-</value>");
    /* a plain label is that of the default language, whichever column comes first */
    assert_written("survey\n,type,name,label::en (en),label\n,text,a,A,甲\nsettings\n,default_language\n,zh\n",
                   "<translation lang=\"zh\" default=\"true()\">\n          <text id=\"/data/a:label\">\n            <value>甲</value>");
}

static void writes_answers_inside_texts(void **state) {
    (void)state;
    assert_written(SURVEY "\n,text,a,A\n,note,b,Dear ${a} & co <x>\n", "<label> Dear <output value=\" /data/a \"/> &amp; co &lt;x&gt; </label>");
    assert_written(SURVEY "\n,text,a,A\n,note,b,\"See instance('c')/root/item[name = ${a}]/label now\"\n",
                   "See <output value=\"instance('c')/root/item[name =  /data/a ]/label\"/> now");
}

static void adds_other(void **state) {
    (void)state;
    const char *csv = SURVEY "\n,select_one c or_other,a,A\n" CHOICES;
    assert_written(csv, "<name>other</name>\n            <label>Other</label>");
    assert_written(csv, "<bind nodeset=\"/data/a_other\" relevant=\"selected(../a, 'other')\" type=\"string\"/>");
}

static void writes_search_for_collect_only(void **state) {
    (void)state;
    struct xlsform_options options = {.for_collect = true};
    struct str text = xlsform_convert_bytes(&arena, STR(SURVEY "appearance\n,select_one c,a,A,search('f')\n" CHOICES), STR("t.csv"), &options, &faults);
    assert_true(str_find(text, STR("<item>\n        <label>A</label>\n        <value>a</value>")) >= 0);
    assert_true(str_find(text, STR("<instance id=\"c\">")) < 0);
    text = xlsform_convert_bytes(&arena, STR(SURVEY "appearance,choice_filter\n,select_one_external e,a,A,search('f'),of = 1\n" CHOICES
                                             "external_choices\n,list_name,name,of\n,e,x,1\n"), STR("t.csv"), &options, &faults);
    assert_null(text.p); /* its list is not in the form */
    assert_string_equal(faults.items[0].code, "xlsform.search-list");
}

static void survives_odd_input(void **state) {
    (void)state;
    struct buf deep;
    buf_init(&deep, &arena, 1 << 20);
    buf_addz(&deep, "survey\n,type,name,label\n");
    for (int i = 0; i < 500; i++) buf_printf(&deep, ",begin repeat,r%d,R\n", i);
    assert_null(convert(arena_cstr(&arena, buf_str(&deep))).p);
    assert_true(faults.errors > 0);
    assert_null(convert("survey\n").p);
    assert_non_null(convert("survey\n,type\n,\n").p); /* no question yet: still a form */
    assert_null(convert(SURVEY "calculation\n,calculate,a,,\"${${${\"\n,end group\n,end group\n").p);
}

/* What only loading the XForm finds is said at a cell of the workbook too, and once. */
static void no_fault_names_a_line_of_the_xform(void **state) {
    static const struct {
        const char *csv;
        enum fault_level level;
        int row, column;
    } cases[] = {
        {SURVEY "constraint\n,integer,a,A,. > > 1\n", FAULT_ERROR, 3, 5},
        {SURVEY "constraint\n,integer,a,A,nosuch(.)\n,integer,b,B,nosuch(.)\n", FAULT_ERROR, 3, 5},
        {SURVEY "choice_filter\n,select_one c,a,A,x = = 1\n" CHOICES, FAULT_ERROR, 3, 5},
        {SURVEY "\n,select_one_from_file gone.csv,a,A\n", FAULT_WARNING, 3, 2},
        {SURVEY "calculation\n,text,b,B\n,calculate,a,,\"pulldata('gone', 'x', 'y', ${b})\"\n", FAULT_WARNING, 4, 5},
        {SURVEY "calculation\n,calculate,one,,${two} + 1\n,calculate,two,,${one} + 1\n,text,a,A\n", FAULT_WARNING, 4, 3},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        faults_init(&faults, &arena);
        const struct workbook *w = workbook_read(&arena, str_from(cases[i].csv), STR("t.csv"), xlsform_sheets, &faults);
        struct str text = xlsform_convert(&arena, w, NULL, &faults);
        size_t loaded = faults.count, errors = 0;
        assert_non_null(text.p);
        const struct form *form = form_load(&arena, text, NULL, STR("t.csv"), &faults);
        assert_int_equal(form == NULL, cases[i].level == FAULT_ERROR);
        assert_true(faults.count > loaded);
        xlsform_place_faults(w, &faults, 0, loaded);
        const struct fault *f = &faults.items[0];
        if (f->level != cases[i].level || !f->place.sheet || f->place.line != cases[i].row || f->place.column != cases[i].column)
            fail_msg("%s: %.*s", cases[i].csv, STR_ARGS(fault_text(&arena, LANGUAGE_EN, f)));
        for (size_t k = 0; k < faults.count; k++) errors += faults.items[k].level == FAULT_ERROR;
        for (size_t k = 0; k < faults.count; k++) assert_true(faults.items[k].place.sheet);
        assert_int_equal(faults.errors, errors);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(says_what_and_where, setup, teardown),
        cmocka_unit_test_setup_teardown(says_it_in_both_languages, setup, teardown),
        cmocka_unit_test_setup_teardown(doubts_no_right_expression, setup, teardown),
        cmocka_unit_test_setup_teardown(finds_all_faults_at_once, setup, teardown),
        cmocka_unit_test_setup_teardown(guesses_what_was_meant, setup, teardown),
        cmocka_unit_test_setup_teardown(writes_own_columns, setup, teardown),
        cmocka_unit_test_setup_teardown(makes_references_relative_inside_a_repeat, setup, teardown),
        cmocka_unit_test_setup_teardown(tells_plain_defaults_from_worked_out_ones, setup, teardown),
        cmocka_unit_test_setup_teardown(writes_rounds_of_repeats, setup, teardown),
        cmocka_unit_test_setup_teardown(fills_missing_translations, setup, teardown),
        cmocka_unit_test_setup_teardown(writes_answers_inside_texts, setup, teardown),
        cmocka_unit_test_setup_teardown(adds_other, setup, teardown),
        cmocka_unit_test_setup_teardown(writes_search_for_collect_only, setup, teardown),
        cmocka_unit_test_setup_teardown(survives_odd_input, setup, teardown),
        cmocka_unit_test_setup_teardown(no_fault_names_a_line_of_the_xform, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
