/* form_fill.h: `lingban form check` and `lingban form fill`, and the reading of workbooks that form.c lends them; form.c joins the commands. argv[0] is the word after "form". */
#ifndef CLI_FORM_FILL_H
#define CLI_FORM_FILL_H

#include "form/workbook.h"

bool cli_is_folder(const char *path);
/* An .xlsx, a CSV or Markdown file, or a folder with a CSV file a sheet. NULL with faults, or when a complaint was printed. */
struct workbook *cli_read_workbook(struct arena *a, const char *path, struct faults *faults);

int cli_form_check(int argc, char **argv);
int cli_form_fill(int argc, char **argv);

#endif
