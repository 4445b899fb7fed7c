/* show.c: a model as text for a terminal (dmn_show).
 *
 * Decision tables are drawn with lines; a letter of East Asian width takes two columns; long cells are wrapped.
 * Other logic is indented text. A table is collected into a grid of texts first, then measured, then drawn.
 */
#include "dmn/table.h"

enum { CELL_WIDTH_MOST = 36 };

struct shower {
    struct buf *out;
    struct arena *arena;
    enum language language;
};

/* ---- how wide text is (Unicode Standard Annex 11: wide and full-width) ---- */

static const struct {
    uint32_t first, last;
} wide[] = {{0x1100, 0x115F},   {0x2E80, 0x303E},   {0x3041, 0xA4CF},   {0xAC00, 0xD7A3},   {0xF900, 0xFAFF},
            {0xFE30, 0xFE6F},   {0xFF00, 0xFF60},   {0xFFE0, 0xFFE6},   {0x1F300, 0x1FAFF}, {0x20000, 0x3FFFD}};

static size_t width_of(uint32_t codepoint) {
    if (codepoint >= 0x300 && codepoint <= 0x36F) return 0;
    for (size_t i = 0; i < sizeof wide / sizeof *wide; i++)
        if (codepoint >= wide[i].first && codepoint <= wide[i].last) return 2;
    return 1;
}

/* Bytes of the longest beginning of `s` that fits; at least one letter. *width is its width. */
static size_t fitting(struct str s, size_t most, size_t *width) {
    size_t at = 0, end = 0;
    uint32_t codepoint;
    *width = 0;
    while (end < s.n && utf8_next(s, &at, &codepoint)) {
        size_t w = width_of(codepoint);
        if (end && *width + w > most) break;
        *width += w;
        end = at;
    }
    return end;
}

static size_t text_width(struct str s) {
    size_t width;
    fitting(s, SIZE_MAX, &width);
    return width;
}

static void repeat(struct buf *out, const char *piece, size_t times) {
    while (times--) buf_addz(out, piece);
}

/* ---- a grid ---- */

struct grid {
    struct str *cells; /* [row][column], without line breaks */
    size_t rows, columns;
    size_t *widths;
    size_t first_output; /* a double line stands before it */
};

static struct str one_line(struct arena *a, struct str s) {
    char *out = arena_alloc_raw(a, s.n + 1);
    s = str_trim(s);
    for (size_t i = 0; i < s.n; i++) out[i] = s.p[i] == '\n' || s.p[i] == '\r' || s.p[i] == '\t' ? ' ' : s.p[i];
    return (struct str){out, s.n};
}

static void set_cell(const struct shower *s, struct grid *g, size_t row, size_t column, struct str text) {
    g->cells[row * g->columns + column] = one_line(s->arena, text);
    size_t width = text_width(g->cells[row * g->columns + column]);
    if (width > CELL_WIDTH_MOST) width = CELL_WIDTH_MOST;
    if (width > g->widths[column]) g->widths[column] = width;
}

static void draw_line(const struct shower *s, const struct grid *g, const char *left, const char *middle,
                      const char *double_middle, const char *right) {
    buf_addz(s->out, "  ");
    for (size_t c = 0; c < g->columns; c++) {
        buf_addz(s->out, c == 0 ? left : c == g->first_output ? double_middle : middle);
        repeat(s->out, "─", g->widths[c] + 2);
    }
    buf_addz(s->out, right);
    buf_byte(s->out, '\n');
}

/* One line of text of a row; what is left of each cell stays in `rest`. False when nothing was left. */
static bool draw_text_line(const struct shower *s, const struct grid *g, struct str *rest) {
    bool more = false;
    for (size_t c = 0; c < g->columns; c++) more = more || rest[c].n;
    if (!more) return false;
    buf_addz(s->out, "  ");
    for (size_t c = 0; c < g->columns; c++) {
        size_t width, bytes = fitting(rest[c], g->widths[c], &width);
        buf_addz(s->out, c == g->first_output && c ? "║ " : "│ ");
        buf_add(s->out, str_sub(rest[c], 0, bytes));
        repeat(s->out, " ", g->widths[c] + 1 - (width < g->widths[c] ? width : g->widths[c]));
        rest[c] = str_trim(str_sub(rest[c], bytes, rest[c].n));
    }
    buf_addz(s->out, "│\n");
    return true;
}

static void draw(const struct shower *s, const struct grid *g) {
    struct str *rest = arena_array(s->arena, struct str, g->columns);
    draw_line(s, g, "┌", "┬", "╥", "┐");
    for (size_t r = 0; r < g->rows; r++) {
        for (size_t c = 0; c < g->columns; c++) rest[c] = g->cells[r * g->columns + c];
        while (draw_text_line(s, g, rest)) continue;
        if (r == 0) draw_line(s, g, "├", "┼", "╫", "┤");
    }
    draw_line(s, g, "└", "┴", "╨", "┘");
}

