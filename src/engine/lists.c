/* lists.c: see lists.h: tasks, cases, notices. The search is search.c. */
#include "engine/lists.h"

#include "engine/engine_internal.h"

#include <stdlib.h>
#include <string.h>

/* ---- whom a viewer acts for */

struct grant {
    struct str role, service;
    int64_t organisation; /* 0: everywhere */
};

static size_t grants_of(struct db *db, struct arena *a, const struct viewer *v, struct grant **out) {
    size_t count = 0, capacity = 0;
    *out = NULL;
    struct query q = db_query(db,
                              "select role, service, coalesce(organisation, 0) from role_grant where account = ?1 and from_at <= ?2"
                              " and (to_at is null or to_at > ?2) order by id",
                              DB_INT(v->account), DB_INT(v->now));
    while (query_next(&q)) {
        struct grant g = {arena_str(a, query_text(&q, 0)), arena_str(a, query_text(&q, 1)), query_int(&q, 2)};
        VEC_PUSH(a, *out, count, capacity, g);
    }
    return count;
}

static bool handles(const struct grant *g) {
    return str_eqz(g->role, "staff") || str_eqz(g->role, "supervisor") || str_eqz(g->role, "admin");
}

/* ---- tasks */

struct id_list {
    int64_t *ids;
    size_t count, capacity;
};

/* Keeps ids sorted and once; lists are at most a page and one long. */
static void add_id(struct arena *a, struct id_list *list, int64_t id, size_t most, bool descending) {
    size_t at = list->count;
    while (at > 0 && (descending ? list->ids[at - 1] < id : list->ids[at - 1] > id)) at--;
    if ((at > 0 && list->ids[at - 1] == id) || at >= most) return;
    VEC_PUSH(a, list->ids, list->count, list->capacity, 0);
    for (size_t i = list->count - 1; i > at; i--) list->ids[i] = list->ids[i - 1];
    list->ids[at] = id;
    if (list->count > most) list->count = most;
}

static void collect(struct arena *a, struct query q, struct id_list *list, size_t most, bool descending) {
    while (query_next(&q)) add_id(a, list, query_int(&q, 0), most, descending);
}

/* Where a grant holds: each organisation is asked by itself, through an index that begins with it, and gives at most a
 * page; so a list costs what its own offices have, not what the whole city has. */
static void organisations_of(struct db *db, struct arena *a, const struct grant *g, struct id_list *out) {
    struct query q = g->organisation ? db_query(db,
                                                "with recursive down(id) as (select ?1 union select child from organisation_edge, down where parent = down.id"
                                                " and to_at is null) select id from down",
                                                DB_INT(g->organisation))
                                     : db_query(db, "select id from organisation union all select 0");
    while (query_next(&q)) VEC_PUSH(a, out->ids, out->count, out->capacity, query_int(&q, 0));
}

/* Not the cases that are kept to another role, or above this part of the tree (case_known_to). at: where the grant
 * holds, 0 for everywhere. */
#define NOT_KEPT(case_id, role, at)                                                                                   \
    " and not exists (select 1 from cases k indexed by cases_kept where k.id = " case_id " and k.restricted_role is not null and"              \
    " (k.restricted_role <> " role " or (" at " <> 0 and not exists (with recursive up(id) as (select k.restricted_at union"  \
    " select parent from organisation_edge, up where child = up.id and to_at is null) select 1 from up where id = " at "))))"

/* Does an earlier step bar the account from an offered task that asks for four eyes? */
static bool is_barred(struct db *db, int64_t account, int64_t task) {
    struct query q = db_query(db, "select case_id, json_extract(properties, '$.\"lingban:fourEyes\"') from task where id = ?", DB_INT(task));
    bool barred = query_next(&q) && barred_by_four_eyes(db, account, query_int(&q, 0), query_text(&q, 1));
    query_done(&q);
    return barred;
}

