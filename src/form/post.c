/* post.c: posted fields into a filling. Names are looked up, never trusted; what does not fit is counted. */
#include "form/model.h"

const struct form_limits form_default_limits = {.pairs = 2000, .value_bytes = 20000};

struct posting {
    struct form_session *session;
    const struct form_pair *pairs;
    size_t count;
    const struct form_limits *limits;
    struct form_posted result;
};

static bool takes_many(const struct form_field *field) {
    return field->control == FORM_SELECT_MANY || field->control == FORM_RANK;
}

/* Chinese input methods write ASCII in full width. */
static struct str half_width(struct arena *a, struct str value) {
    struct buf out;
    size_t at = 0;
    uint32_t cp;
    buf_init(&out, a, value.n + 1);
    while (utf8_next(value, &at, &cp)) buf_utf8(&out, cp >= 0xFF01 && cp <= 0xFF5E ? cp - 0xFEE0 : cp == 0x3000 ? ' ' : cp);
    return buf_str(&out);
}

/* "43.17, 124.35" is how maps write a place: the comma goes. */
static struct str spaced(struct arena *a, struct str place) {
    struct buf out;
    buf_init(&out, a, place.n + 1);
    for (size_t i = 0; i < place.n; i++) {
        char c = place.p[i] == ',' ? ' ' : place.p[i];
        if (c != ' ' || (out.n && out.p[out.n - 1] != ' ')) buf_byte(&out, c);
    }
    return str_trim(buf_str(&out));
}

/* Browsers post line breaks as CR LF and months without a day. */
static struct str as_typed(struct form_session *s, const struct form_field *field, struct str value) {
    struct buf out;
    if (field->type != FORM_STRING && utf8_valid(value)) value = str_trim(half_width(s->arena, value));
    if (field->type == FORM_GEOPOINT) value = spaced(s->arena, value);
    if (field->type == FORM_DATE && value.n == 4 && utf8_valid(value)) return arena_concat(s->arena, value, STR("-01-01")); /* appearance year */
    if (field->type == FORM_DATE && value.n == 7 && value.p[4] == '-')
        return arena_concat(s->arena, value, STR("-01")); /* <input type="month"> */
    if (str_find_byte(value, '\r') < 0) return value;
    buf_init(&out, s->arena, value.n + 1);
    for (size_t i = 0; i < value.n; i++)
        if (value.p[i] != '\r') buf_byte(&out, value.p[i]);
    return buf_str(&out);
}

static bool has_word(struct str words, struct str word) {
    struct str piece;
    while (str_split(&words, ' ', &piece))
        if (str_eq(piece, word)) return true;
    return false;
}

/* All values of one name: choices in the order posted, each once; for others the last that is not empty. */
static struct str gathered(struct posting *p, size_t first, const struct form_field *field) {
    struct buf many;
    struct str value = STR("");
    buf_init(&many, p->session->arena, p->limits->value_bytes);
    for (size_t i = first; i < p->count; i++) {
        if (!str_eq(p->pairs[i].name, p->pairs[first].name) || p->pairs[i].value.n == 0) continue;
        value = p->pairs[i].value;
        if (!takes_many(field) || has_word(buf_str(&many), value)) continue;
        if (many.n) buf_byte(&many, ' ');
        buf_add(&many, value);
    }
    return takes_many(field) ? buf_str(&many) : value;
}

static bool seen_before(const struct posting *p, size_t at) {
    for (size_t i = at; i > 0; i--)
        if (str_eq(p->pairs[i - 1].name, p->pairs[at].name)) return true;
    return false;
}

static void take_pair(struct posting *p, size_t at) {
    struct form_session *s = p->session;
    struct form_node *node = form_find_wire(s, p->pairs[at].name);
    if (!node || node->field->type == FORM_GROUP || (node->field->control == FORM_NO_CONTROL && !node->field->located)) {
        p->result.unknown++;
        return;
    }
    if (seen_before(p, at)) return;
    struct str value = gathered(p, at, node->field);
    if ((node->field->control == FORM_UPLOAD || node->field->control == FORM_NO_CONTROL) && value.n == 0) return;
    value = as_typed(s, node->field, value);
    if (value.n > p->limits->value_bytes || !utf8_valid(value) || form_is_readonly(s, node)) {
        p->result.refused += value.n > 0 && !str_eq(value, dom_value(node));
        return;
    }
    form_put(s, node, value);
}

/* ---- buttons ---- */

