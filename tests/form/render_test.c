/* render_test.c: pages and posted fields — what shows, what is escaped, what a button does, what is refused. */
#include "form_kit.h"

static const char body[] =
    "<group ref='/data/who'><label>Who</label><input ref='/data/who/name'><label>Name</label><hint>As on the card</hint></input>"
    "<select1 ref='/data/who/pet'><label>Pet?</label><item><label>Yes</label><value>y</value></item><item><label>No</label><value>n</value></item></select1>"
    "<input ref='/data/who/petname'><label>Its name</label></input></group>"
    "<group ref='/data/item'><label>Thing</label><repeat nodeset='/data/item'><input ref='/data/item/what'><label>What</label></input></repeat></group>"
    "<select ref='/data/many'><label>Many</label><item><label>a</label><value>a</value></item><item><label>b</label><value>b</value></item></select>"
    "<upload ref='/data/pic' mediatype='image/*' appearance='new'><label>Photo</label></upload>";
static const char binds[] =
    "<bind nodeset='/data/who/name' required='true()' lingban:purpose='To find you'/><bind nodeset='/data/who/petname' relevant=\"/data/who/pet = 'y'\" required='true()'/>"
    "<bind nodeset='/data/pic' type='binary'/><bind nodeset='/data/item/what' lingban:privacy='public'/>";
static const char instance[] = "<who><name/><pet/><petname/></who><item jr:template=''><what/></item><item><what/></item><many/><pic/>";

static struct form_view view = {.language = LANGUAGE_EN, .show_purpose = true, .page_address = {"/f", 2}};

static struct form_session *session(void) {
    view.show_errors = false;
    return open_form(instance, binds, body);
}

static struct str page(struct form_session *s, size_t index) {
    const struct form_page *pages;
    size_t count = form_pages(s, &arena, &pages);
    struct buf out;
    buf_init(&out, &arena, 1 << 20);
    form_render_page(s, pages, count, index, &view, &out);
    return buf_str(&out);
}

static void has(struct str html, const char *piece) {
    if (str_find(html, str_from(piece)) < 0) fail_msg("“%s” is not in %.*s", piece, STR_ARGS(html));
}

static void lacks(struct str html, const char *piece) {
    if (str_find(html, str_from(piece)) >= 0) fail_msg("“%s” is in %.*s", piece, STR_ARGS(html));
}

struct posting {
    struct form_pair pairs[20];
    size_t count;
};

static void with(struct posting *p, const char *name, const char *value) {
    p->pairs[p->count++] = (struct form_pair){str_from(name), str_from(value)};
}

static struct form_posted post(struct form_session *s, const struct posting *p) {
    return form_post(s, p->pairs, p->count, &form_default_limits);
}

static void groups_and_runs_are_pages(void **state) {
    const struct form_page *pages;
    (void)state;
    struct form_session *s = session();
    assert_int_equal(form_pages(s, &arena, &pages), 3);
    assert_true(str_eqz(pages[0].id, "who") && str_eqz(pages[0].title, "Who"));
    assert_true(str_eqz(pages[1].id, "item"));
    assert_true(str_eqz(pages[2].id, "many"));
    assert_int_equal(form_page_index(pages, 3, STR("many")), 2);
    assert_int_equal(form_page_index(pages, 3, STR("no such page")), 0);
}

static void a_question_has_label_hint_purpose_and_control(void **state) {
    (void)state;
    struct str html = page(session(), 0);
    has(html, "<h1 class=\"govuk-heading-l\">Who</h1>");
    view.heading_level = 2; /* below a heading of the layout */
    has(page(session(), 0), "<h2 class=\"govuk-heading-l\">Who</h2>");
    view.heading_level = 0;
    has(html, "<label class=\"govuk-label govuk-label--s\" for=\"q:who:name\">Name</label>");
    has(html, "<div class=\"govuk-hint\" id=\"q:who:name-hint\">As on the card</div>");
    has(html, "Why we ask: To find you");
    has(html, "name=\"who/name\" aria-describedby=\"q:who:name-hint q:who:name-purpose\" aria-required=\"true\" value=\"\"");
    has(html, "<input class=\"govuk-radios__input\" type=\"radio\" id=\"q:who:pet\" name=\"who/pet\" value=\"y\">");
    lacks(html, "Its name");
    lacks(html, "style=");
    lacks(html, "<script");
}

