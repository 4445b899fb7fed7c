/* event.h: what happened, and the only code that writes state.
 *
 * An event is a JSON object {"kind":"case.opened","v":1,"of":"case:12","row":{column: value …}}. Each kind is one row of a
 * table: it inserts, updates or deletes rows of one state table, so evolving is the same few lines for all kinds and
 * judges nothing. Columns that are personal or sensitive are sealed with the key of the subject in "of" before the
 * event is stored; evolve opens the personal ones again (store/seal.h) and writes NULL for those whose key is gone.
 * Replay reads the stored events and calls the same evolve. Read next: decide.h.
 */
#ifndef ENGINE_EVENT_H
#define ENGINE_EVENT_H

#include "base/json.h"
#include "base/map.h"
#include "store/seal.h"

enum column_kind {
    COLUMN_INTEGER,
    COLUMN_TEXT,
    COLUMN_PERSONAL,  /* text; sealed in the event, plain in the state */
    COLUMN_SENSITIVE, /* text; sealed in both */
};

struct event_column {
    const char *name;
    enum column_kind kind;
};

enum event_mode {
    EVENT_INSERT,
    EVENT_REPLACE, /* insert, or all columns anew when the key is there */
    EVENT_UPDATE,
    EVENT_DELETE,
};

enum { EVENT_MAX_COLUMNS = 28 };

/* Columns in the order of the statement; for update and delete the first `key_columns` say which rows. */
struct event_kind {
    const char *name;
    int version;
    enum event_mode mode;
    const char *table;
    int key_columns;
    struct event_column columns[EVENT_MAX_COLUMNS]; /* ends with a NULL name */
};

/* Kinds with their statements, made once when the engine opens. */
struct event_plan {
    const struct event_kind *kind;
    const char *sql;
};
struct event_book {
    struct arena *arena;
    struct map plans; /* name → struct event_plan * */
};

/* This room's kinds; ends with a NULL name. */
extern const struct event_kind engine_event_kinds[];

void event_book_init(struct event_book *book, struct arena *a);
void event_book_add(struct event_book *book, const struct event_kind *kinds);

/* "case:12", "party:3". False when it is neither. */
bool event_subject(struct str of, struct seal_subject *out);

/* What a value of that column is sealed under, so that it cannot be moved to another place: "party.name". */
struct str event_seal_context(struct arena *a, const struct event_kind *k, const char *column);
/* Replaces the personal and sensitive values of the event by their sealed form. Writer thread, inside a batch. */
void event_seal(const struct event_book *book, struct store *s, struct arena *a, struct json *event);
/* The statement that writes what a sealed event says, and its values (of the arena and the event); NULL when it is of no
 * known kind. */
const char *event_statement(const struct event_book *book, struct store *s, struct arena *a, const struct json *event,
                            struct db_value values[EVENT_MAX_COLUMNS], size_t *count);
/* Writes what a sealed event says. `keys` is the connection whose keys open personal values (for replay: the store
 * the journal came from). False when the event is of no known kind; failures of the database are sticky there. */
bool event_evolve(const struct event_book *book, struct store *s, struct arena *a, const struct json *event);

#endif
