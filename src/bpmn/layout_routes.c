/* layout_routes.c: the way of every arc, in straight pieces (layout_local.h).
 *
 * An arc leaves its source at the right, or a gateway at its upper or lower corner when the way is free,
 * changes its row in the gap between two columns, and enters at the left. Arcs from one source share the
 * place where they turn. What runs back takes a track of its own below everything.
 */
#include "bpmn/layout_local.h"

#include <math.h>

/* Nobody can follow more; and looking at each neighbour of each would take long. */
enum { CROWDED = 400 };

struct way {
    struct level *l;
    struct bpmn_edge edge;
    size_t capacity;
};

static void to(struct way *w, double x, double y) {
    struct bpmn_edge *e = &w->edge;
    if (e->count) {
        struct bpmn_point *last = &e->points[e->count - 1];
        if (fabs(last->x - x) < 0.5 && fabs(last->y - y) < 0.5) return;
        if (e->count > 1) { /* straight on: move the last point */
            struct bpmn_point *before = last - 1;
            bool level_line = fabs(before->y - last->y) < 0.5 && fabs(last->y - y) < 0.5;
            bool upright_line = fabs(before->x - last->x) < 0.5 && fabs(last->x - x) < 0.5;
            if (level_line || upright_line) {
                *last = (struct bpmn_point){x, y};
                return;
            }
        }
    }
    struct bpmn_point p = {x, y};
    VEC_PUSH(w->l->arena, e->points, e->count, w->capacity, p);
}

static double middle(const struct item *i) {
    return i->x + i->width / 2;
}

/* Nothing stands in the item's column between its row and `y`. */
static bool free_between(const struct level *l, const struct item *item, double y) {
    double from = fmin(item->y, y), until = fmax(item->y, y);
    if (l->column_counts[item->layer] > CROWDED) return false;
    for (size_t i = 0; i < l->column_counts[item->layer]; i++) {
        const struct item *other = &l->items[l->columns[item->layer][i]];
        if (other == item) continue;
        if (other->y + other->below > from && other->y - other->above < until) return false;
    }
    return true;
}

/* Where arcs of this item turn in the gap to the right of its column: one place an item. */
static double turn_after(const struct level *l, const struct item *item) {
    double gap = l->column_x[item->layer] + l->column_width[item->layer];
    size_t n = l->column_counts[item->layer];
    double step = fmin(9, 26.0 / (double)(n ? n : 1));
    return gap + 16 + step * (double)item->rank;
}

static bool is_gateway(const struct item *i) {
    return bpmn_is(i->element, "gateway");
}

/* From an item (its right side) to the row of the next one, in the gap behind its column. */
static void step_right(struct way *w, const struct item *from, const struct item *next) {
    if (fabs(from->y - next->y) >= 0.5) {
        double x = turn_after(w->l, from);
        to(w, x, from->y);
        to(w, x, next->y);
    }
    if (!next->element) to(w, next->x + next->width, next->y);
}

static void leave(struct way *w, const struct arc *arc, const struct item *from, double row) {
    if (arc->has_start) {
        to(w, arc->start.x, arc->start.y);
        return;
    }
    bool corner =
        is_gateway(from) && fabs(from->y - row) > from->height / 2 + 8 && free_between(w->l, from, row);
    if (corner) {
        to(w, middle(from), from->y + (row > from->y ? from->height / 2 : -from->height / 2));
        to(w, middle(from), row);
    } else {
        to(w, from->x + from->width, from->y);
    }
}

/* From a boundary event down, and on to the row `y` in the gap behind the host. */
static void leave_boundary(struct way *w, const struct item *host, double y) {
    struct bpmn_point start = w->edge.points[0];
    if (y > start.y + 8 && free_between(w->l, host, y)) {
        to(w, start.x, y);
        return;
    }
    double x = turn_after(w->l, host), below = start.y + 14;
    to(w, start.x, below);
    to(w, x, below);
    to(w, x, y);
}

static void enter(struct way *w, const struct item *from, const struct item *target) {
    bool corner = is_gateway(target) && fabs(from->y - target->y) > target->height / 2 + 8 &&
                  free_between(w->l, target, from->y) && w->edge.count > 0;
    if (corner) {
        to(w, middle(target), from->y);
        to(w, middle(target), target->y + (from->y > target->y ? target->height / 2 : -target->height / 2));
        return;
    }
    step_right(w, from, target);
    to(w, target->x, target->y);
}

static void forward(struct way *w, const struct arc *arc) {
    struct level *l = w->l;
    const struct item *here = &l->items[arc->from], *target = &l->items[arc->to];
    const struct item *first = arc->station_count ? &l->items[arc->stations[0]] : target;
    leave(w, arc, here, first->y);
    if (arc->has_start) leave_boundary(w, here, first->y);
    bool turned = arc->has_start || w->edge.count > 1;
    if (arc->station_count) {
        if (!turned)
            step_right(w, here, first);
        else
            to(w, first->x + first->width, first->y);
        for (size_t s = 1; s < arc->station_count; s++)
            step_right(w, &l->items[arc->stations[s - 1]], &l->items[arc->stations[s]]);
        enter(w, &l->items[arc->stations[arc->station_count - 1]], target);
    } else if (turned) {
        to(w, target->x, target->y);
    } else {
        enter(w, here, target);
    }
}

/* Down behind the source, back along a track, up before the target. */
static void backward(struct way *w, const struct arc *arc, double track, int number) {
    struct level *l = w->l;
    const struct item *from = &l->items[arc->from], *target = &l->items[arc->to];
    double out_x = turn_after(l, from) + 6, in_x = l->column_x[target->layer] - 12 - 6 * (number % 3);
    bool straight_down = free_between(l, from, track) && !arc->has_start;
    leave(w, arc, from, from->y);
    if (arc->has_start) {
        to(w, arc->start.x, arc->start.y + 14);
        to(w, out_x, arc->start.y + 14);
    } else if (straight_down) {
        w->edge.count = 0;
        to(w, middle(from), from->y + from->height / 2);
        out_x = middle(from);
    } else {
        to(w, out_x, from->y);
    }
    to(w, out_x, track);
    if (free_between(l, target, track)) {
        double x = middle(target) - (straight_down && from == target ? target->width / 4 : 0);
        to(w, x, track);
        to(w, x, target->y + target->height / 2);
    } else {
        to(w, in_x, track);
        to(w, in_x, target->y);
        to(w, target->x, target->y);
    }
}

void layout_routes(struct level *l, struct bpmn_drawing *out) {
    int tracks = 0;
    double bottom = l->height;
    for (size_t i = 0; i < l->arc_count; i++) {
        const struct arc *arc = &l->arcs[i];
        struct way way = {.l = l, .edge = {.element = arc->flow}};
        if (arc->back) {
            double track = bottom + 14 + 14 * tracks;
            backward(&way, arc, track, tracks++);
            l->height = track;
        } else {
            forward(&way, arc);
        }
        if (way.edge.count > 1) VEC_PUSH(l->arena, out->edges, out->edge_count, out->edge_capacity, way.edge);
    }
}
