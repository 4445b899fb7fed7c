/* signup.c: signing up, cancelling, moving up. See activity.h; who came: attendance.c. */
#include "activity/activity.h"

#include "engine/cases.h"

static int64_t how_many(struct decision *d, int64_t activity, const char *state) {
    return db_int(store_writer(d->store), 0, "select count(*) from signup where activity = ? and state = ?", DB_INT(activity), DB_TEXT(str_from(state)));
}

static void set_state(struct decision *d, int64_t id, const char *state) {
    struct json *e = event_new(d, "signup.changed", STR_NONE);
    json_add_integer(d->arena, e, "id", id);
    json_add_string(d->arena, e, "state", str_from(state));
    json_add_integer(d->arena, e, "changed_at", d->now);
    event_emit(d, e);
}

/* A case hears of it in its process; somebody signed up at the desk is written to, when there is a number or address. */
static bool tell_moved_up(struct decision *d, const struct activity_row *a, int64_t signup) {
    struct db *db = store_writer(d->store);
    int64_t party = db_int(db, 0, "select coalesce(party, 0) from signup where id = ? and case_id is null", DB_INT(signup));
    if (party) notice_party(d, party, "signup.moved-up", (const struct str[]){T("There is a place for you now: {0}"), a->name}, 2);
    struct feel_value told = feel_context(d->arena, 1);
    feel_context_put(d->arena, told, STR("place"), feel_string(STR("in")));
    return process_message(d, STR("signup.moved-up"), arena_printf(d->arena, "%lld", (long long)signup), told);
}

bool activity_move_up(struct decision *d, const struct activity_row *a) {
    for (int64_t room = a->capacity - how_many(d, a->id, "in"); room > 0; room--) {
        int64_t id = db_int(store_writer(d->store), 0, "select min(id) from signup where activity = ? and state = 'waiting'", DB_INT(a->id));
        if (!id) return true;
        set_state(d, id, "in");
        if (!tell_moved_up(d, a, id)) return false;
    }
    return true;
}

/* ---- signing up */

struct wish_to_come {
    int64_t party, case_id;
    struct str nickname, of;
};

static int64_t add_signup(struct decision *d, const struct activity_row *a, const struct wish_to_come *w, const char *state) {
    int64_t id = next_id(d, "signup");
    struct json *e = event_new(d, "signup.made", w->of);
    struct json none = {.kind = JSON_NULL}, number = {.kind = JSON_NUMBER, .is_integer = true};
    json_add_integer(d->arena, e, "id", id);
    json_add_integer(d->arena, e, "activity", a->id);
    number.integer = w->case_id;
    json_add(d->arena, e, STR("case_id"), w->case_id ? number : none);
    number.integer = w->party;
    json_add(d->arena, e, STR("party"), w->party ? number : none);
    json_add_string(d->arena, e, "nickname", w->nickname.n ? w->nickname : STR_NONE);
    json_add_string(d->arena, e, "state", str_from(state));
    json_add_integer(d->arena, e, "at", d->now);
    json_add_integer(d->arena, e, "changed_at", d->now);
    event_emit(d, e);
    return id;
}

/* 0: refused. At the desk a person signs up once; a case may be for a guardian's second child. */
static int64_t sign_up(struct decision *d, const struct activity_row *a, const struct wish_to_come *w, const char **state) {
    if (a->closed) return refuse(d, 409, "activity.closed", T("The activity “{0}” is closed."), a->name);
    int64_t before = w->party ? db_int(store_writer(d->store), 0, "select count(*) from signup where activity = ? and party = ? and state <> 'cancelled'",
                                       DB_INT(a->id), DB_INT(w->party))
                              : 0;
    if (before && !w->case_id) return refuse(d, 409, "activity.twice", T("This person has signed up already."));
    *state = how_many(d, a->id, "in") < a->capacity ? "in" : "waiting";
    return add_signup(d, a, w, *state);
}

