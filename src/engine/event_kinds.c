/* event_kinds.c: every kind of event of this room: one row is one statement on one state table (event.h).
 *
 * The order of the columns is the order of the statement. A kind is never changed once it stands in a journal: a new
 * column makes a new version with an upcaster. tests/engine/event_test.c holds this table and schema.sql together. */
#include "engine/event.h"

#define I(name) {name, COLUMN_INTEGER}
#define X(name) {name, COLUMN_TEXT}
#define P(name) {name, COLUMN_PERSONAL}
#define S(name) {name, COLUMN_SENSITIVE}

const struct event_kind engine_event_kinds[] = {
    /* organisations, parties, accounts */
    {"organisation.added", 1, EVENT_INSERT, "organisation", 1,
     {I("id"), X("kind"), X("name"), X("name_en"), X("division"), I("created_at")}},
    {"organisation.changed", 1, EVENT_UPDATE, "organisation", 1, {I("id"), X("name"), X("name_en"), X("division")}},
    {"organisation.closed", 1, EVENT_UPDATE, "organisation", 1, {I("id"), I("closed_at")}},
    {"organisation.placed", 1, EVENT_INSERT, "organisation_edge", 1, {I("id"), I("child"), I("parent"), I("from_at")}},
    {"organisation.moved-away", 1, EVENT_UPDATE, "organisation_edge", 1, {I("id"), I("to_at")}},
    {"party.added", 1, EVENT_INSERT, "party", 1,
     {I("id"), X("kind"), P("name"), P("phone"), P("mail"), P("address"), P("note"), I("organisation"), I("created_at")}},
    {"party.changed", 1, EVENT_UPDATE, "party", 1,
     {I("id"), P("name"), P("phone"), P("mail"), P("address"), P("note"), I("organisation")}},
    {"party.erased", 1, EVENT_UPDATE, "party", 1,
     {I("id"), P("name"), P("phone"), P("mail"), P("address"), P("note"), I("erased_at")}},
    {"member.joined", 1, EVENT_INSERT, "member", 1, {I("id"), I("household"), I("person"), X("relation"), I("from_at")}},
    {"member.left", 1, EVENT_UPDATE, "member", 1, {I("id"), I("to_at")}},
    {"partnership.begun", 1, EVENT_INSERT, "partnership", 1, {I("id"), I("unit"), I("community"), I("from_at")}},
    {"partnership.ended", 1, EVENT_UPDATE, "partnership", 1, {I("id"), I("to_at")}},
    {"account.added", 1, EVENT_INSERT, "account", 1,
     {I("id"), X("login"), I("party"), I("organisation"), X("language"), I("created_at")}},
    {"account.changed", 1, EVENT_UPDATE, "account", 1, {I("id"), I("organisation"), X("language")}},
    {"account.closed", 1, EVENT_UPDATE, "account", 1, {I("id"), I("closed_at")}},
    {"delegation.begun", 1, EVENT_INSERT, "delegation", 1, {I("id"), I("account"), I("to_account"), X("from_day"), X("to_day")}},
    {"role.granted", 1, EVENT_INSERT, "role_grant", 1,
     {I("id"), I("account"), X("role"), X("service"), I("organisation"), I("from_at")}},
    {"role.ended", 1, EVENT_UPDATE, "role_grant", 1, {I("id"), I("to_at")}},

    /* services and the calendar */
    {"service.deployed", 1, EVENT_INSERT, "service_version", 1,
     {I("id"), X("service"), I("number"), X("hash"), X("name"), X("name_en"), I("deployed_at"), I("current")}},
    {"service.replaced", 1, EVENT_UPDATE, "service_version", 1, {I("id"), I("current")}},
    {"service.file", 1, EVENT_INSERT, "service_file", 2, {I("version"), X("path"), X("content"), X("encoding")}},
    {"calendar.day", 1, EVENT_REPLACE, "calendar_day", 1, {X("day"), X("kind"), X("name")}},

    /* cases */
    {"case.opened", 1, EVENT_INSERT, "cases", 1,
     {I("id"), X("reference"), X("service"), I("version"), X("state"), X("stage"), X("outcome"), X("title"), X("channel"),
      I("organisation"), I("applicant"), I("household"), I("opened_by"), I("opened_at"), I("due_at"), I("linked_from"),
      I("public"), I("generation"), I("next_row"), I("reopened"), I("changed_at")}},
    {"case.advanced", 1, EVENT_UPDATE, "cases", 1, {I("id"), X("stage"), I("public"), I("next_row"), I("changed_at")}},
    {"case.titled", 1, EVENT_UPDATE, "cases", 1, {I("id"), X("title")}},
    {"case.due", 1, EVENT_UPDATE, "cases", 1, {I("id"), I("due_at")}},
    {"case.ended", 1, EVENT_UPDATE, "cases", 1,
     {I("id"), X("state"), X("outcome"), I("closed_at"), I("public"), I("changed_at")}},
    {"case.merged", 1, EVENT_UPDATE, "cases", 1, {I("id"), I("merged_into")}},
    {"case.restricted", 1, EVENT_UPDATE, "cases", 1, {I("id"), X("restricted_role"), I("restricted_at")}},
    {"case.rated", 1, EVENT_UPDATE, "cases", 1, {I("id"), I("rating")}},
    {"case.reopened", 1, EVENT_UPDATE, "cases", 1, {I("id"), X("state"), X("outcome"), I("closed_at"), I("reopened")}},
    {"case.secret-renewed", 1, EVENT_UPDATE, "cases", 1, {I("id"), I("generation")}},
    {"case.migrated", 1, EVENT_UPDATE, "cases", 1, {I("id"), I("version")}},
    {"case.linked", 1, EVENT_UPDATE, "cases", 1, {I("id"), I("applicant"), I("household")}},
    {"submission.made", 1, EVENT_INSERT, "submission", 1,
     {I("id"), I("case_id"), X("form"), I("task"), I("account"), X("channel"), I("at"), I("occurred_at"), I("device_at")}},
    {"answer.given", 1, EVENT_REPLACE, "answer", 2,
     {I("submission"), X("path"), I("case_id"), X("class"), X("type"), X("value"), P("personal"), S("sensitive")}},
    {"answer.amended", 1, EVENT_UPDATE, "answer", 2, {I("submission"), X("path"), X("value"), P("personal"), S("sensitive")}},
    {"answer.erased", 1, EVENT_UPDATE, "answer", 1, {I("case_id"), P("personal"), S("sensitive")}},
    {"amendment.made", 1, EVENT_INSERT, "amendment", 1,
     {I("id"), I("case_id"), I("submission"), X("path"), X("old_value"), P("old_personal"), X("reason"), I("account"), I("at")}},
    {"amendment.erased", 1, EVENT_UPDATE, "amendment", 1, {I("case_id"), P("old_personal")}},
    {"history.noted", 1, EVENT_INSERT, "history", 2,
     {I("case_id"), I("id"), I("at"), X("kind"), X("element"), I("task"), I("account"), I("by_resident"), P("note"), X("data")}},
    {"history.erased", 1, EVENT_UPDATE, "history", 1, {I("case_id"), P("note")}},

    /* where cases stand (bpmn/step.h) */
    {"scope.put", 1, EVENT_REPLACE, "scope", 2,
     {I("case_id"), I("id"), I("parent"), I("token"), I("element"), I("kind"), I("state"), I("suspended"), I("live"), I("total"), I("started"),
      I("completed")}},
    {"scope.gone", 1, EVENT_DELETE, "scope", 2, {I("case_id"), I("id")}},
    {"token.put", 1, EVENT_REPLACE, "token", 2,
     {I("case_id"), I("id"), I("scope"), I("element"), I("flow"), I("state"), I("stage"), I("in_listener"), I("has_waits"), I("together"), I("child"), I("work"),
      I("visit"), I("origin"), I("waiter")}},
    {"token.gone", 1, EVENT_DELETE, "token", 2, {I("case_id"), I("id")}},
    {"variable.put", 1, EVENT_REPLACE, "variable", 3, {I("case_id"), I("scope"), X("name"), X("value")}},
    {"variables.gone", 1, EVENT_DELETE, "variable", 2, {I("case_id"), I("scope")}},
    {"wait.put", 1, EVENT_REPLACE, "wait", 2,
     {I("case_id"), I("id"), I("scope"), I("token"), I("element"), I("definition"), I("kind"), I("met"), I("firings"), I("due"),
      X("name"), X("key")}},
    {"wait.gone", 1, EVENT_DELETE, "wait", 2, {I("case_id"), I("id")}},
    {"compensation.put", 1, EVENT_REPLACE, "compensation", 2,
     {I("case_id"), I("id"), I("scope"), I("element"), I("child")}},
    {"compensation.gone", 1, EVENT_DELETE, "compensation", 2, {I("case_id"), I("id")}},
    {"call.opened", 1, EVENT_INSERT, "call", 2, {I("case_id"), I("work"), I("token"), I("child")}},
    {"call.ended", 1, EVENT_DELETE, "call", 2, {I("case_id"), I("work")}},
    {"incident.raised", 1, EVENT_INSERT, "incident", 2,
     {I("case_id"), I("id"), I("token"), I("scope"), X("element"), X("code"), X("sentence"), I("at")}},
    {"incident.resolved", 1, EVENT_DELETE, "incident", 2, {I("case_id"), I("id")}},

    /* tasks */
    {"task.opened", 1, EVENT_INSERT, "task", 1,
     {I("id"), I("case_id"), I("work"), I("token"), I("scope"), I("visit"), X("service"), X("element"), X("name"), X("state"),
      X("roles"), X("form"), X("properties"), X("item"), I("organisation"), I("assignee"), I("opened_at"), I("due_at"),
      I("priority"), X("outcome"), I("urged")}},
    {"task.offered", 1, EVENT_INSERT, "task_offer", 3,
     {X("role"), I("organisation"), I("task"), X("service"), I("public")}},
    {"task.offer-ended", 1, EVENT_DELETE, "task_offer", 1, {I("task")}},
    {"task.claimed", 1, EVENT_UPDATE, "task", 1,
     {I("id"), X("state"), I("assignee"), I("claimed_for"), I("claimed_at")}},
    {"task.closed", 1, EVENT_UPDATE, "task", 1, {I("id"), X("state"), I("closed_at"), I("closed_by"), X("outcome")}},
    {"task.about", 1, EVENT_UPDATE, "task", 1, {I("id"), X("item")}},
    {"task.due", 1, EVENT_UPDATE, "task", 1, {I("id"), I("due_at")}},
    {"task.urged", 1, EVENT_UPDATE, "task", 1, {I("id"), I("urged")}},

    /* notices and the outbox */
    {"notice.sent", 1, EVENT_INSERT, "notice", 1,
     {I("id"), I("case_id"), I("account"), I("resident"), X("kind"), X("sentence"), I("at")}},
    {"notice.read", 1, EVENT_UPDATE, "notice", 1, {I("id"), I("read_at")}},
    {"outbox.queued", 1, EVENT_INSERT, "outbox", 1,
     {I("id"), I("case_id"), X("channel"), X("kind"), P("recipient"), P("body"), I("at"), X("state"), X("answer")}},
    {"outbox.done", 1, EVENT_UPDATE, "outbox", 1, {I("id"), X("state"), I("done_at"), X("answer")}},
    {"outbox.erased", 1, EVENT_UPDATE, "outbox", 1, {I("case_id"), P("recipient"), P("body")}},
    {.name = NULL},
};
