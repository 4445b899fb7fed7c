/* fields.c: what a loaded form says about itself, and references to places (form.h). */
#include "form/markdown.h"
#include "form/model.h"

#include <string.h>

struct str form_title(const struct form *form) {
    return form->title.n ? form->title : form->id;
}

struct str form_id(const struct form *form) {
    return form->id;
}

struct str form_version(const struct form *form) {
    return form->version;
}

size_t form_language_count(const struct form *form) {
    return form->translation_count;
}

struct str form_language(const struct form *form, size_t index) {
    return index < form->translation_count ? form->translations[index].name : STR("");
}

static const char *const names_of[][6] = {
    [LANGUAGE_ZH] = {"zh", "中文", "汉语", "Chinese", "chinese", NULL},
    [LANGUAGE_EN] = {"en", "English", "english", "英语", "英文", NULL},
};

/* "zh", "zh-CN", "中文 (zh)": a code counts only as a whole word. */
static bool names_language(struct str name, const char *piece) {
    ptrdiff_t at = str_find(name, str_from(piece));
    if (at < 0) return false;
    size_t n = strlen(piece), end = (size_t)at + n;
    if (n > 2 || (unsigned char)*piece >= 0x80) return true;
    bool starts = at == 0 || name.p[at - 1] == '(' || name.p[at - 1] == ' ';
    return starts && (end == name.n || strchr(")-_ ", name.p[end]));
}

struct str form_language_for(const struct form *form, enum language language) {
    for (size_t i = 0; i < form->translation_count; i++)
        for (size_t k = 0; names_of[language][k]; k++)
            if (names_language(form->translations[i].name, names_of[language][k])) return form->translations[i].name;
    return form->default_language;
}

size_t form_field_count(const struct form *form) {
    return form->field_count;
}

const struct form_field *form_field_at(const struct form *form, size_t index) {
    return index < form->field_count ? form->fields[index] : NULL;
}

const struct form_field *form_field_find(const struct form *form, struct str path) {
    return map_get(&form->by_path, path);
}

struct str form_field_path(const struct form_field *field) {
    return field->path;
}

struct str form_field_name(const struct form_field *field) {
    return field->name;
}

enum form_type form_field_type(const struct form_field *field) {
    return field->type;
}

enum form_control form_field_control(const struct form_field *field) {
    return field->control;
}

enum form_kind form_field_kind(const struct form_field *field) {
    return field->kind;
}

enum form_privacy form_field_privacy(const struct form_field *field) {
    return field->privacy;
}

const struct form_field *form_field_repeat(const struct form_field *field) {
    return field->repeat;
}

bool form_field_kept(const struct form_field *field) {
    bool opened = str_eqz(field->preload, "timestamp") && str_eqz(field->preload_params, "start");
    return field->located || opened || str_eqz(field->preload, "property");
}

bool form_field_answered(const struct form_field *field) {
    if (field->control != FORM_NO_CONTROL || field->first || field->rules[RULE_CALCULATE] || field->preload.n || field->located) return true;
    for (size_t i = 0; i < field->form->action_count; i++)
        if (!field->form->actions[i].field || field->form->actions[i].field == field) return true; /* or one that may be it */
    return false;
}

struct str form_field_attribute(const struct form_field *field, const char *name) {
    struct str value = field->body && field->body->element ? xml_attr(field->body->element, name) : STR_NONE;
    return value.p ? value : STR("");
}

static const struct form_translation *translation(const struct form *form, struct str language) {
    if (!language.n) language = form->default_language;
    for (size_t i = 0; i < form->translation_count; i++)
        if (str_eq(form->translations[i].name, language)) return &form->translations[i];
    return NULL;
}

/* What the field says of this kind, NULL when it says nothing. */
static const struct form_saying *saying_of(const struct form_field *field, enum form_text which) {
    const struct form_body *b = field->body;
    if (which == FORM_PURPOSE) return &field->purpose;
    if (!b) return NULL;
    /* pyxform wraps a repeat in a group that bears its label */
    if (b->control == FORM_REPEAT && !b->label.present && b->parent && b->parent->control == FORM_GROUP_CONTROL) b = b->parent;
    return which == FORM_LABEL ? &b->label : &b->hint;
}

/* Empty when it speaks of answers. */
static struct str plain_words(struct arena *arena, const struct form_words *w) {
    struct buf out;
    buf_init(&out, arena, FORM_VALUE_BYTES);
    for (size_t i = 0; i < w->count; i++) {
        if (w->pieces[i].output) return STR("");
        buf_add(&out, w->pieces[i].text);
    }
    return str_trim(markdown_plain(arena, buf_str(&out)));
}

