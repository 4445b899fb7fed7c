/* rules_schema.c: structure of every element against the grammar of schema.h, and its references.
 *
 * XSD: unknown or misplaced elements and attributes, missing ones, wrong values, order. EXT002: ids are
 * unique. REF: what a reference names exists and is of a permitted type. A file from another tool may hold a
 * slip that changes nothing for a run; such a finding is a warning at the normal level.
 */
#include "bpmn/rules_local.h"

#include <string.h>

static void add(struct check *c, enum fault_level level, const char *code, const struct bpmn_node *e,
                struct str sentence, struct str detail) {
    rules_add(c, level, code, e, sentence, detail);
}

static bool drawing(const struct bpmn_node *e) {
    return !str_eqz(e->node->ns, BPMN_NS);
}

static bool name_character(unsigned char ch, bool first) {
    bool letter = (ch >= 'a' && ch <= 'z') || (ch >= 'A' && ch <= 'Z') || ch == '_' || ch >= 0x80;
    return letter || (!first && ((ch >= '0' && ch <= '9') || ch == '-' || ch == '.'));
}

/* NCName of "Namespaces in XML", ASCII part; everything beyond is let through. */
static bool plain_name(struct str s) {
    for (size_t i = 0; i < s.n; i++)
        if (!name_character((unsigned char)s.p[i], i == 0)) return false;
    return s.n > 0;
}

static bool one_of(struct str values, struct str wanted) {
    for (struct str value; str_split(&values, ',', &value);)
        if (str_eq(value, wanted)) return true;
    return false;
}

static bool integer(struct str s) {
    int64_t number;
    if (str_starts(s, STR("+"))) s = str_sub(s, 1, s.n);
    return str_to_int64(s, &number);
}

static bool good_value(const struct bpmn_attribute *attribute, struct str value) {
    double number;
    struct str trimmed = str_trim(value);
    switch (attribute->kind) {
    case 'b':
        return one_of(STR("true,false,1,0"), trimmed);
    case 'i':
        return integer(trimmed);
    case 'd':
        return bpmn_number(value, &number);
    case 'I':
        return plain_name(trimmed);
    case 'e':
        return one_of(attribute->values, value);
    default:
        return true;
    }
}

static enum fault_level weight(enum bpmn_reference reference) {
    return reference == BPMN_REFERENCE_RUN ? FAULT_ERROR : FAULT_WARNING;
}

static void check_reference(struct check *c, const struct bpmn_node *e, enum bpmn_reference reference,
                            struct str written, struct str types) {
    struct bpmn_node *found;
    enum bpmn_resolution resolution = bpmn_resolve(c->tree, e, written, &found);
    if (reference == BPMN_REFERENCE_DRAWING || resolution == BPMN_FOREIGN) return;
    if (resolution == BPMN_NOWHERE)
        add(c, weight(reference), "bpmn.REF", e,
            T("“{0}” refers to “{1}”, but this file has no such element. Correct the reference or add the "
              "element."),
            written);
    else if (!bpmn_type_in(found->type, types))
        add(c, weight(reference), "bpmn.REF", e,
            T("“{0}” refers to “{1}”, which is an element of another kind than may stand there."), written);
}

static void check_attribute(struct check *c, const struct bpmn_node *e, const struct xml_attribute *written) {
    if (written->ns.n) return;
    const struct bpmn_attribute *attribute = bpmn_type_attribute(e->type, written->name);
    if (!attribute)
        add(c, FAULT_WARNING, "bpmn.XSD", e, T("“{0}” has an attribute that BPMN does not know here: {1}."),
            written->name);
    else if (!good_value(attribute, written->value))
        add(c, attribute->kind == 'd' ? FAULT_WARNING : FAULT_ERROR, "bpmn.XSD", e,
            T("“{0}” has an attribute with a value that is not allowed: {1}."),
            arena_printf(c->arena, "%.*s=\"%.*s\"", STR_ARGS(written->name),
                         STR_ARGS(str_sub(written->value, 0, 80))));
    else if (attribute->kind == 'r')
        check_reference(c, e, attribute->reference, str_trim(written->value), attribute->values);
}

static bool has_attribute(const struct bpmn_node *e, struct str name) {
    for (size_t i = 0; i < e->node->attribute_count; i++)
        if (!e->node->attributes[i].ns.n && str_eq(e->node->attributes[i].name, name)) return true;
    return false;
}

