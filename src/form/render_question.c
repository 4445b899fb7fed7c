/* render_question.c: one question as govuk-frontend's components write it (https://design-system.service.gov.uk/
 * components/: text input, textarea, select, radios, checkboxes, file upload), with native inputs. */
#include "form/render_parts.h"

#include "base/dates.h"

#include <string.h>

enum { LONG_LIST = 15 }; /* more choices than this become a <select> */

struct question {
    struct form_rendering *r;
    const struct form_body *body;
    struct form_node *node;
    struct str name, id, hint, guidance, purpose, error, value;
    bool required, readonly, typed; /* typed: its hint is our own, how to write a place */
};

struct str form_word(const struct form_rendering *r, struct str sentence) {
    return text_in(r->view->language, sentence);
}

struct str form_label_of(struct form_session *s, const struct form_body *b, const struct form_node *at) {
    struct str label = form_say_marked(s, &b->label, at);
    return label.n || !b->field ? markdown_plain(s->arena, label) : b->field->name;
}

static bool appears(const struct question *q, const char *word) {
    struct str rest = xml_attr(q->body->element, "appearance"), piece;
    while (str_split(&rest, ' ', &piece))
        if (str_eqz(piece, word) || (str_starts(piece, str_from(word)) && piece.n > strlen(word) && piece.p[strlen(word)] == '-'))
            return true;
    return false;
}

/* ---- attributes ---- */

static void id_attribute(const struct question *q, const char *name, const char *suffix) {
    buf_byte(q->r->out, ' ');
    buf_addz(q->r->out, name);
    markup(q->r->out, "=\"");
    html_attr_value(q->r->out, q->id);
    buf_addz(q->r->out, suffix);
    markup(q->r->out, "\"");
}

static void described_by(const struct question *q) {
    static const char *const suffixes[] = {"-hint", "-purpose", "-error"};
    const struct str texts[] = {q->hint, q->purpose, q->error};
    bool first = true;
    for (size_t i = 0; i < 3; i++) {
        if (!texts[i].n) continue;
        if (first) markup(q->r->out, " aria-describedby=\"");
        else markup(q->r->out, " ");
        html_attr_value(q->r->out, q->id);
        buf_addz(q->r->out, suffixes[i]);
        first = false;
    }
    if (!first) markup(q->r->out, "\"");
}

static void common_attributes(const struct question *q) {
    id_attribute(q, "id", "");
    html_attr(q->r->out, "name", q->name);
    described_by(q);
    if (q->readonly) markup(q->r->out, " readonly");
    if (q->required) markup(q->r->out, " aria-required=\"true\"");
    if (q->error.n) markup(q->r->out, " aria-invalid=\"true\"");
}

/* ---- label, hint, error ---- */

static void put_words(const struct question *q) {
    struct str label = form_say_marked(q->r->session, &q->body->label, q->node);
    markdown_html(q->r->out, label.n ? label : q->node->field->name, MARKDOWN_LINKS);
}

static void put_label_text(const struct question *q) {
    put_words(q);
    if (q->required || q->readonly) return;
    markup(q->r->out, " <span class=\"lingban-optional\">");
    html_text(q->r->out, form_word(q->r, T("(optional)")));
    markup(q->r->out, "</span>");
}

static void put_label(const struct question *q) {
    struct buf *out = q->r->out;
    if (q->r->alone) buf_printf(out, "<h%d class=\"govuk-label-wrapper\">", q->r->level);
    buf_addz(out, q->r->alone ? "<label class=\"govuk-label govuk-label--l\"" : "<label class=\"govuk-label govuk-label--s\"");
    id_attribute(q, "for", "");
    markup(out, ">");
    put_label_text(q);
    markup(out, "</label>");
    if (q->r->alone) buf_printf(out, "</h%d>", q->r->level);
}

static void put_legend(const struct question *q) {
    struct buf *out = q->r->out;
    buf_printf(out, "<legend class=\"govuk-fieldset__legend govuk-fieldset__legend--%s\">", q->r->alone ? "l" : "s");
    if (q->r->alone) buf_printf(out, "<h%d class=\"govuk-fieldset__heading\">", q->r->level);
    put_label_text(q);
    if (q->r->alone) buf_printf(out, "</h%d>", q->r->level);
    markup(out, "</legend>");
}