static void new_grid(const struct shower *s, struct grid *g, size_t rows, size_t columns) {
    g->rows = rows;
    g->columns = columns;
    g->cells = arena_array(s->arena, struct str, rows * columns);
    g->widths = arena_array(s->arena, size_t, columns);
}

/* ---- decision tables ---- */

static struct str dash(struct str text) {
    return text.n ? text : STR("-");
}

static void table_header(const struct shower *s, struct grid *g, const struct dmn_table *table) {
    size_t c = 0;
    set_cell(s, g, 0, c++, dmn_policy_letters(table));
    for (size_t i = 0; i < table->input_count; i++)
        set_cell(s, g, 0, c++, table->inputs[i].label.n ? table->inputs[i].label : table->inputs[i].expression->literal.text);
    for (size_t i = 0; i < table->output_count; i++) {
        struct str name = table->outputs[i].variable.name;
        if (name.n == 0) name = table->output_label.n ? table->output_label : table->place.element;
        set_cell(s, g, 0, c++, name);
    }
    for (size_t i = 0; i < table->note_count; i++) set_cell(s, g, 0, c++, table->note_names[i]);
}

static void table_rule(const struct shower *s, struct grid *g, const struct dmn_table *table, size_t rule) {
    const struct dmn_rule *r = &table->rules[rule];
    size_t c = 0, row = rule + 1;
    set_cell(s, g, row, c++, arena_printf(s->arena, "%zu", row));
    for (size_t i = 0; i < table->input_count; i++) set_cell(s, g, row, c++, dash(r->cells[i]->text));
    for (size_t i = 0; i < table->output_count; i++)
        set_cell(s, g, row, c++, r->outputs[i] ? r->outputs[i]->literal.text : STR_NONE);
    for (size_t i = 0; i < table->note_count; i++) set_cell(s, g, row, c++, r->notes[i]);
}

static void show_table(const struct shower *s, const struct dmn_table *table) {
    bool defaults = false;
    for (size_t i = 0; i < table->output_count; i++) defaults = defaults || table->outputs[i].fallback;
    struct grid g = {.first_output = table->input_count + 1};
    new_grid(s, &g, table->rule_count + 1 + defaults, 1 + table->input_count + table->output_count + table->note_count);
    table_header(s, &g, table);
    for (size_t i = 0; i < table->rule_count; i++) table_rule(s, &g, table, i);
    for (size_t i = 0; i < table->output_count && defaults; i++) {
        set_cell(s, &g, g.rows - 1, 0, STR("*"));
        if (table->outputs[i].fallback)
            set_cell(s, &g, g.rows - 1, 1 + table->input_count + i, table->outputs[i].fallback->literal.text);
    }
    draw(s, &g);
    if (defaults) buf_printf(s->out, "  %.*s\n", STR_ARGS(text_in(s->language, T("* applies when no rule matches"))));
}

/* ---- other logic ---- */

static void show_expression(const struct shower *s, const struct dmn_expression *x, int depth);

static void indent(const struct shower *s, int depth) {
    for (int i = 0; i <= depth && i < 30; i++) buf_addz(s->out, "  ");
}

static void show_lines(const struct shower *s, struct str text, int depth) {
    struct str line;
    text = str_trim(text);
    while (str_split(&text, '\n', &line)) {
        indent(s, depth);
        buf_add(s->out, str_trim(line));
        buf_byte(s->out, '\n');
    }
}

static void show_word(const struct shower *s, const char *word, struct str name, int depth) {
    indent(s, depth);
    buf_addz(s->out, word);
    buf_add(s->out, name);
    buf_addz(s->out, ":\n");
}

static void show_entries(const struct shower *s, const struct dmn_entry *entries, size_t count, int depth) {
    for (size_t i = 0; i < count; i++) {
        struct str name = entries[i].variable.name;
        show_word(s, "", name.n ? name : STR("="), depth);
        show_expression(s, entries[i].value, depth + 1);
    }
}

static void show_function(const struct shower *s, const struct dmn_function *f, int depth) {
    static const char *const kinds[] = {"function(", "Java(", "PMML("};
    indent(s, depth);
    buf_addz(s->out, kinds[f->kind]);
    for (size_t i = 0; i < f->count; i++) {
        if (i) buf_addz(s->out, ", ");
        buf_add(s->out, f->parameters[i].name);
    }
    buf_addz(s->out, ")\n");
    show_expression(s, f->body, depth + 1);
}

