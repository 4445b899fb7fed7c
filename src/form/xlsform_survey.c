/* xlsform_survey.c: the survey sheet, row by row, becomes a tree of elements (xlsform_parts.h).
 *
 * Rows "begin group" … "end group" nest; the containers that are open are a stack of levels. A row at fault is
 * reported and left out, so that the rest is still checked.
 */
#include "form/xlsform_parts.h"

#include <string.h>

enum { NESTING_MAXIMUM = 40 };

struct level {
    struct element *element;
    struct map names, names_lower; /* of its children */
    enum element_kind opened_as;
};

struct survey {
    struct xlsform *x;
    struct level levels[NESTING_MAXIMUM];
    int depth; /* index of the innermost */
    bool table_list;
    struct str table_list_name; /* the list of its first select */
    struct element *meta;
    bool or_other;
};

static struct element *container(const struct survey *s) {
    return s->levels[s->depth].element;
}

static struct place row_place(const struct survey *s, const struct table_row *row, const char *key) {
    return xlsform_row_place(s->x, &s->x->survey, row, key);
}

/* ---- one row's cells into an element ---- */

static bool is_one_of(struct str value, const char *words) {
    struct str rest = str_from(words), one;
    while (str_split(&rest, ' ', &one))
        if (str_eq(one, value)) return true;
    return false;
}

static void check_own_column(struct survey *s, const struct table_row *row, const struct table_cell *cell) {
    bool privacy = str_eqz(cell->column->key, "lingban:privacy"), kind = str_eqz(cell->column->key, "lingban:kind");
    const char *words = privacy ? "public office personal sensitive" : "phone cn-id uscc division";
    if (str_starts(cell->column->key, STR("lingban:"))) s->x->uses_lingban = true;
    if ((privacy || kind) && !is_one_of(cell->text, words))
        fault_error(s->x->faults, privacy ? "xlsform.privacy" : "xlsform.kind",
                    xlsform_place(s->x, "survey", row->number, cell->column->number),
                    T("“{0}” is not known in the column “{1}”. It may be one of: {2}."), cell->text, cell->column->header, str_from(words));
}

static void fill_grouped(struct survey *s, struct element *e, const struct table_row *row, const struct table_cell *cell) {
    const struct column *c = cell->column;
    struct pairs *to = c->group == COLUMN_BIND      ? &e->bind
                       : c->group == COLUMN_CONTROL ? &e->control
                       : c->group == COLUMN_MEDIA   ? &e->media
                                                    : &e->instance;
    if (c->group == COLUMN_BIND) {
        e->has_bind = true;
        check_own_column(s, row, cell);
    }
    words_add(s->x->arena, pairs_at(s->x->arena, to, c->key), c->language.p != NULL, c->language, cell->text, s->x->default_language);
}

static void fill(struct survey *s, struct element *e, const struct table_row *row) {
    static const struct {
        const char *key;
        size_t offset;
    } texts[] = {{"label", offsetof(struct element, label)},
                 {"hint", offsetof(struct element, hint)},
                 {"guidance_hint", offsetof(struct element, guidance)}};
    for (size_t i = 0; i < row->count; i++) {
        const struct table_cell *cell = &row->cells[i];
        const struct column *c = cell->column;
        if (c->group != COLUMN_PLAIN) fill_grouped(s, e, row, cell);
        for (size_t k = 0; c->group == COLUMN_PLAIN && k < 3; k++)
            if (str_eqz(c->key, texts[k].key))
                words_add(s->x->arena, (struct words *)((char *)e + texts[k].offset), c->language.p != NULL, c->language,
                          cell->text, s->x->default_language);
    }
    e->choice_filter = table_text(row, "choice_filter");
    e->has_loose_media = table_text(row, "media").n > 0;
    e->default_value = table_text(row, "default");
}

/* ---- names ---- */

static void count_name(struct xlsform *x, struct str name) {
    struct name_count *n = map_get(&x->name_counts, name);
    if (!n) {
        n = arena_new(x->arena, struct name_count);
        map_put(&x->name_counts, name, n);
    }
    n->count++;
}

static bool check_unique(struct survey *s, const struct table_row *row, struct str name) {
    struct level *level = &s->levels[s->depth];
    struct place place = row_place(s, row, "name");
    if (str_eqz(name, "meta")) {
        fault_error(s->x->faults, "xlsform.name-reserved", place, T("The name “meta” is kept for the form itself. Choose another name."));
        return false;
    }
    if (map_has(&level->names, name)) {
        fault_error(s->x->faults, "xlsform.name-twice", place,
                    T("The name “{0}” is used twice in the same group. Give each question its own name."), name);
        return false;
    }
    map_put(&level->names, name, s);
    char *lower = arena_alloc_raw(s->x->arena, name.n + 1);
    for (size_t i = 0; i < name.n; i++) lower[i] = name.p[i] >= 'A' && name.p[i] <= 'Z' ? (char)(name.p[i] + 32) : name.p[i];
    struct str key = {lower, name.n};
    if (map_has(&level->names_lower, key))
        fault_warning(s->x->faults, "xlsform.name-case", place, T("Another name differs from “{0}” in capital letters only, which is easily confused."), name);
    map_put(&level->names_lower, key, s);
    return true;
}

