/* activity.c: activities and their sessions; the list that forms choose from. See activity.h. */
#include "activity/activity.h"

#include "base/table_out.h"
#include "base/time.h"

#include "engine/cases.h"

enum { MOST_PLACES = 100000, LIST_BYTES = 1 << 20, LIST_ROWS = 2000 };

static void add_or_null(struct decision *d, struct json *e, const char *name, int64_t v) {
    if (v) json_add_integer(d->arena, e, name, v);
    else json_add_string(d->arena, e, name, STR_NONE);
}

bool activity_load(struct decision *d, int64_t id, struct activity_row *out) {
    struct query q = db_query(store_writer(d->store), "select coalesce(organisation, 0), capacity, service, name, closed_at is not null from activity where id = ?",
                              DB_INT(id));
    if (!query_next(&q)) return refuse(d, 404, "activity.unknown", T("There is no such activity."));
    *out = (struct activity_row){.id = id, .organisation = query_int(&q, 0), .capacity = query_int(&q, 1)};
    out->service = arena_str(d->arena, query_text(&q, 2));
    out->name = arena_str(d->arena, query_text(&q, 3));
    out->closed = query_int(&q, 4) != 0;
    query_done(&q);
    return true;
}

bool activity_keeper(struct decision *d, struct str service, int64_t organisation) {
    static const char *const roles[] = {"staff", "supervisor", "admin"};
    if (d->command->actor.system) return true;
    for (size_t i = 0; i < sizeof roles / sizeof *roles; i++)
        if (actor_holds(d, str_from(roles[i]), service, organisation)) return true;
    return refuse(d, 403, "activity.not-yours", T("This activity belongs to another office."));
}

static bool good_capacity(struct decision *d, int64_t capacity) {
    return (capacity >= 1 && capacity <= MOST_PLACES) || refuse(d, 422, "activity.capacity", T("An activity has 1 to 100,000 places."));
}

static int64_t add_activity(struct decision *d, struct str service, struct str name, struct str place, int64_t organisation, int64_t capacity) {
    int64_t id = next_id(d, "activity");
    struct json *e = event_new(d, "activity.added", STR_NONE);
    json_add_integer(d->arena, e, "id", id);
    json_add_string(d->arena, e, "service", service);
    json_add_string(d->arena, e, "name", name);
    json_add_string(d->arena, e, "place", place);
    add_or_null(d, e, "organisation", organisation);
    json_add_integer(d->arena, e, "capacity", capacity);
    json_add_integer(d->arena, e, "created_at", d->now);
    event_emit(d, e);
    return id;
}

static bool change_activity(struct decision *d, int64_t id, int64_t capacity) {
    struct activity_row a;
    if (!activity_load(d, id, &a) || !activity_keeper(d, a.service, a.organisation)) return false;
    if (a.closed) return refuse(d, 409, "activity.closed", T("The activity “{0}” is closed."), a.name);
    struct json *e = event_new(d, "activity.changed", STR_NONE);
    json_add_integer(d->arena, e, "id", id);
    json_add_string(d->arena, e, "name", command_text(d->command, "name"));
    json_add_string(d->arena, e, "place", command_text(d->command, "place"));
    json_add_integer(d->arena, e, "capacity", capacity);
    event_emit(d, e);
    a.capacity = capacity;
    return activity_move_up(d, &a);
}

bool decide_activity_put(struct decision *d) {
    int64_t id = command_integer(d->command, "activity"), capacity = command_integer(d->command, "capacity");
    if (!good_capacity(d, capacity)) return false;
    json_add_integer(d->arena, d->result, "activity", id);
    if (id) return change_activity(d, id, capacity);
    struct str service = command_text(d->command, "service");
    int64_t organisation = command_integer(d->command, "organisation");
    if (!activity_keeper(d, service, organisation)) return false;
    if (!services_current(engine_services(d->engine), store_writer(d->store), service))
        return refuse(d, 404, "service.unknown", T("There is no service “{0}”."), service);
    d->result->items[d->result->count - 1].integer = add_activity(d, service, command_text(d->command, "name"), command_text(d->command, "place"), organisation, capacity);
    return true;
}

bool decide_activity_close(struct decision *d) {
    struct activity_row a;
    if (!activity_load(d, command_integer(d->command, "activity"), &a) || !activity_keeper(d, a.service, a.organisation)) return false;
    if (a.closed) return true;
    struct json *e = event_new(d, "activity.closed", STR_NONE);
    json_add_integer(d->arena, e, "id", a.id);
    json_add_integer(d->arena, e, "closed_at", d->now);
    event_emit(d, e);
    return true;
}

static bool is_clock(struct str text) {
    if (!text.n) return true;
    if (text.n != 5 || text.p[2] != ':') return false;
    for (size_t i = 0; i < 5; i++)
        if (i != 2 && (text.p[i] < '0' || text.p[i] > '9')) return false;
    return (text.p[0] - '0') * 10 + text.p[1] - '0' < 24 && text.p[3] < '6';
}

struct session_row {
    int64_t id, activity; /* id 0: a new one */
    struct str day, begins, ends, topic;
};

