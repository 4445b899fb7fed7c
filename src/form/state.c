/* state.c: the facts about one place — choices, readonly, violations, words. Worked out when asked for; choices are
 * kept until the next change. */
#include "form/kinds.h"
#include "form/markdown.h"
#include "form/model.h"

#include <math.h>
#include <string.h>

enum { CHOICE_LIMIT = 50000 };

/* ---- choices ---- */

static const struct form_list *list_of(const struct form_node *node) {
    const struct form_body *b = node->field ? node->field->body : NULL;
    return b && (b->list.item_count || b->list.nodeset) ? &b->list : NULL;
}

static struct form_media item_media(struct form_session *s, const struct form_saying *label) {
    const struct form_media *media = form_media_of(s, label);
    return media ? *media : (struct form_media){0};
}

static void written_choices(struct form_session *s, const struct form_list *list, const struct form_node *node,
                            struct form_choice *out) {
    for (size_t i = 0; i < list->item_count; i++) {
        out[i].value = list->items[i].value;
        out[i].label = form_say(s, &list->items[i].label, node);
        out[i].media = item_media(s, &list->items[i].label);
    }
}

static struct form_choice item_choice(struct form_session *s, const struct form_list *list, const struct form_node *item) {
    struct form_choice c = {.value = form_evaluate_text(s, list->value, item)};
    if (!list->label) return c;
    c.label = form_evaluate_text(s, list->label, item);
    if (list->label_is_text_id) {
        struct form_saying saying = {.present = true, .text_id = c.label};
        c.media = item_media(s, &saying);
        c.label = form_say(s, &saying, item);
    }
    return c;
}

static size_t itemset_choices(struct form_session *s, const struct form_list *list, const struct xpath *nodeset,
                              const struct form_node *node, struct form_choice **out) {
    struct arena_mark mark = arena_mark(&s->scratch);
    struct xpath_value v = form_evaluate(s, nodeset, node);
    size_t count = v.kind == XPATH_NODES ? v.nodes.count : 0;
    if (count > CHOICE_LIMIT) count = CHOICE_LIMIT;
    struct form_choice *items = arena_array(s->arena, struct form_choice, count);
    for (size_t i = 0; i < count; i++) items[i] = item_choice(s, list, v.nodes.items[i]);
    arena_rewind(&s->scratch, mark);
    *out = items;
    return count;
}

size_t form_choices(struct form_session *s, const struct form_node *node, const struct form_choice **out) {
    const struct form_list *list = list_of(node);
    struct form_place *place = node->place;
    *out = NULL;
    if (!list) return 0;
    uint32_t since = list->filtered || list->item_count ? s->change : s->words_since;
    if (!place->choices || place->list_at != since) {
        struct form_choice *items = NULL;
        if (list->nodeset) {
            place->choice_count = itemset_choices(s, list, list->nodeset, node, &items);
        } else {
            items = arena_array(s->arena, struct form_choice, list->item_count);
            written_choices(s, list, node, items);
            place->choice_count = list->item_count;
        }
        place->choices = items;
        place->list_at = since;
    }
    *out = place->choices;
    return place->choice_count;
}

static const struct form_choice *choice_of(struct form_session *s, const struct form_node *node, struct str value) {
    const struct form_choice *choices;
    size_t count = form_choices(s, node, &choices);
    for (size_t i = 0; i < count; i++)
        if (str_eq(choices[i].value, value)) return &choices[i];
    return NULL;
}

struct str form_choice_label(struct form_session *s, const struct form_node *node, struct str value) {
    const struct form_choice *c = choice_of(s, node, value);
    return c ? c->label : STR("");
}

/* The whole list of a filtered question, kept until the language changes. */
static size_t whole_list(struct form_session *s, const struct form_list *list, const struct form_node *node, const struct form_choice **out) {
    struct form_place *place = node->place;
    if (!place->everything || place->everything_at != s->words_since) {
        struct form_choice *items = NULL;
        place->everything_count = itemset_choices(s, list, list->everything, node, &items);
        place->everything = items;
        place->everything_at = s->words_since;
    }
    *out = place->everything;
    return place->everything_count;
}

