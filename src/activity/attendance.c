/* attendance.c: who came to a session: one by one, or the whole register of a session at once. See activity.h. */
#include "activity/activity.h"

#include "engine/cases.h"

static void note(struct decision *d, int64_t session, int64_t signup, bool present) {
    struct json none = {.kind = JSON_NULL}, number = {.kind = JSON_NUMBER, .is_integer = true, .integer = d->command->actor.account};
    struct json *e = event_new(d, "attendance.noted", STR_NONE);
    json_add_integer(d->arena, e, "session", session);
    json_add_integer(d->arena, e, "signup", signup);
    json_add_integer(d->arena, e, "present", present);
    json_add_integer(d->arena, e, "at", d->now);
    json_add(d->arena, e, STR("account"), number.integer ? number : none);
    event_emit(d, e);
}

bool decide_attendance_note(struct decision *d) {
    struct activity_row a;
    int64_t session = command_integer(d->command, "session"), signup = command_integer(d->command, "signup");
    int64_t activity = db_int(store_writer(d->store), 0,
                              "select s.activity from activity_session s join signup u on u.activity = s.activity and u.state = 'in' where s.id = ? and u.id = ?",
                              DB_INT(session), DB_INT(signup));
    if (!activity) return refuse(d, 404, "activity.no-session", T("There is no such session."));
    if (!activity_load(d, activity, &a) || !activity_keeper(d, a.service, a.organisation)) return false;
    const struct json *present = command_json(d->command, "present");
    note(d, session, signup, present && present->boolean);
    return true;
}

/* ---- a whole register */

static bool is_listed(const struct json *list, int64_t signup) {
    for (size_t i = 0; i < list->count; i++)
        if (list->items[i].kind == JSON_NUMBER && list->items[i].is_integer && list->items[i].integer == signup) return true;
    return false;
}

static bool is_list_of_numbers(const struct json *list) {
    bool good = list && list->kind == JSON_ARRAY;
    for (size_t i = 0; good && i < list->count; i++) good = list->items[i].kind == JSON_NUMBER && list->items[i].is_integer;
    return good;
}

/* Everybody who stood on the sheet (`listed`) came or did not. Who has moved up since is not on it and stays unnoted; who
 * has cancelled since is passed over. Only what differs from what was noted before is noted. */
bool decide_attendance_take(struct decision *d) {
    struct activity_row a;
    struct db *db = store_writer(d->store);
    const struct json *listed = command_json(d->command, "listed"), *present = command_json(d->command, "present");
    int64_t session = command_integer(d->command, "session"), came = 0, noted = 0, gone = 0;
    int64_t activity = db_int(db, 0, "select activity from activity_session where id = ?", DB_INT(session));
    if (!activity) return refuse(d, 404, "activity.no-session", T("There is no such session."));
    if (!activity_load(d, activity, &a) || !activity_keeper(d, a.service, a.organisation)) return false;
    if (!is_list_of_numbers(listed) || !is_list_of_numbers(present)) return refuse(d, 422, "activity.register", T("A register is two lists of sign-ups: who stands on it, and who came."));
    for (size_t i = 0; i < listed->count; i++) {
        int64_t signup = listed->items[i].integer;
        bool is_in = db_int(db, 0, "select count(*) from signup where id = ? and activity = ? and state = 'in'", DB_INT(signup), DB_INT(activity)) > 0;
        bool is_here = is_listed(present, signup);
        gone += !is_in;
        came += is_in && is_here;
        if (!is_in || db_int(db, -1, "select present from attendance where session = ? and signup = ?", DB_INT(session), DB_INT(signup)) == is_here) continue;
        note(d, session, signup, is_here);
        noted++;
    }
    json_add_integer(d->arena, d->result, "present", came);
    json_add_integer(d->arena, d->result, "noted", noted);
    json_add_integer(d->arena, d->result, "gone", gone);
    return true;
}
