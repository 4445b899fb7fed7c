/* form_fill.c: lingban form check FILE, lingban form fill FILE --answers JSON: a form tried out without a data folder.
 *
 * FILE is an XForm, a workbook, or a folder of CSV files. Lists that the form refers to (jr://file-csv/x.csv and the like)
 * are looked for beside FILE. `fill` puts the answers in one after another and prints, after each, what it changed; at the
 * end what is still missing or wrong. */
#include "cli/form_fill.h"

#include "base/env.h"
#include "base/json.h"
#include "cli/cli.h"
#include "engine/service.h"
#include "form/form.h"
#include "form/xlsform.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MEMORY = 512 << 20, FORM_BYTES = 8 << 20, LIST_BYTES = 16 << 20, LISTS_MAXIMUM = 100, CHINA_OFFSET = 8 * 3600 };

/* ---- reading ---- */

static const char *const prefixes[] = {"jr://file-csv/", "jr://file/", "jr://images/"};

static bool is_list(struct str name) {
    return str_ends(name, STR(".csv")) || str_ends(name, STR(".geojson")) || str_ends(name, STR(".xml"));
}

/* Every list beside the form, under each address a form may name it by. */
static struct form_attachments read_lists(struct arena *a, const char *path) {
    struct form_attachments out = {0};
    size_t capacity = 0, slash = strlen(path), count = 0;
    while (slash > 0 && path[slash - 1] != '/') slash--;
    struct str folder = slash ? (struct str){path, slash} : STR("./"), *names = NULL;
    struct form_attachment *items = NULL;
    if (!folder_list(a, arena_cstr(a, folder), &names, &count, NULL)) count = 0;
    for (size_t i = 0; i < count && out.count < LISTS_MAXIMUM; i++) {
        struct str bytes;
        const char *file = arena_cstr(a, arena_concat(a, folder, names[i]));
        if (!is_list(names[i]) || !strcmp(file, path) || !file_read(a, file, LIST_BYTES, &bytes, NULL)) continue;
        for (size_t k = 0; k < sizeof prefixes / sizeof *prefixes; k++) {
            struct form_attachment item = {.uri = arena_concat(a, str_from(prefixes[k]), names[i]), .text = bytes};
            VEC_PUSH(a, items, out.count, capacity, item);
        }
    }
    /* the house's own lists have no rows here, but a form that asks for them is not wrong */
    struct form_attachments house = service_lists(NULL, a, NULL, NULL, 0, cli_language());
    for (size_t i = 0; i < house.count; i++) VEC_PUSH(a, items, out.count, capacity, house.items[i]);
    out.items = items;
    return out;
}

/* A spreadsheet is converted first; its faults name sheet and row. */
static bool is_workbook(struct str bytes, struct str path) {
    return str_starts(bytes, STR("PK")) || str_ends(path, STR(".xlsx")) || str_ends(path, STR(".csv")) || str_ends(path, STR(".md"));
}

static const struct form *load_workbook(struct arena *a, const char *path, const struct form_attachments *lists, struct faults *faults) {
    struct xlsform_options options = {.id = workbook_stem(str_from(path)), .for_page = true};
    const struct workbook *w = cli_read_workbook(a, path, faults);
    struct str text = w ? xlsform_convert(a, w, &options, faults) : STR_NONE;
    size_t loaded = faults->count;
    const struct form *form = text.p ? form_load(a, text, lists, str_from(path), faults) : NULL;
    if (text.p) xlsform_place_faults(w, faults, 0, loaded);
    return form;
}

static const struct form *load(struct arena *a, const char *path) {
    struct str text = STR("");
    struct faults faults;
    bool folder = cli_is_folder(path);
    if (!folder && !cli_read_file(a, path, FORM_BYTES, &text)) return NULL;
    faults_init(&faults, a);
    struct form_attachments lists = read_lists(a, path);
    bool workbook = folder || is_workbook(text, str_from(path));
    const struct form *form = workbook ? load_workbook(a, path, &lists, &faults) : form_load(a, text, &lists, str_from(path), &faults);
    cli_print_faults(&faults);
    return form;
}

/* ---- check ---- */

static const char *const privacy_names[] = {"public", "office", "personal", "sensitive"};

