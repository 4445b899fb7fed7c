/* picture_icons.c: the signs inside tasks and events, each a path in a square of 20 units. */
#include "bpmn/picture_local.h"

static const struct {
    const char *path;
    const char *inside; /* filled with the line colour: parts that are always dark */
    const char *lines;  /* only a line: light on a filled icon */
} icons[] = {
    [ICON_ENVELOPE] = {"M2 4.5h16v11.5H2z", NULL, "M2 4.8l8 6.2 8-6.2"},
    [ICON_CLOCK] =
        {"M10 1.8a8.2 8.2 0 1 0 .01 0zM10 5v5.2l3.8 2M10 1.8v1.6M10 16.6v1.6M1.8 10h1.6M16.6 10h1.6", NULL,
         NULL},
    [ICON_TRIANGLE] = {"M10 2.2L18 16.4H2z", NULL, NULL},
    [ICON_PENTAGON] = {"M10 1.8L18.2 8 15 17.6H5L1.8 8z", NULL, NULL},
    [ICON_CROSS] = {"M7.5 2h5v5.5H18v5h-5.5V18h-5v-5.5H2v-5h5.5z", NULL, NULL},
    [ICON_BOLT] = {"M2.8 17.2L7.2 4.2l4.8 7.6 5.2-9-4.4 13-4.8-6.8z", NULL, NULL},
    [ICON_ARROW_UP] = {"M10 2l6 15.5-6-6.6-6 6.6z", NULL, NULL},
    [ICON_PAPER] = {"M4 2h12v16H4zM6.5 6h7M6.5 8.7h7M6.5 11.4h7M6.5 14.1h7", NULL, NULL},
    [ICON_ARROW] = {"M2 7.2h9V3.6L18 10l-7 6.4v-3.6H2z", NULL, NULL},
    [ICON_REWIND] = {"M10 4v12l-8-6zM18 4v12l-8-6z", NULL, NULL},
    [ICON_X] = {"M4.6 2L10 7.4 15.4 2 18 4.6 12.6 10l5.4 5.4-2.6 2.6-5.4-5.4L4.6 18 2 15.4 7.4 10 2 4.6z",
                NULL, NULL},
    [ICON_DISC] = {"M10 1.5a8.5 8.5 0 1 0 .01 0z", "M10 1.5a8.5 8.5 0 1 0 .01 0z", NULL},
    [ICON_PERSON] = {"M10 2.2a3.9 3.9 0 1 0 .01 0zM2.6 18.2c0-5.2 3-7.4 7.4-7.4s7.4 2.2 7.4 7.4z", NULL,
                     NULL},
    [ICON_GEAR] =
        {"M15.9 8.4L18.3 8.6 18.3 11.4 15.9 11.6 15.3 13.1 16.8 14.9 14.9 16.8 13.1 15.3 11.6 15.9 11.4 18.3 "
         "8.6 18.3 8.4 15.9 6.9 15.3 5.1 16.8 3.2 14.9 4.7 13.1 4.1 11.6 1.7 11.4 1.7 8.6 4.1 8.4 4.7 6.9 "
         "3.2 5.1 5.1 3.2 6.9 4.7 8.4 4.1 8.6 1.7 11.4 1.7 11.6 4.1 13.1 4.7 14.9 3.2 16.8 5.1 15.3 6.9z"
         "M10 7a3 3 0 1 0 .01 0z",
         NULL, NULL},
    [ICON_SCRIPT] = {"M6.5 2H17c-3.5 2.6-3.2 5-1.4 7.6s1.8 5.8-2.1 8.4H3c3.6-2.6 3.5-5.4 1.6-8S2.7 4.6 6.5 2z"
                     "M7 5.6h6M7 8.6h5.5M8 11.6h6M7.6 14.6h6",
                     NULL, NULL},
    [ICON_HAND] = {"M2.5 9.8L8 4.2h3L8.6 7.2H18v2.2h-6.5M17.6 9.4v2.2h-6.1M17 11.6v2.2h-5.5"
                   "M16 13.8v2H8.2c-3 0-5.7-2-5.7-6",
                   NULL, NULL},
    [ICON_TABLE] = {"M1.8 4h16.4v12.4H1.8zM1.8 8h16.4M1.8 12.2h16.4M7 8v8.4", "M1.8 4h16.4v4H1.8z", NULL},
    [ICON_LOOP] = {"M7.2 17A7.4 7.4 0 1 1 12.8 17M2.6 17.4h4.8v-4.8", NULL, NULL},
    [ICON_PARALLEL] = {"M5 2.5v15M10 2.5v15M15 2.5v15", NULL, NULL},
    [ICON_SEQUENTIAL] = {"M2.5 5h15M2.5 10h15M2.5 15h15", NULL, NULL},
    [ICON_PLUS_BOX] = {"M2 2h16v16H2zM10 5.5v9M5.5 10h9", NULL, NULL},
    [ICON_TILDE] = {"M2 12.5c2.4-6 5.4-5 8-2.5s5.6 3.5 8-2.5", NULL, NULL},
};

static bool thick(enum icon icon) {
    return icon == ICON_PARALLEL || icon == ICON_SEQUENTIAL || icon == ICON_TILDE || icon == ICON_LOOP;
}

void picture_icon(struct canvas *c, enum icon icon, double x, double y, double side, bool filled) {
    if (icon == ICON_NONE) return;
    double scale = side / 20;
    struct buf place;
    buf_init(&place, c->arena, 128);
    buf_printf(&place, "translate(%.2f %.2f) scale(%.3f)", x, y, scale);
    svg_open(&c->svg, "g");
    svg_attr(&c->svg, "transform", buf_str(&place));
    svg_number(&c->svg, "stroke-width", (thick(icon) ? 1.9 : 1.15) / scale);
    if (filled) {
        svg_attrz(&c->svg, "fill", INK);
        svg_attrz(&c->svg, "stroke", INK);
    } else {
        svg_attrz(&c->svg, "fill", thick(icon) ? "none" : PAPER);
        svg_attrz(&c->svg, "stroke", INK);
    }
    picture_path(c, str_from(icons[icon].path));
    svg_close(&c->svg);
    if (icons[icon].inside) {
        picture_path(c, str_from(icons[icon].inside));
        svg_attrz(&c->svg, "fill", INK);
        svg_close(&c->svg);
    }
    if (icons[icon].lines) {
        picture_path(c, str_from(icons[icon].lines));
        svg_attrz(&c->svg, "fill", "none");
        if (filled) svg_attrz(&c->svg, "stroke", PAPER);
        svg_close(&c->svg);
    }
    svg_close(&c->svg);
}
