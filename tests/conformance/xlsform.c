/* xlsform.c: `build/conformance xlsform DIR`: workbooks against the XForms that pyxform makes of them.
 *
 * tables__*.json hold sheets as rows of strings; files/index.json names workbooks beside it. A case with `facts` passes
 * when every XPath holds on our XForm (libxml2 evaluates: the facts are XPath 1.0), a case with `error` when it is
 * refused, any other fails only when it is refused. Whole equality, after both sides are put in canonical form, is
 * counted apart. .xls, the old binary format, is skipped. With XLSFORM_VERBOSE=1 the first difference is printed.
 */
#include "conformance.h"

#include "base/json.h"
#include "base/xml.h"
#include "form/xlsform.h"

#include <libxml/parser.h>
#include <libxml/xpath.h>
#include <libxml/xpathInternals.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct run {
    struct tally *tally;
    int whole, whole_of;
    const char *dir;
};

static const struct json_limits suite_limits = {.bytes = 64u << 20, .depth = 64};

/* ---- canonical form ---- */

static bool holds_expression(struct str name) {
    static const char *const names[] = {"nodeset", "ref", "calculate", "constraint", "relevant", "required", "readonly", "value", "count"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (str_eqz(name, names[i])) return true;
    return false;
}

static struct str collapse(struct arena *a, struct str s) {
    char *out = arena_alloc(a, s.n + 1);
    size_t n = 0;
    for (size_t i = 0; i < s.n; i++) {
        bool space = strchr(" \t\r\n", s.p[i]) != NULL;
        if (space && (n == 0 || out[n - 1] == ' ')) continue;
        out[n++] = space ? ' ' : s.p[i];
    }
    while (n && out[n - 1] == ' ') n--;
    return (struct str){out, n};
}

static int by_text(const void *a, const void *b) {
    return str_cmp(*(const struct str *)a, *(const struct str *)b);
}

static struct str canonical(struct arena *a, const struct xml_node *e, int depth);

static void put_attributes(struct arena *a, struct buf *out, const struct xml_node *e) {
    struct str *lines = arena_array(a, struct str, e->attribute_count + e->namespace_count + 1);
    size_t count = 0;
    for (size_t i = 0; i < e->attribute_count; i++) {
        const struct xml_attribute *t = &e->attributes[i];
        struct str value = holds_expression(t->name) ? collapse(a, t->value) : t->value;
        lines[count++] = arena_printf(a, " {%.*s}%.*s=%.*s", STR_ARGS(t->ns), STR_ARGS(t->name), STR_ARGS(value));
    }
    for (size_t i = 0; i < e->namespace_count; i++)
        lines[count++] = arena_printf(a, " xmlns:%.*s=%.*s", STR_ARGS(e->namespaces[i].prefix), STR_ARGS(e->namespaces[i].uri));
    qsort(lines, count, sizeof *lines, by_text);
    for (size_t i = 0; i < count; i++) buf_add(out, lines[i]);
}

static struct str canonical(struct arena *a, const struct xml_node *e, int depth) {
    struct buf out;
    buf_init(&out, a, 16u << 20);
    size_t children = 0, binds = 0, count = 0;
    for (const struct xml_node *c = e->first; c; c = c->next) children++;
    struct str *lines = arena_array(a, struct str, children + 1), *bind_lines = arena_array(a, struct str, children + 1);
    for (const struct xml_node *c = e->first; c; c = c->next) {
        if (c->kind == XML_TEXT && str_trim(c->text).n)
            lines[count++] = arena_printf(a, "%*s\"%.*s\"\n", depth + 1, "", STR_ARGS(c->text));
        if (c->kind != XML_ELEMENT) continue;
        struct str line = canonical(a, c, depth + 1);
        if (str_eqz(c->name, "bind")) bind_lines[binds++] = line;
        else lines[count++] = line;
    }
    buf_printf(&out, "%*s<{%.*s}%.*s", depth, "", STR_ARGS(e->ns), STR_ARGS(e->name));
    put_attributes(a, &out, e);
    buf_addz(&out, ">\n");
    qsort(bind_lines, binds, sizeof *bind_lines, by_text);
    for (size_t i = 0; i < binds; i++) buf_add(&out, bind_lines[i]);
    for (size_t i = 0; i < count; i++) buf_add(&out, lines[i]);
    return buf_str(&out);
}

static void show_difference(const char *name, struct str ours, struct str theirs) {
    struct str a, b;
    if (!getenv("XLSFORM_VERBOSE")) return;
    for (;;) {
        bool more_a = str_split(&ours, '\n', &a), more_b = str_split(&theirs, '\n', &b);
        if (!more_a && !more_b) return;
        if (more_a && more_b && str_eq(a, b)) continue;
        printf("DIFFERS %s\n   ours   %.*s\n   theirs %.*s\n", name, STR_ARGS(more_a ? a : STR_NONE), STR_ARGS(more_b ? b : STR_NONE));
        return;
    }
}

static void compare_whole(struct run *run, struct arena *a, const char *name, struct str ours, struct str theirs) {
    struct faults faults;
    faults_init(&faults, a);
    struct xml_node *x = xml_parse(a, ours, &xml_default_limits, STR("ours"), &faults);
    struct xml_node *y = xml_parse(a, theirs, &xml_default_limits, STR("theirs"), &faults);
    run->whole_of++;
    if (!x || !y) {
        printf("DIFFERS %s: %s is not well-formed\n", name, x ? "theirs" : "ours");
        return;
    }
    struct str p = canonical(a, x, 0), q = canonical(a, y, 0);
    if (str_eq(p, q)) run->whole++;
    else show_difference(name, p, q);
}

/* ---- facts ---- */

static void register_namespaces(xmlXPathContextPtr context, xmlDocPtr doc) {
    static const char *const prefixes[][2] = {
        {"x", "http://www.w3.org/2002/xforms"}, {"h", "http://www.w3.org/1999/xhtml"},
        {"ev", "http://www.w3.org/2001/xml-events"}, {"xsd", "http://www.w3.org/2001/XMLSchema"},
        {"jr", "http://openrosa.org/javarosa"}, {"orx", "http://openrosa.org/xforms"},
        {"odk", "http://www.opendatakit.org/xforms"}, {"entities", "http://www.opendatakit.org/xforms/entities"}};
    for (size_t i = 0; i < sizeof prefixes / sizeof *prefixes; i++)
        xmlXPathRegisterNs(context, (const xmlChar *)prefixes[i][0], (const xmlChar *)prefixes[i][1]);
    for (xmlNsPtr ns = xmlDocGetRootElement(doc)->nsDef; ns; ns = ns->next)
        if (ns->prefix) xmlXPathRegisterNs(context, ns->prefix, ns->href);
}

static bool in_list(const struct json *values, const char *text) {
    for (size_t i = 0; i < values->count; i++)
        if (str_eqz(values->items[i].text, text)) return true;
    return false;
}

/* The distinct string values of the nodes are exactly those listed. */
static bool same_values(xmlNodeSetPtr nodes, const struct json *values) {
    bool *seen = calloc(values->count + 1, sizeof *seen), same = true;
    for (int i = 0; nodes && i < nodes->nodeNr && same; i++) {
        xmlChar *text = xmlXPathCastNodeToString(nodes->nodeTab[i]);
        same = in_list(values, (const char *)text);
        for (size_t k = 0; k < values->count; k++)
            if (str_eqz(values->items[k].text, (const char *)text)) seen[k] = true;
        xmlFree(text);
    }
    for (size_t k = 0; k < values->count; k++) same = same && seen[k];
    free(seen);
    return same;
}

static bool fact_holds(xmlXPathContextPtr context, struct arena *a, const struct json *fact) {
    xmlXPathObjectPtr result = xmlXPathEvalExpression((const xmlChar *)arena_cstr(a, json_string(fact, "xpath")), context);
    if (!result) return false;
    const struct json *values = json_member(fact, "values");
    int64_t wanted = json_integer(fact, "count", -1), count = 0;
    if (result->type == XPATH_NODESET) count = result->nodesetval ? result->nodesetval->nodeNr : 0;
    else if (result->type == XPATH_BOOLEAN) count = result->boolval;
    else if (result->type == XPATH_NUMBER) count = (int64_t)result->floatval;
    bool holds = values ? same_values(result->nodesetval, values) : count == wanted;
    xmlXPathFreeObject(result);
    return holds;
}

static void check_facts(struct run *run, struct arena *a, const char *name, struct str ours, const struct json *facts) {
    xmlDocPtr doc = xmlReadMemory(ours.p, (int)ours.n, "ours.xml", NULL, XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING);
    if (!doc) {
        tally_fail(run->tally, name, "not well-formed");
        return;
    }
    xmlXPathContextPtr context = xmlXPathNewContext(doc);
    register_namespaces(context, doc);
    const struct json *broken = NULL;
    for (size_t i = 0; i < facts->count && !broken; i++)
        if (!fact_holds(context, a, &facts->items[i])) broken = &facts->items[i];
    if (broken) tally_fail(run->tally, name, "does not hold: %.*s", STR_ARGS(json_string(broken, "xpath")));
    else tally_pass(run->tally);
    xmlXPathFreeContext(context);
    xmlFreeDoc(doc);
}

/* ---- one case ---- */

static void judge(struct run *run, struct arena *a, const struct json *kase, struct str ours, struct str theirs, const struct faults *faults) {
    const char *name = arena_cstr(a, json_string(kase, "name"));
    const struct json *facts = json_member(kase, "facts");
    if (json_boolean(kase, "error", false)) {
        if (!ours.p && faults->errors) tally_pass(run->tally);
        else tally_fail(run->tally, name, "should be refused");
        return;
    }
    if (!ours.p) {
        struct str why = STR("?");
        for (size_t i = 0; i < faults->count; i++)
            if (faults->items[i].level == FAULT_ERROR) {
                why = fault_text(a, LANGUAGE_EN, &faults->items[i]);
                break;
            }
        if (theirs.p) run->whole_of++;
        tally_fail(run->tally, name, "refused: %.*s", STR_ARGS(why));
        return;
    }
    if (facts && facts->count) check_facts(run, a, name, ours, facts);
    if (theirs.p) compare_whole(run, a, name, ours, theirs);
}

static struct workbook *workbook_of_json(struct arena *a, const struct json *sheets) {
    struct workbook *w = arena_new(a, struct workbook);
    w->file = STR("workbook");
    for (size_t i = 0; i < sheets->count; i++) {
        struct sheet *s = workbook_add_sheet(a, w, sheets->items[i].name);
        for (size_t k = 0; k < sheets->items[i].count; k++) {
            const struct json *cells = &sheets->items[i].items[k];
            struct sheet_row *row = sheet_add_row(a, s, (int)k + 1);
            for (size_t c = 0; c < cells->count; c++) sheet_row_add(a, row, (int)c + 1, cells->items[c].text);
            if (!row->count) s->count--;
        }
    }
    return w;
}

static void run_table(const char *path, void *arg) {
    struct run *run = arg;
    struct arena file_arena, a;
    struct faults faults;
    arena_init(&file_arena, 512u << 20);
    faults_init(&faults, &file_arena);
    const char *base = strrchr(path, '/') ? strrchr(path, '/') + 1 : path;
    if (strncmp(base, "tables__", 8) != 0) return;
    struct json *suite = json_parse(&file_arena, read_file(&file_arena, path), &suite_limits, str_from(path), &faults);
    const struct json *cases = suite ? json_member(suite, "cases") : NULL;
    if (!cases) tally_fail(run->tally, path, "is no suite");
    for (size_t i = 0; cases && i < cases->count; i++) {
        const struct json *kase = &cases->items[i];
        arena_init(&a, 256u << 20);
        faults_init(&faults, &a);
        struct xlsform_options options = {.root = json_string(kase, "formName"), .for_collect = true};
        struct str ours = xlsform_convert(&a, workbook_of_json(&a, json_member(kase, "sheets")), &options, &faults);
        judge(run, &a, kase, ours, json_string(kase, "xform"), &faults);
        arena_release(&a);
    }
    arena_release(&file_arena);
}

static void run_file(struct run *run, const char *folder, const struct json *kase) {
    struct arena a;
    struct faults faults;
    arena_init(&a, 512u << 20);
    faults_init(&faults, &a);
    struct str file = json_string(kase, "file"), xform = json_string(kase, "xform"), theirs = STR_NONE;
    if (str_ends(file, STR(".xls"))) {
        tally_skip(run->tally);
        arena_release(&a);
        return;
    }
    struct str bytes = read_file(&a, arena_cstr(&a, arena_printf(&a, "%s/%.*s", folder, STR_ARGS(file))));
    if (xform.p) theirs = read_file(&a, arena_cstr(&a, arena_printf(&a, "%s/%.*s", folder, STR_ARGS(xform))));
    struct str name = json_string(kase, "formName");
    struct xlsform_options options = {.root = name, .id = name, .for_collect = true};
    struct str ours = xlsform_convert_bytes(&a, bytes, file, &options, &faults);
    judge(run, &a, kase, ours, theirs, &faults);
    arena_release(&a);
}

static void run_index(const char *path, void *arg) {
    struct run *run = arg;
    struct arena a;
    struct faults faults;
    arena_init(&a, 512u << 20);
    faults_init(&faults, &a);
    struct json *index = json_parse(&a, read_file(&a, path), &suite_limits, str_from(path), &faults);
    const struct json *cases = index ? json_member(index, "cases") : NULL;
    const char *folder = arena_cstr(&a, str_sub(str_from(path), 0, strlen(path) - strlen("/index.json")));
    for (size_t i = 0; cases && i < cases->count; i++) run_file(run, folder, &cases->items[i]);
    arena_release(&a);
}

void conformance_xlsform(const char *dir, struct tally *tally) {
    struct run run = {.tally = tally, .dir = dir};
    walk_files(dir, ".json", run_table, &run);
    walk_files(dir, "/index.json", run_index, &run);
    printf("whole: %d of %d\n", run.whole, run.whole_of);
    if (tally->skipped) printf("skipped: .xls, the binary format of before 2007, is not read\n");
}
