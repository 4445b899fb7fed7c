/* layout.c: lays out a file without coordinates: pools, processes, sub-processes (layout.h).
 *
 * Every level is laid out by itself (layout_layers.c, layout_routes.c), the inner ones first, and then put
 * into its place. Data objects, notes and groups have no place in the flow and are left out.
 */
#include "bpmn/layout_local.h"

#include "base/svg.h"

#include <math.h>

enum { INSIDE = 22, HEAD = 30, POOL_GAP = 50, LABEL_LINE = 15, LABEL_WIDTH = 104 };

/* --- pieces --- */

static void move_drawing(struct bpmn_drawing *d, double dx, double dy) {
    for (size_t i = 0; i < d->shape_count; i++) {
        d->shapes[i].box.x += dx, d->shapes[i].box.y += dy;
        d->shapes[i].label.x += dx, d->shapes[i].label.y += dy;
    }
    for (size_t i = 0; i < d->edge_count; i++)
        for (size_t p = 0; p < d->edges[i].count; p++)
            d->edges[i].points[p].x += dx, d->edges[i].points[p].y += dy;
}

static void add_shape(struct arena *a, struct bpmn_drawing *d, const struct bpmn_node *e, struct bpmn_box box,
                      bool expanded) {
    struct bpmn_shape shape = {.element = e, .box = box, .expanded = expanded, .band = STR("")};
    VEC_PUSH(a, d->shapes, d->shape_count, d->shape_capacity, shape);
}

static void append(struct arena *a, struct bpmn_drawing *to, const struct bpmn_drawing *from) {
    for (size_t i = 0; i < from->shape_count; i++)
        VEC_PUSH(a, to->shapes, to->shape_count, to->shape_capacity, from->shapes[i]);
    for (size_t i = 0; i < from->edge_count; i++)
        VEC_PUSH(a, to->edges, to->edge_count, to->edge_capacity, from->edges[i]);
}

/* --- one level --- */

static struct bpmn_drawing lay_out_level(struct arena *a, const struct bpmn_tree *tree,
                                         const struct bpmn_node *owner, struct level *out);

/* How high the label of an event or gateway gets, LABEL_WIDTH wide. */
static double label_height(struct arena *a, const struct bpmn_node *e) {
    struct str lines[6];
    return (double)svg_wrap(a, bpmn_attr(e, "name"), 11, LABEL_WIDTH, 6, lines) * LABEL_LINE;
}

static void measure(struct level *l, struct item *item) {
    const struct bpmn_node *e = item->element;
    double label = 0;
    if (bpmn_is(e, "event")) {
        item->width = item->height = EVENT;
        label = label_height(l->arena, e) + 4;
    } else if (bpmn_is(e, "gateway")) {
        item->width = item->height = GATEWAY;
        label = label_height(l->arena, e) + 4;
    } else if (bpmn_is(e, "subProcess") && bpmn_child_is(e, "flowNode")) {
        struct level inner;
        item->inside = arena_new(l->arena, struct bpmn_drawing);
        *item->inside = lay_out_level(l->arena, l->tree, e, &inner);
        struct bpmn_box b = bpmn_drawing_bounds(item->inside);
        move_drawing(item->inside, INSIDE - b.x, INSIDE + 16 - b.y);
        item->width = fmax(b.width + 2 * INSIDE, TASK_WIDTH);
        item->height = fmax(b.height + 2 * INSIDE + 16 + 14, TASK_HEIGHT);
    } else {
        item->width = TASK_WIDTH;
        item->height = TASK_HEIGHT;
    }
    item->above = item->height / 2;
    item->below = item->height / 2 + label + (e->attached_count ? 26 : 0);
}

/* Number of the lane that lists the node; lanes inside lanes count singly. */
static void collect_lanes(struct level *l, const struct bpmn_node *set, struct map *lane_of,
                          struct bpmn_drawing *heads) {
    for (const struct bpmn_node *lane = bpmn_child(set, "lane"); lane; lane = bpmn_next(lane, "lane")) {
        const struct bpmn_node *inner = bpmn_child(lane, "childLaneSet");
        if (inner && bpmn_child(inner, "lane")) {
            collect_lanes(l, inner, lane_of, heads);
            continue;
        }
        for (const struct bpmn_node *r = bpmn_child(lane, "flowNodeRef"); r; r = bpmn_next(r, "flowNodeRef"))
            if (r->target && r->target->id.n)
                map_put(lane_of, r->target->id, (void *)(intptr_t)(l->bands + 1));
        add_shape(l->arena, heads, lane, (struct bpmn_box){0}, false);
        l->bands++;
    }
}

