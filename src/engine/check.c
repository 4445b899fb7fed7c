/* check.c: what `service check` and service.deploy ask beyond reading: the process by both rule sets of bpmn/. */
#include "engine/queries.h"

#include "bpmn/rules.h"

void service_check_rules(struct arena *a, const struct service *s, struct faults *faults) {
    const struct json *process = json_member(s->yaml, "process");
    const struct service_file *f = service_file_named(s, process ? process->text : STR("process.bpmn"));
    if (f) bpmn_check_file(a, f->content, f->path, BPMN_LEVEL_NORMAL, faults);
}
