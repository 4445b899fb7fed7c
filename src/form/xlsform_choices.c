/* xlsform_choices.c: the sheets settings, choices, external_choices and osm (xlsform_parts.h). */
#include "form/xlsform_parts.h"

#include <string.h>

/* ---- settings: the first row counts ---- */

static bool has_header(const struct table *t, const char *header) {
    for (size_t i = 0; i < t->column_count; i++)
        if (str_eqz(t->columns[i].header, header)) return true;
    return false;
}

static void settle_names(struct xlsform *x) {
    const struct table *t = &x->settings;
    struct str name = pairs_text(&x->set, "name");
    if (name.p && !is_xml_name(name)) {
        fault_error(x->faults, "xlsform.name-form", xlsform_row_place(x, t, &t->rows[0], "name"),
                    T("“{0}” cannot be a name. A name begins with a letter or _, then letters, digits, _, - and . may follow."), name);
    } else if (name.p) {
        x->root_name = name;
    }
    if (pairs_text(&x->set, "id_string").p) x->id = pairs_text(&x->set, "id_string");
    x->title = pairs_text(&x->set, "title").p ? pairs_text(&x->set, "title") : x->id;
    if (pairs_text(&x->set, "default_language").p) x->default_language = pairs_text(&x->set, "default_language");
}

void xlsform_read_settings(struct xlsform *x) {
    const struct table *t = &x->settings;
    x->default_language = STR("default");
    bool both_ids = has_header(t, "id_string") && has_header(t, "form_id");
    for (size_t i = 0; t->count && i < t->rows[0].count; i++) {
        const struct column *c = t->rows[0].cells[i].column;
        if (both_ids && str_eqz(c->header, "id_string")) continue;
        if (str_eqz(c->key, "attribute") && c->language.n)
            pairs_set(x->arena, &x->attributes, arena_cstr(x->arena, c->language), t->rows[0].cells[i].text);
        else
            pairs_set(x->arena, &x->set, arena_cstr(x->arena, c->key), t->rows[0].cells[i].text);
    }
    settle_names(x);
}

/* ---- lists ---- */

struct choice_list *choice_list_named(const struct map *lists, struct str name) {
    return map_get(lists, name);
}

static bool is_extra(const struct column *c) {
    return c->group == COLUMN_PLAIN && !str_eqz(c->key, "list_name") && !str_eqz(c->key, "name") && !str_eqz(c->key, "label") &&
           !str_eqz(c->key, "sms_option");
}

/* A further column becomes an element of the item, so its name must be one. Columns with notes are left out. */
static bool check_headers(struct xlsform *x, const struct table *t) {
    bool all_fine = true;
    for (size_t i = 0; i < t->column_count; i++) {
        struct column *c = &t->columns[i];
        if (!is_extra(c) || is_xml_name(c->key)) continue;
        fault_warning(x->faults, "xlsform.choices-column", xlsform_place(x, t->name, t->header_row, c->number),
                      T("The column “{0}” is left out: names of further columns need a letter first and no spaces."), c->header);
        c->key = STR_NONE;
        all_fine = false;
    }
    return all_fine;
}

static void add_cell(struct xlsform *x, struct choice *choice, const struct table_cell *cell) {
    const struct column *c = cell->column;
    bool translated = c->language.p != NULL;
    if (c->group == COLUMN_MEDIA)
        words_add(x->arena, pairs_at(x->arena, &choice->media, c->key), translated, c->language, cell->text, x->default_language);
    else if (str_eqz(c->key, "label"))
        words_add(x->arena, &choice->label, translated, c->language, cell->text, x->default_language);
    else if (str_eqz(c->key, "name"))
        choice->name = cell->text;
    else if (str_eqz(c->key, "sms_option"))
        choice->sms_option = cell->text;
    else if (is_extra(c) && c->key.n && !translated)
        pairs_set(x->arena, &choice->extra, arena_cstr(x->arena, c->key), cell->text);
}

static struct choice_list *list_at(struct xlsform *x, struct map *lists, struct str name) {
    struct choice_list *list = map_get(lists, name);
    if (!list) {
        list = arena_new(x->arena, struct choice_list);
        list->name = name;
        map_put(lists, name, list);
    }
    return list;
}

static bool has_any_reference(const struct words *w) {
    for (size_t i = 0; i < w->count; i++)
        if (has_reference(w->items[i].text)) return true;
    return false;
}

static void read_lists(struct xlsform *x, const struct table *t, struct map *lists) {
    map_init(lists, x->arena);
    check_headers(x, t);
    for (size_t i = 0; i < t->count; i++) {
        struct str list_name = table_text(&t->rows[i], "list_name");
        if (!list_name.n) continue;
        struct choice choice = {.row = t->rows[i].number};
        for (size_t k = 0; k < t->rows[i].count; k++) add_cell(x, &choice, &t->rows[i].cells[k]);
        struct choice_list *list = list_at(x, lists, list_name);
        if (choice.media.count || choice.label.translated || has_any_reference(&choice.label)) list->needs_itext = true;
        VEC_PUSH(x->arena, list->items, list->count, list->capacity, choice);
    }
}

static void check_list(struct xlsform *x, const char *sheet, struct choice_list *list, bool duplicates_allowed) {
    struct map seen;
    map_init(&seen, x->arena);
    for (size_t i = 0; i < list->count; i++) {
        struct choice *c = &list->items[i];
        struct place place = xlsform_place(x, sheet, c->row, 0);
        if (!c->name.n) {
            fault_error(x->faults, "xlsform.choice-name", place, T("This choice has no name. Fill the column “name” with the value to store."));
            continue;
        }
        if (!c->label.count)
            fault_warning(x->faults, "xlsform.choice-label", place, T("The choice “{0}” has no label, so people would see its name."), c->name);
        if (!duplicates_allowed && map_has(&seen, c->name))
            fault_error(x->faults, "xlsform.choice-twice", place,
                        T("The list “{1}” has the choice “{0}” twice. Give each its own name; if it is meant, set allow_choice_duplicates to yes."),
                        c->name, list->name);
        map_put(&seen, c->name, c);
    }
}

/* An external list joins the others under a name of its own: the sheet choices may have one of the same name. Its rows may
 * repeat a name, which ODK allows: the filter tells them apart. */
static void join_external_lists(struct xlsform *x) {
    for (size_t i = 0; i < x->external_lists.count; i++) {
        struct choice_list *list = x->external_lists.entries[i].value;
        check_list(x, x->external_choices.name, list, true);
        do list->name = arena_concat(x->arena, list->name, STR(":external"));
        while (map_has(&x->lists, list->name));
        map_put(&x->lists, list->name, list);
    }
}

void xlsform_read_choices(struct xlsform *x) {
    read_lists(x, &x->choices, &x->lists);
    read_lists(x, &x->external_choices, &x->external_lists);
    read_lists(x, &x->osm, &x->osm_lists);
    bool duplicates = xlsform_yes(pairs_text(&x->set, "allow_choice_duplicates"));
    for (size_t i = 0; i < x->lists.count; i++) check_list(x, "choices", x->lists.entries[i].value, duplicates);
    if (x->for_page) join_external_lists(x);
}