/* Event sub-processes and what no flow touches stand in a row of their own below the rest. */
static bool detached(const struct bpmn_node *e) {
    return bpmn_flag(e, "triggeredByEvent", false) ||
           (!e->incoming_count && !e->outgoing_count && !e->association_count && !e->attached_count);
}

static void collect_items(struct level *l, const struct bpmn_node *owner, const struct map *lane_of,
                          bool apart) {
    for (const struct bpmn_node *e = owner->first; e; e = e->next) {
        if (!bpmn_is(e, "flowNode") || bpmn_is(e, "boundaryEvent") || !e->id.n || detached(e) != apart)
            continue;
        struct item item = {.element = e};
        intptr_t lane = (intptr_t)map_get(lane_of, e->id);
        item.band = lane ? (int)lane - 1 : 0;
        measure(l, &item);
        VEC_PUSH(l->arena, l->items, l->count, l->capacity, item);
        map_put(&l->index, e->id, (void *)(intptr_t)l->count);
    }
}

static int item_of(const struct level *l, const struct bpmn_node *e) {
    const struct bpmn_node *host = bpmn_is(e, "boundaryEvent") ? bpmn_ref(l->tree, e, "attachedToRef") : e;
    return host && host->id.n ? (int)(intptr_t)map_get(&l->index, host->id) - 1 : -1;
}

static void add_arc(struct level *l, const struct bpmn_node *flow, const struct bpmn_node *from,
                    const struct bpmn_node *end) {
    struct arc arc = {.flow = flow, .from = item_of(l, from), .to = item_of(l, end)};
    if (arc.from < 0 || arc.to < 0) return;
    arc.low = arc.has_start = bpmn_is(from, "boundaryEvent");
    arc.back = arc.from == arc.to;
    VEC_PUSH(l->arena, l->arcs, l->arc_count, l->arc_capacity, arc);
}

/* Sequence flows, and the associations from compensation events to what compensates. */
static void collect_arcs(struct level *l, const struct bpmn_node *owner) {
    for (const struct bpmn_node *e = owner->first; e; e = e->next) {
        if (!e->from || !e->to) continue;
        bool compensation =
            bpmn_is(e, "association") && bpmn_is(e->from, "boundaryEvent") && bpmn_is(e->to, "activity");
        if (bpmn_is(e, "sequenceFlow") || compensation) add_arc(l, e, e->from, e->to);
    }
}

/* Boundary events sit on the lower edge of their host, side by side. */
static void place_boundary_events(struct level *l, struct bpmn_drawing *out) {
    struct map starts; /* where flows leave, by event */
    map_init(&starts, l->arena);
    for (size_t i = 0; i < l->count; i++) {
        const struct item *item = &l->items[i];
        size_t n = item->element ? item->element->attached_count : 0;
        for (size_t b = 0; b < n; b++) {
            double x = item->x + item->width * (double)(b + 1) / (double)(n + 1),
                   y = item->y + item->height / 2;
            const struct bpmn_node *event = item->element->attached[b];
            struct bpmn_box box = {x - EVENT / 2.0, y - EVENT / 2.0, EVENT, EVENT};
            add_shape(l->arena, out, event, box, false);
            struct bpmn_shape *shape = &out->shapes[out->shape_count - 1];
            shape->has_label = true;
            shape->label = (struct bpmn_box){x + EVENT / 2.0 + 2, y + 6, 90, LABEL_LINE};
            struct bpmn_point *start = arena_new(l->arena, struct bpmn_point);
            *start = (struct bpmn_point){x, y + EVENT / 2.0};
            if (event->id.n) map_put(&starts, event->id, start);
        }
    }
    for (size_t i = 0; i < l->arc_count; i++) {
        const struct bpmn_node *from = l->arcs[i].flow->from;
        const struct bpmn_point *start =
            l->arcs[i].has_start && from->id.n ? map_get(&starts, from->id) : NULL;
        if (start) l->arcs[i].start = *start;
    }
}