static const struct {
    const char *name;
    enum form_act act;
} acts[] = {{"next", FORM_ACT_NEXT}, {"back", FORM_ACT_BACK}, {"check", FORM_ACT_CHECK}, {"send", FORM_ACT_SEND}, {"stay", FORM_ACT_STAY}};

static void go(struct posting *p, struct str value) {
    for (size_t i = 0; i < sizeof acts / sizeof *acts; i++)
        if (str_eqz(value, acts[i].name)) {
            p->result.act = acts[i].act;
            return;
        }
    p->result.act = FORM_ACT_GO;
    p->result.page = value;
}

static void add(struct posting *p, struct str value) {
    const struct form_field *repeat;
    struct form_node *parent = form_node_of_wire_repeat(p->session, value, &repeat);
    struct form_node *made = parent ? form_add(p->session, parent, repeat) : NULL;
    p->result.act = FORM_ACT_STAY;
    if (made) p->result.added = form_html_id(p->session->arena, made);
}

static void take_out(struct posting *p, struct str value) {
    struct form_node *instance = form_find_wire(p->session, value);
    p->result.act = FORM_ACT_STAY;
    if (instance) form_remove(p->session, instance);
}

static void clear(struct posting *p, struct str value) {
    struct form_node *node = form_find_wire(p->session, value);
    if (node && node->field->control == FORM_UPLOAD && !form_is_readonly(p->session, node)) form_put(p->session, node, STR(""));
}

static void press(struct posting *p, struct str name, struct str value) {
    if (str_eqz(name, "_go")) go(p, value);
    else if (str_eqz(name, "_add")) add(p, value);
    else if (str_eqz(name, "_remove")) take_out(p, value);
    else if (str_eqz(name, "_clear")) clear(p, value);
}

/* ---- questions that an answer revealed ---- */

/* `_note` names what was only shown, `_none` a question that had no choices yet: once it has some, it is asked anew. */
static bool was_asked(const struct posting *p, const struct form_node *node, struct str name) {
    const struct form_choice *choices;
    bool posted = false;
    for (size_t i = 0; i < p->count; i++) {
        const struct form_pair *pair = &p->pairs[i];
        if (str_eqz(pair->name, "_none") && str_eq(pair->value, name)) return form_choices(p->session, node, &choices) == 0;
        posted = posted || str_eq(pair->name, name) || (str_eqz(pair->name, "_note") && str_eq(pair->value, name));
    }
    return posted;
}

static void look_for(struct form_session *s, const struct form_body *b, struct form_node *node, void *arg) {
    struct posting *p = arg;
    struct str name = form_wire_name(&s->scratch, node);
    (void)b;
    if (!was_asked(p, node, name)) p->result.revealed = true;
}

static void find_revealed(struct posting *p) {
    const struct form_page *pages;
    size_t count = form_pages(p->session, p->session->arena, &pages);
    struct arena_mark mark = arena_mark(&p->session->scratch);
    bool whole = str_eqz(p->result.page, "all");
    for (size_t i = 0; i < count; i++)
        if (whole || str_eq(pages[i].id, p->result.page)) form_each_question(p->session, &pages[i], look_for, p);
    arena_rewind(&p->session->scratch, mark);
    if (p->result.revealed) p->result.act = FORM_ACT_STAY;
}

struct form_posted form_post(struct form_session *session, const struct form_pair *pairs, size_t count,
                             const struct form_limits *limits) {
    struct posting p = {.session = session, .pairs = pairs, .count = count, .limits = limits};
    struct str page = STR("");
    if (p.count > limits->pairs) p.count = limits->pairs;
    form_hold(session); /* a filter may look at what comes later on the page */
    for (size_t i = 0; i < p.count; i++) {
        if (str_eqz(pairs[i].name, "_page")) page = pairs[i].value;
        else if (!str_starts(pairs[i].name, STR("_"))) take_pair(&p, i);
    }
    form_release(session);
    for (size_t i = 0; i < p.count; i++)
        if (str_starts(pairs[i].name, STR("_"))) press(&p, pairs[i].name, pairs[i].value);
    if (p.result.act != FORM_ACT_GO) p.result.page = page;
    bool sends_at_once = p.result.act == FORM_ACT_SEND && str_eqz(page, "all"); /* form_render_all: no check page follows */
    if (p.result.act == FORM_ACT_NEXT || p.result.act == FORM_ACT_CHECK || sends_at_once) find_revealed(&p);
    return p.result;
}
