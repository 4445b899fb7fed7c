/* share_test.c: one loaded form, several threads filling it in at once (run under SANITIZE=thread to see races). */
#include "form_kit.h"

#include <pthread.h>

enum { THREADS = 4, ROUNDS = 50 };

static void *fill(void *form) {
    for (int i = 0; i < ROUNDS; i++) {
        struct arena own;
        const struct form_choice *choices;
        const struct form_page *pages;
        struct form_view view = {.language = LANGUAGE_ZH, .show_errors = true, .page_address = STR("/f")};
        struct buf out;
        arena_init(&own, 32 << 20);
        struct form_session *s = form_open(form, &own, &opening);
        form_set(s, form_find(s, STR("/data/p")), i % 2 ? STR("jl") : STR("ln"));
        form_choices(s, form_find(s, STR("/data/city")), &choices);
        form_set_language(s, i % 2 ? STR("zh") : STR("en"));
        buf_init(&out, &own, 1 << 20);
        size_t count = form_pages(s, &own, &pages);
        form_render_page(s, pages, count, 0, &view, &out);
        if (!out.n || form_value(form_find(s, STR("/data/n"))).n != 1) form = NULL;
        arena_release(&own);
    }
    return form;
}

static void a_form_is_shared_between_threads(void **state) {
    static const char model[] =
        "<itext><translation lang='zh'><text id='a'><value>省 <output value='/data/n'/></value></text></translation>"
        "<translation lang='en'><text id='a'><value>Province</value></text></translation></itext>"
        "<instance id='city'><root><item><name>cc</name><p>jl</p></item><item><name>sp</name><p>jl</p></item><item><name>sy</name><p>ln</p></item></root></instance>"
        "<bind nodeset='/data/n' calculate=\"count(instance('city')/root/item[p = /data/p] | instance('city')/root/item[1])\"/>";
    pthread_t threads[THREADS];
    (void)state;
    const struct form *form = load("<p/><city/><n/>", model,
        "<input ref='/data/p'><label ref=\"jr:itext('a')\"/></input><select1 ref='/data/city'><itemset nodeset=\"instance('city')/root/item[p = /data/p]\">"
        "<value ref='name'/><label ref='name'/></itemset></select1>");
    for (int i = 0; i < THREADS; i++) assert_int_equal(pthread_create(&threads[i], NULL, fill, (void *)form), 0);
    for (int i = 0; i < THREADS; i++) {
        void *result;
        pthread_join(threads[i], &result);
        assert_ptr_equal(result, form);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {TEST(a_form_is_shared_between_threads)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
