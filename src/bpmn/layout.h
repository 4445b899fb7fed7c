/* layout.h: where every part of a process picture stands: from the file's coordinates, or laid out here.
 *
 * A drawing is shapes and edges in one coordinate system (pixels at 100 %, y down, as BPMNDI has it). It
 * comes from the file's BPMNDI (OMG formal/2013-12-09, chapter 12) or, where the file has none, from a
 * layered layout from left to right: cycles opened, nodes in columns by longest path, rows by the median of
 * their neighbours, pools and lanes as bands. Data: a tree in, a drawing in the arena out; pure. Read next:
 * picture.h, which draws it.
 */
#ifndef BPMN_LAYOUT_H
#define BPMN_LAYOUT_H

#include "bpmn/tree.h"

struct bpmn_point {
    double x, y;
};

struct bpmn_shape {
    const struct bpmn_node *element;
    struct bpmn_box box;
    bool expanded;  /* sub-processes: their inside is drawn */
    bool upright;   /* pools and lanes: isHorizontal="false" */
    bool unmarked;  /* exclusive gateways: isMarkerVisible="false" */
    bool has_label; /* `label` says where its text stands */
    struct bpmn_box label;
    struct str band; /* participants of a choreography task: "top_initiating" … ; else empty */
};

struct bpmn_edge {
    const struct bpmn_node *element;
    struct bpmn_point *points;
    size_t count; /* at least two */
    bool has_label;
    struct bpmn_box label;
};

struct bpmn_drawing {
    struct bpmn_shape *shapes;
    size_t shape_count, shape_capacity;
    struct bpmn_edge *edges;
    size_t edge_count, edge_capacity;
};

/* The `index`-th BPMNDiagram of the file; false when there is none, or none with a shape. */
bool bpmn_drawing_read(struct arena *a, const struct bpmn_tree *tree, size_t index, struct bpmn_drawing *out);
/* Lays out every process of the file (and its pools). Files of more than 5,000 flow nodes get one row per
 * process. */
struct bpmn_drawing bpmn_layout(struct arena *a, const struct bpmn_tree *tree);
/* Smallest box that holds everything; a small empty one for an empty drawing. */
struct bpmn_box bpmn_drawing_bounds(const struct bpmn_drawing *drawing);

#endif