static void show_relation(const struct shower *s, const struct dmn_relation *relation) {
    struct grid g = {.first_output = SIZE_MAX};
    if (relation->column_count == 0) return;
    new_grid(s, &g, relation->row_count + 1, relation->column_count);
    for (size_t c = 0; c < g.columns; c++) set_cell(s, &g, 0, c, relation->columns[c].name);
    for (size_t r = 0; r < relation->row_count; r++)
        for (size_t c = 0; c < g.columns && c < relation->rows[r]->list.count; c++) {
            const struct dmn_expression *x = relation->rows[r]->list.items[c];
            set_cell(s, &g, r + 1, c, x && x->kind == DMN_LITERAL ? x->literal.text : STR("…"));
        }
    draw(s, &g);
}

static void show_iteration(const struct shower *s, const struct dmn_expression *x, int depth) {
    static const char *const words[] = {"filter ", "for ", "some ", "every "};
    static const char *const bodies[] = {"match", "return", "satisfies", "satisfies"};
    show_word(s, words[x->kind - DMN_FILTER], x->iteration.variable, depth);
    show_expression(s, x->iteration.in, depth + 1);
    show_word(s, bodies[x->kind - DMN_FILTER], STR_NONE, depth);
    show_expression(s, x->iteration.body, depth + 1);
}

static void show_expression(const struct shower *s, const struct dmn_expression *x, int depth) {
    if (!x) return;
    switch (x->kind) {
    case DMN_LITERAL: show_lines(s, x->literal.text, depth); break;
    case DMN_CONTEXT: show_entries(s, x->context.entries, x->context.count, depth); break;
    case DMN_INVOCATION:
        show_expression(s, x->invocation.callee, depth);
        show_entries(s, x->invocation.bindings, x->invocation.count, depth + 1);
        break;
    case DMN_FUNCTION: show_function(s, &x->function, depth); break;
    case DMN_RELATION: show_relation(s, &x->relation); break;
    case DMN_LIST:
        for (size_t i = 0; i < x->list.count; i++) show_expression(s, x->list.items[i], depth + 1);
        break;
    case DMN_TABLE: show_table(s, x->table); break;
    case DMN_CONDITIONAL:
        show_word(s, "if", STR_NONE, depth);
        show_expression(s, x->conditional.condition, depth + 1);
        show_word(s, "then", STR_NONE, depth);
        show_expression(s, x->conditional.then, depth + 1);
        show_word(s, "else", STR_NONE, depth);
        show_expression(s, x->conditional.otherwise, depth + 1);
        break;
    case DMN_FILTER:
    case DMN_FOR:
    case DMN_SOME:
    case DMN_EVERY: show_iteration(s, x, depth); break;
    }
}

/* ---- elements ---- */

static void show_names(const struct shower *s, struct str label, const struct dmn_requirements *list) {
    if (list->count == 0) return;
    buf_printf(s->out, "  %.*s ", STR_ARGS(text_in(s->language, label)));
    for (size_t i = 0; i < list->count; i++) {
        const struct dmn_element *e = list->items[i].element;
        if (i) buf_addz(s->out, s->language == LANGUAGE_ZH ? "、" : ", ");
        buf_add(s->out, e ? e->name : list->items[i].href);
    }
    buf_byte(s->out, '\n');
}

static void show_element(const struct shower *s, const struct dmn_element *e) {
    static const struct str kinds[] = {T_STATIC("input"), T_STATIC("decision"), T_STATIC("business knowledge"),
                                       T_STATIC("decision service")};
    struct str type = e->variable.type ? feel_type_text(s->arena, e->variable.type) : STR_NONE;
    buf_printf(s->out, "\n%.*s · %.*s", STR_ARGS(text_in(s->language, kinds[e->kind])), STR_ARGS(e->name));
    if (type.n) buf_printf(s->out, " · %.*s", STR_ARGS(type));
    buf_byte(s->out, '\n');
    if (e->description.n) show_lines(s, e->description, 0);
    if (e->question.n) show_lines(s, e->question, 0);
    show_names(s, T("needs:"), &e->information);
    show_names(s, T("calls:"), &e->knowledge);
    show_names(s, T("gives:"), &e->outputs);
    show_names(s, T("takes:"), &e->input_data);
    show_names(s, T("takes the decisions:"), &e->input_decisions);
    show_expression(s, e->logic, 0);
}

void dmn_show(struct buf *out, const struct dmn_model *model, enum language language) {
    struct shower s = {out, out->arena, language};
    for (size_t i = 0; i < model->element_count; i++) {
        const struct dmn_element *e = model->elements[i];
        if (i == e->file->element_first) buf_printf(out, "%s%.*s\n", i ? "\n" : "", STR_ARGS(e->file->name));
        show_element(&s, e);
    }
}
