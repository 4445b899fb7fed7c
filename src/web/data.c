/* data.c: see data.h. Objects have few members, so they are searched one after another. */
#include "web/data.h"

static struct data *make(struct data *near, enum data_kind kind) {
    struct data *d = arena_new(near->arena, struct data);
    d->kind = kind;
    d->arena = near->arena;
    d->language = near->language;
    return d;
}

struct data *data_object(struct arena *a, enum language language) {
    struct data *d = arena_new(a, struct data);
    d->kind = DATA_OBJECT;
    d->arena = a;
    d->language = language;
    return d;
}

void data_put(struct data *object, const char *name, struct data *value) {
    struct str key = str_from(name);
    for (size_t i = 0; i < object->count; i++) {
        if (!str_eq(object->members[i].name, key)) continue;
        object->members[i].value = value;
        return;
    }
    VEC_PUSH(object->arena, object->members, object->count, object->capacity, ((struct data_member){key, value}));
}

static struct data *put(struct data *object, const char *name, enum data_kind kind) {
    struct data *value = make(object, kind);
    data_put(object, name, value);
    return value;
}

void data_text(struct data *object, const char *name, struct str text) {
    put(object, name, DATA_TEXT)->text = text;
}

void data_number(struct data *object, const char *name, int64_t number) {
    put(object, name, DATA_NUMBER)->number = number;
}

void data_flag(struct data *object, const char *name, bool flag) {
    put(object, name, DATA_FLAG)->number = flag;
}

void data_html(struct data *object, const char *name, struct str html) {
    put(object, name, DATA_HTML)->text = html;
}

void data_say_with(struct data *object, const char *name, const struct str *pieces, size_t count) {
    data_text(object, name, text_format(object->arena, object->language, pieces, count));
}

struct data *data_child(struct data *object, const char *name) {
    return put(object, name, DATA_OBJECT);
}

struct data *data_list(struct data *object, const char *name) {
    return put(object, name, DATA_LIST);
}

static struct data *append(struct data *list, enum data_kind kind) {
    struct data *value = make(list, kind);
    VEC_PUSH(list->arena, list->members, list->count, list->capacity, ((struct data_member){STR_NONE, value}));
    return value;
}

struct data *data_item(struct data *list) {
    return append(list, DATA_OBJECT);
}

void data_item_text(struct data *list, struct str text) {
    append(list, DATA_TEXT)->text = text;
}

const struct data *data_get(const struct data *object, struct str name) {
    if (!object || object->kind != DATA_OBJECT) return NULL;
    for (size_t i = 0; i < object->count; i++)
        if (str_eq(object->members[i].name, name)) return object->members[i].value;
    return NULL;
}

bool data_truth(const struct data *v) {
    if (!v) return false;
    switch (v->kind) {
    case DATA_TEXT: case DATA_HTML: return v->text.n > 0;
    case DATA_NUMBER: case DATA_FLAG: return v->number != 0;
    case DATA_LIST: return v->count > 0;
    case DATA_OBJECT: return true;
    }
    return false;
}
