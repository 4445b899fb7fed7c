/* session.c: one filling — opening it, changing it, and how expressions are evaluated in it. */
#include "form/markdown.h"
#include "form/model.h"

#include <math.h>

/* ---- expressions ---- */

struct xpath_value form_evaluate(struct form_session *s, const struct xpath *x, const struct form_node *at) {
    /* a spent scratch budget leaves to whoever guards the session's arena */
    s->scratch.escape = s->arena->escape;
    struct xpath_value v = xpath_evaluate(x, &s->env, &s->scratch, (struct form_node *)at);
    s->spent += s->env.steps;
    return v;
}

bool form_test(struct form_session *s, const struct xpath *x, const struct form_node *at, bool otherwise) {
    if (!x) return otherwise;
    struct arena_mark mark = arena_mark(&s->scratch);
    struct xpath_value v = form_evaluate(s, x, at);
    bool result = s->env.failed ? otherwise : xpath_to_boolean(&v);
    arena_rewind(&s->scratch, mark);
    return result;
}

struct str form_evaluate_text(struct form_session *s, const struct xpath *x, const struct form_node *at) {
    struct arena_mark mark = arena_mark(&s->scratch);
    struct xpath_value v = form_evaluate(s, x, at);
    struct str text = xpath_to_string(&s->env, &s->scratch, &v);
    if ((v.kind == XPATH_NUMBER || v.kind == XPATH_DATE) && isnan(v.number)) text = STR("");
    text = arena_str(s->arena, text);
    arena_rewind(&s->scratch, mark);
    return text;
}

static struct form_node *find_instance(void *host, struct str id) {
    struct form_session *s = host;
    const struct form *f = s->form;
    for (size_t i = 0; i < f->secondary_count; i++)
        if (str_eq(f->secondaries[i].id, id)) return s->lists[i] ? s->lists[i] : f->secondaries[i].instance;
    return NULL;
}

static const struct form_entry *entry_of(const struct form_session *s, struct str id) {
    return s->translation ? map_get(&s->translation->entries, id) : NULL;
}

static bool find_text(void *host, struct arena *a, struct str id, struct xpath_nodes *out) {
    const struct form_entry *entry = entry_of(host, id);
    for (size_t i = 0; entry && i < entry->value_count; i++) {
        struct form_node *value = dom_from_xml(a, NULL, entry->values[i]);
        VEC_PUSH(a, out->items, out->count, out->capacity, value);
    }
    return entry != NULL;
}

/* The node of `field` nearest to `at`: the one that shares most repeat instances with it. */
struct form_node *form_nearest(struct form_session *s, const struct form_field *field, struct form_node *at) {
    if (s->env.single[field->number]) return s->env.single[field->number];
    for (struct form_node *up = at; up; up = up->parent) {
        const struct form_field *step = field;
        while (step && step != up->field) step = step->parent;
        if (!step || !up->field) continue;
        struct form_node *n = up;
        while (n && n->field != field) {
            const struct form_field *child = field;
            while (child->parent != n->field) child = child->parent;
            n = dom_first_element(n);
            while (n && n->field != child) n = dom_next_element(n);
        }
        return n;
    }
    return NULL;
}

static bool find_choice_name(void *host, struct arena *a, struct str value, struct str reference,
                             struct form_node *context, struct str *out) {
    struct form_session *s = host;
    const struct form_field *field = map_get(&s->form->by_path, str_trim(reference));
    struct form_node *node = NULL;
    if (field) {
        node = form_nearest(s, field, context);
    } else {
        const struct xpath *x = xpath_compile(a, reference, NULL, NULL, NULL);
        struct xpath_context c = {.env = &s->env, .arena = a, .node = context, .current = context, .position = 1, .size = 1};
        struct xpath_value v = x ? xpath_eval(&c, x->top) : xpath_of_string(STR(""));
        if (v.kind == XPATH_NODES && v.nodes.count) node = v.nodes.items[0];
    }
    if (!node || !node->field) return false;
    *out = form_choice_label(s, node, value);
    return true;
}

/* ---- words ---- */