static void whatever_people_type_is_escaped(void **state) {
    (void)state;
    struct form_session *s = session();
    set(s, "/data/who/name", "<img src=x onerror=\"alert('1')\">&");
    struct str html = page(s, 0);
    lacks(html, "<img");
    has(html, "value=\"&lt;img src=x onerror=&quot;alert(&#39;1&#39;)&quot;&gt;&amp;\"");
    const struct form_page *pages;
    size_t count = form_pages(s, &arena, &pages);
    struct buf out;
    buf_init(&out, &arena, 1 << 20);
    form_render_check(s, pages, count, &view, &out);
    lacks(buf_str(&out), "<img");
}

static void an_answer_that_reveals_a_question_stays_on_the_page(void **state) {
    struct posting p = {.count = 0};
    (void)state;
    struct form_session *s = session();
    with(&p, "_page", "who"), with(&p, "who/name", "Li"), with(&p, "who/pet", ""), with(&p, "who/pet", "y"), with(&p, "_go", "next");
    struct form_posted posted = post(s, &p);
    assert_int_equal(posted.act, FORM_ACT_STAY);
    assert_true(posted.revealed);
    has(page(s, 0), "Its name");
    with(&p, "who/petname", "");
    posted = post(s, &p);
    assert_int_equal(posted.act, FORM_ACT_NEXT);
    const struct form_page *pages;
    form_pages(s, &arena, &pages);
    assert_int_equal(form_page_violations(s, &pages[0]), 1);
}

/* All pages on one screen are sent without a check page: what an answer reveals is asked before. */
static void a_whole_form_asks_what_was_revealed_before_it_is_sent(void **state) {
    struct posting p = {.count = 0};
    (void)state;
    struct form_session *s = session();
    with(&p, "_page", "all"), with(&p, "who/pet", "y"), with(&p, "_go", "send");
    struct form_posted posted = post(s, &p);
    assert_int_equal(posted.act, FORM_ACT_STAY);
    assert_true(posted.revealed);
}

static void faults_stand_on_top_and_at_the_question(void **state) {
    (void)state;
    struct form_session *s = session();
    view.show_errors = true;
    struct str html = page(s, 0);
    has(html, "govuk-error-summary");
    has(html, "<a href=\"#q:who:name\">Name: Answer this question.</a>");
    has(html, "<p class=\"govuk-error-message\" id=\"q:who:name-error\">");
    has(html, "aria-invalid=\"true\"");
    view.language = LANGUAGE_ZH;
    has(page(s, 0), "请填写这一项。");
    view.language = LANGUAGE_EN;
}

/* "Please fill this in" tells nobody where, also when the form says it itself. A message that names its question is enough. */
static void the_summary_names_the_question(void **state) {
    (void)state;
    view.show_errors = false;
    struct form_session *s = open_form("<a/><b/><c/>",
        "<bind nodeset='/data/a' type='int' constraint='. &lt; 9' jr:constraintMsg='At most 8.'/><bind nodeset='/data/b' required='true()' jr:requiredMsg='Your town, please.'/>"
        "<bind nodeset='/data/c' type='int' constraint='. &lt; 9' jr:constraintMsg='Rooms: at most 8.'/>",
        "<input ref='/data/a'><label>Floor</label></input><input ref='/data/b'><label>Town</label></input><input ref='/data/c'><label>Rooms</label></input>");
    set(s, "/data/a", "10"), set(s, "/data/c", "10");
    view.show_errors = true;
    struct str html = page(s, 0);
    view.show_errors = false;
    has(html, "<a href=\"#q:a\">Floor: At most 8.</a>");
    has(html, "<a href=\"#q:b\">Town: Your town, please.</a>");
    has(html, "<a href=\"#q:c\">Rooms: at most 8.</a>");
}

