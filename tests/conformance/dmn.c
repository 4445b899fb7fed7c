/* dmn.c: runs the test folders of the DMN Technology Compatibility Kit.
 *
 * A folder has one test file (root element testCases) and the models it needs; all .dmn files beside it are loaded
 * together, the one named in the test file first. How values are written and compared: README.md of
 * ../shared/conformance/dmn. A case is skipped only when it fails because a Java function would have to be called.
 */
#include "conformance.h"

#include "base/xml.h"
#include "dmn/dmn.h"

#include <libgen.h>
#include <stdio.h>
#include <string.h>

enum { MODEL_BYTES = 512 << 20, CASE_BYTES = 256 << 20 };

/* One folder at work. */
struct folder {
    struct arena arena;
    struct tally *tally;
    struct str path, dir, name; /* name: the folder's last two parts */
    struct xml_node *root;
    struct dmn_source *sources;
    size_t source_count, source_capacity;
    struct faults faults;
    const struct dmn_model *model;
};

/* One test case. */
struct trial {
    struct folder *folder;
    const struct xml_node *node;
    struct arena arena;
    struct dmn_given *given;
    size_t given_count, given_capacity;
    struct str why;  /* the first result node that is not as expected */
    bool needs_java;
};

/* ---- values of the test file ---- */

static struct feel_value read_value(struct arena *a, const struct xml_node *e);

static bool is_nil(const struct xml_node *e) {
    return str_eqz(xml_attr_ns(e, "http://www.w3.org/2001/XMLSchema-instance", "nil"), "true");
}

static struct feel_value read_simple(struct arena *a, const struct xml_node *e) {
    struct str type = xml_attr_ns(e, "http://www.w3.org/2001/XMLSchema-instance", "type");
    struct str text = xml_text(a, e);
    struct decimal number;
    type = str_sub(type, (size_t)(str_find_byte(type, ':') + 1), type.n);
    if (is_nil(e)) return feel_null();
    if (str_eqz(type, "boolean")) return feel_boolean(str_eqz(str_trim(text), "true") || str_eqz(str_trim(text), "1"));
    if (str_eqz(type, "decimal") || str_eqz(type, "double") || str_eqz(type, "integer") || str_eqz(type, "float"))
        return decimal_parse(str_trim(text), &number) ? feel_number(number) : feel_null();
    if (str_eqz(type, "date") || str_eqz(type, "time") || str_eqz(type, "dateTime") || str_eqz(type, "duration"))
        return feel_parse_temporal(a, str_trim(text));
    return feel_string(text);
}

static struct feel_value read_list(struct arena *a, const struct xml_node *e) {
    size_t count = 0;
    for (const struct xml_node *c = xml_child(e, NULL, "item"); c; c = xml_next(c, NULL, "item")) count++;
    struct feel_value list = feel_list(a, count);
    count = 0;
    for (const struct xml_node *c = xml_child(e, NULL, "item"); c; c = xml_next(c, NULL, "item"))
        list.list->items[count++] = read_value(a, c);
    return list;
}

static struct feel_value read_context(struct arena *a, const struct xml_node *first) {
    struct feel_value context = feel_context(a, 8);
    for (const struct xml_node *c = first; c; c = xml_next(c, NULL, "component"))
        feel_context_put(a, context, feel_name_normalise(a, xml_attr(c, "name")), is_nil(c) ? feel_null() : read_value(a, c));
    return context;
}

/* `e` holds one of value, list, component …; nothing is null. */
static struct feel_value read_value(struct arena *a, const struct xml_node *e) {
    const struct xml_node *c;
    if ((c = xml_child(e, NULL, "value"))) return read_simple(a, c);
    if ((c = xml_child(e, NULL, "list"))) return is_nil(c) ? feel_null() : read_list(a, c);
    if ((c = xml_child(e, NULL, "component"))) return read_context(a, c);
    return feel_null();
}

/* ---- comparing ---- */

static bool same_value(struct feel_value expected, struct feel_value actual);

static bool same_number(struct decimal a, struct decimal b) {
    struct decimal difference, tolerance;
    decimal_parse(STR("0.00000001"), &tolerance);
    if (!decimal_subtract(a, b, &difference)) return false;
    return decimal_compare(decimal_abs(difference), tolerance) < 0;
}

