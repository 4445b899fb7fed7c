/* xforms.c: conformance runner for form scenarios: open, do each step, compare the facts that are written (README of
 * the folder says how they compare). */
#include "conformance.h"
#include "form/form.h"

#include "base/json.h"
#include "base/xml.h"

#include <stdlib.h>

struct scene {
    struct arena *arena;
    struct form_session *session;
    struct buf wrong; /* the first difference */
};

static void differ(struct scene *s, struct str where, const char *what, struct str got, struct str wanted) {
    if (s->wrong.n) return;
    buf_printf(&s->wrong, "%.*s %s is “%.*s”, not “%.*s”", STR_ARGS(where), what, STR_ARGS(got), STR_ARGS(wanted));
}

/* ---- comparing ---- */

static bool as_number(struct arena *a, struct str s, double *out) {
    char *end;
    const char *z = arena_cstr(a, s);
    *out = strtod(z, &end);
    return s.n && !*end;
}

static bool same_value(struct arena *a, struct str x, struct str y) {
    double m, n;
    return str_eq(x, y) || (as_number(a, x, &m) && as_number(a, y, &n) && m == n);
}

static struct str collapsed(struct arena *a, struct str s) {
    struct buf out;
    buf_init(&out, a, s.n + 1);
    for (size_t i = 0; i < s.n; i++) {
        bool white = s.p[i] == ' ' || s.p[i] == '\n' || s.p[i] == '\t' || s.p[i] == '\r';
        if (!white) buf_byte(&out, s.p[i]);
        else if (out.n && out.p[out.n - 1] != ' ') buf_byte(&out, ' ');
    }
    return str_trim(buf_str(&out));
}

static bool same_words(struct arena *a, struct str x, struct str y) {
    return str_eq(collapsed(a, x), collapsed(a, y));
}

static void check_flag(struct scene *s, struct str ref, const struct json *facts, const char *name, bool got) {
    const struct json *wanted = json_member(facts, name);
    if (wanted && wanted->boolean != got)
        differ(s, ref, name, got ? STR("true") : STR("false"), wanted->boolean ? STR("true") : STR("false"));
}

static struct str violation_name(enum form_violation v) {
    return v == FORM_NO_VIOLATION ? STR("none") : v == FORM_REQUIRED ? STR("required") : STR("constraint");
}

static void check_choices(struct scene *s, struct str ref, const struct json *wanted, const struct form_node *node) {
    const struct form_choice *choices;
    size_t count = form_choices(s->session, node, &choices);
    if (count != wanted->count) {
        differ(s, ref, "number of choices", arena_printf(s->arena, "%zu", count), arena_printf(s->arena, "%zu", wanted->count));
        return;
    }
    for (size_t i = 0; i < count; i++) {
        const struct json *pair = &wanted->items[i];
        if (!str_eq(choices[i].value, pair->items[0].text)) differ(s, ref, "choice", choices[i].value, pair->items[0].text);
        if (pair->count > 1 && !same_words(s->arena, choices[i].label, pair->items[1].text))
            differ(s, ref, "choice label", choices[i].label, pair->items[1].text);
    }
}

static void check_node(struct scene *s, struct str ref, const struct json *facts) {
    struct form_node *node = form_find(s->session, ref);
    if (!node) {
        differ(s, ref, "place", STR("missing"), STR("there"));
        return;
    }
    struct form_state state = form_state(s->session, node);
    check_flag(s, ref, facts, "relevant", state.relevant);
    if (!state.relevant) return;
    check_flag(s, ref, facts, "required", state.required);
    check_flag(s, ref, facts, "readonly", state.readonly);
    check_flag(s, ref, facts, "valid", state.valid);
    const struct json *wanted = json_member(facts, "value");
    if (wanted && !same_value(s->arena, state.value, wanted->text)) differ(s, ref, "value", state.value, wanted->text);
    wanted = json_member(facts, "violation");
    if (wanted && !str_eq(violation_name(state.violation), wanted->text))
        differ(s, ref, "violation", violation_name(state.violation), wanted->text);
    wanted = json_member(facts, "message");
    if (wanted && !same_words(s->arena, state.message, wanted->text)) differ(s, ref, "message", state.message, wanted->text);
    wanted = json_member(facts, "label");
    if (wanted && !same_words(s->arena, state.label, wanted->text)) differ(s, ref, "label", state.label, wanted->text);
    wanted = json_member(facts, "choices");
    if (wanted) check_choices(s, ref, wanted, node);
}

