/* render.c: pages of a filling — questions of one page, check your answers, answers alone. */
#include "form/render_parts.h"

static void put_body(struct form_rendering *r, const struct form_body *b, struct form_node *at, int level);

/* ---- error summary ---- */

struct summary {
    struct form_rendering *r;
    struct str page; /* empty: links stay on the page */
};

static bool ends_with_mark(struct str label) {
    static const char *const marks[] = {"？", "?", "。", ".", "：", ":", "！", "!"};
    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++)
        if (str_ends(label, str_from(marks[i]))) return true;
    return false;
}

static void put_where(struct form_rendering *r, struct str label) {
    html_text(r->out, label);
    html_text(r->out, ends_with_mark(label) ? STR(" ") : r->view->language == LANGUAGE_ZH ? STR("：") : STR(": "));
}

/* To a page of the form from the answers to check: "back=check" leads back to them, not through all pages anew. */
static void put_page_link(struct form_rendering *r, struct str page, const struct form_node *node) {
    if (page.n) {
        html_attr_value(r->out, r->view->page_address);
        markup(r->out, "?page=");
        url_part(r->out, page);
        markup(r->out, "&amp;back=check");
    }
    markup(r->out, "#");
    html_attr_value(r->out, form_html_id(r->session->arena, node));
}

static bool is_pause(struct str rest) {
    return str_starts(rest, STR(" ")) || str_starts(rest, STR("，")) || str_starts(rest, STR("：")) || str_starts(rest, STR("；"));
}

/* A label of whole sentences (a consent) is named by its beginning, up to a pause where there is one. */
static struct str beginning(struct arena *a, struct str label) {
    enum { LONG = 72, KEPT = 60 }; /* bytes: 24 and 20 Chinese characters */
    if (label.n <= LONG) return label;
    size_t end = KEPT, pause = 0;
    while (end > 0 && ((unsigned char)label.p[end] & 0xC0) == 0x80) end--;
    for (size_t i = end; i > KEPT / 3 && !pause; i--)
        if (is_pause(str_sub(label, i, label.n))) pause = i;
    return arena_concat(a, str_sub(label, 0, pause ? pause : end), STR("…"));
}

static void put_fault(struct form_session *s, const struct form_body *b, struct form_node *node, void *arg) {
    struct summary *summary = arg;
    struct form_rendering *r = summary->r;
    struct str sentence = form_explain(s, node, r->view->language);
    if (!sentence.n) return;
    markup(r->out, "<li><a href=\"");
    put_page_link(r, summary->page, node);
    markup(r->out, "\">");
    /* a message says what is wrong; many a one not where */
    struct str label = form_label_of(s, b, node);
    if (str_find(sentence, label) < 0) put_where(r, beginning(s->arena, label));
    html_text(r->out, sentence);
    markup(r->out, "</a></li>");
}

static void open_summary(struct form_rendering *r) {
    markup(r->out, "<div class=\"govuk-error-summary\" tabindex=\"-1\" data-module=\"govuk-error-summary\"><div role=\"alert\">"
                   "<h2 class=\"govuk-error-summary__title\">");
    html_text(r->out, form_word(r, T("Something needs your attention")));
    markup(r->out, "</h2><div class=\"govuk-error-summary__body\"><ul class=\"govuk-list govuk-error-summary__list\">");
}

static void close_summary(struct form_rendering *r) {
    markup(r->out, "</ul></div></div></div>");
}

static void put_page_summary(struct form_rendering *r, const struct form_page *page) {
    struct summary summary = {.r = r};
    if (!r->view->show_errors || form_page_violations(r->session, page) == 0) return;
    open_summary(r);
    form_each_question(r->session, page, put_fault, &summary);
    close_summary(r);
}

/* ---- buttons ---- */