size_t form_all_choices(struct form_session *s, const struct form_node *node, const struct form_choice **out) {
    const struct form_list *list = list_of(node);
    return list && list->everything ? whole_list(s, list, node, out) : form_choices(s, node, out);
}

struct str form_value_label(struct form_session *s, const struct form_node *node, struct str value) {
    const struct form_list *list = list_of(node);
    const struct form_choice *choices = NULL, *chosen = choice_of(s, node, value);
    size_t count = !chosen && list && list->everything ? whole_list(s, list, node, &choices) : 0;
    for (size_t i = 0; i < count && !chosen; i++)
        if (str_eq(choices[i].value, value)) chosen = &choices[i];
    return chosen ? markdown_plain(s->arena, chosen->label) : STR("");
}

static bool next_word(struct str *rest, struct str *out) {
    do {
        if (!str_split(rest, ' ', out)) return false;
    } while (out->n == 0);
    return true;
}

bool form_is_choice(struct form_session *s, const struct form_node *node, struct str value) {
    struct str word;
    if (!list_of(node)) return true;
    if (node->field->control == FORM_SELECT_ONE) return choice_of(s, node, value) != NULL;
    while (next_word(&value, &word))
        if (!choice_of(s, node, word)) return false;
    return true;
}

void form_prune_choices(struct form_session *s, struct form_node *node) {
    struct str value = dom_value(node), rest = value, word;
    struct buf kept;
    if (value.n == 0 || form_is_choice(s, node, value)) return;
    buf_init(&kept, s->arena, value.n + 1);
    while (node->field->control != FORM_SELECT_ONE && next_word(&rest, &word)) {
        if (!choice_of(s, node, word)) continue;
        if (kept.n) buf_byte(&kept, ' ');
        buf_add(&kept, word);
    }
    form_store(s, node, buf_str(&kept));
}

/* ---- readonly, required, violations ---- */

bool form_is_readonly(struct form_session *s, const struct form_node *node) {
    for (const struct form_node *n = node; n && n->field; n = n->parent)
        if (n->field->readonly && form_test(s, n->field->readonly, n, false)) return true;
    return false;
}

static bool is_required(struct form_session *s, const struct form_node *node) {
    return form_test(s, node->field->required, node, false);
}

static struct str control_attribute(const struct form_field *field, const char *name) {
    return field->body && field->body->element ? xml_attr(field->body->element, name) : STR_NONE;
}

static bool in_range(struct form_session *s, const struct form_field *field, struct str value) {
    double n = xpath_text_number(&s->env, value);
    double start = xpath_text_number(&s->env, control_attribute(field, "start"));
    double end = xpath_text_number(&s->env, control_attribute(field, "end"));
    double least = start < end ? start : end, most = start < end ? end : start;
    return !(n < least) && !(n > most);
}

static bool holds(struct form_session *s, const struct form_node *node, struct str value) {
    const struct form_field *field = node->field;
    if (field->control == FORM_RANGE && !in_range(s, field, value)) return false;
    if (field->kind != FORM_PLAIN) {
        struct arena_mark mark = arena_mark(&s->scratch);
        bool fine = form_kind_holds(&s->scratch, field->kind, value);
        arena_rewind(&s->scratch, mark);
        if (!fine) return false;
    }
    return form_test(s, field->constraint, node, true);
}

enum form_violation form_violation_of(struct form_session *s, const struct form_node *node) {
    struct str value = dom_value(node);
    if (node->hidden || node->field->type == FORM_GROUP) return FORM_NO_VIOLATION;
    if (str_trim(value).n == 0) return is_required(s, node) ? FORM_REQUIRED : FORM_NO_VIOLATION;
    if (!form_lexical(s, node->field, value)) return FORM_NOT_OF_TYPE;
    if (!form_is_choice(s, node, value)) return FORM_NOT_A_CHOICE;
    return holds(s, node, value) ? FORM_NO_VIOLATION : FORM_CONSTRAINT;
}

