/* picture_local.h: what the picture_*.c files share: the canvas, colours, text blocks, icons. */
#ifndef BPMN_PICTURE_LOCAL_H
#define BPMN_PICTURE_LOCAL_H

#include "base/svg.h"
#include "bpmn/picture.h"

/* Dark enough for WCAG AA on their grounds (4.5:1 for text, 3:1 for lines). */
#define INK        "#1f2933"
#define SOFT       "#5f6c7b" /* lanes, notes, associations */
#define PAPER      "#ffffff"
#define DONE_LINE  "#20744a"
#define DONE_FILL  "#e8f4ec"
#define HERE_LINE  "#1d4ed8"
#define HERE_FILL  "#e3edff"
#define LATE_LINE  "#b42318"
#define LATE_FILL  "#fdeae8"
#define STUCK_LINE "#8a4b08"
#define STUCK_FILL "#fdf0dc"

struct canvas {
    struct svg svg;
    struct arena *arena;
    const struct bpmn_tree *tree;
    const struct bpmn_picture *how;
    struct map marks; /* id -> const struct bpmn_mark */
};

enum icon {
    ICON_NONE,
    ICON_ENVELOPE,
    ICON_CLOCK,
    ICON_TRIANGLE,
    ICON_PENTAGON,
    ICON_CROSS,
    ICON_BOLT,
    ICON_ARROW_UP,
    ICON_PAPER,
    ICON_ARROW,
    ICON_REWIND,
    ICON_X,
    ICON_DISC,
    ICON_PERSON,
    ICON_GEAR,
    ICON_SCRIPT,
    ICON_HAND,
    ICON_TABLE,
    ICON_LOOP,
    ICON_PARALLEL,
    ICON_SEQUENTIAL,
    ICON_PLUS_BOX,
    ICON_TILDE,
};

/* An icon of 20 units in a square at x, y with that side; filled: dark with light lines, for what is thrown.
 */
void picture_icon(struct canvas *c, enum icon icon, double x, double y, double side, bool filled);

void picture_shape(struct canvas *c, const struct bpmn_shape *shape);
void picture_edge(struct canvas *c, const struct bpmn_edge *edge);
void picture_edge_label(struct canvas *c, const struct bpmn_edge *edge); /* after the shapes */
/* Where a case is: badges over everything else. */
void picture_badge(struct canvas *c, const struct bpmn_shape *shape);

const struct bpmn_mark *picture_mark(const struct canvas *c, const struct bpmn_node *e); /* NULL */
/* <g class="CLASS is-…" data-id="…"><title>…</title>; the caller closes it. */
void picture_group(struct canvas *c, const char *class, const struct bpmn_node *e);
/* Line and fill of a shape, which a mark may change. */
struct paint {
    const char *line, *fill;
    double width;
};
struct paint picture_paint(const struct canvas *c, const struct bpmn_node *e, const char *fill, double width);
void picture_stroke(struct canvas *c, const struct paint *paint);

enum anchor { ANCHOR_MIDDLE, ANCHOR_START };
/* Lines of text from `top` down; `halo`: a light rim, so that it reads over lines. */
void picture_lines(struct canvas *c, const struct str *lines, size_t count, double x, double top, double size,
                   enum anchor anchor, bool halo);
double picture_line_height(double size);
/* Room for a label that the file gave `width` for its own language: no word is cut in two by it. */
double picture_label_width(struct str text, double size, double width);
void picture_rect(struct canvas *c, const struct bpmn_box *box, double radius);
void picture_path(struct canvas *c,
                  struct str d); /* opens a path element; the caller adds attributes and closes */
bool picture_state_word(const struct bpmn_mark *mark, struct str *out); /* T("overdue") …; false: done */

#endif