/* Times as people write them; those of a form come with seconds and zone. */
static bool check_session(struct decision *d, struct session_row *s) {
    struct civil_date date;
    s->begins = str_sub(s->begins, 0, 5);
    s->ends = str_sub(s->ends, 0, 5);
    if (!civil_date_parse(s->day, &date)) return refuse(d, 422, "activity.day", T("A session needs a day: 2026-09-14."));
    if (!is_clock(s->begins) || !is_clock(s->ends)) return refuse(d, 422, "activity.clock", T("A session begins and ends at a time of the day: 15:30."));
    if (s->begins.n && s->ends.n && str_cmp(s->begins, s->ends) >= 0) return refuse(d, 422, "activity.clock", T("A session ends after it begins."));
    return true;
}

static int64_t put_session(struct decision *d, const struct session_row *s) {
    int64_t id = s->id ? s->id : next_id(d, "activity_session");
    struct json *e = event_new(d, "session.put", STR_NONE);
    json_add_integer(d->arena, e, "id", id);
    json_add_integer(d->arena, e, "activity", s->activity);
    json_add_string(d->arena, e, "day", s->day);
    json_add_string(d->arena, e, "begins", s->begins.n ? s->begins : STR(""));
    json_add_string(d->arena, e, "ends", s->ends.n ? s->ends : STR(""));
    json_add_string(d->arena, e, "topic", s->topic.n ? s->topic : STR(""));
    event_emit(d, e);
    return id;
}

bool decide_session_put(struct decision *d) {
    struct activity_row a;
    const struct command *c = d->command;
    struct session_row s = {command_integer(c, "session"), command_integer(c, "activity"), command_text(c, "day"), command_text(c, "begins"),
                            command_text(c, "ends"),       command_text(c, "topic")};
    if (!activity_load(d, s.activity, &a) || !activity_keeper(d, a.service, a.organisation) || !check_session(d, &s)) return false;
    if (s.id && !db_int(store_writer(d->store), 0, "select count(*) from activity_session where id = ? and activity = ?", DB_INT(s.id), DB_INT(s.activity)))
        return refuse(d, 404, "activity.no-session", T("There is no such session."));
    json_add_integer(d->arena, d->result, "session", put_session(d, &s));
    return true;
}

static struct str member_text(struct decision *d, struct feel_value context, const char *name) {
    const struct feel_value *v = feel_member(context, str_from(name));
    return v && v->kind != FEEL_NULL ? feel_text(d->arena, *v) : STR("");
}

/* The list under `sessions`; all of it is judged before anything is written, since a refused service task keeps what it wrote. */
static bool read_sessions(struct decision *d, const struct bpmn_job *job, struct session_row **out, size_t *count) {
    const struct feel_value *list = feel_member(job->inputs, STR("sessions"));
    *count = list && list->kind == FEEL_LIST ? list->list->count : 0;
    *out = arena_array(d->arena, struct session_row, *count + 1);
    for (size_t i = 0; i < *count; i++) {
        struct feel_value one = list->list->items[i];
        struct session_row *s = &(*out)[i];
        *s = (struct session_row){.day = member_text(d, one, "day"), .begins = member_text(d, one, "begins"), .ends = member_text(d, one, "ends"), .topic = member_text(d, one, "topic")};
        if (!check_session(d, s)) return false;
    }
    return true;
}

/* lingban:activity.put — name, place, capacity, sessions (a list of {day, begins, ends, topic}). Gives back activity. */
bool activity_put_task(struct decision *d, struct case_row *c, const struct bpmn_job *job, struct feel_value *out) {
    int64_t capacity = 0;
    size_t count;
    struct session_row *sessions;
    struct str name = service_task_input(d, job, "name"), place = service_task_input(d, job, "place");
    str_to_int64(service_task_input(d, job, "capacity"), &capacity);
    if (!name.n) return refuse(d, 422, "activity.no-name", T("The service task “{0}” needs a name of 1 to 100 bytes."), job->type);
    if (!good_capacity(d, capacity) || !read_sessions(d, job, &sessions, &count)) return false;
    int64_t id = add_activity(d, c->service, name, place.n ? place : STR(""), c->organisation, capacity);
    for (size_t i = 0; i < count; i++) {
        sessions[i].activity = id;
        put_session(d, &sessions[i]);
    }
    *out = feel_context(d->arena, 1);
    feel_context_put(d->arena, *out, STR("activity"), feel_integer(id));
    return true;
}

/* name (the number), label, service, free, office (who holds it): for select_one_from_file activities.csv with a choice_filter. Without db: the header. */
struct str activity_csv(struct arena *a, struct db *db, struct str name, enum language language) {
    (void)language; /* names are what the office wrote */
    if (!str_eqz(name, "activities")) return STR_NONE;
    struct buf out;
    buf_init(&out, a, LIST_BYTES);
    buf_addz(&out, "name,label,service,free,office\n");
    if (!db) return buf_str(&out);
    struct query q = db_query(db, "select id, name, service, max(0, capacity - taken), organisation from v_activities where closed_at is null order by id limit ?", DB_INT(LIST_ROWS));
    while (query_next(&q)) {
        buf_printf(&out, "%lld,", (long long)query_int(&q, 0));
        table_put_csv_cell(&out, query_text(&q, 1));
        buf_byte(&out, ',');
        table_put_csv_cell(&out, query_text(&q, 2));
        buf_printf(&out, ",%lld,%lld\n", (long long)query_int(&q, 3), (long long)query_int(&q, 4));
    }
    query_done(&q);
    return buf_str(&out);
}
