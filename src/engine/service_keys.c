/* service_keys.c: entries of service.yaml that nobody reads: a misspelt word would otherwise be passed over in silence.
 *
 * In: the service as read. Out: a warning for each entry that the program does not know, and an error for a kind of
 * view or an audience that there is not. What the entries mean is docs/service-folder.md; what a register may say is
 * checked by its own room. Called by service_check_rules (check.c). */
#include "engine/queries.h"

/* Words that one place of the file may hold, with blanks between. */
static const char top_words[] = "id name summary icon order form forms process decisions case deadline audience settings roles papers registers views way opened_by good_to_know before_opening";
static const char case_words[] = "title numbered item name phone address household organisation rating joins alike activity desk about";
static const char view_words[] = "name kind audience filter columns task group words";
static const char deadline_words[] = "working_days days words";
static const char view_kinds[] = "table wall sheet";
static const char audiences[] = "public office", abouts[] = "people things";
static const char paper_times[] = "closed";
static const char opened_by[] = "anybody office";
/* The pictures that the pages have (part “icon” of src/web/parts.html; tools/lint.sh holds the two lists together). */
static const char icons[] = "box book bell chart check clock file globe heart home people phone plus print search shield sun text user warning";

static bool among(const char *words, struct str wanted) {
    for (struct str word, rest = str_from(words); str_split(&rest, ' ', &word);)
        if (str_eq(word, wanted)) return true;
    return false;
}

static struct place place_of(const struct json *v) {
    return (struct place){.file = STR("service.yaml"), .line = v->line, .column = v->column, .element = v->name};
}

static void check_words(const struct json *object, const char *words, struct faults *faults) {
    for (size_t i = 0; object && object->kind == JSON_OBJECT && i < object->count; i++) {
        const struct json *entry = &object->items[i];
        if (!among(words, entry->name))
            fault_warning(faults, "service.unknown-entry", place_of(entry), T("“{0}” is no entry that the program knows here; it would be passed over. Known are: {1}."), entry->name, str_from(words));
    }
}

static void check_choice(const struct json *object, const char *name, const char *words, struct faults *faults) {
    const struct json *v = json_member(object, name);
    if (v && (v->kind != JSON_STRING || !among(words, v->text)))
        fault_error(faults, "service.unknown-word", place_of(v), T("“{0}:” must be one of: {1}."), str_from(name), str_from(words));
}

void service_check_keys(const struct service *s, struct faults *faults) {
    const struct json *views = json_member(s->yaml, "views");
    check_words(s->yaml, top_words, faults);
    check_words(json_member(s->yaml, "case"), case_words, faults);
    check_words(json_member(s->yaml, "deadline"), deadline_words, faults);
    check_choice(s->yaml, "audience", audiences, faults);
    check_choice(s->yaml, "opened_by", opened_by, faults);
    check_choice(json_member(s->yaml, "case"), "about", abouts, faults);
    check_choice(s->yaml, "icon", icons, faults);
    const struct json *papers = json_member(s->yaml, "papers");
    for (size_t i = 0; papers && papers->kind == JSON_OBJECT && i < papers->count; i++) check_choice(&papers->items[i], "when", paper_times, faults);
    for (size_t i = 0; views && views->kind == JSON_OBJECT && i < views->count; i++) {
        check_words(&views->items[i], view_words, faults);
        check_choice(&views->items[i], "kind", view_kinds, faults);
        check_choice(&views->items[i], "audience", audiences, faults);
    }
}