/* Up to `most`, without those that the account may not do after all. */
static void collect_offered(struct db *db, struct arena *a, struct query q, int64_t account, struct id_list *list, size_t most) {
    for (size_t found = 0; found < most && query_next(&q);)
        if (!query_int(&q, 1) || !is_barred(db, account, query_int(&q, 0))) add_id(a, list, query_int(&q, 0), most, false), found++;
    query_done(&q);
}

/* A task, and whether it asks for four eyes: of a small index, for a count goes over hundreds. */
#define OFFERED                                                                                                          \
    "select task, exists (select 1 from task f indexed by task_four_eyes where f.id = o.task and instr(f.properties, '\"lingban:fourEyes\"') > 0)" \
    " from task_offer o where role = ?1 and organisation = ?2 and task > ?3"

static void offered_tasks(struct db *db, struct arena *a, const struct grant *g, int64_t account, struct str service, int64_t after, size_t most, struct id_list *list) {
    struct str only = g->service.n ? g->service : service;
    struct id_list offices = {0};
    organisations_of(db, a, g, &offices);
    for (size_t i = 0; i < offices.count; i++)
        collect_offered(db, a,
                        only.n ? db_query(db, OFFERED " and service = ?4 order by task", DB_TEXT(g->role), DB_INT(offices.ids[i]), DB_INT(after), DB_TEXT(only))
                               : db_query(db, OFFERED " order by task", DB_TEXT(g->role), DB_INT(offices.ids[i]), DB_INT(after)),
                        account, list, most);
}

/* What is most urgent first: the longest overdue, then what is due next; without a deadline, last. The cursor is a task:
 * what comes after it in this order. */
struct urgent {
    instant due;
    int64_t id;
};

static bool later(struct urgent x, struct urgent y) {
    return x.due != y.due ? x.due > y.due : x.id > y.id;
}

struct urgent_list {
    struct urgent *items;
    size_t count, capacity;
};

static void add_urgent(struct arena *a, struct urgent_list *list, struct urgent x, size_t most) {
    size_t at = list->count;
    while (at > 0 && later(list->items[at - 1], x)) at--;
    if ((at > 0 && list->items[at - 1].id == x.id) || at >= most) return;
    VEC_PUSH(a, list->items, list->count, list->capacity, x);
    memmove(list->items + at + 1, list->items + at, (list->count - 1 - at) * sizeof x);
    list->items[at] = x;
    if (list->count > most) list->count = most;
}

static void collect_urgent(struct arena *a, struct query q, struct urgent_list *list, size_t most) {
    while (query_next(&q)) add_urgent(a, list, (struct urgent){query_int(&q, 0), query_int(&q, 1)}, most);
}

/* The sort key of the index task_assignee (schema.sql): the largest integer where there is no deadline. */
#define DUE_OR_LAST "coalesce(due_at, 9223372036854775807)"

static struct urgent urgent_of(struct db *db, int64_t task) {
    return (struct urgent){task ? db_int(db, 0, "select " DUE_OR_LAST " from task where id = ?", DB_INT(task)) : 0, task};
}

/* Through the index task_due, with a service task_office_service. */
#define OFFICE_TASKS(index) "select due_at, id from task indexed by " index " where organisation is ?1 and state in ('open', 'claimed') and due_at is not null and due_at < ?2"   \
    " and (due_at, id) > (?3, ?4)"

static void office_tasks(struct db *db, struct arena *a, const struct grant *g, instant due_before, struct str service, int64_t after, size_t most,
                         struct urgent_list *list) {
    struct id_list offices = {0};
    struct urgent from = urgent_of(db, after);
    organisations_of(db, a, g, &offices);
    for (size_t i = 0; i < offices.count; i++) {
        struct db_value office = DB_INT_OR_NULL(offices.ids[i], 0), before = DB_INT(due_before), due = DB_INT(from.due), id = DB_INT(after), pages = DB_INT((int64_t)most),
                        role = DB_TEXT(g->role), at = DB_INT(g->organisation);
        collect_urgent(a,
                       service.n ? db_query(db, OFFICE_TASKS("task_office_service") " and service = ?8" NOT_KEPT("task.case_id", "?6", "?7") " order by due_at, id limit ?5", office, before, due, id, pages, role,
                                            at, DB_TEXT(service))
                                 : db_query(db, OFFICE_TASKS("task_due") NOT_KEPT("task.case_id", "?6", "?7") " order by due_at, id limit ?5", office, before, due, id, pages, role, at),
                       list, most);
    }
}

