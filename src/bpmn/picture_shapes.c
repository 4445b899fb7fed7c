/* picture_shapes.c: pools, lanes, activities, events, gateways, data and notes (chapters 9, 10 and 12). */
#include "bpmn/picture_local.h"

#include <math.h>

enum { LINES = 12 };

static struct str own_name(const struct bpmn_node *e) {
    return str_trim(bpmn_attr(e, "name"));
}

/* --- text --- */

/* Centred in a box; smaller type and in the end "…" when it is long. */
static void text_in_box(struct canvas *c, struct str text, struct bpmn_box box, double size) {
    struct str lines[LINES];
    size_t most = 0, n = 0;
    for (; size >= 10; size -= 1) {
        most = (size_t)(box.height / picture_line_height(size));
        most = most < 1 ? 1 : most > LINES ? LINES : most;
        n = svg_wrap(c->arena, text, size, box.width, most, lines);
        if (!n || !str_ends(lines[n - 1], STR("…"))) break;
    }
    if (size < 10) size = 10;
    double height = (double)n * picture_line_height(size);
    picture_lines(c, lines, n, box.x + box.width / 2, box.y + (box.height - height) / 2, size, ANCHOR_MIDDLE,
                  false);
}

/* Under a shape, or where the file says. */
static void label_outside(struct canvas *c, const struct bpmn_shape *s, struct str text) {
    struct str lines[LINES];
    double width = s->has_label && s->label.width > 30 ? s->label.width + 6 : 110;
    double centre = s->has_label ? s->label.x + s->label.width / 2 : s->box.x + s->box.width / 2;
    double top = s->has_label ? s->label.y : s->box.y + s->box.height + 5;
    size_t n = svg_wrap(c->arena, text, 11, picture_label_width(text, 11, width), 6, lines);
    picture_lines(c, lines, n, centre, top, 11, ANCHOR_MIDDLE, true);
}

static bool all_wide(struct str text) {
    uint32_t ch;
    for (size_t at = 0; utf8_next(text, &at, &ch);)
        if (ch < 0x2e80) return false;
    return text.n > 0;
}

/* The title of a pool or lane in its narrow head: Chinese stands upright, Latin is turned. */
static void text_upright(struct canvas *c, struct str text, struct bpmn_box head, double size) {
    double centre_x = head.x + head.width / 2, centre_y = head.y + head.height / 2;
    size_t characters = utf8_count(text);
    double height = (double)characters * size * 1.2;
    if (all_wide(text) && height < head.height) {
        struct str *lines = arena_array(c->arena, struct str, characters);
        uint32_t ch;
        for (size_t at = 0, from = 0, n = 0; utf8_next(text, &at, &ch); from = at)
            lines[n++] = str_sub(text, from, at);
        double top = centre_y - height / 2;
        for (size_t i = 0; i < characters; i++)
            picture_lines(c, &lines[i], 1, centre_x, top + (double)i * size * 1.2, size, ANCHOR_MIDDLE,
                          false);
        return;
    }
    struct str lines[2];
    size_t n = svg_wrap(c->arena, text, size, head.height - 8, 1, lines);
    if (n && str_ends(lines[0], STR("…")))
        n = svg_wrap(c->arena, text, size = 10.5, head.height - 8, 2, lines);
    svg_open(&c->svg, "g");
    svg_attr(&c->svg, "transform", arena_printf(c->arena, "rotate(-90 %.2f %.2f)", centre_x, centre_y));
    picture_lines(c, lines, n, centre_x, centre_y - (double)n * picture_line_height(size) / 2, size,
                  ANCHOR_MIDDLE, false);
    svg_close(&c->svg);
}

/* --- pools and lanes --- */

static void head_line(struct canvas *c, const struct bpmn_shape *s, double width) {
    svg_open(&c->svg, "line");
    svg_number(&c->svg, "x1", s->box.x + (s->upright ? 0 : width));
    svg_number(&c->svg, "y1", s->box.y + (s->upright ? width : 0));
    svg_number(&c->svg, "x2", s->box.x + (s->upright ? s->box.width : width));
    svg_number(&c->svg, "y2", s->box.y + (s->upright ? width : s->box.height));
    svg_attrz(&c->svg, "stroke", SOFT);
    svg_close(&c->svg);
}

static void draw_head(struct canvas *c, const struct bpmn_shape *s, double size) {
    struct bpmn_box head = s->box;
    if (s->upright) {
        head.height = 30;
        text_in_box(c, own_name(s->element), head, size);
    } else {
        head.width = 30;
        text_upright(c, own_name(s->element), head, size);
    }
}

