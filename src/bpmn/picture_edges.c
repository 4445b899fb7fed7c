/* picture_edges.c: sequence flows, message flows, associations, their arrowheads and labels. */
#include "bpmn/picture_local.h"

#include <math.h>

static double distance(struct bpmn_point p, struct bpmn_point q) {
    return hypot(q.x - p.x, q.y - p.y);
}

/* A point on the way from p to q, `far` pixels from p. */
static struct bpmn_point along(struct bpmn_point p, struct bpmn_point q, double far) {
    double length = distance(p, q);
    if (length < 0.01) return p;
    return (struct bpmn_point){p.x + (q.x - p.x) * far / length, p.y + (q.y - p.y) * far / length};
}

/* The line with rounded corners. */
static struct str line_path(struct canvas *c, const struct bpmn_edge *e) {
    struct buf d;
    buf_init(&d, c->arena, 1 << 20);
    svg_path(&d, 'M', 2, &e->points[0].x);
    for (size_t i = 1; i + 1 < e->count; i++) {
        struct bpmn_point before = e->points[i - 1], here = e->points[i], after = e->points[i + 1];
        double r = fmin(8, fmin(distance(before, here), distance(here, after)) / 2);
        struct bpmn_point in = along(here, before, r), out = along(here, after, r);
        svg_path(&d, 'L', 2, &in.x);
        svg_path(&d, 'Q', 4, (double[]){here.x, here.y, out.x, out.y});
    }
    svg_path(&d, 'L', 2, &e->points[e->count - 1].x);
    return buf_str(&d);
}

/* A triangle with its tip at `tip`, coming from `from`. */
static void arrowhead(struct canvas *c, struct bpmn_point from, struct bpmn_point tip, const char *line,
                      bool filled, bool closed) {
    double length = distance(from, tip), long_side = 10, half = 4.2;
    if (length < 0.01) return;
    double ux = (tip.x - from.x) / length, uy = (tip.y - from.y) / length;
    struct bpmn_point base = {tip.x - ux * long_side, tip.y - uy * long_side};
    struct buf d;
    buf_init(&d, c->arena, 256);
    svg_path(&d, 'M', 6,
             (double[]){base.x - uy * half, base.y + ux * half, tip.x, tip.y, base.x + uy * half,
                        base.y - ux * half});
    if (closed) buf_byte(&d, 'z');
    picture_path(c, buf_str(&d));
    svg_attrz(&c->svg, "fill", filled ? line : closed ? PAPER : "none");
    svg_attrz(&c->svg, "stroke", line);
    svg_attrz(&c->svg, "stroke-width", filled ? "1" : "1.3");
    svg_attrz(&c->svg, "stroke-linejoin", "round");
    svg_close(&c->svg);
}

/* A condition leaving an activity: a small diamond at the start. */
static void diamond(struct canvas *c, struct bpmn_point from, struct bpmn_point next, const char *line) {
    double length = distance(from, next);
    if (length < 20) return;
    double ux = (next.x - from.x) / length, uy = (next.y - from.y) / length;
    struct buf d;
    buf_init(&d, c->arena, 256);
    svg_path(&d, 'M', 8,
             (double[]){from.x, from.y, from.x + ux * 8 - uy * 4.5, from.y + uy * 8 + ux * 4.5,
                        from.x + ux * 16, from.y + uy * 16, from.x + ux * 8 + uy * 4.5,
                        from.y + uy * 8 - ux * 4.5});
    buf_byte(&d, 'z');
    picture_path(c, buf_str(&d));
    svg_attrz(&c->svg, "fill", PAPER);
    svg_attrz(&c->svg, "stroke", line);
    svg_attrz(&c->svg, "stroke-width", "1.3");
    svg_close(&c->svg);
}

/* A default flow: a stroke across its start. */
static void slash(struct canvas *c, struct bpmn_point from, struct bpmn_point next, const char *line) {
    struct bpmn_point at = along(from, next, 11);
    double length = distance(from, next);
    if (length < 16) return;
    double ux = (next.x - from.x) / length, uy = (next.y - from.y) / length;
    struct buf d;
    buf_init(&d, c->arena, 128);
    svg_path(&d, 'M', 4,
             (double[]){at.x - ux * 4 - uy * 6, at.y - uy * 4 + ux * 6, at.x + ux * 4 + uy * 6,
                        at.y + uy * 4 - ux * 6});
    picture_path(c, buf_str(&d));
    svg_attrz(&c->svg, "stroke", line);
    svg_attrz(&c->svg, "stroke-width", "1.5");
    svg_close(&c->svg);
}

static void ring(struct canvas *c, struct bpmn_point at) {
    svg_open(&c->svg, "circle");
    svg_number(&c->svg, "cx", at.x);
    svg_number(&c->svg, "cy", at.y);
    svg_number(&c->svg, "r", 4);
    svg_attrz(&c->svg, "fill", PAPER);
    svg_attrz(&c->svg, "stroke", INK);
    svg_attrz(&c->svg, "stroke-width", "1.3");
    svg_close(&c->svg);
}

/* The piece of line a label stands at: the first level one with room for it, else the longest of the first
 * few. */