/* Longer words for those who want them: closed until they are asked for. */
static void put_guidance(const struct question *q) {
    struct buf *out = q->r->out;
    markup(out, "<details class=\"govuk-details lingban-guidance\"><summary class=\"govuk-details__summary\"><span class=\"govuk-details__summary-text\">");
    html_text(out, form_word(q->r, T("More about this question")));
    markup(out, "</span></summary><div class=\"govuk-details__text\">");
    markdown_html(out, q->guidance, MARKDOWN_LINKS);
    markup(out, "</div></details>");
}

static void put_hint(const struct question *q) {
    struct buf *out = q->r->out;
    if (q->hint.n) {
        markup(out, "<div class=\"govuk-hint\"");
        id_attribute(q, "id", "-hint");
        markup(out, ">");
        markdown_html(out, q->hint, MARKDOWN_LINKS);
        markup(out, "</div>");
    }
    if (q->guidance.n) put_guidance(q);
    if (q->purpose.n) {
        markup(out, "<div class=\"govuk-hint lingban-purpose\"");
        id_attribute(q, "id", "-purpose");
        markup(out, ">");
        html_text(out, form_word(q->r, T("Why we ask:")));
        if (q->r->view->language != LANGUAGE_ZH) markup(out, " ");
        html_lines(out, q->purpose);
        markup(out, "</div>");
    }
    if (!q->error.n) return;
    markup(out, "<p class=\"govuk-error-message\"");
    id_attribute(q, "id", "-error");
    markup(out, "><span class=\"govuk-visually-hidden\">");
    html_text(out, form_word(q->r, T("Error:")));
    markup(out, "</span> ");
    html_lines(out, q->error);
    markup(out, "</p>");
}

/* ---- pictures, sound, film ---- */

static struct str media_address(const struct question *q, struct str uri) {
    const struct form_view *view = q->r->view;
    return uri.n && view->media_address ? view->media_address(view->context, uri) : STR("");
}

static void put_picture(const struct question *q, const struct form_media *media, struct str alternative) {
    struct buf *out = q->r->out;
    struct str small = media_address(q, media->image), big = media_address(q, media->big_image);
    if (!small.n) small = big;
    if (!small.n) return;
    markup(out, "<img class=\"lingban-picture\" loading=\"lazy\" src=\"");
    html_url(out, small);
    markup(out, "\"");
    html_attr(out, "alt", alternative);
    markup(out, ">");
}

static void put_player(const struct question *q, const char *element, struct str address) {
    if (!address.n) return;
    buf_printf(q->r->out, "<%s class=\"lingban-player\" controls preload=\"none\" src=\"", element);
    html_url(q->r->out, address);
    buf_printf(q->r->out, "\"></%s>", element);
}

static void put_sound_and_film(const struct question *q, const struct form_media *media) {
    put_player(q, "audio", media_address(q, media->audio));
    put_player(q, "video", media_address(q, media->video));
}

/* Of a question; `media` may be NULL. A picture that has a large one leads to it. */
static void put_media(const struct question *q, const struct form_media *media) {
    if (!media) return;
    struct str big = media_address(q, media->big_image);
    if (big.n) {
        markup(q->r->out, "<a href=\"");
        html_url(q->r->out, big);
        markup(q->r->out, "\">");
    }
    put_picture(q, media, big.n ? form_word(q->r, T("Show the picture large")) : STR(""));
    if (big.n) markup(q->r->out, "</a>");
    put_sound_and_film(q, media);
}

/* An empty field of the same name before controls that post nothing when nothing is chosen. */
static void put_marker(const struct question *q) {
    markup(q->r->out, "<input type=\"hidden\"");
    html_attr(q->r->out, "name", q->name);
    markup(q->r->out, " value=\"\">");
}

/* There is nothing to choose from yet: post.c asks again once there is (render.h). */
static void put_none(const struct question *q) {
    markup(q->r->out, "<input type=\"hidden\" name=\"_none\"");
    html_attr(q->r->out, "value", q->name);
    markup(q->r->out, ">");
}

/* ---- inputs ---- */

struct input {
    const char *type, *attributes; /* our own words, no user's */
    const char *width;
};

