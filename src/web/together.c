/* together.c: one form for several tasks of the same step: a joint activity day on which twenty wishes were delivered, a
 * morning of checks. The list of tasks sends those chosen here; the form is filled in once, and each task gets a command
 * of its own, so that every case has its submission and its history, and what is refused is refused alone.
 *
 * Read next: task_page.c. */
#include "web/pages.h"

#include "engine/attachment.h"
#include "form/render.h"

enum { MOST_TOGETHER = 40 };

struct together {
    struct seen_task tasks[MOST_TOGETHER];
    struct seen_case cases[MOST_TOGETHER];
    size_t count, at, done;
    const struct service_form *form;
    struct filling filling;
    struct json *answers[MOST_TOGETHER];
    bool has_photo[MOST_TOGETHER]; /* whose photo it is: who is in it, and agreed */
    struct str apart; /* those chosen that cannot go with the others, in words */
    struct str refused; /* the first refusal, in words */
};

/* ---- which */

static size_t read_ids(struct str text, int64_t ids[MOST_TOGETHER]) {
    size_t count = 0;
    struct str part;
    int64_t id;
    while (count < MOST_TOGETHER && str_split(&text, ',', &part))
        if (str_to_int64(part, &id)) ids[count++] = id;
    return count;
}

static bool same_step(const struct together *t, size_t a, size_t b) {
    return str_eq(t->tasks[a].element, t->tasks[b].element) && t->cases[a].version == t->cases[b].version;
}

/* The one that most of the others are like. */
static size_t most_common(const struct together *t) {
    size_t best = 0, most = 0;
    for (size_t i = 0; i < t->count; i++) {
        size_t alike = 0;
        for (size_t k = 0; k < t->count; k++) alike += same_step(t, i, k);
        if (alike > most) best = i, most = alike;
    }
    return best;
}

static struct str task_said(struct http_request *rq, const struct seen_task *task, const struct seen_case *of) {
    struct str what = item_words(rq, of->service, task->item);
    return text_say(rq->arena, rq->language, T("{0}: {1}"), task->name, what.n ? what : of->title);
}

/* Names one that cannot go along; of many, so many as a sentence holds. */
static void set_apart(struct http_request *rq, struct together *t, size_t *count, const struct seen_task *task, const struct seen_case *of) {
    enum { NAMED = 5 };
    if (++*count > NAMED) return;
    struct str said = *count == NAMED ? STR("…") : task_said(rq, task, of);
    t->apart = t->apart.n ? text_say(rq->arena, rq->language, T("{0}; {1}"), t->apart, said) : said;
}

/* Of those chosen, what this viewer may complete and is the same step of the same version; the others are set apart. */
static void read_tasks(struct http_request *rq, struct db *db, struct str text, struct together *t) {
    int64_t ids[MOST_TOGETHER];
    size_t count = read_ids(text, ids), apart = 0, kept = 0;
    for (size_t i = 0; i < count; i++) {
        struct seen_task *task = &t->tasks[t->count];
        struct seen_case *of = &t->cases[t->count];
        if (!viewer_task(site_of(rq)->engine, db, rq->arena, viewer_of(rq), ids[i], task, of)) continue;
        if (task->may_complete) t->count++;
        else set_apart(rq, t, &apart, task, of);
    }
    size_t like = most_common(t);
    bool goes[MOST_TOGETHER];
    for (size_t i = 0; i < t->count; i++) goes[i] = same_step(t, i, like);
    for (size_t i = 0; i < t->count; i++) {
        if (!goes[i]) {
            set_apart(rq, t, &apart, &t->tasks[i], &t->cases[i]);
            continue;
        }
        t->tasks[kept] = t->tasks[i];
        t->cases[kept++] = t->cases[i];
    }
    t->count = kept;
    if (t->count && t->tasks[0].form.n) t->form = service_form_named(t->cases[0].service, t->tasks[0].form);
}

static struct str ids_text(struct http_request *rq, const struct together *t) {
    struct buf out;
    buf_init(&out, rq->arena, 1000);
    for (size_t i = 0; i < t->count; i++) buf_add(&out, arena_printf(rq->arena, "%s%lld", i ? "," : "", (long long)t->tasks[i].id));
    return buf_str(&out);
}