static void draw_pool(struct canvas *c, const struct bpmn_shape *s) {
    bool open = bpmn_ref(c->tree, s->element, "processRef") != NULL &&
                (s->upright ? s->box.width : s->box.height) > 60;
    picture_group(c, "bpmn-pool", s->element);
    struct paint paint = {INK, PAPER, 1.4};
    picture_rect(c, &s->box, 0);
    picture_stroke(c, &paint);
    svg_close(&c->svg);
    if (open) {
        head_line(c, s, 30);
        draw_head(c, s, 13);
    } else {
        text_in_box(c, own_name(s->element), s->box, 13);
    }
    if (bpmn_child(s->element, "participantMultiplicity"))
        picture_icon(c, ICON_PARALLEL, s->box.x + s->box.width / 2 - 7, s->box.y + s->box.height - 18, 14,
                     false);
    svg_close(&c->svg);
}

static void draw_lane(struct canvas *c, const struct bpmn_shape *s) {
    picture_group(c, "bpmn-lane", s->element);
    struct paint paint = {SOFT, "none", 1};
    picture_rect(c, &s->box, 0);
    picture_stroke(c, &paint);
    svg_close(&c->svg);
    draw_head(c, s, 12);
    svg_close(&c->svg);
}

/* --- activities --- */

static enum icon task_icon(const struct bpmn_node *e) {
    static const struct {
        const char *type;
        enum icon icon;
    } table[] = {
        {"userTask", ICON_PERSON},        {"serviceTask", ICON_GEAR},  {"sendTask", ICON_ENVELOPE},
        {"receiveTask", ICON_ENVELOPE},   {"scriptTask", ICON_SCRIPT}, {"manualTask", ICON_HAND},
        {"businessRuleTask", ICON_TABLE},
    };
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++)
        if (bpmn_is(e, table[i].type)) return table[i].icon;
    return ICON_NONE;
}

static size_t markers_of(const struct bpmn_shape *s, enum icon markers[6]) {
    const struct bpmn_node *e = s->element;
    size_t n = 0;
    if (bpmn_child_is(e, "standardLoopCharacteristics")) markers[n++] = ICON_LOOP;
    const struct bpmn_node *multi = bpmn_child_is(e, "multiInstanceLoopCharacteristics");
    if (multi) markers[n++] = bpmn_flag(multi, "isSequential", false) ? ICON_SEQUENTIAL : ICON_PARALLEL;
    if (bpmn_is(e, "subProcess") && !s->expanded) markers[n++] = ICON_PLUS_BOX;
    if (bpmn_is(e, "adHocSubProcess")) markers[n++] = ICON_TILDE;
    if (bpmn_flag(e, "isForCompensation", false)) markers[n++] = ICON_REWIND;
    return n;
}

static size_t draw_markers(struct canvas *c, const struct bpmn_shape *s) {
    enum icon markers[6];
    size_t n = markers_of(s, markers);
    double x = s->box.x + s->box.width / 2 - (double)n * 8;
    for (size_t i = 0; i < n; i++)
        picture_icon(c, markers[i], x + (double)i * 16 + 1, s->box.y + s->box.height - 17, 14, false);
    return n;
}

static void draw_inner_frame(struct canvas *c, const struct bpmn_shape *s, struct paint paint) {
    struct bpmn_box inner = {s->box.x + 3, s->box.y + 3, s->box.width - 6, s->box.height - 6};
    paint.fill = "none";
    picture_rect(c, &inner, 8);
    picture_stroke(c, &paint);
    svg_close(&c->svg);
}

static void draw_activity(struct canvas *c, const struct bpmn_shape *s) {
    const struct bpmn_node *e = s->element;
    bool sub = bpmn_is(e, "subProcess"), call = bpmn_is(e, "callActivity"), inside = sub && s->expanded;
    struct paint paint = picture_paint(c, e, PAPER, call ? 4 : 1.5);
    picture_group(c, sub ? "bpmn-sub" : "bpmn-task", e);
    if (inside) paint.fill = PAPER;
    picture_rect(c, &s->box, 9);
    picture_stroke(c, &paint);
    if (bpmn_flag(e, "triggeredByEvent", false)) svg_attrz(&c->svg, "stroke-dasharray", "2 4");
    svg_close(&c->svg);
    if (bpmn_is(e, "transaction")) draw_inner_frame(c, s, paint);
    enum icon icon = task_icon(e);
    picture_icon(c, icon, s->box.x + 6, s->box.y + 6, 17, bpmn_is(e, "sendTask"));
    size_t markers = draw_markers(c, s);
    struct bpmn_box text = {s->box.x + 6, s->box.y + 5, s->box.width - 12, s->box.height - 10};
    if (inside)
        text.height = 22;
    else if (icon != ICON_NONE)
        text.y += 14, text.height -= 14;
    if (markers && !inside) text.height -= 14;
    text_in_box(c, own_name(e), text, 12);
    svg_close(&c->svg);
}

