/* embedded.h: what the build put into the program: style sheet, script and pictures of web/, templates of src/web/. */
#ifndef WEB_EMBEDDED_H
#define WEB_EMBEDDED_H

#include "http/http.h"

struct web_template {
    struct str name, text; /* "wall" for wall.html; the last one has no name */
};

extern const struct web_template web_templates[]; /* made from src/web/NAME.html by mk/assets.mk */
extern const struct http_asset web_assets[];      /* made from what web/build.mjs wrote */

/* Address of an asset by its file name: "lingban.css" -> "/static/lingban-3f2a91c0.css"; empty when there is none. */
struct str web_asset(const char *file_name);

#endif
