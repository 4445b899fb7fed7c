/* xlsform_table.c: the sheets of an XLSForm workbook as tables of known columns (xlsform_parts.h).
 *
 * Column names are matched whatever their case, spaces and underscores being the same; old names are turned into
 * today's. NAME::LANGUAGE (or NAME:LANGUAGE when no header has ::) is a translation, bind::X, body::X, instance::X pass
 * through. Unknown columns keep their name: a choice_filter may use them.
 */
#include "form/xlsform_parts.h"

#include <string.h>

enum {
    EMPTY_COLUMNS_END = 20, /* after more empty columns or rows than that the sheet counts as ended, as in pyxform: */
    EMPTY_ROWS_END = 60     /* stray cells far away are somebody's notes */
};

const char *const xlsform_sheets[] = {"survey", "choices", "settings", "entities", "external_choices", "osm", NULL};

struct alias {
    const char *written, *key;
    enum column_group group;
};

static const struct alias survey_aliases[] = {
    {"read_only", "readonly", COLUMN_BIND},
    {"readonly", "readonly", COLUMN_BIND},
    {"relevant", "relevant", COLUMN_BIND},
    {"relevance", "relevant", COLUMN_BIND},
    {"required", "required", COLUMN_BIND},
    {"constraint", "constraint", COLUMN_BIND},
    {"constraining_message", "jr:constraintMsg", COLUMN_BIND},
    {"constraint_message", "jr:constraintMsg", COLUMN_BIND},
    {"calculation", "calculate", COLUMN_BIND},
    {"calculate", "calculate", COLUMN_BIND},
    {"noapperrorstring", "jr:noAppErrorString", COLUMN_BIND},
    {"no_app_error_string", "jr:noAppErrorString", COLUMN_BIND},
    {"requiredmsg", "jr:requiredMsg", COLUMN_BIND},
    {"required_message", "jr:requiredMsg", COLUMN_BIND},
    {"save_to", "entities:saveto", COLUMN_BIND},
    {"privacy", "lingban:privacy", COLUMN_BIND},
    {"purpose", "lingban:purpose", COLUMN_BIND},
    {"kind", "lingban:kind", COLUMN_BIND},
    {"caption", "label", COLUMN_PLAIN},
    {"command", "type", COLUMN_PLAIN},
    {"tag", "name", COLUMN_PLAIN},
    {"value", "name", COLUMN_PLAIN},
    {"appearance", "appearance", COLUMN_CONTROL},
    {"count", "jr:count", COLUMN_CONTROL},
    {"repeat_count", "jr:count", COLUMN_CONTROL},
    {"jr:count", "jr:count", COLUMN_CONTROL},
    {"autoplay", "autoplay", COLUMN_CONTROL},
    {"rows", "rows", COLUMN_CONTROL},
    {"compact_tag", "odk:tag", COLUMN_INSTANCE},
    {"image", "image", COLUMN_MEDIA},
    {"big-image", "big-image", COLUMN_MEDIA},
    {"audio", "audio", COLUMN_MEDIA},
    {"video", "video", COLUMN_MEDIA},
    {NULL, NULL, COLUMN_PLAIN},
};
static const char *const survey_columns[] = {
    "type", "name", "label", "hint", "guidance_hint", "default", "choice_filter", "trigger", "parameters", "intent", "disabled",
    "sms_field", "sms_option", "sms_separator", "sms_allow_media", "sms_date_format", "sms_datetime_format", "sms_response",
    "bind", "control", "instance", "media", "body", NULL};

static const struct alias list_aliases[] = {
    {"caption", "label", COLUMN_PLAIN},   {"list_name", "list_name", COLUMN_PLAIN}, {"value", "name", COLUMN_PLAIN},
    {"image", "image", COLUMN_MEDIA},     {"big-image", "big-image", COLUMN_MEDIA}, {"audio", "audio", COLUMN_MEDIA},
    {"video", "video", COLUMN_MEDIA},     {NULL, NULL, COLUMN_PLAIN},
};
static const char *const list_columns[] = {"name", "label", "sms_option", "media", NULL};

static const struct alias settings_aliases[] = {
    {"form_title", "title", COLUMN_PLAIN}, {"set_form_title", "title", COLUMN_PLAIN}, {"form_id", "id_string", COLUMN_PLAIN},
    {"set_form_id", "id_string", COLUMN_PLAIN}, {NULL, NULL, COLUMN_PLAIN},
};
static const char *const settings_columns[] = {
    "title", "id_string", "version", "default_language", "instance_name", "style", "submission_url", "public_key", "auto_send",
    "auto_delete", "client_editable", "name", "clean_text_values", "omit_instanceID", "allow_choice_duplicates", "namespaces",
    "attribute", "flat", "prefix", "delimiter", "instance_xmlns", "add_none_option", "sms_keyword", "sms_allow_media",
    "sms_date_format", "sms_datetime_format", "sms_response", "sms_separator", "label", NULL};

