/* counts.h: how many cases each service has, for the pages that everybody opens: home, all figures, a service's figures.
 * All three say the same numbers, and the same ones not at all (small.h).
 *
 * A service whose cases are things ("case: about: things") says them all; so does any to the offices. The sum over the
 * services is said where it does not give a small number away. */
#ifndef WEB_COUNTS_H
#define WEB_COUNTS_H

#include "engine/service.h"
#include "web/site.h"

enum count_kind {
    COUNT_RECEIVED,   /* cases, in the last 30 days */
    COUNT_OPEN,
    COUNT_CLOSED,
    COUNT_LATE,       /* open cases past their own deadline */
    COUNT_LATE_TASKS, /* open tasks past theirs: a case may be in time while a step of it is not */
    COUNT_IN_TIME,    /* closed cases that were closed in time */
    COUNTS
};

struct service_counts {
    const struct service_heading *service;
    int64_t counts[COUNTS];
    bool things;
};

/* Of the services that the viewer is shown, in the town's order; in the request's arena. */
size_t counts_take(struct http_request *rq, struct db *db, struct service_counts **out);
const struct service_counts *counts_of(const struct service_counts *all, size_t count, struct str service);

/* "12", "0" or "< 5". */
struct str count_said(const struct http_request *rq, const struct service_counts *s, enum count_kind kind);
/* The sum over all; empty when it is not said. */
struct str counts_sum(const struct http_request *rq, const struct service_counts *all, size_t count, enum count_kind kind);
/* Closed in time, in percent of the closed ones; "–" without any, "not shown" when those are not said. */
struct str count_in_time(const struct http_request *rq, const struct service_counts *s);
struct str counts_in_time(const struct http_request *rq, const struct service_counts *all, size_t count);

#endif