static void put_answer(struct str answer, bool marked, struct buf *out) {
    if (marked) markdown_escape(out, answer);
    else buf_add(out, answer);
}

static struct str spoken(struct form_session *s, const struct form_words *w, const struct form_node *at, bool marked) {
    if (w->count == 1 && !w->pieces[0].output) return str_trim(w->pieces[0].text);
    struct buf out;
    buf_init(&out, s->arena, FORM_VALUE_BYTES);
    for (size_t i = 0; i < w->count; i++) {
        if (w->pieces[i].output) put_answer(form_evaluate_text(s, w->pieces[i].output, at), marked, &out);
        else buf_add(&out, w->pieces[i].text);
    }
    return str_trim(buf_str(&out));
}

static struct str say(struct form_session *s, const struct form_saying *saying, const struct form_node *at, bool marked) {
    if (!saying->present) return STR("");
    struct str id = saying->text_id;
    if (saying->expression) {
        id = form_evaluate_text(s, saying->expression, at);
        if (!saying->expression_is_id && !marked) return id;
        if (!saying->expression_is_id) {
            struct buf out;
            buf_init(&out, s->arena, FORM_VALUE_BYTES);
            put_answer(id, true, &out);
            return buf_str(&out);
        }
    }
    if (!id.p) return spoken(s, &saying->words, at, marked);
    const struct form_entry *entry = entry_of(s, id);
    return entry ? spoken(s, &entry->words, at, marked) : STR("");
}

struct str form_say(struct form_session *s, const struct form_saying *saying, const struct form_node *at) {
    return say(s, saying, at, false);
}

struct str form_say_marked(struct form_session *s, const struct form_saying *saying, const struct form_node *at) {
    return say(s, saying, at, true);
}

struct str form_say_guidance(struct form_session *s, const struct form_saying *hint, const struct form_node *at) {
    const struct form_entry *entry = hint->text_id.p ? entry_of(s, hint->text_id) : NULL;
    struct str guidance = entry ? spoken(s, &entry->guidance, at, true) : STR("");
    return str_eqz(guidance, "-") ? STR("") : guidance; /* pyxform's word for a translation that is missing */
}

static const struct form_media *media_in(const struct form_translation *t, struct str id) {
    const struct form_entry *entry = t ? map_get(&t->entries, id) : NULL;
    const struct form_media *m = entry ? &entry->media : NULL;
    return m && (m->image.n || m->big_image.n || m->audio.n || m->video.n) ? m : NULL;
}

/* A picture that is not translated serves all languages. */
const struct form_media *form_media_of(struct form_session *s, const struct form_saying *saying) {
    if (!saying->text_id.p) return NULL;
    const struct form_media *own = media_in(s->translation, saying->text_id);
    for (size_t i = 0; !own && i < s->form->translation_count; i++)
        if (str_eq(s->form->translations[i].name, s->form->default_language)) own = media_in(&s->form->translations[i], saying->text_id);
    return own;
}

/* ---- places ---- */

static void attach(struct form_session *s, struct form_node *node, bool hidden) {
    node->place = arena_new(s->arena, struct form_place);
    node->place->relevant = true;
    node->hidden = hidden;
    s->node_count++;
    if (node->field->type != FORM_STRING && node->field->type != FORM_GROUP && node->first)
        dom_set_value(s->arena, node, form_normal(s->arena, node->field, dom_value(node)));
    if (node->field->is_repeat) node->key = ++s->next_key;
    else if (!node->field->repeat) s->env.single[node->field->number] = node;
    for (struct form_node *c = dom_first_element(node); c; c = dom_next_element(c)) attach(s, c, hidden);
}

bool form_store(struct form_session *s, struct form_node *node, struct str value) {
    value = form_normal(s->arena, node->field, value);
    if (str_eq(dom_value(node), value)) return false;
    dom_set_value(s->arena, node, arena_str(s->arena, value));
    s->change++;
    form_value_changed(s, node);
    return true;
}

/* ---- actions ---- */

struct acting {
    const struct form_action *action;
};