/* A consent is a label of several sentences: its beginning names it. */
static void a_long_label_is_named_by_its_beginning(void **state) {
    (void)state;
    view.show_errors = false;
    struct form_session *s = open_form("<a/><b/>", "<bind nodeset='/data/a' required='true()'/><bind nodeset='/data/b' required='true()'/>",
        "<trigger ref='/data/a'><label>I agree that the community keeps these answers, and shows them to whoever helps me.</label></trigger>"
        "<trigger ref='/data/b'><label>我是监护人，同意孩子参加，并同意学校为这项活动处理以上信息</label></trigger>");
    view.show_errors = true;
    struct str html = page(s, 0);
    view.show_errors = false;
    has(html, "<a href=\"#q:a\">I agree that the community keeps these answers, and shows…: ");
    has(html, "<a href=\"#q:b\">我是监护人，同意孩子参加…: ");
}

/* The only page so far may be followed by others: its button goes on. */
static void a_page_that_may_be_followed_goes_on(void **state) {
    (void)state;
    struct form_session *s = open_form("<any/><g><x/></g>", "<bind nodeset='/data/g' relevant=\"/data/any = 'y'\"/>",
                                       "<input ref='/data/any'><label>Any</label></input><group ref='/data/g'><label>G</label><input ref='/data/g/x'><label>X</label></input></group>");
    struct str html = page(s, 0);
    has(html, "name=\"_go\" value=\"next\">Continue</button>");
    lacks(html, "value=\"check\"");
}

static void a_single_entry_is_headed_once(void **state) {
    (void)state;
    struct form_session *s = session();
    has(page(s, 1), "govuk-visually-hidden\"><h2 class=\"govuk-fieldset__heading\">Thing 1</h2>");
    struct posting add = {.count = 0};
    with(&add, "item[1]/what", "rice"), with(&add, "_add", "item");
    post(s, &add);
    lacks(page(s, 1), "govuk-visually-hidden\"><h2 class=\"govuk-fieldset__heading\">");
    has(page(s, 1), "Thing 2</h2>");
}

/* A page that may still come is not counted away: no "of 2" that turns into "of 3". */
static void the_count_is_said_once_it_is_settled(void **state) {
    (void)state;
    struct form_session *s = open_form("<any/><g><x/></g><h><y/></h>", "<bind nodeset='/data/g' relevant=\"/data/any = 'y'\"/>",
                                       "<input ref='/data/any'><label>Any</label></input><group ref='/data/g'><label>G</label><input ref='/data/g/x'><label>X</label></input></group>"
                                       "<group ref='/data/h'><label>H</label><input ref='/data/h/y'><label>Y</label></input></group>");
    const struct form_page *pages;
    size_t count = form_pages(s, &arena, &pages);
    assert_int_equal(count, 2);
    assert_true(pages[0].open);
    assert_false(pages[1].open); /* what is hidden stands before it */
    has(page(s, 1), "name=\"_go\" value=\"check\">Check your answers</button>");
    assert_true(str_eqz(form_say_progress(&arena, LANGUAGE_EN, pages, count, 0), "Page 1"));
    assert_true(str_eqz(form_say_progress(&arena, LANGUAGE_EN, pages, count, 1), "Page 2 of 2"));
    set(s, "/data/any", "y");
    count = form_pages(s, &arena, &pages);
    assert_int_equal(count, 3);
    assert_true(str_eqz(form_say_progress(&arena, LANGUAGE_EN, pages, count, 0), "Page 1 of 3"));
    assert_true(str_eqz(form_say_progress(&arena, LANGUAGE_ZH, pages, count, 0), "第 1 页，共 3 页"));
}

static void things_are_added_and_removed_by_buttons(void **state) {
    struct posting add = {.count = 0}, remove = {.count = 0};
    (void)state;
    struct form_session *s = session();
    with(&add, "item[1]/what", "rice"), with(&add, "_add", "item");
    struct form_posted posted = post(s, &add);
    assert_int_equal(posted.act, FORM_ACT_STAY);
    assert_true(str_eqz(posted.added, "q:item:2"));
    struct str html = page(s, 1);
    has(html, "name=\"item[1]/what\" value=\"rice\"");
    has(html, "name=\"item[2]/what\" value=\"\"");
    has(html, "name=\"_add\" value=\"item\"");
    with(&remove, "item[1]/what", "rice"), with(&remove, "item[2]/what", "oil"), with(&remove, "_remove", "item[1]");
    post(s, &remove);
    value_is(s, "/data/item[1]/what", "oil");
    has(page(s, 1), "name=\"item[2]/what\" value=\"oil\""); /* the name of what stayed has not changed */
    struct posting stale = {.count = 0};
    with(&stale, "item[1]/what", "late"), with(&stale, "item[2]/what", "flour");
    posted = post(s, &stale);
    assert_int_equal(posted.unknown, 1);
    value_is(s, "/data/item[1]/what", "flour");
}