static const struct alias entity_aliases[] = {{"list_name", "dataset", COLUMN_PLAIN}, {NULL, NULL, COLUMN_PLAIN}};
static const char *const entity_columns[] = {"dataset", "label", "entity_id", "create_if", "update_if", "repeat", NULL};

struct table_kind {
    const char *name;
    const struct alias *aliases;
    const char *const *columns;
    const char *required;
};

static const struct table_kind table_kinds[] = {
    {"survey", survey_aliases, survey_columns, "type"},
    {"choices", list_aliases, list_columns, "name"},
    {"settings", settings_aliases, settings_columns, NULL},
    {"entities", entity_aliases, entity_columns, NULL},
    {"external_choices", list_aliases, list_columns, NULL},
    {"osm", list_aliases, list_columns, NULL},
};

bool xlsform_yes(struct str s) {
    static const char *const words[] = {"yes", "Yes", "YES", "true", "True", "TRUE", "true()"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (str_eqz(s, words[i])) return true;
    return false;
}

struct place xlsform_place(const struct xlsform *x, const char *sheet, int row, int column) {
    return (struct place){.file = x->workbook->file, .line = row, .column = column, .element = str_from(sheet), .sheet = true};
}

struct place xlsform_row_place(const struct xlsform *x, const struct table *t, const struct table_row *row, const char *key) {
    int column = 0;
    for (size_t i = 0; key && i < row->count && !column; i++)
        if (str_eqz(row->cells[i].column->key, key)) column = row->cells[i].column->number;
    return xlsform_place(x, t->name, row->number, column);
}

/* ---- headers ---- */

/* "Choice  Filter" -> "choice_filter". */
static struct str snake_case(struct arena *a, struct str s) {
    char *out = arena_alloc_raw(a, s.n + 1);
    size_t n = 0;
    for (size_t i = 0; i < s.n; i++) {
        char c = s.p[i];
        if (c == ' ' || c == '\t' || c == '\n' || c == '\r') {
            if (n && out[n - 1] != '_') out[n++] = '_';
        } else {
            out[n++] = c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
        }
    }
    while (n && out[n - 1] == '_' && s.p[s.n - 1] != '_') n--;
    return (struct str){out, n};
}

static bool is_known(const struct table_kind *kind, struct str name) {
    for (size_t i = 0; kind->columns[i]; i++)
        if (str_eqz(name, kind->columns[i])) return true;
    return false;
}

static const struct alias *alias_of(const struct table_kind *kind, struct str name) {
    for (const struct alias *a = kind->aliases; a->written; a++)
        if (str_eqz(name, a->written)) return a;
    return NULL;
}

/* Cuts a header at :: or :, keeping jr:name in one piece. */
static size_t split_header(struct arena *a, struct str header, bool double_colon, struct str *tokens, size_t limit) {
    size_t count = 0, from = 0;
    for (size_t i = 0; i <= header.n && count < limit; i++) {
        bool end = i == header.n;
        bool cut = !end && header.p[i] == ':' && (!double_colon || (i + 1 < header.n && header.p[i + 1] == ':'));
        if (!end && !cut) continue;
        struct str token = str_trim(str_sub(header, from, i));
        if (!double_colon && count && str_eqz(tokens[count - 1], "jr"))
            tokens[count - 1] = arena_printf(a, "jr:%.*s", STR_ARGS(token));
        else
            tokens[count++] = token;
        if (cut && double_colon) i++;
        from = i + 1;
    }
    return count;
}

static enum column_group group_named(struct str name, bool *out_is_group) {
    *out_is_group = true;
    if (str_eqz(name, "bind")) return COLUMN_BIND;
    if (str_eqz(name, "control") || str_eqz(name, "body")) return COLUMN_CONTROL;
    if (str_eqz(name, "instance")) return COLUMN_INSTANCE;
    if (str_eqz(name, "media")) return COLUMN_MEDIA;
    *out_is_group = false;
    return COLUMN_PLAIN;
}

/* "lingban:privacy", as the attribute is called, is the column "privacy": were it passed over, the answer would be shown
 * to more people than its author meant. */
static struct str without_prefix(const struct table_kind *kind, struct str header) {
    struct str prefix = STR("lingban:");
    bool ours = strcmp(kind->name, "survey") == 0 && str_starts(header, prefix) && header.n > prefix.n && header.p[prefix.n] != ':';
    return ours ? str_sub(header, prefix.n, header.n) : header;
}

static struct column read_header(struct arena *a, const struct table_kind *kind, struct str written, bool double_colon) {
    struct str header = without_prefix(kind, written);
    struct column c = {.header = written, .key = header};
    struct str whole = snake_case(a, header);
    if ((is_known(kind, header) && !alias_of(kind, header)) || (is_known(kind, whole) && !alias_of(kind, whole))) {
        c.key = is_known(kind, header) ? header : whole;
        c.known = true;
        return c;
    }
    struct str tokens[4] = {0};
    size_t count = split_header(a, header, double_colon || str_find(header, STR("::")) >= 0, tokens, 4), next = 1;
    struct str first = snake_case(a, tokens[0]);
    const struct alias *alias = alias_of(kind, first);
    c.known = alias || is_known(kind, first);
    bool grouped = false;
    enum column_group group = c.known ? group_named(first, &grouped) : COLUMN_PLAIN;
    if (alias) {
        c.group = alias->group;
        c.key = str_from(alias->key);
    } else if (grouped && count > 1) {
        c.group = group;
        c.key = tokens[1];
        next = 2;
    } else {
        c.key = c.known ? first : tokens[0];
    }
    if (next < count) c.language = tokens[next].n ? tokens[next] : STR("");
    return c;
}

static bool same_column(const struct column *a, const struct column *b) {
    return a->group == b->group && str_eq(a->key, b->key) && (a->language.p == NULL) == (b->language.p == NULL) &&
           str_eq(a->language, b->language);
}

size_t edit_distance(struct str a, struct str b) {
    size_t row[64];
    if (a.n > 60 || b.n > 60) return 100;
    for (size_t j = 0; j <= b.n; j++) row[j] = j;
    for (size_t i = 0; i < a.n; i++) {
        size_t corner = row[0];
        row[0] = i + 1;
        for (size_t j = 0; j < b.n; j++) {
            size_t change = corner + (a.p[i] != b.p[j]);
            size_t gap = (row[j] < row[j + 1] ? row[j] : row[j + 1]) + 1;
            corner = row[j + 1];
            row[j + 1] = change < gap ? change : gap;
        }
    }
    return row[b.n];
}

static void hint_misspelt(struct xlsform *x, const struct table_kind *kind, const struct column *c, int row) {
    struct str name = snake_case(x->arena, c->key), near = STR_NONE;
    size_t allowed = name.n < 5 ? 1 : 2;
    if (name.n < 4) return;
    for (const struct alias *a = kind->aliases; a->written && !near.p; a++)
        if (edit_distance(name, str_from(a->written)) <= allowed) near = str_from(a->written);
    for (size_t i = 0; kind->columns[i] && !near.p; i++)
        if (edit_distance(name, str_from(kind->columns[i])) <= allowed) near = str_from(kind->columns[i]);
    if (near.p)
        fault_warning(x->faults, "xlsform.column-spelling", xlsform_place(x, kind->name, row, c->number),
                      T("There is no column “{0}”, and it is left out. Did you mean “{1}”?"), c->header, near);
}

static void add_column(struct xlsform *x, const struct table_kind *kind, struct table *t, struct column c, int row) {
    for (size_t i = 0; i < t->column_count; i++) {
        const struct column *other = &t->columns[i];
        bool both_ids = str_eqz(c.key, "id_string") && (str_eqz(c.header, "id_string") || str_eqz(other->header, "id_string"));
        if (!same_column(&c, other) || both_ids) continue; /* of form_id and id_string the first wins, as ever */
        fault_error(x->faults, "xlsform.column-twice", xlsform_place(x, kind->name, row, c.number),
                    T("The columns “{0}” and “{1}” mean the same. Rename or remove one of them."), other->header, c.header);
    }
    bool suspicious = !c.known && c.group == COLUMN_PLAIN && strcmp(kind->name, "entities") != 0;
    bool free_columns = strcmp(kind->name, "choices") == 0 || strcmp(kind->name, "external_choices") == 0;
    if (suspicious && !free_columns) hint_misspelt(x, kind, &c, row);
    t->columns[t->column_count++] = c;
}

static void read_headers(struct xlsform *x, const struct table_kind *kind, struct table *t, const struct sheet_row *row) {
    bool double_colon = false;
    for (size_t i = 0; i < row->count; i++)
        if (str_find(row->cells[i].text, STR("::")) >= 0) double_colon = true;
    t->columns = arena_array(x->arena, struct column, row->count);
    int last = 0;
    for (size_t i = 0; i < row->count; i++) {
        const struct sheet_cell *cell = &row->cells[i];
        if (cell->column - last > EMPTY_COLUMNS_END + 1 && i > 0) break;
        last = cell->column;
        struct column c = read_header(x->arena, kind, cell->text, double_colon);
        c.number = cell->column;
        add_column(x, kind, t, c, row->number);
    }
}

/* ---- rows ---- */

/* Runs of spaces to one (in the survey sheet), typographic quotes to straight ones: an expression needs those. */
static struct str clean_value(struct arena *a, struct str s, bool collapse) {
    bool quotes = str_find(s, STR("\xE2\x80")) >= 0, runs = collapse && str_find(s, STR("  ")) >= 0;
    if (!quotes && !runs) return s;
    char *out = arena_alloc_raw(a, s.n + 1);
    size_t n = 0;
    for (size_t i = 0; i < s.n; i++) {
        if (runs && s.p[i] == ' ' && n && out[n - 1] == ' ') continue;
        if (s.p[i] == '\xE2' && i + 2 < s.n && s.p[i + 1] == '\x80') {
            unsigned char mark = (unsigned char)s.p[i + 2];
            if (mark == 0x98 || mark == 0x99 || mark == 0x9C || mark == 0x9D) {
                out[n++] = mark < 0x9A ? '\'' : '"';
                i += 2;
                continue;
            }
        }
        out[n++] = s.p[i];
    }
    return (struct str){out, n};
}

static struct table_row read_row(struct xlsform *x, const struct table *t, const struct sheet_row *row, bool collapse) {
    struct table_row out = {.number = row->number};
    out.cells = arena_array(x->arena, struct table_cell, row->count);
    size_t column = 0;
    for (size_t i = 0; i < row->count; i++) {
        while (column < t->column_count && t->columns[column].number < row->cells[i].column) column++;
        if (column == t->column_count) break;
        if (t->columns[column].number != row->cells[i].column) continue;
        struct str text = clean_value(x->arena, row->cells[i].text, collapse);
        out.cells[out.count++] = (struct table_cell){&t->columns[column], text};
    }
    return out;
}

static void read_table(struct xlsform *x, const struct table_kind *kind, const struct sheet *sheet, struct table *t) {
    t->name = kind->name;
    if (!sheet || sheet->count == 0) return;
    t->present = true;
    t->header_row = sheet->rows[0].number;
    read_headers(x, kind, t, &sheet->rows[0]);
    bool collapse = strcmp(kind->name, "survey") == 0 && x->clean_text;
    t->rows = arena_array(x->arena, struct table_row, sheet->count);
    int last = sheet->rows[0].number;
    for (size_t i = 1; i < sheet->count; i++) {
        struct table_row row = read_row(x, t, &sheet->rows[i], collapse);
        if (row.count == 0) continue;
        if (row.number - last > EMPTY_ROWS_END + 1) break;
        last = row.number;
        t->rows[t->count++] = row;
    }
    bool must = kind->required && (t->count || strcmp(kind->name, "survey") == 0);
    if (must && !table_has_column(t, kind->required))
        fault_error(x->faults, "xlsform.column-missing", xlsform_place(x, kind->name, sheet->rows[0].number, 0),
                    T("The column “{0}” is missing. The first row must hold the names of the columns."), str_from(kind->required));
}

struct str table_text(const struct table_row *row, const char *key) {
    for (size_t i = 0; i < row->count; i++) {
        const struct column *c = row->cells[i].column;
        if (c->group == COLUMN_PLAIN && str_eqz(c->key, key)) return row->cells[i].text;
    }
    return STR_NONE;
}

bool table_has_column(const struct table *t, const char *key) {
    for (size_t i = 0; i < t->column_count; i++)
        if (t->columns[i].group == COLUMN_PLAIN && str_eqz(t->columns[i].key, key)) return true;
    return false;
}

/* ---- the workbook ---- */

static bool is_ours(struct str name) {
    for (size_t i = 0; xlsform_sheets[i]; i++)
        if (str_eqz(name, xlsform_sheets[i])) return true;
    return false;
}

struct str xlsform_similar_sheet(const struct xlsform *x, const char *wanted) {
    for (size_t i = 0; i < x->workbook->count; i++) {
        struct str name = x->workbook->sheets[i].name, lower = snake_case(x->arena, name);
        if (is_ours(name) || name.n == 0 || name.p[0] == '_') continue;
        if (edit_distance(lower, str_from(wanted)) <= 2) return name;
    }
    return STR_NONE;
}

static const struct sheet *find_sheet(const struct xlsform *x, const char *name) {
    const struct sheet *s = workbook_sheet(x->workbook, name);
    bool single = !s && x->workbook->count == 1 && strcmp(name, "survey") == 0;
    return single ? &x->workbook->sheets[0] : s;
}

static void survey_missing(struct xlsform *x) {
    struct str near = xlsform_similar_sheet(x, "survey");
    struct place place = {.file = x->workbook->file};
    if (near.p)
        fault_error(x->faults, "xlsform.no-survey", place, T("There is no sheet “survey”. Rename the sheet “{0}” if it is meant."), near);
    else
        fault_error(x->faults, "xlsform.no-survey", place, T("There is no sheet “survey”. The questions must stand in a sheet of that name."));
}

void xlsform_read_tables(struct xlsform *x) {
    struct table *tables[] = {&x->survey, &x->choices, &x->settings, &x->entities, &x->external_choices, &x->osm};
    x->clean_text = true;
    read_table(x, &table_kinds[2], find_sheet(x, "settings"), &x->settings);
    if (x->settings.count) {
        struct str clean = table_text(&x->settings.rows[0], "clean_text_values");
        x->clean_text = !clean.p || xlsform_yes(clean);
    }
    for (size_t i = 0; i < sizeof tables / sizeof *tables; i++)
        if (i != 2) read_table(x, &table_kinds[i], find_sheet(x, table_kinds[i].name), tables[i]);
    if (!x->survey.present) survey_missing(x);
    const char *optional[] = {"settings", "entities"};
    for (size_t i = 0; i < 2; i++) {
        struct str near = workbook_sheet(x->workbook, optional[i]) ? STR_NONE : xlsform_similar_sheet(x, optional[i]);
        if (near.p)
            fault_warning(x->faults, "xlsform.sheet-spelling", ((struct place){.file = x->workbook->file, .element = near, .sheet = true}),
                          T("The sheet “{0}” is left out. Did you mean “{1}”? If not, put _ before its name."), near, str_from(optional[i]));
    }
}

/* ---- texts ---- */

struct words words_plain(struct arena *a, struct str text) {
    struct words w = {0};
    if (text.n) words_add(a, &w, false, STR_NONE, text, STR_NONE);
    return w;
}

struct str words_first(const struct words *w) {
    return w && w->count ? w->items[0].text : STR_NONE;
}

void words_add(struct arena *a, struct words *w, bool translated, struct str language, struct str text,
               struct str default_language) {
    if (translated && !w->translated && w->count) w->items[0].language = default_language;
    if (!translated && w->translated) language = default_language;
    if (translated) w->translated = true;
    for (size_t i = 0; i < w->count; i++)
        if (str_eq(w->items[i].language, language)) {
            w->items[i].text = text;
            return;
        }
    struct word word = {language, text};
    VEC_PUSH(a, w->items, w->count, w->capacity, word);
}

struct words *pairs_find(const struct pairs *p, const char *key) {
    for (size_t i = 0; i < p->count; i++)
        if (str_eqz(p->items[i].key, key)) return &p->items[i].value;
    return NULL;
}

struct words *pairs_at(struct arena *a, struct pairs *p, struct str key) {
    for (size_t i = 0; i < p->count; i++)
        if (str_eq(p->items[i].key, key)) return &p->items[i].value;
    struct pair pair = {.key = key};
    VEC_PUSH(a, p->items, p->count, p->capacity, pair);
    return &p->items[p->count - 1].value;
}

void pairs_set(struct arena *a, struct pairs *p, const char *key, struct str text) {
    struct words *w = pairs_at(a, p, str_from(key));
    *w = (struct words){0};
    words_add(a, w, false, STR_NONE, text, STR_NONE);
}

struct str pairs_text(const struct pairs *p, const char *key) {
    return words_first(pairs_find(p, key));
}

struct pairs pairs_copy(struct arena *a, const struct pairs *p) {
    struct pairs copy = {.count = p->count, .capacity = p->count};
    copy.items = arena_array(a, struct pair, p->count + 1);
    for (size_t i = 0; i < p->count; i++) {
        const struct words *from = &p->items[i].value;
        copy.items[i].key = p->items[i].key;
        for (size_t k = 0; k < from->count; k++) {
            struct word word = from->items[k];
            struct words *to = &copy.items[i].value;
            VEC_PUSH(a, to->items, to->count, to->capacity, word);
        }
        copy.items[i].value.translated = from->translated;
    }
    return copy;
}
