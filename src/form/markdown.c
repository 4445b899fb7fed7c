/* markdown.c: see markdown.h. One pass writes HTML or plain words; marks nest at most eight deep. */
#include "form/markdown.h"

#include "base/html.h"

#include <string.h>

enum { DEEPEST = 8, FARTHEST = 1000 };

#define markup(out, literal) buf_add((out), STR(literal))

struct writer {
    struct buf *out;
    bool html, links;
};

static void put_inline(const struct writer *w, struct str s, int depth);
static void put_line_break(const struct writer *w);

static void put_text(const struct writer *w, struct str s) {
    if (w->html) html_text(w->out, s);
    else buf_add(w->out, s);
}

static bool is_mark(char c) {
    return c != 0 && strchr("\\`*_{}[]()#+-.!<>&~|", c) != NULL;
}

static bool is_word(char c) {
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (unsigned char)c >= 0x80;
}

static bool is_space(char c) {
    return c == ' ' || c == '\t' || c == '\n';
}

static struct str from(struct str s, size_t at) {
    return str_sub(s, at, s.n);
}

/* Where `mark` stands next in s after `at`, not behind a backslash; -1 when it does not. */
static ptrdiff_t find_mark(struct str s, size_t at, struct str mark) {
    size_t end = s.n - at > FARTHEST ? at + FARTHEST : s.n;
    for (size_t i = at; i + mark.n <= end; i++) {
        if (s.p[i] == '\\') i++;
        else if (!memcmp(s.p + i, mark.p, mark.n)) return (ptrdiff_t)i;
    }
    return -1;
}

/* ---- emphasis */

static ptrdiff_t closing_of(struct str s, size_t from_at, struct str mark) {
    for (ptrdiff_t i = find_mark(s, from_at, mark); i >= 0; i = find_mark(s, (size_t)i + 1, mark)) {
        size_t after = (size_t)i + mark.n;
        if (mark.n == 1 && after < s.n && s.p[after] == mark.p[0]) {
            i++; /* a double one is another's */
            continue;
        }
        if ((size_t)i == from_at || is_space(s.p[i - 1])) continue;
        if (mark.p[0] == '_' && after < s.n && is_word(s.p[after])) continue;
        return i;
    }
    return -1;
}

/* Bytes taken, 0 when no emphasis begins here. */
static size_t put_emphasis(const struct writer *w, struct str s, size_t at, int depth) {
    char c = s.p[at];
    bool twice = at + 1 < s.n && s.p[at + 1] == c;
    struct str mark = str_sub(s, at, at + (twice ? 2 : 1));
    size_t begin = at + mark.n;
    if (begin >= s.n || is_space(s.p[begin]) || (c == '_' && at > 0 && is_word(s.p[at - 1]))) return 0;
    ptrdiff_t end = closing_of(s, begin, mark);
    if (end < 0) return 0;
    if (w->html) buf_addz(w->out, twice ? "<strong>" : "<em>");
    put_inline(w, str_sub(s, begin, (size_t)end), depth + 1);
    if (w->html) buf_addz(w->out, twice ? "</strong>" : "</em>");
    return (size_t)end + mark.n - at;
}

/* ---- links */

static size_t put_link(const struct writer *w, struct str s, size_t at, int depth) {
    ptrdiff_t close = find_mark(s, at + 1, STR("]("));
    ptrdiff_t end = close < 0 ? -1 : find_mark(s, (size_t)close + 2, STR(")"));
    if (end < 0) return 0;
    struct str words = str_sub(s, at + 1, (size_t)close), url = str_trim(str_sub(s, (size_t)close + 2, (size_t)end));
    bool link = w->html && w->links && url.n && url_safe(url);
    if (link) {
        markup(w->out, "<a class=\"govuk-link\" rel=\"noreferrer\" href=\"");
        html_url(w->out, url);
        markup(w->out, "\">");
    }
    struct writer inside = *w;
    inside.links = false;
    put_inline(&inside, words, depth + 1);
    if (link) markup(w->out, "</a>");
    return (size_t)end + 1 - at;
}

/* ---- the tags that ODK lets through */

static const struct {
    const char *style, *css_class; /* ours */
} styles[] = {
    {"red", "red"}, {"green", "green"}, {"blue", "blue"}, {"orange", "orange"}, {"gray", "gray"}, {"grey", "gray"},
    {"center", "center"}, {"right", "right"},
};

static const char *class_of(struct str tag) {
    for (size_t i = 0; i < sizeof styles / sizeof *styles; i++) {
        ptrdiff_t at = str_find(tag, str_from(styles[i].style));
        if (at > 0 && !is_word(tag.p[at - 1]) && !is_word(tag.p[at + (ptrdiff_t)strlen(styles[i].style)])) return styles[i].css_class;
    }
    return "";
}