static void own_tasks(struct db *db, struct arena *a, const struct viewer *v, struct str service, int64_t after, size_t most, struct urgent_list *list) {
    struct urgent from = urgent_of(db, after);
    collect_urgent(a,
                   db_query(db,
                            "select " DUE_OR_LAST ", id from task where assignee = ?1 and state = 'claimed' and " DUE_OR_LAST " >= ?2 and (" DUE_OR_LAST ", id) > (?2, ?3)"
                            " and (?4 = '' or service = ?4) order by " DUE_OR_LAST ", id limit ?5",
                            DB_INT(v->account), DB_INT(from.due), DB_INT(after), DB_TEXT(service), DB_INT((int64_t)most)),
                   list, most);
}

static void find_tasks(struct db *db, struct arena *a, const struct viewer *v, enum task_list which, struct str service, int64_t after, size_t most,
                       struct id_list *list) {
    struct grant *grants;
    struct urgent_list urgent = {0};
    size_t count = v->account && which != TASKS_MINE ? grants_of(db, a, v, &grants) : 0;
    if (v->account && which == TASKS_MINE) own_tasks(db, a, v, service, after, most, &urgent);
    for (size_t i = 0; i < count; i++) {
        if (which == TASKS_TO_CLAIM) offered_tasks(db, a, &grants[i], v->account, service, after, most, list);
        else if (handles(&grants[i])) office_tasks(db, a, &grants[i], which == TASKS_OVERDUE ? v->now : INT64_MAX, service, after, most, &urgent);
    }
    for (size_t i = 0; i < urgent.count; i++) VEC_PUSH(a, list->ids, list->count, list->capacity, urgent.items[i].id);
}

struct str organisation_name(struct db *db, struct arena *a, enum language language, int64_t id) {
    struct str name = db_text(db, a, "select case when ?2 and name_en <> '' then name_en else name end from organisation where id = ?1", DB_INT(id),
                              DB_INT(language == LANGUAGE_EN));
    return name.p ? name : STR("");
}

static struct task_line task_line_of(struct engine *e, struct db *db, struct arena *a, const struct viewer *v, int64_t id) {
    struct task_line t = {.id = id};
    struct query q = db_query(db,
                              "select t.case_id, t.urged, c.reference, t.service, t.element, t.name, c.title, t.item, t.state,"
                              " coalesce(t.organisation, 0), t.opened_at, coalesce(t.due_at, 0), c.version,"
                              " (select kind = 'supervised' from history h where h.case_id = c.id and h.kind in ('supervised', 'supervision-ended') order by h.id desc limit 1) from task t join cases c on c.id = t.case_id"
                              " where t.id = ?",
                              DB_INT(id));
    if (!query_next(&q)) return t;
    t.case_id = query_int(&q, 0);
    t.urged = query_int(&q, 1);
    t.reference = arena_str(a, query_text(&q, 2));
    t.service = arena_str(a, query_text(&q, 3));
    t.element = arena_str(a, query_text(&q, 4));
    t.name = arena_str(a, query_text(&q, 5));
    t.title = arena_str(a, query_text(&q, 6));
    t.item = arena_str(a, query_text(&q, 7));
    t.state = arena_str(a, query_text(&q, 8));
    int64_t organisation = query_int(&q, 9), version = query_int(&q, 12);
    t.opened_at = query_int(&q, 10);
    t.due_at = query_int(&q, 11);
    t.supervised = query_int(&q, 13) != 0;
    query_done(&q);
    const struct service *s = services_get(e->services, db, version);
    if (s) {
        t.service_name = text_pair_in(s->name, v->language);
        t.name = service_word(s, v->language, t.name);
        t.title = title_apart(db, a, s, v->language, t.title, t.reference);
    }
    t.organisation_name = organisation_name(db, a, v->language, organisation);
    t.overdue = t.due_at && t.due_at < v->now;
    return t;
}

