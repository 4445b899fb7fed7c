/* viewer.c: see viewer.h. */
#include "engine/viewer.h"

#include "base/dates.h"
#include "engine/attachment.h"
#include "engine/engine_internal.h"
#include "store/seal.h"

#include <string.h>

/* ---- relation */

static bool is_applicant(struct db *db, const struct viewer *v, int64_t case_id) {
    if (v->resident_case && v->resident_case == case_id) return true;
    if (!v->phone.n) return false;
    return db_int(db, 0, "select count(*) from cases c join party p on p.id = c.applicant where c.id = ? and p.phone = ?", DB_INT(case_id),
                  DB_TEXT(v->phone)) > 0;
}

static bool was_accepted(struct db *db, const struct viewer *v, int64_t case_id) {
    struct query q = db_query(db, "select properties from task where case_id = ? and assignee = ? and state = 'claimed'",
                              DB_INT(case_id), DB_INT(v->account));
    bool accepted = false;
    while (!accepted && query_next(&q)) accepted = str_find(query_text(&q, 0), STR("\"lingban:opensPersonal\":\"true\"")) >= 0;
    query_done(&q);
    return accepted;
}

static bool is_offered(struct db *db, const struct viewer *v, int64_t case_id, struct str service, int64_t organisation) {
    if (db_int(db, 0, "select count(*) from task where case_id = ? and assignee = ?", DB_INT(case_id), DB_INT(v->account))) return true;
    struct query q = db_query(db, "select distinct role from task_offer o join task t on t.id = o.task where t.case_id = ?", DB_INT(case_id));
    bool offered = false;
    while (!offered && query_next(&q)) offered = account_holds(db, v->account, query_text(&q, 0), service, organisation, v->now);
    query_done(&q);
    return offered;
}

/* Of a restricted case: holders of its role where it is kept; whoever has a task of it by name; the resident. Being
 * staff of its office, or offered a task there, is nothing. */
static enum relation restricted_relation(struct db *db, const struct viewer *v, int64_t case_id) {
    struct query q = db_query(db, "select restricted_role, coalesce(restricted_at, 0), service from cases where id = ?", DB_INT(case_id));
    bool holds = query_next(&q) && v->account && account_holds(db, v->account, query_text(&q, 0), query_text(&q, 2), query_int(&q, 1), v->now);
    query_done(&q);
    if (holds) return RELATION_SUPERVISOR;
    if (is_applicant(db, v, case_id)) return RELATION_APPLICANT;
    if (!v->account || !case_known_to(db, v->account, case_id, v->now)) return RELATION_NONE;
    return was_accepted(db, v, case_id) ? RELATION_ACCEPTED : RELATION_OFFERED;
}

static enum relation relation_of(struct db *db, const struct viewer *v, int64_t case_id, struct str service, int64_t organisation, bool is_public) {
    if (db_int(db, 0, "select restricted_role is not null from cases where id = ?", DB_INT(case_id))) return restricted_relation(db, v, case_id);
    if (v->account) {
        static const char *const top[] = {"supervisor", "admin"};
        for (size_t i = 0; i < 2; i++)
            if (account_holds(db, v->account, str_from(top[i]), service, organisation, v->now)) return RELATION_SUPERVISOR;
        if (account_holds(db, v->account, STR("staff"), service, organisation, v->now)) return RELATION_HANDLER;
    }
    if (is_applicant(db, v, case_id)) return RELATION_APPLICANT;
    if (v->account && was_accepted(db, v, case_id)) return RELATION_ACCEPTED;
    if (v->account && is_offered(db, v, case_id, service, organisation)) return RELATION_OFFERED;
    return is_public ? RELATION_PUBLIC : RELATION_NONE;
}

