/* queries.h: files of named queries in a service folder: facts.sql (for decisions) and reports.sql (figures).
 *
 *     -- name: helped_recently
 *     -- zh: 近期帮助次数
 *     -- en: Times helped recently
 *     -- audience: office                 a report that outsiders do not see; without it everybody may
 *     -- things: 期数|Sessions          these columns' whole numbers count no people ("all": none does); others from 1 to 4
 *                                      are not said to outsiders
 *     -- small: hidden                 nor to the offices, not even in a report with audience: office
 *     -- chart: stacked                parts of one whole; panels: no common scale; none
 *     -- choices: /data/kind /data/need   cells that are a value of these questions are shown by their label
 *     select count(*) from v_cases where …
 *
 * A query runs until the next "-- name:" line, reads the documented v_… views only, and changes nothing.
 */
#ifndef ENGINE_QUERIES_H
#define ENGINE_QUERIES_H

#include "engine/service.h"

/* All queries of a file; `store` compiles each to check it when not NULL. */
const struct service_query *queries_read(struct arena *a, struct str text, struct str file, struct store *store,
                                         size_t *count, struct faults *faults);

/* Does "-- things:" name this column? By all of its name, or by either half of "件数|Cases". */
bool query_is_thing(struct str things, struct str column);

/* Does the house, or one of these rooms (NULL: none), know this job type ("lingban:notify")? service_task.c. */
bool service_task_known(const struct engine_room *const *rooms, struct str type);
/* Both rule sets of bpmn/rules.h over the service's process: what `service check` adds. */
void service_check_rules(struct arena *a, const struct service *s, struct faults *faults);
/* Entries of service.yaml that the program does not know, or that are not what they must be: service_keys.c. */
void service_check_keys(const struct service *s, struct faults *faults);
/* Do views, forms, papers, queries and words fit together? service_fit.c. */
void service_check_fit(struct arena *a, const struct service *s, struct faults *faults);

#endif
