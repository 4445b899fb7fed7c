/* service_keys.c: the shape of service.yaml: which entries there are, and what each must be. A misspelt word or a list in the
 * place of a text would otherwise be passed over in silence.
 *
 * In: the service as read. Out: a warning for each entry that the program does not know, an error for each that is not of
 * its shape. What the entries mean is docs/service-folder.md; that paths, files and steps exist is asked where they are
 * read (service.c) or by service_fit.c; what a register may say is checked by its own room. Called by service_check_rules (check.c). */
#include "engine/queries.h"

enum shape {
    ELSEWHERE,     /* whoever reads it says what is wrong */
    TEXT,
    TEXTS,         /* a list of texts */
    PATHS,         /* a text or a list of them */
    WORDS,         /* {zh: …, en: …}, or one text for both */
    WORDS_BY_NAME, /* {name: words} */
    WORDS_LIST,
    ROLES,         /* a list of texts, or words by name */
    LIST,          /* of anything */
    ENTRIES,       /* {name: anything} */
    WHOLE,         /* a whole number from 1 */
    FLAG,          /* true or false */
    CHOICE,        /* one of `words` */
};

struct entry {
    const char *name;
    enum shape shape;
    const char *words; /* of a choice, with blanks between */
};

static const char audiences[] = "public office", openers[] = "anybody office", abouts[] = "people things", paper_times[] = "closed";
/* The pictures that the pages have (part “icon” of src/web/parts.html; tools/lint.sh holds the two lists together). */
static const char icons[] = "box book bell chart check clock file globe heart home people phone plus print search shield sun text user warning";

static const struct entry top_entries[] = {
    {"id", ELSEWHERE, NULL},      {"name", ELSEWHERE, NULL},   {"summary", ELSEWHERE, NULL}, {"icon", CHOICE, icons},
    {"order", WHOLE, NULL},       {"form", TEXT, NULL},        {"forms", TEXTS, NULL},       {"process", TEXT, NULL},
    {"decisions", TEXTS, NULL},   {"case", ENTRIES, NULL},     {"deadline", ENTRIES, NULL},  {"retention", ENTRIES, NULL}, {"audience", CHOICE, audiences},
    {"settings", ENTRIES, NULL},  {"roles", ROLES, NULL},      {"papers", ENTRIES, NULL}, {"registers", ENTRIES, NULL},
    {"views", ENTRIES, NULL},     {"before_opening", WORDS_LIST, NULL}, {"opened_by", CHOICE, openers},
    {"way", LIST, NULL},          {"good_to_know", WORDS_LIST, NULL}, {NULL, ELSEWHERE, NULL},
};
static const struct entry case_entries[] = {
    {"title", PATHS, NULL},       {"item", PATHS, NULL},       {"name", TEXT, NULL},         {"phone", TEXT, NULL},
    {"address", PATHS, NULL},     {"household", TEXT, NULL},   {"organisation", TEXT, NULL}, {"rating", TEXT, NULL},
    {"joins", TEXT, NULL},        {"alike", PATHS, NULL},      {"activity", TEXT, NULL},     {"desk", ENTRIES, NULL},
    {"numbered", FLAG, NULL},     {"about", CHOICE, abouts},   {NULL, ELSEWHERE, NULL},
};
static const struct entry deadline_entries[] = {{"working_days", WHOLE, NULL}, {"days", WHOLE, NULL}, {"words", WORDS, NULL}, {NULL, ELSEWHERE, NULL}};
static const struct entry retention_entries[] = {{"days", WHOLE, NULL}, {NULL, ELSEWHERE, NULL}};
static const struct entry paper_entries[] = {{"zh", TEXT, NULL}, {"en", TEXT, NULL}, {"form", TEXT, NULL}, {"when", CHOICE, paper_times}, {"after", TEXT, NULL}, {"once", TEXTS, NULL}, {NULL, ELSEWHERE, NULL}};