/* The row's name, checked; STR_NONE when the row is at fault. */
static struct str read_name(struct survey *s, const struct table_row *row, struct str type) {
    struct str name = table_text(row, "name");
    if (!name.n && str_eqz(type, "note")) name = arena_printf(s->x->arena, "generated_note_name_%d", row->number);
    if (!name.n) {
        fault_error(s->x->faults, "xlsform.name-missing", row_place(s, row, "type"), T("This row has no name. Fill the column “name”."));
        return STR_NONE;
    }
    if (!is_xml_name(name)) {
        fault_error(s->x->faults, "xlsform.name-form", row_place(s, row, "name"),
                    T("“{0}” cannot be a name. A name begins with a letter or _, then letters, digits, _, - and . may follow."), name);
        return STR_NONE;
    }
    count_name(s->x, name);
    return check_unique(s, row, name) ? name : STR_NONE;
}

/* ---- triggers and defaults ---- */

static void read_triggers(struct survey *s, struct element *e, const struct table_row *row) {
    struct str rest = table_text(row, "trigger"), one;
    struct place place = row_place(s, row, "trigger");
    if (!rest.n) return;
    bool well = str_find(rest, STR("${")) >= 0 && references_well_formed(rest);
    if (!well) {
        fault_error(s->x->faults, "xlsform.reference-form", place,
                    T("A reference is not written well. It must be ${, the name of a question, and }: for example ${age}."));
        return;
    }
    while (str_split(&rest, ',', &one)) {
        struct reference r;
        size_t at = 0;
        for (int count = 0; reference_next(one, &at, &r); count++) {
            if (count == 1)
                fault_error(s->x->faults, "xlsform.trigger-list", place, T("Put a comma between the questions in the column “trigger”."));
            VEC_PUSH(s->x->arena, e->triggers, e->trigger_count, e->trigger_capacity, r.name);
        }
    }
}

static void read_default(struct survey *s, struct element *e, const struct question_type *type) {
    if (!e->default_value.n || !default_is_dynamic(e->default_value, type)) return;
    e->dynamic_default = true;
    element_act(e, "setvalue", "odk-instance-first-load", STR_NONE);
    bool in_repeat = false;
    for (int i = s->depth; i > 0; i--) in_repeat = in_repeat || s->levels[i].opened_as == ELEMENT_REPEAT;
    if (in_repeat) element_act(e, "setvalue", "odk-new-repeat", STR_NONE);
}

/* ---- groups, repeats, loops ---- */

static struct element *add_calculate(struct survey *s, struct element *parent, struct str name, struct str calculation, int row) {
    struct element *e = element_new(s->x, ELEMENT_QUESTION, name, row);
    if (calculation.n) pairs_set(s->x->arena, &e->bind, "calculate", calculation);
    pairs_set(s->x->arena, &e->bind, "readonly", STR("true()"));
    element_use_type(s->x, e, question_type_named(STR("calculate")));
    element_append(parent, e);
    return e;
}

/* A count that is more than one reference gets a hidden question of its own, so that it is evaluated once. */
static void settle_count(struct survey *s, struct element *e) {
    struct str count = pairs_text(&e->control, "jr:count");
    if (!count.n || is_reference(count)) return;
    struct str name = arena_printf(s->x->arena, "%.*s_count", STR_ARGS(e->name));
    add_calculate(s, container(s), name, count, e->row);
    pairs_set(s->x->arena, &e->control, "jr:count", arena_printf(s->x->arena, "${%.*s}", STR_ARGS(name)));
}

/* Appearance table-list: one question a row, the labels once on top. Its label moves to a note inside. */
static void settle_table_list(struct survey *s, struct element *e) {
    struct str appearance = pairs_text(&e->control, "appearance"), rest = appearance, word;
    struct buf out;
    buf_init(&out, s->x->arena, 1 << 16);
    buf_addz(&out, "field-list");
    bool found = false;
    while (str_split(&rest, ' ', &word)) {
        if (str_eqz(word, "table-list")) found = true;
        else if (word.n) buf_printf(&out, " %.*s", STR_ARGS(word));
    }
    if (!found) return;
    s->table_list = true;
    s->table_list_name = STR_NONE;
    pairs_set(s->x->arena, &e->control, "appearance", buf_str(&out));
    if (!e->label.count && !e->hint.count) return;
    struct element *note = element_new(s->x, ELEMENT_QUESTION,
                                       arena_printf(s->x->arena, "generated_table_list_label_%d", e->row), e->row);
    note->label = e->label;
    note->hint = e->hint;
    e->label = e->hint = (struct words){0};
    element_use_type(s->x, note, question_type_named(STR("note")));
    element_append(e, note);
}

