/* picture.h: a process as SVG, with the position of a case in it.
 *
 * Drawn on the server from the file's coordinates or, where it has none, from an automatic layout (layout.h),
 * in the notation of BPMN 2.0 (OMG formal/2013-12-09, chapters 7 and 10–12). The picture carries presentation
 * attributes and class names only, no style element and no script, so it stands in a page under a strict
 * Content Security Policy and a style sheet may recolour it; the colours here are readable alone. Everything
 * is escaped by the writer. Marks say where a case has been and where it is; state is never told by colour
 * alone (thickness, badge, words).
 *
 * Classes: bpmn (the svg), bpmn-pool bpmn-lane bpmn-task bpmn-event bpmn-gateway bpmn-sub bpmn-data bpmn-note
 * bpmn-flow bpmn-message bpmn-association bpmn-text; with marks: is-done is-here is-overdue is-failed; each
 * part also carries data-id, the element's id.
 */
#ifndef BPMN_PICTURE_H
#define BPMN_PICTURE_H

#include "bpmn/layout.h"

enum bpmn_mark_state { BPMN_MARK_DONE, BPMN_MARK_HERE, BPMN_MARK_OVERDUE, BPMN_MARK_FAILED };

struct bpmn_mark {
    struct str element; /* id of a flow node or sequence flow */
    enum bpmn_mark_state state;
    int64_t tokens;  /* HERE, OVERDUE, FAILED: how many stand there; DONE: how often it was passed */
    struct str note; /* short text beside it: how long it took, until when; may be empty */
};

struct bpmn_picture {
    enum language language;
    const struct bpmn_mark *marks;
    size_t mark_count;
    struct str title, description; /* for <title> and <desc>; empty: made from the process and the marks */
    size_t diagram;                /* which BPMNDiagram of the file, from 0 */
    bool standalone;               /* a file of its own: XML declaration, size in pixels, white ground */
    bool relayout;                 /* ignore the file's coordinates */
};

/* Draws into `out`; false when the file has nothing to draw or `out` is full. Scratch is taken from the
 * tree's arena. */
bool bpmn_picture_draw(struct buf *out, const struct bpmn_tree *tree, const struct bpmn_picture *how);

/* The same in two halves, for a process that many cases go through: laid out and drawn once, then again only
 * the parts that a case marks. A plan never changes, so threads may share it; it lives in `a`, beside the tree.
 * NULL when the file has nothing to draw. Of `how` the first half takes diagram and relayout, the second half
 * the rest. */
struct bpmn_plan;
const struct bpmn_plan *bpmn_picture_plan(struct arena *a, const struct bpmn_tree *tree,
                                          const struct bpmn_picture *how);
bool bpmn_picture_draw_plan(struct buf *out, struct arena *scratch, const struct bpmn_plan *plan,
                            const struct bpmn_picture *how);

#endif