/* Back to the list from which they were chosen; with `ticks` what was chosen stays so. */
static struct str list_address(struct http_request *rq, bool ticks) {
    struct str list = str_trim(http_query(rq, "list")), after = http_query(rq, "after");
    int64_t from = 0;
    str_to_int64(after, &from);
    struct str address = arena_printf(rq->arena, "/tasks?list=%.*s", STR_ARGS(task_list_known(list) ? list : STR("mine")));
    if (!ticks) return address;
    struct str tasks = http_query(rq, "tasks");
    int64_t ids[MOST_TOGETHER];
    size_t count = read_ids(tasks, ids);
    struct buf out;
    buf_init(&out, rq->arena, 2000);
    buf_add(&out, address);
    if (from) buf_add(&out, arena_printf(rq->arena, "&after=%lld", (long long)from));
    for (size_t i = 0; i < count; i++) buf_add(&out, arena_printf(rq->arena, "%s%lld", i ? "," : "&tasks=", (long long)ids[i]));
    return buf_str(&out);
}

/* Of those ticked beside the form, else of those that the address names. */
static void read_photos(struct http_request *rq, struct together *t) {
    struct str value, named = http_query(rq, "photo");
    int64_t ids[MOST_TOGETHER], id;
    size_t count = rq->method == HTTP_GET ? read_ids(named, ids) : 0;
    for (size_t at = 0; rq->method != HTTP_GET && count < MOST_TOGETHER && http_next(&rq->form, "photo_for", &at, &value);)
        if (str_to_int64(value, &id)) ids[count++] = id;
    for (size_t i = 0; i < t->count; i++)
        for (size_t k = 0; k < count; k++) t->has_photo[i] |= ids[k] == t->tasks[i].id;
}

static struct str photos_text(struct http_request *rq, const struct together *t) {
    struct buf out;
    buf_init(&out, rq->arena, 1000);
    for (size_t i = 0; i < t->count; i++)
        if (t->has_photo[i]) buf_add(&out, arena_printf(rq->arena, "%s%lld", buf_str(&out).n ? "," : "&photo=", (long long)t->tasks[i].id));
    return buf_str(&out);
}

/* What stands behind every address of this form: which tasks, and where they were chosen. */
static struct str extra_of(struct http_request *rq, const struct together *t) {
    struct str list = http_query(rq, "list");
    struct str from = task_list_known(list) ? arena_printf(rq->arena, "&list=%.*s", STR_ARGS(list)) : STR("");
    return arena_printf(rq->arena, "tasks=%.*s%.*s%.*s", STR_ARGS(ids_text(rq, t)), STR_ARGS(from), STR_ARGS(photos_text(rq, t)));
}

/* False when an answer has been given. */
static bool open_together(struct http_request *rq, struct db *db, struct together *t) {
    read_tasks(rq, db, http_query(rq, "tasks"), t);
    bool begins = rq->method == HTTP_GET && !http_param(rq, "draft").n; /* later, what somebody else did meanwhile is left out */
    if (t->count < 2 || (begins && t->apart.n)) {
        struct str why = text_in(rq->language, T("Choose at least two tasks of the same step that you may do."));
        if (t->apart.n) why = text_say(rq->arena, rq->language, T("One form is for tasks of one step that you may do. These cannot go with the others: {0}. Take their ticks away, or do them one by one."), t->apart);
        if (site_done(rq, db)) site_redirect(rq, list_address(rq, true), why);
        return false;
    }
    if (!t->form) return true;
    read_photos(rq, t);
    t->filling.extra = STR("");
    if (!filling_open(rq, db, t->form->form, STR("/tasks-together"), http_param(rq, "draft"), 0, &t->filling)) {
        if (site_done(rq, db)) http_redirect(rq, list_address(rq, true));
        return false;
    }
    t->filling.extra = arena_printf(rq->arena, "&%.*s", STR_ARGS(extra_of(rq, t)));
    return true;
}

/* ---- showing */

static bool asks_for_a_photo(const struct together *t) {
    for (size_t i = 0; t->form && i < form_field_count(t->form->form); i++)
        if (form_field_control(form_field_at(t->form->form, i)) == FORM_UPLOAD) return true;
    return false;
}