static void check_repeat(struct survey *s, struct element *e, const struct table_row *row) {
    struct place place = row_place(s, row, "name");
    if (str_eq(e->name, s->x->root_name))
        fault_error(s->x->faults, "xlsform.repeat-root", place, T("A repeat must not have the same name as the form's root, “{0}”."), e->name);
    else if (map_has(&s->x->repeat_names, e->name))
        fault_error(s->x->faults, "xlsform.repeat-twice", place, T("Two repeats are named “{0}”. A repeat's name must be unique in the whole form."), e->name);
    map_put(&s->x->repeat_names, e->name, e);
    if (!e->label.count && !e->media.count)
        fault_warning(s->x->faults, "xlsform.repeat-label", row_place(s, row, "label"), T("The repeat “{0}” has no label."), e->name);
}

static void begin_container(struct survey *s, const struct table_row *row, enum element_kind kind, struct str list, struct str name) {
    struct xlsform *x = s->x;
    struct element *e = element_new(x, kind, name.n ? name : STR("unnamed"), row->number);
    fill(s, e, row);
    read_triggers(s, e, row);
    struct str intent = table_text(row, "intent");
    if (intent.n) pairs_set(x->arena, &e->control, "intent", intent);
    if (kind == ELEMENT_REPEAT) check_repeat(s, e, row);
    if (kind == ELEMENT_LOOP) {
        e->choices = choice_list_named(&x->lists, list);
        if (!e->choices)
            fault_error(x->faults, "xlsform.list-unknown", row_place(s, row, "type"),
                        T("There is no list “{0}” in the sheet “choices”."), list);
    }
    settle_count(s, e);
    settle_table_list(s, e);
    if (s->depth + 1 == NESTING_MAXIMUM) {
        fault_error(x->faults, "xlsform.too-deep", row_place(s, row, "type"), T("Groups are nested too deeply."));
        return;
    }
    element_append(container(s), e);
    struct level *level = &s->levels[++s->depth];
    *level = (struct level){.element = e, .opened_as = kind};
    map_init(&level->names, x->arena);
    map_init(&level->names_lower, x->arena);
}

/* ---- loops: the rows inside once for every choice of a list ---- */

/* %(label)s and %(name)s stand for the choice's. */
static struct str substitute(struct arena *a, struct str text, const struct choice *choice, struct str language) {
    if (str_find(text, STR("%")) < 0) return text;
    struct str label = words_first(&choice->label);
    for (size_t i = 0; i < choice->label.count; i++)
        if (str_eq(choice->label.items[i].language, language)) label = choice->label.items[i].text;
    struct buf out;
    buf_init(&out, a, 1 << 20);
    while (text.n) {
        struct str replaced = STR_NONE;
        size_t taken = 1;
        if (str_starts(text, STR("%(label)s"))) replaced = label, taken = 9;
        else if (str_starts(text, STR("%(name)s"))) replaced = choice->name, taken = 8;
        else replaced = str_sub(text, 0, 1), taken = str_starts(text, STR("%%")) ? 2 : 1;
        buf_add(&out, replaced);
        text = str_sub(text, taken, text.n);
    }
    return buf_str(&out);
}

static void substitute_words(struct arena *a, struct words *w, const struct choice *choice) {
    struct words out = {.translated = w->translated};
    for (size_t i = 0; i < w->count; i++) {
        struct word word = {w->items[i].language, substitute(a, w->items[i].text, choice, w->items[i].language)};
        VEC_PUSH(a, out.items, out.count, out.capacity, word);
    }
    *w = out;
}

static void substitute_pairs(struct arena *a, struct pairs *p, const struct choice *choice) {
    *p = pairs_copy(a, p);
    for (size_t i = 0; i < p->count; i++) substitute_words(a, &p->items[i].value, choice);
}