enum relation viewer_relation(struct engine *e, struct db *db, const struct viewer *v, int64_t case_id) {
    (void)e;
    struct query q = db_query(db, "select service, coalesce(organisation, 0), public from cases where id = ?", DB_INT(case_id));
    if (!query_next(&q)) return RELATION_NONE;
    struct arena a;
    arena_init(&a, 1 << 16);
    struct str service = arena_str(&a, query_text(&q, 0));
    int64_t organisation = query_int(&q, 1);
    bool is_public = query_int(&q, 2) != 0;
    query_done(&q);
    enum relation relation = relation_of(db, v, case_id, service, organisation, is_public);
    arena_release(&a);
    return relation;
}

/* ---- masks */

struct str mask_name(struct arena *a, struct str name) {
    struct buf out;
    buf_init(&out, a, 1000);
    uint32_t c;
    size_t n = 0;
    for (size_t at = 0; utf8_next(name, &at, &c) && n < 20; n++) {
        if (n == 0) buf_utf8(&out, c);
        else buf_byte(&out, '*');
    }
    return buf_str(&out);
}

struct str mask_value(struct arena *a, struct str value) {
    bool digits = value.n >= 7;
    for (size_t i = 0; i < value.n; i++) digits = digits && value.p[i] >= '0' && value.p[i] <= '9';
    if (!digits) return STR("***");
    return arena_printf(a, "%.*s****%.*s", 3, value.p, 4, value.p + value.n - 4);
}

/* ---- answers */

enum sight { HIDDEN, MASKED, CLEAR };

static enum sight sight_of(enum relation relation, struct str class, bool is_name) {
    if (str_eqz(class, "public")) return CLEAR;
    if (relation == RELATION_PUBLIC) return HIDDEN;
    if (str_eqz(class, "office")) return CLEAR;
    if (str_eqz(class, "personal")) {
        if (relation == RELATION_OFFERED) return is_name ? MASKED : HIDDEN;
        return CLEAR;
    }
    return relation >= RELATION_APPLICANT ? MASKED : HIDDEN;
}

/* The path without positions: /data/item[2]/what → /data/item/what; *position gets the last of them. */
static struct str plain_path(struct arena *a, struct str reference, int64_t *position) {
    struct buf out;
    buf_init(&out, a, 4096);
    *position = 0;
    for (size_t i = 0; i < reference.n; i++) {
        if (reference.p[i] != '[') {
            buf_byte(&out, reference.p[i]);
            continue;
        }
        size_t close = i;
        while (close < reference.n && reference.p[close] != ']') close++;
        str_to_int64(str_sub(reference, i + 1, close), position);
        i = close;
    }
    return buf_str(&out);
}

struct labels {
    const struct form *form;
    struct form_session *session; /* blank: for the labels of choices */
    struct str language;
};

static struct labels labels_open(struct engine *e, struct db *db, struct arena *a, const struct form *form, int64_t of_case, const struct viewer *v) {
    struct form_opening opening = {.now = v->now, .lists = service_lists(e, a, db, form, of_case, v->language)};
    struct labels l = {.form = form, .language = form_language_for(form, v->language)};
    opening.language = l.language;
    l.session = form_open(form, a, &opening);
    return l;
}

/* Choices by their label, several joined; what was ticked as "yes", days as people write them. A value that is none stays. */
static struct str read_value(struct arena *a, const struct labels *l, enum language language, const struct form_field *field, struct str value) {
    enum form_control control = form_field_control(field);
    if (attachment_is(value)) return text_in(language, T("Photo"));
    if (control == FORM_TRIGGER && value.n) return text_in(language, T("Yes"));
    if (form_field_type(field) == FORM_DATE || form_field_type(field) == FORM_DATETIME) return date_say_text(a, language, value, DATE_DAY);
    if (control != FORM_SELECT_ONE && control != FORM_SELECT_MANY && control != FORM_RANK) return value;
    struct form_node *node = form_find(l->session, form_field_path(field));
    struct buf out;
    buf_init(&out, a, 1 << 16);
    struct str rest = value, one;
    /* one choice may hold blanks: a team's name */
    while (control == FORM_SELECT_ONE ? (one = rest, rest = STR_NONE, one.n > 0) : str_split(&rest, ' ', &one)) {
        struct str label = node ? form_value_label(l->session, node, one) : STR("");
        if (out.n) buf_add(&out, text_in(language, T(", ")));
        buf_add(&out, label.n ? label : one);
    }
    return arena_str(a, buf_str(&out));
}