/* Below, by default. */
static void place_label(struct arena *a, struct bpmn_shape *s) {
    if (!bpmn_is(s->element, "event") && !bpmn_is(s->element, "gateway")) return;
    double height = label_height(a, s->element);
    if (height <= 0) return;
    s->has_label = true;
    s->label = (struct bpmn_box){s->box.x + s->box.width / 2 - LABEL_WIDTH / 2.0,
                                 s->box.y + s->box.height + 4, LABEL_WIDTH, height};
}

enum { CORNER_UP = 1, CORNER_DOWN = 2 };

/* Which corners of gateways lines touch: bits by id. */
static void note_corner(struct map *corners, const struct bpmn_node *gateway, struct bpmn_point at,
                        struct bpmn_point next) {
    if (!bpmn_is(gateway, "gateway") || fabs(at.x - next.x) > 0.5) return;
    intptr_t bits = (intptr_t)map_get(corners, gateway->id);
    map_put(corners, gateway->id, (void *)(bits | (next.y > at.y ? CORNER_DOWN : CORNER_UP)));
}

/* A gateway's label goes above when a line leaves below, and to the upper left when both corners are taken.
 */
static void clear_labels(struct level *l, struct bpmn_drawing *out) {
    struct map corners;
    map_init(&corners, l->arena);
    for (size_t i = 0; i < out->edge_count; i++) {
        const struct bpmn_edge *e = &out->edges[i];
        note_corner(&corners, e->element->from, e->points[0], e->points[1]);
        note_corner(&corners, e->element->to, e->points[e->count - 1], e->points[e->count - 2]);
    }
    for (size_t i = 0; i < out->shape_count; i++) {
        struct bpmn_shape *s = &out->shapes[i];
        intptr_t bits = s->element->id.n ? (intptr_t)map_get(&corners, s->element->id) : 0;
        if (!s->has_label || !(bits & CORNER_DOWN) || s->label.y < s->box.y) continue;
        s->label.y = s->box.y - s->label.height - 2;
        if (!(bits & CORNER_UP)) continue;
        double width = fmin(svg_text_width(bpmn_attr(s->element, "name"), 11) + 4, LABEL_WIDTH);
        s->label = (struct bpmn_box){s->box.x + s->box.width / 2 - 12 - width,
                                     s->box.y + 10 - s->label.height, width, s->label.height};
    }
}

static void place_items(struct level *l, size_t first, struct bpmn_drawing *out) {
    for (size_t i = first; i < l->count; i++) {
        const struct item *item = &l->items[i];
        if (!item->element) continue;
        struct bpmn_box box = {item->x, item->y - item->height / 2, item->width, item->height};
        add_shape(l->arena, out, item->element, box, item->inside != NULL);
        place_label(l->arena, &out->shapes[out->shape_count - 1]);
        if (!item->inside) continue;
        move_drawing(item->inside, box.x, box.y);
        append(l->arena, out, item->inside);
    }
}

/* The row of detached items, broken when it gets much wider than the rest. */
static void place_detached(struct level *l, const struct bpmn_node *owner, const struct map *lane_of,
                           struct bpmn_drawing *out) {
    size_t first = l->count;
    collect_items(l, owner, lane_of, true);
    double x = 0, y = l->height + (first ? ROW_GAP + 6 : 0), row = 0, limit = fmax(l->width, 900);
    for (size_t i = first; i < l->count; i++) {
        struct item *item = &l->items[i];
        if (x > 0 && x + item->width > limit) x = 0, y += row + ROW_GAP, row = 0;
        item->x = x;
        item->y = y + item->above;
        x += item->width + COLUMN_GAP / 2.0;
        row = fmax(row, item->above + item->below);
        l->width = fmax(l->width, item->x + item->width);
    }
    if (l->count > first) l->height = y + row;
    place_items(l, first, out);
}

static void place_lanes(const struct level *l, struct bpmn_drawing *lanes, struct bpmn_drawing *out) {
    for (size_t i = 0; i < lanes->shape_count; i++)
        lanes->shapes[i].box = (struct bpmn_box){-HEAD - INSIDE, l->band_top[i], l->width + HEAD + 2 * INSIDE,
                                                 l->band_height[i]};
    if (lanes->shape_count) append(l->arena, out, lanes);
}