static struct element *copy_for_choice(struct xlsform *x, const struct element *e, const struct choice *choice) {
    struct element *copy = arena_new(x->arena, struct element);
    *copy = *e;
    copy->parent = copy->first = copy->last = copy->next = NULL;
    for (const struct element *child = e->first; child; child = child->next)
        element_append(copy, copy_for_choice(x, child, NULL));
    if (!choice) return copy; /* inside groups of the loop nothing is replaced, as in pyxform */
    copy->name = substitute(x->arena, e->name, choice, STR_NONE);
    substitute_words(x->arena, &copy->label, choice);
    substitute_words(x->arena, &copy->hint, choice);
    substitute_words(x->arena, &copy->guidance, choice);
    substitute_pairs(x->arena, &copy->bind, choice);
    substitute_pairs(x->arena, &copy->control, choice);
    substitute_pairs(x->arena, &copy->media, choice);
    copy->default_value = substitute(x->arena, e->default_value, choice, STR_NONE);
    copy->choice_filter = substitute(x->arena, e->choice_filter, choice, STR_NONE);
    return copy;
}

static void expand_loop(struct survey *s, struct element *loop) {
    const struct element *rows = loop->first;
    loop->kind = ELEMENT_GROUP;
    loop->first = loop->last = NULL;
    for (size_t i = 0; loop->choices && i < loop->choices->count; i++) {
        const struct choice *choice = &loop->choices->items[i];
        if (str_eqz(choice->name, "none")) continue;
        struct element *group = element_new(s->x, ELEMENT_GROUP, choice->name, loop->row);
        group->label = choice->label;
        group->media = choice->media;
        for (const struct element *e = rows; e; e = e->next) element_append(group, copy_for_choice(s->x, e, choice));
        element_append(loop, group);
    }
    loop->choices = NULL;
}

static void end_container(struct survey *s, const struct table_row *row, enum element_kind kind, struct str type) {
    if (s->depth == 0 || s->levels[s->depth].opened_as != kind) {
        fault_error(s->x->faults, "xlsform.end-unmatched", row_place(s, row, "type"),
                    T("“{0}” closes nothing: the row that should begin it is missing, or another group is still open."), type);
        return;
    }
    struct element *e = container(s);
    s->depth--;
    s->table_list = false;
    if (kind == ELEMENT_LOOP) expand_loop(s, e);
}

/* ---- selects ---- */

static void no_such_list(struct survey *s, const struct table_row *row, const char *sheet, const struct map *lists, struct str list) {
    struct xlsform *x = s->x;
    struct place place = row_place(s, row, "type");
    struct str near = lists->count ? STR_NONE : xlsform_similar_sheet(x, sheet);
    for (size_t i = 0; i < lists->count && !near.p; i++)
        if (edit_distance(lists->entries[i].key, list) <= (list.n < 4 ? 1u : 2u)) near = lists->entries[i].key;
    if (lists->count == 0 && near.p)
        fault_error(x->faults, "xlsform.no-choices", place, T("There is no sheet “{0}”. Rename the sheet “{1}” if it is meant."), str_from(sheet), near);
    else if (lists->count == 0)
        fault_error(x->faults, "xlsform.no-choices", place,
                    T("The list “{0}” is asked for, but there is no sheet “{1}” with the columns list_name, name and label."), list, str_from(sheet));
    else if (near.p)
        fault_error(x->faults, "xlsform.list-unknown", place, T("There is no list “{0}” in the sheet “{1}”. Did you mean “{2}”?"), list, str_from(sheet), near);
    else
        fault_error(x->faults, "xlsform.list-unknown", place, T("There is no list “{0}” in the sheet “{1}”. Add it there or correct the name."), list, str_from(sheet));
}

/* Whether the list a select names is there, and fits. */
static bool find_list(struct survey *s, struct element *e, const struct table_row *row, const struct select_words *words) {
    struct xlsform *x = s->x;
    struct str stem, extension = file_extension(words->list, &stem);
    bool external = strcmp(words->type, "select one external") == 0;
    if (words->from_file && (!extension.n || str_find_byte(stem, '.') >= 0)) {
        fault_error(x->faults, "xlsform.file-ending", row_place(s, row, "type"),
                    T("The file “{0}” must end in .csv, .xml or .geojson and have no other dot in its name."), words->list);
        return false;
    }
    if (external) {
        struct choice_list *list = choice_list_named(&x->external_lists, words->list);
        if (!list) no_such_list(s, row, "external_choices", &x->external_lists, words->list);
        if (list && x->for_page) e->choices = list, e->itemset = list->name;
        return list != NULL;
    }
    map_put(&x->secondary, stem, e);
    if (extension.n || has_reference(words->list)) return true;
    e->choices = choice_list_named(&x->lists, words->list);
    if (!e->choices) no_such_list(s, row, "choices", &x->lists, words->list);
    return e->choices != NULL;
}

static bool check_spaces(struct survey *s, const struct element *e) {
    for (size_t i = 0; e->choices && i < e->choices->count; i++)
        if (str_find_byte(e->choices->items[i].name, ' ') >= 0) {
            fault_error(s->x->faults, "xlsform.choice-space", xlsform_place(s->x, "choices", e->choices->items[i].row, 0),
                        T("The name “{0}” has a space in it. In a list for select_multiple that cannot be: use _ instead."), e->choices->items[i].name);
            return false;
        }
    return true;
}