static void act_on(struct form_session *s, struct form_node *target, void *arg) {
    const struct form_action *action = ((struct acting *)arg)->action;
    struct arena_mark mark = arena_mark(&s->scratch);
    struct str value = action->text;
    if (action->value) {
        struct xpath_value v = form_evaluate(s, action->value, target);
        value = form_typed(s, target->field, &v);
    }
    if (form_store(s, target, value)) form_settle(s);
    arena_rewind(&s->scratch, mark);
}

static bool encloses(const struct form_field *outer, const struct form_field *inner) {
    while (inner && inner != outer) inner = inner->parent;
    return inner != NULL;
}

/* The part of the answers around `at` within which the target is looked for. */
static struct form_node *around(struct form_session *s, struct form_node *at, const struct form_field *target) {
    while (at && at->field && !encloses(at->field, target)) at = at->parent;
    return at && at->field ? at : s->root;
}

static void act(struct form_session *s, const struct form_action *action, struct form_node *at) {
    struct acting acting = {action};
    if (!action->target) {
        form_each_node(s, at ? around(s, at, action->field) : s->root, action->field, act_on, &acting);
        return;
    }
    struct arena_mark mark = arena_mark(&s->scratch);
    struct xpath_value v = form_evaluate(s, action->target, at ? at : s->root);
    for (size_t i = 0; v.kind == XPATH_NODES && i < v.nodes.count; i++)
        if (v.nodes.items[i]->field) act_on(s, v.nodes.items[i], &acting);
    arena_rewind(&s->scratch, mark);
}

/* `at`: NULL for the form's own events, else the node that changed or was added. */
void form_run_actions(struct form_session *s, unsigned event, struct form_node *at) {
    const struct form *f = s->form;
    for (size_t i = 0; i < f->action_count; i++) {
        const struct form_action *action = &f->actions[i];
        if (!(action->events & event) || (at && action->owner != at->field)) continue;
        act(s, action, at);
    }
}

/* A new instance: the repeat's own events, and those of the controls inside it. */
static void run_new_instance(struct form_session *s, struct form_node *instance) {
    const struct form *f = s->form;
    for (size_t i = 0; i < f->action_count; i++) {
        const struct form_action *action = &f->actions[i];
        if (action->events & EVENT_NEW_REPEAT && action->owner && encloses(instance->field, action->owner))
            act(s, action, instance);
    }
}

/* ---- repeats ---- */

static struct form_node *last_instance(const struct form_node *parent, const struct form_field *repeat) {
    for (struct form_node *c = parent->last; c; c = c->previous)
        if (c->field == repeat) return c;
    return NULL;
}

/* Where the first instance goes: after the nodes of the fields that stand before the repeat. */
static struct form_node *place_for(const struct form_node *parent, const struct form_field *repeat) {
    struct form_node *last = last_instance(parent, repeat);
    for (struct form_node *c = parent->last; !last && c; c = c->previous)
        if (c->field && c->field->number < repeat->number) last = c;
    return last;
}

size_t form_count(const struct form_session *session, const struct form_node *parent, const struct form_field *repeat) {
    size_t count = 0;
    (void)session;
    for (const struct form_node *c = dom_first_element(parent); c; c = dom_next_element(c)) count += c->field == repeat;
    return count;
}

struct form_node *form_new_instance(struct form_session *s, struct form_node *parent, const struct form_field *repeat) {
    size_t count = form_count(s, parent, repeat);
    bool written = repeat->rules[RULE_COUNT] && count < repeat->default_count;
    const struct form_node *example = written ? repeat->defaults[count] : repeat->example;
    if (!example || count >= FORM_INSTANCES || s->node_count >= FORM_NODES) return NULL;
    struct form_node *node = dom_copy(s->arena, NULL, example);
    dom_insert_after(parent, place_for(parent, repeat), node);
    attach(s, node, parent->hidden);
    s->change++;
    form_due_subtree(s, node);
    form_presence_changed(s, node, repeat);
    if (!s->restoring) run_new_instance(s, node);
    return node;
}

void form_drop_instance(struct form_session *s, struct form_node *instance) {
    form_presence_changed(s, instance, instance->field);
    dom_remove(instance);
    s->change++;
}