/* An entry that would be hidden at once is not offered, also within another repeat, where its condition is written from its own place. */
static void an_entry_is_offered_when_it_is_relevant(void **state) {
    (void)state;
    struct form_session *s = open_form("<any/><problem jr:template=''><words/></problem><room jr:template=''><wet/><leak jr:template=''><place/></leak></room><room><wet/></room>",
                                       "<bind nodeset='/data/problem' relevant=\"/data/any = 'y'\"/><bind nodeset='/data/room/leak' relevant=\"../wet = 'y'\"/>",
                                       "<input ref='/data/any'><label>Any</label></input>"
                                       "<group ref='/data/problem'><label>Problem</label><repeat nodeset='/data/problem'><input ref='/data/problem/words'><label>Words</label></input></repeat></group>"
                                       "<repeat nodeset='/data/room'><label>Room</label><input ref='/data/room/wet'><label>Wet?</label></input>"
                                       "<group ref='/data/room/leak'><label>Leak</label><repeat nodeset='/data/room/leak'><input ref='/data/room/leak/place'><label>Place</label></input></repeat></group></repeat>");
    const struct form_page *pages;
    assert_int_equal(form_pages(s, &arena, &pages), 2);
    lacks(page(s, 1), "Add: Leak");
    set(s, "/data/any", "y");
    set(s, "/data/room[1]/wet", "y");
    assert_int_equal(form_pages(s, &arena, &pages), 3);
    has(page(s, 1), "Add: Problem");
    has(page(s, 2), "Add: Leak");
    set(s, "/data/any", "n");
    assert_int_equal(form_pages(s, &arena, &pages), 2);
}

static void several_choices_keep_their_order_and_can_be_emptied(void **state) {
    struct posting two = {.count = 0}, none = {.count = 0};
    (void)state;
    struct form_session *s = session();
    with(&two, "many", ""), with(&two, "many", "b"), with(&two, "many", "a"), with(&two, "many", "b");
    post(s, &two);
    value_is(s, "/data/many", "b a");
    with(&none, "many", "");
    post(s, &none);
    value_is(s, "/data/many", "");
}

static void an_upload_stays_until_it_is_cleared(void **state) {
    struct posting given = {.count = 0}, again = {.count = 0}, gone = {.count = 0};
    (void)state;
    struct form_session *s = session();
    with(&given, "pic", "blob-1");
    post(s, &given);
    with(&again, "pic", "");
    post(s, &again);
    value_is(s, "/data/pic", "blob-1");
    has(page(s, 2), "accept=\"image/*\" capture=\"environment\"");
    with(&gone, "pic", ""), with(&gone, "_clear", "pic");
    post(s, &gone);
    value_is(s, "/data/pic", "");
}

static void numbers_in_full_width_are_numbers(void **state) {
    const struct form_pair pairs[] = {{STR("n"), STR("－１２．５　")}, {STR("d"), STR("２０２６－０１－３１")}, {STR("t"), STR("１２")}};
    (void)state;
    struct form_session *s = open_form("<n/><d/><t/>", "<bind nodeset='/data/n' type='decimal'/><bind nodeset='/data/d' type='date'/>",
                                       "<input ref='/data/n'/><input ref='/data/d'/><input ref='/data/t'/>");
    form_post(s, pairs, 3, &form_default_limits);
    value_is(s, "/data/n", "-12.5");
    value_is(s, "/data/d", "2026-01-31");
    value_is(s, "/data/t", "１２"); /* text stays as it was typed */
}

