/* rules_lingban.h: Lingban's own rules for the process of a service; the standard's are rules.h.
 *
 * Applied by `lingban service check` and `service deploy` only: a public service must not lose a case. No
 * wait without someone responsible, a deadline and a way on; no unreachable step; no condition on a variable
 * that nobody sets; no role that nobody holds. Data: the engine's model (model.h) and what surrounds it in;
 * faults out; pure.
 *
 * What counts as a deadline: zeebe:taskSchedule dueDate, the property lingban:deadlineWorkingDays, or a timer
 * on the border of the step or of a sub-process around it. Who is responsible: assignee, candidate groups or
 * users, or a lane. A message, signal or condition that is waited for in the flow needs a timer beside it
 * (event-based gateway) or around it; event sub-processes and start events wait for nobody.
 * A process that begins by a timer, signal or message of its own is refused: the house opens cases by their form.
 * A finding names file, line, element, its place in the drawing where it has one, and a sentence.
 */
#ifndef BPMN_RULES_LINGBAN_H
#define BPMN_RULES_LINGBAN_H

#include "bpmn/model.h"

/* What the service folder and the house provide. */
struct bpmn_surroundings {
    const struct str
        *variables; /* set by forms, decisions, facts, the house itself: "outcome", "settings" … */
    size_t variable_count;
    const struct str *roles; /* known roles; none: roles are not checked */
    size_t role_count;
};

/* Checks every executable process of the model. Faults have codes "lingban.…". */
void bpmn_check_service(struct arena *a, const struct bpmn_model *model,
                        const struct bpmn_surroundings *around, struct faults *faults);

#endif