/* The choice "other" for or_other, in every language of the list. */
static void add_other_choice(struct xlsform *x, struct choice_list *list) {
    struct choice other = {.name = STR("other")};
    for (size_t i = 0; i < list->count; i++)
        if (str_eqz(list->items[i].name, "other")) return;
    for (size_t i = 0; i < list->count; i++)
        for (size_t k = 0; list->items[i].label.translated && k < list->items[i].label.count; k++)
            words_add(x->arena, &other.label, true, list->items[i].label.items[k].language, STR("Other"), x->default_language);
    if (!other.label.count) other.label = words_plain(x->arena, STR("Other"));
    VEC_PUSH(x->arena, list->items, list->count, list->capacity, other);
}

static void add_other_question(struct survey *s, const struct element *select) {
    struct xlsform *x = s->x;
    struct element *e = element_new(x, ELEMENT_QUESTION, arena_printf(x->arena, "%.*s_other", STR_ARGS(select->name)), select->row);
    e->label = words_plain(x->arena, STR("Specify other."));
    pairs_set(x->arena, &e->bind, "relevant", arena_printf(x->arena, "selected(../%.*s, 'other')", STR_ARGS(select->name)));
    element_use_type(x, e, question_type_named(STR("text")));
    element_append(container(s), e);
}

/* or_other: the list gets the choice, a question for the text follows. */
static bool check_other(struct survey *s, struct element *e, const struct table_row *row) {
    struct place place = row_place(s, row, "type");
    s->or_other = true;
    if (e->choice_filter.n) {
        fault_error(s->x->faults, "xlsform.other-filter", place, T("or_other does not go together with a choice_filter. Add the choice “other” and a question of your own."));
        return false;
    }
    if (!e->choices) {
        fault_error(s->x->faults, "xlsform.other-list", place, T("or_other needs a list in the sheet “choices”."));
        return false;
    }
    add_other_choice(s->x, e->choices);
    return true;
}

/* Inside a table-list the first select is preceded by one that shows the labels. */
static bool join_table_list(struct survey *s, struct element *e, const struct table_row *row, const struct select_words *words) {
    struct xlsform *x = s->x;
    if (!s->table_list_name.p) {
        s->table_list_name = words->list;
        if (e->choice_filter.n) {
            fault_error(x->faults, "xlsform.table-list-filter", row_place(s, row, "choice_filter"), T("A choice_filter does not go together with the appearance table-list."));
            return false;
        }
        struct element *head = element_new(x, ELEMENT_QUESTION,
                                           arena_printf(x->arena, "reserved_name_for_field_list_labels_%d", row->number), row->number);
        head->choices = e->choices;
        head->itemset = e->itemset;
        head->label = words_plain(x->arena, STR(" "));
        pairs_set(x->arena, &head->control, "appearance", STR("label"));
        element_use_type(x, head, e->type);
        element_append(container(s), head);
    }
    if (!str_eq(s->table_list_name, words->list)) {
        fault_error(x->faults, "xlsform.table-list-lists", row_place(s, row, "type"),
                    T("All questions of a table-list must use the same list, but here are “{0}” and “{1}”."), s->table_list_name, words->list);
        return false;
    }
    pairs_set(x->arena, &e->control, "appearance", STR("list-nolabel"));
    return true;
}

/* search(…) in the appearance: Collect's own look-up, which no other client knows. */
static bool check_search(struct survey *s, struct element *e, const struct table_row *row) {
    struct str appearance = pairs_text(&e->control, "appearance"), stem;
    ptrdiff_t at = str_find(appearance, STR("search("));
    if (at < 0 || str_find_byte(str_sub(appearance, (size_t)at, appearance.n), ')') < 0) return true;
    struct place place = row_place(s, row, "appearance");
    if (!s->x->for_collect) {
        fault_error(s->x->faults, "xlsform.search", place,
                    T("search() works in ODK Collect only. Use select_one_from_file with a choice_filter instead."));
        return false;
    }
    if (file_extension(e->itemset, &stem).n) {
        fault_error(s->x->faults, "xlsform.search-file", place, T("search() does not go together with select_one_from_file. Remove one of them."));
        return false;
    }
    if (!e->choices) {
        fault_error(s->x->faults, "xlsform.search-list", place, T("search() needs a list in the sheet “choices”."));
        return false;
    }
    e->is_search = true;
    e->choices->used_by_search = true;
    e->itemset = STR_NONE;
    return true;
}