/* count(/data/person): instances of the last step inside the place named before it */
static void check_count(struct scene *s, struct str ref, int64_t wanted) {
    struct str path = str_sub(ref, STR("count(").n, ref.n - 1);
    size_t slash = path.n;
    while (slash > 0 && path.p[slash - 1] != '/') slash--;
    const struct form_node *parent = form_find(s->session, str_sub(path, 0, slash - 1));
    int64_t count = 0;
    for (const struct form_node *c = parent ? form_node_first(parent) : NULL; c; c = form_node_next(c))
        count += str_eq(form_field_name(form_node_field(c)), str_sub(path, slash, path.n));
    if (count != wanted)
        differ(s, ref, "count", arena_printf(s->arena, "%lld", (long long)count), arena_printf(s->arena, "%lld", (long long)wanted));
}

static void check_facts(struct scene *s, const struct json *facts) {
    for (size_t i = 0; facts && i < facts->count; i++) {
        const struct json *fact = &facts->items[i];
        if (str_starts(fact->name, STR("count("))) check_count(s, fact->name, fact->integer);
        else check_node(s, fact->name, fact);
    }
}

/* A reference may also be listed because the engines stopped agreeing on its facts; only instances of repeats can go. */
static void check_gone(struct scene *s, const struct json *gone) {
    for (size_t i = 0; gone && i < gone->count; i++)
        if (str_find_byte(gone->items[i].text, '[') >= 0 && form_find(s->session, gone->items[i].text)) differ(s, gone->items[i].text, "place", STR("there"), STR("gone"));
}

/* ---- the answer document ---- */

static bool is_meta(const struct xml_node *e) {
    return e && str_eqz(e->name, "meta");
}

static const struct xml_node *skip_meta(const struct xml_node *e) {
    while (is_meta(e)) e = xml_next_element(e);
    return e;
}

static bool same_tree(struct arena *a, const struct xml_node *x, const struct xml_node *y) {
    if (!str_eq(x->name, y->name)) return false;
    const struct xml_node *cx = skip_meta(xml_first_element(x)), *cy = skip_meta(xml_first_element(y));
    if (!cx && !cy) return same_value(a, str_trim(xml_text(a, x)), str_trim(xml_text(a, y)));
    for (; cx && cy; cx = skip_meta(xml_next_element(cx)), cy = skip_meta(xml_next_element(cy)))
        if (!same_tree(a, cx, cy)) return false;
    return !cx && !cy;
}

static void check_document(struct scene *s, struct str wanted) {
    struct buf out;
    buf_init(&out, s->arena, 4u << 20);
    form_put_xml(s->session, &out, true);
    struct xml_node *x = xml_parse(s->arena, buf_str(&out), &xml_default_limits, STR(""), NULL);
    struct xml_node *y = xml_parse(s->arena, str_trim(wanted), &xml_default_limits, STR(""), NULL);
    if (!x || !y || !same_tree(s->arena, x, y)) differ(s, STR("the answer"), "document", buf_str(&out), wanted);
}

/* ---- playing ---- */

static struct form_node *parent_of(struct scene *s, struct str ref, struct str *name) {
    size_t slash = ref.n;
    while (slash > 0 && ref.p[slash - 1] != '/') slash--;
    *name = str_sub(ref, slash, ref.n);
    return form_find(s->session, str_sub(ref, 0, slash - 1));
}

