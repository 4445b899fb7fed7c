/* picture.c: the frame of the picture, the order of its parts, the marks of a case (picture.h).
 *
 * In: a tree and its layout, then the marks of a case. Out: SVG. Parts without a mark are kept as text in a plan.
 * Read next: picture_shapes.c, picture_edges.c. */
#include "bpmn/picture_local.h"

#include <math.h>
#include <stdlib.h>

enum { MARGIN = 24, BADGE = 9, PICTURE_BYTES = 32 << 20 };

#define FONT                                                                                                 \
    "\"Noto Sans CJK SC\", \"Source Han Sans SC\", \"PingFang SC\", \"Microsoft YaHei\", Arial, sans-serif"

/* --- shared by the picture_*.c files --- */

const struct bpmn_mark *picture_mark(const struct canvas *c, const struct bpmn_node *e) {
    return e->id.n ? map_get(&c->marks, e->id) : NULL;
}

double picture_line_height(double size) {
    return size * 1.3;
}

double picture_label_width(struct str text, double size, double width) {
    enum { MOST = 160 };
    return fmax(width, fmin(svg_word_width(text, size) + 1, MOST));
}

void picture_rect(struct canvas *c, const struct bpmn_box *box, double radius) {
    svg_open(&c->svg, "rect");
    svg_number(&c->svg, "x", box->x);
    svg_number(&c->svg, "y", box->y);
    svg_number(&c->svg, "width", fmax(0, box->width));
    svg_number(&c->svg, "height", fmax(0, box->height));
    if (radius > 0) svg_number(&c->svg, "rx", radius);
}

void picture_path(struct canvas *c, struct str d) {
    svg_open(&c->svg, "path");
    svg_attr(&c->svg, "d", d);
}

void picture_stroke(struct canvas *c, const struct paint *paint) {
    svg_attrz(&c->svg, "fill", paint->fill);
    svg_attrz(&c->svg, "stroke", paint->line);
    svg_number(&c->svg, "stroke-width", paint->width);
}

struct paint picture_paint(const struct canvas *c, const struct bpmn_node *e, const char *fill,
                           double width) {
    static const struct paint marked[] = {
        [BPMN_MARK_DONE] = {DONE_LINE, DONE_FILL, 0.7},
        [BPMN_MARK_HERE] = {HERE_LINE, HERE_FILL, 1.5},
        [BPMN_MARK_OVERDUE] = {LATE_LINE, LATE_FILL, 1.5},
        [BPMN_MARK_FAILED] = {STUCK_LINE, STUCK_FILL, 1.5},
    };
    const struct bpmn_mark *mark = picture_mark(c, e);
    if (!mark) return (struct paint){INK, fill, width};
    struct paint paint = marked[mark->state];
    paint.width += width;
    return paint;
}

bool picture_state_word(const struct bpmn_mark *mark, struct str *out) {
    if (mark->state == BPMN_MARK_DONE) return false;
    *out = mark->state == BPMN_MARK_HERE      ? T("now here")
           : mark->state == BPMN_MARK_OVERDUE ? T("overdue")
                                              : T("stopped");
    return true;
}

/* What the pointer shows and a screen reader reads: name, state, note. */
static struct str spoken(const struct canvas *c, const struct bpmn_node *e, const struct bpmn_mark *mark) {
    struct str name = str_trim(bpmn_attr(e, "name")), word;
    if (!name.n) name = STR("");
    if (!mark) return name;
    if (!picture_state_word(mark, &word)) word = T("done");
    struct str said = arena_printf(c->arena, "%.*s: %.*s", STR_ARGS(name.n ? name : e->id),
                                   STR_ARGS(text_in(c->how->language, word)));
    return mark->note.n ? arena_printf(c->arena, "%.*s, %.*s", STR_ARGS(said), STR_ARGS(mark->note)) : said;
}