static size_t rank_of(const struct form *form, struct str path) {
    for (size_t i = 0; i < form_field_count(form); i++)
        if (str_eq(form_field_path(form_field_at(form, i)), path)) return i;
    return 0;
}

/* Entry by entry within one list; lists beside each other, and what stands in none, in the order of the form. */
static bool stands_after(struct arena *a, const struct form *form, struct str left, struct str right) {
    int64_t left_position, right_position;
    struct str left_path = plain_path(a, left, &left_position), right_path = plain_path(a, right, &right_position);
    const struct form_field *left_field = form_field_find(form, left_path), *right_field = form_field_find(form, right_path);
    bool same_list = left_field && right_field && form_field_repeat(left_field) == form_field_repeat(right_field);
    if (same_list && left_position != right_position) return left_position > right_position;
    return rank_of(form, left_path) > rank_of(form, right_path);
}

/* In the order of the form, which the rows (ordered by path) do not keep. */
static void in_form_order(struct arena *a, const struct form *form, struct seen_submission *s) {
    for (size_t i = 1; i < s->count; i++) {
        struct seen_answer moving = s->answers[i];
        size_t k = i;
        for (; k > 0 && stands_after(a, form, s->answers[k - 1].path, moving.path); k--) s->answers[k] = s->answers[k - 1];
        s->answers[k] = moving;
    }
}

static void read_answers(struct engine *e, struct db *db, struct arena *a, const struct viewer *v, const struct seen_case *c, struct seen_submission *s) {
    const struct service_form *form = service_form_named(c->service, s->form);
    if (!form) return;
    struct labels labels = labels_open(e, db, a, form->form, c->id, v);
    s->title = service_word(c->service, v->language, form_title(form->form));
    struct query q = db_query(db, "select path, class, type, coalesce(value, personal), sensitive is not null from answer where submission = ?", DB_INT(s->id));
    while (query_next(&q)) {
        struct str class = query_text(&q, 1), type = query_text(&q, 2);
        if (str_eqz(type, "group")) continue;
        int64_t position;
        struct str reference = arena_str(a, query_text(&q, 0)), path = plain_path(a, reference, &position);
        const struct form_field *field = form_field_find(form->form, path);
        enum sight sight = sight_of(c->relation, class, str_eq(path, c->service->means.name));
        if (!field || sight == HIDDEN) continue;
        bool sensitive = query_int(&q, 4) != 0;
        struct seen_answer answer = {.submission = s->id, .path = reference, .masked = sight == MASKED || sensitive};
        answer.personal = str_eqz(class, "personal") || sensitive;
        answer.is_photo = str_eqz(type, "binary") || form_field_control(field) == FORM_UPLOAD;
        answer.label = form_field_text(a, form->form, field, FORM_LABEL, labels.language);
        if (!answer.label.n) continue; /* calculated and hidden values have no words for people */
        struct str raw = query_is_null(&q, 3) ? STR("") : arena_str(a, query_text(&q, 3));
        if (answer.masked) answer.value = str_eq(path, c->service->means.name) ? mask_name(a, raw) : mask_value(a, raw);
        else answer.value = read_value(a, &labels, v->language, field, raw), answer.raw = raw;
        if (position) {
            const struct form_field *repeat = form_field_repeat(field);
            struct str label = repeat ? form_field_text(a, form->form, repeat, FORM_LABEL, labels.language) : STR("");
            answer.group = arena_printf(a, "%.*s %lld", STR_ARGS(label), (long long)position);
        }
        VEC_PUSH(a, s->answers, s->count, s->capacity, answer);
    }
    in_form_order(a, form->form, s);
}