static void print_question(struct arena *a, const struct form *form, const struct form_field *field) {
    enum form_control control = form_field_control(field);
    if (control == FORM_NO_CONTROL || control == FORM_GROUP_CONTROL || control == FORM_REPEAT) return;
    struct str language = form_language_for(form, cli_language());
    struct str label = form_field_text(a, form, field, FORM_LABEL, language), path = form_field_path(field);
    printf("%-10s %.*s  %.*s\n", privacy_names[form_field_privacy(field)], STR_ARGS(path), STR_ARGS(label));
}

static void print_languages(struct arena *a, const struct form *form) {
    struct buf out;
    buf_init(&out, a, 10000);
    for (size_t i = 0; i < form_language_count(form); i++) {
        if (i) buf_add(&out, text_in(cli_language(), T(", ")));
        buf_add(&out, form_language(form, i));
    }
    if (!out.n) return;
    struct str line = text_say(a, cli_language(), T("Languages: {0}"), buf_str(&out));
    printf("%.*s\n", STR_ARGS(line));
}

int cli_form_check(int argc, char **argv) {
    struct arena a;
    if (argc != 2) return cli_wrong_call("form", argc, argv);
    arena_init(&a, MEMORY);
    const struct form *form = load(&a, argv[1]);
    for (size_t i = 0; form && i < form_field_count(form); i++) print_question(&a, form, form_field_at(form, i));
    if (form) print_languages(&a, form);
    arena_release(&a);
    return form ? CLI_DONE : CLI_FAILED;
}

/* ---- fill ---- */

struct seen { /* a place as it was before an answer */
    const struct form_node *node;
    bool relevant;
    struct str value;
};

struct filling {
    struct arena *arena;
    struct form_session *session;
    struct seen *before;
    size_t count, capacity;
};

static struct form_node *next_node(struct form_node *n) {
    struct form_node *next = form_node_first(n);
    while (!next && n) {
        next = form_node_next(n);
        if (!next) n = form_node_parent(n);
    }
    return next;
}

static void remember(struct filling *f) {
    f->count = 0;
    for (struct form_node *n = form_root(f->session); n; n = next_node(n)) {
        struct seen seen = {n, form_relevant(n), form_value(n)};
        VEC_PUSH(f->arena, f->before, f->count, f->capacity, seen);
    }
}

static const struct seen *was(const struct filling *f, const struct form_node *n) {
    for (size_t i = 0; i < f->count; i++)
        if (f->before[i].node == n) return &f->before[i];
    return NULL;
}

static void print_change(struct filling *f, struct form_node *n, const struct form_node *answered) {
    const struct seen *seen = was(f, n);
    struct str reference = form_node_reference(f->arena, n), value = form_value(n);
    bool relevant = form_relevant(n);
    if (n == answered) return;
    if (!seen || seen->relevant != relevant)
        printf("    %s %.*s\n", relevant ? "shown " : "hidden", STR_ARGS(reference));
    if (relevant && seen && !str_eq(seen->value, value)) printf("    value  %.*s = %.*s\n", STR_ARGS(reference), STR_ARGS(value));
}

static void print_state(struct filling *f, const struct form_node *n) {
    struct str reference = form_node_reference(f->arena, n), value = form_value(n);
    struct str why = form_explain(f->session, n, cli_language());
    printf("%.*s = %.*s%s%.*s\n", STR_ARGS(reference), STR_ARGS(value), why.n ? "  ! " : "", STR_ARGS(why));
}

/* The place an answer names; instances of a repeat that are not there yet are added. */
static struct form_node *place_for(struct filling *f, struct str name) {
    struct str root = form_node_reference(f->arena, form_root(f->session)), rest, step;
    struct str reference = str_starts(name, STR("/")) ? name : arena_printf(f->arena, "%.*s/%.*s", STR_ARGS(root), STR_ARGS(name));
    struct form_node *at = form_root(f->session);
    rest = str_sub(reference, root.n + 1, reference.n);
    while (at && str_split(&rest, '/', &step)) {
        struct str here = arena_printf(f->arena, "%.*s/%.*s", STR_ARGS(form_node_reference(f->arena, at)), STR_ARGS(step));
        struct form_node *next = form_find(f->session, here);
        ptrdiff_t open = str_find_byte(step, '[');
        struct str plain = open < 0 ? step : str_sub(step, 0, (size_t)open);
        struct str path = arena_printf(f->arena, "%.*s/%.*s", STR_ARGS(form_field_path(form_node_field(at))), STR_ARGS(plain));
        const struct form_field *repeat = form_field_find(form_of(f->session), path);
        while (!next && repeat && form_field_control(repeat) == FORM_REPEAT && form_add(f->session, at, repeat))
            next = form_find(f->session, here);
        at = next;
    }
    return at == form_root(f->session) ? NULL : at;
}

