/* yaml.c: see yaml.h. */
#include "base/yaml.h"

#include <yaml.h>

struct reader {
    struct arena *arena;
    yaml_parser_t parser;
    yaml_event_t event;
    bool have_event, failed;
    int depth;
    struct str file;
    struct faults *faults;
    struct json *root;
};

static struct place place_of(const struct reader *r, yaml_mark_t mark) {
    return (struct place){.file = r->file, .line = (int)mark.line + 1, .column = (int)mark.column + 1};
}

static void fail(struct reader *r, yaml_mark_t mark, const char *code, struct str sentence) {
    if (!r->failed) fault_error(r->faults, code, place_of(r, mark), sentence);
    r->failed = true;
}

static bool next(struct reader *r) {
    if (r->failed) return false;
    if (r->have_event) yaml_event_delete(&r->event);
    r->have_event = yaml_parser_parse(&r->parser, &r->event) != 0;
    if (!r->have_event && !r->failed) {
        r->failed = true;
        fault_error(r->faults, "yaml.malformed", place_of(r, r->parser.problem_mark),
                    T("This is not valid YAML: {0}. Often the indentation is uneven."), str_from(r->parser.problem));
    }
    return r->have_event;
}

static bool is_whole_number(struct str s) {
    return s.n && (s.n == 1 || s.p[0] != '0') && !str_starts(s, STR("-0"));
}

static void read_scalar(struct reader *r, struct json *v) {
    struct str text = {(const char *)r->event.data.scalar.value, r->event.data.scalar.length};
    bool plain = r->event.data.scalar.style == YAML_PLAIN_SCALAR_STYLE;
    v->kind = JSON_STRING;
    v->text = arena_str(r->arena, text);
    if (r->event.data.scalar.anchor || r->event.data.scalar.tag) {
        fail(r, r->event.start_mark, "yaml.anchor", T("Anchors (&), references (*) and tags (!) are not allowed here."));
    } else if (!plain) {
        return;
    } else if (text.n == 0 || str_eqz(text, "~") || str_eqz(text, "null")) {
        v->kind = JSON_NULL;
    } else if (str_eqz(text, "true") || str_eqz(text, "false")) {
        v->kind = JSON_BOOLEAN;
        v->boolean = text.n == 4;
    } else if (is_whole_number(text) && str_to_int64(text, &v->integer)) {
        v->kind = JSON_NUMBER;
        v->is_integer = true;
    }
}

static void read_value(struct reader *r, struct json *v);

static void read_member_name(struct reader *r, const struct json *object, struct json *item) {
    if (r->event.type != YAML_SCALAR_EVENT) {
        fail(r, r->event.start_mark, "yaml.name", T("A name before the colon must be plain text."));
        return;
    }
    struct json name = {0};
    read_scalar(r, &name);
    item->name = name.text;
    for (size_t i = 0; i < object->count; i++)
        if (str_eq(object->items[i].name, item->name))
            fail(r, r->event.start_mark, "yaml.duplicate", T("The same name stands twice at this level."));
    next(r);
}

static void read_collection(struct reader *r, struct json *v, yaml_event_type_t end) {
    size_t capacity = 0;
    v->kind = end == YAML_MAPPING_END_EVENT ? JSON_OBJECT : JSON_ARRAY;
    if (--r->depth < 0) fail(r, r->event.start_mark, "yaml.too-deep", T("The levels are nested too deeply."));
    while (next(r) && r->event.type != end) {
        struct json item = {0};
        if (v->kind == JSON_OBJECT) read_member_name(r, v, &item);
        if (r->failed) return;
        read_value(r, &item);
        VEC_PUSH(r->arena, v->items, v->count, capacity, item);
    }
    r->depth++;
}

static void read_value(struct reader *r, struct json *v) {
    v->line = (int)r->event.start_mark.line + 1;
    v->column = (int)r->event.start_mark.column + 1;
    switch (r->event.type) {
    case YAML_SCALAR_EVENT: read_scalar(r, v); break;
    case YAML_SEQUENCE_START_EVENT: read_collection(r, v, YAML_SEQUENCE_END_EVENT); break;
    case YAML_MAPPING_START_EVENT: read_collection(r, v, YAML_MAPPING_END_EVENT); break;
    default:
        fail(r, r->event.start_mark, "yaml.anchor", T("Anchors (&), references (*) and tags (!) are not allowed here."));
    }
}

static void read_document(void *arg) {
    struct reader *r = arg;
    struct json *v = arena_new(r->arena, struct json);
    next(r); /* stream start */
    next(r); /* document start */
    if (!r->failed && r->event.type == YAML_STREAM_END_EVENT) fail(r, r->event.start_mark, "yaml.empty", T("The file is empty."));
    if (next(r)) read_value(r, v);
    next(r); /* document end */
    if (next(r) && r->event.type != YAML_STREAM_END_EVENT)
        fail(r, r->event.start_mark, "yaml.documents", T("The file holds more than one document (---)."));
    r->root = v;
}

struct json *yaml_parse(struct arena *a, struct str text, const struct json_limits *limits, struct str file,
                        struct faults *faults) {
    struct reader r = {.arena = a, .depth = limits->depth, .file = file, .faults = faults};
    if (text.n > limits->bytes || !utf8_valid(text)) {
        fault_error(faults, "yaml.not-text", (struct place){.file = file}, T("The file is too large or not UTF-8 text."));
        return NULL;
    }
    if (!yaml_parser_initialize(&r.parser)) arena_escape(a);
    yaml_parser_set_encoding(&r.parser, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(&r.parser, (const unsigned char *)text.p, text.n);
    bool finished = arena_run(a, read_document, &r); /* so that libyaml's memory is freed on every way out */
    struct json *v = finished && !r.failed ? r.root : NULL;
    if (r.have_event) yaml_event_delete(&r.event);
    yaml_parser_delete(&r.parser);
    if (!finished) arena_escape(a);
    return v;
}
