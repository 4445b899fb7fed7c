/* xlsform_itext.c: collects the texts that are translated, have pictures or sound, or speak of answers in a list
 * (xlsform_parts.h). Every id gets the same forms in every language; what is missing becomes "-". */
#include "form/xlsform_parts.h"

#include <string.h>

struct str itext_id(struct xlsform *x, struct element *e, const char *what) {
    return arena_printf(x->arena, "%.*s:%s", STR_ARGS(element_path(x, e)), what);
}

struct str itext_ref(struct xlsform *x, struct element *e, const char *what) {
    return arena_printf(x->arena, "jr:itext('%.*s:%s')", STR_ARGS(element_path(x, e)), what);
}

bool needs_itext(const struct element *e) {
    return e->label.translated || e->media.count;
}

bool message_needs_itext(const struct words *w, const char *key) {
    if (w->translated) return true;
    return strcmp(key, "jr:noAppErrorString") != 0 && has_reference(words_first(w));
}

static struct itext_language *language_at(struct xlsform *x, struct str name) {
    struct itext *t = x->itext;
    for (size_t i = 0; i < t->count; i++)
        if (str_eq(t->languages[i].name, name)) return &t->languages[i];
    struct itext_language l = {.name = name};
    map_init(&l.ids, x->arena);
    VEC_PUSH(x->arena, t->languages, t->count, t->capacity, l);
    return &t->languages[t->count - 1];
}

static struct itext_entry *entry_at(struct xlsform *x, struct itext_language *l, struct str id) {
    size_t known = (size_t)(uintptr_t)map_get(&l->ids, id);
    if (known) return &l->entries[known - 1];
    struct itext_entry e = {.id = id};
    VEC_PUSH(x->arena, l->entries, l->count, l->capacity, e);
    map_put(&l->ids, id, (void *)(uintptr_t)l->count);
    return &l->entries[l->count - 1];
}

static bool has_form(const struct itext_entry *e, struct str form) {
    for (size_t i = 0; i < e->count; i++)
        if (str_eq(e->values[i].form, form)) return true;
    return false;
}

static void add_value(struct xlsform *x, struct str language, struct str id, struct itext_value value) {
    struct itext_entry *e = entry_at(x, language_at(x, language), id);
    for (size_t i = 0; i < e->count; i++)
        if (str_eq(e->values[i].form, value.form)) {
            e->values[i] = value;
            return;
        }
    VEC_PUSH(x->arena, e->values, e->count, e->capacity, value);
}

static void add_words(struct xlsform *x, const struct words *w, struct str id, struct str form, struct element *context) {
    for (size_t i = 0; i < w->count; i++)
        add_value(x, w->translated ? w->items[i].language : x->default_language, id,
                  (struct itext_value){form, w->items[i].text, context});
}

static void add_media(struct xlsform *x, const struct pairs *media, struct str id) {
    for (size_t i = 0; i < media->count; i++) add_words(x, &media->items[i].value, id, media->items[i].key, NULL);
}

static void add_list(struct xlsform *x, const struct choice_list *list) {
    for (size_t i = 0; list->needs_itext && i < list->count; i++) {
        struct str id = arena_printf(x->arena, "%.*s-%zu", STR_ARGS(list->name), i);
        add_words(x, &list->items[i].label, id, STR("long"), NULL);
        add_media(x, &list->items[i].media, id);
    }
}

static void add_element(struct xlsform *x, struct element *e) {
    static const char *const messages[] = {"jr:constraintMsg", "jr:requiredMsg", "jr:noAppErrorString", "lingban:purpose"};
    for (size_t i = 0; i < sizeof messages / sizeof *messages; i++) {
        const struct words *w = pairs_find(&e->bind, messages[i]);
        if (w && message_needs_itext(w, messages[i])) add_words(x, w, itext_id(x, e, messages[i]), STR("long"), e);
    }
    if (needs_itext(e) && e->label.count) add_words(x, &e->label, itext_id(x, e, "label"), STR("long"), e);
    bool guided = e->kind == ELEMENT_QUESTION && e->guidance.count; /* groups have no guidance */
    if (e->hint.translated || (e->hint.count && guided)) add_words(x, &e->hint, itext_id(x, e, "hint"), STR("long"), e);
    if (guided) add_words(x, &e->guidance, itext_id(x, e, "hint"), STR("guidance"), e);
}

/* Ids and forms of all languages, in the order in which they were met. */
static struct itext_language collect_all(struct xlsform *x) {
    struct itext_language all = {0};
    map_init(&all.ids, x->arena);
    for (size_t i = 0; i < x->itext->count; i++) {
        const struct itext_language *l = &x->itext->languages[i];
        for (size_t k = 0; k < l->count; k++) {
            struct itext_entry *e = entry_at(x, &all, l->entries[k].id);
            for (size_t v = 0; v < l->entries[k].count; v++)
                if (!has_form(e, l->entries[k].values[v].form))
                    VEC_PUSH(x->arena, e->values, e->count, e->capacity, l->entries[k].values[v]);
        }
    }
    return all;
}

static void fill_gaps(struct xlsform *x) {
    struct itext_language all = collect_all(x);
    for (size_t i = 0; i < x->itext->count; i++)
        for (size_t k = 0; k < all.count; k++) {
            struct itext_entry *e = entry_at(x, &x->itext->languages[i], all.entries[k].id);
            for (size_t v = 0; v < all.entries[k].count; v++) {
                struct itext_value gap = {all.entries[k].values[v].form, STR("-"), NULL};
                if (!has_form(e, gap.form)) VEC_PUSH(x->arena, e->values, e->count, e->capacity, gap);
            }
        }
}

/* "English (en)": a client picks the language by the code. */
static bool has_code(struct str language) {
    ptrdiff_t open = str_find_byte(language, '(');
    if (open < 0 || language.p[language.n - 1] != ')') return false;
    struct str code = str_sub(language, (size_t)open + 1, language.n - 1);
    for (size_t i = 0; i < code.n; i++)
        if (!((code.p[i] >= 'a' && code.p[i] <= 'z') || (code.p[i] >= 'A' && code.p[i] <= 'Z') || code.p[i] == '-')) return false;
    return code.n >= 2;
}

static void check_languages(struct xlsform *x) {
    for (size_t i = 0; i < x->itext->count; i++) {
        struct str name = x->itext->languages[i].name;
        if (str_eqz(name, "default") || has_code(name)) continue;
        fault_warning(x->faults, "xlsform.language-code", ((struct place){.file = x->workbook->file}),
                      T("The language “{0}” has no code. Write the column as label::{0} (code), for example label::中文 (zh)."), name);
    }
}

void xlsform_collect_itext(struct xlsform *x) {
    x->itext = arena_new(x->arena, struct itext);
    for (size_t i = 0; i < x->lists.count; i++) add_list(x, x->lists.entries[i].value);
    for (struct element *e = x->root; e; e = element_after(e, x->root))
        if (e->kind == ELEMENT_QUESTION || e->kind == ELEMENT_GROUP || e->kind == ELEMENT_REPEAT) add_element(x, e);
    for (struct element *e = x->root; e; e = element_after(e, x->root))
        if (e->media.count && e->kind != ELEMENT_INSTANCE) add_media(x, &e->media, itext_id(x, e, "label"));
    fill_gaps(x);
    check_languages(x);
}
