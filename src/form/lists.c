/* lists.c: secondary instances — written in the form, or attached as CSV, XML or GeoJSON.
 *
 * All become <instance><root><item>…</item></root></instance>, as ODK's expressions expect them. */
#include "base/json.h"
#include "form/model.h"

enum { LIST_BYTES = 16 << 20, LIST_CELLS = 1000000 };

static struct form_node *element(struct arena *a, struct form_node *parent, struct str name) {
    struct form_node *n = dom_new(a, DOM_ELEMENT, name);
    dom_append(parent, n);
    return n;
}

static void cell(struct arena *a, struct form_node *item, struct str name, struct str value) {
    dom_set_value(a, element(a, item, name), value);
}

/* ---- CSV (RFC 4180; the delimiter is a comma or, when the header has none, a semicolon, a tab or a bar) ---- */

struct csv {
    struct arena *arena;
    struct str text;
    size_t at;
    char delimiter;
    bool bad; /* a quote that is never closed */
};

static struct str csv_quoted(struct csv *c) {
    struct buf out;
    buf_init(&out, c->arena, LIST_BYTES);
    for (c->at++; c->at < c->text.n; c->at++) {
        char ch = c->text.p[c->at];
        if (ch == '"') {
            if (c->at + 1 >= c->text.n || c->text.p[c->at + 1] != '"') {
                c->at++;
                return buf_str(&out);
            }
            c->at++;
        }
        buf_byte(&out, ch);
    }
    c->bad = true;
    return buf_str(&out);
}

static bool csv_at_end_of_cell(const struct csv *c) {
    if (c->at >= c->text.n) return true;
    char ch = c->text.p[c->at];
    return ch == c->delimiter || ch == '\n' || ch == '\r';
}

/* One cell; false when it was the last of its row. */
static bool csv_cell(struct csv *c, struct str *out) {
    size_t from = c->at;
    if (c->at < c->text.n && c->text.p[c->at] == '"') {
        *out = csv_quoted(c);
        while (!csv_at_end_of_cell(c)) c->at++;
    } else {
        while (!csv_at_end_of_cell(c)) c->at++;
        *out = str_sub(c->text, from, c->at);
    }
    if (c->at < c->text.n && c->text.p[c->at] == c->delimiter) {
        c->at++;
        return true;
    }
    if (c->at < c->text.n && c->text.p[c->at] == '\r') c->at++;
    if (c->at < c->text.n && c->text.p[c->at] == '\n') c->at++;
    return false;
}

struct cells {
    struct str *items;
    size_t count, capacity;
};

static void csv_row(struct csv *c, struct cells *row) {
    struct str value;
    bool more = true;
    row->count = 0;
    while (more) {
        more = csv_cell(c, &value);
        VEC_PUSH(c->arena, row->items, row->count, row->capacity, value);
    }
}

static char delimiter_of(struct str text) {
    size_t end = 0;
    while (end < text.n && text.p[end] != '\n' && text.p[end] != '\r') end++;
    struct str header = str_sub(text, 0, end);
    for (const char *c = ",;\t|"; *c; c++)
        if (str_find_byte(header, *c) >= 0) return *c;
    return ',';
}

static bool read_csv(struct arena *a, struct str text, struct form_node *instance) {
    struct cells names = {0}, row = {0};
    size_t cells = 0;
    if (str_starts(text, STR("\xEF\xBB\xBF"))) text = str_sub(text, 3, text.n);
    struct csv c = {.arena = a, .text = text, .delimiter = delimiter_of(text)};
    struct form_node *root = element(a, instance, STR("root"));
    csv_row(&c, &names);
    while (c.at < c.text.n && !c.bad && cells < LIST_CELLS) {
        csv_row(&c, &row);
        if (row.count == 1 && str_trim(row.items[0]).n == 0) continue;
        struct form_node *item = element(a, root, STR("item"));
        for (size_t i = 0; i < row.count && i < names.count; i++, cells++)
            cell(a, item, str_trim(names.items[i]), str_trim(row.items[i]));
    }
    return !c.bad && cells < LIST_CELLS;
}

/* ---- GeoJSON (RFC 7946): points, lines and polygons; properties become columns ---- */

static void put_place(struct buf *out, const struct json *position) {
    if (position->count < 2) return;
    if (out->n) buf_byte(out, ';');
    /* GeoJSON has longitude first, ODK latitude */
    buf_printf(out, "%.*s %.*s 0 0", STR_ARGS(position->items[1].text), STR_ARGS(position->items[0].text));
}

static struct str geometry_text(struct arena *a, const struct json *geometry) {
    const struct json *at = geometry ? json_member(geometry, "coordinates") : NULL;
    struct buf out;
    buf_init(&out, a, 1u << 20);
    if (at && at->kind == JSON_ARRAY && at->count) {
        while (at->items[0].kind == JSON_ARRAY && at->items[0].count && at->items[0].items[0].kind == JSON_ARRAY)
            at = &at->items[0]; /* a polygon's outer ring */
        if (at->items[0].kind != JSON_ARRAY) put_place(&out, at);
        for (size_t i = 0; at->items[0].kind == JSON_ARRAY && i < at->count; i++) put_place(&out, &at->items[i]);
    }
    return buf_str(&out);
}

static struct str json_as_text(const struct json *v) {
    if (v->kind == JSON_BOOLEAN) return v->boolean ? STR("true") : STR("false");
    return v->kind == JSON_STRING || v->kind == JSON_NUMBER ? v->text : STR("");
}