static const struct input input_of_type[] = {
    [FORM_STRING] = {"text", "", ""},
    [FORM_INT] = {"number", " step=\"1\" inputmode=\"numeric\"", " govuk-input--width-10"},
    [FORM_DECIMAL] = {"number", " step=\"any\" inputmode=\"decimal\"", " govuk-input--width-10"},
    [FORM_BOOLEAN] = {"text", "", " govuk-input--width-10"},
    [FORM_DATE] = {"date", "", " govuk-input--width-10"},
    [FORM_TIME] = {"time", "", " govuk-input--width-10"},
    [FORM_DATETIME] = {"datetime-local", "", " govuk-input--width-20"},
    [FORM_GEOPOINT] = {"text", " inputmode=\"text\" autocomplete=\"off\"", " govuk-input--width-20"},
    [FORM_GEOTRACE] = {"text", " autocomplete=\"off\"", ""},
    [FORM_GEOSHAPE] = {"text", " autocomplete=\"off\"", ""},
    [FORM_BINARY] = {"text", "", ""},
    [FORM_BARCODE] = {"text", " autocomplete=\"off\"", " govuk-input--width-20"},
    [FORM_GROUP] = {"text", "", ""},
};

static const struct input input_of_kind[] = {
    [FORM_PHONE] = {"tel", " autocomplete=\"tel\"", " govuk-input--width-20"},
    [FORM_CN_ID] = {"text", " autocomplete=\"off\" autocapitalize=\"characters\" spellcheck=\"false\" maxlength=\"40\"", " govuk-input--width-20"},
    [FORM_USCC] = {"text", " autocomplete=\"off\" autocapitalize=\"characters\" spellcheck=\"false\" maxlength=\"40\"", " govuk-input--width-20"},
    [FORM_DIVISION] = {"text", " inputmode=\"numeric\" autocomplete=\"off\"", " govuk-input--width-10"},
};

static struct input input_for(const struct question *q) {
    const struct form_field *field = q->node->field;
    if (field->kind != FORM_PLAIN) return input_of_kind[field->kind];
    struct input in = input_of_type[field->type];
    if (field->type == FORM_DATE && appears(q, "month-year")) in.type = "month";
    if (field->type == FORM_DATE && appears(q, "year")) in = (struct input){"text", " inputmode=\"numeric\" maxlength=\"4\"", " govuk-input--width-4"};
    if (field->type == FORM_STRING && appears(q, "numbers")) in.attributes = " inputmode=\"numeric\"";
    if (field->type == FORM_STRING && appears(q, "url")) in.type = "url";
    if (appears(q, "masked") || appears(q, "hidden-answer")) in = (struct input){"password", " autocomplete=\"off\"", ""};
    return in;
}

/* A place as it was typed: height and accuracy are only there when a device said them. */
static struct str place_words(struct str value) {
    struct str none = STR(" 0.0 0.0");
    return str_ends(value, none) ? str_sub(value, 0, value.n - none.n) : value;
}

/* What the browser's control can hold: a date-time without zone and seconds, a month without day. */
static struct str value_for(const struct question *q, const struct input *in) {
    if (!strcmp(in->type, "datetime-local")) return str_sub(q->value, 0, 16);
    if (!strcmp(in->type, "month")) return str_sub(q->value, 0, 7);
    if (!strcmp(in->type, "time")) return str_sub(q->value, 0, 5);
    if (q->node->field->type == FORM_GEOPOINT) return place_words(q->value);
    if (q->node->field->type == FORM_DATE && appears(q, "year")) return str_sub(q->value, 0, 4);
    return q->value;
}

static bool is_place(const struct question *q) {
    enum form_type type = q->node->field->type;
    return type == FORM_GEOPOINT || type == FORM_GEOTRACE || type == FORM_GEOSHAPE;
}

/* How to type what a device would say by itself. */
static struct str place_hint(const struct question *q) {
    return form_word(q->r, q->node->field->type == FORM_GEOPOINT ? T("Latitude and longitude, such as 43.17 124.35.")
                                                                 : T("Points of latitude and longitude with ; between them, such as 43.17 124.35; 43.18 124.36."));
}

static void range_attributes(const struct question *q) {
    static const char *const pairs[][2] = {{"min", "start"}, {"max", "end"}, {"step", "step"}};
    for (size_t i = 0; i < 3; i++) {
        struct str value = xml_attr(q->body->element, pairs[i][1]);
        if (value.n) html_attr(q->r->out, pairs[i][0], value);
    }
}

