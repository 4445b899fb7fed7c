/* xpath_functions.c: one look-up over the tables of the xpath_fn_*.c files. */
#include "form/xpath_ast.h"

static const struct xpath_function *const tables[] = {
    xpath_functions_core, xpath_functions_logic, xpath_functions_text, xpath_functions_number,
    xpath_functions_time, xpath_functions_form, xpath_functions_geo,
};

const struct xpath_function *xpath_function_find(struct str name) {
    for (size_t t = 0; t < sizeof tables / sizeof *tables; t++)
        for (const struct xpath_function *f = tables[t]; f->name; f++)
            if (str_eqz(name, f->name)) return f;
    return NULL;
}
