/* text.c: values as text, as string() gives it. Lists and contexts come out in FEEL's own notation, so that strings
 * inside them are quoted and dates have their @ before them; what is nested too deeply or too long is cut. */
#include "feel/internal.h"

enum { TEXT_DEPTH = 200 };

static void put_value(struct buf *out, struct feel_value v, int depth);

void feel_put_quoted(struct buf *out, struct str s) {
    buf_byte(out, '"');
    for (size_t i = 0; i < s.n && !out->full; i++) {
        char c = s.p[i];
        if (c == '"' || c == '\\') buf_byte(out, '\\');
        if (c == '\n') buf_addz(out, "\\n");
        else if (c == '\r') buf_addz(out, "\\r");
        else if (c == '\t') buf_addz(out, "\\t");
        else buf_byte(out, c);
    }
    buf_byte(out, '"');
}

static bool is_plain_name(struct str name) {
    size_t at = 0;
    uint32_t c;
    if (!utf8_next(name, &at, &c) || !feel_is_name_start(c)) return false;
    while (utf8_next(name, &at, &c))
        if (!feel_is_name_part(c) && c != ' ') return false;
    return true;
}

static void put_context(struct buf *out, const struct feel_context *c, int depth) {
    buf_byte(out, '{');
    for (size_t i = 0; i < c->count && !out->full; i++) {
        if (i) buf_addz(out, ", ");
        if (is_plain_name(c->entries[i].name)) buf_add(out, c->entries[i].name);
        else feel_put_quoted(out, c->entries[i].name);
        buf_addz(out, ": ");
        put_value(out, c->entries[i].value, depth + 1);
    }
    buf_byte(out, '}');
}

static void put_list(struct buf *out, const struct feel_list *list, int depth) {
    buf_byte(out, '[');
    for (size_t i = 0; i < list->count && !out->full; i++) {
        if (i) buf_addz(out, ", ");
        put_value(out, list->items[i], depth + 1);
    }
    buf_byte(out, ']');
}

static void put_range(struct buf *out, const struct feel_range *r, int depth) {
    if (!r->has_low || !r->has_high) {
        buf_byte(out, '(');
        buf_addz(out, r->has_low ? ">" : "<");
        if (r->has_low ? !r->low_open : !r->high_open) buf_byte(out, '=');
        put_value(out, r->has_low ? r->low : r->high, depth + 1);
        buf_byte(out, ')');
        return;
    }
    buf_byte(out, r->low_open ? '(' : '[');
    put_value(out, r->low, depth + 1);
    buf_addz(out, "..");
    put_value(out, r->high, depth + 1);
    buf_byte(out, r->high_open ? ')' : ']');
}

static void put_function(struct buf *out, const struct feel_function *f) {
    buf_addz(out, "function(");
    for (size_t i = 0; i < f->parameter_count; i++) {
        if (i) buf_addz(out, ", ");
        buf_add(out, f->parameters[i]);
    }
    buf_byte(out, ')');
}

/* Text of one that is no list, context, range or function. */
static void put_scalar(struct buf *out, struct feel_value v) {
    switch (v.kind) {
    case FEEL_NULL: buf_addz(out, "null"); break;
    case FEEL_BOOLEAN: buf_addz(out, v.boolean ? "true" : "false"); break;
    case FEEL_NUMBER: decimal_put(out, v.number); break;
    case FEEL_STRING: buf_add(out, v.string); break;
    case FEEL_DATE: date_put(out, v.date); break;
    case FEEL_TIME: clock_put(out, v.clock, false); break;
    case FEEL_DATE_TIME: clock_put(out, v.clock, true); break;
    case FEEL_YEARS_MONTHS: months_put(out, v.months); break;
    case FEEL_DAYS_TIME: duration_put(out, v.duration); break;
    default: break;
    }
}

/* depth 0: the value itself, which stands without quotes. */
static void put_value(struct buf *out, struct feel_value v, int depth) {
    if (depth > TEXT_DEPTH) {
        buf_addz(out, "…");
        return;
    }
    switch (v.kind) {
    case FEEL_LIST: put_list(out, v.list, depth); return;
    case FEEL_CONTEXT: put_context(out, v.context, depth); return;
    case FEEL_RANGE: put_range(out, v.range, depth); return;
    case FEEL_FUNCTION: put_function(out, v.function); return;
    default: break;
    }
    bool temporal = v.kind >= FEEL_DATE && v.kind <= FEEL_DAYS_TIME;
    if (depth && v.kind == FEEL_STRING) {
        feel_put_quoted(out, v.string);
        return;
    }
    if (depth && temporal) buf_addz(out, "@\"");
    put_scalar(out, v);
    if (depth && temporal) buf_byte(out, '"');
}

struct str feel_text(struct arena *a, struct feel_value v) {
    if (v.kind == FEEL_STRING) return v.string;
    struct buf out;
    buf_init(&out, a, FEEL_MAX_STRING);
    put_value(&out, v, 0);
    return buf_str(&out);
}