static void check_attributes(struct check *c, const struct bpmn_node *e) {
    for (size_t i = 0; i < e->node->attribute_count; i++) check_attribute(c, e, &e->node->attributes[i]);
    for (size_t i = 0; i < e->type->attribute_count; i++) {
        const struct bpmn_attribute *attribute = &e->type->attributes[i];
        if (!attribute->required || has_attribute(e, attribute->name)) continue;
        bool hurts = attribute->reference == BPMN_REFERENCE_RUN;
        add(c, hurts ? FAULT_ERROR : FAULT_WARNING, "bpmn.XSD", e, T("“{0}” lacks the attribute {1}."),
            attribute->name);
    }
}

static bool stands_in(const struct bpmn_type *parent, const struct bpmn_particle *particle) {
    return particle >= parent->particles && particle < parent->particles + parent->particle_count;
}

static void check_order(struct check *c, const struct bpmn_node *e) {
    const struct bpmn_particle *furthest = e->type->particles;
    for (const struct bpmn_node *child = e->first; child; child = child->next) {
        if (!child->particle || !stands_in(e->type, child->particle)) continue;
        if (child->particle < furthest) {
            add(c, FAULT_WARNING, "bpmn.XSD", child,
                T("“{0}” stands too late: the standard wants it before {1}."), furthest->name);
            return;
        }
        furthest = child->particle;
    }
}

static void check_counts(struct check *c, const struct bpmn_node *e) {
    for (size_t i = 0; i < e->type->particle_count; i++) {
        const struct bpmn_particle *p = &e->type->particles[i];
        if (p->least == 0 && p->most < 0) continue;
        int n = 0;
        for (const struct bpmn_node *child = e->first; child; child = child->next) n += child->particle == p;
        if (n < p->least) add(c, FAULT_WARNING, "bpmn.XSD", e, T("“{0}” lacks the element {1}."), p->name);
        if (p->most >= 0 && n > p->most)
            add(c, drawing(e) ? FAULT_WARNING : FAULT_ERROR, "bpmn.XSD", e,
                T("“{0}” holds more elements {1} than allowed."), p->name);
    }
}

static void check_text(struct check *c, const struct bpmn_node *e) {
    if (e->type->text) return;
    for (const struct xml_node *n = e->node->first; n; n = n->next) {
        struct str text = n->kind == XML_TEXT ? str_trim(n->text) : STR("");
        if (!text.n) continue;
        add(c, FAULT_WARNING, "bpmn.XSD", e, T("“{0}” holds text where only elements may stand: {1}"),
            str_sub(text, 0, 40));
        return;
    }
}

static void check_place(struct check *c, const struct bpmn_node *e) {
    struct str name = e->node->name;
    if (e->foreign)
        add(c, FAULT_WARNING, "bpmn.XSD", e,
            T("“{0}” is no element of BPMN; foreign elements belong into extensionElements: {1}"), name);
    else if (e->parent && !e->particle)
        add(c, FAULT_ERROR, "bpmn.XSD", e, T("“{0}” may not stand here: {1}."), name);
    else if (e->type && e->wanted && !bpmn_type_in(e->type, e->wanted->name))
        add(c, FAULT_ERROR, "bpmn.XSD", e, T("“{0}” has a type (xsi:type) that does not fit here: {1}."),
            name);
    else if (e->type && e->type->abstract)
        add(c, FAULT_ERROR, "bpmn.XSD", e,
            T("“{0}” is only the general kind; a concrete element must be chosen: {1}"), name);
}

static bool choice_broken(const struct bpmn_node *e) {
    return bpmn_is(e, "resourceRole") && bpmn_child(e, "resourceAssignmentExpression") &&
           (bpmn_child(e, "resourceRef") || bpmn_child(e, "resourceParameterBinding"));
}

void rules_schema_check(struct check *c, const struct bpmn_node *e) {
    check_place(c, e);
    if (e->twin)
        add(c, drawing(e) ? FAULT_WARNING : FAULT_ERROR, "bpmn.EXT002", e,
            T("The id {1} is used twice in this file. Every element needs its own."), e->id);
    if (e->particle && e->particle->reference != BPMN_NO_REFERENCE && !drawing(e))
        check_reference(c, e, e->particle->reference, bpmn_text(c->tree, e), e->particle->values);
    if (!e->type) return;
    check_attributes(c, e);
    check_order(c, e);
    check_counts(c, e);
    check_text(c, e);
    if (choice_broken(e))
        add(c, FAULT_WARNING, "bpmn.XSD", e,
            T("“{0}” names a resource and computes one as well; the schema allows either."), STR(""));
}
