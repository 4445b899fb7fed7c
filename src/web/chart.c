/* chart.c: see chart.h. The picture is 360 units wide, so its letters stay readable on a phone. */
#include "web/chart.h"
#include "base/html.h"

#include <stdio.h>

enum { WIDTH = 360, ROW = 40, BAR = 14, LINES_HEIGHT = 200, LEFT = 34, BOTTOM = 24, TOP = 10, CHART_BYTES = 1 << 20 };

static int64_t value_at(const struct chart *c, size_t series, size_t label) {
    int64_t v = c->series[series].values[label];
    return v > 0 ? v : 0;
}

static size_t shown_series(const struct chart *c) {
    return c->series_count < CHART_SERIES ? c->series_count : CHART_SERIES;
}

static int64_t total_at(const struct chart *c, size_t label, size_t series_count) {
    int64_t sum = 0;
    for (size_t s = 0; s < series_count; s++) sum += value_at(c, s, label);
    return sum;
}

static int64_t largest(const struct chart *c, bool stacked) {
    int64_t most = 1;
    for (size_t l = 0; l < c->label_count; l++) {
        if (stacked && total_at(c, l, shown_series(c)) > most) most = total_at(c, l, shown_series(c));
        for (size_t s = 0; s < shown_series(c) && !stacked; s++)
            if (value_at(c, s, l) > most) most = value_at(c, s, l);
    }
    return most;
}

/* The smallest of 1, 2, 4, 5, 6, 8 times a power of ten that is not below `most`: four or five even steps fit it. */
static int64_t round_up(int64_t most) {
    static const int64_t steps[] = {1, 2, 4, 5, 6, 8, 10};
    for (int64_t power = 1; power < INT64_MAX / 100; power *= 10)
        for (size_t i = 0; i < sizeof steps / sizeof *steps; i++)
            if (steps[i] * power >= most) return steps[i] * power;
    return most;
}

static void open_figure(struct buf *out, const struct chart *c) {
    buf_add(out, STR("<figure class=\"chart\"><figcaption>"));
    html_text(out, c->title);
    buf_add(out, STR("</figcaption>"));
}

static void open_svg(struct buf *out, const struct chart *c, int height) {
    buf_printf(out, "<svg viewBox=\"0 0 %d %d\" role=\"img\"", WIDTH, height);
    html_attr(out, "aria-label", c->title);
    buf_byte(out, '>');
}

static void put_text(struct buf *out, double x, double y, const char *anchor, const char *class, struct str text) {
    buf_printf(out, "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\"%s%s%s>", x, y, anchor, *class ? " class=\"" : "", class, *class ? "\"" : "");
    html_text(out, text);
    buf_add(out, STR("</text>"));
}

static void put_number(struct buf *out, double x, double y, const char *anchor, const char *class, int64_t n) {
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

static void put_table(struct buf *out, enum language language, const struct chart *c) {
    buf_add(out, STR("<details class=\"more\"><summary>"));
    html_text(out, text_in(language, T("The numbers as a table")));
    buf_add(out, STR("</summary><div class=\"scroll\"><table class=\"table\"><thead><tr><th scope=\"col\">"));
    html_text(out, c->label_name);
    buf_add(out, STR("</th>"));
    for (size_t s = 0; s < c->series_count; s++) {
        buf_add(out, STR("<th scope=\"col\" class=\"right\">"));
        html_text(out, c->series[s].name);
        buf_add(out, STR("</th>"));
    }
    buf_add(out, STR("</tr></thead><tbody>"));
    for (size_t l = 0; l < c->label_count; l++) {
        buf_add(out, STR("<tr><th scope=\"row\">"));
        html_text(out, c->labels[l]);
        buf_add(out, STR("</th>"));
        for (size_t s = 0; s < c->series_count; s++)
            buf_printf(out, "<td class=\"right\">%lld</td>", (long long)c->series[s].values[l]);
        buf_add(out, STR("</tr>"));
    }
    buf_add(out, STR("</tbody></table></div></details></figure>"));
}

static struct str lying_bars(struct arena *a, enum language language, const struct chart *c, size_t series_count) {
    struct buf out;
    buf_init(&out, a, CHART_BYTES);
    double most = (double)largest(c, series_count > 1), room = WIDTH - 50;
    open_figure(&out, c);
    open_svg(&out, c, (int)c->label_count * ROW);
    for (size_t l = 0; l < c->label_count; l++) {
        double y = (double)l * ROW, x = 0;
        put_text(&out, 0, y + 14, "start", "", c->labels[l]);
        buf_printf(&out, "<rect class=\"grid-line\" x=\"0\" y=\"%.1f\" width=\"%.1f\" height=\"%d\" rx=\"3\" fill=\"#eef2f0\"/>", y + 19, room, BAR);
        for (size_t s = 0; s < series_count; s++) {
            double width = (double)value_at(c, s, l) / most * room;
            if (width <= 0) continue;
            buf_printf(&out, "<rect class=\"s%zu\" x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%d\" rx=\"3\"/>", s + 1, x, y + 19, width, BAR);
            x += width;
        }
        put_number(&out, x + 6, y + 31, "start", "value", total_at(c, l, series_count));
    }
    buf_add(&out, STR("</svg>"));
    if (series_count > 1) put_legend(&out, c);
    put_table(&out, language, c);
    return buf_str(&out);
}

struct str chart_bars(struct arena *a, enum language language, const struct chart *c) {
    return lying_bars(a, language, c, c->series_count ? 1 : 0);
}

struct str chart_stacked(struct arena *a, enum language language, const struct chart *c) {
    return lying_bars(a, language, c, shown_series(c));
}

static double x_of(const struct chart *c, size_t label) {
    double room = WIDTH - LEFT - 12;
    return LEFT + (c->label_count > 1 ? (double)label / (double)(c->label_count - 1) * room : room / 2);
}

static double y_of(int64_t value, int64_t top) {
    double room = LINES_HEIGHT - TOP - BOTTOM;
    return TOP + room - (double)value / (double)top * room;
}

static void put_grid(struct buf *out, const struct chart *c, int64_t top) {
    int steps = top % 4 == 0 ? 4 : top % 5 == 0 ? 5 : top % 3 == 0 ? 3 : top % 2 == 0 ? 2 : 1;
    for (int i = 0; i <= steps; i++) {
        int64_t value = top / steps * i;
        double y = y_of(value, top);
        buf_printf(out, "<path class=\"%s\" d=\"M%d %.1fH%d\"/>", i ? "grid-line" : "axis", LEFT, y, WIDTH - 6);
        put_number(out, LEFT - 6, y + 4, "end", "", value);
    }
    size_t every = (c->label_count + 5) / 6; /* six labels fit side by side */
    for (size_t l = 0; l < c->label_count; l += every ? every : 1) {
        const char *anchor = l == 0 && c->label_count > 1 ? "start" : l + 1 == c->label_count ? "end" : "middle";
        put_text(out, x_of(c, l), LINES_HEIGHT - 6, anchor, "", c->labels[l]);
    }
}

struct str chart_lines(struct arena *a, enum language language, const struct chart *c) {
    struct buf out;
    buf_init(&out, a, CHART_BYTES);
    int64_t top = round_up(largest(c, false));
    open_figure(&out, c);
    open_svg(&out, c, LINES_HEIGHT);
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
    put_table(&out, language, c);
    return buf_str(&out);
}