static bool same_list(const struct feel_list *a, const struct feel_list *b) {
    bool same = a->count == b->count;
    for (size_t i = 0; i < a->count && same; i++) same = same_value(a->items[i], b->items[i]);
    return same;
}

static bool same_context(struct feel_value a, struct feel_value b) {
    bool same = a.context->count == b.context->count;
    for (size_t i = 0; i < a.context->count && same; i++) {
        const struct feel_value *other = feel_member(b, a.context->entries[i].name);
        same = other && same_value(a.context->entries[i].value, *other);
    }
    return same;
}

static bool same_value(struct feel_value expected, struct feel_value actual) {
    if (expected.kind != actual.kind) return false;
    switch (expected.kind) {
    case FEEL_NULL: return true;
    case FEEL_NUMBER: return same_number(expected.number, actual.number);
    case FEEL_LIST: return same_list(expected.list, actual.list);
    case FEEL_CONTEXT: return same_context(expected, actual);
    default: return feel_equals(expected, actual);
    }
}

/* ---- one case ---- */

static const struct dmn_element *named(const struct trial *t, const struct xml_node *node, struct str name) {
    struct str namespace = xml_attr(node, "namespace");
    return dmn_find_in(t->folder->model, namespace, feel_name_normalise(&t->folder->arena, name));
}

/* Input nodes name input data first: a decision may have the same name. */
static const struct dmn_element *named_input(struct trial *t, const struct xml_node *node) {
    struct str name = feel_name_normalise(&t->arena, xml_attr(node, "name")), namespace = xml_attr(node, "namespace");
    for (size_t i = 0; i < dmn_element_count(t->folder->model); i++) {
        const struct dmn_element *e = dmn_element_at(t->folder->model, i);
        struct dmn_about about = dmn_about(e, &t->arena);
        bool there = namespace.n == 0 || str_eq(namespace, about.namespace);
        if (about.kind == DMN_INPUT_DATA && there && str_eq(about.name, name)) return e;
    }
    return named(t, node, name);
}

static void read_inputs(struct trial *t) {
    for (const struct xml_node *n = xml_child(t->node, NULL, "inputNode"); n; n = xml_next(n, NULL, "inputNode")) {
        struct dmn_given given = {named_input(t, n), read_value(&t->arena, n)};
        if (given.element) VEC_PUSH(&t->arena, t->given, t->given_count, t->given_capacity, given);
    }
}

static bool asks_java(const struct faults *reasons) {
    for (size_t i = 0; i < reasons->count; i++)
        if (strstr(reasons->items[i].code, "external")) return true;
    return false;
}

static void note_difference(struct trial *t, const struct xml_node *node, struct feel_value expected,
                            struct feel_value actual, const struct faults *reasons) {
    struct str reason = reasons->count ? fault_text(&t->arena, LANGUAGE_EN, &reasons->items[0]) : STR("no reason given");
    t->needs_java = actual.kind == FEEL_NULL && asks_java(reasons);
    if (t->why.n) return;
    t->why = arena_printf(&t->arena, "%.*s: expected %.*s %.*s, got %.*s %.*s (%.*s)", STR_ARGS(xml_attr(node, "name")),
                          STR_ARGS(feel_kind_name(expected.kind)), STR_ARGS(feel_text(&t->arena, expected)),
                          STR_ARGS(feel_kind_name(actual.kind)), STR_ARGS(feel_text(&t->arena, actual)), STR_ARGS(reason));
}

static struct feel_value evaluate(struct trial *t, const struct dmn_element *what, struct faults *reasons) {
    struct feel_environment env;
    faults_init(reasons, &t->arena);
    feel_environment_init(&env, &t->arena, (instant)1767225600 * MICROS_A_SECOND, NULL);
    env.reasons = reasons;
    return dmn_evaluate_given(t->folder->model, what, t->given, t->given_count, &env, NULL);
}