static size_t label_piece(const struct bpmn_edge *e, double width) {
    size_t longest = 0;
    bool backwards =
        e->points[e->count - 1].x < e->points[0].x; /* its first piece may be shared with others */
    for (size_t i = 0; i + 1 < e->count && i < 4; i++) {
        bool level = fabs(e->points[i].y - e->points[i + 1].y) < 1;
        double length = distance(e->points[i], e->points[i + 1]);
        if (level && length > width + 24 && !backwards) return i;
        if (length > distance(e->points[longest], e->points[longest + 1])) longest = i;
    }
    return longest;
}

/* Where the file says, else on the line near its start. */
void picture_edge_label(struct canvas *c, const struct bpmn_edge *e) {
    struct str text = str_trim(bpmn_attr(e->element, "name")), lines[4];
    if (!text.n) return;
    if (e->has_label) {
        size_t n = svg_wrap(c->arena, text, 11, picture_label_width(text, 11, fmax(e->label.width + 8, 40)), 4, lines);
        picture_lines(c, lines, n, e->label.x + e->label.width / 2, e->label.y, 11, ANCHOR_MIDDLE, true);
        return;
    }
    double width = fmin(svg_text_width(text, 11), 84);
    size_t piece = label_piece(e, width);
    struct bpmn_point p = e->points[piece], q = e->points[piece + 1];
    size_t n = svg_wrap(c->arena, text, 11, width + 2, 3, lines);
    double height = (double)n * picture_line_height(11);
    if (fabs(p.y - q.y) < fabs(p.x - q.x)) {
        double near = fmin(distance(p, q) / 2, width / 2 + 14);
        picture_lines(c, lines, n, along(p, q, near).x, (p.y + q.y) / 2 - height - 3, 11, ANCHOR_MIDDLE,
                      true);
    } else {
        picture_lines(c, lines, n, (p.x + q.x) / 2 + 5, (p.y + q.y) / 2 - height / 2, 11, ANCHOR_START, true);
    }
}

static void draw_line(struct canvas *c, const struct bpmn_edge *e, const struct paint *paint,
                      const char *dashes) {
    picture_path(c, line_path(c, e));
    svg_attrz(&c->svg, "fill", "none");
    svg_attrz(&c->svg, "stroke", paint->line);
    svg_number(&c->svg, "stroke-width", paint->width);
    if (dashes) svg_attrz(&c->svg, "stroke-dasharray", dashes);
    svg_close(&c->svg);
}

static void draw_sequence_flow(struct canvas *c, const struct bpmn_edge *e) {
    const struct bpmn_node *flow = e->element;
    struct paint paint = picture_paint(c, flow, "none", 1.4);
    struct bpmn_point first = e->points[0], second = e->points[1], last = e->points[e->count - 1];
    picture_group(c, "bpmn-flow", flow);
    draw_line(c, e, &paint, NULL);
    bool usual = flow->from && flow->id.n && str_eq(bpmn_attr(flow->from, "default"), flow->id);
    if (usual)
        slash(c, first, second, paint.line);
    else if (bpmn_is(flow->from, "activity") && bpmn_child(flow, "conditionExpression"))
        diamond(c, first, second, paint.line);
    arrowhead(c, e->points[e->count - 2], last, paint.line, true, true);
    svg_close(&c->svg);
}

static void draw_message_flow(struct canvas *c, const struct bpmn_edge *e) {
    struct paint paint = {INK, "none", 1.3};
    picture_group(c, "bpmn-message", e->element);
    draw_line(c, e, &paint, "7 4");
    ring(c, along(e->points[0], e->points[1], 4));
    arrowhead(c, e->points[e->count - 2], e->points[e->count - 1], INK, false, true);
    svg_close(&c->svg);
}

static void draw_association(struct canvas *c, const struct bpmn_edge *e) {
    struct paint paint = {SOFT, "none", 1.4};
    struct str direction = bpmn_attr(e->element, "associationDirection");
    bool data = bpmn_is(e->element, "dataAssociation"), both = str_eqz(direction, "Both");
    picture_group(c, "bpmn-association", e->element);
    draw_line(c, e, &paint, "1.5 3.5");
    if (data || both || str_eqz(direction, "One"))
        arrowhead(c, e->points[e->count - 2], e->points[e->count - 1], SOFT, false, false);
    if (both) arrowhead(c, e->points[1], e->points[0], SOFT, false, false);
    svg_close(&c->svg);
}

static void draw_link(struct canvas *c, const struct bpmn_edge *e) {
    struct paint outer = {INK, "none", 4.5}, inner = {PAPER, "none", 2};
    picture_group(c, "bpmn-message", e->element);
    draw_line(c, e, &outer, NULL);
    draw_line(c, e, &inner, NULL);
    svg_close(&c->svg);
}

void picture_edge(struct canvas *c, const struct bpmn_edge *e) {
    if (bpmn_is(e->element, "sequenceFlow"))
        draw_sequence_flow(c, e);
    else if (bpmn_is(e->element, "messageFlow"))
        draw_message_flow(c, e);
    else if (bpmn_is(e->element, "conversationLink"))
        draw_link(c, e);
    else
        draw_association(c, e);
}