void form_each_word(const struct form *form, struct arena *arena, struct str from, struct str to,
                    void (*each)(void *arg, struct str text, struct str translated), void *arg) {
    const struct form_translation *here = translation(form, from), *there = translation(form, to);
    if (!here || !there || here == there) return;
    for (size_t i = 0; i < here->entries.count; i++) {
        const struct form_entry *a = here->entries.entries[i].value, *b = map_get(&there->entries, here->entries.entries[i].key);
        struct str text = plain_words(arena, &a->words), translated = b ? plain_words(arena, &b->words) : STR("");
        if (text.n && translated.n && !str_eqz(translated, "-")) each(arg, text, translated);
    }
}

struct str form_field_text(struct arena *arena, const struct form *form, const struct form_field *field,
                           enum form_text which, struct str language) {
    const struct form_saying *saying = saying_of(field, which);
    if (!saying || !saying->present) return STR("");
    const struct form_words *w = &saying->words;
    if (saying->text_id.p) {
        const struct form_translation *t = translation(form, language);
        const struct form_entry *entry = t ? map_get(&t->entries, saying->text_id) : NULL;
        if (!entry) return STR("");
        w = which == FORM_GUIDANCE ? &entry->guidance : &entry->words;
    } else if (which == FORM_GUIDANCE) {
        return STR("");
    }
    struct buf out;
    buf_init(&out, arena, FORM_VALUE_BYTES);
    for (size_t i = 0; i < w->count; i++)
        if (!w->pieces[i].output) buf_add(&out, w->pieces[i].text);
    return str_trim(markdown_plain(arena, buf_str(&out)));
}

size_t form_media_count(const struct form *form) {
    return form->media_count;
}

struct str form_media_at(const struct form *form, size_t i) {
    return form->media[i];
}

/* ---- places ---- */

const struct form_field *form_node_field(const struct form_node *node) {
    return node->field;
}

struct form_node *form_node_parent(const struct form_node *node) {
    return node->parent && node->parent->field ? node->parent : NULL;
}

struct form_node *form_node_first(const struct form_node *node) {
    return dom_first_element(node);
}

struct form_node *form_node_next(const struct form_node *node) {
    return dom_next_element(node);
}

static int position_of(const struct form_node *node) {
    int position = 1;
    for (const struct form_node *p = node->previous; p; p = p->previous) position += p->field == node->field;
    return position;
}

static void put_reference(struct buf *out, const struct form_node *node) {
    if (node->parent && node->parent->field) put_reference(out, node->parent);
    buf_byte(out, '/');
    if (node->prefix.n) buf_add(out, node->prefix), buf_byte(out, ':');
    buf_add(out, node->name);
    if (node->field->is_repeat) buf_printf(out, "[%d]", position_of(node));
}

struct str form_node_reference(struct arena *arena, const struct form_node *node) {
    struct buf out;
    buf_init(&out, arena, 10000);
    put_reference(&out, node);
    return buf_str(&out);
}

/* One step "name" or "name[3]" below `parent`; `by_key` reads the number as an instance's lasting key. */
struct form_node *form_step(const struct form_node *parent, struct str step, bool by_key) {
    ptrdiff_t open = str_find_byte(step, '[');
    int64_t wanted = open < 0 ? 0 : -1;
    if (open >= 0 && (!str_ends(step, STR("]")) || !str_to_int64(str_sub(step, (size_t)open + 1, step.n - 1), &wanted)))
        return NULL;
    struct str name = open < 0 ? step : str_sub(step, 0, (size_t)open);
    ptrdiff_t colon = str_find_byte(name, ':');
    struct str prefix = colon < 0 ? STR("") : str_sub(name, 0, (size_t)colon);
    name = str_sub(name, (size_t)(colon + 1), name.n);
    int64_t position = 0;
    for (struct form_node *c = dom_first_element(parent); c; c = dom_next_element(c)) {
        if (!str_eq(c->name, name) || !str_eq(c->prefix, prefix)) continue;
        position++;
        if (open < 0 || (by_key && c->field && c->field->is_repeat ? c->key == wanted : position == wanted)) return c;
    }
    return NULL;
}

struct form_node *form_find(struct form_session *s, struct str reference) {
    struct form_node *n = s->document;
    struct str rest = str_sub(reference, 1, reference.n), step;
    if (!str_starts(reference, STR("/"))) return NULL;
    const struct form_field *field = map_get(&s->form->by_path, reference);
    if (field && s->env.single[field->number]) return s->env.single[field->number];
    while (n && str_split(&rest, '/', &step)) n = form_step(n, step, false);
    return n != s->document ? n : NULL;
}