static void put_textarea(const struct question *q) {
    struct buf *out = q->r->out;
    int64_t rows = 0;
    bool told = str_to_int64(xml_attr(q->body->element, "rows"), &rows) && rows >= 1 && rows <= 40;
    buf_printf(out, "<textarea class=\"govuk-textarea\" rows=\"%d\"", told ? (int)rows : 5);
    common_attributes(q);
    markup(out, ">");
    html_text(out, q->value);
    markup(out, "</textarea>");
}

static void put_input(const struct question *q) {
    struct buf *out = q->r->out;
    struct input in = input_for(q);
    if (q->node->field->type == FORM_STRING && (appears(q, "multiline") || xml_attr(q->body->element, "rows").n)) {
        put_textarea(q);
        return;
    }
    markup(out, "<input class=\"govuk-input");
    buf_addz(out, in.width);
    if (q->error.n) markup(out, " govuk-input--error");
    markup(out, "\" type=\"");
    buf_addz(out, in.type);
    markup(out, "\"");
    buf_addz(out, in.attributes);
    common_attributes(q);
    if (q->body->control == FORM_RANGE) range_attributes(q);
    if (is_place(q)) {
        html_attr(out, "data-lingban-place", form_word(q->r, T("Use where I am")));
        if (q->node->field->type != FORM_GEOPOINT) markup(out, " data-lingban-many=\"yes\"");
        if (q->typed) id_attribute(q, "data-lingban-typed", "-hint");
        html_attr(out, "data-lingban-lost", form_word(q->r, T("The device did not say where it is. You can type the place, or leave it empty.")));
    }
    html_attr(out, "value", value_for(q, &in));
    markup(out, ">");
}

static void put_upload(const struct question *q) {
    struct buf *out = q->r->out;
    struct str media = xml_attr(q->body->element, "mediatype");
    if (q->value.n) {
        markup(out, "<p class=\"govuk-body\">");
        form_render_value(q->r, q->node);
        markup(out, " <button type=\"submit\" class=\"govuk-button govuk-button--secondary govuk-button--small\" name=\"_clear\"");
        html_attr(out, "value", q->name);
        markup(out, ">");
        html_text(out, form_word(q->r, T("Remove this file")));
        markup(out, "</button></p>");
    }
    markup(out, "<input class=\"govuk-file-upload\" type=\"file\"");
    common_attributes(q);
    if (media.n) html_attr(out, "accept", media);
    if (appears(q, "new")) buf_addz(out, appears(q, "new-front") ? " capture=\"user\"" : " capture=\"environment\"");
    markup(out, ">");
    put_marker(q);
}

/* ---- choices ---- */

static bool is_chosen(const struct question *q, struct str value) {
    struct str rest = q->value, word;
    if (q->body->control == FORM_SELECT_ONE) return str_eq(q->value, value);
    while (str_split(&rest, ' ', &word))
        if (str_eq(word, value)) return true;
    return false;
}

static void put_option(const struct question *q, const struct form_choice *c, bool chosen) {
    markup(q->r->out, "<option");
    html_attr(q->r->out, "value", c->value);
    if (chosen) markup(q->r->out, " selected");
    markup(q->r->out, ">");
    html_text(q->r->out, c->label.n ? markdown_plain(q->r->session->arena, c->label) : c->value);
    markup(q->r->out, "</option>");
}

static void put_select(const struct question *q, const struct form_choice *choices, size_t count) {
    struct buf *out = q->r->out;
    if (!count) put_none(q);
    markup(out, "<select class=\"govuk-select\"");
    common_attributes(q);
    markup(out, "><option value=\"\">");
    html_text(out, form_word(q->r, T("Choose…")));
    markup(out, "</option>");
    for (size_t i = 0; i < count; i++) put_option(q, &choices[i], is_chosen(q, choices[i].value));
    markup(out, "</select>");
}

