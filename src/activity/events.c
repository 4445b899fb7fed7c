/* events.c: what this room writes, and its tables of commands and service tasks. */
#include "activity/activity.h"

#define I(name) {name, COLUMN_INTEGER}
#define X(name) {name, COLUMN_TEXT}
#define P(name) {name, COLUMN_PERSONAL}

const struct event_kind activity_event_kinds[] = {
    {"activity.added", 1, EVENT_INSERT, "activity", 1,
     {I("id"), X("service"), X("name"), X("place"), I("organisation"), I("capacity"), I("created_at")}},
    {"activity.changed", 1, EVENT_UPDATE, "activity", 1, {I("id"), X("name"), X("place"), I("capacity")}},
    {"activity.closed", 1, EVENT_UPDATE, "activity", 1, {I("id"), I("closed_at")}},
    {"session.put", 1, EVENT_REPLACE, "activity_session", 1, {I("id"), I("activity"), X("day"), X("begins"), X("ends"), X("topic")}},
    {"signup.made", 1, EVENT_INSERT, "signup", 1,
     {I("id"), I("activity"), I("case_id"), I("party"), P("nickname"), X("state"), I("at"), I("changed_at")}},
    {"signup.changed", 1, EVENT_UPDATE, "signup", 1, {I("id"), X("state"), I("changed_at")}},
    {"signup.erased", 1, EVENT_UPDATE, "signup", 1, {I("party"), P("nickname")}},
    {"attendance.noted", 1, EVENT_REPLACE, "attendance", 2, {I("session"), I("signup"), I("present"), I("at"), I("account")}},
    {NULL, 0, EVENT_INSERT, NULL, 0, {{NULL, COLUMN_INTEGER}}},
};

#undef I
#undef X
#undef P
#define I(name) {name, ARGUMENT_INTEGER, true, 0}
#define I_OPT(name) {name, ARGUMENT_INTEGER, false, 0}
#define X(name, most) {name, ARGUMENT_TEXT, true, most}
#define X_OPT(name, most) {name, ARGUMENT_TEXT, false, most}

static const struct command_kind commands[] = {
    {"activity.put", MAY_STAFF | MAY_SYSTEM,
     {I_OPT("activity"), X("service", 40), X("name", 200), X_OPT("place", 200), I("capacity"), I_OPT("organisation")}, decide_activity_put,
     T_STATIC("Adds an activity, or changes it.")},
    {"activity.close", MAY_STAFF | MAY_SYSTEM, {I("activity")}, decide_activity_close, T_STATIC("Closes an activity: nobody signs up any more.")},
    {"session.put", MAY_STAFF | MAY_SYSTEM,
     {I_OPT("session"), I("activity"), {"day", ARGUMENT_DAY, true, 0}, X_OPT("begins", 5), X_OPT("ends", 5), X_OPT("topic", 200)}, decide_session_put,
     T_STATIC("Adds a session to an activity, or changes it.")},
    {"signup.make", MAY_STAFF | MAY_SYSTEM, 
     {I("activity"), I_OPT("party"), {"nickname", ARGUMENT_PERSONAL, false, 100}, {"name", ARGUMENT_PERSONAL, false, 100}, {"phone", ARGUMENT_PERSONAL, false, 40}},
     decide_signup_make,
     T_STATIC("Signs somebody up, or puts them on the waiting list.")},
    {"signup.cancel", MAY_STAFF | MAY_SYSTEM, {I("signup")}, decide_signup_cancel, T_STATIC("Cancels a sign-up; the first of the waiting moves up.")},
    {"attendance.note", MAY_STAFF | MAY_SYSTEM, {I("session"), I("signup"), {"present", ARGUMENT_BOOLEAN, true, 0}}, decide_attendance_note,
     T_STATIC("Notes who came to a session.")},
    {"attendance.take", MAY_STAFF | MAY_SYSTEM, {I("session"), {"listed", ARGUMENT_JSON, true, 0}, {"present", ARGUMENT_JSON, true, 0}}, decide_attendance_take,
     T_STATIC("Notes the whole register of a session: who of those listed came.")},
    {NULL, 0, {{NULL, ARGUMENT_TEXT, false, 0}}, NULL, {NULL, 0}},
};

static const struct service_task tasks[] = {
    {"lingban:activity.put", activity_put_task},
    {"lingban:signup.make", signup_make_task},
    {"lingban:signup.cancel", signup_cancel_task},
    {NULL, NULL},
};

static const char *const lists[] = {"activities", NULL};

const struct engine_room activity_room = {
    .name = "activity", .commands = commands, .events = activity_event_kinds, .tasks = tasks, .list = activity_csv, .lists = lists, .forget = activity_forget,
};