/* ---- who did it */

/* Names of staff are for supervisors and handlers; others read the unit or the part they played. */
static struct str who_name(struct db *db, struct arena *a, const struct viewer *v, enum relation relation, int64_t account, bool by_resident) {
    if (by_resident) return text_in(v->language, T("Resident"));
    if (!account) return text_in(v->language, T("System"));
    if (relation >= RELATION_HANDLER || account == v->account) {
        struct str name = db_text(db, a, "select p.name from account a join party p on p.id = a.party where a.id = ?", DB_INT(account));
        if (name.n) return name;
    }
    struct str unit = db_text(db, a,
                              "select case when ?2 and o.name_en <> '' then o.name_en else o.name end from account a"
                              " join organisation o on o.id = a.organisation where a.id = ?1",
                              DB_INT(account), DB_INT(v->language == LANGUAGE_EN));
    return unit.n ? unit : text_in(v->language, T("Staff"));
}

static void read_submissions(struct engine *e, struct db *db, struct arena *a, const struct viewer *v, struct seen_case *c) {
    (void)e;
    struct query q = db_query(db, "select id, coalesce(task, 0), form, at, channel, coalesce(account, 0) from submission where case_id = ? order by id", DB_INT(c->id));
    while (query_next(&q)) {
        struct seen_submission s = {.id = query_int(&q, 0), .task = query_int(&q, 1), .form = arena_str(a, query_text(&q, 2)), .at = query_int(&q, 3)};
        bool own_work = s.task && query_int(&q, 5); /* staff at their step: nobody's word came in by any way */
        s.channel = own_work ? STR("") : arena_str(a, query_text(&q, 4));
        s.who = who_name(db, a, v, c->relation, query_int(&q, 5), query_int(&q, 5) == 0);
        read_answers(e, db, a, v, c, &s);
        if (s.count) VEC_PUSH(a, c->submissions, c->submission_count, c->submission_capacity, s);
    }
}

static struct str element_name(const struct seen_case *c, enum language language, struct str id) {
    int32_t at = id.n ? bpmn_find(c->service->process, id) : -1;
    return at >= 0 ? service_word(c->service, language, c->service->process->elements[at].name) : STR("");
}

/* Opened on the web by somebody without an account: a person did, not the system. */
static bool sent_from_outside(const struct seen_case *c, struct str kind, int64_t account) {
    return !account && str_eqz(kind, "opened") && str_eqz(c->channel, "web");
}

static void read_events(struct db *db, struct arena *a, const struct viewer *v, struct seen_case *c) {
    struct query q = db_query(db, "select at, kind, element, coalesce(account, 0), by_resident, note, data from history where case_id = ? order by id", DB_INT(c->id));
    while (query_next(&q)) {
        struct seen_event s = {.at = query_int(&q, 0), .kind = arena_str(a, query_text(&q, 1)), .element = arena_str(a, query_text(&q, 2))};
        s.by_resident = query_int(&q, 4) != 0;
        s.element_name = element_name(c, v->language, s.element);
        bool moved = str_eqz(s.kind, "entered") || str_eqz(s.kind, "left") || str_eqz(s.kind, "timer");
        if (c->relation == RELATION_PUBLIC && !moved && !str_eqz(s.kind, "opened") && !str_eqz(s.kind, "closed")) continue;
        if (str_eqz(s.kind, "revealed") && c->relation < RELATION_SUPERVISOR) continue;
        s.who = moved ? STR("") : who_name(db, a, v, c->relation, query_int(&q, 3), s.by_resident || sent_from_outside(c, s.kind, query_int(&q, 3)));
        if (c->relation >= RELATION_APPLICANT || c->relation == RELATION_ACCEPTED) s.note = query_is_null(&q, 5) ? STR("") : arena_str(a, query_text(&q, 5));
        s.data = arena_str(a, query_text(&q, 6));
        VEC_PUSH(a, c->events, c->event_count, c->event_capacity, s);
    }
}

