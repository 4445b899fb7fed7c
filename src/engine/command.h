/* command.h: the one way in. Every change is a command: a name, arguments, who asks and through which door.
 *
 * A page, an API call, a timer and the command line all build one of these and hand it to the writer (writer.h). The
 * table of command_kind says who may, which arguments there are and which function decides. Arguments that are
 * personal are sealed with the decision's subject before the command is stored in its journal entry.
 * Read next: decide.h, then case.c for the commands that matter most.
 */
#ifndef ENGINE_COMMAND_H
#define ENGINE_COMMAND_H

#include "base/json.h"
#include "base/time.h"

enum argument_kind {
    ARGUMENT_INTEGER,
    ARGUMENT_TEXT,
    ARGUMENT_BOOLEAN,
    ARGUMENT_DAY,           /* YYYY-MM-DD */
    ARGUMENT_JSON,          /* any value */
    ARGUMENT_PERSONAL,      /* text; sealed in the journal */
    ARGUMENT_PERSONAL_JSON, /* any value; its canonical text is sealed in the journal */
    ARGUMENT_FILES,         /* any value; its texts are kept byte for byte, where all others are brought to NFC */
};

struct argument {
    const char *name;
    enum argument_kind kind;
    bool required;
    size_t most; /* bytes of a text; 0: 2,000 */
};

/* Who may ask at all; the deciding function looks closer (scope, relation to the case). */
enum may {
    MAY_ANYONE = 1,       /* also without an account */
    MAY_RESIDENT = 2,     /* the holder of a case's link, or of the phone number it was opened with */
    MAY_ACCOUNT = 4,      /* whoever is signed in */
    MAY_STAFF = 8,        /* staff, supervisors and administrators; no role that a service names */
    MAY_SUPERVISOR = 16,
    MAY_ADMIN = 32,
    MAY_SYSTEM = 64,      /* timers, the outbox, the command line of the machine's owner */
};

enum { COMMAND_MAX_ARGUMENTS = 16 };

struct decision;
struct command_kind {
    const char *name;
    unsigned may; /* of enum may */
    struct argument arguments[COMMAND_MAX_ARGUMENTS]; /* ends with a NULL name */
    /* Emits events and sets the result, or refuses (decide.h). False: refused. */
    bool (*decide)(struct decision *d);
    struct str summary; /* T_STATIC("…") for `lingban routes` and the API page */
};

/* Every room's kinds, joined by main.c; lists[i] ends with a NULL name. */
struct command_book {
    const struct command_kind *const *lists;
    size_t count;
};
const struct command_kind *command_find(const struct command_book *book, struct str name);

/* Who asks. Exactly one of account, resident_case and system is set; none of them for somebody unknown. */
struct actor {
    int64_t account;       /* 0: none */
    int64_t resident_case; /* the case whose link or phone number was shown; 0: none */
    bool system;
};

struct command {
    struct str name;
    struct json *arguments; /* an object */
    struct actor actor;
    struct str channel;     /* web, desk, phone, doorstep, api, cli, timer … */
    struct str key;         /* idempotency key with its scope in front ("account:3 …", "form …"); empty: none */
    instant occurred_at, device_at; /* 0: not told */
};

/* An empty command of that name, in the arena. Fill with the json_add_… functions on ->arguments. */
struct command *command_new(struct arena *a, const char *name, struct actor actor, const char *channel);

struct refusal;
/* Are the arguments those of the kind, each of its type and within its bounds? The first wrong one is reported. */
bool command_check(const struct command_kind *kind, const struct command *command, struct refusal *out);

/* The arguments with every text in NFC (base/nfc.h): the same object when they are so already, else a copy. */
struct json *command_normalised(struct arena *a, const struct command_kind *kind, struct json *arguments);

/* Reading arguments after command_check. */
struct str command_text(const struct command *c, const char *name);   /* empty when absent */
int64_t command_integer(const struct command *c, const char *name);   /* 0 when absent */
const struct json *command_json(const struct command *c, const char *name);

#endif
