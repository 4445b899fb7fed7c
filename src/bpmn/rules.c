/* rules.c: runs the rules over the elements (rules.h); the rules themselves stand in the rules_*.c files. */
#include "bpmn/rules_local.h"

#include <string.h>

/* A finding a line is read by people; two million comparisons are 20 ms. */
enum { KEPT = 500, RULES_A_TYPE = 48, AFFORDED = 2000000 };

static const struct rule *const sets[] = {rules_flow, rules_event, rules_activity, rules_data,
                                          rules_collaboration};
enum { SETS = sizeof sets / sizeof sets[0] };

void rules_add(struct check *c, enum fault_level level, const char *code, const struct bpmn_node *e,
               struct str sentence, struct str detail) {
    struct bpmn_findings *f = c->findings;
    if (c->level == BPMN_LEVEL_STRICT) level = FAULT_ERROR;
    if (level == FAULT_ERROR) f->errors++;
    if (f->count >= KEPT) return;
    struct bpmn_finding finding = {.level = level,
                                   .code = code,
                                   .element = e,
                                   .sentence = sentence,
                                   .detail = arena_str(c->arena, detail)};
    for (const struct bpmn_node *at = e; at && !finding.drawn; at = at->parent) {
        if (at != e && bpmn_is(at, "process")) break;
        finding.drawn = bpmn_box_of(at, &finding.box);
    }
    VEC_PUSH(c->arena, f->items, f->count, f->capacity, finding);
}

/* For every type the rules that look at it or at what it derives from. */
struct plan {
    const struct rule *rules[RULES_A_TYPE];
    size_t count;
};

static struct plan *make_plans(struct check *c) {
    const struct bpmn_schema *schema = c->tree->schema;
    struct plan *plans = arena_array(c->arena, struct plan, schema->count);
    for (size_t set = 0; set < SETS; set++) {
        for (const struct rule *r = sets[set]; r->code; r++) {
            for (size_t t = 0; t < schema->count; t++) {
                struct plan *plan = &plans[t];
                if (bpmn_type_is(&schema->all[t], r->applies) && plan->count < RULES_A_TYPE)
                    plan->rules[plan->count++] = r;
            }
        }
    }
    return plans;
}

static void check_element(struct check *c, const struct plan *plans, const struct bpmn_node *e) {
    rules_schema_check(c, e);
    if (!e->type) return;
    const struct plan *plan = &plans[e->type->number];
    const struct bpmn_node *process = bpmn_process_of(e);
    bool drawn_only =
        bpmn_is(process, "process") && !bpmn_flag(process, "isExecutable", false); /* never runs */
    for (size_t i = 0; i < plan->count; i++) {
        const struct rule *r = plan->rules[i];
        c->detail = STR("");
        if (r->broken(c, e))
            rules_add(c, drawn_only ? FAULT_WARNING : r->normal, r->code, e, r->sentence, c->detail);
    }
}

struct bpmn_findings bpmn_check(const struct bpmn_tree *tree, enum bpmn_level level) {
    struct bpmn_findings findings = {0};
    struct check c = {.tree = tree, .arena = tree->arena, .level = level, .findings = &findings};
    const struct plan *plans = make_plans(&c);
    for (size_t i = 0; i < tree->count; i++) check_element(&c, plans, tree->elements[i]);
    if (c.spent >= AFFORDED)
        rules_add(&c, FAULT_ERROR, "bpmn.too-large", tree->definitions,
                  T("This file holds lists so long that they cannot be checked."), STR(""));
    return findings;
}

bool rules_afford(struct check *c) {
    return c->spent < AFFORDED && ++c->spent;
}

static struct str element_and_place(struct arena *a, const struct bpmn_finding *f) {
    struct str id = f->element->id.n ? f->element->id : f->element->node->name;
    if (!f->drawn) return id;
    return arena_printf(a, "%.*s (x %.0f y %.0f)", STR_ARGS(id), f->box.x, f->box.y);
}

void bpmn_findings_report(const struct bpmn_tree *tree, const struct bpmn_findings *findings,
                          struct faults *faults) {
    for (size_t i = 0; i < findings->count; i++) {
        const struct bpmn_finding *f = &findings->items[i];
        struct place place = xml_place(f->element->node, tree->file);
        place.element = element_and_place(tree->arena, f);
        struct str sentence[] = {f->sentence, bpmn_name(f->element), f->detail};
        faults_add(faults, f->level, f->code, place, sentence, 3);
    }
}