static bool read_geojson(struct arena *a, struct str text, struct form_node *instance) {
    struct json_limits limits = {.bytes = LIST_BYTES, .depth = 32};
    const struct json *top = json_parse(a, text, &limits, STR(""), NULL);
    const struct json *features = top ? json_member(top, "features") : NULL;
    struct form_node *root = element(a, instance, STR("root"));
    for (size_t i = 0; features && i < features->count; i++) {
        const struct json *feature = &features->items[i], *id = json_member(feature, "id");
        const struct json *properties = json_member(feature, "properties");
        struct form_node *item = element(a, root, STR("item"));
        cell(a, item, STR("geometry"), geometry_text(a, json_member(feature, "geometry")));
        if (id) cell(a, item, STR("id"), json_as_text(id));
        for (size_t k = 0; properties && k < properties->count; k++)
            if (!dom_child(item, properties->items[k].name))
                cell(a, item, properties->items[k].name, json_as_text(&properties->items[k]));
    }
    return features != NULL;
}

static bool read_xml(struct arena *a, struct str text, struct form_node *instance) {
    struct xml_limits limits = xml_default_limits;
    limits.bytes = LIST_BYTES;
    const struct xml_node *top = xml_parse(a, str_trim(text), &limits, STR(""), NULL);
    if (top) dom_from_xml(a, instance, top);
    return top != NULL;
}

/* ---- choosing ---- */

static const struct {
    const char *ending, *media_type;
    bool (*read)(struct arena *, struct str, struct form_node *);
} readers[] = {
    {".csv", "text/csv", read_csv},
    {".geojson", "application/geo+json", read_geojson},
    {".xml", "text/xml", read_xml},
    {"", "application/xml", read_xml},
};

static bool read_attached(struct arena *a, const struct form_attachment *file, struct form_node *instance) {
    size_t count = sizeof readers / sizeof *readers;
    for (size_t i = 0; i < count; i++)
        if (*readers[i].ending && str_ends(file->uri, str_from(readers[i].ending)))
            return readers[i].read(a, file->text, instance);
    for (size_t i = 0; i < count; i++)
        if (str_starts(file->media_type, str_from(readers[i].media_type))) return readers[i].read(a, file->text, instance);
    return false;
}

static const struct form_attachment *attached(const struct form_attachments *files, struct str uri) {
    for (size_t i = 0; files && i < files->count; i++)
        if (str_eq(files->items[i].uri, uri)) return &files->items[i];
    return NULL;
}

static void read_source(struct form *f, const struct xml_node *e, const struct form_attachments *files,
                        struct form_node *instance) {
    struct str uri = xml_attr(e, "src");
    const struct form_attachment *file = attached(files, uri);
    if (str_eqz(uri, "jr://instance/last-saved")) return; /* nothing was saved before: every value is empty */
    if (!file)
        form_warn(f, "form.attachment-missing", e, T("The file “{0}” is missing: its list is empty."), uri);
    else if (!read_attached(f->arena, file, instance))
        form_error(f, "form.attachment", e, T("The file “{0}” cannot be read as CSV, XML or GeoJSON."), uri);
}

static void drop_white(struct form_node *node) {
    bool inner = dom_first_element(node) != NULL;
    for (struct form_node *c = node->first, *next; c; c = next) {
        next = c->next;
        if (c->kind == DOM_ELEMENT) drop_white(c);
        else if (c->kind != DOM_TEXT || (inner && str_trim(c->text).n == 0)) dom_remove(c);
    }
}

/* Without white space, and with its order counted once: the tree is shared and read only from here on. */
static void finish_instance(struct form_node *instance, uint32_t number) {
    struct form_node *root = dom_root(instance);
    root->document = number;
    drop_white(instance);
    dom_compare(instance, root);
}

bool form_attaches(const struct form *f, struct str uri) {
    for (size_t i = 0; i < f->secondary_count; i++)
        if (str_eq(f->secondaries[i].source, uri)) return true;
    return false;
}

size_t form_attached_count(const struct form *f) {
    return f->secondary_count;
}

struct str form_attached_at(const struct form *f, size_t i) {
    return i < f->secondary_count ? f->secondaries[i].source : STR("");
}

struct form_node *form_read_attached(struct arena *a, struct str id, uint32_t number, const struct form_attachment *file) {
    struct form_node *root = dom_new(a, DOM_ROOT, STR_NONE), *instance = dom_new(a, DOM_ELEMENT, STR("instance"));
    struct form_node *attribute = dom_new(a, DOM_ATTRIBUTE, STR("id"));
    const struct form_attachment own = {arena_str(a, file->uri), arena_str(a, file->media_type), arena_str(a, file->text)};
    attribute->text = id;
    attribute->parent = instance;
    instance->attributes = attribute;
    dom_append(root, instance);
    if (!read_attached(a, &own, instance)) return NULL;
    finish_instance(instance, number);
    return instance;
}

void form_read_lists(struct form *f, const struct xml_node *model, const struct form_attachments *attachments) {
    const struct xml_node *e = xml_child(model, NULL, "instance");
    for (e = e ? xml_next(e, NULL, "instance") : NULL; e; e = xml_next(e, NULL, "instance")) {
        struct form_secondary s = {.id = xml_attr(e, "id"), .source = xml_attr(e, "src")};
        s.instance = dom_from_xml(f->arena, dom_new(f->arena, DOM_ROOT, STR_NONE), e);
        if (s.source.n) read_source(f, e, attachments, s.instance);
        finish_instance(s.instance, (uint32_t)f->secondary_count + 1);
        VEC_PUSH(f->arena, f->secondaries, f->secondary_count, f->secondary_capacity, s);
    }
}