/* --- events --- */

static enum icon event_icon(const struct bpmn_node *definition) {
    static const struct {
        const char *type;
        enum icon icon;
    } table[] = {
        {"messageEventDefinition", ICON_ENVELOPE},
        {"timerEventDefinition", ICON_CLOCK},
        {"signalEventDefinition", ICON_TRIANGLE},
        {"errorEventDefinition", ICON_BOLT},
        {"escalationEventDefinition", ICON_ARROW_UP},
        {"conditionalEventDefinition", ICON_PAPER},
        {"linkEventDefinition", ICON_ARROW},
        {"compensateEventDefinition", ICON_REWIND},
        {"cancelEventDefinition", ICON_X},
        {"terminateEventDefinition", ICON_DISC},
    };
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++)
        if (bpmn_is(definition, table[i].type)) return table[i].icon;
    return ICON_NONE;
}

static enum icon icon_of_event(const struct bpmn_node *e) {
    const struct bpmn_node *only = NULL;
    size_t n = 0;
    for (const struct bpmn_node *i = e->first; i; i = i->next) {
        const struct bpmn_node *d = bpmn_is(i, "eventDefinition") ? i : i->target;
        if (!bpmn_is(d, "eventDefinition")) continue;
        only = d;
        n++;
    }
    if (n > 1) return bpmn_flag(e, "parallelMultiple", false) ? ICON_CROSS : ICON_PENTAGON;
    return n ? event_icon(only) : ICON_NONE;
}

static void draw_circle(struct canvas *c, double x, double y, double radius, const struct paint *paint,
                        bool dashed) {
    svg_open(&c->svg, "circle");
    svg_number(&c->svg, "cx", x);
    svg_number(&c->svg, "cy", y);
    svg_number(&c->svg, "r", radius);
    picture_stroke(c, paint);
    if (dashed) svg_attrz(&c->svg, "stroke-dasharray", "5 3");
    svg_close(&c->svg);
}

static void draw_event(struct canvas *c, const struct bpmn_shape *s) {
    const struct bpmn_node *e = s->element;
    double r = fmin(s->box.width, s->box.height) / 2, x = s->box.x + s->box.width / 2,
           y = s->box.y + s->box.height / 2;
    bool start = bpmn_is(e, "startEvent"), end = bpmn_is(e, "endEvent");
    bool dashed = !bpmn_flag(e, "isInterrupting", true) || !bpmn_flag(e, "cancelActivity", true);
    struct paint paint = picture_paint(c, e, PAPER, end ? 3.6 : 1.5);
    picture_group(c, "bpmn-event", e);
    draw_circle(c, x, y, r, &paint, dashed);
    if (!start && !end) {
        struct paint inner = paint;
        inner.fill = "none";
        inner.width = 1.3;
        draw_circle(c, x, y, r > 6 ? r - 3.5 : r, &inner, dashed);
    }
    picture_icon(c, icon_of_event(e), x - r * 0.56, y - r * 0.56, r * 1.12, bpmn_is(e, "throwEvent"));
    svg_close(&c->svg);
    label_outside(c, s, own_name(e));
}

/* --- gateways --- */

static void gateway_sign(struct canvas *c, const struct bpmn_shape *s, double x, double y) {
    static const char cross[] = "M-7 -7L7 7M7 -7L-7 7", plus[] = "M0 -9V9M-9 0H9",
                      star[] = "M0 -10V10M-10 0H10M-7 -7L7 7M7 -7L-7 7";
    const struct bpmn_node *e = s->element;
    const char *path = bpmn_is(e, "parallelGateway")                    ? plus
                       : bpmn_is(e, "complexGateway")                   ? star
                       : bpmn_is(e, "exclusiveGateway") && !s->unmarked ? cross
                                                                        : NULL;
    struct paint ring = {INK, "none", 1.3};
    if (bpmn_is(e, "inclusiveGateway")) {
        ring.width = 2.6;
        draw_circle(c, x, y, s->box.width * 0.24, &ring, false);
    }
    if (bpmn_is(e, "eventBasedGateway")) {
        bool parallel = str_eqz(bpmn_attr(e, "eventGatewayType"), "Parallel");
        draw_circle(c, x, y, s->box.width * 0.29, &ring, false);
        if (!bpmn_flag(e, "instantiate", false)) draw_circle(c, x, y, s->box.width * 0.24, &ring, false);
        picture_icon(c, parallel ? ICON_CROSS : ICON_PENTAGON, x - 7, y - 7.4, 14, false);
    }
    if (!path) return;
    svg_open(&c->svg, "g");
    svg_attr(&c->svg, "transform", arena_printf(c->arena, "translate(%.2f %.2f)", x, y));
    picture_path(c, str_from(path));
    svg_attrz(&c->svg, "stroke", INK);
    svg_attrz(&c->svg, "stroke-width", "3");
    svg_close(&c->svg);
    svg_close(&c->svg);
}