static void hostile_fields_are_counted_and_skipped(void **state) {
    struct posting p = {.count = 0};
    static char large[20002];
    (void)state;
    struct form_session *s = session();
    memset(large, 'x', 20001);
    with(&p, "who", "x"), with(&p, "../who/name", "x"), with(&p, "who/name/more", "x"), with(&p, "", "x"), with(&p, "item[99]/what", "x");
    with(&p, "orx:meta/orx:instanceID", "mine"), with(&p, "who/name", large), with(&p, "who/petname", "\xff"), with(&p, "_remove", "who"), with(&p, "_add", "who");
    struct form_posted posted = post(s, &p);
    assert_int_equal(posted.unknown, 6);
    assert_int_equal(posted.refused, 2);
    value_is(s, "/data/who/name", "");
    struct form_limits few = {.pairs = 1, .value_bytes = 100};
    const struct form_pair pairs[] = {{STR("who/name"), STR("a")}, {STR("who/petname"), STR("b")}};
    form_post(s, pairs, 2, &few);
    value_is(s, "/data/who/name", "a");
    value_is(s, "/data/who/petname", "");
}

static void answers_are_checked_with_links_to_change_them(void **state) {
    const struct form_page *pages;
    struct buf out;
    (void)state;
    struct form_session *s = session();
    set(s, "/data/who/name", "Li");
    set(s, "/data/who/pet", "n");
    set(s, "/data/item[1]/what", "rice");
    size_t count = form_pages(s, &arena, &pages);
    buf_init(&out, &arena, 1 << 20);
    form_render_check(s, pages, count, &view, &out);
    has(buf_str(&out), "<dd class=\"govuk-summary-list__value\">Li</dd>");
    has(buf_str(&out), "<dd class=\"govuk-summary-list__value\">No</dd>");
    has(buf_str(&out), "<a class=\"govuk-link\" href=\"/f?page=who&amp;back=check#q:who:name\">Change<span class=\"govuk-visually-hidden\"> Name</span></a>");
    has(buf_str(&out), "name=\"_go\" value=\"send\"");
    lacks(buf_str(&out), "govuk-error-summary");
    buf_init(&out, &arena, 1 << 20);
    form_render_answers(s, FORM_PUBLIC, &view, &out); /* only what may be public */
    has(buf_str(&out), "rice");
    lacks(buf_str(&out), ">Li<");
    lacks(buf_str(&out), "Change");
}

/* Without script: what can only be chosen after the question before it is asked anew, without a fault. */
static void choices_that_come_later_are_asked_again(void **state) {
    static const char lists[] =
        "<instance id='c'><root><item><name>x1</name><of>x</of></item><item><name>x2</name><of>x</of></item></root></instance>"
        "<bind nodeset='/data/b' required='true()'/>";
    (void)state;
    view.show_errors = false;
    struct form_session *s = open_form("<a/><b/>", lists,
        "<select1 ref='/data/a'><label>A</label><item><label>X</label><value>x</value></item><item><label>Y</label><value>y</value></item></select1>"
        "<select1 ref='/data/b'><label>B</label><itemset nodeset=\"instance('c')/root/item[of = /data/a]\"><value ref='name'/><label ref='name'/></itemset></select1>");
    struct str html = page(s, 0);
    has(html, "name=\"_none\" value=\"b\"");
    struct posting p = {0};
    with(&p, "_page", "a");
    with(&p, "a", "x");
    with(&p, "_none", "b");
    with(&p, "_go", "next");
    struct form_posted posted = post(s, &p);
    assert_true(posted.revealed && posted.act == FORM_ACT_STAY);
    lacks(page(s, 0), "_none");
    struct posting none = {0};
    s = form_open(form_of(s), &arena, &opening);
    with(&none, "_page", "a");
    with(&none, "a", "y");
    with(&none, "_none", "b");
    with(&none, "_go", "next");
    assert_false(post(s, &none).revealed); /* still nothing to choose from */
}

static void words_are_styled_but_answers_are_not(void **state) {
    (void)state;
    view.show_errors = false;
    struct form_session *s = open_form("<n/><m/>", "",
        "<input ref='/data/n'><label>Your **name**</label><hint>See [here](https://a.example)</hint></input>"
        "<input ref='/data/m'><label># Dear <output value='/data/n'/></label></input>");
    set(s, "/data/n", "**[x](https://evil.example)** <b>");
    struct str html = page(s, 0);
    has(html, "Your <strong>name</strong>");
    has(html, "See <a class=\"govuk-link\" rel=\"noreferrer\" href=\"https://a.example\">here</a>");
    has(html, "<span class=\"styled styled--h1\">Dear **[x](https://evil.example)** &lt;b&gt;</span>");
    lacks(html, "href=\"https://evil");
    const struct form_page *pages;
    size_t count = form_pages(s, &arena, &pages);
    struct buf out;
    buf_init(&out, &arena, 1 << 20);
    form_render_check(s, pages, count, &view, &out);
    has(buf_str(&out), "govuk-summary-list__key\">Your name</dt>"); /* plain words where no styling belongs */
}

