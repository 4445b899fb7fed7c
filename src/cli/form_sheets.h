/* form_sheets.h: the sheets of a form's workbook written out again: as a workbook for people who edit it in a spreadsheet
 * program (bold titles that stay in sight, columns wide enough to read), or as Markdown tables for people who compare two
 * versions. workbook.h reads both back to the same cells. */
#ifndef CLI_FORM_SHEETS_H
#define CLI_FORM_SHEETS_H

#include "form/workbook.h"

/* Bytes in the arena; STR_NONE when they would be more than `limit`. Rows without cells are left out. */
struct str cli_form_workbook(struct arena *a, const struct workbook *w, size_t limit);
struct str cli_form_markdown(struct arena *a, const struct workbook *w, size_t limit);

#endif
