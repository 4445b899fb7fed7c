/* table_file.c: a table as a file to take away, the same way for registers, attendance and figures.
 *
 * In: base/table_out.h's source, read within the snapshot. Out: CSV, or a workbook, with a name of its own. */
#include "web/table_file.h"

#include "web/site.h"

bool table_file_make(struct http_request *rq, const struct table_source *table, struct table_file *out) {
    struct buf text;
    out->workbook = str_eqz(http_query(rq, "as"), "xlsx");
    if (out->workbook) return out->good = table_make_xlsx(table, rq->arena, TABLE_FILE_LARGEST, &out->bytes);
    buf_init(&text, rq->arena, TABLE_FILE_LARGEST);
    out->good = table_put_csv(table, &text);
    out->bytes = buf_str(&text);
    return out->good;
}

enum http_outcome table_file_send(struct http_request *rq, const struct table_file *f, struct str name) {
    if (!f->good) return http_refuse(rq, 503, T("The workbook could not be made. Please take the CSV file."));
    http_set(rq, "Content-Disposition", arena_printf(rq->arena, "attachment; filename=\"%.*s.%s\"", STR_ARGS(name), f->workbook ? "xlsx" : "csv"));
    return http_send(rq, 200, f->workbook ? "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet" : "text/csv; charset=utf-8", f->bytes);
}
