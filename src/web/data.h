/* data.h: what a page shows, as a small tree that a template reads.
 *
 * A handler fills an object with texts, numbers, flags, lists and further objects, and hands it to template_render.
 * Nothing here is HTML except what data_html is given: that must come from our own renderers (chart, QR, diagram,
 * form controls), which escape by type. Texts are borrowed, not copied: they live as long as the request's arena.
 *
 *     struct data *page = data_object(rq->arena, rq->language);
 *     data_text(page, "title", wish->title);
 *     struct data *items = data_list(page, "items");
 *     for (…) data_text(data_item(items), "name", …);
 */
#ifndef WEB_DATA_H
#define WEB_DATA_H

#include "base/text.h"

enum data_kind { DATA_TEXT, DATA_NUMBER, DATA_FLAG, DATA_HTML, DATA_OBJECT, DATA_LIST };

struct data_member;

struct data {
    enum data_kind kind;
    struct arena *arena;
    enum language language;
    struct str text;      /* DATA_TEXT, DATA_HTML */
    int64_t number;       /* DATA_NUMBER, DATA_FLAG */
    struct data_member *members; /* DATA_OBJECT; in a DATA_LIST the items, without names */
    size_t count, capacity;
};

struct data_member {
    struct str name;
    struct data *value;
};

struct data *data_object(struct arena *a, enum language language);
/* Setters: `name` is a literal of letters, digits, "-" and "_". A second value of one name replaces the first. */
void data_text(struct data *object, const char *name, struct str text);
void data_number(struct data *object, const char *name, int64_t number);
void data_flag(struct data *object, const char *name, bool flag);
void data_html(struct data *object, const char *name, struct str html);
/* A sentence in the page's language: data_say(page, "title", T("Case {0}"), reference) */
void data_say_with(struct data *object, const char *name, const struct str *pieces, size_t count);
#define data_say(object, name, ...)                                                                               \
    data_say_with((object), (name), (const struct str[]){__VA_ARGS__},                                            \
                  sizeof((const struct str[]){__VA_ARGS__}) / sizeof(struct str))
struct data *data_child(struct data *object, const char *name); /* a new object under that name */
struct data *data_list(struct data *object, const char *name);  /* a new, empty list under that name */
struct data *data_item(struct data *list);                      /* appends a new object */
void data_item_text(struct data *list, struct str text);        /* appends a text: "{{ . }}" shows it */
void data_put(struct data *object, const char *name, struct data *value); /* an existing tree under a name */

/* NULL when absent. */
const struct data *data_get(const struct data *object, struct str name);
/* What {{#if}} takes for yes: a text that is not empty, a number that is not 0, a list with items, any object. */
bool data_truth(const struct data *value);

#endif
