/* table_file.h: a table to take away: ?as=csv, or ?as=xlsx.
 *
 *     struct table_file file;
 *     table_file_make(rq, &table, &file);               while the snapshot is open: the rows may read it
 *     if (!site_done(rq, db)) return HTTP_DONE;
 *     return table_file_send(rq, &file, STR("flood-works"));
 */
#ifndef WEB_TABLE_FILE_H
#define WEB_TABLE_FILE_H

#include "base/table_out.h"
#include "http/http.h"

enum { TABLE_FILE_LARGEST = 16 << 20 };

struct table_file {
    struct str bytes; /* in the request's arena */
    bool workbook, good;
};

bool table_file_make(struct http_request *rq, const struct table_source *table, struct table_file *out);
/* `name` without its ending: letters, digits and dashes. A table that could not be made is answered with a sentence. */
enum http_outcome table_file_send(struct http_request *rq, const struct table_file *f, struct str name);

#endif
