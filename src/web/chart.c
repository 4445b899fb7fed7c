/* chart.c: see chart.h. The picture is 360 units wide, so its letters stay readable on a phone. */
#include "web/chart.h"
#include "base/html.h"

#include <stdio.h>

enum { WIDTH = 360, LABEL = 19, BAR = 14, THIN_BAR = 12, GAP = 3, ROOM = WIDTH - 60, LINES_HEIGHT = 200, LEFT = 34, BOTTOM = 24, TOP = 10, CHART_BYTES = 1 << 20 };

static double value_at(const struct chart *c, size_t series, size_t label) {
    const struct chart_value *v = &c->series[series].values[label];
    return v->said == SMALL_SAID && v->number > 0 ? v->number : 0;
}

static size_t shown_series(const struct chart *c) {
    return c->series_count < CHART_SERIES ? c->series_count : CHART_SERIES;
}

static double sum_at(const struct chart *c, size_t label) {
    double sum = 0;
    for (size_t s = 0; s < shown_series(c); s++) sum += value_at(c, s, label);
    return sum;
}

/* The largest number of some series; 1 when there is none, and no less than the mark "< 5" stands for. */
static double largest(const struct chart *c, size_t first, size_t count) {
    double most = 0;
    for (size_t s = first; s < first + count; s++)
        for (size_t l = 0; l < c->label_count; l++) {
            double v = c->series[s].values[l].said == SMALL_FEW ? SMALL_LEAST : value_at(c, s, l);
            if (v > most) most = v;
        }
    return most > 0 ? most : 1;
}

bool chart_complete(const struct chart *c) {
    for (size_t s = 0; s < shown_series(c); s++)
        for (size_t l = 0; l < c->label_count; l++)
            if (c->series[s].values[l].said != SMALL_SAID || !c->series[s].values[l].text.n) return false;
    return true;
}

/* The smallest of 1, 2, 4, 5, 6, 8 times a power of ten that is not below `most`: four or five even steps fit it. */
static int64_t round_up(double most) {
    static const int64_t steps[] = {1, 2, 4, 5, 6, 8, 10};
    for (int64_t power = 1; power < INT64_MAX / 100; power *= 10)
        for (size_t i = 0; i < sizeof steps / sizeof *steps; i++)
            if ((double)(steps[i] * power) >= most) return steps[i] * power;
    return INT64_MAX;
}

/* ---- pieces */

static void open_figure(struct buf *out, const struct chart *c, size_t height) {
    buf_add(out, STR("<figure class=\"chart\"><figcaption>"));
    html_text(out, c->title);
    buf_printf(out, "</figcaption><svg viewBox=\"0 0 %d %zu\" role=\"img\"", WIDTH, height);
    html_attr(out, "aria-label", c->title);
    buf_byte(out, '>');
}

static void put_text(struct buf *out, double x, double y, const char *anchor, const char *class, struct str text) {
    buf_printf(out, "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\"%s%s%s>", x, y, anchor, *class ? " class=\"" : "", class, *class ? "\"" : "");
    html_text(out, text);
    buf_add(out, STR("</text>"));
}

static void put_whole_number(struct buf *out, double x, double y, const char *anchor, const char *class, int64_t n) {
    char digits[32];
    int length = snprintf(digits, sizeof digits, "%lld", (long long)n);
    put_text(out, x, y, anchor, class, (struct str){digits, (size_t)length});
}

static void put_legend(struct buf *out, const struct chart *c) {
    if (c->series_count < 2) return;
    buf_add(out, STR("<ul class=\"legend\">"));
    for (size_t s = 0; s < shown_series(c); s++) {
        buf_printf(out, "<li><i class=\"k%zu\"></i>", s + 1);
        html_text(out, c->series[s].name);
        buf_add(out, STR("</li>"));
    }
    buf_add(out, STR("</ul>"));
}

static void put_rect(struct buf *out, const char *class, size_t series, double x, double y, double width, int height) {
    buf_printf(out, "<rect class=\"%s", class);
    if (series) buf_int(out, (int64_t)series);
    buf_printf(out, "\" x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%d\" rx=\"3\"/>", x, y, width, height);
}

/* ---- lying bars */

static void put_bar(struct buf *out, const struct chart *c, size_t series, size_t label, double y, int height, double most) {
    const struct chart_value *v = &c->series[series].values[label];
    double width = value_at(c, series, label) / most * ROOM;
    put_rect(out, "track", 0, 0, y, ROOM, height);
    if (v->said != SMALL_SAID) {
        width = v->said == SMALL_FEW ? SMALL_LEAST / most * ROOM : 24;
        if (width < 12) width = 12;
        put_rect(out, "unsaid u", series + 1, 1, y + 1, width - 2, height - 2);
    } else if (width > 0) {
        put_rect(out, "s", series + 1, 0, y, width, height);
    }
    put_text(out, width + 6, y + height - 2, "start", v->said == SMALL_SAID ? "value" : "", v->text);
}

/* Bars of some series under each label; answers where they end. */
static double put_bars(struct buf *out, const struct chart *c, double y, size_t first, size_t count) {
    double most = largest(c, first, count);
    int height = count > 1 ? THIN_BAR : BAR;
    for (size_t l = 0; l < c->label_count; l++) {
        put_text(out, 0, y + 14, "start", "", c->labels[l]);
        y += LABEL;
        for (size_t s = first; s < first + count; s++, y += height + GAP) put_bar(out, c, s, l, y, height, most);
        y += 7 - GAP;
    }
    return y;
}