/* Ranks: one <select> a place; the answer is the order of what was chosen. */
static void put_rank(const struct question *q, const struct form_choice *choices, size_t count) {
    struct buf *out = q->r->out;
    struct str rest = q->value, word = STR("");
    if (count) put_marker(q);
    else put_none(q);
    for (size_t place = 0; place < count; place++) {
        if (!str_split(&rest, ' ', &word)) word = STR("");
        markup(out, "<div class=\"lingban-rank\"><select class=\"govuk-select\"");
        html_attr(out, "name", q->name);
        html_attr(out, "aria-label", text_say(q->r->session->arena, q->r->view->language, T("Place {0}"),
                                              arena_printf(q->r->session->arena, "%zu", place + 1)));
        if (place == 0) id_attribute(q, "id", "");
        markup(out, "><option value=\"\">–</option>");
        for (size_t i = 0; i < count; i++) put_option(q, &choices[i], str_eq(word, choices[i].value));
        markup(out, "</select></div>");
    }
}

static void choice_id(const struct question *q, const char *attribute, size_t i) {
    buf_byte(q->r->out, ' ');
    buf_addz(q->r->out, attribute);
    markup(q->r->out, "=\"");
    html_attr_value(q->r->out, q->id);
    if (i) buf_printf(q->r->out, ":%zu", i + 1); /* the first bears the question's id, for the error summary */
    markup(q->r->out, "\"");
}

static void put_choice(const struct question *q, const struct form_choice *c, size_t i, const char *type, const char *block) {
    struct buf *out = q->r->out;
    buf_printf(out, "<div class=\"%s__item\"><input class=\"%s__input\" type=\"%s\"", block, block, type);
    choice_id(q, "id", i);
    html_attr(out, "name", q->name);
    html_attr(out, "value", c->value);
    if (is_chosen(q, c->value)) markup(out, " checked");
    if (q->readonly) markup(out, " disabled");
    buf_printf(out, "><label class=\"govuk-label %s__label\"", block);
    choice_id(q, "for", i);
    markup(out, ">");
    put_picture(q, &c->media, c->label.n ? STR("") : c->value);
    markdown_html(out, c->label.n ? c->label : c->value, MARKDOWN_NO_LINKS);
    markup(out, "</label>");
    put_sound_and_film(q, &c->media);
    markup(out, "</div>");
}

static void put_choices(const struct question *q, const struct form_choice *choices, size_t count) {
    struct buf *out = q->r->out;
    bool many = q->body->control == FORM_SELECT_MANY;
    const char *block = many ? "govuk-checkboxes" : "govuk-radios";
    bool in_line = !many && (appears(q, "columns") || appears(q, "likert") || appears(q, "horizontal")), scale = q->body->control == FORM_RANGE;
    if (count) put_marker(q);
    else put_none(q);
    buf_printf(out, "<div class=\"choices%s %s%s\" data-module=\"%s\">", scale ? " choices--scale" : "", block, in_line ? " govuk-radios--inline" : "", block);
    for (size_t i = 0; i < count; i++) put_choice(q, &choices[i], i, many ? "checkbox" : "radio", block);
    if (count == 0) {
        markup(out, "<p class=\"govuk-body\">");
        html_text(out, form_word(q->r, T("There is nothing to choose from yet: answer the questions before this one.")));
        markup(out, "</p>");
    }
    markup(out, "</div>");
}

static void put_trigger(const struct question *q) {
    const struct form_choice yes = {.value = STR("OK"), .label = form_word(q->r, T("Yes, I have read this"))};
    put_marker(q);
    markup(q->r->out, "<div class=\"choices govuk-checkboxes\" data-module=\"govuk-checkboxes\">");
    put_choice(q, &yes, 0, "checkbox", "govuk-checkboxes");
    markup(q->r->out, "</div>");
}

/* ---- the question ---- */

static void put_note(const struct question *q) {
    struct buf *out = q->r->out;
    markup(out, "<div class=\"govuk-inset-text lingban-note\"");
    id_attribute(q, "id", "");
    markup(out, "><p class=\"govuk-body\">");
    put_words(q);
    markup(out, "</p>");
    put_media(q, form_media_of(q->r->session, &q->body->label));
    if (q->value.n) {
        markup(out, "<p class=\"govuk-body govuk-!-font-weight-bold\">");
        form_render_value(q->r, q->node);
        markup(out, "</p>");
    }
    if (q->hint.n) {
        markup(out, "<p class=\"govuk-hint\">");
        markdown_html(out, q->hint, MARKDOWN_LINKS);
        markup(out, "</p>");
    }
    if (q->guidance.n) put_guidance(q);
    markup(out, "<input type=\"hidden\" name=\"_note\"");
    html_attr(out, "value", q->name);
    markup(out, "></div>");
}

