/* drawing.c: the drawing a file brings along in its BPMNDI part (layout.h). */
#include "bpmn/layout.h"

static bool read_bounds(const struct xml_node *owner, struct bpmn_box *out) {
    const struct xml_node *bounds = owner ? xml_child(owner, BPMN_DD_DC_NS, "Bounds") : NULL;
    return bounds && bpmn_number(xml_attr(bounds, "x"), &out->x) &&
           bpmn_number(xml_attr(bounds, "y"), &out->y) &&
           bpmn_number(xml_attr(bounds, "width"), &out->width) &&
           bpmn_number(xml_attr(bounds, "height"), &out->height) && out->width >= 0 && out->height >= 0;
}

static bool is_false(struct str value) {
    return str_eqz(value, "false") || str_eqz(value, "0");
}

static void add_shape(struct arena *a, struct bpmn_drawing *d, const struct bpmn_node *element,
                      const struct xml_node *node) {
    struct bpmn_shape shape = {.element = element};
    if (!read_bounds(node, &shape.box)) return;
    struct str expanded = xml_attr(node, "isExpanded");
    shape.expanded =
        expanded.p ? !is_false(expanded) : bpmn_child_is(element, "flowNode") && element->first->shape;
    shape.upright = is_false(xml_attr(node, "isHorizontal"));
    struct str marker = xml_attr(node, "isMarkerVisible");
    shape.unmarked = marker.p ? is_false(marker) : true;
    shape.has_label = read_bounds(xml_child(node, BPMN_DI_NS, "BPMNLabel"), &shape.label);
    shape.band = xml_attr(node, "participantBandKind");
    if (!shape.band.p) shape.band = STR("");
    VEC_PUSH(a, d->shapes, d->shape_count, d->shape_capacity, shape);
}

static void add_edge(struct arena *a, struct bpmn_drawing *d, const struct bpmn_node *element,
                     const struct xml_node *node) {
    struct bpmn_edge edge = {.element = element};
    size_t capacity = 0;
    for (const struct xml_node *w = xml_child(node, BPMN_DD_DI_NS, "waypoint"); w;
         w = xml_next(w, BPMN_DD_DI_NS, "waypoint")) {
        struct bpmn_point p;
        if (!bpmn_number(xml_attr(w, "x"), &p.x) || !bpmn_number(xml_attr(w, "y"), &p.y)) return;
        bool same =
            edge.count && edge.points[edge.count - 1].x == p.x && edge.points[edge.count - 1].y == p.y;
        if (!same) VEC_PUSH(a, edge.points, edge.count, capacity, p);
    }
    if (edge.count < 2) return;
    edge.has_label = read_bounds(xml_child(node, BPMN_DI_NS, "BPMNLabel"), &edge.label);
    VEC_PUSH(a, d->edges, d->edge_count, d->edge_capacity, edge);
}

static const struct bpmn_node *diagram_at(const struct bpmn_tree *tree, size_t index) {
    for (const struct bpmn_node *e = tree->definitions->first; e; e = e->next)
        if (bpmn_is(e, "BPMNDiagram") && index-- == 0) return e;
    return NULL;
}

bool bpmn_drawing_read(struct arena *a, const struct bpmn_tree *tree, size_t index,
                       struct bpmn_drawing *out) {
    const struct bpmn_node *diagram = diagram_at(tree, index);
    const struct bpmn_node *plane = diagram ? bpmn_child_is(diagram, "BPMNPlane") : NULL;
    *out = (struct bpmn_drawing){0};
    for (const struct bpmn_node *e = plane ? plane->first : NULL; e; e = e->next) {
        const struct bpmn_node *element = bpmn_ref(tree, e, "bpmnElement");
        if (!element) continue;
        if (bpmn_is(e, "BPMNShape")) add_shape(a, out, element, e->node);
        if (bpmn_is(e, "BPMNEdge")) add_edge(a, out, element, e->node);
    }
    return out->shape_count > 0;
}

static void stretch(struct bpmn_box *bounds, double x, double y) {
    if (x < bounds->x) bounds->width += bounds->x - x, bounds->x = x;
    if (y < bounds->y) bounds->height += bounds->y - y, bounds->y = y;
    if (x > bounds->x + bounds->width) bounds->width = x - bounds->x;
    if (y > bounds->y + bounds->height) bounds->height = y - bounds->y;
}

static void stretch_box(struct bpmn_box *bounds, const struct bpmn_box *box) {
    stretch(bounds, box->x, box->y);
    stretch(bounds, box->x + box->width, box->y + box->height);
}

struct bpmn_box bpmn_drawing_bounds(const struct bpmn_drawing *d) {
    struct bpmn_box bounds = {0, 0, 40, 40};
    if (d->shape_count) bounds = d->shapes[0].box;
    for (size_t i = 0; i < d->shape_count; i++) {
        stretch_box(&bounds, &d->shapes[i].box);
        if (d->shapes[i].has_label) stretch_box(&bounds, &d->shapes[i].label);
    }
    for (size_t i = 0; i < d->edge_count; i++) {
        for (size_t p = 0; p < d->edges[i].count; p++)
            stretch(&bounds, d->edges[i].points[p].x, d->edges[i].points[p].y);
        if (d->edges[i].has_label) stretch_box(&bounds, &d->edges[i].label);
    }
    return bounds;
}
