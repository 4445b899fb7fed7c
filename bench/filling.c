/* filling.c: the second half of `build/bench forms`: what a filling costs — loading and opening a form, answering
 * every question, rendering a page.
 *
 * The form is made here: text, whole numbers, choices, dates and calculations in turn, each with a condition or a
 * constraint on the one before, in groups of ten; the same mixture as the peers' figures in the design notes.
 * Times are processor time: other builds on the machine do not count. */
#include "bench.h"
#include "form/form.h"
#include "form/render.h"

#include <stdio.h>

static void put_binds(struct buf *b, int i) {
    int group = i / 10, before = i - 1;
    char name[64], last[64];
    snprintf(name, sizeof name, "/data/g%d/q%d", group, i);
    snprintf(last, sizeof last, "/data/g%d/q%d", before / 10, before);
    switch (i % 5) {
    case 0: buf_printf(b, "<bind nodeset=\"%s\" type=\"string\" required=\"true()\" constraint=\"string-length(.) &lt; 50\" jr:constraintMsg=\"too long\"/>", name); break;
    case 1: buf_printf(b, "<bind nodeset=\"%s\" type=\"int\" relevant=\"%s != ''\" constraint=\". &gt;= 0 and . &lt; 1000\"/>", name, last); break;
    case 2: buf_printf(b, "<bind nodeset=\"%s\" type=\"string\" relevant=\"%s &gt; 1\"/>", name, last); break;
    case 3: buf_printf(b, "<bind nodeset=\"%s\" type=\"date\" relevant=\"selected(%s, 'b')\" constraint=\". &lt;= today()\"/>", name, last); break;
    default: buf_printf(b, "<bind nodeset=\"%s\" type=\"string\" calculate=\"concat(%s, ' ', /data/g%d/q%d + 1)\"/>", name, last, group, i - 3);
    }
}

static void put_control(struct buf *b, int i) {
    char name[64];
    snprintf(name, sizeof name, "/data/g%d/q%d", i / 10, i);
    if (i % 5 == 4) return;
    if (i % 5 == 2) {
        buf_printf(b, "<select1 ref=\"%s\"><label ref=\"jr:itext('%s:label')\"/><itemset nodeset=\"instance('list')/root/item\">"
                      "<value ref=\"name\"/><label ref=\"label\"/></itemset></select1>", name, name);
        return;
    }
    buf_printf(b, "<input ref=\"%s\"><label ref=\"jr:itext('%s:label')\"/><hint>Hint of question %d</hint></input>", name, name, i);
}

static struct str make_form(struct arena *a, int questions) {
    struct buf b;
    int groups = (questions + 9) / 10;
    buf_init(&b, a, 16u << 20);
    buf_addz(&b, "<h:html xmlns=\"http://www.w3.org/2002/xforms\" xmlns:h=\"http://www.w3.org/1999/xhtml\" "
                 "xmlns:jr=\"http://openrosa.org/javarosa\"><h:head><h:title>Bench</h:title><model><itext>");
    for (int language = 0; language < 2; language++) {
        buf_printf(&b, "<translation lang=\"%s\">", language ? "English (en)" : "中文 (zh)");
        for (int i = 0; i < questions; i++)
            if (i % 5 != 4) buf_printf(&b, "<text id=\"/data/g%d/q%d:label\"><value>Question number %d</value></text>", i / 10, i, i);
        buf_addz(&b, "</translation>");
    }
    buf_addz(&b, "</itext><instance><data id=\"bench\" version=\"1\">");
    for (int g = 0; g < groups; g++) {
        buf_printf(&b, "<g%d>", g);
        for (int i = g * 10; i < g * 10 + 10 && i < questions; i++) buf_printf(&b, "<q%d/>", i);
        buf_printf(&b, "</g%d>", g);
    }
    buf_addz(&b, "</data></instance><instance id=\"list\"><root>");
    for (int i = 0; i < 6; i++) buf_printf(&b, "<item><name>%c</name><label>Choice %c</label></item>", 'a' + i, 'A' + i);
    buf_addz(&b, "</root></instance>");
    for (int i = 0; i < questions; i++) put_binds(&b, i);
    buf_addz(&b, "</model></h:head><h:body>");
    for (int g = 0; g < groups; g++) {
        buf_printf(&b, "<group ref=\"/data/g%d\"><label>Group %d</label>", g, g);
        for (int i = g * 10; i < g * 10 + 10 && i < questions; i++) put_control(&b, i);
        buf_addz(&b, "</group>");
    }
    buf_addz(&b, "</h:body></h:html>");
    return buf_str(&b);
}