/* Offers are in the order of their tasks; what a page shows of them stands by deadline, too. */
static int by_urgency(const void *p, const void *q) {
    const struct task_line *x = p, *y = q;
    struct urgent a = {x->due_at ? x->due_at : INT64_MAX, x->id}, b = {y->due_at ? y->due_at : INT64_MAX, y->id};
    return later(a, b) - later(b, a);
}

size_t list_tasks(struct engine *e, struct db *db, struct arena *a, const struct viewer *v, enum task_list which, struct str service, int64_t after,
                  size_t limit, struct task_line **out, int64_t *next) {
    struct id_list list = {0};
    find_tasks(db, a, v, which, service, after, limit + 1, &list);
    size_t count = list.count > limit ? limit : list.count;
    *next = list.count > limit ? list.ids[limit - 1] : 0;
    *out = arena_array(a, struct task_line, count);
    for (size_t i = 0; i < count; i++) (*out)[i] = task_line_of(e, db, a, v, list.ids[i]);
    if (which == TASKS_TO_CLAIM && count) qsort(*out, count, sizeof **out, by_urgency);
    return count;
}

size_t count_tasks(struct engine *e, struct db *db, struct arena *a, const struct viewer *v, enum task_list which) {
    (void)e;
    struct id_list list = {0};
    find_tasks(db, a, v, which, STR(""), 0, TASKS_COUNTED, &list);
    return list.count;
}

/* ---- cases */

/* What came back to the wall has an older task about the same thing: only the newest says how it stands. */
static void count_items(struct db *db, struct case_line *c) {
    struct query q = db_query(db,
                              "select t.state, count(*) from task t where t.case_id = ? and t.properties like '%\"lingban:claimable\":\"true\"%'"
                              " and t.state <> 'closed'" NEWEST_OF_ITEM " group by t.state",
                              DB_INT(c->id));
    while (query_next(&q)) {
        struct str state = query_text(&q, 0);
        if (str_eqz(state, "open")) c->open_items = query_int(&q, 1);
        else if (str_eqz(state, "claimed")) c->claimed_items = query_int(&q, 1);
        else c->done_items = query_int(&q, 1);
    }
}

struct case_line case_line_of(struct engine *e, struct db *db, struct arena *a, const struct viewer *v, int64_t id, bool with_name) {
    struct case_line c = {.id = id};
    struct query q = db_query(db,
                              "select c.reference, c.service, c.title, c.state, c.stage, coalesce(c.organisation, 0), c.opened_at, coalesce(c.due_at, 0),"
                              " coalesce(c.closed_at, 0), c.public, c.version, c.channel, p.name, coalesce(c.rating, 0) from cases c left join party p on p.id = c.applicant"
                              " where c.id = ?",
                              DB_INT(id));
    if (!query_next(&q)) return c;
    c.reference = arena_str(a, query_text(&q, 0));
    c.service = arena_str(a, query_text(&q, 1));
    c.title = c.title_alone = arena_str(a, query_text(&q, 2));
    c.state = arena_str(a, query_text(&q, 3));
    c.stage_name = arena_str(a, query_text(&q, 4));
    int64_t organisation = query_int(&q, 5), version = query_int(&q, 10);
    c.opened_at = query_int(&q, 6);
    c.due_at = query_int(&q, 7);
    c.closed_at = query_int(&q, 8);
    c.is_public = query_int(&q, 9) != 0;
    c.channel = arena_str(a, query_text(&q, 11));
    if (with_name) c.applicant = arena_str(a, query_text(&q, 12));
    c.rating = query_int(&q, 13);
    query_done(&q);
    const struct service *s = services_get(e->services, db, version);
    if (s) {
        c.service_name = text_pair_in(s->name, v->language);
        c.title_alone = title_in(db, a, s, v->language, c.title);
        c.title = title_apart(db, a, s, v->language, c.title, c.reference);
        int32_t at = c.stage_name.n && str_eqz(c.state, "open") ? bpmn_find(s->process, c.stage_name) : -1;
        c.stage_name = at >= 0 ? service_word(s, v->language, s->process->elements[at].name) : STR("");
    }
    c.organisation_name = organisation_name(db, a, v->language, organisation);
    c.overdue = str_eqz(c.state, "open") && c.due_at && c.due_at < v->now;
    if (s && s->deadline_words.zh.n && !c.overdue) c.due_at = 0;
    count_items(db, &c);
    return c;
}

