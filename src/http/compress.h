/* compress.h: gzip and brotli, whole bodies at a time. Pure. */
#ifndef HTTP_COMPRESS_H
#define HTTP_COMPRESS_H

#include "base/arena.h"

enum coding { CODING_NONE, CODING_GZIP, CODING_BROTLI, CODING_COUNT };

/* For Content-Encoding; NULL for none. */
const char *coding_name(enum coding c);
/* What the client's Accept-Encoding allows and we like best. */
enum coding coding_choose(struct str accept_encoding);
/* Is it worth compressing this type? Text, JSON, XML and SVG are; pictures and archives are not. */
bool coding_helps(const char *type);
/* STR_NONE when it would not get smaller. `lasting`: kept for many requests, so worth more effort. */
struct str coding_apply(struct arena *a, enum coding c, struct str bytes, bool lasting);

#endif