/* The type a select is written as. An external one is a select on our pages and a query elsewhere (xlsform.h). */
static const char *written_type(struct survey *s, struct element *e, const struct table_row *row, const struct select_words *words) {
    if (strcmp(words->type, "select one external") != 0) return words->type;
    if (!e->choice_filter.n)
        fault_warning(s->x->faults, "xlsform.external-unfiltered", row_place(s, row, "type"), T("select_one_external is meant for lists with a choice_filter."));
    else if (!s->x->for_page)
        e->query = words->list;
    return s->x->for_page ? "select one" : words->type;
}

static void add_select(struct survey *s, struct element *e, const struct table_row *row, const struct select_words *words) {
    struct xlsform *x = s->x;
    element_use_type(x, e, question_type_named(str_from(written_type(s, e, row, words))));
    e->itemset = words->list;
    if (!find_list(s, e, row, words)) return;
    if (strcmp(words->type, "select all that apply") == 0 && !check_spaces(s, e)) return;
    if (words->or_other && !check_other(s, e, row)) return;
    if (!select_finish(x, e, row, words)) return;
    if (s->table_list && !join_table_list(s, e, row, words)) return;
    if (e->choices && !check_search(s, e, row)) return;
    if (!e->choices && pairs_text(&e->control, "appearance").p && !check_search(s, e, row)) return;
    element_append(container(s), e);
    if (words->or_other) add_other_question(s, e);
}

/* ---- questions ---- */

static bool add_osm(struct survey *s, struct element *e, const struct table_row *row, struct str type) {
    ptrdiff_t at = str_find(type, STR("osm "));
    struct str list = at < 0 ? STR_NONE : str_trim(str_sub(type, (size_t)at + 4, type.n));
    if (!list.n) return false;
    element_use_type(s->x, e, question_type_named(STR("osm")));
    if (s->x->osm_lists.count) {
        e->choices = choice_list_named(&s->x->osm_lists, list);
        if (!e->choices) no_such_list(s, row, "osm", &s->x->osm_lists, list);
    }
    element_append(container(s), e);
    return true;
}

static void unknown_type(struct survey *s, const struct table_row *row, struct str type) {
    struct str near = question_type_near(s->x->arena, type);
    if (near.p)
        fault_error(s->x->faults, "xlsform.type-unknown", row_place(s, row, "type"), T("There is no question type “{0}”. Did you mean “{1}”?"), type, near);
    else
        fault_error(s->x->faults, "xlsform.type-unknown", row_place(s, row, "type"),
                    T("There is no question type “{0}”. Types are text, integer, date, select_one LIST and so on."), type);
}

static void add_plain(struct survey *s, struct element *e, const struct table_row *row, const struct question_type *type) {
    struct xlsform *x = s->x;
    element_use_type(x, e, type);
    if (e->is_calculate && !pairs_find(&e->bind, "calculate") && !e->dynamic_default) {
        fault_error(x->faults, "xlsform.calculation-missing", row_place(s, row, "type"), T("This row has no calculation. Fill the column “calculation”."));
        return;
    }
    if (strcmp(type->name, "simserial") == 0 || strcmp(type->name, "subscriberid") == 0)
        fault_warning(x->faults, "xlsform.type-outdated", row_place(s, row, "type"), T("Today's phones no longer tell “{0}”; the answer will stay empty."), str_from(type->name));
    if (question_finish(x, e, row)) element_append(container(s), e);
}

static void add_external_instance(struct survey *s, const struct table_row *row, struct str name, struct str type) {
    struct element *e = element_new(s->x, ELEMENT_INSTANCE, name, row->number);
    struct str stem;
    e->value = type;
    read_triggers(s, e, row); /* said in vain, but checked */
    file_extension(name, &stem);
    map_put(&s->x->secondary, stem, e);
    element_append(container(s), e);
}

static void add_question(struct survey *s, const struct table_row *row, struct str type, struct str name) {
    struct xlsform *x = s->x;
    map_put(&x->question_names, name, s);
    if (str_eqz(type, "csv-external") || str_eqz(type, "xml-external")) {
        add_external_instance(s, row, name, type);
        return;
    }
    struct element *e = element_new(x, ELEMENT_QUESTION, name, row->number);
    struct select_words words;
    const struct question_type *known = question_type_named(type);
    fill(s, e, row);
    read_triggers(s, e, row);
    read_default(s, e, known);
    if (!parameters_read(x, e, row)) return;
    xlsform_note_entity_use(x, row, container(s), e, name);
    if (select_parse(type, &words)) add_select(s, e, row, &words);
    else if (add_osm(s, e, row, type)) return;
    else if (known && known->class != CLASS_SELECT) add_plain(s, e, row, known);
    else unknown_type(s, row, type);
}