static size_t case_lines(struct engine *e, struct db *db, struct arena *a, const struct viewer *v, const struct id_list *list, size_t limit, bool with_name,
                         struct case_line **out, int64_t *next) {
    size_t count = list->count > limit ? limit : list->count;
    if (next) *next = list->count > limit ? list->ids[limit - 1] : 0;
    *out = arena_array(a, struct case_line, count);
    for (size_t i = 0; i < count; i++) (*out)[i] = case_line_of(e, db, a, v, list->ids[i], with_name);
    return count;
}

/* Where an answer of the public form may stand: a question of a repeat stands at /data/item[1]/category and so on. */
struct answer_place {
    struct str path, above, rest; /* above: of the repeat; empty outside of one */
};

static struct answer_place place_of(struct engine *e, struct db *db, struct str service, struct str path) {
    const struct service *s = services_current(e->services, db, service);
    const struct form_field *field = s ? form_field_find(s->form, path) : NULL, *repeat = field ? form_field_repeat(field) : NULL;
    if (!repeat) return (struct answer_place){.path = path};
    struct str above = form_field_path(repeat);
    return (struct answer_place){path, above, str_sub(path, above.n, path.n)};
}

struct wall {
    struct str service, state, value;
    int64_t organisation, from; /* 0: all offices; ids below `from` */
    size_t most;
};

#define ON_THE_WALL "select id from cases where service = ?1 and state = ?2 and public = 1 and id < ?3"

static void walk_the_wall(struct db *db, struct arena *a, const struct wall *w, struct id_list *list) {
    struct db_value service = DB_TEXT(w->service), state = DB_TEXT(w->state), below = DB_INT(w->from), most = DB_INT((int64_t)w->most);
    collect(a,
            w->organisation ? db_query(db, ON_THE_WALL " and organisation = ?5 order by id desc limit ?4", service, state, below, most, DB_INT(w->organisation))
                            : db_query(db, ON_THE_WALL " order by id desc limit ?4", service, state, below, most),
            list, w->most, true);
}

/* An answer that many have is soon met on the way down. */
static void walk_for_answer(struct db *db, struct arena *a, const struct wall *w, const struct answer_place *p, struct id_list *list) {
    struct str glob = p->above.n ? arena_printf(a, "%.*s[[]*]%.*s", STR_ARGS(p->above), STR_ARGS(p->rest)) : p->path;
    collect(a,
            db_query(db,
                     "select c.id from cases c where c.service = ?1 and c.state = ?2 and c.public = 1 and c.id < ?3 and (?6 = 0 or c.organisation = ?6)"
                     " and exists (select 1 from answer w where w.case_id = c.id and w.value = ?5 and (w.path = ?4 or w.path glob ?7) and w.class = 'public')"
                     " order by c.id desc limit ?8",
                     DB_TEXT(w->service), DB_TEXT(w->state), DB_INT(w->from), DB_TEXT(p->path), DB_TEXT(w->value), DB_INT(w->organisation), DB_TEXT(glob),
                     DB_INT((int64_t)w->most)),
            list, w->most, true);
}

enum { FEW = 200, INSTANCES_MOST = 50 };

/* Cases with this very answer, newest first; stops beyond FEW. */
static void cases_with(struct db *db, struct arena *a, struct str path, struct str value, struct id_list *found) {
    collect(a,
            db_query(db, "select case_id from answer where path = ?1 and value = ?2 and class = 'public' order by case_id desc limit ?3", DB_TEXT(path), DB_TEXT(value),
                     DB_INT(FEW + 1)),
            found, FEW + 1, true);
}