void form_adjust_count(struct form_session *s, struct form_node *parent, const struct form_rule *rule) {
    /* the expression is written as seen from an instance, of which there may be none yet */
    struct form_node phantom = {.kind = DOM_ELEMENT, .name = rule->field->name, .parent = parent, .field = rule->field};
    struct arena_mark mark = arena_mark(&s->scratch);
    struct xpath_value v = form_evaluate(s, rule->expression, &phantom);
    double wanted = trunc(xpath_to_number(&s->env, &s->scratch, &v));
    bool failed = s->env.failed;
    arena_rewind(&s->scratch, mark);
    if (isnan(wanted) || failed) return; /* blank: wait for a number */
    if (wanted < 0) wanted = 0;
    size_t count = form_count(s, parent, rule->field);
    while ((double)count < wanted && form_new_instance(s, parent, rule->field)) count++;
    for (; (double)count > wanted; count--) form_drop_instance(s, last_instance(parent, rule->field));
}

struct form_node *form_add(struct form_session *s, struct form_node *parent, const struct form_field *repeat) {
    if (repeat->rules[RULE_COUNT] || !repeat->is_repeat || parent->field != repeat->parent) return NULL;
    struct form_node *node = form_new_instance(s, parent, repeat);
    form_settle(s);
    return node;
}

bool form_remove(struct form_session *s, struct form_node *instance) {
    if (!instance->field->is_repeat || instance->field->rules[RULE_COUNT] || !instance->parent) return false;
    form_drop_instance(s, instance);
    form_settle(s);
    return true;
}

/* ---- preloads ---- */

static struct str preloaded(struct form_session *s, const struct form_field *field) {
    const struct form_opening *o = &s->opening;
    struct str params = field->preload_params;
    if (str_eqz(field->preload, "uid")) {
        const struct xpath *x = xpath_compile(&s->scratch, STR("concat('uuid:', uuid())"), NULL, NULL, NULL);
        return form_evaluate_text(s, x, s->root);
    }
    if (str_eqz(field->preload, "date"))
        return arena_str(s->arena, str_sub(xpath_instant_text(&s->env, &s->scratch, xpath_today(&s->env)), 0, 10));
    if (str_eqz(field->preload, "timestamp") && str_eqz(params, "start"))
        return arena_str(s->arena, xpath_instant_text(&s->env, &s->scratch, xpath_now(&s->env)));
    if (!str_eqz(field->preload, "property")) return STR_NONE;
    if (str_eqz(params, "username")) return o->username;
    if (str_eqz(params, "phonenumber") || str_eqz(params, "phone number")) return o->phone;
    if (str_eqz(params, "email")) return o->email;
    return str_eqz(params, "deviceid") ? o->device : STR_NONE;
}

static void preload(struct form_session *s, struct form_node *node) {
    if (node->field->preload.n && dom_value(node).n == 0) {
        struct str value = preloaded(s, node->field);
        if (value.n) form_store(s, node, value);
    }
    for (struct form_node *c = dom_first_element(node); c; c = dom_next_element(c)) preload(s, c);
}

/* ---- opening ---- */

static void release_scratch(void *scratch) {
    arena_release(scratch);
}

static const struct form_translation *translation_named(const struct form *f, struct str name) {
    for (size_t i = 0; i < f->translation_count; i++)
        if (str_eq(f->translations[i].name, name)) return &f->translations[i];
    return NULL;
}

static bool is_chinese(struct str language) {
    return str_find(language, STR("zh")) >= 0 || str_find(language, STR("中文")) >= 0 || str_find(language, STR("汉")) >= 0;
}

static void choose(struct form_session *s, const struct form_translation *t) {
    s->translation = t;
    s->env.chinese = t && is_chinese(t->name);
    s->words_since = ++s->change;
}

bool form_set_language(struct form_session *s, struct str language) {
    const struct form_translation *t = translation_named(s->form, language);
    if (!t) return false;
    choose(s, t);
    form_due_subtree(s, s->root); /* jr:itext and jr:choice-name in calculations follow */
    form_settle(s);
    return true;
}

