/* outbox.h: the worker that sends what waits in the outbox: mail by SMTP, everything else to one webhook.
 *
 * Rows of `outbox` (journalled) and `local_message` (one-time codes, never journalled) are sent by one thread, never
 * inside a transaction. A message that fails is tried again after 1, 2, 4 … minutes, then every eight hours, seventeen times
 * in all: a gateway that is down from Friday evening to Monday loses none. A code ends after CODE_MINUTES, and goes before all
 * others. The end comes back as the command outbox.result; failed ones stand at /admin/incidents. The receiver gets the row's number as Idempotency-Key: sent twice, it counts once.
 * Only https and smtp leave the house, to public addresses, unless a setting allows private ones (an SMS gateway in
 * the same building). In demo mode nothing leaves: a page shows what would have been sent.
 */
#ifndef ENGINE_OUTBOX_H
#define ENGINE_OUTBOX_H

#include "engine/engine.h"

struct outbox_options {
    const char *webhook;      /* https://…; NULL: none */
    const char *smtp;         /* smtp://host:25 or smtps://…; NULL: none */
    const char *mail_from;    /* for smtp */
    const char *ca_file;      /* PEM; NULL: the system's */
    bool allow_private;       /* addresses of the own network, and plain http */
    bool demo;
};

enum { OUTBOX_TRIES = 17 };

struct outbox;
struct outbox *outbox_start(struct engine *e, const struct outbox_options *options);
void outbox_stop(struct outbox *o);
/* Is the address one of a private, loopback, link-local, shared or reserved network (RFC 6890)? Text of an IPv4 or IPv6
 * address; what is no address counts as private. */
bool outbox_is_private(const char *address);

#endif