/* An answer that few have is found from the answer's side, else the whole wall would be walked for it. False: many have it. */
static bool few_have(struct db *db, struct arena *a, const struct wall *w, const struct answer_place *p, struct id_list *list) {
    struct id_list found = {0};
    if (!p->above.n) cases_with(db, a, p->path, w->value, &found);
    for (int i = 1; p->above.n && i <= INSTANCES_MOST && found.count <= FEW; i++) {
        struct str path = arena_printf(a, "%.*s[%d]%.*s", STR_ARGS(p->above), i, STR_ARGS(p->rest));
        if (!db_int(db, 0, "select 1 from answer where path = ? and value is not null limit 1", DB_TEXT(path))) break; /* nobody has more of them */
        cases_with(db, a, path, w->value, &found);
    }
    if (found.count > FEW) return false;
    for (size_t i = 0; i < found.count; i++)
        if (found.ids[i] < w->from &&
            db_int(db, 0, "select count(*) from cases where id = ?1 and service = ?2 and state = ?3 and public = 1 and (?4 = 0 or organisation = ?4)", DB_INT(found.ids[i]),
                   DB_TEXT(w->service), DB_TEXT(w->state), DB_INT(w->organisation)))
            add_id(a, list, found.ids[i], w->most, true);
    return true;
}

size_t list_public(struct engine *e, struct db *db, struct arena *a, const struct viewer *v, struct str service, struct str state, struct str path,
                   struct str value, int64_t organisation, int64_t before, size_t limit, struct case_line **out, int64_t *next) {
    struct id_list list = {0};
    struct wall w = {service, state, value, organisation, before ? before : INT64_MAX, limit + 1};
    struct answer_place p = place_of(e, db, service, path);
    if (!path.n) walk_the_wall(db, a, &w, &list);
    else if (!few_have(db, a, &w, &p, &list)) walk_for_answer(db, a, &w, &p, &list);
    return case_lines(e, db, a, v, &list, limit, false, out, next);
}

#define OFFICE_CASES "select id from cases where organisation is ?1 and state = ?2 and id < ?3"

static void office_cases(struct db *db, struct arena *a, const struct grant *g, struct str service, struct str state, int64_t from, size_t most,
                         struct id_list *list) {
    static const struct str states[] = {STR_STATIC("open"), STR_STATIC("closed"), STR_STATIC("withdrawn"), STR_STATIC("merged")};
    struct str only = g->service.n ? g->service : service;
    struct id_list offices = {0};
    organisations_of(db, a, g, &offices);
    for (size_t i = 0; i < offices.count; i++)
        for (size_t k = 0; k < sizeof states / sizeof *states; k++) {
            if (state.n && !str_eq(state, states[k])) continue;
            struct db_value office = DB_INT_OR_NULL(offices.ids[i], 0), in = DB_TEXT(states[k]), below = DB_INT(from), pages = DB_INT((int64_t)most), role = DB_TEXT(g->role),
                            at = DB_INT(g->organisation);
            collect(a,
                    only.n ? db_query(db, OFFICE_CASES " and service = ?7" NOT_KEPT("cases.id", "?5", "?6") " order by id desc limit ?4", office, in, below, pages, role, at, DB_TEXT(only))
                           : db_query(db, OFFICE_CASES NOT_KEPT("cases.id", "?5", "?6") " order by id desc limit ?4", office, in, below, pages, role, at),
                    list, most, true);
        }
}

size_t list_office(struct engine *e, struct db *db, struct arena *a, const struct viewer *v, struct str service, struct str state, int64_t before,
                   size_t limit, struct case_line **out, int64_t *next) {
    struct id_list list = {0};
    struct grant *grants;
    size_t count = grants_of(db, a, v, &grants);
    int64_t from = before ? before : INT64_MAX;
    for (size_t i = 0; i < count; i++)
        if (handles(&grants[i])) office_cases(db, a, &grants[i], service, state, from, limit + 1, &list);
    return case_lines(e, db, a, v, &list, limit, true, out, next);
}