static size_t put_element(const struct writer *w, struct str s, size_t at, size_t tag_end, struct str closing, int depth) {
    ptrdiff_t end = find_mark(s, tag_end, closing);
    if (end < 0) return 0;
    bool block = str_eqz(closing, "</p>");
    const char *css_class = class_of(str_sub(s, at, tag_end));
    if (w->html) buf_printf(w->out, "<span class=\"styled%s%s%s\">", block ? " styled--block" : "", *css_class ? " styled--" : "", css_class);
    put_inline(w, str_sub(s, tag_end, (size_t)end), depth + 1);
    if (w->html) markup(w->out, "</span>");
    else if (block) buf_byte(w->out, '\n');
    return (size_t)end + closing.n - at;
}

static size_t put_tag(const struct writer *w, struct str s, size_t at, int depth) {
    struct str rest = from(s, at);
    ptrdiff_t close = find_mark(rest, 1, STR(">"));
    if (close < 0) return 0;
    size_t tag_end = at + (size_t)close + 1;
    struct str name = str_trim(str_sub(s, at + 1, tag_end - 1));
    if (str_eqz(name, "br") || str_eqz(name, "br/") || str_eqz(name, "br /")) {
        put_line_break(w);
        return tag_end - at;
    }
    if (str_eqz(name, "span") || str_starts(name, STR("span "))) return put_element(w, s, at, tag_end, STR("</span>"), depth);
    if (str_eqz(name, "p") || str_starts(name, STR("p "))) return put_element(w, s, at, tag_end, STR("</p>"), depth);
    return 0;
}

/* ---- a run of text */

static size_t put_mark(const struct writer *w, struct str s, size_t at, int depth) {
    if (depth >= DEEPEST) return 0;
    switch (s.p[at]) {
    case '*': case '_': return put_emphasis(w, s, at, depth);
    case '[': return put_link(w, s, at, depth);
    case '<': return put_tag(w, s, at, depth);
    default: return 0;
    }
}

static void put_line_break(const struct writer *w) {
    if (w->html) markup(w->out, "<br>");
    else buf_byte(w->out, '\n');
}

static void put_inline(const struct writer *w, struct str s, int depth) {
    size_t plain = 0; /* what stands before i and is not written yet */
    for (size_t i = 0; i < s.n;) {
        bool escaped = s.p[i] == '\\' && i + 1 < s.n && is_mark(s.p[i + 1]), line_break = s.p[i] == '\n';
        if (!escaped && !line_break && !strchr("*_[<", s.p[i])) {
            i++;
            continue;
        }
        put_text(w, str_sub(s, plain, i));
        if (line_break) put_line_break(w);
        size_t taken = escaped || line_break ? 1 : put_mark(w, s, i, depth);
        plain = i + taken;
        i += escaped ? 2 : taken ? taken : 1;
    }
    put_text(w, str_sub(s, plain, s.n));
}

static int heading_of(struct str line) {
    int level = 0;
    while (level < 6 && (size_t)level < line.n && line.p[level] == '#') level++;
    return level && (size_t)level < line.n && line.p[level] == ' ' ? level : 0;
}

/* Lines between two headings, together: marks may span them. */
static void put_run(const struct writer *w, struct str lines) {
    if (lines.n && lines.p[lines.n - 1] == '\n') lines.n--;
    if (!lines.n) return;
    if (!w->html && w->out->n) buf_byte(w->out, '\n');
    put_inline(w, lines, 0);
}

static void put_heading(const struct writer *w, struct str line, int level) {
    if (!w->html && w->out->n) buf_byte(w->out, '\n');
    if (w->html) buf_printf(w->out, "<span class=\"styled styled--h%d\">", level < 4 ? level : 4);
    put_inline(w, str_trim(from(line, (size_t)level)), 0);
    if (w->html) markup(w->out, "</span>");
}

static void put_all(const struct writer *w, struct str s) {
    size_t run = 0;
    for (size_t at = 0, end; at < s.n; at = end + 1) {
        for (end = at; end < s.n && s.p[end] != '\n';) end++;
        struct str line = str_sub(s, at, end);
        int level = heading_of(line);
        if (!level) continue;
        put_run(w, str_sub(s, run, at));
        put_heading(w, line, level);
        run = end < s.n ? end + 1 : end;
    }
    put_run(w, str_sub(s, run, s.n));
}

static bool has_marks(struct str s) {
    for (size_t i = 0; i < s.n; i++)
        if (s.p[i] && strchr("\\*_[<#", s.p[i])) return true;
    return false;
}

void markdown_html(struct buf *out, struct str text, enum markdown_links links) {
    struct writer w = {.out = out, .html = true, .links = links == MARKDOWN_LINKS};
    put_all(&w, text);
}

struct str markdown_plain(struct arena *a, struct str text) {
    struct buf out;
    if (!has_marks(text)) return text;
    buf_init(&out, a, text.n + 16);
    struct writer w = {.out = &out};
    put_all(&w, text);
    return buf_str(&out);
}

void markdown_escape(struct buf *out, struct str typed) {
    for (size_t i = 0; i < typed.n; i++) {
        if (strchr("\\*_[]<#", typed.p[i]) && typed.p[i]) buf_byte(out, '\\');
        buf_byte(out, typed.p[i]);
    }
}