void picture_group(struct canvas *c, const char *class, const struct bpmn_node *e) {
    static const char *const states[] = {" is-done", " is-here", " is-overdue", " is-failed"};
    const struct bpmn_mark *mark = picture_mark(c, e);
    svg_open(&c->svg, "g");
    svg_attr(&c->svg, "class", arena_printf(c->arena, "%s%s", class, mark ? states[mark->state] : ""));
    if (e->id.n) svg_attr(&c->svg, "data-id", e->id);
    struct str title = spoken(c, e, mark);
    if (!title.n) return;
    svg_open(&c->svg, "title");
    svg_text(&c->svg, title);
    svg_close(&c->svg);
}

void picture_lines(struct canvas *c, const struct str *lines, size_t count, double x, double top, double size,
                   enum anchor anchor, bool halo) {
    for (size_t i = 0; i < count; i++) {
        svg_open(&c->svg, "text");
        svg_attrz(&c->svg, "class", "bpmn-text");
        svg_number(&c->svg, "x", x);
        svg_number(&c->svg, "y", top + (double)i * picture_line_height(size) + size);
        svg_number(&c->svg, "font-size", size);
        if (anchor == ANCHOR_MIDDLE) svg_attrz(&c->svg, "text-anchor", "middle");
        if (halo) {
            svg_attrz(&c->svg, "stroke", PAPER);
            svg_attrz(&c->svg, "stroke-width", "3.5");
            svg_attrz(&c->svg, "stroke-linejoin", "round");
            svg_attrz(&c->svg, "paint-order", "stroke");
        }
        svg_text(&c->svg, lines[i]);
        svg_close(&c->svg);
    }
}

/* --- badges --- */

static void badge_disc(struct canvas *c, double x, double y, const char *line) {
    svg_open(&c->svg, "circle");
    svg_number(&c->svg, "cx", x);
    svg_number(&c->svg, "cy", y);
    svg_number(&c->svg, "r", BADGE);
    svg_attrz(&c->svg, "fill", line);
    svg_attrz(&c->svg, "stroke", PAPER);
    svg_attrz(&c->svg, "stroke-width", "1.5");
    svg_close(&c->svg);
}

static void white_path(struct canvas *c, double x, double y, const char *path) {
    svg_open(&c->svg, "g");
    svg_attr(&c->svg, "transform", arena_printf(c->arena, "translate(%.2f %.2f)", x, y));
    picture_path(c, str_from(path));
    svg_attrz(&c->svg, "fill", "none");
    svg_attrz(&c->svg, "stroke", PAPER);
    svg_attrz(&c->svg, "stroke-width", "2");
    svg_attrz(&c->svg, "stroke-linecap", "round");
    svg_close(&c->svg);
    svg_close(&c->svg);
}

/* Passed: a small tick, with "×3" when more than once. */
static void badge_done(struct canvas *c, const struct bpmn_box *box, const struct bpmn_mark *mark) {
    double x = box->x + box->width - 3, y = box->y + 3;
    badge_disc(c, x, y, DONE_LINE);
    white_path(c, x, y, "M-4 .5L-1.2 3.4 4 -3");
    if (mark->tokens < 2) return;
    struct str times = arena_printf(c->arena, "×%lld", (long long)mark->tokens);
    picture_lines(c, &times, 1, x + 12, y - 12, 11, ANCHOR_START, true);
}