static void put_button(struct form_rendering *r, const char *classes, const char *name, struct str value, struct str text) {
    buf_printf(r->out, "<button type=\"submit\" class=\"govuk-button%s\" name=\"%s\"", classes, name);
    html_attr(r->out, "value", value);
    markup(r->out, ">");
    html_text(r->out, text);
    markup(r->out, "</button>");
}

static void put_buttons(struct form_rendering *r, size_t index, bool last) {
    markup(r->out, "<div class=\"govuk-button-group actions\">");
    put_button(r, "", "_go", last ? STR("check") : STR("next"),
               form_word(r, last ? T("Check your answers") : T("Continue")));
    if (index > 0) put_button(r, " govuk-button--secondary", "_go", STR("back"), form_word(r, T("Back")));
    markup(r->out, "</div>");
}

/* Enter in a text field presses the first button of a form: it must be the one that goes on. */
static void put_first_button(struct form_rendering *r, bool last) {
    buf_printf(r->out, "<button type=\"submit\" class=\"govuk-visually-hidden\" tabindex=\"-1\" aria-hidden=\"true\" "
                       "name=\"_go\" value=\"%s\"></button>", last ? "check" : "next");
}

/* ---- groups and repeats ---- */

static void put_legend(struct form_rendering *r, struct str text, int level, bool unseen) {
    if (!text.n) return;
    buf_printf(r->out, "<legend class=\"govuk-fieldset__legend govuk-fieldset__legend--%s%s\"><h%d class=\"govuk-fieldset__heading\">",
               level <= r->level ? "l" : "m", unseen ? " govuk-visually-hidden" : "", level);
    html_text(r->out, text);
    buf_printf(r->out, "</h%d></legend>", level);
}

static void put_children(struct form_rendering *r, const struct form_body *b, struct form_node *at, int level) {
    for (const struct form_body *c = b->first; c; c = c->next) put_body(r, c, at, level);
}

static struct str repeat_label(struct form_rendering *r, const struct form_body *b, const struct form_node *at) {
    struct str label = form_say_marked(r->session, &b->label, at);
    if (!label.n && b->parent && b->parent->control == FORM_GROUP_CONTROL) label = form_say_marked(r->session, &b->parent->label, at);
    return label.n ? markdown_plain(r->session->arena, label) : form_word(r, T("Entry"));
}

static struct str numbered(struct form_rendering *r, struct str label, size_t number) {
    return arena_printf(r->session->arena, "%.*s %zu", STR_ARGS(label), number);
}

static void put_remove(struct form_rendering *r, const struct form_node *instance, struct str name) {
    struct str text = text_say(r->session->arena, r->view->language, T("Remove {0}"), name);
    put_button(r, " govuk-button--secondary govuk-button--small lingban-remove", "_remove", form_wire_name(r->session->arena, instance), text);
}

/* A form that opens with one entry asks for at least one. */
static bool may_remove(struct form_session *s, const struct form_field *repeat, const struct form_node *instance) {
    if (repeat->rules[RULE_COUNT]) return false;
    return repeat->default_count == 0 || form_count(s, instance->parent, repeat) > 1;
}

/* A single entry right below the heading of the same words needs no number for those who see it. */
static bool named_above(struct form_rendering *r, const struct form_body *b, const struct form_node *instance, struct str above) {
    return above.n && form_count(r->session, instance->parent, b->field) == 1 && str_eq(above, repeat_label(r, b, instance));
}

static void put_instance(struct form_rendering *r, const struct form_body *b, struct form_node *instance, size_t number, int level) {
    struct str name = numbered(r, repeat_label(r, b, instance), number);
    markup(r->out, "<fieldset class=\"govuk-fieldset lingban-instance\" id=\"");
    html_attr_value(r->out, form_html_id(r->session->arena, instance));
    markup(r->out, "\">");
    put_legend(r, name, level, named_above(r, b, instance, r->heading));
    put_children(r, b, instance, level + 1);
    if (may_remove(r->session, b->field, instance)) put_remove(r, instance, name);
    markup(r->out, "</fieldset>");
}

