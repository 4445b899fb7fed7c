/* pages.c: the body cut into pages, what of it shows now, and the names of places on the wire. */
#include "form/markdown.h"
#include "form/model.h"

enum { PAGE_QUESTIONS = 10, RUN_QUESTIONS = 6 };

/* ---- visibility ---- */

/* The head of a table-list: it only names the choices, which each question of the list shows itself. */
static bool is_head_of_list(const struct form_body *b) {
    bool select = b->control == FORM_SELECT_ONE || b->control == FORM_SELECT_MANY;
    return select && b->element && str_eqz(str_trim(xml_attr(b->element, "appearance")), "label");
}

/* The next entry's own relevance, judged where it would stand: none is offered that would be hidden as soon as it is there. */
bool form_offers_entry(struct form_session *s, const struct form_field *repeat, struct form_node *parent) {
    if (repeat->rules[RULE_COUNT]) return false;
    const struct form_rule *rule = repeat->rules[RULE_RELEVANT];
    struct form_node next = {.kind = DOM_ELEMENT, .name = repeat->name, .parent = parent, .field = repeat};
    return !rule || form_test(s, rule->expression, &next, true);
}

static bool repeat_visible(struct form_session *s, const struct form_field *repeat, struct form_node *parent) {
    if (!parent || parent->hidden) return false;
    if (repeat->rules[RULE_COUNT]) return form_count(s, parent, repeat) > 0;
    for (const struct form_node *n = dom_first_element(parent); n; n = dom_next_element(n))
        if (n->field == repeat && !n->hidden) return true;
    return form_offers_entry(s, repeat, parent);
}

bool form_body_visible(struct form_session *s, const struct form_body *b, struct form_node *at) {
    if (is_head_of_list(b)) return false;
    if (b->control == FORM_REPEAT) return repeat_visible(s, b->field, form_nearest(s, b->field->parent, at));
    const struct form_node *node = b->field ? form_nearest(s, b->field, at) : NULL;
    /* the group around a repeat names the repeat itself, of which there may be no instance */
    if (b->field && !b->field->is_repeat && (!node || node->hidden)) return false;
    if (b->control != FORM_GROUP_CONTROL) return true;
    for (const struct form_body *c = b->first; c; c = c->next)
        if (form_body_visible(s, c, at)) return true;
    return false;
}

static bool has_first_answer(const struct form_field *field) {
    for (size_t i = 0; i < field->form->action_count; i++)
        if (field->form->actions[i].field == field && (field->form->actions[i].events & EVENT_FIRST_LOAD)) return true;
    return false;
}

bool form_nothing_to_choose(struct form_session *s, const struct form_body *b, const struct form_node *node) {
    const struct form_choice *choices;
    if (b->control != FORM_SELECT_ONE || !b->list.filtered || !has_first_answer(node->field)) return false;
    if (!form_test(s, node->field->required, node, false)) return false;
    return form_choices(s, node, &choices) == 1 && str_eq(choices[0].value, dom_value(node));
}

struct walk {
    void (*visit)(struct form_session *, const struct form_body *, struct form_node *, void *);
    void *arg;
};

static void each_in(struct form_session *s, const struct form_body *b, struct form_node *at, const struct walk *w) {
    if (!form_body_visible(s, b, at)) return;
    if (b->control == FORM_REPEAT) {
        const struct form_node *parent = form_nearest(s, b->field->parent, at);
        for (struct form_node *n = dom_first_element(parent); n; n = dom_next_element(n)) {
            if (n->field != b->field || n->hidden) continue;
            for (const struct form_body *c = b->first; c; c = c->next) each_in(s, c, n, w);
        }
    } else if (b->control == FORM_GROUP_CONTROL) {
        for (const struct form_body *c = b->first; c; c = c->next) each_in(s, c, at, w);
    } else {
        w->visit(s, b, form_nearest(s, b->field, at), w->arg);
    }
}

void form_each_question(struct form_session *s, const struct form_page *page,
                        void (*visit)(struct form_session *, const struct form_body *, struct form_node *, void *), void *arg) {
    struct walk w = {visit, arg};
    const struct form_body *b = page->first;
    for (size_t i = 0; i < page->count && b; i++, b = b->next) each_in(s, b, s->root, &w);
}

/* ---- pages ---- */

struct pages {
    struct form_session *session;
    struct arena *arena;
    struct form_page *items;
    size_t count, capacity;
};

static size_t question_count(const struct form_body *b) {
    size_t n = b->control != FORM_GROUP_CONTROL && b->control != FORM_REPEAT;
    for (const struct form_body *c = b->first; c; c = c->next) n += question_count(c);
    return n;
}

static struct str page_id(const struct form_body *b) {
    while (!b->field && b->first) b = b->first;
    const struct str path = b->field ? b->field->path : STR("");
    size_t slash = 1;
    while (slash < path.n && path.p[slash] != '/') slash++;
    return str_sub(path, slash + 1, path.n);
}