/* Here, overdue, stopped: a plate with a sign and a word on the upper edge. */
static void badge_plate(struct canvas *c, const struct bpmn_shape *s, const struct bpmn_mark *mark) {
    const struct bpmn_box *box = &s->box;
    static const char *const signs[] = {
        [BPMN_MARK_HERE] = "M-2.5 -4L3.5 0 -2.5 4z",
        [BPMN_MARK_OVERDUE] = "M0 -4.5V.8M0 3.9V4.1",
        [BPMN_MARK_FAILED] = "M-3.2 -3.2L3.2 3.2M3.2 -3.2L-3.2 3.2",
    };
    const char *line = mark->state == BPMN_MARK_HERE      ? HERE_LINE
                       : mark->state == BPMN_MARK_OVERDUE ? LATE_LINE
                                                          : STUCK_LINE;
    struct str word = STR("");
    picture_state_word(mark, &word);
    word = text_in(c->how->language, word);
    if (mark->tokens > 1)
        word = arena_printf(c->arena, "%.*s ×%lld", STR_ARGS(word), (long long)mark->tokens);
    double width = svg_text_width(word, 11) + 30, y = box->y - 10;
    double x = s->expanded ? box->x + 14
                           : box->x + box->width / 2 - width / 2; /* a frame has its title in the middle */
    struct bpmn_box plate = {x, y, width, 19};
    picture_rect(c, &plate, 9.5);
    struct paint paint = {PAPER, line, 1.5};
    picture_stroke(c, &paint);
    svg_close(&c->svg);
    white_path(c, x + 12, y + 9.5, signs[mark->state]);
    svg_open(&c->svg, "text");
    svg_attrz(&c->svg, "class", "bpmn-badge");
    svg_number(&c->svg, "x", x + 21);
    svg_number(&c->svg, "y", y + 13.4);
    svg_attrz(&c->svg, "font-size", "11");
    svg_attrz(&c->svg, "font-weight", "bold");
    svg_attrz(&c->svg, "fill", PAPER);
    svg_text(&c->svg, word);
    svg_close(&c->svg);
}

static void badge_note(struct canvas *c, const struct bpmn_shape *s, const struct bpmn_mark *mark) {
    bool labelled = bpmn_is(s->element, "event") || bpmn_is(s->element, "gateway");
    if (!mark->note.n || labelled) return;
    struct str line;
    if (svg_wrap(c->arena, mark->note, 10.5, s->box.width + 40, 1, &line) == 0) return;
    picture_lines(c, &line, 1, s->box.x + s->box.width / 2, s->box.y + s->box.height + 3, 10.5, ANCHOR_MIDDLE,
                  true);
}

void picture_badge(struct canvas *c, const struct bpmn_shape *s) {
    const struct bpmn_mark *mark = picture_mark(c, s->element);
    if (!mark || !bpmn_is(s->element, "flowNode")) return;
    if (mark->state != BPMN_MARK_DONE)
        badge_plate(c, s, mark);
    else if (bpmn_is(s->element, "activity"))
        badge_done(c, &s->box, mark);
    badge_note(c, s, mark);
}

/* --- order and frame --- */

/* What lies under what: pools, lanes, groups, frames of sub-processes, then everything else, boundary events
 * last. */
static int rank(const struct bpmn_shape *s) {
    if (bpmn_is(s->element, "participant")) return s->band.n ? 5 : 0;
    if (bpmn_is(s->element, "lane")) return 1;
    if (bpmn_is(s->element, "group")) return 2;
    if (bpmn_is(s->element, "subProcess") && s->expanded) return 3;
    return bpmn_is(s->element, "boundaryEvent") ? 6 : 4;
}

enum { FRAMES = 3, RANKS = 7 };

/* A part of the picture in the order of drawing. Each looks at the mark of its own element and no other, so
 * one without a mark looks the same in every case. */
struct piece {
    const struct bpmn_node *element;
    void (*draw)(struct canvas *, const struct piece *);
    const struct bpmn_shape *shape;
    const struct bpmn_edge *edge;
    struct str unmarked;
};

struct bpmn_plan {
    const struct bpmn_tree *tree;
    struct bpmn_drawing drawing;
    struct bpmn_box bounds;
    struct piece *pieces;
    size_t count;
    const struct bpmn_node **steps; /* flow nodes, for the description */
    size_t step_count, step_capacity;
};

static void draw_shape(struct canvas *c, const struct piece *p) {
    picture_shape(c, p->shape);
}

static void draw_edge(struct canvas *c, const struct piece *p) {
    picture_edge(c, p->edge);
}

static void draw_edge_label(struct canvas *c, const struct piece *p) {
    picture_edge_label(c, p->edge);
}

static void draw_badge(struct canvas *c, const struct piece *p) {
    picture_badge(c, p->shape);
}

