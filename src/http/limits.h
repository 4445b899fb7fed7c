/* limits.h: every maximum of the HTTP side in one place, each with its reason. */
#ifndef HTTP_LIMITS_H
#define HTTP_LIMITS_H

enum {
    /* RFC 9110, 4.1 asks for at least 8000 octets of an address; longer ones are answered 414. */
    HTTP_LIMIT_URL = 8192,
    /* All header fields together; browsers stay below 4 KiB with our two cookies. More is answered 431. */
    HTTP_LIMIT_HEAD = 16384,
    HTTP_LIMIT_HEADER_COUNT = 100,
    /* Memory of one connection inside the library: address, head and write buffer. What does not even fit here
     * gets the library's own 414 or 431. */
    HTTP_LIMIT_CONNECTION_MEMORY = 48 * 1024,
    /* A form without files: our longest asks about 60 questions of at most 2,000 characters. */
    HTTP_LIMIT_FORM = 1 << 20,
    HTTP_LIMIT_FIELDS = 2000,      /* of one form or query; a batch table posts 3 fields a row, 500 rows */
    HTTP_LIMIT_FILES = 20,
    HTTP_LIMIT_PART_HEAD = 4096,   /* header lines of one multipart part */
    HTTP_LIMIT_BOUNDARY = 70,      /* RFC 2046, 5.1.1 */
    /* What a refused client may still send before we stop listening to it: lets it read our answer. */
    HTTP_LIMIT_SWALLOW = 64 << 20,
    HTTP_LIMIT_PAGE = 8 << 20,     /* a page of 1,000 rows is about 600 KiB */
    HTTP_LIMIT_ARENA = 32 << 20,   /* everything one request may allocate */
    HTTP_LIMIT_SEGMENTS = 24,      /* of a path */
    HTTP_COMPRESS_FROM = 900,      /* smaller bodies fit one packet anyway */

    /* Seconds. Absolute, so dripping bytes buys no time. */
    HTTP_SECONDS_HEAD = 15,        /* from the connection to a complete head */
    HTTP_SECONDS_IDLE = 60,        /* from an answer to the next complete head */
    HTTP_SECONDS_BODY = 30,        /* plus one for each HTTP_SLOWEST bytes promised */
    HTTP_SECONDS_REPLY = 30,       /* plus one for each HTTP_SLOWEST bytes to send */
    HTTP_SLOWEST = 4096,           /* bytes a second: a phone at the edge of coverage */
    HTTP_SECONDS_CROWDED = 2,      /* head and idle time while three quarters of the connections are taken */
    HTTP_SECONDS_STOP = 10,        /* how long slow clients may hold up a stop */
    HTTP_CONNECTIONS_AN_ADDRESS = 256, /* from one address that is not loopback; an office behind one router */
    HTTP_SECONDS_PUBLIC = 60,      /* how long a public page may be repeated while nothing was committed */
    HTTP_SECONDS_TOKEN = 7 * 86400, /* how long a form may stay open before it is sent */
};

#endif