static struct bpmn_drawing lay_out_level(struct arena *a, const struct bpmn_tree *tree,
                                         const struct bpmn_node *owner, struct level *l) {
    struct bpmn_drawing out = {0}, lanes = {0};
    struct map lane_of;
    *l = (struct level){.arena = a, .tree = tree};
    map_init(&l->index, a);
    map_init(&lane_of, a);
    for (const struct bpmn_node *set = bpmn_child(owner, "laneSet"); set; set = bpmn_next(set, "laneSet"))
        collect_lanes(l, set, &lane_of, &lanes);
    l->laned = l->bands > 0;
    if (!l->laned) l->bands = 1;
    collect_items(l, owner, &lane_of, false);
    collect_arcs(l, owner);
    layout_layers(l);
    double flow_height = l->height;
    place_items(l, 0, &out);
    place_boundary_events(l, &out);
    layout_routes(l, &out);
    clear_labels(l, &out);
    place_detached(l, owner, &lane_of, &out);
    if (l->laned && l->band_height && l->height > flow_height)
        l->band_height[l->bands - 1] += l->height - flow_height + BAND_PADDING;
    if (!out.shape_count || !l->band_height) return out;
    place_lanes(l, &lanes, &out);
    return out;
}

/* --- the file --- */

/* Participants by the id of their process; the first wins. */
static struct map pools_of(struct arena *a, const struct bpmn_tree *tree) {
    struct map pools;
    map_init(&pools, a);
    for (size_t i = 0; i < tree->count; i++) {
        struct bpmn_node *e = tree->elements[i];
        const struct bpmn_node *process = bpmn_is(e, "participant") ? bpmn_ref(tree, e, "processRef") : NULL;
        if (process && process->id.n && !map_has(&pools, process->id)) map_put(&pools, process->id, e);
    }
    return pools;
}

static const struct bpmn_node *pool_of(const struct map *pools, const struct bpmn_node *process) {
    return process && process->id.n ? map_get(pools, process->id) : NULL;
}

/* Puts a process, in its pool when it has one, below what is already there. */
static void place_process(struct arena *a, const struct bpmn_tree *tree, const struct map *pools,
                          const struct bpmn_node *process, struct bpmn_drawing *out, double *y) {
    struct level l;
    struct bpmn_drawing d = lay_out_level(a, tree, process, &l);
    if (!d.shape_count) return;
    const struct bpmn_node *pool = pool_of(pools, process);
    struct bpmn_box b = bpmn_drawing_bounds(&d);
    bool lanes = bpmn_child(process, "laneSet") && bpmn_child(bpmn_child(process, "laneSet"), "lane");
    double side = lanes ? 0 : INSIDE;
    if (pool) {
        struct bpmn_box box = {0, *y, b.width + HEAD + 2 * side, b.height + 2 * side};
        move_drawing(&d, HEAD + side - b.x, *y + side - b.y);
        add_shape(a, out, pool, box, true);
        *y += box.height + POOL_GAP;
    } else {
        move_drawing(&d, -b.x, *y - b.y);
        *y += b.height + POOL_GAP;
    }
    append(a, out, &d);
}

static void place_empty_pools(struct arena *a, const struct bpmn_tree *tree, struct bpmn_drawing *out,
                              double *y) {
    double width = fmax(bpmn_drawing_bounds(out).width, 300);
    for (size_t i = 0; i < tree->count; i++) {
        const struct bpmn_node *e = tree->elements[i];
        if (!bpmn_is(e, "participant") || !bpmn_is(e->parent, "collaboration") ||
            bpmn_ref(tree, e, "processRef"))
            continue;
        add_shape(a, out, e, (struct bpmn_box){0, *y, width, 60}, false);
        *y += 60 + POOL_GAP;
    }
}

/* Pools of one width look like one diagram; lanes end where their pool ends. */
static void even_out_pools(struct bpmn_drawing *d) {
    double right = 0;
    for (size_t i = 0; i < d->shape_count; i++)
        if (bpmn_is(d->shapes[i].element, "participant"))
            right = fmax(right, d->shapes[i].box.x + d->shapes[i].box.width);
    for (size_t i = 0; right > 0 && i < d->shape_count; i++)
        if (bpmn_is(d->shapes[i].element, "participant") || bpmn_is(d->shapes[i].element, "lane"))
            d->shapes[i].box.width = right - d->shapes[i].box.x;
}

