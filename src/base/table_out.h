/* table_out.h: a table leaves the house, as CSV or as a workbook (.xlsx), for people who go on working in a spreadsheet.
 *
 * Rows come from a callback, one at a time, so that a register of a million rows needs no more memory than a small one.
 * Whatever a resident typed stays text: it is never a formula. In a workbook cells are typed, so that is easily kept;
 * in CSV a text that a spreadsheet program would take for a formula (first character = + - @, their full-width forms,
 * tab or line end) gets an apostrophe before it (OWASP, CSV Injection). Numbers of columns declared as such stay numbers.
 */
#ifndef BASE_TABLE_OUT_H
#define BASE_TABLE_OUT_H

#include "base/arena.h"

enum table_column_kind {
    TABLE_TEXT,
    TABLE_NUMBER /* decimals as text; what is none, or has more digits than a spreadsheet keeps (15), is written as text */
};

struct table_column {
    struct str title;
    enum table_column_kind kind;
    int width; /* characters, for the workbook; 0: as wide as the title */
};

struct table_source {
    struct str name; /* of the sheet; characters a sheet cannot have become spaces, 31 at most */
    const struct table_column *columns;
    size_t column_count; /* 1 to 16,384 */
    /* Fills column_count cells, borrowed until the next call; false when there are no more rows. */
    bool (*next_row)(void *arg, struct str *cells);
    void *arg;
};

enum { TABLE_ROWS_MOST = 1048575 }; /* of a sheet, under its title row */

/* UTF-8 with byte order mark (spreadsheet programs in China take it for GBK without), RFC 4180. False when `out` is full. */
bool table_put_csv(const struct table_source *table, struct buf *out);
/* One cell of a list that our own forms read: always quoted, quotes doubled (RFC 4180), nothing put before it. */
void table_put_csv_cell(struct buf *out, struct str text);
/* The file's bytes in the arena. False when it would have more than `limit` bytes or TABLE_ROWS_MOST rows, or when the
 * machine has no room for it. */
bool table_make_xlsx(const struct table_source *table, struct arena *a, size_t limit, struct str *out_bytes);
/* The same with a sheet a table. */
bool table_make_workbook(const struct table_source *tables, size_t count, struct arena *a, size_t limit, struct str *out_bytes);

#endif
