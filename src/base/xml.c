/* xml.c: see xml.h. libxml2's SAX2 events build the tree; nothing of libxml2 outlives the call. */
#include "base/xml.h"
#include "base/map.h"

#include <libxml/parser.h>
#include <libxml/SAX2.h>
#include <string.h>

const struct xml_limits xml_default_limits = {.bytes = 8u << 20, .depth = 200, .nodes = 1000000};

enum { MOST_WORDS = 256 }; /* kept once; a hostile document of nothing but new names gains no long search */

struct reader {
    struct arena *arena;
    const struct xml_limits *limits;
    struct xml_node *document, *here;
    xmlParserCtxtPtr context;
    struct str file;
    struct faults *faults;
    struct buf text;   /* character data since the last tag */
    struct map words;  /* names, prefixes and namespaces, each kept once: they are most of a document */
    size_t nodes;
    int depth;
    bool stopped;
};

static struct str from_xml(const xmlChar *s) {
    return str_from((const char *)s);
}

static struct str word(struct reader *r, const xmlChar *text) {
    struct str s = from_xml(text);
    if (s.n == 0) return STR("");
    const char *known = map_get(&r->words, s);
    if (known) return (struct str){known, s.n};
    struct str copy = arena_str(r->arena, s);
    if (r->words.count < MOST_WORDS) map_put(&r->words, copy, (void *)(uintptr_t)copy.p);
    return copy;
}

static struct place here(const struct reader *r) {
    return (struct place){.file = r->file,
                          .line = xmlSAX2GetLineNumber(r->context),
                          .column = xmlSAX2GetColumnNumber(r->context)};
}

static void stop(struct reader *r) {
    r->stopped = true;
    xmlStopParser(r->context);
}

static bool count_node(struct reader *r, size_t more) {
    r->nodes += more;
    if (r->nodes <= r->limits->nodes) return true;
    if (!r->stopped)
        fault_error(r->faults, "xml.too-large", here(r), T("The file has too many elements. Please split it."));
    stop(r);
    return false;
}

static struct xml_node *append(struct reader *r, enum xml_kind kind) {
    struct xml_node *n = arena_new(r->arena, struct xml_node);
    n->kind = kind;
    n->line = xmlSAX2GetLineNumber(r->context);
    n->column = xmlSAX2GetColumnNumber(r->context);
    n->parent = r->here;
    n->previous = r->here->last;
    if (r->here->last) r->here->last->next = n;
    else r->here->first = n;
    r->here->last = n;
    return n;
}

static void flush_text(struct reader *r) {
    if (r->text.n == 0) return;
    if (count_node(r, 1)) append(r, XML_TEXT)->text = arena_str(r->arena, buf_str(&r->text));
    buf_clear(&r->text);
}

/* Without entity substitution libxml2 hands every "&" of an attribute over as "&#38;", however it was written. */
static struct str attribute_value(struct reader *r, struct str written) {
    struct str copy = arena_str(r->arena, written);
    char *to = (char *)copy.p;
    size_t n = 0;
    for (size_t i = 0; i < written.n; i++) {
        to[n++] = written.p[i];
        if (written.p[i] == '&' && str_starts(str_sub(written, i, written.n), STR("&#38;"))) i += 4;
    }
    return (struct str){copy.p, n}; /* an empty value is not an absent one */
}

static void on_start(void *ctx, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri, int namespace_count,
                     const xmlChar **namespaces, int attribute_count, int defaulted, const xmlChar **attributes) {
    (void)defaulted;
    struct reader *r = ctx;
    if (r->stopped) return;
    flush_text(r);
    if (++r->depth > r->limits->depth) {
        fault_error(r->faults, "xml.too-deep", here(r), T("The elements of the file are nested too deeply."));
        stop(r);
        return;
    }
    if (!count_node(r, 1 + (size_t)attribute_count)) return;
    struct xml_node *e = append(r, XML_ELEMENT);
    e->name = word(r, name);
    e->prefix = word(r, prefix);
    e->ns = word(r, uri);
    e->namespace_count = (size_t)namespace_count;
    e->namespaces = arena_array(r->arena, struct xml_namespace, e->namespace_count);
    for (int i = 0; i < namespace_count; i++)
        e->namespaces[i] = (struct xml_namespace){word(r, namespaces[2 * i]),
                                                  word(r, namespaces[2 * i + 1])};
    e->attribute_count = (size_t)attribute_count;
    e->attributes = arena_array(r->arena, struct xml_attribute, e->attribute_count);
    for (int i = 0; i < attribute_count; i++) {
        const xmlChar **at = attributes + 5 * i;
        struct str value = {(const char *)at[3], (size_t)(at[4] - at[3])};
        e->attributes[i] = (struct xml_attribute){.name = word(r, at[0]),
                                                  .prefix = word(r, at[1]),
                                                  .ns = word(r, at[2]),
                                                  .value = attribute_value(r, value)};
    }
    r->here = e;
}

