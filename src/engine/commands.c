/* commands.c: the table of this room's commands: name, who may, arguments, the function that decides. */
#include "engine/commands.h"
#include "engine/engine.h"

#define I(name) {name, ARGUMENT_INTEGER, true, 0}
#define I_OPT(name) {name, ARGUMENT_INTEGER, false, 0}
#define X(name, most) {name, ARGUMENT_TEXT, true, most}
#define X_OPT(name, most) {name, ARGUMENT_TEXT, false, most}
#define P(name, most) {name, ARGUMENT_PERSONAL, true, most}
#define P_OPT(name, most) {name, ARGUMENT_PERSONAL, false, most}
#define ANSWERS {"answers", ARGUMENT_PERSONAL_JSON, false, 0}, {"attachments", ARGUMENT_PERSONAL_JSON, false, 0} /* attachment.h */

static const struct command_kind kinds[] = {
    {"case.open", MAY_ANYONE, {X("service", 40), ANSWERS, I_OPT("organisation"), I_OPT("linked_from"), X_OPT("link", 60), X_OPT("subject", 200)}, decide_case_open,
     T_STATIC("Opens a case of a service with the answers of its form.")},
    {"case.amend", MAY_STAFF, {I("case"), I("submission"), X("path", 400), P("value", 20000), P("reason", 400)}, decide_case_amend,
     T_STATIC("Mends an answer; the old value is kept.")},
    {"case.withdraw", MAY_RESIDENT | MAY_STAFF | MAY_SYSTEM, {I("case"), P_OPT("reason", 2000)}, decide_case_withdraw,
     T_STATIC("Withdraws a case; it leaves public pages at once.")},
    {"case.merge", MAY_STAFF, {I("case"), I("into"), P_OPT("reason", 2000)}, decide_case_merge,
     T_STATIC("Merges a case into another one about the same matter.")},
    {"case.reopen", MAY_RESIDENT | MAY_STAFF, {I("case"), P_OPT("reason", 2000)}, decide_case_reopen,
     T_STATIC("Opens a closed case again.")},
    {"case.note", MAY_RESIDENT | MAY_STAFF, {I("case"), P("note", 4000)}, decide_case_note, T_STATIC("Adds a remark to a case.")},
    {"case.renew-secret", MAY_STAFF, {I("case")}, decide_case_renew_secret, T_STATIC("Ends the secret link of a case and makes a new one.")},
    {"case.reveal", MAY_STAFF, {I("case"), X_OPT("path", 400), P_OPT("reason", 400)}, decide_case_reveal,
     T_STATIC("Notes that somebody looked at what is masked.")},
    {"task.claim", MAY_ACCOUNT, {I("task")}, decide_task_claim, T_STATIC("Claims a task.")},
    {"task.give-back", MAY_ACCOUNT, {I("task"), P("reason", 2000)}, decide_task_give_back, T_STATIC("Gives a claimed task back.")},
    {"task.hand-over", MAY_ACCOUNT, {I("task"), I("to"), P_OPT("reason", 2000)}, decide_task_hand_over, T_STATIC("Hands a task to somebody else.")},
    {"task.complete", MAY_ACCOUNT | MAY_RESIDENT | MAY_SYSTEM, {I("task"), ANSWERS, P_OPT("note", 4000)}, decide_task_complete,
     T_STATIC("Completes a task with the answers of its form.")},
    {"task.urge", MAY_RESIDENT | MAY_STAFF, {I("task"), P_OPT("reason", 2000)}, decide_task_urge, T_STATIC("Asks for speed.")},
    {"task.return", MAY_ACCOUNT, {I("task"), X("element", 100), P("reason", 2000)}, decide_task_return, T_STATIC("Returns a case to an earlier step.")},
    {"task.take-back", MAY_ACCOUNT, {I("task"), P_OPT("reason", 2000)}, decide_task_take_back, T_STATIC("Takes a completed step back.")},
    {"task.add-signer", MAY_ACCOUNT, {I("task"), I("to"), X("order", 10), P_OPT("reason", 2000)}, decide_task_add_signer, T_STATIC("Adds a signer before, after or beside.")},
    {"case.jump", MAY_SUPERVISOR | MAY_ADMIN | MAY_SYSTEM, {I("task"), X("element", 100), P("reason", 2000)}, decide_case_jump, T_STATIC("Takes a case to any step.")},
    {"case.activate", MAY_STAFF | MAY_SUPERVISOR | MAY_ADMIN | MAY_SYSTEM, {I("case"), X("element", 100), P_OPT("reason", 2000)}, decide_case_activate,
     T_STATIC("Begins a step inside an open ad-hoc part of the process.")},
    {"case.supervise", MAY_SUPERVISOR | MAY_ADMIN | MAY_SYSTEM, {I("case"), P_OPT("reason", 2000)}, decide_case_supervise, T_STATIC("Puts a case under supervision.")},
    {"case.supervise-end", MAY_SUPERVISOR | MAY_ADMIN | MAY_SYSTEM, {I("case"), P_OPT("reason", 2000)}, decide_case_supervise_end, T_STATIC("Ends the supervision of a case.")},
    {"case.suspend", MAY_SUPERVISOR | MAY_ADMIN | MAY_SYSTEM, {I("case"), P("reason", 2000)}, decide_case_suspend, T_STATIC("Lets a case stand still.")},
    {"case.resume", MAY_SUPERVISOR | MAY_ADMIN | MAY_SYSTEM, {I("case"), P_OPT("reason", 2000)}, decide_case_resume, T_STATIC("Lets a suspended case go on.")},
    {"case.migrate", MAY_SUPERVISOR | MAY_ADMIN | MAY_SYSTEM, {I("case"), I("version"), {"plan", ARGUMENT_JSON, false, 0}, P_OPT("reason", 2000)}, decide_case_migrate,
     T_STATIC("Moves a running case to another version of its service.")},
    {"incident.retry", MAY_SUPERVISOR | MAY_ADMIN | MAY_SYSTEM, {I("case"), I("incident"), {"variables", ARGUMENT_JSON, false, 0}, P_OPT("reason", 2000)}, decide_incident_retry,
     T_STATIC("Tries again what stopped, with mended values.")},
    {"account.delegate", MAY_ACCOUNT | MAY_SYSTEM, {I("account"), I("to"), {"from_day", ARGUMENT_DAY, true, 0}, {"to_day", ARGUMENT_DAY, true, 0}}, decide_account_delegate,
     T_STATIC("For a period, somebody else gets what would come to an account.")},
    {"account.delegate-end", MAY_ACCOUNT | MAY_SYSTEM, {I("delegation")}, decide_account_delegate_end, T_STATIC("Ends a delegation before its time.")},
    {"timer.fire", MAY_SYSTEM, {I("case"), I("wait")}, decide_timer_fire, T_STATIC("A timer has run out.")},
    {"organisation.add", MAY_ADMIN, {X("kind", 40), X("name", 200), X_OPT("name_en", 200), X_OPT("division", 12), I_OPT("parent")},
     decide_organisation_add, T_STATIC("Adds an organisation to the tree.")},
    {"organisation.change", MAY_ADMIN, {I("organisation"), X("name", 200), X_OPT("name_en", 200), X_OPT("division", 12)},
     decide_organisation_change, T_STATIC("Renames an organisation.")},
    {"organisation.move", MAY_ADMIN, {I("organisation"), I("parent")}, decide_organisation_move, T_STATIC("Puts an organisation under another one.")},
    {"organisation.close", MAY_ADMIN, {I("organisation")}, decide_organisation_close, T_STATIC("Closes an organisation.")},
    {"partnership.begin", MAY_ADMIN | MAY_STAFF, {I("unit"), I("community")}, decide_partnership_begin, T_STATIC("Two organisations begin to help each other.")},
    {"partnership.end", MAY_ADMIN | MAY_STAFF, {I("partnership")}, decide_partnership_end, T_STATIC("Ends a partnership.")},
    {"party.add", MAY_STAFF, {X("kind", 20), P("name", 200), P_OPT("phone", 40), P_OPT("mail", 200), P_OPT("address", 400), P_OPT("note", 2000), I_OPT("organisation"), I_OPT("household"), X_OPT("relation", 20)},
     decide_party_add, T_STATIC("Adds a person or a household.")},
    {"party.change", MAY_STAFF, {I("party"), P("name", 200), P_OPT("phone", 40), P_OPT("mail", 200), P_OPT("address", 400), P_OPT("note", 2000), I_OPT("organisation")},
     decide_party_change, T_STATIC("Changes what is known of a person or household.")},
    {"member.leave", MAY_STAFF, {I("member")}, decide_member_leave, T_STATIC("Somebody no longer belongs to a household.")},
    {"party.erase", MAY_ADMIN | MAY_SYSTEM, {I("party"), X("reason", 400)}, decide_party_erase, T_STATIC("Makes everything personal of a person unreadable for good.")},
    {"case.forget", MAY_SYSTEM, {I("case")}, decide_case_forget, T_STATIC("The time is over for which a case keeps who it is about.")},
    {"account.add", MAY_ADMIN | MAY_SYSTEM, {X("login", 60), P("name", 200), P_OPT("phone", 40), P_OPT("mail", 200), I_OPT("organisation"), X_OPT("language", 2)},
     decide_account_add, T_STATIC("Adds an account.")},
    {"account.close", MAY_ADMIN | MAY_SYSTEM, {I("account")}, decide_account_close, T_STATIC("Closes an account.")},
    {"role.grant", MAY_ADMIN | MAY_SYSTEM, {I("account"), X("role", 40), X_OPT("service", 40), I_OPT("organisation")}, decide_role_grant,
     T_STATIC("Gives an account a role.")},
    {"role.end", MAY_ADMIN | MAY_SYSTEM, {I("grant")}, decide_role_end, T_STATIC("Ends a role.")},
    {"service.deploy", MAY_ADMIN | MAY_SYSTEM, {{"files", ARGUMENT_FILES, true, 0}}, decide_service_deploy, T_STATIC("Deploys a service folder.")},
    {"calendar.put", MAY_ADMIN | MAY_SYSTEM, {{"day", ARGUMENT_DAY, true, 0}, X("kind", 10), X_OPT("name", 100)}, decide_calendar_put,
     T_STATIC("Says that a day is off or worked.")},
    {"calendar.recount", MAY_SYSTEM, {{NULL, 0, false, 0}}, decide_calendar_recount, T_STATIC("Goes on counting deadlines again after a day was changed.")},
    {"notice.read", MAY_ACCOUNT, {I("notice")}, decide_notice_read, T_STATIC("Marks a notice as read.")},
    {"outbox.result", MAY_SYSTEM, {I("message"), X("state", 20), X_OPT("answer", 400)}, decide_outbox_result, T_STATIC("A message has left, or could not.")},
    {"attachment.adopt", MAY_SYSTEM, {{NULL, 0, false, 0}}, decide_attachment_adopt, T_STATIC("Takes over photos of a folder made by an older version.")},
    {.name = NULL},
};

const struct engine_room engine_core = {.name = "engine", .commands = kinds, .events = engine_event_kinds};