static void put_repeat(struct form_rendering *r, const struct form_body *b, struct form_node *at, int level) {
    struct form_node *parent = form_nearest(r->session, b->field->parent, at);
    size_t number = 0;
    markup(r->out, "<div class=\"lingban-repeat\">");
    for (struct form_node *n = dom_first_element(parent); n; n = dom_next_element(n))
        if (n->field == b->field && !n->hidden) put_instance(r, b, n, ++number, level);
    if (form_offers_entry(r->session, b->field, parent)) {
        struct str above = form_wire_name(r->session->arena, parent);
        struct str wire = arena_printf(r->session->arena, "%.*s%s%.*s", STR_ARGS(above), above.n ? "/" : "", STR_ARGS(b->field->name));
        struct str label = repeat_label(r, b, parent);
        put_button(r, " govuk-button--secondary lingban-add", "_add", wire,
                   text_say(r->session->arena, r->view->language, number ? T("Add another: {0}") : T("Add: {0}"), label));
    }
    markup(r->out, "</div>");
}

static bool holds_repeat_only(const struct form_body *b) {
    return b->first && b->first == b->last && b->first->control == FORM_REPEAT;
}

static void put_group(struct form_rendering *r, const struct form_body *b, struct form_node *at, int level) {
    if (holds_repeat_only(b)) { /* pyxform wraps a repeat in a group with its label */
        put_children(r, b, at, level);
        return;
    }
    markup(r->out, "<fieldset class=\"govuk-fieldset lingban-section\">");
    put_legend(r, markdown_plain(r->session->arena, form_say_marked(r->session, &b->label, at)), level, false);
    put_children(r, b, at, level + 1);
    markup(r->out, "</fieldset>");
}

static void put_body(struct form_rendering *r, const struct form_body *b, struct form_node *at, int level) {
    if (!form_body_visible(r->session, b, at)) return;
    if (b->control == FORM_REPEAT) put_repeat(r, b, at, level);
    else if (b->control == FORM_GROUP_CONTROL) put_group(r, b, at, level);
    else form_render_question(r, b, form_nearest(r->session, b->field, at));
}

/* ---- one page ---- */

static void count_question(struct form_session *s, const struct form_body *b, struct form_node *node, void *count) {
    *(size_t *)count += !form_is_readonly(s, node) && !form_nothing_to_choose(s, b, node);
}

struct str form_say_progress(struct arena *arena, enum language language, const struct form_page *pages, size_t count, size_t index) {
    struct str number = arena_printf(arena, "%zu", index + 1);
    if (pages[index].open) return text_say(arena, language, T("Page {0}"), number);
    return text_say(arena, language, T("Page {0} of {1}"), number, arena_printf(arena, "%zu", count));
}

static void put_progress(struct form_rendering *r, const struct form_page *pages, size_t count, size_t index) {
    markup(r->out, "<p class=\"govuk-caption-l lingban-progress\">");
    html_text(r->out, form_say_progress(r->session->arena, r->view->language, pages, count, index));
    markup(r->out, "</p>");
}

static void put_heading(struct form_rendering *r, struct str text, const char *size, int level) {
    buf_printf(r->out, "<h%d class=\"govuk-heading-%s\">", level, size);
    html_text(r->out, text);
    buf_printf(r->out, "</h%d>", level);
}

static void put_page_questions(struct form_rendering *r, const struct form_page *page) {
    const struct form_body *b = page->first;
    bool group = page->count == 1 && b->control == FORM_GROUP_CONTROL;
    struct str title = page->title;
    if (!title.n && !r->alone && r->level == 1) title = form_title(r->session->form);
    r->heading = title;
    if (title.n) {
        r->alone = false;
        put_heading(r, title, "l", r->level);
    }
    for (size_t i = 0; i < page->count; i++, b = b->next) {
        if (group) put_children(r, b, r->session->root, r->level + 1);
        else put_body(r, b, r->session->root, r->level + 1);
    }
}