static struct str name_seen(const struct seen_case *c) {
    for (size_t i = 0; c->submission_count && i < c->submissions[0].count; i++)
        if (c->submissions[0].answers[i].path.n && str_eq(c->submissions[0].answers[i].path, c->service->means.name)) return c->submissions[0].answers[i].value;
    return STR("");
}

static enum http_outcome show_together(struct http_request *rq) {
    struct together *t = arena_new(rq->arena, struct together);
    struct db *db = site_read(rq);
    if (!open_together(rq, db, t)) return HTTP_DONE;
    struct str count = arena_printf(rq->arena, "%zu", t->count);
    struct page p = page_begin_named(rq, text_say(rq->arena, rq->language, T("{0}: {1} at once"), t->tasks[0].name, count));
    page_crumb(&p, T("Tasks"), list_address(rq, true));
    struct data *list = data_list(p.data, "tasks");
    for (size_t i = 0; i < t->count; i++) {
        struct data *item = data_item(list);
        struct str what = item_words(rq, t->cases[i].service, t->tasks[i].item), name = name_seen(&t->cases[i]);
        data_text(item, "href", arena_printf(rq->arena, "/tasks/%lld", (long long)t->tasks[i].id));
        data_text(item, "title", what.n ? what : t->cases[i].title);
        data_number(item, "id", t->tasks[i].id);
        data_flag(item, "in_photo", t->has_photo[i]);
        data_text(item, "note", arena_printf(rq->arena, "%.*s%s%.*s", STR_ARGS(name), name.n ? " · " : "", STR_ARGS(grouped_reference(rq->arena, t->cases[i].reference))));
    }
    data_flag(p.data, "has_form", t->form != NULL);
    data_flag(p.data, "photo", asks_for_a_photo(t));
    data_text(p.data, "action", arena_printf(rq->arena, "/tasks-together?%.*s", STR_ARGS(extra_of(rq, t))));
    if (t->form) filling_show(rq, &t->filling, &p, http_query(rq, "errors").n > 0, true);
    else page_form(&p);
    if (!site_done(rq, db)) return HTTP_DONE;
    return page_show(&p, "together", 200);
}

/* ---- doing: one command after another */

static bool is_photo(const struct json *answer) {
    return attachment_is(json_string(answer, "value"));
}

static bool any_photo(const struct json *answers) {
    for (size_t i = 0; i < answers->count; i++)
        if (is_photo(&answers->items[i])) return true;
    return false;
}

/* Each photo as bytes; the first case takes the file that was uploaded, every other a copy with a key of its own, so that
 * the erasure of one takes nothing from the others. NULL where there is none. */
static bool read_uploads(struct http_request *rq, const struct json *answers, struct str *bytes) {
    struct db *db = site_read(rq);
    for (size_t i = 0; i < answers->count; i++)
        if (is_photo(&answers->items[i]) && !attachment_waiting(site_of(rq)->engine, db, rq->arena, json_string(&answers->items[i], "value"), &bytes[i])) bytes[i] = STR_NONE;
    return site_done(rq, db);
}

static bool add_photo(struct http_request *rq, struct json *list, const struct json *answer, struct str bytes, bool again) {
    struct faults faults;
    struct json item = {.kind = JSON_OBJECT};
    faults_init(&faults, rq->arena);
    struct str value = again ? STR_NONE : json_string(answer, "value");
    if (again && bytes.n) value = attachment_upload(site_of(rq)->engine, rq->arena, bytes, &faults);
    if (!value.p) return false;
    json_add_string(rq->arena, &item, "path", json_string(answer, "path"));
    json_add_string(rq->arena, &item, "value", value);
    json_add(rq->arena, list, STR_NONE, item);
    return true;
}

/* Everybody's answers; the photo with those whose it is. False when an answer has been given. */
static bool share_answers(struct http_request *rq, struct together *t, const struct json *answers) {
    struct str *bytes = arena_array(rq->arena, struct str, answers->count + 1);
    bool again = false;
    if (any_photo(answers) && !read_uploads(rq, answers, bytes)) return false;
    for (size_t i = 0; i < t->count; i++) {
        t->answers[i] = json_new_array(rq->arena);
        for (size_t k = 0; k < answers->count; k++) {
            if (!is_photo(&answers->items[k])) {
                json_add(rq->arena, t->answers[i], STR_NONE, answers->items[k]);
                continue;
            }
            if (!t->has_photo[i] || add_photo(rq, t->answers[i], &answers->items[k], bytes[k], again)) continue;
            site_not_written(rq);
            return false;
        }
        again |= t->has_photo[i];
    }
    return true;
}