static const struct bpmn_box *box_in(const struct map *boxes, const struct bpmn_node *e) {
    return e && e->id.n ? map_get(boxes, e->id) : NULL;
}

struct message_flows {
    struct arena *arena;
    struct map boxes; /* of shapes, by id */
    struct map used;  /* flows at a shape so far */
    const struct map *pools;
    struct bpmn_drawing *out;
};

/* The pool that holds one end of a message flow; the end itself when there is none. */
static const struct bpmn_box *pool_box(const struct message_flows *m, const struct bpmn_node *e) {
    const struct bpmn_box *box = box_in(&m->boxes, pool_of(m->pools, bpmn_process_of(e)));
    return box ? box : box_in(&m->boxes, e);
}

/* Several flows at one shape stand side by side: 0, 14, -14, 28 … */
static double beside(struct arena *a, struct map *used, const struct bpmn_node *e) {
    int *n = map_get(used, e->id);
    if (!n) map_put(used, e->id, n = arena_new(a, int));
    int k = (*n)++;
    return (k % 2 ? 14.0 : -14.0) * ((k + 1) / 2);
}

/* Message flows run upright between the pools, with one bend in the gap. */
static void place_message_flow(struct message_flows *m, const struct bpmn_node *e) {
    const struct bpmn_box *from = box_in(&m->boxes, e->from), *end = box_in(&m->boxes, e->to);
    if (!from || !end) return;
    bool down = end->y > from->y;
    double x1 = from->x + from->width / 2, x2 = end->x + end->width / 2;
    if (bpmn_is(e->from, "participant"))
        x1 = x2 += beside(m->arena, &m->used, e->to);
    else if (bpmn_is(e->to, "participant"))
        x2 = x1 += beside(m->arena, &m->used, e->from);
    else
        x1 += beside(m->arena, &m->used, e->from),
            x2 += bpmn_is(e->to, "event") ? 0 : beside(m->arena, &m->used, e->to);
    double y1 = down ? from->y + from->height : from->y, y2 = down ? end->y : end->y + end->height;
    const struct bpmn_box *pool = pool_box(m, e->to);
    double bend = (down ? pool->y - POOL_GAP / 2.0 : pool->y + pool->height + POOL_GAP / 2.0) +
                  beside(m->arena, &m->used, e) / 2;
    struct bpmn_edge edge = {.element = e, .points = arena_array(m->arena, struct bpmn_point, 4)};
    edge.points[edge.count++] = (struct bpmn_point){x1, y1};
    if (fabs(x1 - x2) > 1) {
        edge.points[edge.count++] = (struct bpmn_point){x1, bend};
        edge.points[edge.count++] = (struct bpmn_point){x2, bend};
    }
    edge.points[edge.count++] = (struct bpmn_point){x2, y2};
    VEC_PUSH(m->arena, m->out->edges, m->out->edge_count, m->out->edge_capacity, edge);
}

static void place_message_flows(struct arena *a, const struct bpmn_tree *tree, const struct map *pools,
                                struct bpmn_drawing *out) {
    struct message_flows m = {.arena = a, .pools = pools, .out = out};
    map_init(&m.boxes, a);
    map_init(&m.used, a);
    for (size_t i = 0; i < out->shape_count; i++)
        if (out->shapes[i].element->id.n) map_put(&m.boxes, out->shapes[i].element->id, &out->shapes[i].box);
    for (size_t i = 0; i < tree->count; i++)
        if (bpmn_is(tree->elements[i], "messageFlow")) place_message_flow(&m, tree->elements[i]);
}

struct bpmn_drawing bpmn_layout(struct arena *a, const struct bpmn_tree *tree) {
    struct bpmn_drawing out = {0};
    double y = 0;
    struct map pools = pools_of(a, tree);
    for (const struct bpmn_node *e = tree->definitions->first; e; e = e->next)
        if (bpmn_is(e, "process") || bpmn_is(e, "choreography")) place_process(a, tree, &pools, e, &out, &y);
    place_empty_pools(a, tree, &out, &y);
    even_out_pools(&out);
    place_message_flows(a, tree, &pools, &out);
    return out;
}