/* The value of one result node: a decision, or an output decision of the service the case calls. */
static struct feel_value actual_value(struct trial *t, const struct xml_node *node, struct faults *reasons) {
    struct str type = xml_attr(t->node, "type"), name = xml_attr(node, "name");
    bool invocable = str_eqz(type, "decisionService") || str_eqz(type, "bkm");
    const struct dmn_element *what = invocable ? named(t, t->node, xml_attr(t->node, "invocableName")) : named(t, node, name);
    faults_init(reasons, &t->arena);
    if (!what) return feel_string(STR("(no such element)"));
    struct feel_value v = evaluate(t, what, reasons);
    const struct feel_value *output = invocable ? feel_member(v, feel_name_normalise(&t->arena, name)) : NULL;
    size_t names;
    dmn_output_names(what, &t->arena, &names);
    return output && names > 1 ? *output : v;
}

static void try_case(void *arg) {
    struct trial *t = arg;
    read_inputs(t);
    for (const struct xml_node *n = xml_child(t->node, NULL, "resultNode"); n; n = xml_next(n, NULL, "resultNode")) {
        const struct xml_node *inside = xml_child(n, NULL, "expected");
        struct faults reasons;
        struct feel_value expected = read_value(&t->arena, inside ? inside : n), actual = actual_value(t, n, &reasons);
        if (!same_value(expected, actual)) note_difference(t, n, expected, actual, &reasons);
    }
}

static void run_case(struct folder *f, const struct xml_node *node) {
    struct trial t = {.folder = f, .node = node};
    arena_init(&t.arena, CASE_BYTES);
    if (!arena_run(&t.arena, try_case, &t)) t.why = STR("the memory of the case is spent");
    struct str name = arena_printf(&f->arena, "%.*s/%.*s", STR_ARGS(f->name), STR_ARGS(xml_attr(node, "id")));
    if (t.why.n == 0)
        tally_pass(f->tally);
    else if (t.needs_java)
        tally_skip(f->tally);
    else
        tally_fail(f->tally, arena_cstr(&f->arena, name), "%.*s", STR_ARGS(t.why));
    arena_release(&t.arena);
}

/* ---- one folder ---- */

static void add_model(const char *path, void *arg) {
    struct folder *f = arg;
    struct str name = str_from(path);
    struct dmn_source source = {arena_str(&f->arena, name), read_file(&f->arena, path)};
    const struct xml_node *wanted = xml_child(f->root, NULL, "modelName");
    VEC_PUSH(&f->arena, f->sources, f->source_count, f->source_capacity, source);
    if (!wanted || !str_ends(name, str_trim(xml_text(&f->arena, wanted)))) return;
    f->sources[f->source_count - 1] = f->sources[0];
    f->sources[0] = source;
}

static void run_folder(void *arg) {
    struct folder *f = arg;
    walk_files(arena_cstr(&f->arena, f->dir), ".dmn", add_model, f);
    f->model = f->source_count ? dmn_load(&f->arena, f->sources, f->source_count, &f->faults) : NULL;
    for (const struct xml_node *c = xml_child(f->root, NULL, "testCase"); c; c = xml_next(c, NULL, "testCase")) {
        if (f->model)
            run_case(f, c);
        else
            tally_fail(f->tally, arena_cstr(&f->arena, f->name), "the model cannot be loaded");
    }
}

static struct str last_two_parts(struct arena *a, struct str dir) {
    struct str name = str_from(basename((char *)arena_cstr(a, dir)));
    struct str above = str_from(basename(dirname((char *)arena_cstr(a, dir))));
    return arena_printf(a, "%.*s/%.*s", STR_ARGS(above), STR_ARGS(name));
}

static void run_file(const char *path, void *arg) {
    struct folder f = {.tally = arg};
    arena_init(&f.arena, MODEL_BYTES);
    faults_init(&f.faults, &f.arena);
    f.path = str_from(path);
    f.dir = str_from(dirname((char *)arena_cstr(&f.arena, f.path)));
    f.name = last_two_parts(&f.arena, f.dir);
    f.root = xml_parse(&f.arena, read_file(&f.arena, path), &xml_default_limits, f.path, &f.faults);
    bool tests = f.root && str_eqz(f.root->name, "testCases");
    if (tests && !arena_run(&f.arena, run_folder, &f))
        tally_fail(f.tally, arena_cstr(&f.arena, f.name), "the memory of the folder is spent");
    arena_release(&f.arena);
}

void conformance_dmn(const char *dir, struct tally *tally) {
    walk_files(dir, ".xml", run_file, tally);
}