size_t list_own(struct engine *e, struct db *db, struct arena *a, const struct viewer *v, struct case_line **out) {
    struct id_list list = {0};
    if (v->phone.n)
        collect(a, db_query(db, "select c.id from cases c join party p on p.id = c.applicant where p.phone = ? order by c.id desc limit 100", DB_TEXT(v->phone)),
                &list, 100, true);
    else if (v->resident_case)
        add_id(a, &list, v->resident_case, 1, true);
    return case_lines(e, db, a, v, &list, 100, false, out, NULL);
}

size_t list_household(struct engine *e, struct db *db, struct arena *a, const struct viewer *v, int64_t household, struct case_line **out) {
    struct id_list all = {0}, handled = {0};
    collect(a, db_query(db, "select id from cases where household = ? order by id desc limit 100", DB_INT(household)), &all, 100, true);
    for (size_t i = 0; i < all.count; i++)
        if (viewer_relation(e, db, v, all.ids[i]) >= RELATION_HANDLER) add_id(a, &handled, all.ids[i], 100, true);
    return case_lines(e, db, a, v, &handled, 100, true, out, NULL);
}

/* Open cases of the service whose answers to all the questions under alike: are these (of a repeat: one of them). */
static void alike_by_answers(struct engine *e, struct db *db, struct arena *a, int64_t case_id, struct id_list *list, size_t most) {
    const struct service *s = services_get(e->services, db, db_int(db, 0, "select version from cases where id = ?", DB_INT(case_id)));
    if (!s || s->means.alike_count == 0) return;
    struct query q = db_query(db,
                              "select distinct c.id from answer mine join answer theirs on theirs.value = mine.value and theirs.path = mine.path"
                              " join cases c on c.id = theirs.case_id where mine.case_id = ?1 and mine.path = ?2 and c.id <> ?1 and c.service = ?3"
                              " and c.state = 'open' order by c.id desc limit 200",
                              DB_INT(case_id), DB_TEXT(s->means.alike[0]), DB_TEXT(s->id));
    while (query_next(&q)) {
        int64_t other = query_int(&q, 0);
        bool alike = true;
        for (size_t i = 1; alike && i < s->means.alike_count; i++)
            alike = db_int(db, 0,
                           "select count(*) from answer mine join answer theirs on theirs.value = mine.value and theirs.path = mine.path"
                           " where mine.case_id = ? and mine.path = ? and theirs.case_id = ?",
                           DB_INT(case_id), DB_TEXT(s->means.alike[i]), DB_INT(other)) > 0;
        if (alike) add_id(a, list, other, most, true);
    }
    query_done(&q);
}

size_t list_alike(struct engine *e, struct db *db, struct arena *a, const struct viewer *v, int64_t case_id, struct case_line **out) {
    struct id_list list = {0};
    *out = NULL;
    if (viewer_relation(e, db, v, case_id) < RELATION_HANDLER) return 0;
    collect(a,
            db_query(db,
                     "select o.id from cases c join cases o on o.service = c.service and o.household = c.household and o.id <> c.id"
                     " where c.id = ? and o.state in ('open', 'closed') order by o.id desc limit 10",
                     DB_INT(case_id)),
            &list, 10, true);
    collect(a,
            db_query(db,
                     /* cross join: in this order, from the one case to the few of the same number, whatever the tables' sizes */
                     "select o.id from cases c cross join party p cross join party same cross join cases o where c.id = ? and p.id = c.applicant"
                     " and p.phone <> '' and same.phone = p.phone and o.applicant = same.id and o.service = c.service and o.id <> c.id and o.state in ('open', 'closed')"
                     " order by o.id desc limit 10",
                     DB_INT(case_id)),
            &list, 10, true);
    alike_by_answers(e, db, a, case_id, &list, 10);
    struct id_list known = {0};
    for (size_t i = 0; i < list.count; i++)
        if (viewer_relation(e, db, v, list.ids[i]) >= RELATION_HANDLER) add_id(a, &known, list.ids[i], 10, true);
    return case_lines(e, db, a, v, &known, 10, true, out, NULL);
}

