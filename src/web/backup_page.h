/* backup_page.h: a backup made while the house is open, to take away from /admin/journal.
 *
 * Making one may take minutes; the threads that answer requests each serve many connections and must not be held. So it
 * is a job of a thread of its own: one at a time, its state shown on the page, its file kept for an hour in the data
 * folder (which holds the same keys) and gone when the house closes.
 */
#ifndef WEB_BACKUP_PAGE_H
#define WEB_BACKUP_PAGE_H

#include "http/http.h"
#include "store/store.h"
#include "web/data.h"

struct backup_job;
struct backup_job *backup_job_open(struct store *s); /* removes what an ended process left; NULL: no memory */
void backup_job_close(struct backup_job *job);       /* one that is being made gives up */
/* Says into the page how it stands. True while one is being made: the page should be looked at again soon. */
bool backup_job_show(struct backup_job *job, struct http_request *rq, struct data *page);

extern const struct http_route backup_routes[];

#endif