void form_render_page(struct form_session *session, const struct form_page *pages, size_t count, size_t index,
                      const struct form_view *view, struct buf *out) {
    struct form_rendering r = {.session = session, .view = view, .out = out, .level = view->heading_level ? view->heading_level : 1};
    size_t questions = 0;
    if (index >= count) return;
    form_each_question(session, &pages[index], count_question, &questions);
    r.alone = questions == 1;
    put_page_summary(&r, &pages[index]);
    bool last = index + 1 >= count && !pages[index].open; /* what follows may show with the answers of this page */
    put_first_button(&r, last);
    markup(out, "<input type=\"hidden\" name=\"_page\"");
    html_attr(out, "value", pages[index].id);
    markup(out, ">");
    if (index == 0) form_render_locating(&r, NULL, session->root);
    if (view->show_progress) put_progress(&r, pages, count, index);
    put_page_questions(&r, &pages[index]);
    put_buttons(&r, index, last);
}

/* ---- all pages at once ---- */

/* As the page itself, without its heading of the first level: here it is a part of a page. */
static void put_page_part(struct form_rendering *r, const struct form_page *page) {
    const struct form_body *b = page->first;
    bool group = page->count == 1 && b->control == FORM_GROUP_CONTROL;
    markup(r->out, "<section class=\"lingban-page\">");
    r->heading = page->title;
    if (page->title.n) put_heading(r, page->title, "m", 2);
    for (size_t i = 0; i < page->count; i++, b = b->next) {
        if (group) put_children(r, b, r->session->root, 3);
        else put_body(r, b, r->session->root, 3);
    }
    markup(r->out, "</section>");
}

static void put_whole_summary(struct form_rendering *r, const struct form_page *pages, size_t count, bool same_page);

void form_render_all(struct form_session *session, const struct form_page *pages, size_t count,
                     const struct form_view *view, struct buf *out) {
    struct form_rendering r = {.session = session, .view = view, .out = out, .level = 2};
    if (view->show_errors) put_whole_summary(&r, pages, count, true);
    markup(out, "<button type=\"submit\" class=\"govuk-visually-hidden\" tabindex=\"-1\" aria-hidden=\"true\" name=\"_go\" value=\"send\"></button>"
                "<input type=\"hidden\" name=\"_page\" value=\"all\"><div class=\"lingban-pages\">");
    for (size_t i = 0; i < count; i++) put_page_part(&r, &pages[i]);
    form_render_locating(&r, NULL, session->root);
    markup(out, "</div><div class=\"govuk-button-group actions\">");
    put_button(&r, "", "_go", STR("send"), form_word(&r, T("Send")));
    markup(out, "</div>");
}

/* ---- check your answers ---- */

struct listing {
    struct form_rendering *r;
    struct str page; /* with change links when not empty */
    enum form_privacy most;
    struct str title;
    bool open;                        /* inside a <dl> */
    const struct form_node *instance; /* the repeat instance of the rows written last */
};

static void put_change(struct listing *l, struct str label, const struct form_node *node) {
    struct form_rendering *r = l->r;
    markup(r->out, "<dd class=\"govuk-summary-list__actions\"><a class=\"govuk-link\" href=\"");
    put_page_link(r, l->page, node);
    markup(r->out, "\">");
    html_text(r->out, form_word(r, T("Change")));
    markup(r->out, "<span class=\"govuk-visually-hidden\"> ");
    html_text(r->out, label);
    markup(r->out, "</span></a></dd>");
}

static const struct form_node *instance_of(const struct form_node *node) {
    const struct form_node *n = node->parent;
    while (n && n->field && !n->field->is_repeat) n = n->parent;
    return n && n->field ? n : NULL;
}

static size_t number_of_instance(const struct form_node *instance) {
    size_t number = 1;
    for (const struct form_node *p = instance->previous; p; p = p->previous) number += p->field == instance->field && !p->hidden;
    return number;
}