/* What each kind of view reads. */
static const struct entry wall_entries[] = {
    {"kind", ELSEWHERE, NULL}, {"name", WORDS, NULL}, {"audience", CHOICE, audiences}, {"filter", ENTRIES, NULL},
    {"columns", TEXTS, NULL},  {"words", WORDS_BY_NAME, NULL}, {NULL, ELSEWHERE, NULL},
};
static const struct entry table_entries[] = {{"kind", ELSEWHERE, NULL}, {"name", WORDS, NULL}, {"audience", CHOICE, audiences}, {NULL, ELSEWHERE, NULL}};
static const struct entry sheet_entries[] = {
    {"kind", ELSEWHERE, NULL}, {"name", WORDS, NULL}, {"audience", CHOICE, audiences}, {"task", TEXT, NULL},
    {"group", TEXT, NULL},     {"columns", TEXTS, NULL}, {"signed", WORDS, NULL}, {NULL, ELSEWHERE, NULL},
};
static const char view_kinds[] = "wall table sheet";
static const struct entry *const view_entries[] = {wall_entries, table_entries, sheet_entries};
static const struct entry filter_entries[] = {{"path", TEXT, NULL}, {NULL, ELSEWHERE, NULL}};
static const struct entry tab_entries[] = {{"open", WORDS, NULL}, {"closed", WORDS, NULL}, {"under_way", WORDS, NULL}, {NULL, ELSEWHERE, NULL}};

/* ---- shapes */

static bool is_text(const struct json *v) {
    return v->kind == JSON_STRING && v->text.n > 0;
}

static bool is_texts(const struct json *v) {
    if (v->kind != JSON_ARRAY) return false;
    for (size_t i = 0; i < v->count; i++)
        if (!is_text(&v->items[i])) return false;
    return true;
}

static bool is_words(const struct json *v) {
    if (v->kind != JSON_OBJECT) return is_text(v);
    const struct json *zh = json_member(v, "zh"), *en = json_member(v, "en");
    return v->count == 2 && zh && en && is_text(zh) && is_text(en);
}

static bool are_words(const struct json *v, enum json_kind kind) {
    if (v->kind != kind) return false;
    for (size_t i = 0; i < v->count; i++)
        if (!is_words(&v->items[i])) return false;
    return true;
}

static size_t position_among(const char *words, struct str wanted) {
    size_t n = 0;
    for (struct str word, rest = str_from(words); str_split(&rest, ' ', &word); n++)
        if (str_eq(word, wanted)) return n;
    return SIZE_MAX;
}

static bool is_texts_or_text(const struct json *v) {
    return is_text(v) || is_texts(v);
}

static bool are_words_by_name(const struct json *v) {
    return are_words(v, JSON_OBJECT);
}

static bool are_words_in_list(const struct json *v) {
    return are_words(v, JSON_ARRAY);
}

static bool are_roles(const struct json *v) {
    return is_texts(v) || are_words(v, JSON_OBJECT);
}

static bool is_list(const struct json *v) {
    return v->kind == JSON_ARRAY;
}

static bool is_object(const struct json *v) {
    return v->kind == JSON_OBJECT;
}

static bool is_whole(const struct json *v) {
    return v->kind == JSON_NUMBER && v->is_integer && v->integer >= 1;
}

static bool is_flag(const struct json *v) {
    return v->kind == JSON_BOOLEAN;
}

static const struct {
    bool (*fits)(const struct json *v);
    struct str sentence;
} shapes[] = {
    [TEXT] = {is_text, T_STATIC("“{0}:” must be a text.")},
    [TEXTS] = {is_texts, T_STATIC("“{0}:” must be a list of texts: [one, two].")},
    [PATHS] = {is_texts_or_text, T_STATIC("“{0}:” must be the path of a question, or a list of them: [/data/name].")},
    [WORDS] = {is_words, T_STATIC("“{0}” needs words in both languages: {zh: …, en: …}.")},
    [WORDS_BY_NAME] = {are_words_by_name, T_STATIC("Each entry of “{0}:” needs words in both languages: {zh: …, en: …}.")},
    [WORDS_LIST] = {are_words_in_list, T_STATIC("“{0}:” must be a list of words in both languages: {zh: …, en: …}.")},
    [ROLES] = {are_roles, T_STATIC("“{0}:” must hold each role with its name in both languages: {roads: {zh: …, en: …}}.")},
    [LIST] = {is_list, T_STATIC("“{0}:” must be a list.")},
    [ENTRIES] = {is_object, T_STATIC("“{0}:” must hold entries: {name: value}.")},
    [WHOLE] = {is_whole, T_STATIC("“{0}:” must be a whole number from 1.")},
    [FLAG] = {is_flag, T_STATIC("“{0}:” must be true or false.")},
    [CHOICE] = {is_text, T_STATIC("“{0}:” must be one of: {1}.")},
};

