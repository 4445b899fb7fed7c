/* render.c: runs compiled templates over a tree of data (template.h).
 *
 * In: nodes and data. Out: escaped HTML in a buffer. Scopes form a chain from the innermost object outward; a part's
 * arguments are a scope of their own, and the content given to a part is run in the scope of who gave it.
 */
#include "base/html.h"
#include "web/template_internal.h"

struct scope {
    const struct scope *outer;
    const struct data *object;      /* where names are looked up */
    size_t number, count;           /* of a loop: 1 … count; 0 outside */
};

struct content {
    const struct nodes *nodes;
    const struct scope *scope;
    const struct content *outer;    /* content that @content means inside this content */
};

struct run {
    const struct templates *set;
    struct arena *arena;
    enum language language;
    struct buf *out;
    int depth;
    long steps;
    bool stopped;
};

/* ---- values ---- */

static struct data *made(struct run *r, enum data_kind kind) {
    struct data *d = arena_new(r->arena, struct data);
    d->kind = kind;
    d->arena = r->arena;
    d->language = r->language;
    return d;
}

static const struct data *loop_value(struct run *r, const struct scope *s, struct str name) {
    while (s && !s->number) s = s->outer;
    if (!s) return NULL;
    bool number = str_eqz(name, "@number");
    struct data *d = made(r, number ? DATA_NUMBER : DATA_FLAG);
    d->number = number ? (int64_t)s->number : str_eqz(name, "@first") ? s->number == 1 : str_eqz(name, "@last") && s->number == s->count;
    return d;
}

static const struct data *look_up(struct run *r, const struct scope *s, const struct operand *o) {
    const struct data *found = NULL;
    if (str_eqz(o->parts[0], ".")) return s->object;
    if (o->part_count && o->parts[0].n && o->parts[0].p[0] == '@') return loop_value(r, s, o->parts[0]);
    for (; s && !found; s = s->outer) found = data_get(s->object, o->parts[0]);
    for (size_t i = 1; found && i < o->part_count; i++) found = data_get(found, o->parts[i]);
    return found;
}

static struct str text_of(struct run *r, const struct data *d) {
    if (!d) return STR("");
    switch (d->kind) {
    case DATA_TEXT: case DATA_HTML: return d->text;
    case DATA_NUMBER: return arena_printf(r->arena, "%lld", (long long)d->number);
    case DATA_FLAG: return d->number ? STR("true") : STR("");
    case DATA_OBJECT: case DATA_LIST: break;
    }
    return STR("");
}

static const struct data *value_of(struct run *r, const struct scope *s, const struct operand *o);

static struct str say(struct run *r, const struct scope *s, const struct operand *o) {
    struct str pieces[1 + SENTENCE_ARGUMENTS];
    for (size_t i = 0; i < o->argument_count; i++) pieces[1 + i] = text_of(r, value_of(r, s, &o->arguments[i]));
    pieces[0] = r->set->words ? r->set->words(r->set->words_arg, r->language, o->literal) : text_in(r->language, o->literal);
    /* The pattern is in its language already; English means "as it stands". */
    return o->argument_count ? text_format(r->arena, LANGUAGE_EN, pieces, 1 + o->argument_count) : pieces[0];
}

static const struct data *value_of(struct run *r, const struct scope *s, const struct operand *o) {
    if (o->kind == OPERAND_PATH) return look_up(r, s, o);
    struct data *d = made(r, DATA_TEXT);
    d->text = o->kind == OPERAND_LITERAL ? o->literal : say(r, s, o);
    return d;
}

static void write_value(struct run *r, const struct scope *s, const struct node *n) {
    struct str text;
    bool html = false;
    if (n->operand.kind == OPERAND_SENTENCE) {
        text = say(r, s, &n->operand);
    } else {
        const struct data *d = value_of(r, s, &n->operand);
        text = text_of(r, d);
        html = d && d->kind == DATA_HTML;
    }
    switch (n->escape) {
    case ESCAPE_TEXT:
        if (html) html_trusted(r->out, text);
        else html_text(r->out, text);
        return;
    case ESCAPE_ATTRIBUTE: html_attr_value(r->out, text); return;
    case ESCAPE_URL_START: html_url(r->out, text); return;
    case ESCAPE_URL_PART: url_part(r->out, text); return;
    }
}

/* ---- nodes ---- */

static void run_nodes(struct run *r, const struct scope *s, const struct content *c, const struct nodes *nodes);

static bool holds(struct run *r, const struct scope *s, const struct node *n) {
    const struct data *d = value_of(r, s, &n->operand);
    bool yes = n->compared ? str_eq(text_of(r, d), n->other) : data_truth(d);
    return yes != n->negated;
}

static void run_each(struct run *r, const struct scope *s, const struct content *c, const struct node *n) {
    const struct data *list = look_up(r, s, &n->operand);
    if (!list || list->kind != DATA_LIST || list->count == 0) {
        run_nodes(r, s, c, &n->otherwise);
        return;
    }
    for (size_t i = 0; i < list->count && !r->stopped; i++) {
        struct scope item = {s, list->members[i].value, i + 1, list->count};
        run_nodes(r, &item, c, &n->body);
    }
}

static void run_part(struct run *r, const struct scope *s, const struct content *c, const struct node *n) {
    const struct part *p = part_find(r->set, n->text);
    if (!p || ++r->depth > PART_DEPTH) {
        r->stopped = true;
        return;
    }
    struct data arguments = {.kind = DATA_OBJECT, .arena = r->arena, .language = r->language};
    struct data_member members[PART_ARGUMENTS];
    for (size_t i = 0; i < n->argument_count; i++) {
        static const struct data nothing = {.kind = DATA_TEXT};
        const struct data *value = value_of(r, s, &n->arguments[i].value);
        /* An argument without a value hides an outer name all the same. */
        members[arguments.count++] = (struct data_member){n->arguments[i].name, (struct data *)(value ? value : &nothing)};
    }
    arguments.members = members;
    struct scope inner = {s, &arguments, 0, 0};
    struct content given = {&n->body, s, c};
    run_nodes(r, &inner, n->body.count ? &given : NULL, &p->nodes);
    r->depth--;
}

static void run_node(struct run *r, const struct scope *s, const struct content *c, const struct node *n) {
    switch (n->kind) {
    case NODE_LITERAL: buf_add(r->out, n->text); return;
    case NODE_VALUE: write_value(r, s, n); return;
    case NODE_IF: run_nodes(r, s, c, holds(r, s, n) ? &n->body : &n->otherwise); return;
    case NODE_EACH: run_each(r, s, c, n); return;
    case NODE_PART: run_part(r, s, c, n); return;
    case NODE_CONTENT:
        if (c) run_nodes(r, c->scope, c->outer, c->nodes);
        return;
    }
}

static void run_nodes(struct run *r, const struct scope *s, const struct content *c, const struct nodes *nodes) {
    for (size_t i = 0; i < nodes->count && !r->stopped; i++) {
        if (++r->steps > RENDER_STEPS || r->out->full) r->stopped = true;
        else run_node(r, s, c, &nodes->items[i]);
    }
}

bool template_render(const struct templates *t, const char *name, const struct data *data, struct buf *out) {
    const struct part *p = part_find(t, str_from(name));
    if (!p) return false;
    struct run r = {.set = t, .arena = data->arena, .language = data->language, .out = out};
    struct scope root = {NULL, data, 0, 0};
    run_nodes(&r, &root, NULL, &p->nodes);
    return !r.stopped && !out->full;
}
