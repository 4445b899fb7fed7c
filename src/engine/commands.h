/* commands.h: the deciding functions of this room, for its table (commands.c). */
#ifndef ENGINE_COMMANDS_H
#define ENGINE_COMMANDS_H

#include "engine/decide.h"

bool decide_calendar_recount(struct decision *d);
bool decide_attachment_adopt(struct decision *d);
bool decide_case_open(struct decision *d);
bool decide_case_amend(struct decision *d);
bool decide_case_withdraw(struct decision *d);
bool decide_case_merge(struct decision *d);
bool decide_case_reopen(struct decision *d);
bool decide_case_note(struct decision *d);
bool decide_case_renew_secret(struct decision *d);
bool decide_case_reveal(struct decision *d);

bool decide_task_claim(struct decision *d);
bool decide_task_give_back(struct decision *d);
bool decide_task_hand_over(struct decision *d);
bool decide_task_complete(struct decision *d);
bool decide_task_urge(struct decision *d);
bool decide_timer_fire(struct decision *d);

bool decide_task_return(struct decision *d);
bool decide_task_take_back(struct decision *d);
bool decide_task_add_signer(struct decision *d);
bool decide_case_jump(struct decision *d);
bool decide_case_activate(struct decision *d);
bool decide_case_supervise(struct decision *d);
bool decide_case_supervise_end(struct decision *d);
bool decide_case_suspend(struct decision *d);
bool decide_case_resume(struct decision *d);
bool decide_case_migrate(struct decision *d);
bool decide_incident_retry(struct decision *d);
bool decide_account_delegate(struct decision *d);
bool decide_account_delegate_end(struct decision *d);

bool decide_organisation_add(struct decision *d);
bool decide_organisation_change(struct decision *d);
bool decide_organisation_move(struct decision *d);
bool decide_organisation_close(struct decision *d);
bool decide_partnership_begin(struct decision *d);
bool decide_partnership_end(struct decision *d);
bool decide_party_add(struct decision *d);
bool decide_party_change(struct decision *d);
bool decide_member_leave(struct decision *d);
bool decide_party_erase(struct decision *d);
bool decide_case_forget(struct decision *d);
bool decide_account_add(struct decision *d);
bool decide_account_close(struct decision *d);
bool decide_role_grant(struct decision *d);
bool decide_role_end(struct decision *d);

bool decide_service_deploy(struct decision *d);
bool decide_calendar_put(struct decision *d);
bool decide_notice_read(struct decision *d);
bool decide_outbox_result(struct decision *d);

#endif