static void set_environment(struct form_session *s, const struct form_opening *opening) {
    s->env = (struct xpath_environment){
        .root = s->document, .now = opening->now, .offset_seconds = opening->offset_seconds,
        .offset_at = opening->offset_at, .zone = opening->zone, .skip_blanks = true, .random = {opening->seed},
        .lasting = s->arena, .host = s, .instance = find_instance, .itext = find_text, .choice_name = find_choice_name,
        .single = arena_array(s->arena, struct form_node *, s->form->field_count),
    };
}

static void read_own_lists(struct form_session *s, const struct form_attachments *lists) {
    const struct form *f = s->form;
    s->lists = arena_array(s->arena, struct form_node *, f->secondary_count);
    for (size_t i = 0; i < f->secondary_count; i++)
        for (size_t k = 0; k < lists->count; k++)
            if (f->secondaries[i].source.n && str_eq(f->secondaries[i].source, lists->items[k].uri))
                s->lists[i] = form_read_attached(s->arena, f->secondaries[i].id, (uint32_t)i + 1, &lists->items[k]);
}

struct form_session *form_open(const struct form *form, struct arena *arena, const struct form_opening *opening) {
    struct form_session *s = arena_new(arena, struct form_session);
    s->form = form;
    s->arena = arena;
    s->opening = *opening;
    arena_init(&s->scratch, 64u << 20);
    arena_on_release(arena, release_scratch, &s->scratch);
    s->document = dom_copy(arena, NULL, form->primary);
    s->root = dom_first_element(s->document);
    set_environment(s, opening);
    read_own_lists(s, &opening->lists);
    attach(s, s->root, false);
    const struct form_translation *t = translation_named(form, opening->language);
    choose(s, t ? t : translation_named(form, form->default_language));
    s->restoring = true;
    preload(s, s->root);
    s->restoring = false;
    form_due_subtree(s, s->root);
    form_settle(s);
    form_run_actions(s, EVENT_FIRST_LOAD | EVENT_INSTANCE_LOAD, NULL);
    form_settle(s);
    return s;
}

/* ---- changes by a person ---- */

bool form_set(struct form_session *s, struct form_node *node, struct str value) {
    if (node->field->type == FORM_GROUP || value.n > FORM_VALUE_BYTES || form_is_readonly(s, node)) return false;
    if (form_out_of_bounds(node->field, value)) value = STR(""); /* as ODK's engines do */
    return form_put(s, node, value);
}

void form_hold(struct form_session *s) {
    s->holding = true;
}

static void choices_due(struct form_session *s, struct form_node *node, void *rule) {
    if (node->place->held) form_due_push(s, rule, node);
    node->place->held = false;
}

void form_release(struct form_session *s) {
    s->holding = false;
    for (size_t i = 0; i < s->form->field_count; i++) {
        struct form_field *field = s->form->fields[i];
        if (field->rules[RULE_CHOICES]) form_each_node(s, s->root, field, choices_due, field->rules[RULE_CHOICES]);
    }
    form_settle(s);
}

bool form_put(struct form_session *s, struct form_node *node, struct str value) {
    if (!form_store(s, node, value)) return true;
    form_settle(s);
    form_run_actions(s, EVENT_VALUE_CHANGED, node);
    form_settle(s);
    return true;
}

size_t form_finish(struct form_session *s) {
    form_run_actions(s, EVENT_REVALIDATE, NULL);
    form_settle(s);
    size_t wrong = 0;
    for (struct form_node *n = s->root; n;) {
        if (!n->hidden && n->field->type != FORM_GROUP) wrong += form_violation_of(s, n) != FORM_NO_VIOLATION;
        if (n->field->preload.n && str_eqz(n->field->preload_params, "end"))
            form_store(s, n, xpath_instant_text(&s->env, s->arena, xpath_now(&s->env)));
        struct form_node *next = dom_first_element(n);
        while (!next && n != s->root) {
            next = dom_next_element(n);
            if (!next) n = n->parent;
        }
        n = next;
    }
    return wrong;
}

const struct form *form_of(const struct form_session *session) {
    return session->form;
}

struct form_node *form_root(struct form_session *session) {
    return session->root;
}
