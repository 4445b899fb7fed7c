/* calendar.c: the tenant's own working days, deadlines counted in them, and counting again when calendar.put changes one.
 *
 * In: a day and whether it is worked. Out: calendar.day, then case.due, task.due and wait.due for every open deadline and
 * timer that this day moves. What a deadline was counted from is not kept; it is found: the opening of the case, the
 * opening of the task, the entry into the step (history). A deadline is moved only when the old calendar, from there,
 * gives the date that stands: so dates set in another way stay as they are. A few hundred cases a command; what is left
 * follows by itself (calendar.recount). */
#include "engine/cases.h"

#include "base/working_days.h"
#include "base/zone.h"
#include "engine/commands.h"

/* The tenant's own days, sorted: few, since only what differs from the table is put. */
static struct working_calendar own_calendar(struct decision *d) {
    struct working_day_rule *rules = NULL;
    size_t count = 0, capacity = 0;
    struct query q = db_query(store_writer(d->store), "select day, kind from calendar_day order by day");
    while (query_next(&q)) {
        struct civil_date date;
        if (!civil_date_parse(query_text(&q, 0), &date)) continue;
        struct working_day_rule rule = {civil_to_days(date), str_eqz(query_text(&q, 1), "work")};
        VEC_PUSH(d->arena, rules, count, capacity, rule);
    }
    return (struct working_calendar){.rules = rules, .count = count, .settled_from = 1};
}

static int64_t day_of(struct decision *d, instant t) {
    return civil_to_days(civil_from_instant(t, zone_offset_at(d->engine->zone, t / MICROS_A_SECOND)).date);
}

/* The last second of that day, by the wall clock. */
static instant end_of_day(struct decision *d, int64_t day) {
    int64_t end = (day + 1) * 86400 - 1;
    return (end - zone_offset_local(d->engine->zone, end)) * MICROS_A_SECOND;
}

static instant counted(struct decision *d, const struct working_calendar *own, instant from, int days) {
    return end_of_day(d, working_days_add(own, day_of(d, from), days, NULL));
}

instant due_after(struct decision *d, instant from, int days, bool calendar_days) {
    if (calendar_days) return end_of_day(d, day_of(d, from) + days);
    struct working_calendar own = own_calendar(d);
    return counted(d, &own, from, days);
}

/* ---- counting again */

struct recount {
    struct decision *d;
    struct working_calendar was, is;
    instant from; /* deadlines before the beginning of the changed day stand */
    int64_t cases, tasks, timers;
};

/* The new date of what was counted from `from`; 0: it was not, or it does not move. */
static instant moved(struct recount *r, instant from, int64_t days, instant due) {
    if (days < 0 || days > 3660 || counted(r->d, &r->was, from, (int)days) != due) return 0;
    instant now = counted(r->d, &r->is, from, (int)days);
    return now == due ? 0 : now;
}

static void emit_due(struct recount *r, const char *kind, int64_t case_id, int64_t id, const char *column, instant due) {
    struct json *e = event_new(r->d, kind, STR_NONE);
    if (case_id) json_add_integer(r->d->arena, e, "case_id", case_id);
    json_add_integer(r->d->arena, e, "id", id);
    json_add_integer(r->d->arena, e, column, due);
    event_emit(r->d, e);
}

struct dated {
    int64_t case_id, id, token, element;
    instant from, due, case_was; /* case_was: the case's deadline before */
    int64_t version;
    struct str properties;
};

/* Read whole before anything is emitted: the events change what is read. */
static size_t collect(struct recount *r, struct query q, struct dated **out) {
    size_t count = 0, capacity = 0;
    *out = NULL;
    while (query_next(&q)) {
        struct dated row = {.case_id = query_int(&q, 0), .id = query_int(&q, 1), .from = query_int(&q, 2), .due = query_int(&q, 3), .version = query_int(&q, 4)};
        row.case_was = query_int(&q, 5);
        row.token = query_int(&q, 6);
        row.element = query_int(&q, 7);
        row.properties = query_is_null(&q, 8) ? STR("") : arena_str(r->d->arena, query_text(&q, 8));
        VEC_PUSH(r->d->arena, *out, count, capacity, row);
    }
    return count;
}