bool bpmn_check_file(struct arena *a, struct str bytes, struct str file, enum bpmn_level level,
                     struct faults *faults) {
    struct bpmn_tree *tree = bpmn_tree_read(a, bytes, file, faults);
    if (!tree) return false;
    struct bpmn_findings findings = bpmn_check(tree, level);
    bpmn_findings_report(tree, &findings, faults);
    return findings.errors == 0;
}

bool bpmn_rule_at(size_t index, struct bpmn_rule_line *out) {
    for (size_t set = 0; set < SETS; set++) {
        for (const struct rule *r = sets[set]; r->code; r++) {
            if (index--) continue;
            *out = (struct bpmn_rule_line){r->code, r->applies, r->sentence, r->normal == FAULT_ERROR};
            return true;
        }
    }
    return false;
}

bool rules_executable(const struct bpmn_node *e) {
    const struct bpmn_node *process = bpmn_process_of(e);
    return bpmn_is(process, "process") && bpmn_flag(process, "isExecutable", false);
}

struct triggers rules_triggers(struct check *c, const struct bpmn_node *event) {
    struct triggers t = {0};
    size_t capacity = 0;
    for (const struct bpmn_node *child = event->first; child; child = child->next) {
        const struct bpmn_node *definition = bpmn_is(child, "eventDefinition") ? child
                                             : str_eqz(child->node->name, "eventDefinitionRef")
                                                 ? child->target
                                                 : NULL;
        if (bpmn_is(definition, "eventDefinition"))
            VEC_PUSH(c->arena, t.items, t.count, capacity, definition);
    }
    return t;
}

bool rules_has_trigger(struct check *c, const struct bpmn_node *event, const char *definition) {
    struct triggers t = rules_triggers(c, event);
    for (size_t i = 0; i < t.count; i++)
        if (bpmn_is(t.items[i], definition)) return true;
    return false;
}

bool rules_only_triggers(struct check *c, const struct bpmn_node *event, struct str allowed) {
    struct triggers t = rules_triggers(c, event);
    for (size_t i = 0; i < t.count; i++) {
        if (bpmn_type_in(t.items[i]->type, allowed)) continue;
        c->detail = t.items[i]->node->name;
        return false;
    }
    return true;
}

bool rules_event_sub_process(const struct bpmn_node *e) {
    return bpmn_is(e, "subProcess") && bpmn_flag(e, "triggeredByEvent", false);
}

bool rules_same_item(const struct bpmn_node *x, const struct bpmn_node *y) {
    if (x == y) return true;
    if (!x || !y) return false;
    struct str structure = bpmn_attr(x, "structureRef");
    return structure.n && str_eq(structure, bpmn_attr(y, "structureRef")) &&
           bpmn_flag(x, "isCollection", false) == bpmn_flag(y, "isCollection", false);
}

/* RFC 6838, section 4.2: type "/" subtype, parameters may follow. */
bool rules_mime_type(struct str s) {
    struct str rest = s, type;
    str_split(&rest, ';', &s);
    s = str_trim(s);
    if (!str_split(&s, '/', &type) || !type.n || !s.n) return false;
    for (size_t i = 0; i < type.n + s.n; i++) {
        char ch = i < type.n ? type.p[i] : s.p[i - type.n];
        bool letter = (ch >= 'a' && ch <= 'z') || (ch >= 'A' && ch <= 'Z') || (ch >= '0' && ch <= '9');
        if (!letter && (ch == 0 || !strchr("!#$&-^_.+", ch))) return false;
    }
    return true;
}

/* RFC 3986: scheme ":" and no character that must be escaped. */
bool rules_uri(struct str s) {
    ptrdiff_t colon = str_find_byte(s, ':');
    if (colon < 1 || (size_t)colon + 1 == s.n) return false;
    for (size_t i = 0; i < s.n; i++) {
        unsigned char ch = (unsigned char)s.p[i];
        bool letter = (ch >= 'a' && ch <= 'z') || (ch >= 'A' && ch <= 'Z');
        if (i < (size_t)colon && !letter && (i == 0 || !ch || !strchr("0123456789+-.", ch))) return false;
        if (ch <= ' ' || strchr("<>\"{}|\\^`", ch)) return false;
    }
    return true;
}
