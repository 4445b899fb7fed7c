/* xlsform_out.c: writes indented XML, and texts with answers inside (xlsform_parts.h). */
#include "base/xml.h"
#include "form/xlsform_parts.h"

static void indent(struct out *o) {
    for (int i = 0; i < o->depth; i++) buf_addz(&o->buf, "  ");
}

static void finish_tag(struct out *o, const char *then) {
    if (!o->tag_open) return;
    buf_byte(&o->buf, '>');
    buf_addz(&o->buf, then);
    o->tag_open = false;
}

void out_open(struct out *o, struct str name) {
    finish_tag(o, "\n");
    indent(o);
    buf_byte(&o->buf, '<');
    buf_add(&o->buf, name);
    if (o->depth < (int)(sizeof o->open / sizeof *o->open)) o->open[o->depth] = name;
    o->depth++;
    o->tag_open = true;
}

void out_attr(struct out *o, struct str name, struct str value) {
    xml_put_attr(&o->buf, arena_cstr(o->buf.arena, name), value);
}

static void end_tag(struct out *o) {
    struct str name = o->depth < (int)(sizeof o->open / sizeof *o->open) ? o->open[o->depth] : STR_NONE;
    buf_printf(&o->buf, "</%.*s>\n", STR_ARGS(name));
}

void out_close(struct out *o) {
    o->depth--;
    if (o->tag_open) {
        buf_addz(&o->buf, "/>\n");
        o->tag_open = false;
        return;
    }
    indent(o);
    end_tag(o);
}

static void plain_text_close(struct out *o, struct str text) {
    if (text.n == 0) {
        out_close(o);
        return;
    }
    finish_tag(o, "");
    xml_put_text(&o->buf, text);
    o->depth--;
    end_tag(o);
}

void out_named_leaf(struct out *o, struct str name, struct str text) {
    out_open(o, name);
    plain_text_close(o, text);
}

void out_leaf(struct out *o, const char *name, struct str text) {
    out_named_leaf(o, str_from(name), text);
}

/* ---- text with <output value="…"/> ---- */

struct pieces {
    struct xlsform *x;
    struct out *out;
    struct str text;
    struct element *context;
    size_t count; /* written so far */
    bool first_is_text, any_text;
    bool measuring; /* first pass: count only */
};

static void add_text(struct pieces *p, size_t from, size_t to) {
    if (from >= to) return;
    if (p->count++ == 0) p->first_is_text = true;
    p->any_text = true;
    if (!p->measuring) xml_put_text(&p->out->buf, str_sub(p->text, from, to));
}

static void add_output(struct pieces *p, struct str value) {
    p->count++;
    if (p->measuring) return;
    buf_addz(&p->out->buf, "<output");
    out_attr(p->out, STR("value"), value);
    buf_addz(&p->out->buf, "/>");
}

/* Text up to `to` with its ${names}. */
static void add_references(struct pieces *p, size_t from, size_t to) {
    struct reference r;
    size_t at = from;
    while (reference_next(p->text, &at, &r) && r.to <= to) {
        add_text(p, from, r.from);
        add_output(p, p->measuring ? STR_NONE : xlsform_path_of(p->x, p->text, &r, p->context, PATH_PLAIN));
        from = r.to;
    }
    add_text(p, from, to);
}

static void add_pieces(struct pieces *p, const struct span *spans, size_t span_count) {
    size_t done = 0;
    p->count = 0;
    for (size_t i = 0; i < span_count; i++) {
        add_references(p, done, spans[i].from);
        struct str expression = str_sub(p->text, spans[i].from, spans[i].to);
        add_output(p, p->measuring ? STR_NONE : xlsform_paths(p->x, expression, p->context, PATH_PLAIN));
        done = spans[i].to;
    }
    add_references(p, done, p->text.n);
}

void out_text_close(struct xlsform *x, struct out *o, struct str text, struct element *context) {
    struct span spans[64];
    size_t span_count = str_find(text, STR("instance(")) >= 0 ? instance_spans(text, spans, 64) : 0;
    if (!span_count && !has_reference(text)) {
        plain_text_close(o, text);
        return;
    }
    struct pieces p = {.x = x, .out = o, .text = text, .context = context, .measuring = true};
    add_pieces(&p, spans, span_count);
    finish_tag(o, "");
    /* A space at the ends of mixed content, as pyxform writes it: some clients glue the answer to the next word. */
    bool spaced = p.count > 1 && p.any_text;
    if (spaced && p.first_is_text) buf_byte(&o->buf, ' ');
    p.measuring = false;
    add_pieces(&p, spans, span_count);
    if (spaced) buf_byte(&o->buf, ' ');
    o->depth--;
    end_tag(o);
}