static const struct service *service_of(struct recount *r, int64_t version) {
    return services_get(r->d->engine->services, store_writer(r->d->store), version);
}

static void recount_case(struct recount *r, const struct dated *row) {
    const struct service *s = service_of(r, row->version);
    if (!s || !s->deadline_days || s->deadline_calendar) return;
    instant due = moved(r, row->from, s->deadline_days, row->due);
    if (!due) return;
    emit_due(r, "case.due", 0, row->id, "due_at", due);
    r->cases++;
}

/* A task with days of its own, or with its case's deadline (row->case_was, which may have moved meanwhile). */
static void recount_task(struct recount *r, const struct dated *row) {
    int64_t days;
    struct str own = json_string(json_parse(r->d->arena, row->properties, &json_default_limits, STR_NONE, NULL), "lingban:deadlineWorkingDays");
    instant due = 0;
    if (own.p && str_to_int64(own, &days)) due = moved(r, row->from, days, row->due);
    else if (row->due == row->case_was) due = db_int(store_writer(r->d->store), 0, "select due_at from cases where id = ?", DB_INT(row->case_id));
    if (!due || due == row->due) return;
    emit_due(r, "task.due", 0, row->id, "due_at", due);
    r->tasks++;
}

/* What a timer may have been counted from, likeliest first: the opening of the task it stands on, the entry into the
 * step, any act of the case. */
static instant moved_timer(struct recount *r, const struct dated *row, struct str element, int64_t days) {
    struct query q = db_query(store_writer(r->d->store),
                              "select opened_at, 0 as how from task where case_id = ?1 and token = ?2 and state in ('open', 'claimed') union all"
                              " select at, case when kind = 'entered' and element = ?3 then 1 else 2 end from history where case_id = ?1 order by how, 1 desc",
                              DB_INT(row->case_id), DB_INT(row->token), DB_TEXT(element));
    instant due = 0;
    bool found = false;
    while (!found && query_next(&q)) {
        instant from = query_int(&q, 0);
        found = counted(r->d, &r->was, from, (int)days) == row->due;
        if (found) due = moved(r, from, days, row->due);
    }
    query_done(&q);
    return due;
}

static void recount_timer(struct recount *r, const struct dated *row) {
    const struct service *s = service_of(r, row->version);
    int64_t days;
    if (!s || row->element < 0 || row->element >= (int64_t)s->process->element_count) return;
    struct str own = bpmn_property(s->process, (int32_t)row->element, "lingban:workingDays");
    if (!own.p || !str_to_int64(own, &days) || days < 0 || days > 3660) return;
    /* The token stands on the step itself, or on that to which the timer is attached. */
    int64_t host = db_int(store_writer(r->d->store), row->element, "select element from token where case_id = ? and id = ?", DB_INT(row->case_id), DB_INT(row->token));
    struct str entered = host >= 0 && host < (int64_t)s->process->element_count ? bpmn_element_id(s->process, (int32_t)host) : STR("");
    instant due = moved_timer(r, row, entered, days);
    if (!due) return;
    emit_due(r, "wait.due", row->case_id, row->id, "due", due);
    r->timers++;
}

/* One case with what hangs on it. */
static void recount_whole(struct recount *r, const struct dated *c) {
    struct db *db = store_writer(r->d->store);
    struct db_value from = DB_INT(r->from), id = DB_INT(c->id);
    struct dated *tasks, *timers;
    size_t task_count = collect(r, db_query(db, "select case_id, id, opened_at, due_at, 0, ?3, 0, 0, properties from task where case_id = ?1"
                                                " and state in ('open', 'claimed') and due_at >= ?2 order by id", id, from, DB_INT(c->due)), &tasks);
    size_t timer_count = collect(r, db_query(db, "select case_id, id, 0, due, ?3, 0, token, element, null from wait where case_id = ?1 and kind = 0 and due >= ?2 order by id",
                                             id, from, DB_INT(c->version)), &timers);
    if (c->due >= r->from) recount_case(r, c);
    for (size_t i = 0; i < task_count; i++) recount_task(r, &tasks[i]);
    for (size_t i = 0; i < timer_count; i++) recount_timer(r, &timers[i]);
}