/* ---- notices */

/* A case's number as people read it out: 1234-5678-9012. */
static struct str as_read(struct arena *a, struct str text) {
    struct reference r;
    struct buf out;
    if (text.n != REFERENCE_DIGITS || reference_parse(text, &r) != REFERENCE_GOOD) return text;
    buf_init(&out, a, 100);
    reference_put(&out, text);
    return buf_str(&out);
}

/* id, case, kind, sentence, at, read, reference, version, over: the columns of both queries below. What a service says is said in
 * its words of the page's language. */
static size_t read_notices(struct engine *e, struct db *db, struct arena *a, const struct viewer *v, struct query q, struct notice_line **out) {
    size_t count = 0, capacity = 0;
    *out = NULL;
    while (query_next(&q)) {
        struct notice_line n = {.id = query_int(&q, 0), .case_id = query_int(&q, 1), .kind = arena_str(a, query_text(&q, 2)), .at = query_int(&q, 4)};
        struct json *pieces = json_parse(a, query_text(&q, 3), &json_default_limits, STR_NONE, NULL);
        const struct service *of = query_int(&q, 7) ? services_get(e->services, db, query_int(&q, 7)) : NULL, *s = v->language == LANGUAGE_ZH ? NULL : of;
        struct str texts[4];
        size_t n_texts = 0;
        for (; pieces && n_texts < pieces->count && n_texts < 4; n_texts++)
            texts[n_texts] = as_read(a, service_words(a, s, v->language, pieces->items[n_texts].text));
        n.sentence = n_texts ? text_format(a, v->language, texts, n_texts) : STR("");
        n.read_at = query_int(&q, 5);
        n.reference = arena_str(a, query_text(&q, 6));
        n.over = query_int(&q, 8) != 0;
        n.service_name = of ? text_pair_in(of->name, v->language) : STR("");
        VEC_PUSH(a, *out, count, capacity, n);
    }
    return count;
}

/* Told of a task (assigned, urged) that is not with its receiver any more. Asked to sign, one may be told before it is one's turn. */
#define OVER                                                                                                             \
    "(n.kind in ('task.assigned', 'task.urged') and n.sentence not like '[\"You are asked to sign%' and not exists (select 1 from task t"   \
    " where t.case_id = n.case_id and t.assignee = n.account and t.state = 'claimed'"                                    \
    " and t.name = json_extract(n.sentence, case n.kind when 'task.urged' then '$[2]' else '$[1]' end)))"

#define NOTICE_COLUMNS "select n.id, coalesce(n.case_id, 0), n.kind, n.sentence, n.at, coalesce(n.read_at, 0), c.reference, coalesce(c.version, 0), " OVER " from notice n"

size_t list_notices(struct engine *e, struct db *db, struct arena *a, const struct viewer *v, int64_t before, size_t limit, struct notice_line **out) {
    int64_t from = before ? before : INT64_MAX;
    return read_notices(e, db, a, v,
                        db_query(db, NOTICE_COLUMNS " left join cases c on c.id = n.case_id where n.account = ? and n.id < ? order by n.id desc limit ?",
                                 DB_INT(v->account), DB_INT(from), DB_INT((int64_t)limit)),
                        out);
}

size_t list_case_notices(struct engine *e, struct db *db, struct arena *a, const struct viewer *v, int64_t case_id, struct notice_line **out) {
    *out = NULL;
    if (viewer_relation(e, db, v, case_id) < RELATION_APPLICANT) return 0;
    return read_notices(e, db, a, v,
                        db_query(db, NOTICE_COLUMNS " join cases c on c.id = n.case_id where n.case_id = ? and n.resident = 1 order by n.id desc limit 50",
                                 DB_INT(case_id)),
                        out);
}

size_t count_unread(struct db *db, const struct viewer *v) {
    if (!v->account) return 0;
    return (size_t)db_int(db, 0, "select count(*) from (select n.kind, n.sentence, n.case_id, n.account from notice n where account = ? and read_at is null"
                              " order by id desc limit 100) n where not " OVER, DB_INT(v->account));
}
