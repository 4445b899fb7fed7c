/* xlsform.c: the way of an XLSForm from workbook to XForm (xlsform.h). */
#include "form/xlsform_parts.h"

#include <string.h>

enum { XFORM_BYTES_MAXIMUM = 64 << 20 };

/* ---- the document ---- */

static const struct {
    const char *name, *uri;
} namespaces[] = {
    {"xmlns", "http://www.w3.org/2002/xforms"},
    {"xmlns:h", "http://www.w3.org/1999/xhtml"},
    {"xmlns:ev", "http://www.w3.org/2001/xml-events"},
    {"xmlns:xsd", "http://www.w3.org/2001/XMLSchema"},
    {"xmlns:jr", "http://openrosa.org/javarosa"},
    {"xmlns:orx", "http://openrosa.org/xforms"},
    {"xmlns:odk", "http://www.opendatakit.org/xforms"},
};

static bool add_namespace(struct out *o, struct map *known, struct str name, struct str uri) {
    if (map_has(known, name)) return false;
    map_put(known, name, known);
    out_attr(o, name, uri);
    return true;
}

/* The setting `namespaces`: prefix="uri" prefix="uri". */
static void add_own_namespaces(struct xlsform *x, struct out *o, struct map *known) {
    struct str rest = pairs_text(&x->set, "namespaces"), prefix, uri;
    while (xlsform_next_namespace(&rest, &prefix, &uri))
        add_namespace(o, known, arena_printf(x->arena, "xmlns:%.*s", STR_ARGS(prefix)), uri);
}

static void write_namespaces(struct xlsform *x, struct out *o) {
    struct map known;
    map_init(&known, x->arena);
    for (size_t i = 0; i < sizeof namespaces / sizeof *namespaces; i++)
        add_namespace(o, &known, str_from(namespaces[i].name), str_from(namespaces[i].uri));
    add_own_namespaces(x, o, &known);
    if (x->entities_version) add_namespace(o, &known, STR("xmlns:entities"), STR("http://www.opendatakit.org/xforms/entities"));
    if (x->uses_lingban) add_namespace(o, &known, STR("xmlns:lingban"), STR("https://lingban.org/ns/form"));
}

struct str xlsform_write(struct xlsform *x) {
    struct out *o = arena_new(x->arena, struct out);
    buf_init(&o->buf, x->arena, XFORM_BYTES_MAXIMUM);
    buf_addz(&o->buf, "<?xml version=\"1.0\"?>\n");
    out_open(o, STR("h:html"));
    write_namespaces(x, o);
    out_open(o, STR("h:head"));
    out_leaf(o, "h:title", x->title);
    xlsform_write_model(x, o);
    out_close(o);
    xlsform_write_body(x, o);
    out_close(o);
    if (o->buf.full)
        fault_error(x->faults, "xlsform.too-large", ((struct place){.file = x->workbook->file}), T("The form is too large. Please split it."));
    return buf_str(&o->buf);
}

/* ---- translations that some columns have and others lack ---- */

static const char *const translatable[] = {"label", "hint", "guidance_hint", "image", "big-image", "audio", "video",
                                           "jr:constraintMsg", "jr:requiredMsg"};

static void check_translations(struct xlsform *x, const struct table *t) {
    for (size_t i = 0; i < t->column_count; i++) {
        struct str language = t->columns[i].language;
        if (!language.n) continue;
        bool seen_before = false;
        for (size_t k = 0; k < i; k++) seen_before = seen_before || str_eq(t->columns[k].language, language);
        for (size_t w = 0; w < sizeof translatable / sizeof *translatable && !seen_before; w++) {
            const struct column *some = NULL;
            bool has = false, is_media = w >= 3 && w <= 6; /* one picture serves all languages (form_media_of) */
            for (size_t k = 0; k < t->column_count; k++) {
                if (!str_eqz(t->columns[k].key, translatable[w]) || !t->columns[k].known) continue;
                some = &t->columns[k];
                has = has || str_eq(t->columns[k].language, language) || (is_media && !t->columns[k].language.n);
            }
            if (some && !has)
                fault_warning(x->faults, "xlsform.translation-missing", xlsform_place(x, t->name, t->header_row, some->number),
                              T("The column “{0}” is not translated to “{1}”; people would see “-”."), some->header, language);
        }
    }
}

/* ---- all together ---- */

static void check_root_name(struct xlsform *x) {
    if (is_xml_name(x->root_name)) return;
    fault_error(x->faults, "xlsform.name-form", ((struct place){.file = x->workbook->file}),
                T("“{0}” cannot be a name. A name begins with a letter or _, then letters, digits, _, - and . may follow."), x->root_name);
    x->root_name = STR("data");
}

struct str xlsform_convert(struct arena *a, const struct workbook *w, const struct xlsform_options *options,
                           struct faults *faults) {
    struct xlsform *x = arena_new(a, struct xlsform);
    struct faults own;
    faults_init(&own, a);
    x->arena = a;
    x->workbook = w;
    x->faults = faults ? faults : &own;
    x->for_collect = options && options->for_collect;
    x->for_page = options && options->for_page;
    x->root_name = options && options->root.n ? options->root : STR("data");
    x->id = options && options->id.n ? options->id : STR("data");
    map_init(&x->name_counts, a);
    map_init(&x->secondary, a);
    map_init(&x->repeat_names, a);
    map_init(&x->question_names, a);
    size_t before = x->faults->errors, first = x->faults->count;
    check_root_name(x);
    xlsform_read_tables(x);
    xlsform_read_settings(x);
    xlsform_read_choices(x);
    xlsform_read_entities(x);
    xlsform_read_survey(x);
    xlsform_check_references(x);
    xlsform_check_names(x);
    xlsform_check_expressions(x);
    check_translations(x, &x->survey);
    check_translations(x, &x->choices);
    if (x->for_page) check_translations(x, &x->external_choices);
    xlsform_collect_itext(x);
    struct str text = xlsform_write(x);
    faults_sort(x->faults, first);
    return x->faults->errors > before ? STR_NONE : text;
}

struct str xlsform_convert_bytes(struct arena *a, struct str bytes, struct str file, const struct xlsform_options *options,
                                 struct faults *faults) {
    struct xlsform_options filled = options ? *options : (struct xlsform_options){0};
    const struct workbook *w = workbook_read(a, bytes, file, xlsform_sheets, faults);
    if (!filled.id.n) filled.id = workbook_stem(file);
    return w ? xlsform_convert(a, w, &filled, faults) : STR_NONE;
}
