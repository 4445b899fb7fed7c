/* register_pages.h: the pages of registers (register_pages.c, register_import.c) and what the two share. */
#ifndef WEB_REGISTER_PAGES_H
#define WEB_REGISTER_PAGES_H

#include "registry/view.h"
#include "web/pages.h"

extern const struct http_route register_routes[];        /* register_pages.c: /registers … */
extern const struct http_route register_import_routes[]; /* register_import.c: /registers/{service}/{register}/import */

/* The register in the address, when the viewer may see it; NULL else, then answer no_register. */
const struct register_definition *page_register(struct http_request *rq, struct db *db);
enum http_outcome no_register(struct http_request *rq, struct db *db);
struct str register_href(struct http_request *rq, const struct register_definition *r);

#endif