static void add_audit(struct survey *s, const struct table_row *row) {
    struct xlsform *x = s->x;
    struct str name = table_text(row, "name");
    if (name.n && !str_eqz(name, "audit")) {
        fault_error(x->faults, "xlsform.audit-name", row_place(s, row, "name"), T("An audit is always named “audit”. Leave its name empty."));
        return;
    }
    struct element *e = element_new(x, ELEMENT_QUESTION, STR("audit"), row->number);
    for (struct element *other = s->meta->first; other; other = other->next)
        if (str_eqz(other->name, "audit"))
            fault_error(x->faults, "xlsform.audit-twice", row_place(s, row, "type"), T("There are two rows for the audit. Keep one of them."));
    fill(s, e, row);
    read_triggers(s, e, row);
    read_default(s, e, NULL);
    element_use_type(x, e, question_type_named(STR("audit")));
    if (parameters_read(x, e, row) && question_finish(x, e, row)) element_append(s->meta, e);
}

/* ---- rows ---- */

/* Some settings may stand in the survey sheet, as a type with the value for a name. */
static bool is_setting(struct xlsform *x, struct str type, const struct table_row *row) {
    struct str value = table_text(row, "name");
    if (str_eqz(type, "form_title") || str_eqz(type, "set_form_title")) x->title = value;
    else if (str_eqz(type, "form_id") || str_eqz(type, "set_form_id")) x->id = value;
    else return false;
    return true;
}

static void read_row(struct survey *s, const struct table_row *row) {
    struct xlsform *x = s->x;
    struct str type = question_type_canonical(table_text(row, "type")), list, disabled = table_text(row, "disabled");
    enum element_kind kind = ELEMENT_GROUP;
    if (disabled.n)
        fault_warning(x->faults, "xlsform.disabled", row_place(s, row, "disabled"), T("The column “disabled” is no longer part of the standard. Use “relevant” instead."));
    if (disabled.n && xlsform_yes(disabled)) return;
    if (!type.n) {
        if (!table_text(row, "name").n && !table_text(row, "label").n) {
            fault_warning(x->faults, "xlsform.row-skipped", row_place(s, row, NULL), T("This row has no type, name or label and is left out."));
            return;
        }
        fault_error(x->faults, "xlsform.type-missing", row_place(s, row, "name"), T("This row has no type. Fill the column “type”."));
        return;
    }
    if (str_eqz(type, "audit")) {
        add_audit(s, row);
        return;
    }
    if (is_setting(x, type, row)) return;
    enum control_word word = control_word_parse(type, &kind, &list);
    if (word == CONTROL_WORD_END) {
        xlsform_note_entity_use(x, row, container(s), NULL, STR_NONE);
        end_container(s, row, kind, type);
        return;
    }
    struct str name = read_name(s, row, type);
    if (word == CONTROL_WORD_BEGIN) {
        xlsform_note_entity_use(x, row, container(s), NULL, name);
        begin_container(s, row, kind, list, name);
    } else if (name.n) {
        add_question(s, row, type, name);
    }
}

/* ---- after the last row ---- */

static void check_open(struct survey *s) {
    while (s->depth > 0) {
        struct element *e = container(s);
        struct place place = xlsform_place(s->x, "survey", e->row, 0);
        fault_error(s->x->faults, "xlsform.begin-unmatched", place, T("“{0}” begins here but never ends. Add the row that ends it."), e->name);
        s->depth--;
    }
}

/* A loop may have copied a repeat: its name is no longer unique. */
static void check_copied_repeats(struct xlsform *x) {
    struct map seen;
    map_init(&seen, x->arena);
    for (struct element *e = x->root; e; e = element_after(e, x->root)) {
        if (e->kind != ELEMENT_REPEAT) continue;
        struct element *other = map_get(&seen, e->name);
        if (other && other->row == e->row)
            fault_error(x->faults, "xlsform.repeat-twice", xlsform_place(x, "survey", e->row, 0),
                        T("Two repeats are named “{0}”. A repeat's name must be unique in the whole form."), e->name);
        map_put(&seen, e->name, e);
    }
}

/* Hands every trigger to the question that it names. */
static void link_triggers(struct xlsform *x) {
    for (struct element *e = x->root; e; e = element_after(e, x->root))
        for (size_t i = 0; i < e->trigger_count; i++) {
            if (!map_has(&x->question_names, e->triggers[i])) {
                fault_error(x->faults, "xlsform.reference-unknown", xlsform_place(x, "survey", e->row, 0),
                            T("There is no question named “{0}”. Correct the name in ${…}, or add the question to the sheet “survey”."), e->triggers[i]);
                continue;
            }
            if (e->kind != ELEMENT_QUESTION) continue; /* a group has nothing to set */
            struct element *source = element_named(x, e->triggers[i]);
            struct triggered t = {e, pairs_text(&e->bind, "calculate"), strcmp(e->type->name, "background-geopoint") == 0};
            if (source) VEC_PUSH(x->arena, source->triggered, source->triggered_count, source->triggered_capacity, t);
        }
}