/* ---- tasks */

static bool did_step(struct db *db, int64_t account, int64_t case_id, struct str element) {
    if (str_eqz(element, "opening")) return db_int(db, 0, "select count(*) from cases where id = ? and opened_by = ?", DB_INT(case_id), DB_INT(account)) > 0;
    return db_int(db, 0, "select count(*) from task where case_id = ?1 and element = ?2 and state = 'completed' and closed_by = ?3", DB_INT(case_id), DB_TEXT(element),
                  DB_INT(account)) > 0;
}

bool barred_by_four_eyes(struct db *db, int64_t account, int64_t case_id, struct str steps) {
    for (struct str element; account && steps.n && str_split(&steps, ',', &element);)
        if (str_trim(element).n && did_step(db, account, case_id, str_trim(element))) return true;
    return false;
}

static bool holds_one_of(struct db *db, struct arena *a, const struct viewer *v, const struct seen_case *c, struct str roles) {
    struct json *list = json_parse(a, roles, &json_default_limits, STR_NONE, NULL);
    for (size_t i = 0; v->account && list && i < list->count; i++)
        if (account_holds(db, v->account, list->items[i].text, c->service->id, c->organisation, v->now)) return true;
    return false;
}

#define TASK_COLUMNS                                                                                              \
    "id, element, name, state, form, item, outcome, properties, opened_at, coalesce(due_at, 0), coalesce(claimed_at, 0),"   \
    " coalesce(closed_at, 0), urged, coalesce(assignee, 0), coalesce(claimed_for, 0), roles"

static void look_with_four_eyes(struct db *db, struct arena *a, const struct viewer *v, const struct seen_case *c, struct seen_task *t, bool holds) {
    t->four_eyes = json_string(json_parse(a, t->properties, &json_default_limits, STR_NONE, NULL), "lingban:fourEyes");
    t->barred = barred_by_four_eyes(db, v->account, c->id, t->four_eyes);
    t->ahead = !t->barred && (t->mine || holds);
}

static struct seen_task task_seen(struct db *db, struct arena *a, const struct viewer *v, const struct seen_case *c, const struct query *q) {
    struct seen_task t = {.id = query_int(q, 0), .element = arena_str(a, query_text(q, 1)), .state = arena_str(a, query_text(q, 3))};
    t.name = service_word(c->service, v->language, arena_str(a, query_text(q, 2)));
    t.form = arena_str(a, query_text(q, 4));
    t.item = arena_str(a, query_text(q, 5));
    t.outcome = arena_str(a, query_text(q, 6));
    t.properties = arena_str(a, query_text(q, 7));
    t.opened_at = query_int(q, 8);
    t.due_at = query_int(q, 9);
    t.claimed_at = query_int(q, 10);
    t.closed_at = query_int(q, 11);
    t.urged = query_int(q, 12);
    int64_t assignee = query_int(q, 13), unit = query_int(q, 14);
    bool waiting = str_eqz(t.state, "open") || str_eqz(t.state, "claimed");
    t.overdue = waiting && t.due_at && t.due_at < v->now;
    t.mine = v->account && assignee == v->account;
    if (assignee && c->relation >= RELATION_HANDLER) t.holder = who_name(db, a, v, c->relation, assignee, false);
    else if (unit) t.holder = organisation_name(db, a, v->language, unit);
    struct str roles = query_text(q, 15);
    bool for_resident = str_find(roles, STR("\"resident\"")) >= 0;
    t.of_applicant = str_eqz(roles, "[\"resident\"]") && str_find(t.properties, STR("\"lingban:sometimes\":\"true\"")) >= 0;
    bool claimable = str_find(t.properties, STR("\"lingban:claimable\":\"true\"")) >= 0;
    bool holds = holds_one_of(db, a, v, c, roles);
    bool staff = c->relation >= RELATION_HANDLER;
    if (waiting) look_with_four_eyes(db, a, v, c, &t, holds);
    t.may_claim = str_eqz(t.state, "open") && holds && !t.barred;
    t.may_complete = waiting && !t.barred && (t.mine || (for_resident && (c->relation == RELATION_APPLICANT || staff)) ||
                                 (!assignee && holds && !claimable) || (assignee && c->relation == RELATION_SUPERVISOR));
    return t;
}