static void on_end(void *ctx, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri) {
    (void)name, (void)prefix, (void)uri;
    struct reader *r = ctx;
    if (r->stopped) return;
    flush_text(r);
    r->depth--;
    r->here = r->here->parent;
}

static void on_text(void *ctx, const xmlChar *text, int length) {
    struct reader *r = ctx;
    if (!r->stopped && r->here != r->document) buf_add(&r->text, (struct str){(const char *)text, (size_t)length});
}

static void on_comment(void *ctx, const xmlChar *text) {
    struct reader *r = ctx;
    if (r->stopped) return;
    flush_text(r);
    if (count_node(r, 1)) append(r, XML_COMMENT)->text = arena_str(r->arena, from_xml(text));
}

static void on_instruction(void *ctx, const xmlChar *target, const xmlChar *data) {
    struct reader *r = ctx;
    if (r->stopped) return;
    flush_text(r);
    if (!count_node(r, 1)) return;
    struct xml_node *n = append(r, XML_INSTRUCTION);
    n->name = arena_str(r->arena, from_xml(target));
    n->text = arena_str(r->arena, from_xml(data));
}

/* A DOCTYPE can define entities, fetch files and explode; no format we read needs one. */
static void on_doctype(void *ctx, const xmlChar *name, const xmlChar *external, const xmlChar *system) {
    (void)name, (void)external, (void)system;
    struct reader *r = ctx;
    if (r->limits->ignore_doctype || r->stopped) return;
    fault_error(r->faults, "xml.doctype", here(r), T("The file has a DOCTYPE line, which is not allowed. Please remove it."));
    stop(r);
}

static void on_entity_declaration(void *ctx, const xmlChar *name, int type, const xmlChar *public_id,
                                  const xmlChar *system, xmlChar *content) {
    (void)name, (void)type, (void)public_id, (void)system, (void)content;
    struct reader *r = ctx;
    if (r->stopped) return;
    fault_error(r->faults, "xml.entity", here(r), T("The file defines entities, which is not allowed."));
    stop(r);
}

static void on_error(void *ctx, const xmlError *error) {
    struct reader *r = ctx;
    if (r->stopped || error->level < XML_ERR_ERROR) return;
    struct str what = str_trim(str_from(error->message));
    struct place place = {.file = r->file, .line = error->line, .column = error->int2};
    if (error->domain == XML_FROM_NAMESPACE) {
        fault_error(r->faults, "xml.namespace", place, T("The file is not well-formed XML: {0}"), what);
    } else {
        fault_error(r->faults, "xml.malformed", place, T("The file is not well-formed XML: {0}"), what);
    }
}

static void free_context(void *context) {
    xmlParserCtxtPtr c = context;
    if (c->myDoc) xmlFreeDoc(c->myDoc); /* libxml2 makes one for a skipped DOCTYPE */
    c->myDoc = NULL;
    xmlFreeParserCtxt(c);
}

struct parse_job {
    struct reader *reader;
    struct str bytes;
};

/* In pieces: libxml2 refuses to look further ahead than 10 MB in what it was given at once. */
static void run_parser(void *arg) {
    enum { PIECE = 1 << 20 };
    struct parse_job *job = arg;
    for (struct str rest = job->bytes; rest.n && !job->reader->stopped;) {
        size_t n = rest.n < PIECE ? rest.n : PIECE;
        xmlParseChunk(job->reader->context, rest.p, (int)n, n == rest.n);
        rest = str_sub(rest, n, rest.n);
    }
}