static enum http_outcome complete_next(struct http_request *rq) {
    struct together *t = visit_of(rq)->state;
    const struct answer *last = t->at ? site_answer(rq) : NULL;
    if (last && last->done) t->done++;
    else if (last && !t->refused.n) t->refused = text_format(rq->arena, rq->language, last->refusal.sentence, last->refusal.sentence_count);
    if (t->at == t->count) {
        struct str done = arena_printf(rq->arena, "%zu", t->done), all = arena_printf(rq->arena, "%zu", t->count);
        if (t->done && t->form) filling_forget(rq, &t->filling);
        struct str said = text_say(rq->arena, rq->language, T("{0} of {1} done."), done, all);
        if (t->refused.n) said = arena_printf(rq->arena, "%.*s %.*s", STR_ARGS(said), STR_ARGS(t->refused));
        return site_redirect(rq, list_address(rq, false), said);
    }
    struct command *c = site_command(rq, "task.complete");
    c->key = STR(""); /* one key for several commands would answer the second with the first's result */
    json_add_integer(rq->arena, c->arguments, "task", t->tasks[t->at].id);
    if (t->answers[t->at]) json_add(rq->arena, c->arguments, STR("answers"), *t->answers[t->at]);
    t->at++;
    return site_submit(rq, c, complete_next);
}

static enum http_outcome do_together(struct http_request *rq) {
    struct together *t = arena_new(rq->arena, struct together);
    struct db *db = site_read(rq);
    if (!open_together(rq, db, t) || !site_done(rq, db)) return HTTP_DONE;
    visit_of(rq)->state = t;
    if (!t->form) return complete_next(rq);
    struct form_posted posted = filling_post(rq, &t->filling);
    struct command *c = site_command(rq, "task.complete");
    filling_answers(rq, &t->filling, c);
    const struct json *answers = json_member(c->arguments, "answers");
    if (posted.act == FORM_ACT_SEND && any_photo(answers) && !photos_text(rq, t).n)
        t->filling.refused = text_in(rq->language, T("Please tick, beside or below the form, whose photo it is: who is in it and agreed."));
    if (posted.act != FORM_ACT_SEND || !filling_is_good(rq, &t->filling)) return filling_go(rq, &t->filling, &posted);
    return share_answers(rq, t, answers) ? complete_next(rq) : HTTP_DONE;
}

enum http_outcome go_together(struct http_request *rq) {
    struct buf out;
    struct str value;
    size_t count = 0;
    buf_init(&out, rq->arena, 1000);
    for (size_t at = 0; count < MOST_TOGETHER && http_next(&rq->form, "task", &at, &value);) {
        int64_t id;
        if (!str_to_int64(value, &id)) continue;
        buf_add(&out, arena_printf(rq->arena, "%s%lld", count ? "," : "", (long long)id));
        count++;
    }
    int64_t after = 0;
    str_to_int64(http_form(rq, "after"), &after);
    struct str list = http_form(rq, "list");
    return http_redirect(rq, arena_printf(rq->arena, "/tasks-together?tasks=%.*s&list=%.*s&after=%lld", STR_ARGS(buf_str(&out)), STR_ARGS(task_list_known(list) ? list : STR("mine")), (long long)after));
}

const struct http_route together_routes[] = {
    {"GET", "/tasks-together", show_together, "account", T_STATIC("One form for several tasks of the same step"), 0, 0},
    {"POST", "/tasks-together", do_together, "account", T_STATIC("Completes several tasks with one form"), 0, 24u << 20},
    {"GET", "/tasks-together/{draft}", show_together, "account", T_STATIC("The same, half filled in"), HTTP_SECRET, 0},
    {"POST", "/tasks-together/{draft}", do_together, "account", T_STATIC("Completes several tasks with one form"), HTTP_SECRET, 24u << 20},
    {0},
};
