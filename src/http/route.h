/* route.h: from method and path to a route.
 *
 * The tables of all rooms become one tree of path segments when the server opens; a literal segment wins over
 * "{name}", which wins over "{rest*}". Pure: no library, no socket.
 */
#ifndef HTTP_ROUTE_H
#define HTTP_ROUTE_H

#include "http/http.h"

struct route_node;

/* NULL with faults: a pattern that is none, or two routes for one method and one shape of path. */
struct route_node *routes_build(struct arena *a, const struct http_route *const *tables, bool demo,
                                struct faults *faults);

struct route_match {
    const struct http_route *route; /* NULL: no such path, or not with this method */
    bool path_exists;               /* then the answer is 405, with `allow` */
    struct str allow;               /* "GET, HEAD, POST" */
};
/* Parameters of the winning pattern are added to `params`, borrowed from `path` (which is decoded). */
struct route_match routes_find(struct arena *a, const struct route_node *root, enum http_method method, struct str path,
                               struct http_fields *params);

enum http_method http_method_from(const char *name);
const char *http_method_name(enum http_method method);

#endif