static void add_page(struct pages *p, const struct form_body *first, size_t count, const struct form_body *group) {
    struct form_page page = {.id = page_id(first), .first = first, .count = count};
    bool shows = false;
    const struct form_body *b = first;
    for (size_t i = 0; i < count; i++, b = b->next) shows = shows || form_body_visible(p->session, b, p->session->root);
    if (!shows) {
        for (size_t i = 0; i < p->count; i++) p->items[i].open = true;
        return;
    }
    if (group) page.title = markdown_plain(p->arena, form_say_marked(p->session, &group->label, p->session->root));
    VEC_PUSH(p->arena, p->items, p->count, p->capacity, page);
}

static bool is_one_page(const struct form_body *b) {
    struct str appearance = b->element ? xml_attr(b->element, "appearance") : STR_NONE;
    return b->control == FORM_REPEAT || str_find(appearance, STR("field-list")) >= 0 || question_count(b) <= PAGE_QUESTIONS;
}

static bool is_plain(const struct form_body *b) {
    return b->control != FORM_GROUP_CONTROL && b->control != FORM_REPEAT;
}

static void cut(struct pages *p, const struct form_body *parent) {
    const struct form_body *group = parent->parent ? parent : NULL;
    for (const struct form_body *b = parent->first; b;) {
        if (is_plain(b)) {
            const struct form_body *first = b;
            size_t count = 0;
            for (; b && is_plain(b) && count < RUN_QUESTIONS; b = b->next) count++;
            add_page(p, first, count, group);
            continue;
        }
        if (is_one_page(b)) add_page(p, b, 1, b);
        else cut(p, b);
        b = b->next;
    }
}

size_t form_pages(struct form_session *session, struct arena *arena, const struct form_page **out) {
    struct pages p = {.session = session, .arena = arena};
    if (session->form->body) cut(&p, session->form->body);
    *out = p.items;
    return p.count;
}

static uint32_t number_of(const struct form_page *page) {
    const struct form_body *b = page->first;
    while (!b->field && b->first) b = b->first;
    return b->field ? b->field->number : 0;
}

size_t form_page_index(const struct form_page *pages, size_t count, struct str id) {
    if (!id.n || !count) return 0;
    for (size_t i = 0; i < count; i++)
        if (str_eq(pages[i].id, id)) return i;
    /* not shown now: the page after it, in the order of the questions */
    const struct form *form = NULL;
    for (const struct form_body *b = pages[0].first; b && !form; b = b->first)
        if (b->field) form = b->field->form;
    const struct form_field *root = form ? form->fields[0] : NULL;
    for (size_t i = 0; root && i < form->field_count; i++) {
        const struct form_field *field = form->fields[i];
        if (field->path.n <= root->path.n + 1 || !str_eq(str_sub(field->path, root->path.n + 1, field->path.n), id)) continue;
        for (size_t k = 0; k < count; k++)
            if (number_of(&pages[k]) > field->number) return k;
        return count - 1;
    }
    return 0;
}

static void count_wrong(struct form_session *s, const struct form_body *b, struct form_node *node, void *wrong) {
    (void)b;
    *(size_t *)wrong += form_violation_of(s, node) != FORM_NO_VIOLATION;
}

size_t form_page_violations(struct form_session *session, const struct form_page *page) {
    size_t wrong = 0;
    form_each_question(session, page, count_wrong, &wrong);
    return wrong;
}

/* ---- names ---- */

static void put_wire(struct buf *out, const struct form_node *node, const char *between, const char *open, const char *close) {
    if (!node->parent || !node->parent->field) return; /* the root */
    if (node->parent->parent && node->parent->parent->field) {
        put_wire(out, node->parent, between, open, close);
        buf_addz(out, between);
    }
    if (node->prefix.n) buf_add(out, node->prefix), buf_byte(out, ':');
    buf_add(out, node->name);
    if (node->field->is_repeat) buf_printf(out, "%s%u%s", open, node->key, close);
}

struct str form_wire_name(struct arena *arena, const struct form_node *node) {
    struct buf out;
    buf_init(&out, arena, 4000);
    put_wire(&out, node, "/", "[", "]");
    return buf_str(&out);
}

struct str form_html_id(struct arena *arena, const struct form_node *node) {
    struct buf out;
    buf_init(&out, arena, 4000);
    buf_addz(&out, "q:");
    put_wire(&out, node, ":", ":", "");
    return buf_str(&out);
}

struct form_node *form_find_wire(struct form_session *session, struct str name) {
    struct form_node *n = session->root;
    struct str step;
    int depth = 0;
    while (n && str_split(&name, '/', &step)) n = ++depth > FORM_DEPTH ? NULL : form_step(n, step, true);
    return n == session->root ? NULL : n;
}

/* "items" or "person[3]/pet": the node that holds the repeat, and the repeat. */
struct form_node *form_node_of_wire_repeat(struct form_session *s, struct str name, const struct form_field **out_repeat) {
    size_t slash = name.n;
    while (slash > 0 && name.p[slash - 1] != '/') slash--;
    struct form_node *parent = slash ? form_find_wire(s, str_sub(name, 0, slash - 1)) : s->root;
    struct str last = str_sub(name, slash, name.n);
    for (const struct form_field *c = parent ? parent->field->first : NULL; c; c = c->next)
        if (c->is_repeat && str_eq(c->name, last)) {
            *out_repeat = c;
            return parent;
        }
    return NULL;
}