static struct str media(void *context, struct str uri) {
    (void)context;
    return str_eqz(uri, "jr://images/gone.png") ? STR("") : arena_printf(&arena, "/m/%.*s", STR_ARGS(str_sub(uri, 5, uri.n)));
}

static void guidance_pictures_and_sound_show(void **state) {
    static const char itext[] =
        "<itext><translation lang='zh'><text id='q'><value>看图</value><value form='image'>jr://images/door.png</value><value form='audio'>jr://audio/q.mp3</value></text>"
        "<text id='q:hint'><value>短</value><value form='guidance'>长的**说明**</value></text>"
        "<text id='c'><value>这一种</value><value form='image'>jr://images/c.png</value></text><text id='d'><value form='image'>jr://images/gone.png</value></text></translation></itext>";
    (void)state;
    view.show_errors = false;
    view.media_address = media;
    struct form_session *s = open_form("<q/>", itext,
        "<select1 ref='/data/q'><label ref=\"jr:itext('q')\"/><hint ref=\"jr:itext('q:hint')\"/>"
        "<item><label ref=\"jr:itext('c')\"/><value>c</value></item><item><label ref=\"jr:itext('d')\"/><value>d</value></item></select1>");
    struct str html = page(s, 0);
    view.media_address = NULL;
    has(html, "<img class=\"lingban-picture\" loading=\"lazy\" src=\"/m/images/door.png\" alt=\"\">");
    has(html, "<audio class=\"lingban-player\" controls preload=\"none\" src=\"/m/audio/q.mp3\"></audio>");
    has(html, "src=\"/m/images/c.png\" alt=\"\">这一种</label>");
    lacks(html, "gone.png");
    has(html, "<details class=\"govuk-details lingban-guidance\">");
    has(html, "长的<strong>说明</strong></div></details>");
    assert_int_equal(form_media_count(form_of(s)), 4);
}

static void places_are_typed_or_come_from_the_device(void **state) {
    (void)state;
    view.show_errors = false;
    struct form_session *s = open_form("<p/><start/><then/><q/>",
        "<bind nodeset='/data/p' type='geopoint'/><bind nodeset='/data/start' type='geopoint'/><bind nodeset='/data/then' type='geopoint'/>"
        "<setgeopoint xmlns='http://www.opendatakit.org/xforms' ref='/data/start' event='odk-instance-first-load'/>",
        "<input ref='/data/p'><label>P</label></input><input ref='/data/q'><label>Q</label>"
        "<setgeopoint xmlns='http://www.opendatakit.org/xforms' ref='/data/then' event='xforms-value-changed'/></input>");
    struct str html = page(s, 0);
    has(html, "data-lingban-place=\"Use where I am\"");
    has(html, "such as 43.17 124.35.");
    has(html, "<input type=\"hidden\" data-lingban-locate=\"load\" name=\"start\" value=\"\">");
    has(html, "<input type=\"hidden\" data-lingban-locate=\"change\" name=\"then\" value=\"\">");
    struct posting p = {0};
    with(&p, "p", "43.17，124.35");
    with(&p, "start", "43.2 124.4 0 12");
    with(&p, "then", "");
    assert_int_equal(post(s, &p).unknown, 0);
    value_is(s, "/data/p", "43.17 124.35 0.0 0.0");
    value_is(s, "/data/start", "43.2 124.4 0.0 12.0");
    has(page(s, 0), "value=\"43.17 124.35\"");
    lacks(page(s, 0), "name=\"start\""); /* it is known: nothing more to ask */
}

