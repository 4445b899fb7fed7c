/* form_fill.h: `lingban form check` and `lingban form fill`; form.c joins them. argv[0] is the word after "form". */
#ifndef CLI_FORM_FILL_H
#define CLI_FORM_FILL_H

int cli_form_check(int argc, char **argv);
int cli_form_fill(int argc, char **argv);

#endif