static bool has_shape(const struct json *v, const struct entry *e) {
    if (e->shape == ELSEWHERE) return true;
    return shapes[e->shape].fits(v) && (e->shape != CHOICE || position_among(e->words, v->text) != SIZE_MAX);
}

/* ---- entries */

static struct place place_of(const struct json *v) {
    return (struct place){.file = STR("service.yaml"), .line = v->line, .column = v->column, .element = v->name};
}

static struct str names_of(struct arena *a, const struct entry *entries) {
    struct buf out;
    buf_init(&out, a, 1000);
    for (; entries->name; entries++) buf_printf(&out, "%s%s", out.n ? " " : "", entries->name);
    return buf_str(&out);
}

static void check_entries(const struct json *object, const struct entry *entries, struct faults *faults) {
    for (size_t i = 0; object && object->kind == JSON_OBJECT && i < object->count; i++) {
        const struct json *v = &object->items[i];
        const struct entry *e = entries;
        while (e->name && !str_eqz(v->name, e->name)) e++;
        if (!e->name)
            fault_warning(faults, "service.unknown-entry", place_of(v), T("“{0}” is no entry that the program knows here; it would be passed over. Known are: {1}."), v->name, names_of(faults->arena, entries));
        else if (!has_shape(v, e))
            fault_error(faults, e->shape == CHOICE ? "service.unknown-word" : "service.shape", place_of(v), shapes[e->shape].sentence, v->name, str_from(e->words ? e->words : ""));
    }
}

static void check_view(const struct json *view, struct faults *faults) {
    const struct json *kind = json_member(view, "kind");
    size_t which = kind && kind->kind == JSON_STRING ? position_among(view_kinds, kind->text) : SIZE_MAX;
    if (view->kind != JSON_OBJECT)
        fault_error(faults, "service.shape", place_of(view), shapes[ENTRIES].sentence, view->name);
    else if (which == SIZE_MAX)
        fault_error(faults, "service.unknown-word", place_of(kind ? kind : view), shapes[CHOICE].sentence, STR("kind"), str_from(view_kinds));
    check_entries(view, which == SIZE_MAX ? wall_entries : view_entries[which], faults);
    if (which != SIZE_MAX && !json_member(view, "name"))
        fault_error(faults, "service.words", place_of(view), shapes[WORDS].sentence, STR("name"));
    if (which == SIZE_MAX || view_entries[which] != wall_entries) return;
    check_entries(json_member(view, "filter"), filter_entries, faults);
    check_entries(json_member(view, "words"), tab_entries, faults);
}

/* Words in both languages, or one text for both, and when it is offered. */
static void check_paper(const struct json *paper, struct faults *faults) {
    bool whole = paper->kind == JSON_OBJECT && json_member(paper, "zh") && json_member(paper, "en");
    if (!whole && !is_text(paper)) fault_error(faults, "service.shape", place_of(paper), shapes[WORDS].sentence, paper->name);
    check_entries(paper, paper_entries, faults);
}

void service_check_keys(const struct service *s, struct faults *faults) {
    const struct json *views = json_member(s->yaml, "views"), *papers = json_member(s->yaml, "papers");
    check_entries(s->yaml, top_entries, faults);
    check_entries(json_member(s->yaml, "case"), case_entries, faults);
    check_entries(json_member(s->yaml, "deadline"), deadline_entries, faults);
    check_entries(json_member(s->yaml, "retention"), retention_entries, faults);
    for (size_t i = 0; views && views->kind == JSON_OBJECT && i < views->count; i++) check_view(&views->items[i], faults);
    for (size_t i = 0; papers && papers->kind == JSON_OBJECT && i < papers->count; i++) check_paper(&papers->items[i], faults);
}