static void a_short_range_is_chosen(void **state) {
    (void)state;
    view.show_errors = false;
    struct form_session *s = open_form("<r/><l/>", "<bind nodeset='/data/r' type='int'/><bind nodeset='/data/l' type='decimal'/>",
        "<range ref='/data/r' start='1' end='5' step='2'><label>R</label></range><range ref='/data/l' start='0' end='1' step='0.1'><label>L</label></range>");
    set(s, "/data/r", "3");
    struct str html = page(s, 0);
    has(html, "name=\"r\" value=\"3\" checked");
    lacks(html, "name=\"r\" value=\"2\"");
    has(html, "type=\"number\" step=\"any\"");
}

/* `all` opens the second choice. The form chooses "a" by itself where that is all there is. */
static struct form_session *one_of(const char *all, const char *chosen) {
    struct str model = arena_printf(&arena, "<instance id='k'><root><item><name>a</name><label>Tell</label><of>x</of></item><item><name>b</name><label>Round</label><of>y</of></item></root></instance>"
        "<bind nodeset='/data/k' required='true()'/><setvalue event='odk-instance-first-load' ref='/data/k' value=\"%s\"/>", chosen);
    struct str values = arena_printf(&arena, "<all>%s</all><k/><t/>", all);
    return open_form(arena_cstr(&arena, values), arena_cstr(&arena, model),
        "<select1 ref='/data/k'><label>Which?</label><itemset nodeset=\"instance('k')/root/item[of = 'x' or /data/all = 'yes']\"><value ref='name'/><label ref='label'/></itemset></select1>"
        "<input ref='/data/t'><label>What</label></input>");
}

static void with_one_choice_that_is_chosen_nobody_is_asked(void **state) {
    (void)state;
    view.show_errors = false;
    struct form_session *s = one_of("no", "'a'");
    struct str html = page(s, 0);
    lacks(html, "Which?");
    has(html, "<input type=\"hidden\" name=\"k\" value=\"a\">");
    struct posting p = {0};
    with(&p, "_page", "k");
    with(&p, "k", "a");
    with(&p, "t", "x");
    with(&p, "_go", "check");
    assert_false(post(s, &p).revealed);
    value_is(s, "/data/k", "a");
    const struct form_page *pages;
    struct buf out;
    buf_init(&out, &arena, 1 << 20);
    size_t count = form_pages(s, &arena, &pages);
    form_render_check(s, pages, count, &view, &out);
    lacks(buf_str(&out), "Tell"); /* nor is there anything to check */
    lacks(buf_str(&out), "#q:k");
    s = one_of("no", "'a'"); /* whoever makes up another value is refused, and asked */
    p.pairs[1].value = STR("b");
    post(s, &p);
    count = form_pages(s, &arena, &pages);
    assert_int_equal(form_page_violations(s, &pages[0]), 1);
    has(page(s, 0), "Which?");
    has(page(one_of("yes", "'a'"), 0), "Which?"); /* two to choose from */
    has(page(one_of("no", "''"), 0), "Which?"); /* the person has to choose it */
}

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(choices_that_come_later_are_asked_again), TEST(words_are_styled_but_answers_are_not), TEST(guidance_pictures_and_sound_show),
        TEST(places_are_typed_or_come_from_the_device), TEST(a_short_range_is_chosen), TEST(with_one_choice_that_is_chosen_nobody_is_asked),
        TEST(groups_and_runs_are_pages), TEST(a_question_has_label_hint_purpose_and_control), TEST(whatever_people_type_is_escaped),
        TEST(an_answer_that_reveals_a_question_stays_on_the_page), TEST(faults_stand_on_top_and_at_the_question),
        TEST(the_summary_names_the_question), TEST(the_count_is_said_once_it_is_settled),
        TEST(a_long_label_is_named_by_its_beginning), TEST(a_page_that_may_be_followed_goes_on),
        TEST(a_single_entry_is_headed_once),
        TEST(a_whole_form_asks_what_was_revealed_before_it_is_sent),
        TEST(things_are_added_and_removed_by_buttons), TEST(an_entry_is_offered_when_it_is_relevant), TEST(several_choices_keep_their_order_and_can_be_emptied),
        TEST(an_upload_stays_until_it_is_cleared), TEST(numbers_in_full_width_are_numbers), TEST(hostile_fields_are_counted_and_skipped),
        TEST(answers_are_checked_with_links_to_change_them),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
