/* layout_local.h: one level (a process or sub-process) while it is laid out; shared by layout*.c only.
 *
 * Items are the flow nodes of the level plus *stations*: empty items that a long arc passes, one a layer, so
 * that it gets a row of its own. Arcs are its sequence flows; an arc that would close a cycle is turned round
 * for layering.
 */
#ifndef BPMN_LAYOUT_LOCAL_H
#define BPMN_LAYOUT_LOCAL_H

#include "bpmn/layout.h"

struct item {
    const struct bpmn_node *element; /* NULL: a station */
    double width, height;
    double above, below; /* room it needs from its centre line, label included */
    double x, y;         /* left edge; centre line */
    int layer, rank;     /* rank: place in its layer, from the top */
    int band;            /* lane, from 0 */
    double wish;
    struct bpmn_drawing *inside; /* expanded sub-processes: laid out around 0,0 */
};

struct arc {
    const struct bpmn_node *flow;
    int from, to;  /* items; for a boundary event its host */
    bool back;     /* closes a cycle, or cannot run from left to right */
    bool low;      /* leaves a boundary event: its target should stand lower */
    int *stations; /* items between, from left to right */
    size_t station_count;
    struct bpmn_point start; /* boundary events: where it leaves */
    bool has_start;
};

struct level {
    struct arena *arena;
    const struct bpmn_tree *tree;
    struct item *items;
    size_t count, capacity;
    struct arc *arcs;
    size_t arc_count, arc_capacity;
    struct map index; /* id -> item number + 1 */
    int layers, bands;
    bool laned;
    int **columns; /* for every layer its items, from the top */
    size_t *column_counts;
    double *column_x, *column_width; /* left edge and width of every layer */
    double *band_top, *band_height;
    double width, height;
};

enum {
    COLUMN_GAP = 58,
    ROW_GAP = 26,
    BAND_PADDING = 26,
    EVENT = 36,
    GATEWAY = 50,
    TASK_WIDTH = 108,
    TASK_HEIGHT = 80
};

void layout_layers(struct level *l);                           /* layers, order, coordinates of items */
void layout_routes(struct level *l, struct bpmn_drawing *out); /* edges, for items already placed */

#endif
