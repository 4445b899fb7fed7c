/* log.c: the access log. One line a request:
 *
 *     2026-11-24T08:01:02Z GET /cases/{ref} 200 5123 1834us
 *
 * The route's pattern and never the address, so references and secrets do not end up in logs; no peer, no viewer.
 * Lines collect in the thread's memory and go to standard error once a second, or when 16 KB are full.
 */
#include "http/internal.h"
#include "base/env.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { LOG_ROOM = 16384, LOG_LINE = 300 };

void log_flush(struct worker *w) {
    size_t at = 0;
    while (at < w->log_used) {
        ssize_t n = write(STDERR_FILENO, w->log + at, w->log_used - at);
        if (n <= 0) break; /* nobody reads it: dropping lines beats stopping the service */
        at += (size_t)n;
    }
    w->log_used = 0;
}

static const char *time_text(struct worker *w) {
    instant second = env_now() / MICROS_A_SECOND;
    if (second != w->log_second) {
        struct civil_time t = civil_from_instant(second * MICROS_A_SECOND, 0);
        snprintf(w->log_time, sizeof w->log_time, "%04d-%02d-%02dT%02d:%02d:%02dZ", (int)(t.date.year % 10000), t.date.month,
                 t.date.day, t.hour, t.minute, t.second);
        w->log_second = second;
    }
    return w->log_time;
}

void log_request(struct worker *w, const struct http_exchange *x) {
    if (!w->server->config.log) return;
    if (!w->log) w->log = malloc(LOG_ROOM);
    if (!w->log) return;
    if (w->log_used + LOG_LINE > LOG_ROOM) log_flush(w);
    const struct http_request *rq = &x->rq;
    const char *what = rq->route ? rq->route->pattern : x->status == 200 || x->status == 304 ? "(kept or static)" : "(no route)";
    int n = snprintf(w->log + w->log_used, LOG_LINE, "%s %s %.150s %d %zu %lldus\n", time_text(w), http_method_name(rq->method), what,
                     x->status, x->sent_bytes, (long long)(env_monotonic() - x->started));
    if (n > 0) w->log_used += n < LOG_LINE ? (size_t)n : LOG_LINE - 1;
}