static struct str answer_text(struct arena *a, const struct json *v) {
    struct buf out;
    if (v->kind == JSON_BOOLEAN) return v->boolean ? STR("true") : STR("false");
    if (v->kind != JSON_ARRAY) return v->text;
    buf_init(&out, a, 1 << 20);
    for (size_t i = 0; i < v->count; i++) {
        if (i) buf_byte(&out, ' ');
        buf_add(&out, v->items[i].text);
    }
    return buf_str(&out);
}

static bool answer(struct filling *f, const struct json *v) {
    struct form_node *place = place_for(f, v->name);
    if (!place) {
        cli_complain(T("The form has no question “{0}”."), v->name);
        return false;
    }
    remember(f);
    if (!form_set(f->session, place, answer_text(f->arena, v))) {
        cli_complain(T("“{0}” takes no answer now."), v->name);
        return false;
    }
    print_state(f, place);
    for (struct form_node *n = form_root(f->session); n; n = next_node(n)) print_change(f, n, place);
    return true;
}

static const struct json *read_answers(struct arena *a, const char *argument) {
    struct str text = str_from(argument);
    struct faults faults;
    faults_init(&faults, a);
    bool here = *argument == '{';
    if (!here && !cli_read_file(a, argument, FORM_BYTES, &text)) return NULL;
    const struct json *answers = json_parse(a, text, &json_default_limits, here ? STR("--answers") : str_from(argument), &faults);
    cli_print_faults(&faults);
    if (answers && answers->kind != JSON_OBJECT) {
        cli_complain(T("Answers are a JSON object: {\"question\": \"answer\"}."));
        return NULL;
    }
    return answers;
}

static void print_open(struct filling *f) {
    size_t wrong = form_finish(f->session);
    for (struct form_node *n = form_root(f->session); n; n = next_node(n))
        if (form_explain(f->session, n, cli_language()).n) print_state(f, n);
    struct str count = arena_printf(f->arena, "%zu", wrong);
    struct str line = wrong ? text_say(f->arena, cli_language(), T("{0} answers are missing or wrong."), count)
                            : text_in(cli_language(), T("Complete."));
    printf("%.*s\n", STR_ARGS(line));
}

static bool fill(struct arena *a, const struct form *form, const struct json *answers, bool xml) {
    struct form_opening opening = {.now = env_now(), .offset_seconds = CHINA_OFFSET, .language = form_language_for(form, cli_language())};
    env_random(&opening.seed, sizeof opening.seed);
    struct filling f = {.arena = a, .session = form_open(form, a, &opening)};
    bool good = true;
    for (size_t i = 0; i < answers->count; i++) good &= answer(&f, &answers->items[i]);
    print_open(&f);
    if (!xml) return good;
    struct buf out;
    buf_init(&out, a, FORM_BYTES);
    form_put_xml(f.session, &out, true);
    printf("%.*s\n", STR_ARGS(buf_str(&out)));
    return good;
}

int cli_form_fill(int argc, char **argv) {
    const char *path = NULL, *answers_at = NULL;
    bool xml = false;
    struct arena a;
    for (int i = 1; i < argc; i++) {
        if (!strcmp(argv[i], "--answers") && i + 1 < argc) answers_at = argv[++i];
        else if (!strcmp(argv[i], "--xml")) xml = true;
        else if (!path && !cli_is_option(argv[i])) path = argv[i];
        else return cli_wrong_call("form", argc, argv);
    }
    if (!path || !answers_at) return cli_wrong_call("form", argc, argv);
    arena_init(&a, MEMORY);
    const struct form *form = load(&a, path);
    const struct json *answers = form ? read_answers(&a, answers_at) : NULL;
    bool good = answers && fill(&a, form, answers, xml);
    arena_release(&a);
    return good ? CLI_DONE : CLI_FAILED;
}