static void put_fieldset(const struct question *q, const struct form_choice *choices, size_t count) {
    struct buf *out = q->r->out;
    markup(out, "<fieldset class=\"govuk-fieldset\"");
    described_by(q);
    markup(out, ">");
    put_legend(q);
    put_media(q, form_media_of(q->r->session, &q->body->label));
    put_hint(q);
    if (q->body->control == FORM_TRIGGER) put_trigger(q);
    else if (q->body->control == FORM_RANK) put_rank(q, choices, count);
    else put_choices(q, choices, count);
    markup(out, "</fieldset>");
}

/* A short range is chosen with one finger: radios. Numbers that are not whole, and long ranges, are typed. */
static size_t range_choices(const struct question *q, const struct form_choice **out) {
    enum { MOST = 11 };
    int64_t start, end, step;
    const struct xml_node *e = q->body->element;
    bool whole = str_to_int64(xml_attr(e, "start"), &start) && str_to_int64(xml_attr(e, "end"), &end) && str_to_int64(xml_attr(e, "step"), &step);
    if (!whole || step <= 0 || end <= start || (end - start) / step >= MOST || q->node->field->type == FORM_DECIMAL) return 0;
    size_t count = (size_t)((end - start) / step) + 1;
    struct form_choice *items = arena_array(q->r->session->arena, struct form_choice, count);
    for (size_t i = 0; i < count; i++)
        items[i].value = items[i].label = arena_printf(q->r->session->arena, "%lld", (long long)(start + (int64_t)i * step));
    *out = items;
    return count;
}

/* One choice of a long list, or where the form asks for it: a <select>. */
static bool is_short(const struct question *q, size_t count) {
    if (q->body->control == FORM_RANGE) return count && appears(q, "picker");
    if (q->body->control != FORM_SELECT_ONE) return false;
    return count > LONG_LIST || appears(q, "minimal") || appears(q, "autocomplete") || appears(q, "search");
}

/* Several controls under one legend. */
static bool is_set(const struct question *q, size_t count) {
    switch (q->body->control) {
    case FORM_SELECT_ONE: case FORM_SELECT_MANY: case FORM_RANK: case FORM_TRIGGER: return true;
    case FORM_RANGE: return count > 0;
    default: return false;
    }
}

static void put_control(const struct question *q) {
    const struct form_choice *choices = NULL;
    bool range = q->body->control == FORM_RANGE;
    size_t count = range ? range_choices(q, &choices) : form_choices(q->r->session, q->node, &choices);
    bool select = is_short(q, count);
    if (!select && is_set(q, count)) {
        put_fieldset(q, choices, count);
        return;
    }
    put_label(q);
    put_media(q, form_media_of(q->r->session, &q->body->label));
    put_hint(q);
    if (select) put_select(q, choices, count);
    else if (q->body->control == FORM_UPLOAD) put_upload(q);
    else put_input(q);
}

/* It is posted all the same, as what was asked is. */
static void put_chosen(const struct question *q) {
    markup(q->r->out, "<input type=\"hidden\"");
    html_attr(q->r->out, "name", q->name);
    html_attr(q->r->out, "value", q->value);
    markup(q->r->out, ">");
}

void form_render_question(struct form_rendering *r, const struct form_body *b, struct form_node *node) {
    struct form_session *s = r->session;
    struct question q = {.r = r, .body = b, .node = node, .name = form_wire_name(s->arena, node), .id = form_html_id(s->arena, node)};
    q.value = dom_value(node);
    q.hint = form_say_marked(s, &b->hint, node);
    q.guidance = form_say_guidance(s, &b->hint, node);
    q.readonly = form_is_readonly(s, node);
    if (q.readonly) {
        put_note(&q);
        return;
    }
    q.typed = is_place(&q) && !q.hint.n;
    if (q.typed) q.hint = place_hint(&q);
    if (form_nothing_to_choose(s, b, node)) {
        put_chosen(&q);
        return;
    }
    q.required = form_test(s, node->field->required, node, false);
    if (r->view->show_purpose) q.purpose = form_say(s, &node->field->purpose, node);
    if (r->view->show_errors) q.error = form_explain(s, node, r->view->language);
    buf_addz(r->out, q.error.n ? "<div class=\"govuk-form-group govuk-form-group--error\"" : "<div class=\"govuk-form-group\"");
    /* an answer that others wait for: a script may post `_go=stay` when it changes, and show the page that comes back */
    if (node->field->value_watches.count) markup(r->out, " data-lingban-live");
    markup(r->out, ">");
    put_control(&q);
    form_render_locating(r, node->field, node);
    markup(r->out, "</div>");
}