static void draw_gateway(struct canvas *c, const struct bpmn_shape *s) {
    double w = s->box.width / 2, h = s->box.height / 2, x = s->box.x + w, y = s->box.y + h;
    struct paint paint = picture_paint(c, s->element, PAPER, 1.5);
    struct buf d;
    buf_init(&d, c->arena, 256);
    svg_path(&d, 'M', 8, (double[]){x, y - h, x + w, y, x, y + h, x - w, y});
    buf_byte(&d, 'z');
    picture_group(c, "bpmn-gateway", s->element);
    picture_path(c, buf_str(&d));
    picture_stroke(c, &paint);
    svg_close(&c->svg);
    gateway_sign(c, s, x, y);
    svg_close(&c->svg);
    label_outside(c, s, own_name(s->element));
}

/* --- data, notes, groups, choreographies --- */

static bool collection(const struct canvas *c, const struct bpmn_node *e) {
    const struct bpmn_node *object = bpmn_ref(c->tree, e, "dataObjectRef");
    return bpmn_flag(object ? object : e, "isCollection", false);
}

static void draw_data(struct canvas *c, const struct bpmn_shape *s) {
    const struct bpmn_node *e = s->element;
    double x = s->box.x, y = s->box.y, w = s->box.width, h = s->box.height, fold = fmin(12, w / 3);
    struct paint paint = {SOFT, PAPER, 1.4};
    struct buf d;
    buf_init(&d, c->arena, 256);
    svg_path(&d, 'M', 10, (double[]){x, y, x + w - fold, y, x + w, y + fold, x + w, y + h, x, y + h});
    svg_path(&d, 'z', 0, NULL);
    svg_path(&d, 'M', 6, (double[]){x + w - fold, y, x + w - fold, y + fold, x + w, y + fold});
    picture_group(c, "bpmn-data", e);
    picture_path(c, buf_str(&d));
    picture_stroke(c, &paint);
    svg_close(&c->svg);
    if (collection(c, e)) picture_icon(c, ICON_PARALLEL, x + w / 2 - 6, y + h - 14, 12, false);
    if (bpmn_is(e, "dataInput") || bpmn_is(e, "dataOutput"))
        picture_icon(c, ICON_ARROW, x + 3, y + 3, 13, bpmn_is(e, "dataOutput"));
    svg_close(&c->svg);
    label_outside(c, s, own_name(e));
}

static void draw_store(struct canvas *c, const struct bpmn_shape *s) {
    double x = s->box.x, y = s->box.y, w = s->box.width, h = s->box.height, cap = fmin(h / 6, 8);
    struct paint paint = {SOFT, PAPER, 1.4};
    struct buf d;
    buf_init(&d, c->arena, 512);
    buf_printf(&d, "M%.1f %.1fv%.1fc0 %.1f %.1f %.1f %.1f 0v%.1f", x, y + cap, h - 2 * cap, cap * 1.33, w,
               cap * 1.33, w, -(h - 2 * cap));
    for (int i = 0; i < 3; i++) {
        double at = y + cap + i * cap * 0.8;
        buf_printf(&d, "M%.1f %.1fc0 %.1f %.1f %.1f %.1f 0", x, at, cap * 1.33, w, cap * 1.33, w);
    }
    buf_printf(&d, "M%.1f %.1fc0 %.1f %.1f %.1f %.1f 0", x, y + cap, -cap * 1.33, w, -cap * 1.33, w);
    picture_group(c, "bpmn-data", s->element);
    picture_path(c, buf_str(&d));
    picture_stroke(c, &paint);
    svg_close(&c->svg);
    svg_close(&c->svg);
    label_outside(c, s, own_name(s->element));
}

