/* multipart.h: multipart/form-data as it streams in (RFC 7578, RFC 2046).
 *
 * Feed it pieces of any size; it tells its sink where a part begins, hands over the part's bytes, and says when it
 * ends. It holds no more than one window of bytes; whoever wants a part in memory or on disk keeps it. Transfer
 * encodings and nested multiparts are refused: no browser sends them.
 */
#ifndef HTTP_MULTIPART_H
#define HTTP_MULTIPART_H

#include "base/arena.h"

struct multipart_part {
    struct str name;     /* valid UTF-8 */
    bool is_file;        /* a filename parameter is there, even an empty one */
    struct str filename; /* last component, valid UTF-8 */
    struct str type;     /* media type, "text/plain" when not said */
};

/* Each answers false to stop: multipart_feed then returns MULTIPART_STOPPED. */
struct multipart_sink {
    void *arg;
    bool (*begin)(void *arg, const struct multipart_part *part);
    bool (*data)(void *arg, struct str bytes);
    bool (*end)(void *arg);
};

enum multipart_result {
    MULTIPART_MORE,   /* so far good */
    MULTIPART_BROKEN, /* not multipart/form-data with this boundary */
    MULTIPART_STOPPED /* the sink did not want more */
};

struct multipart;
/* NULL when the boundary is not one (1 to 70 characters of RFC 2046). Lives in the arena. */
struct multipart *multipart_new(struct arena *a, struct str boundary, struct multipart_sink sink);
enum multipart_result multipart_feed(struct multipart *m, struct str bytes);
/* Was the closing delimiter seen? Otherwise the body was cut short. */
bool multipart_complete(const struct multipart *m);

#endif