static void read_tasks(struct db *db, struct arena *a, const struct viewer *v, struct seen_case *c) {
    struct query q = db_query(db, "select " TASK_COLUMNS " from task where case_id = ? order by id", DB_INT(c->id));
    while (query_next(&q)) VEC_PUSH(a, c->tasks, c->task_count, c->task_capacity, task_seen(db, a, v, c, &q));
}

/* Judges judge apart: of steps that one person may not do both of (lingban:fourEyes) and that ask the same form, whoever may
 * still do one does not read how the others answered. */
static bool would_lean_on(const struct seen_task *ahead, const struct seen_task *done) {
    if (!ahead->ahead || !done->form.n || !str_eq(ahead->form, done->form)) return false;
    for (struct str rest = ahead->four_eyes, step; rest.n && str_split(&rest, ',', &step);)
        if (str_eq(str_trim(step), done->element)) return true;
    return false;
}

static bool hidden_from_judge(const struct seen_case *c, int64_t task) {
    const struct seen_task *done = NULL;
    for (size_t i = 0; task && i < c->task_count; i++)
        if (c->tasks[i].id == task) done = &c->tasks[i];
    for (size_t i = 0; done && i < c->task_count; i++)
        if (would_lean_on(&c->tasks[i], done)) return true;
    return false;
}

static void keep_apart(struct seen_case *c) {
    size_t kept = 0;
    for (size_t i = 0; i < c->submission_count; i++)
        if (!hidden_from_judge(c, c->submissions[i].task)) c->submissions[kept++] = c->submissions[i];
    c->submission_count = kept;
}

static void read_amendments(struct db *db, struct arena *a, const struct viewer *v, struct seen_case *c) {
    if (c->relation < RELATION_APPLICANT) return;
    struct query q = db_query(db, "select m.path, coalesce(m.old_value, m.old_personal), m.reason, m.at, coalesce(m.account, 0), s.form, coalesce(s.task, 0) from amendment m"
                                  " join submission s on s.id = m.submission where m.case_id = ? order by m.id", DB_INT(c->id));
    while (query_next(&q)) {
        if (hidden_from_judge(c, query_int(&q, 6))) continue;
        int64_t position;
        struct seen_amendment m = {.path = arena_str(a, query_text(&q, 0)), .at = query_int(&q, 3)};
        m.old_value = query_is_null(&q, 1) ? STR("") : arena_str(a, query_text(&q, 1));
        if (attachment_is(m.old_value)) m.old_value = text_in(v->language, T("Photo"));
        m.reason = arena_str(a, query_text(&q, 2));
        m.who = who_name(db, a, v, c->relation, query_int(&q, 4), false);
        const struct service_form *form = service_form_named(c->service, query_text(&q, 5));
        const struct form_field *field = form ? form_field_find(form->form, plain_path(a, m.path, &position)) : NULL;
        m.label = field ? form_field_text(a, form->form, field, FORM_LABEL, form_language_for(form->form, v->language)) : m.path;
        VEC_PUSH(a, c->amendments, c->amendment_count, c->amendment_capacity, m);
    }
}

/* ---- links. On public pages nobody reads that two cases belong together: one may tell who the other is about. The
 * resident of both (one case's link proves that of one only) learns number and state. */

static bool same_applicant(struct db *db, int64_t one, int64_t other) {
    return db_int(db, 0, "select a.applicant is not null and a.applicant = b.applicant from cases a, cases b where a.id = ? and b.id = ?", DB_INT(one), DB_INT(other)) != 0;
}