/* Collect reads the items of a search() from the control, where a list shared with other questions is not. */
static void check_search_lists(struct xlsform *x) {
    for (struct element *e = x->root; e; e = element_after(e, x->root))
        if (e->kind == ELEMENT_QUESTION && e->type->class == CLASS_SELECT && e->choices && e->choices->used_by_search && !e->is_search)
            fault_error(x->faults, "xlsform.search-shared", xlsform_place(x, "survey", e->row, 0),
                        T("The list “{0}” is used with search() by another question. Give this question a list of its own."), e->choices->name);
}

static void check_reference_geometry(struct xlsform *x) {
    for (struct element *e = x->root; e; e = element_after(e, x->root)) {
        if (e->kind != ELEMENT_QUESTION || e->type->class != CLASS_GEO || !e->itemset.n) continue;
        struct reference r;
        size_t at = 0;
        bool known = map_has(&x->secondary, e->itemset) || map_has(&x->lists, e->itemset) || map_has(&x->entity_lists, e->itemset);
        if (!known && is_reference(e->itemset) && reference_next(e->itemset, &at, &r)) known = map_has(&x->repeat_names, r.name);
        if (!known)
            fault_error(x->faults, "xlsform.reference-geometry", xlsform_place(x, "survey", e->row, 0),
                        T("reference-geometry “{0}” is neither a list, an attached file nor ${…} of a repeat."), e->itemset);
        e->choices = choice_list_named(&x->lists, e->itemset);
    }
}

/* Setting `flat`: no groups among the answers; their conditions move to what is in them. */
static void flatten(struct xlsform *x, struct element *parent, struct str condition) {
    for (struct element *e = parent->first; e; e = e->next) {
        struct str own = pairs_text(&e->bind, "relevant"), both = condition.n ? condition : own;
        if (condition.n && own.n) both = arena_printf(x->arena, "%.*s and (%.*s)", STR_ARGS(condition), STR_ARGS(own));
        if (e->first) {
            e->flat = true;
            flatten(x, e, both);
        } else if (both.n) {
            pairs_set(x->arena, &e->bind, "relevant", both);
            e->has_bind = true;
        }
    }
}

static void finish_meta(struct survey *s) {
    struct xlsform *x = s->x;
    if (!xlsform_yes(pairs_text(&x->set, "omit_instanceID"))) {
        struct element *id = add_calculate(s, s->meta, STR("instanceID"), STR_NONE, 0);
        struct str preload = pairs_text(&x->set, "instance_id");
        pairs_set(x->arena, &id->bind, "jr:preload", preload.n ? preload : STR("uid"));
        count_name(x, STR("instanceID"));
    } else if (pairs_text(&x->set, "public_key").n) {
        fault_error(x->faults, "xlsform.instance-id", xlsform_place(x, "settings", 2, 0), T("An encrypted form needs its instanceID. Remove omit_instanceID."));
    }
    struct str name = pairs_text(&x->set, "instance_name");
    if (name.n) {
        struct element *e = element_new(x, ELEMENT_QUESTION, STR("instanceName"), 0);
        pairs_set(x->arena, &e->bind, "calculate", name);
        element_use_type(x, e, question_type_named(STR("calculate")));
        element_append(s->meta, e);
    }
}

void xlsform_read_survey(struct xlsform *x) {
    struct survey s = {.x = x};
    x->root = element_new(x, ELEMENT_SURVEY, x->root_name, 0);
    s.levels[0].element = x->root;
    s.levels[0].opened_as = ELEMENT_SURVEY;
    map_init(&s.levels[0].names, x->arena);
    map_init(&s.levels[0].names_lower, x->arena);
    s.meta = element_new(x, ELEMENT_GROUP, STR("meta"), 0);
    s.meta->bodyless = true;
    for (size_t i = 0; i < x->survey.count; i++) read_row(&s, &x->survey.rows[i]);
    check_open(&s);
    if (pairs_text(&x->set, "flat").n) flatten(x, x->root, STR_NONE);
    finish_meta(&s);
    xlsform_apply_entities(x); /* may make the root's meta group */
    struct element *meta = x->root->last && x->root->last->bodyless ? x->root->last : NULL;
    if (!meta && s.meta->first) element_append(x->root, s.meta);
    for (struct element *e = s.meta->first, *next; meta && e; e = next) {
        next = e->next;
        e->next = NULL;
        element_append(meta, e);
    }
    check_reference_geometry(x);
    check_search_lists(x);
    check_copied_repeats(x);
    xlsform_index_elements(x);
    link_triggers(x);
}
