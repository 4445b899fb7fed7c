/* json.h: JSON in and out (RFC 8259; canonical output RFC 8785).
 *
 * Reading keeps the text of every number, so that decimals stay exact; duplicate names, invalid UTF-8 and anything
 * after the value are refused; depth and size are limited. Writing goes straight into a buffer. Events are written
 * with json_write_canonical, whose bytes are hashed. Decimals and money travel as strings, so the only numbers we
 * write are integers.
 */
#ifndef BASE_JSON_H
#define BASE_JSON_H

#include "base/fault.h"

enum json_kind { JSON_NULL, JSON_BOOLEAN, JSON_NUMBER, JSON_STRING, JSON_ARRAY, JSON_OBJECT };

struct json {
    enum json_kind kind;
    bool boolean;
    bool is_integer;   /* a number without fraction or exponent that fits int64 */
    int64_t integer;
    struct str text;   /* of a string, decoded; of a number, as written */
    struct str name;   /* of a member, inside an object */
    struct json *items; /* elements or members, in the order written */
    size_t count;
    int line, column; /* where it stands; set by yaml_parse only */
};

struct json_limits {
    size_t bytes;
    int depth;
    bool allow_zero; /* conformance runners only: \u0000 in a string instead of refusing it */
};
extern const struct json_limits json_default_limits; /* 1 MiB, 64 levels */

/* NULL with a fault when the text is not JSON. Strings are copied into the arena. */
struct json *json_parse(struct arena *a, struct str text, const struct json_limits *limits, struct str file,
                        struct faults *faults);
const struct json *json_member(const struct json *object, const char *name); /* NULL when absent or no object */
struct str json_string(const struct json *object, const char *name);         /* STR_NONE when absent or no string */
int64_t json_integer(const struct json *object, const char *name, int64_t otherwise);
bool json_boolean(const struct json *object, const char *name, bool otherwise);

/* Streaming writer: commas and escapes are its business. */
struct json_out {
    struct buf *out;
    bool comma; /* the next value at this level needs one */
};
void json_begin(struct json_out *j, struct buf *out);
void json_object_open(struct json_out *j);
void json_object_close(struct json_out *j);
void json_array_open(struct json_out *j);
void json_array_close(struct json_out *j);
void json_name(struct json_out *j, struct str name);
void json_put_string(struct json_out *j, struct str s); /* malformed UTF-8 becomes U+FFFD */
void json_put_integer(struct json_out *j, int64_t v);
void json_put_boolean(struct json_out *j, bool v);
void json_put_null(struct json_out *j);
void json_put_raw(struct json_out *j, struct str json); /* already JSON, written by us */
/* Shorthands for a member. */
void json_member_string(struct json_out *j, const char *name, struct str s);
void json_member_integer(struct json_out *j, const char *name, int64_t v);
void json_member_boolean(struct json_out *j, const char *name, bool v);

/* Building a tree in an arena, for what is written later (commands, events, answers). Strings are borrowed. */
struct json *json_new_object(struct arena *a);
struct json *json_new_array(struct arena *a);
/* Adds a member (name non-empty) or an element (name empty) and returns it, valid until the next addition. */
struct json *json_add(struct arena *a, struct json *to, struct str name, struct json value);
struct json *json_add_string(struct arena *a, struct json *to, const char *name, struct str s); /* NULL pointer: null */
struct json *json_add_integer(struct arena *a, struct json *to, const char *name, int64_t v);
struct json *json_add_boolean(struct arena *a, struct json *to, const char *name, bool v);
/* JSON_OBJECT or JSON_ARRAY, empty. */
struct json *json_add_empty(struct arena *a, struct json *to, const char *name, enum json_kind kind);
/* Deep copy, strings included: for values that outlive the arena they came from. */
struct json json_copy(struct arena *a, const struct json *v);
/* The same value with the members of every object in the order of json_write_canonical. Texts are borrowed. */
struct json json_sorted(struct arena *a, const struct json *v);
bool json_equal(const struct json *x, const struct json *y); /* members in any order */
void json_write(struct buf *out, const struct json *value); /* as it stands, numbers by their text */

/* RFC 8785: names sorted by UTF-16 code units, no white space. Numbers must be integers (false otherwise). */
bool json_write_canonical(struct buf *out, const struct json *value);

#endif