static size_t bars_height(const struct chart *c, size_t count) {
    size_t bar = count > 1 ? THIN_BAR : BAR;
    return c->label_count * (LABEL + count * (bar + GAP) + 7 - GAP);
}

struct str chart_bars(struct arena *a, const struct chart *c) {
    struct buf out;
    buf_init(&out, a, CHART_BYTES);
    open_figure(&out, c, bars_height(c, shown_series(c)));
    put_bars(&out, c, 0, 0, shown_series(c));
    buf_add(&out, STR("</svg>"));
    put_legend(&out, c);
    buf_add(&out, STR("</figure>"));
    return buf_str(&out);
}

struct str chart_panels(struct arena *a, const struct chart *c) {
    enum { HEAD = 24 };
    struct buf out;
    double y = 0;
    buf_init(&out, a, CHART_BYTES);
    open_figure(&out, c, shown_series(c) * (HEAD + bars_height(c, 1)));
    for (size_t s = 0; s < shown_series(c); s++) {
        put_text(&out, 0, y + 16, "start", "panel", c->series[s].name);
        y = put_bars(&out, c, y + HEAD, s, 1);
    }
    buf_add(&out, STR("</svg></figure>"));
    return buf_str(&out);
}

static double largest_sum(const struct chart *c) {
    double most = 0;
    for (size_t l = 0; l < c->label_count; l++)
        if (sum_at(c, l) > most) most = sum_at(c, l);
    return most > 0 ? most : 1;
}

struct str chart_stacked(struct arena *a, const struct chart *c) {
    struct buf out;
    double most = largest_sum(c);
    buf_init(&out, a, CHART_BYTES);
    open_figure(&out, c, bars_height(c, 1));
    for (size_t l = 0; l < c->label_count; l++) {
        double y = (double)l * (LABEL + BAR + 7), x = 0;
        put_text(&out, 0, y + 14, "start", "", c->labels[l]);
        put_rect(&out, "track", 0, 0, y + LABEL, ROOM, BAR);
        for (size_t s = 0; s < shown_series(c); s++) {
            double width = value_at(c, s, l) / most * ROOM;
            if (width > 0) put_rect(&out, "s", s + 1, x, y + LABEL, width, BAR);
            x += width;
        }
        put_whole_number(&out, x + 6, y + LABEL + BAR - 2, "start", "value", (int64_t)sum_at(c, l));
    }
    buf_add(&out, STR("</svg>"));
    put_legend(&out, c);
    buf_add(&out, STR("</figure>"));
    return buf_str(&out);
}

/* ---- lines */

static double x_of(const struct chart *c, size_t label) {
    double room = WIDTH - LEFT - 12;
    return LEFT + (c->label_count > 1 ? (double)label / (double)(c->label_count - 1) * room : room / 2);
}

static double y_of(double value, int64_t top) {
    double room = LINES_HEIGHT - TOP - BOTTOM;
    return TOP + room - value / (double)top * room;
}

static void put_grid(struct buf *out, const struct chart *c, int64_t top) {
    int steps = top % 4 == 0 ? 4 : top % 5 == 0 ? 5 : top % 3 == 0 ? 3 : top % 2 == 0 ? 2 : 1;
    for (int i = 0; i <= steps; i++) {
        int64_t value = top / steps * i;
        double y = y_of((double)value, top);
        buf_printf(out, "<path class=\"%s\" d=\"M%d %.1fH%d\"/>", i ? "grid-line" : "axis", LEFT, y, WIDTH - 6);
        put_whole_number(out, LEFT - 6, y + 4, "end", "", value);
    }
    size_t every = (c->label_count + 5) / 6; /* six labels fit side by side */
    for (size_t l = 0; l < c->label_count; l += every ? every : 1) {
        const char *anchor = l == 0 && c->label_count > 1 ? "start" : l + 1 == c->label_count ? "end" : "middle";
        put_text(out, x_of(c, l), LINES_HEIGHT - 6, anchor, "", c->labels[l]);
    }
}

struct str chart_lines(struct arena *a, const struct chart *c) {
    struct buf out;
    buf_init(&out, a, CHART_BYTES);
    int64_t top = round_up(largest(c, 0, shown_series(c)));
    open_figure(&out, c, LINES_HEIGHT);
    put_grid(&out, c, top);
    for (size_t s = 0; s < shown_series(c); s++) {
        buf_printf(&out, "<path class=\"line l%zu\" d=\"", s + 1);
        for (size_t l = 0; l < c->label_count; l++) buf_printf(&out, "%c%.1f %.1f", l ? 'L' : 'M', x_of(c, l), y_of(value_at(c, s, l), top));
        buf_add(&out, STR("\"/>"));
        if (c->label_count == 0) continue;
        size_t last = c->label_count - 1;
        buf_printf(&out, "<circle class=\"s%zu\" cx=\"%.1f\" cy=\"%.1f\" r=\"3.5\"/>", s + 1, x_of(c, last), y_of(value_at(c, s, last), top));
    }
    buf_add(&out, STR("</svg>"));
    put_legend(&out, c);
    buf_add(&out, STR("</figure>"));
    return buf_str(&out);
}