static void add_edges(struct bpmn_plan *plan, void (*draw)(struct canvas *, const struct piece *)) {
    for (size_t i = 0; i < plan->drawing.edge_count; i++) {
        const struct bpmn_edge *e = &plan->drawing.edges[i];
        plan->pieces[plan->count++] = (struct piece){.element = e->element, .draw = draw, .edge = e};
    }
}

static void add_shape(struct bpmn_plan *plan, const struct bpmn_shape *s,
                      void (*draw)(struct canvas *, const struct piece *)) {
    plan->pieces[plan->count++] = (struct piece){.element = s->element, .draw = draw, .shape = s};
}

static void add_pieces(struct arena *a, struct bpmn_plan *plan) {
    const struct bpmn_drawing *d = &plan->drawing;
    int *ranks = arena_array(a, int, d->shape_count);
    for (size_t i = 0; i < d->shape_count; i++) ranks[i] = rank(&d->shapes[i]);
    plan->pieces = arena_array(a, struct piece, 2 * (d->shape_count + d->edge_count));
    for (int r = 0; r < RANKS; r++) {
        if (r == FRAMES + 1) add_edges(plan, draw_edge);
        for (size_t i = 0; i < d->shape_count; i++)
            if (ranks[i] == r) add_shape(plan, &d->shapes[i], draw_shape);
    }
    add_edges(plan, draw_edge_label);
    for (size_t i = 0; i < d->shape_count; i++) add_shape(plan, &d->shapes[i], draw_badge);
}

/* Every piece without a mark, one after another in one text; the pieces hold their parts of it. */
static void draw_unmarked(struct arena *a, struct bpmn_plan *plan) {
    static const struct bpmn_picture plain = {.marks = NULL};
    struct canvas c = {.arena = a, .tree = plan->tree, .how = &plain};
    struct buf all;
    size_t *ends = arena_array(a, size_t, plan->count);
    map_init(&c.marks, a);
    buf_init(&all, a, PICTURE_BYTES);
    svg_begin(&c.svg, &all);
    for (size_t i = 0; i < plan->count; i++) {
        plan->pieces[i].draw(&c, &plan->pieces[i]);
        ends[i] = all.n;
    }
    struct str text = arena_str(a, buf_str(&all));
    for (size_t i = 0; i < plan->count && !all.full; i++)
        plan->pieces[i].unmarked = (struct str){text.p + (i ? ends[i - 1] : 0), ends[i] - (i ? ends[i - 1] : 0)};
}

const struct bpmn_plan *bpmn_picture_plan(struct arena *a, const struct bpmn_tree *tree,
                                          const struct bpmn_picture *how) {
    struct bpmn_plan *plan = arena_new(a, struct bpmn_plan);
    plan->tree = tree;
    if (how->relayout || !bpmn_drawing_read(a, tree, how->diagram, &plan->drawing))
        plan->drawing = bpmn_layout(a, tree);
    if (!plan->drawing.shape_count) return NULL;
    plan->bounds = bpmn_drawing_bounds(&plan->drawing);
    for (size_t i = 0; i < tree->count; i++)
        if (tree->elements[i]->id.n && bpmn_is(tree->elements[i], "flowNode"))
            VEC_PUSH(a, plan->steps, plan->step_count, plan->step_capacity, tree->elements[i]);
    add_pieces(a, plan);
    draw_unmarked(a, plan);
    return plan;
}

static void draw_pieces(struct canvas *c, const struct bpmn_plan *plan) {
    for (size_t i = 0; i < plan->count; i++) {
        const struct piece *p = &plan->pieces[i];
        if (p->unmarked.p && !picture_mark(c, p->element)) buf_add(c->svg.out, p->unmarked);
        else p->draw(c, p);
    }
}

static struct str title_of(const struct canvas *c) {
    if (c->how->title.n) return c->how->title;
    const struct bpmn_node *best = NULL;
    for (const struct bpmn_node *e = c->tree->definitions->first; e; e = e->next)
        if (bpmn_is(e, "process") &&
            (!best || (bpmn_flag(e, "isExecutable", false) && !bpmn_flag(best, "isExecutable", false))))
            best = e;
    return text_say(c->arena, c->how->language, T("Process “{0}”"),
                    best ? bpmn_name(best) : bpmn_name(c->tree->definitions));
}