static void close_list(struct listing *l) {
    if (l->open) markup(l->r->out, "</dl>");
    l->open = false;
}

/* The page's heading before its first row, and one where the rows of another repeat instance begin. */
static void open_list(struct listing *l, const struct form_node *node) {
    const struct form_node *instance = instance_of(node);
    struct str above = l->title;
    if (l->title.n) {
        put_heading(l->r, l->title, "m", l->r->level + 1);
        l->title = STR("");
    }
    if (instance != l->instance) close_list(l);
    if (l->open) return;
    l->open = true;
    if (instance && instance != l->instance && !named_above(l->r, instance->field->body, instance, above)) {
        put_heading(l->r, numbered(l->r, repeat_label(l->r, instance->field->body, instance), number_of_instance(instance)), "s",
                    l->r->level + 2);
    }
    l->instance = instance;
    markup(l->r->out, "<dl class=\"govuk-summary-list\">");
}

static void put_row(struct form_session *s, const struct form_body *b, struct form_node *node, void *arg) {
    struct listing *l = arg;
    struct buf *out = l->r->out;
    if (node->field->privacy > l->most) return;
    bool note = form_is_readonly(s, node);
    if (note && dom_value(node).n == 0) return;
    if (l->page.n && form_nothing_to_choose(s, b, node)) return; /* nobody was asked: there is nothing to check */
    open_list(l, node);
    struct str label = form_label_of(s, b, node);
    markup(out, "<div class=\"govuk-summary-list__row\"><dt class=\"govuk-summary-list__key\">");
    html_text(out, label);
    markup(out, "</dt><dd class=\"govuk-summary-list__value\">");
    form_render_value(l->r, node);
    markup(out, "</dd>");
    if (l->page.n && !note) put_change(l, label, node);
    markup(out, "</div>");
}

static void put_page_answers(struct form_rendering *r, const struct form_page *page, struct str change, enum form_privacy most) {
    struct listing l = {.r = r, .page = change, .most = most, .title = page->title};
    form_each_question(r->session, page, put_row, &l);
    close_list(&l);
}

static void put_whole_summary(struct form_rendering *r, const struct form_page *pages, size_t count, bool same_page) {
    size_t wrong = 0;
    for (size_t i = 0; i < count; i++) wrong += form_page_violations(r->session, &pages[i]);
    if (!wrong) return;
    open_summary(r);
    for (size_t i = 0; i < count; i++) {
        struct summary summary = {.r = r, .page = same_page ? STR("") : pages[i].id};
        form_each_question(r->session, &pages[i], put_fault, &summary);
    }
    close_summary(r);
}

void form_render_check(struct form_session *session, const struct form_page *pages, size_t count,
                       const struct form_view *view, struct buf *out) {
    struct form_rendering r = {.session = session, .view = view, .out = out, .level = view->heading_level ? view->heading_level : 1};
    put_whole_summary(&r, pages, count, false);
    put_heading(&r, form_word(&r, T("Check your answers")), "l", r.level);
    for (size_t i = 0; i < count; i++) put_page_answers(&r, &pages[i], pages[i].id, FORM_SENSITIVE);
    markup(out, "<div class=\"govuk-button-group actions\">");
    put_button(&r, "", "_go", STR("send"), form_word(&r, T("Send")));
    put_button(&r, " govuk-button--secondary", "_go", STR("back"), form_word(&r, T("Back")));
    markup(out, "</div>");
}

void form_render_answers(struct form_session *session, enum form_privacy most, const struct form_view *view, struct buf *out) {
    struct form_rendering r = {.session = session, .view = view, .out = out, .level = view->heading_level ? view->heading_level : 1};
    const struct form_page *pages;
    size_t count = form_pages(session, session->arena, &pages);
    for (size_t i = 0; i < count; i++) put_page_answers(&r, &pages[i], STR(""), most);
}
