/* reach.h: where a token may still come to. Pure. Used by pages that show what lies before a case, and by the check of
 * what a service folder promises under way:. */
#ifndef BPMN_REACH_H
#define BPMN_REACH_H

#include "bpmn/model.h"

/* A flag an element, in the arena: whether a token that stands at `from` may come there, by sequence flows, boundary events,
 * links and out of sub-processes; `from` itself only when a way leads back. Conditions are not looked at, event
 * sub-processes and messages between processes neither. */
bool *bpmn_reach(struct arena *a, const struct bpmn_model *m, int32_t from);

#endif