static bool add_repeat(struct scene *s, struct str ref) {
    struct str name;
    struct form_node *parent = parent_of(s, ref, &name);
    for (size_t i = 0; parent && i < form_field_count(form_of(s->session)); i++) {
        const struct form_field *field = form_field_at(form_of(s->session), i);
        if (str_eq(form_field_name(field), name) && form_field_control(field) == FORM_REPEAT &&
            form_add(s->session, parent, field))
            return true;
    }
    return false;
}

static void do_step(struct scene *s, const struct json *step) {
    struct str what = json_string(step, "do"), ref = json_string(step, "ref"), value = json_string(step, "value");
    struct form_node *node = ref.n ? form_find(s->session, ref) : NULL;
    bool done = false;
    if (str_eqz(what, "set")) done = node && form_set(s->session, node, value);
    else if (str_eqz(what, "add-repeat")) done = add_repeat(s, ref);
    else if (str_eqz(what, "remove-repeat")) done = node && form_remove(s->session, node);
    else if (str_eqz(what, "language")) done = form_set_language(s->session, value);
    if (!done) differ(s, ref, arena_cstr(s->arena, what), STR("refused"), value);
}

static struct form_attachments read_attachments(struct arena *a, const struct json *files) {
    struct form_attachments out = {.count = files ? files->count : 0};
    struct form_attachment *items = arena_array(a, struct form_attachment, out.count);
    for (size_t i = 0; i < out.count; i++)
        items[i] = (struct form_attachment){files->items[i].name, json_string(&files->items[i], "mediaType"),
                                            json_string(&files->items[i], "text")};
    out.items = items;
    return out;
}

static void play(struct scene *s, const struct json *test) {
    const struct json *steps = json_member(test, "steps");
    check_facts(s, json_member(test, "start"));
    for (size_t i = 0; i < steps->count && !s->wrong.n; i++) {
        do_step(s, &steps->items[i]);
        check_facts(s, json_member(&steps->items[i], "then"));
        check_gone(s, json_member(&steps->items[i], "gone"));
        if (s->wrong.n) buf_printf(&s->wrong, " (after step %zu)", i + 1);
    }
    check_facts(s, json_member(test, "end"));
    struct str document = json_string(test, "instance");
    if (document.n) check_document(s, document);
}

static void run_case(struct tally *tally, const struct json *test) {
    struct arena a;
    struct faults faults;
    arena_init(&a, 512u << 20);
    faults_init(&faults, &a);
    struct form_attachments attachments = read_attachments(&a, json_member(test, "attachments"));
    struct form_opening opening = {.now = (instant)1795460400 * MICROS_A_SECOND, .offset_seconds = -7 * 3600, .seed = 1};
    const struct form *form = form_load(&a, json_string(test, "form"), &attachments, STR("form.xml"), &faults);
    struct scene s = {.arena = &a};
    buf_init(&s.wrong, &a, 100000);
    if (!form) {
        differ(&s, STR("form"), "load", faults.count ? fault_text(&a, LANGUAGE_EN, &faults.items[0]) : STR("fails"), STR("fine"));
    } else {
        s.session = form_open(form, &a, &opening);
        play(&s, test);
    }
    if (s.wrong.n) tally_fail(tally, arena_cstr(&a, json_string(test, "name")), "%.*s", STR_ARGS(buf_str(&s.wrong)));
    else tally_pass(tally);
    arena_release(&a);
}

static void run_file(const char *path, void *arg) {
    struct arena a;
    arena_init(&a, 512u << 20);
    struct json_limits limits = {.bytes = 64u << 20, .depth = 64, .allow_zero = true};
    const struct json *file = json_parse(&a, read_file(&a, path), &limits, str_from(path), NULL);
    const struct json *cases = file ? json_member(file, "cases") : NULL;
    if (!cases) tally_fail(arg, path, "is no file of cases");
    for (size_t i = 0; cases && i < cases->count; i++) run_case(arg, &cases->items[i]);
    arena_release(&a);
}

void conformance_xforms(const char *dir, struct tally *tally) {
    walk_files(dir, ".json", run_file, tally);
}
