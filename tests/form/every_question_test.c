/* every_question_test.c: every question type and appearance of the XLSForm reference (every-question.md) becomes a form whose
 * pages ask it with the control that is meant; tests/parts/51-imports.sh opens the same form in ODK's own engine. */
#include "form_kit.h"

#include "base/env.h"
#include "form/workbook.h"
#include "form/xlsform.h"

static const struct form_attachment lists[] = {
    {.uri = STR("jr://file-csv/towns.csv"), .text = STR("name,label,code,title\na,A,a1,Town A\nb,B,b1,Town B\n")},
    {.uri = STR("jr://file/parks.geojson"),
     .text = STR("{\"type\":\"FeatureCollection\",\"features\":[{\"type\":\"Feature\",\"properties\":{\"id\":\"p1\",\"title\":\"North park\"},"
                 "\"geometry\":{\"type\":\"Point\",\"coordinates\":[124.3,43.1]}}]}")},
    {.uri = STR("jr://file/streets.xml"), .text = STR("<root><item><name>s1</name><label>First street</label></item></root>")},
};

static struct form_session *every_question(void) {
    struct str bytes;
    const struct form_attachments attachments = {lists, sizeof lists / sizeof *lists};
    struct xlsform_options options = {.id = STR("every"), .for_page = true};
    assert_true(file_read(&arena, "tests/form/every-question.md", 1 << 20, &bytes, &faults));
    struct str xform = xlsform_convert_bytes(&arena, bytes, STR("every-question.md"), &options, &faults);
    const struct form *form = xform.p ? form_load(&arena, xform, &attachments, STR("every.xml"), &faults) : NULL;
    if (!form || faults.count) fail_msg("%.*s", STR_ARGS(fault_text(&arena, LANGUAGE_EN, &faults.items[0])));
    return form_open(form, &arena, &opening);
}

static struct str all_pages(struct form_session *s) {
    static const struct form_view view = {.language = LANGUAGE_EN, .page_address = {"/f", 2}};
    const struct form_page *pages;
    struct buf out;
    size_t count = form_pages(s, &arena, &pages);
    buf_init(&out, &arena, 1 << 20);
    for (size_t i = 0; i < count; i++) form_render_page(s, pages, count, i, &view, &out);
    return buf_str(&out);
}

static const struct {
    const char *question, *piece; /* what its part of the page must hold */
} wanted[] = {
    {"words/t_plain", "type=\"text\""}, {"words/t_lines", "<textarea class=\"govuk-textarea\" rows=\"7\""}, {"words/t_numbers", "inputmode=\"numeric\""},
    {"words/t_url", "type=\"url\""}, {"words/t_masked", "type=\"password\""}, {"words/i_plain", "type=\"number\" step=\"1\" inputmode=\"numeric\""},
    {"words/i_sep", "type=\"number\""}, {"words/i_counter", "type=\"number\""}, {"words/d_plain", "inputmode=\"decimal\""}, {"words/p_plain", "type=\"number\""},
    {"words/r_short", "type=\"radio\" id=\"q:words:r_short:5\""}, {"words/r_long", "max=\"100\" step=\"0.5\""}, {"words/r_rating", "type=\"radio\""},
    {"words/r_picker", "<select"}, {"times/da_plain", "type=\"date\""}, {"times/da_month", "type=\"month\""}, {"times/da_year", "inputmode=\"numeric\" maxlength=\"4\""},
    {"times/da_no", "type=\"date\""}, {"times/ti_plain", "type=\"time\""}, {"times/dt_plain", "type=\"datetime-local\""},
    {"choosing/s_one", "type=\"radio\""}, {"choosing/s_minimal", "<select"}, {"choosing/s_auto", "<select"}, {"choosing/s_columns", "govuk-radios--inline"},
    {"choosing/s_likert", "govuk-radios--inline"}, {"choosing/s_quick", "type=\"radio\""}, {"choosing/s_map", "type=\"radio\""},
    {"choosing/m_some", "type=\"checkbox\""}, {"choosing/m_other", "value=\"other\""}, {"choosing/s_random", "type=\"radio\""},
    {"choosing/s_cascade", "nothing to choose from yet"}, {"choosing/s_outside", "value=\"tie\""}, {"choosing/k_rank", "aria-label=\"Place 2\""}, {"choosing/a_yes", "value=\"OK\""},
    {"labels/l_first", "type=\"radio\""}, {"labels/l_second", "<strong>Dog</strong>"}, {"lists/f_csv", "Town A"}, {"lists/f_many", "value=\"b\""},
    {"lists/f_geo", "North park"}, {"lists/f_xml", "First street"}, {"files/u_image", "accept=\"image/*\""}, {"files/u_new", "capture=\"environment\""},
    {"files/u_selfie", "capture=\"user\""}, {"files/u_sign", "accept=\"image/*\""}, {"files/u_draw", "accept=\"image/*\""}, {"files/u_file", "type=\"file\""},
    {"files/u_audio", "accept=\"audio/*\""}, {"files/u_video", "accept=\"video/*\""}, {"places/g_point", "data-lingban-place"}, {"places/g_trace", "data-lingban-many"},
    {"places/g_shape", "data-lingban-many"}, {"places/b_code", "type=\"text\""}, {"places/g_asked", "name=\"places/g_then\" value=\"\""}, {"old_text", "type=\"text\""},
    {"old_select", "type=\"radio\""}, {"old_days", "type=\"number\""},
};