/* ---- all together ---- */

struct str form_own_message(struct form_session *s, const struct form_node *node, enum form_violation violation) {
    const struct form_field *field = node->field;
    if (violation == FORM_REQUIRED) return form_say(s, &field->required_message, node);
    if (violation == FORM_CONSTRAINT) return form_say(s, &field->constraint_message, node);
    return STR("");
}

struct form_state form_state(struct form_session *s, const struct form_node *node) {
    struct form_state state = {.relevant = !node->hidden};
    const struct form_field *field = node->field;
    if (node->hidden) return state;
    state.required = is_required(s, node);
    state.readonly = form_is_readonly(s, node);
    state.violation = form_violation_of(s, node);
    state.valid = state.violation == FORM_NO_VIOLATION;
    state.value = field->type == FORM_GROUP ? STR("") : dom_value(node);
    state.message = form_own_message(s, node, state.violation);
    state.purpose = form_say(s, &field->purpose, node);
    if (field->body) {
        state.label = form_say(s, &field->body->label, node);
        state.hint = form_say(s, &field->body->hint, node);
    }
    return state;
}

bool form_relevant(const struct form_node *node) {
    return !node->hidden;
}

struct str form_value(const struct form_node *node) {
    return node->field->type == FORM_GROUP ? STR("") : dom_value(node);
}

/* ---- our own words ---- */

static struct str kind_sentence(enum form_kind kind) {
    switch (kind) {
    case FORM_PHONE: return T("Enter a telephone number: 11 digits of a mobile, or a landline with its area code.");
    case FORM_CN_ID: return T("Enter the identity number as on the card: 18 characters, the last may be X. One of them seems wrong.");
    case FORM_USCC: return T("Enter the unified social credit code: 18 characters. One of them seems wrong.");
    case FORM_DIVISION: return T("Enter the code of the district or county: 6, 9 or 12 digits.");
    case FORM_PLAIN: break;
    }
    return T("This answer does not fit the question.");
}

static struct str type_sentence(enum form_type type) {
    switch (type) {
    case FORM_INT: return T("Enter a whole number, such as 12.");
    case FORM_DECIMAL: return T("Enter a number, such as 12.5.");
    case FORM_DATE: return T("Enter a date that exists, such as 2026-11-24.");
    case FORM_TIME: return T("Enter a time, such as 08:30.");
    case FORM_DATETIME: return T("Enter a date and a time, such as 2026-11-24T08:30.");
    case FORM_GEOPOINT: return T("Enter latitude and longitude, such as 43.17 124.35.");
    default: return T("This answer does not fit the question.");
    }
}

static struct str missing_sentence(const struct form_field *field) {
    switch (field->control) {
    case FORM_SELECT_ONE: return T("Choose one of the answers.");
    case FORM_SELECT_MANY: return T("Choose at least one of the answers.");
    case FORM_TRIGGER: return T("Tick the box to go on.");
    case FORM_UPLOAD: return T("Choose a file or take a photo.");
    default: return T("Answer this question.");
    }
}

struct str form_explain(struct form_session *s, const struct form_node *node, enum language language) {
    enum form_violation violation = form_violation_of(s, node);
    if (violation == FORM_NO_VIOLATION) return STR("");
    struct str own = form_own_message(s, node, violation);
    if (own.n) return own;
    switch (violation) {
    case FORM_REQUIRED: return text_in(language, missing_sentence(node->field));
    case FORM_NOT_OF_TYPE: return text_in(language, type_sentence(node->field->type));
    case FORM_NOT_A_CHOICE: return text_in(language, T("Choose one of the answers that are offered."));
    default: break;
    }
    if (node->field->control == FORM_RANGE)
        return text_say(s->arena, language, T("Enter a number from {0} to {1}."), control_attribute(node->field, "start"),
                        control_attribute(node->field, "end"));
    return text_in(language, kind_sentence(node->field->kind));
}