static void answer_all(struct form_session *s, int questions) {
    static const char *const values[] = {"Zhang San", "42", "b", "2026-01-31"};
    char reference[64];
    for (int i = 0; i < questions; i++) {
        if (i % 5 == 4) continue;
        snprintf(reference, sizeof reference, "/data/g%d/q%d", i / 10, i);
        form_set(s, form_find(s, str_from(reference)), str_from(values[i % 5]));
    }
}

static const struct form_opening opening = {.now = (instant)1795460400 * MICROS_A_SECOND, .offset_seconds = 8 * 3600, .seed = 1};

struct times {
    double load, open, answer;
};

static struct times measure(int questions, int rounds) {
    struct times t = {1e9, 1e9, 1e9};
    struct arena text, a;
    arena_init(&text, 64u << 20);
    struct str xform = make_form(&text, questions);
    for (int round = 0; round < rounds; round++) {
        arena_init(&a, 256u << 20);
        double start = bench_cpu_seconds();
        const struct form *form = form_load(&a, xform, NULL, STR("bench.xml"), NULL);
        double loaded = bench_cpu_seconds();
        struct form_session *s = form_open(form, &a, &opening);
        double opened = bench_cpu_seconds();
        answer_all(s, questions);
        double answered = bench_cpu_seconds();
        if (form_finish(s) != 0) fputs("bench forms: the answers are not valid\n", stderr);
        if (loaded - start < t.load) t.load = loaded - start;
        if (opened - loaded < t.open) t.open = opened - loaded;
        if (answered - opened < t.answer) t.answer = answered - opened;
        arena_release(&a);
    }
    arena_release(&text);
    return t;
}

/* Microseconds for a page of ten answered questions, half of them with choices and errors shown. */
static double measure_page(int questions) {
    enum { ROUNDS = 200 };
    struct arena a;
    double best = 1e9;
    arena_init(&a, 512u << 20);
    const struct form *form = form_load(&a, make_form(&a, questions), NULL, STR("bench.xml"), NULL);
    struct form_session *s = form_open(form, &a, &opening);
    answer_all(s, questions);
    struct form_view view = {.language = LANGUAGE_ZH, .show_errors = true, .show_purpose = true, .page_address = STR("/services/bench/new")};
    for (int i = 0; i < ROUNDS; i++) {
        const struct form_page *pages;
        struct buf out;
        double start = bench_cpu_seconds();
        buf_init(&out, &a, 1u << 20);
        size_t count = form_pages(s, &a, &pages);
        form_render_page(s, pages, count, 12, &view, &out);
        double took = bench_cpu_seconds() - start;
        if (took < best) best = took;
        bench_use(out.p);
    }
    arena_release(&a);
    return best * 1e6;
}

int bench_filling(void) {
    struct times t = measure(250, 40);
    bench_line("forms.250.load", t.load * 1e3, "ms");
    bench_line("forms.250.open", t.open * 1e3, "ms");
    bench_line_against("forms.250.open-and-answer-all", (t.open + t.answer) * 1e3, "ms", 5, true);
    bench_line_against("forms.250.one-answer", t.answer * 1e3 / 200, "ms", 0.2, true);
    bench_line_against("forms.250.render-page", measure_page(250), "us", 200, true);
    t = measure(5000, 8);
    bench_line("forms.5000.load", t.load * 1e3, "ms");
    bench_line("forms.5000.open", t.open * 1e3, "ms");
    bench_line_against("forms.5000.load-and-open", (t.load + t.open) * 1e3, "ms", 60, true);
    bench_line_against("forms.5000.open-and-answer-all", (t.open + t.answer) * 1e3, "ms", 60, true);
    return 0;
}