/* "The case stands at: check (overdue), deliver. Passed: register." */
static struct str description_of(const struct canvas *c, const struct bpmn_plan *plan) {
    if (c->how->description.n) return c->how->description;
    struct buf here, done;
    buf_init(&here, c->arena, 1 << 16);
    buf_init(&done, c->arena, 1 << 16);
    for (size_t i = 0; i < plan->step_count; i++) {
        const struct bpmn_node *e = plan->steps[i];
        const struct bpmn_mark *mark = picture_mark(c, e);
        if (!mark) continue;
        struct buf *list = mark->state == BPMN_MARK_DONE ? &done : &here;
        if (list->n) buf_addz(list, c->how->language == LANGUAGE_ZH ? "、" : ", ");
        buf_add(list, bpmn_name(e));
        struct str word;
        if (mark->state != BPMN_MARK_HERE && picture_state_word(mark, &word)) {
            buf_addz(list, " (");
            buf_add(list, text_in(c->how->language, word));
            buf_byte(list, ')');
        }
    }
    if (!here.n && !done.n)
        return text_in(c->how->language, T("The steps of the process and the ways between them."));
    struct str none = text_in(c->how->language, T("none"));
    return text_say(c->arena, c->how->language, T("The case stands at: {0}. Passed: {1}."),
                    here.n ? buf_str(&here) : none, done.n ? buf_str(&done) : none);
}

static void put_element_text(struct canvas *c, const char *name, struct str text) {
    svg_open(&c->svg, name);
    svg_text(&c->svg, text);
    svg_close(&c->svg);
}

static void open_frame(struct canvas *c, const struct bpmn_plan *plan) {
    struct bpmn_box b = plan->bounds;
    struct buf view;
    struct str title = title_of(c);
    buf_init(&view, c->arena, 256);
    b = (struct bpmn_box){floor(b.x) - MARGIN, floor(b.y) - MARGIN, ceil(b.width) + 2 * MARGIN,
                          ceil(b.height) + 2 * MARGIN};
    buf_printf(&view, "%.0f %.0f %.0f %.0f", b.x, b.y, b.width, b.height);
    if (c->how->standalone) buf_addz(c->svg.out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    svg_open(&c->svg, "svg");
    svg_attrz(&c->svg, "xmlns", "http://www.w3.org/2000/svg");
    svg_attrz(&c->svg, "class", "bpmn");
    svg_attr(&c->svg, "viewBox", buf_str(&view));
    svg_number(&c->svg, "width", b.width);
    svg_number(&c->svg, "height", b.height);
    svg_attrz(&c->svg, "role", "img");
    svg_attr(&c->svg, "aria-label", title);
    svg_attrz(&c->svg, "font-family", FONT);
    svg_attrz(&c->svg, "fill", INK);
    put_element_text(c, "title", title);
    put_element_text(c, "desc", description_of(c, plan));
    if (!c->how->standalone) return;
    picture_rect(c, &b, 0);
    svg_attrz(&c->svg, "fill", PAPER);
    svg_close(&c->svg);
}

bool bpmn_picture_draw_plan(struct buf *out, struct arena *scratch, const struct bpmn_plan *plan,
                            const struct bpmn_picture *how) {
    struct canvas c = {.arena = scratch, .tree = plan->tree, .how = how};
    map_init(&c.marks, scratch);
    for (size_t i = 0; i < how->mark_count; i++)
        map_put(&c.marks, how->marks[i].element, (void *)&how->marks[i]);
    svg_begin(&c.svg, out);
    open_frame(&c, plan);
    draw_pieces(&c, plan);
    svg_close(&c.svg);
    buf_byte(out, '\n');
    return !out->full;
}

bool bpmn_picture_draw(struct buf *out, const struct bpmn_tree *tree, const struct bpmn_picture *how) {
    const struct bpmn_plan *plan = bpmn_picture_plan(tree->arena, tree, how);
    return plan && bpmn_picture_draw_plan(out, tree->arena, plan, how);
}