static void add_link(struct engine *e, struct db *db, struct arena *a, const struct viewer *v, struct seen_case *c, int64_t other, struct seen_link link) {
    enum relation there = viewer_relation(e, db, v, other);
    link.may_open = there > RELATION_PUBLIC;
    if (!link.may_open && !(c->relation == RELATION_APPLICANT && same_applicant(db, c->id, other))) return;
    const struct service *s = services_get(e->services, db, db_int(db, 0, "select version from cases where id = ?", DB_INT(other)));
    if (!s) return;
    link.service = text_pair_in(s->name, v->language);
    link.kind = service_word(link.from_here ? c->service : s, v->language, link.kind);
    link.reference = db_text(db, a, "select reference from cases where id = ?", DB_INT(other));
    link.state = db_text(db, a, "select state from cases where id = ?", DB_INT(other));
    if (link.may_open) link.title = title_in(db, a, s, v->language, db_text(db, a, "select title from cases where id = ?", DB_INT(other)));
    VEC_PUSH(a, c->links, c->link_count, c->link_capacity, link);
}

static void read_links(struct engine *e, struct db *db, struct arena *a, const struct viewer *v, struct seen_case *c) {
    if (c->relation == RELATION_PUBLIC) return;
    struct query q = db_query(db, "select case_id, other, kind, subject, at from case_link where case_id = ?1 or other = ?1 order by id limit 50", DB_INT(c->id));
    while (query_next(&q)) {
        struct seen_link link = {.kind = arena_str(a, query_text(&q, 2)), .subject = arena_str(a, query_text(&q, 3)), .at = query_int(&q, 4)};
        link.from_here = query_int(&q, 0) == c->id;
        add_link(e, db, a, v, c, query_int(&q, link.from_here ? 1 : 0), link);
    }
}

/* ---- the whole */

static bool read_case(struct engine *e, struct db *db, struct arena *a, const struct viewer *v, int64_t id, struct seen_case *c) {
    struct query q = db_query(db,
                              "select c.version, coalesce(c.organisation, 0), coalesce(c.merged_into, 0), c.reference, c.state, c.stage, c.outcome,"
                              " c.title, c.channel, o.name, o.name_en, c.opened_at, coalesce(c.due_at, 0), coalesce(c.closed_at, 0), c.public,"
                              " coalesce(c.rating, 0), c.reopened, c.generation, c.service, coalesce(c.household, 0) from cases c left join organisation o on o.id = c.organisation"
                              " where c.id = ?",
                              DB_INT(id));
    if (!query_next(&q)) return false;
    *c = (struct seen_case){.id = id, .version = query_int(&q, 0), .organisation = query_int(&q, 1), .merged_into = query_int(&q, 2)};
    c->reference = arena_str(a, query_text(&q, 3));
    c->state = arena_str(a, query_text(&q, 4));
    c->stage = arena_str(a, query_text(&q, 5));
    c->outcome = arena_str(a, query_text(&q, 6));
    c->title = arena_str(a, query_text(&q, 7));
    c->channel = arena_str(a, query_text(&q, 8));
    bool english = v->language == LANGUAGE_EN && query_text(&q, 10).n;
    c->organisation_name = arena_str(a, query_text(&q, english ? 10 : 9));
    c->opened_at = query_int(&q, 11);
    c->due_at = query_int(&q, 12);
    c->closed_at = query_int(&q, 13);
    c->is_public = query_int(&q, 14) != 0;
    c->rating = query_int(&q, 15);
    c->reopened = query_int(&q, 16);
    c->generation = query_int(&q, 17);
    struct str service = arena_str(a, query_text(&q, 18));
    int64_t household = query_int(&q, 19);
    query_done(&q);
    c->overdue = str_eqz(c->state, "open") && c->due_at && c->due_at < v->now;
    c->relation = relation_of(db, v, id, service, c->organisation, c->is_public);
    if (c->relation == RELATION_NONE) return false;
    if (c->relation >= RELATION_HANDLER) c->household = household;
    c->service = services_get(e->services, db, c->version);
    if (!c->service) return false;
    if (c->service->deadline_words.zh.n && !c->overdue) c->due_at = 0;
    c->title = title_in(db, a, c->service, v->language, c->title);
    c->stage_name = str_eqz(c->state, "open") ? element_name(c, v->language, c->stage) : STR("");
    if (c->merged_into) c->merged_reference = db_text(db, a, "select reference from cases where id = ?", DB_INT(c->merged_into));
    return true;
}

