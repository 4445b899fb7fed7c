/* retention.c: how long a case keeps who it was about. `retention: {days: 730}` of service.yaml: so many days after a case
 * has ended its names, numbers and addresses are erased by themselves; what is counted stays (PIPL articles 19 and 47).
 *
 * In: the clock, through retention_due (writer.c). Out: the command case.forget, one a case. A person or a household goes with the
 * last of their cases, unless they have an account. Read next: actors.c. */
#include "engine/cases.h"

#include "engine/commands.h"

enum { SPAN = 2000 }; /* cases looked at between two turns of the writer: a few milliseconds, however many there are */

/* The heading of the service says it: at night no service is compiled for this. */
static int64_t days_of(struct engine *e, struct db *db, int64_t version) {
    const struct service_heading *h = services_heading(e->services, db, version);
    return h ? json_integer(json_member(h->yaml, "retention"), "days", 0) : 0;
}

static bool is_forgotten(struct db *db, int64_t id) { return db_int(db, 0, "select count(*) from history where case_id = ? and kind = 'forgotten'", DB_INT(id)) > 0; }

/* The first case of the next SPAN numbers whose time is over; 0: none of them. */
static int64_t next_over(struct engine *e, struct db *db, instant now) {
    int64_t found = 0, from = e->forgotten_to;
    struct query q = db_query(db, "select id, version, closed_at from cases where id > ?1 and id <= ?2 and state <> 'open' and closed_at <= ?3 order by id",
                              DB_INT(from), DB_INT(from + SPAN), DB_INT(now - MICROS_A_DAY));
    e->forgotten_to = from + SPAN;
    while (!found && query_next(&q)) {
        int64_t id = query_int(&q, 0), days = days_of(e, db, query_int(&q, 1));
        if (days && query_int(&q, 2) + days * MICROS_A_DAY <= now && !is_forgotten(db, id)) found = e->forgotten_to = id;
    }
    query_done(&q);
    return found;
}

/* Most towns have cases by the hundred thousand; does any service ask at all? */
static bool anybody_asks(struct db *db) {
    return db_int(db, 0, "select exists (select 1 from service_file where path = 'service.yaml' and instr(content, 'retention:') > 0)") > 0;
}

bool retention_due(struct engine *e, struct db *db, struct arena *a, instant now, struct command **out) {
    if (now < e->forget_next) return false;
    int64_t last = e->forgotten_to || anybody_asks(db) ? db_int(db, 0, "select coalesce(max(id), 0) from cases") : 0;
    int64_t id = e->forgotten_to < last ? next_over(e, db, now) : 0;
    if (id) {
        *out = command_new(a, "case.forget", (struct actor){.system = true}, "timer");
        json_add_integer(a, (*out)->arguments, "case", id);
    } else if (e->forgotten_to >= last) {
        e->forgotten_to = 0;
        e->forget_next = now + 3600LL * MICROS_A_SECOND;
    }
    return id > 0;
}

/* No case needs this person or household any more. */
static bool is_done_with(struct db *db, int64_t party) {
    return party && !db_int(db, 0, "select count(*) from account where party = ?", DB_INT(party)) &&
           !db_int(db, 0, "select count(*) from cases where (applicant = ?1 or household = ?1)"
                          " and not exists (select 1 from history h where h.case_id = cases.id and h.kind = 'forgotten')", DB_INT(party));
}

bool decide_case_forget(struct decision *d) {
    struct case_row c;
    struct db *db = store_writer(d->store);
    int64_t id = command_integer(d->command, "case");
    if (!case_load_any(d, id, &c)) return false;
    int64_t closed = db_int(db, 0, "select coalesce(closed_at, 0) from cases where id = ?", DB_INT(id)), days = c.of_service->retention_days;
    if (!days || !closed || is_forgotten(db, id) || closed + days * MICROS_A_DAY > d->now) return refuse(d, 409, "case.not-over", T("The time for which this case keeps who it is about is not over."));
    history_note(d, &c, "forgotten", STR_NONE, 0, STR_NONE, STR_NONE);
    case_save(d, &c);
    case_erase(d, id);
    if (is_done_with(db, c.applicant)) party_erase(d, c.applicant, false);
    if (c.household != c.applicant && is_done_with(db, c.household)) party_erase(d, c.household, false);
    return true;
}
