/* xlsform_expressions.c: tells at which cell an expression is not written well (xlsform_parts.h).
 *
 * The expressions are those that the form engine will compile from the XForm; here each is compiled once with a path
 * in place of every ${name}, so that the clerk learns row and column instead of a line of XML (xlsform_places.c). A warning only: the
 * XForm is written all the same, as pyxform does, and form_load() is what refuses it.
 */
#include "form/xlsform_parts.h"
#include "form/xpath.h"

#include <string.h>

static const char *const bind_formulas[] = {"calculate", "constraint", "relevant", "required", "readonly"};

static bool is_expression(const struct table_cell *cell, const struct question_type *type) {
    const struct column *c = cell->column;
    if (c->group == COLUMN_BIND)
        for (size_t i = 0; i < sizeof bind_formulas / sizeof *bind_formulas; i++)
            if (str_eqz(c->key, bind_formulas[i])) return true;
    if (c->group == COLUMN_CONTROL) return str_eqz(c->key, "jr:count");
    if (c->group != COLUMN_PLAIN) return false;
    return str_eqz(c->key, "choice_filter") || (str_eqz(c->key, "default") && default_is_dynamic(cell->text, type));
}

/* The expression with " /r " for every reference; inside quotes, where jr:choice-name wants it, that is text as well. */
static struct str without_references(struct arena *a, struct str text) {
    struct reference r;
    struct buf out;
    size_t at = 0, done = 0;
    if (!has_reference(text)) return text;
    buf_init(&out, a, 1 << 20);
    while (reference_next(text, &at, &r)) {
        buf_add(&out, str_sub(text, done, r.from));
        buf_addz(&out, " /r ");
        done = r.to;
    }
    buf_add(&out, str_sub(text, done, text.n));
    return buf_str(&out);
}

/* Which URI it is does not matter for the form of the expression; undeclared prefixes are another fault's business. */
static struct str prefix_uri(const void *context, struct str prefix) {
    (void)context;
    return str_eqz(prefix, "jr") ? STR("http://openrosa.org/javarosa") : STR("urn:any");
}

static void check_cell(struct xlsform *x, const struct table_row *row, const struct table_cell *cell) {
    static const char *const plain[] = {"yes", "Yes", "YES", "no", "No", "NO", "true", "True", "TRUE", "false", "False", "FALSE"};
    struct arena_mark mark = arena_mark(x->arena);
    struct xpath_fault fault;
    for (size_t i = 0; i < sizeof plain / sizeof *plain; i++)
        if (str_eqz(cell->text, plain[i])) return;
    const struct xpath *compiled = xpath_compile(x->arena, without_references(x->arena, cell->text), prefix_uri, NULL, &fault);
    const struct xpath_fault *complaint = compiled ? xpath_complaint(compiled) : &fault;
    if (complaint)
        faults_add(x->faults, FAULT_WARNING, compiled ? "xlsform.function" : "xlsform.expression",
                   xlsform_place(x, "survey", row->number, cell->column->number), complaint->sentence, 2);
    else
        arena_rewind(x->arena, mark);
}

void xlsform_check_expressions(struct xlsform *x) {
    for (size_t i = 0; i < x->survey.count; i++) {
        const struct table_row *row = &x->survey.rows[i];
        const struct question_type *type = question_type_named(question_type_canonical(table_text(row, "type")));
        for (size_t k = 0; k < row->count; k++)
            if (is_expression(&row->cells[k], type) && references_well_formed(row->cells[k].text)) check_cell(x, row, &row->cells[k]);
    }
}
