/* yaml.h: the plain part of YAML 1.1, read by libyaml into the tree of json.h.
 *
 * Anchors, aliases, tags and several documents are refused: a service folder needs none, and they let a small file
 * mean a huge one. Every scalar is a string, except plain true/false, null (empty or ~) and whole numbers. Each
 * value knows its line and column, so that a fault in a service.yaml can say where.
 */
#ifndef BASE_YAML_H
#define BASE_YAML_H

#include "base/json.h"

struct json *yaml_parse(struct arena *a, struct str text, const struct json_limits *limits, struct str file,
                        struct faults *faults);

#endif