bool viewer_case(struct engine *e, struct db *db, struct arena *a, const struct viewer *v, int64_t case_id, struct seen_case *out) {
    if (!read_case(e, db, a, v, case_id, out)) return false;
    read_submissions(e, db, a, v, out);
    read_events(db, a, v, out);
    read_tasks(db, a, v, out);
    keep_apart(out);
    read_amendments(db, a, v, out);
    read_links(e, db, a, v, out);
    return true;
}

/* The form of the service that asks this question: the request's before the others'. */
static const struct form *form_asking(const struct service *s, struct str path) {
    if (form_field_find(s->form, path)) return s->form;
    for (size_t i = 0; i < s->form_count; i++)
        if (form_field_find(s->forms[i].form, path)) return s->forms[i].form;
    return NULL;
}

size_t viewer_public(struct engine *e, struct db *db, struct arena *a, const struct viewer *v, int64_t case_id, const struct json *paths,
                     struct seen_answer **out) {
    size_t count = 0, capacity = 0;
    *out = NULL;
    const struct service *s = services_get(e->services, db, db_int(db, 0, "select version from cases where id = ?", DB_INT(case_id)));
    if (!s || !paths) return 0;
    for (size_t i = 0; i < paths->count; i++) {
        const struct form *form = form_asking(s, paths->items[i].text);
        if (!form) continue;
        const struct form_field *field = form_field_find(form, paths->items[i].text);
        struct query q = db_query(db, "select value from answer where case_id = ? and path = ? and class = 'public' order by submission limit 1",
                                  DB_INT(case_id), DB_TEXT(paths->items[i].text));
        if (query_next(&q)) {
            struct labels labels = labels_open(e, db, a, form, case_id, v);
            struct seen_answer answer = {.path = paths->items[i].text};
            answer.label = form_field_text(a, form, field, FORM_LABEL, labels.language);
            answer.raw = arena_str(a, query_text(&q, 0));
            answer.value = read_value(a, &labels, v->language, field, answer.raw);
            VEC_PUSH(a, *out, count, capacity, answer);
        }
        query_done(&q);
    }
    return count;
}

int64_t viewer_find_reference(struct db *db, struct str digits) {
    return db_int(db, 0, "select id from cases where reference = ?", DB_TEXT(digits));
}

bool viewer_task(struct engine *e, struct db *db, struct arena *a, const struct viewer *v, int64_t task_id, struct seen_task *task, struct seen_case *of) {
    int64_t case_id = db_int(db, 0, "select case_id from task where id = ?", DB_INT(task_id));
    if (!case_id || !viewer_case(e, db, a, v, case_id, of)) return false;
    for (size_t i = 0; i < of->task_count; i++)
        if (of->tasks[i].id == task_id) {
            *task = of->tasks[i];
            return of->relation > RELATION_PUBLIC;
        }
    return false;
}

struct str viewer_reveal(struct engine *e, struct db *db, struct arena *a, const struct viewer *v, int64_t case_id, const struct seen_answer *answer) {
    if (viewer_relation(e, db, v, case_id) < RELATION_HANDLER) return STR("");
    struct str sealed = db_text(db, a, "select sensitive from answer where case_id = ? and submission = ? and path = ?", DB_INT(case_id), DB_INT(answer->submission),
                                DB_TEXT(answer->path));
    struct str clear;
    if (!sealed.p || seal_open(db, a, sealed, STR("answer.sensitive"), &clear, NULL) != SEAL_OPEN) return STR("");
    return clear;
}