/* Fields for the script: where the device is. Empty ones post nothing, so that without script they change nothing. */
void form_render_locating(struct form_rendering *r, const struct form_field *owner, struct form_node *at) {
    const struct form *f = r->session->form;
    for (size_t i = 0; i < f->locating_count; i++) {
        if (f->locating[i].owner != owner) continue;
        struct form_node *node = form_nearest(r->session, f->locating[i].field, at);
        if (!node || node->hidden || dom_value(node).n) continue;
        buf_printf(r->out, "<input type=\"hidden\" data-lingban-locate=\"%s\"", owner ? "change" : "load");
        html_attr(r->out, "name", form_wire_name(r->session->arena, node));
        markup(r->out, " value=\"\">");
    }
}

/* ---- values as people read them ---- */

static void put_labels(struct form_rendering *r, const struct form_node *node, struct str value) {
    struct str word;
    bool first = true;
    while (str_split(&value, ' ', &word)) {
        if (!word.n) continue;
        if (!first) html_text(r->out, r->view->language == LANGUAGE_ZH ? STR("、") : STR(", "));
        struct str label = markdown_plain(r->session->arena, form_choice_label(r->session, node, word));
        html_text(r->out, label.n ? label : word);
        first = false;
    }
}

/* What the question asks of a date: 3 parts, 2 (month-year) or 1 (year). */
static int date_parts(const struct form_node *node) {
    const struct form_body *b = node->field->body;
    struct str appearance = b && b->element ? xml_attr(b->element, "appearance") : STR_NONE;
    if (str_find(appearance, STR("month-year")) >= 0) return 2;
    return str_find(appearance, STR("year")) >= 0 ? 1 : 3;
}

static void put_date(struct form_rendering *r, const struct form_node *node, struct str value) {
    static const enum date_detail details[] = {DATE_DAY, DATE_YEAR, DATE_MONTH, DATE_DAY};
    html_text(r->out, date_say_text(r->session->arena, r->view->language, value, details[date_parts(node)]));
}

static void put_file(struct form_rendering *r, struct str value) {
    struct str address = r->view->upload_address ? r->view->upload_address(r->view->context, value) : STR_NONE;
    if (!address.n) {
        html_text(r->out, form_word(r, T("A file was added")));
        return;
    }
    markup(r->out, "<a class=\"govuk-link\" href=\"");
    html_url(r->out, address);
    markup(r->out, "\">");
    html_text(r->out, form_word(r, T("Look at the file")));
    markup(r->out, "</a>");
}

void form_render_value(struct form_rendering *r, const struct form_node *node) {
    struct str value = dom_value(node);
    const struct form_field *field = node->field;
    if (!value.n) {
        markup(r->out, "<span class=\"lingban-empty\">");
        html_text(r->out, form_word(r, T("Not answered")));
        markup(r->out, "</span>");
    } else if (field->control == FORM_SELECT_ONE) {
        struct str label = form_choice_label(r->session, node, value);
        html_text(r->out, label.n ? label : value);
    } else if (field->control == FORM_SELECT_MANY || field->control == FORM_RANK) {
        put_labels(r, node, value);
    } else if (field->control == FORM_TRIGGER) {
        html_text(r->out, form_word(r, T("Yes")));
    } else if (field->control == FORM_UPLOAD) {
        put_file(r, value);
    } else if (field->type == FORM_GEOPOINT) {
        html_text(r->out, place_words(value));
    } else if (field->type == FORM_DATE || field->type == FORM_DATETIME) {
        put_date(r, node, value);
    } else {
        html_lines(r->out, value);
    }
}