enum { BATCH = 200 }; /* open cases counted again in one command: a town may have a hundred thousand */

/* The next of the open cases; the id of the last when there are more, else 0. */
static int64_t recount_from(struct recount *r, int64_t after) {
    struct dated *cases;
    size_t count = collect(r, db_query(store_writer(r->d->store), "select id, id, opened_at, coalesce(due_at, 0), version, 0, 0, 0, null from cases"
                                                                  " where state = 'open' and id > ? order by id limit ?", DB_INT(after), DB_INT(BATCH)), &cases);
    for (size_t i = 0; i < count; i++) recount_whole(r, &cases[i]);
    json_add_integer(r->d->arena, r->d->result, "cases", r->cases);
    json_add_integer(r->d->arena, r->d->result, "tasks", r->tasks);
    json_add_integer(r->d->arena, r->d->result, "timers", r->timers);
    return count == BATCH ? cases[count - 1].id : 0;
}

/* What is left to do stands in the table `recount`; the writer goes on with it as it fires timers (calendar.recount). */
static void note_rest(struct decision *d, struct str day, bool was_working, int64_t last) {
    struct json *e = event_new(d, last ? "recount.put" : "recount.gone", STR_NONE);
    json_add_integer(d->arena, e, "id", 1);
    if (last) {
        json_add_string(d->arena, e, "day", day);
        json_add_integer(d->arena, e, "was_working", was_working);
        json_add_integer(d->arena, e, "last_case", last);
    }
    event_emit(d, e);
    json_add_boolean(d->arena, d->result, "more", last != 0);
}

bool recount_waits(struct db *db) {
    return db_int(db, 0, "select count(*) from recount") > 0;
}

bool decide_calendar_put(struct decision *d) {
    struct str kind = command_text(d->command, "kind");
    struct civil_date date;
    if (!str_eqz(kind, "off") && !str_eqz(kind, "work")) return refuse(d, 422, "calendar.kind", T("A day is “off” or “work”."));
    if (!civil_date_parse(command_text(d->command, "day"), &date)) return refuse(d, 422, "calendar.day", T("There is no such day."));
    if (recount_waits(store_writer(d->store)))
        return refuse(d, 409, "calendar.busy", T("The last change of the calendar is still being worked in. Please try again in a moment."));
    struct recount r = {.d = d, .was = own_calendar(d)};
    struct json *e = event_new(d, "calendar.day", STR_NONE);
    json_add_string(d->arena, e, "day", command_text(d->command, "day"));
    json_add_string(d->arena, e, "kind", kind);
    json_add_string(d->arena, e, "name", command_text(d->command, "name"));
    event_emit(d, e);
    int64_t day = civil_to_days(date);
    r.is = own_calendar(d);
    r.from = end_of_day(d, day - 1);
    bool was_working = working_day_at(&r.was, day).working;
    if (was_working == working_day_at(&r.is, day).working) return true;
    int64_t last = recount_from(&r, 0);
    if (last) note_rest(d, command_text(d->command, "day"), was_working, last);
    return true;
}

bool decide_calendar_recount(struct decision *d) {
    struct query q = db_query(store_writer(d->store), "select day, was_working, last_case from recount");
    struct civil_date date;
    if (!query_next(&q)) return refuse(d, 409, "calendar.counted", T("There is nothing left to count again."));
    struct str text = arena_str(d->arena, query_text(&q, 0));
    bool was_working = query_int(&q, 1) != 0;
    int64_t last = query_int(&q, 2);
    query_done(&q);
    civil_date_parse(text, &date);
    int64_t day = civil_to_days(date);
    struct recount r = {.d = d, .was = own_calendar(d), .is = own_calendar(d), .from = end_of_day(d, day - 1)};
    struct working_day_rule *rules = (struct working_day_rule *)r.was.rules; /* its own copy */
    for (size_t i = 0; i < r.was.count; i++)
        if (rules[i].day == day) rules[i].working = was_working;
    note_rest(d, text, was_working, recount_from(&r, last));
    return true;
}
