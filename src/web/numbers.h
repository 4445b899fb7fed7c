/* numbers.h: counts over all cases, for pages that everybody opens.
 *
 * Counting takes time by the number of cases, a hundred milliseconds for a million, and every commit would ask for it
 * again. So what was counted is kept for a hundred times as long as counting took: exact in a small town, some seconds
 * old in a large one, and never more than a hundredth of the time. Any thread. */
#ifndef WEB_NUMBERS_H
#define WEB_NUMBERS_H

#include "http/http.h"
#include "store/db.h"

#include <pthread.h>

enum { NUMBERS_MOST = 1000 };

struct numbers {
    pthread_mutex_t lock;
    int64_t good_until;   /* env_monotonic */
    size_t count;         /* 0: nothing counted yet */
    int64_t values[NUMBERS_MOST];
};

void numbers_init(struct numbers *n);
typedef void numbers_fill(struct http_request *rq, struct db *db, size_t count, int64_t *values);
/* `count` (at most NUMBERS_MOST) numbers into `out`, kept ones or counted by `fill`. Another count is counted anew. */
void numbers_take(struct numbers *n, struct http_request *rq, struct db *db, size_t count, numbers_fill *fill, int64_t *out);

#endif