struct xml_node *xml_parse(struct arena *a, struct str bytes, const struct xml_limits *limits, struct str file,
                           struct faults *faults) {
    struct faults own;
    if (!faults) {
        faults_init(&own, a);
        faults = &own;
    }
    struct place start = {.file = file};
    if (bytes.n > limits->bytes || bytes.n > INT32_MAX) {
        fault_error(faults, "xml.too-large", start, T("The file is too large."));
        return NULL;
    }
    if (bytes.n == 0) {
        fault_error(faults, "xml.empty", start, T("The file is empty."));
        return NULL;
    }
    struct reader r = {.arena = a, .limits = limits, .file = file, .faults = faults};
    buf_init(&r.text, a, limits->bytes + 1);
    map_init(&r.words, a);
    r.document = r.here = arena_new(a, struct xml_node);
    xmlSAXHandler sax = {.initialized = XML_SAX2_MAGIC,
                         .startElementNs = on_start,
                         .endElementNs = on_end,
                         .characters = on_text,
                         .ignorableWhitespace = on_text,
                         .cdataBlock = on_text,
                         .comment = on_comment,
                         .processingInstruction = on_instruction,
                         .internalSubset = on_doctype,
                         .entityDecl = on_entity_declaration,
                         .serror = (xmlStructuredErrorFunc)(void (*)(void))on_error};
    size_t errors = faults->errors;
    r.context = xmlCreatePushParserCtxt(&sax, &r, NULL, 0, NULL);
    if (!r.context) arena_escape(a);
    xmlCtxtUseOptions(r.context, XML_PARSE_NONET | XML_PARSE_NOCDATA);
    r.context->sax->serror = sax.serror;
    struct parse_job job = {&r, bytes};
    /* The arena may run out inside a callback: leave libxml2 through its own end first. */
    bool finished = arena_run(a, run_parser, &job);
    bool well_formed = finished && r.context->wellFormed && !r.stopped;
    free_context(r.context);
    if (!finished) arena_escape(a);
    if (!well_formed || faults->errors > errors) {
        if (faults->errors == errors) fault_error(faults, "xml.malformed", start, T("The file is not well-formed XML."));
        return NULL;
    }
    return xml_first_element(r.document);
}

struct str xml_attr(const struct xml_node *e, const char *name) {
    for (size_t i = 0; i < e->attribute_count; i++)
        if (e->attributes[i].ns.n == 0 && str_eqz(e->attributes[i].name, name)) return e->attributes[i].value;
    return STR_NONE;
}

struct str xml_attr_ns(const struct xml_node *e, const char *ns, const char *name) {
    for (size_t i = 0; i < e->attribute_count; i++)
        if (str_eqz(e->attributes[i].name, name) && str_eqz(e->attributes[i].ns, ns)) return e->attributes[i].value;
    return STR_NONE;
}

static bool is_element(const struct xml_node *n, const char *ns, const char *name) {
    return n->kind == XML_ELEMENT && (!ns || str_eqz(n->ns, ns)) && (!name || str_eqz(n->name, name));
}

static struct xml_node *first_from(struct xml_node *n, const char *ns, const char *name) {
    while (n && !is_element(n, ns, name)) n = n->next;
    return n;
}

struct xml_node *xml_child(const struct xml_node *e, const char *ns, const char *name) {
    return first_from(e->first, ns, name);
}

struct xml_node *xml_next(const struct xml_node *e, const char *ns, const char *name) {
    return first_from(e->next, ns, name);
}

struct xml_node *xml_first_element(const struct xml_node *e) {
    return first_from(e->first, NULL, NULL);
}

struct xml_node *xml_next_element(const struct xml_node *e) {
    return first_from(e->next, NULL, NULL);
}

static void collect_text(struct buf *out, const struct xml_node *e) {
    for (const struct xml_node *n = e->first; n; n = n->next) {
        if (n->kind == XML_TEXT) buf_add(out, n->text);
        else if (n->kind == XML_ELEMENT) collect_text(out, n);
    }
}

struct str xml_text(struct arena *a, const struct xml_node *e) {
    if (!e->first) return STR("");
    if (e->first == e->last && e->first->kind == XML_TEXT) return e->first->text;
    struct buf out;
    buf_init(&out, a, SIZE_MAX / 2);
    collect_text(&out, e);
    return out.p ? buf_str(&out) : STR("");
}

