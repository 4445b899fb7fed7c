/* office.c: what an office asks of a case beyond the picture. See step.h and run.h. */
#include "bpmn/run.h"

void step_office_move(struct run *r, const struct bpmn_event *event) {
    refuse(r, "bpmn.todo", event->element, T("Not yet."));
}
void step_office_withdraw(struct run *r, const struct bpmn_event *event) {
    refuse(r, "bpmn.todo", event->element, T("Not yet."));
}
void step_office_add_signer(struct run *r, const struct bpmn_event *event) {
    refuse(r, "bpmn.todo", event->element, T("Not yet."));
}
void step_office_activate(struct run *r, const struct bpmn_event *event) {
    refuse(r, "bpmn.todo", event->element, T("Not yet."));
}
void step_signers_changed(struct run *r, struct row *token) {
    (void)r, (void)token;
}
void step_migrate(struct run *r, const struct bpmn_event *event) {
    refuse(r, "bpmn.todo", event->element, T("Not yet."));
}