static void draw_note(struct canvas *c, const struct bpmn_shape *s) {
    const struct bpmn_node *text = bpmn_child(s->element, "text");
    struct str lines[LINES], words = text ? bpmn_text(c->tree, text) : STR("");
    struct buf d;
    buf_init(&d, c->arena, 128);
    svg_path(&d, 'M', 8,
             (double[]){s->box.x + 10, s->box.y, s->box.x, s->box.y, s->box.x, s->box.y + s->box.height,
                        s->box.x + 10, s->box.y + s->box.height});
    struct paint paint = {SOFT, "none", 1.4};
    picture_group(c, "bpmn-note", s->element);
    picture_path(c, buf_str(&d));
    picture_stroke(c, &paint);
    svg_close(&c->svg);
    size_t most = (size_t)fmax(1, fmin(LINES, s->box.height / picture_line_height(11)));
    size_t n = svg_wrap(c->arena, words, 11, fmax(20, s->box.width - 8), most, lines);
    picture_lines(c, lines, n, s->box.x + 6, s->box.y + 3, 11, ANCHOR_START, true);
    svg_close(&c->svg);
}

static void draw_group(struct canvas *c, const struct bpmn_shape *s) {
    const struct bpmn_node *value = bpmn_ref(c->tree, s->element, "categoryValueRef");
    struct paint paint = {SOFT, "none", 1.4};
    picture_group(c, "bpmn-note", s->element);
    picture_rect(c, &s->box, 9);
    picture_stroke(c, &paint);
    svg_attrz(&c->svg, "stroke-dasharray", "8 4 1.5 4");
    svg_close(&c->svg);
    struct bpmn_box head = {s->box.x + 6, s->box.y + 4, s->box.width - 12, 18};
    text_in_box(c, value ? bpmn_attr(value, "value") : own_name(s->element), head, 11);
    svg_close(&c->svg);
}

static void draw_hexagon(struct canvas *c, const struct bpmn_shape *s) {
    double x = s->box.x, y = s->box.y, w = s->box.width, h = s->box.height;
    struct paint paint = {INK, PAPER, bpmn_is(s->element, "callConversation") ? 4 : 1.5};
    struct buf d;
    buf_init(&d, c->arena, 256);
    svg_path(&d, 'M', 12,
             (double[]){x, y + h / 2, x + w / 4, y, x + w * 3 / 4, y, x + w, y + h / 2, x + w * 3 / 4, y + h,
                        x + w / 4, y + h});
    buf_byte(&d, 'z');
    picture_group(c, "bpmn-task", s->element);
    picture_path(c, buf_str(&d));
    picture_stroke(c, &paint);
    svg_close(&c->svg);
    if (bpmn_is(s->element, "subConversation"))
        picture_icon(c, ICON_PLUS_BOX, x + w / 2 - 6, y + h - 14, 12, false);
    svg_close(&c->svg);
    label_outside(c, s, own_name(s->element));
}

/* A participant of a choreography task: a band of its box; the one who does not begin is shaded. */
static void draw_band(struct canvas *c, const struct bpmn_shape *s) {
    bool begins = str_ends(s->band, STR("_initiating")) && !str_ends(s->band, STR("non_initiating"));
    struct paint paint = {INK, begins ? PAPER : "#e4e7eb", 1.3};
    picture_group(c, "bpmn-pool", s->element);
    picture_rect(c, &s->box, 4);
    picture_stroke(c, &paint);
    svg_close(&c->svg);
    text_in_box(c, own_name(s->element), s->box, 11);
    svg_close(&c->svg);
}

static void draw_choreography(struct canvas *c, const struct bpmn_shape *s) {
    struct paint paint = picture_paint(c, s->element, PAPER, 1.5);
    picture_group(c, "bpmn-task", s->element);
    picture_rect(c, &s->box, 9);
    picture_stroke(c, &paint);
    svg_close(&c->svg);
    text_in_box(c, own_name(s->element), s->box, 12);
    svg_close(&c->svg);
}

void picture_shape(struct canvas *c, const struct bpmn_shape *s) {
    static const struct {
        const char *type;
        void (*draw)(struct canvas *, const struct bpmn_shape *);
    } table[] = {
        {"lane", draw_lane},
        {"activity", draw_activity},
        {"event", draw_event},
        {"gateway", draw_gateway},
        {"dataStoreReference", draw_store},
        {"dataStore", draw_store},
        {"dataObjectReference", draw_data},
        {"dataObject", draw_data},
        {"dataInput", draw_data},
        {"dataOutput", draw_data},
        {"textAnnotation", draw_note},
        {"group", draw_group},
        {"conversationNode", draw_hexagon},
        {"choreographyActivity", draw_choreography},
        {"message", NULL},
    };
    if (bpmn_is(s->element, "participant")) {
        if (s->band.n)
            draw_band(c, s);
        else
            draw_pool(c, s);
        return;
    }
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++)
        if (table[i].draw && bpmn_is(s->element, table[i].type)) {
            table[i].draw(c, s);
            return;
        }
}