/* Who comes: a known person, or a name (and a telephone, by which somebody is known again). */
static bool read_person(struct decision *d, const struct activity_row *a, struct wish_to_come *w) {
    struct str name = str_trim(command_text(d->command, "name")), phone = fold_full_width(d->arena, str_trim(command_text(d->command, "phone")));
    w->party = command_integer(d->command, "party");
    w->nickname = str_trim(command_text(d->command, "nickname"));
    if (!w->nickname.n) w->nickname = name;
    if (!w->party && !name.n) return refuse(d, 422, "activity.who", T("Say who comes: a name at least."));
    if (!w->party) w->party = person_known(d, name, phone);
    if (!w->party) w->party = party_new(d, "person", name, phone, STR(""), a->organisation);
    if (!db_int(store_writer(d->store), 0, "select count(*) from party where id = ? and erased_at is null", DB_INT(w->party)))
        return refuse(d, 404, "party.unknown", T("There is no such person."));
    return true;
}

bool decide_signup_make(struct decision *d) {
    struct activity_row a;
    const char *state;
    struct wish_to_come w = {0};
    if (!activity_load(d, command_integer(d->command, "activity"), &a) || !activity_keeper(d, a.service, a.organisation)) return false;
    if (!read_person(d, &a, &w)) return false;
    w.of = d->subject = arena_printf(d->arena, "party:%lld", (long long)w.party);
    int64_t id = sign_up(d, &a, &w, &state);
    if (!id) return false;
    json_add_integer(d->arena, d->result, "signup", id);
    json_add_string(d->arena, d->result, "place", str_from(state));
    return true;
}

/* lingban:signup.make — activity, nickname. Gives back signup (as text: the key of signup.moved-up), place (in or
 * waiting) and ahead (how many wait before it). */
bool signup_make_task(struct decision *d, struct case_row *c, const struct bpmn_job *job, struct feel_value *out) {
    struct activity_row a;
    const char *state;
    int64_t activity = 0;
    str_to_int64(service_task_input(d, job, "activity"), &activity);
    if (!activity_load(d, activity, &a)) return false;
    struct wish_to_come w = {.party = c->applicant, .case_id = c->id, .nickname = service_task_input(d, job, "nickname"), .of = c->of};
    if (w.party) w.of = arena_printf(d->arena, "party:%lld", (long long)w.party);
    int64_t ahead = how_many(d, a.id, "waiting"), id = sign_up(d, &a, &w, &state);
    if (!id) return false;
    *out = feel_context(d->arena, 3);
    feel_context_put(d->arena, *out, STR("signup"), feel_string(arena_printf(d->arena, "%lld", (long long)id)));
    feel_context_put(d->arena, *out, STR("place"), feel_string(str_from(state)));
    feel_context_put(d->arena, *out, STR("ahead"), feel_integer(ahead));
    return true;
}

/* ---- cancelling */

static bool cancel(struct decision *d, int64_t id, const struct activity_row *a) {
    set_state(d, id, "cancelled");
    return activity_move_up(d, a);
}

static int64_t activity_of(struct decision *d, int64_t signup) {
    return db_int(store_writer(d->store), 0, "select activity from signup where id = ? and state <> 'cancelled'", DB_INT(signup));
}

bool decide_signup_cancel(struct decision *d) {
    struct activity_row a;
    int64_t id = command_integer(d->command, "signup"), activity = activity_of(d, id);
    if (!activity) return refuse(d, 404, "activity.no-signup", T("There is no such sign-up."));
    return activity_load(d, activity, &a) && activity_keeper(d, a.service, a.organisation) && cancel(d, id, &a);
}

/* lingban:signup.cancel — signup. One that is cancelled already stays so. */
bool signup_cancel_task(struct decision *d, struct case_row *c, const struct bpmn_job *job, struct feel_value *out) {
    struct activity_row a;
    int64_t id = 0;
    (void)out;
    str_to_int64(service_task_input(d, job, "signup"), &id);
    int64_t activity = activity_of(d, id);
    if (!activity) return true;
    if (db_int(store_writer(d->store), 0, "select coalesce(case_id, 0) from signup where id = ?", DB_INT(id)) != c->id)
        return refuse(d, 404, "activity.no-signup", T("There is no such sign-up."));
    struct str subject = d->subject;
    bool good = activity_load(d, activity, &a) && cancel(d, id, &a);
    d->subject = subject;
    return good;
}

void activity_forget(struct decision *d, int64_t party) {
    struct json *e = event_new(d, "signup.erased", STR_NONE);
    json_add_integer(d->arena, e, "party", party);
    json_add_string(d->arena, e, "nickname", STR_NONE);
    event_emit(d, e);
}