/* The part of the page between the question's id and the next question. */
static struct str part_of(struct str html, const char *question) {
    struct str name = arena_printf(&arena, "name=\"%s\"", question), none = arena_printf(&arena, "name=\"_none\" value=\"%s\"", question);
    ptrdiff_t at = str_find(html, name);
    if (at < 0) at = str_find(html, none);
    if (at < 0) return STR("");
    size_t from = (size_t)at, to = (size_t)at;
    while (from > 0 && !str_starts(str_sub(html, from, html.n), STR("<div class=\"govuk-form-group"))) from--;
    for (to++; to < html.n && !str_starts(str_sub(html, to, html.n), STR("<div class=\"govuk-form-group"));) to++;
    return str_sub(html, from, to);
}

static void every_question_is_asked(void **state) {
    (void)state;
    struct form_session *s = every_question();
    set(s, "/data/words/i_plain", "41");
    set(s, "/data/choosing/s_auto", "dog");
    struct str html = all_pages(s);
    for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++) {
        struct str part = part_of(html, wanted[i].question);
        if (str_find(part, str_from(wanted[i].piece)) < 0) fail_msg("%s: no “%s” in %.*s", wanted[i].question, wanted[i].piece, STR_ARGS(part));
    }
    assert_true(str_find(html, STR("Sum: <strong>42</strong>")) >= 0);
    assert_true(str_find(html, STR("<h1 class=\"govuk-heading-l\">Words and numbers</h1>")) >= 0);
    assert_true(str_find(html, STR("name=\"begun_at\" value=\"\"")) >= 0); /* start-geopoint */
    assert_true(str_find(html, STR("reserved_name")) < 0); /* the head of a table-list is no question */
    value_is(s, "/data/lists/c_pulled", "Town A");
    value_is(s, "/data/day_of", "2026-11-24");
}

/* Nobody knows the answers yet: whoever fills it in meets each type's own control and can send the form. */
static void it_can_be_filled_and_sent(void **state) {
    (void)state;
    struct form_session *s = every_question();
    set(s, "/data/words/i_plain", "1");
    set(s, "/data/choosing/s_one", "dog");
    set(s, "/data/choosing/s_cascade", "pug");
    set(s, "/data/choosing/k_rank", "dog cat");
    set(s, "/data/lists/f_geo", "p1");
    set(s, "/data/places/g_trace", "43.1 124.3; 43.2 124.4");
    set(s, "/data/member[1]/pet[1]/pet_name", "Mi");
    const struct form_pair pairs[] = {{STR("times/da_year"), STR("1944")}, {STR("times/da_month"), STR("1944-02")}};
    form_post(s, pairs, 2, &form_default_limits);
    value_is(s, "/data/times/da_year", "1944-01-01");
    value_is(s, "/data/times/da_month", "1944-02-01");
    assert_int_equal(form_finish(s), 0);
    static const struct form_view view = {.language = LANGUAGE_EN};
    struct buf out;
    buf_init(&out, &arena, 1 << 20);
    form_render_answers(s, FORM_SENSITIVE, &view, &out);
    assert_true(str_find(buf_str(&out), STR(">1944</dd>")) >= 0 && str_find(buf_str(&out), STR(">February 1944</dd>")) >= 0);
}

static const char external[] =
    "survey\n,type,name,label,choice_filter\n,select_one c,a,A,\n,select_one_external c,b,B,of = ${a}\n"
    "choices\n,list_name,name,label\n,c,a,A\n,c,b,B\n"
    "external_choices\n,list_name,name,label,of\n,c,x,X,a\n,c,x,Other X,b\n";

/* For ODK a query into itemsets.csv; for our pages a select with a list of its own beside the one of the same name. */
static void external_choices_are_a_list_on_our_pages(void **state) {
    (void)state;
    struct str odk = xlsform_convert_bytes(&arena, str_from(external), STR("t.csv"), NULL, &faults);
    assert_true(str_find(odk, STR("<input ref=\"/data/b\" query=\"instance('c')/root/item[of =  /data/a ]\">")) >= 0);
    struct xlsform_options options = {.for_page = true};
    struct str text = xlsform_convert_bytes(&arena, str_from(external), STR("t.csv"), &options, &faults);
    const struct form *form = form_load(&arena, text, NULL, STR("t.xml"), &faults);
    if (faults.count) fail_msg("%.*s", STR_ARGS(fault_text(&arena, LANGUAGE_EN, &faults.items[0])));
    struct form_session *s = form_open(form, &arena, &opening);
    const struct form_choice *choices;
    assert_int_equal(form_choices(s, at(s, "/data/b"), &choices), 0);
    set(s, "/data/a", "b");
    assert_int_equal(form_choices(s, at(s, "/data/b"), &choices), 1);
    assert_string_equal(arena_cstr(&arena, choices[0].label), "Other X");
    set(s, "/data/b", "y");
    assert_int_equal(form_state(s, at(s, "/data/b")).violation, FORM_NOT_A_CHOICE);
}

int main(void) {
    const struct CMUnitTest tests[] = {TEST(every_question_is_asked), TEST(it_can_be_filled_and_sent), TEST(external_choices_are_a_list_on_our_pages)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
