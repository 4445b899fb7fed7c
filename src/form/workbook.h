/* workbook.h: a workbook as sheets, rows and text cells, whatever kind of file it came in.
 *
 * In: the bytes of an .xlsx/.xlsm file (workbook_xlsx.c), of a one-file CSV whose first column names the sheets, of a
 * CSV file a sheet, or of a table drawn with | in Markdown (workbook_csv.c). Out: text only, trimmed, with the row and
 * column numbers that the clerk sees in the spreadsheet program, so that every fault can name them. Empty cells and
 * rows are left out. Numbers become text as the clerk would read them: whole ones without ".0", dates as ISO 8601,
 * TRUE and FALSE; formulas give the value that was saved with them.
 *
 * Hostile files: the number of parts, their unpacked size and ratio, rows, columns and cells are bounded.
 * Pure: no file is opened here. Read next: xlsform.h.
 */
#ifndef FORM_WORKBOOK_H
#define FORM_WORKBOOK_H

#include "base/fault.h"

struct sheet_cell {
    int column; /* from 1 */
    struct str text; /* trimmed, never empty */
};

struct sheet_row {
    int number; /* from 1, as the spreadsheet program shows it; for CSV and Markdown the record's number in its file */
    struct sheet_cell *cells; /* in order of the column */
    size_t count, capacity;
};

struct sheet {
    struct str name;
    struct sheet_row *rows; /* in order of the number, none empty */
    size_t count, capacity;
};

struct workbook {
    struct str file; /* as the user named it */
    struct sheet *sheets;
    size_t count, capacity;
};

/* One file of a folder: `name` with its ending. */
struct workbook_part {
    struct str name, bytes;
};

/* Any of the kinds, told apart by content and ending. `wanted` (NULL-ended, or NULL for all) names the sheets whose
 * rows are needed, whatever their case; others keep their name only, unless the workbook has a single sheet.
 * NULL with faults when the bytes are no workbook; text lives in the arena or borrows from `bytes`. */
struct workbook *workbook_read(struct arena *a, struct str bytes, struct str file, const char *const *wanted,
                               struct faults *faults);
/* A folder with one CSV file a sheet, the sheet's name being the file's without its ending. */
struct workbook *workbook_from_csv_files(struct arena *a, const struct workbook_part *parts, size_t count,
                                         struct str folder, struct faults *faults);

struct workbook *workbook_from_xlsx(struct arena *a, struct str bytes, struct str file, const char *const *wanted,
                                    struct faults *faults);
struct workbook *workbook_from_csv(struct arena *a, struct str bytes, struct str file, struct faults *faults);
struct workbook *workbook_from_markdown(struct arena *a, struct str bytes, struct str file, struct faults *faults);

/* The sheet of that name whatever its case; NULL when there is none. */
const struct sheet *workbook_sheet(const struct workbook *w, const char *name);
/* Text at a column of a row; empty when there is none. */
struct str sheet_row_at(const struct sheet_row *row, int column);

/* For the readers: adds a sheet, a row, a cell (trimmed; an empty one is left out). */
struct sheet *workbook_add_sheet(struct arena *a, struct workbook *w, struct str name);
struct sheet_row *sheet_add_row(struct arena *a, struct sheet *s, int number);
void sheet_row_add(struct arena *a, struct sheet_row *row, int column, struct str text);
/* White space of Unicode at both ends removed, no-break spaces turned into spaces. */
struct str workbook_clean(struct arena *a, struct str text);
/* The file's name without folder and ending. */
struct str workbook_stem(struct str file);

#endif
