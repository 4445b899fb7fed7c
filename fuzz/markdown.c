/* markdown.c: fuzzes the styling of labels: whatever the text, every "<" of the page is one of our own tags, tags are balanced,
 * and what was escaped comes back as it was typed. */
#include "base/arena.h"
#include "form/markdown.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { DEEPEST = 64 };

static const char *const plain_tags[] = {"<em>", "<strong>", "</em>", "</strong>", "</a>", "</span>"};
static const char span[] = "<span class=\"styled", anchor[] = "<a class=\"govuk-link\" rel=\"noreferrer\" href=\"";

/* Length of the tag of ours at s, 0 when it is none; *name is its first letter, *opens whether it opens. */
static size_t tag_at(struct str s, char *name, bool *opens) {
    for (size_t i = 0; i < sizeof plain_tags / sizeof *plain_tags; i++) {
        if (!str_starts(s, str_from(plain_tags[i]))) continue;
        *opens = plain_tags[i][1] != '/';
        *name = plain_tags[i][*opens ? 1 : 2] == 's' ? plain_tags[i][*opens ? 2 : 3] : plain_tags[i][*opens ? 1 : 2];
        return strlen(plain_tags[i]);
    }
    bool is_span = str_starts(s, str_from(span));
    if (!is_span && !str_starts(s, str_from(anchor))) return 0;
    ptrdiff_t quote = str_find(str_sub(s, strlen(is_span ? span : anchor), s.n), STR("\""));
    size_t end = strlen(is_span ? span : anchor) + (size_t)quote + 1;
    if (quote < 0 || end >= s.n || s.p[end] != '>') return 0;
    *opens = true;
    *name = is_span ? 'p' : 'a';
    return end + 1;
}

static void check(struct str html) {
    char open[DEEPEST];
    size_t depth = 0;
    for (size_t i = 0; i < html.n;) {
        char name = 0;
        bool opens = false;
        if (html.p[i] != '<') {
            i++;
            continue;
        }
        if (str_starts(str_sub(html, i, html.n), STR("<br>"))) {
            i += 4;
            continue;
        }
        size_t n = tag_at(str_sub(html, i, html.n), &name, &opens);
        if (!n) abort();
        if (opens) {
            if (depth == DEEPEST) abort();
            open[depth++] = name;
        } else if (depth == 0 || open[--depth] != name) {
            abort();
        }
        i += n;
    }
    if (depth) abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct arena a;
    struct buf out, escaped;
    struct str text = {(const char *)data, size};
    if (size > 20000) return 0;
    arena_init(&a, 64 << 20);
    buf_init(&out, &a, 32 << 20);
    buf_init(&escaped, &a, 1 << 20);
    markdown_html(&out, text, size % 2 ? MARKDOWN_LINKS : MARKDOWN_NO_LINKS);
    check(buf_str(&out));
    markdown_escape(&escaped, text);
    if (!str_eq(markdown_plain(&a, buf_str(&escaped)), text) && str_find_byte(text, '\n') < 0) abort();
    arena_release(&a);
    return 0;
}