struct str xml_namespace_of(const struct xml_node *e, struct str prefix) {
    if (str_eqz(prefix, "xml")) return STR("http://www.w3.org/XML/1998/namespace");
    for (; e; e = e->parent)
        for (size_t i = 0; i < e->namespace_count; i++)
            if (str_eq(e->namespaces[i].prefix, prefix)) return e->namespaces[i].uri;
    return STR_NONE;
}

struct place xml_place(const struct xml_node *e, struct str file) {
    return (struct place){.file = file, .line = e->line, .column = e->column};
}

static bool xml_can_hold(uint32_t c) {
    return c == '\t' || c == '\n' || c == '\r' || (c >= 0x20 && c != 0xFFFE && c != 0xFFFF);
}

static struct str written_as(uint32_t c, bool attribute) {
    switch (c) {
    case '<': return STR("&lt;");
    case '&': return STR("&amp;");
    case '>': return STR("&gt;");
    case '\r': return STR("&#13;");
    case '"': return attribute ? STR("&quot;") : STR_NONE;
    case '\n': return attribute ? STR("&#10;") : STR_NONE;
    case '\t': return attribute ? STR("&#9;") : STR_NONE;
    default: return c == 0xFFFD || !xml_can_hold(c) ? STR("\xEF\xBF\xBD") : STR_NONE;
    }
}

/* Runs of what stands for itself are added at once. */
static void put_escaped(struct buf *out, struct str text, bool attribute) {
    size_t start = 0, at = 0;
    uint32_t c;
    for (size_t before = 0; before = at, utf8_next(text, &at, &c);) {
        struct str other = written_as(c, attribute);
        if (!other.p) continue;
        buf_add(out, str_sub(text, start, before));
        buf_add(out, other);
        start = at;
    }
    buf_add(out, str_sub(text, start, text.n));
}

void xml_put_text(struct buf *out, struct str text) {
    put_escaped(out, text, false);
}

void xml_put_attr(struct buf *out, const char *name, struct str value) {
    buf_byte(out, ' ');
    buf_addz(out, name);
    buf_byte(out, '=');
    xml_put_quoted(out, value);
}

void xml_put_quoted(struct buf *out, struct str value) {
    buf_byte(out, '"');
    put_escaped(out, value, true);
    buf_byte(out, '"');
}

static void put_name(struct buf *out, struct str prefix, struct str name) {
    if (prefix.n) {
        buf_add(out, prefix);
        buf_byte(out, ':');
    }
    buf_add(out, name);
}

static void put_element(struct buf *out, const struct xml_node *e) {
    buf_byte(out, '<');
    put_name(out, e->prefix, e->name);
    for (size_t i = 0; i < e->namespace_count; i++) {
        buf_addz(out, e->namespaces[i].prefix.n ? " xmlns:" : " xmlns");
        buf_add(out, e->namespaces[i].prefix);
        buf_addz(out, "=\"");
        put_escaped(out, e->namespaces[i].uri, true);
        buf_byte(out, '"');
    }
    for (size_t i = 0; i < e->attribute_count; i++) {
        buf_byte(out, ' ');
        put_name(out, e->attributes[i].prefix, e->attributes[i].name);
        buf_addz(out, "=\"");
        put_escaped(out, e->attributes[i].value, true);
        buf_byte(out, '"');
    }
    if (!e->first) {
        buf_addz(out, "/>");
        return;
    }
    buf_byte(out, '>');
    for (const struct xml_node *n = e->first; n; n = n->next) xml_put_tree(out, n);
    buf_addz(out, "</");
    put_name(out, e->prefix, e->name);
    buf_byte(out, '>');
}

void xml_put_tree(struct buf *out, const struct xml_node *n) {
    switch (n->kind) {
    case XML_ELEMENT: put_element(out, n); break;
    case XML_TEXT: xml_put_text(out, n->text); break;
    case XML_COMMENT:
        buf_addz(out, "<!--");
        buf_add(out, n->text);
        buf_addz(out, "-->");
        break;
    case XML_INSTRUCTION:
        buf_addz(out, "<?");
        buf_add(out, n->name);
        buf_byte(out, ' ');
        buf_add(out, n->text);
        buf_addz(out, "?>");
        break;
    }
}
