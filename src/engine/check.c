/* check.c: what `service check` and service.deploy ask beyond reading: the process by both rule sets of
 * bpmn/.
 *
 * The second set needs to know what surrounds the process: the variables that forms, facts and the house set,
 * and the roles that can be held: the house's own and those service.yaml lists under roles:. */
#include "engine/queries.h"

#include "bpmn/rules.h"
#include "bpmn/rules_lingban.h"

#include <string.h>

struct names {
    struct arena *arena;
    struct str *items;
    size_t count, capacity;
};

static void add(struct names *n, struct str name) {
    if (name.n) VEC_PUSH(n->arena, n->items, n->count, n->capacity, name);
}

/* Answers become variables by name when they are public or for the office (answers_variables). */
static void add_form(struct names *n, const struct form *form) {
    for (size_t i = 0; i < form_field_count(form); i++) {
        const struct form_field *field = form_field_at(form, i);
        const struct form_field *repeat = form_field_repeat(field);
        if (form_field_privacy(field) <= FORM_OFFICE || repeat)
            add(n, form_field_name(repeat ? repeat : field));
    }
}

static struct names variables_of(struct arena *a, const struct service *s) {
    /* case.c: start_variables; task.c: who completed a step */
    static const char *const house[] = {"settings", "channel", "reopened", "completedBy"};
    struct names n = {.arena = a};
    for (size_t i = 0; i < sizeof house / sizeof *house; i++) add(&n, str_from(house[i]));
    for (size_t i = 0; i < s->form_count; i++) add_form(&n, s->forms[i].form);
    for (size_t i = 0; i < s->fact_count; i++) add(&n, s->facts[i].name);
    return n;
}

/* What an account can hold without any service. A resident holds nothing: the secret of the case is the right. */
static const char *const house_roles[] = {"staff", "supervisor", "admin", "member", "partner"};
enum { HOUSE_ROLES = sizeof house_roles / sizeof *house_roles };

/* An entry of roles:, a list of words or {word: {zh, en}}. */
static struct str role_at(const struct json *roles, size_t i) {
    const struct json *role = &roles->items[i];
    return role->kind == JSON_STRING && !role->name.n ? role->text : role->name.n ? role->name : json_string(role, "id");
}

static bool service_names_role(const struct json *yaml, struct str role) {
    const struct json *roles = json_member(yaml, "roles");
    for (size_t i = 0; roles && i < roles->count; i++)
        if (str_eq(role_at(roles, i), role)) return true;
    return false;
}

static bool house_has_role(struct str role) {
    for (size_t i = 0; i < HOUSE_ROLES; i++)
        if (str_eqz(role, house_roles[i])) return true;
    return false;
}

bool role_exists(struct services *s, struct db *db, struct arena *a, struct str role) {
    const struct service_heading **services;
    bool known = house_has_role(role);
    size_t count = known ? 0 : services_all(s, db, a, &services);
    for (size_t i = 0; i < count && !known; i++) known = service_names_role(services[i]->yaml, role);
    return known;
}

static struct names roles_of(struct arena *a, const struct service *s) {
    struct names n = {.arena = a};
    for (size_t i = 0; i < HOUSE_ROLES; i++) add(&n, str_from(house_roles[i]));
    add(&n, STR("resident"));
    const struct json *more = json_member(s->yaml, "roles");
    for (size_t i = 0; more && i < more->count; i++) add(&n, role_at(more, i));
    return n;
}

/* Does a task of this form fall to the resident? */
static bool residents_fill(const struct service *s, struct str file) {
    struct str stem = str_sub(file, 0, (size_t)(file.n - (str_ends(file, STR(".xlsx")) ? 5 : 4)));
    for (size_t i = 0; s->process && i < s->process->element_count; i++) {
        const struct bpmn_element *e = &s->process->elements[i];
        if (e->user && str_eq(e->user->form.text, stem) && str_find(e->user->candidate_groups.text, STR("resident")) >= 0) return true;
    }
    return false;
}

/* Names of staff are for the office: a form that anybody opens, or the resident fills in, does not list them. */
static void check_people(const struct service *s, struct faults *faults) {
    for (size_t i = 0; i < s->form_count; i++) {
        const struct service_form *f = &s->forms[i];
        bool is_main = str_eq(f->file, s->form_file), open = is_main ? !service_for_office(s) : residents_fill(s, f->file);
        if (open && form_attaches(f->form, STR(SERVICE_PEOPLE)))
            fault_error(faults, "service.people", ((struct place){.file = f->file}), T("This form is seen by residents, so it may not list the people of the offices (people.csv)."));
    }
}

/* A file that is no XML is told of by whoever reads it: once is enough. */
static bool told(const struct faults *faults, const struct fault *one) {
    for (size_t i = 0; i < faults->count; i++) {
        const struct place *p = &faults->items[i].place;
        if (p->line == one->place.line && p->column == one->place.column && str_eq(p->file, one->place.file) && str_eq(faults->items[i].sentence[0], one->sentence[0])) return true;
    }
    return false;
}

/* An operation of a web service (operationRef) is nothing a service folder can have: that remark of the standard's
 * rules would stand beside every message of every service. */
static void check_process_file(struct arena *a, const struct service_file *f, struct faults *faults) {
    struct faults found;
    faults_init(&found, a);
    bpmn_check_file(a, f->content, f->path, BPMN_LEVEL_NORMAL, &found);
    for (size_t i = 0; i < found.count; i++) {
        const struct fault *one = &found.items[i];
        if (strcmp(one->code, "bpmn.EXT128") != 0 && !told(faults, one)) faults_add(faults, one->level, one->code, one->place, one->sentence, one->sentence_count);
    }
}

/* ---- names of steps and events that English pages would show in Chinese */

static bool has_han(struct str s) {
    for (size_t i = 0; i < s.n; i++)
        if ((unsigned char)s.p[i] >= 0xE4 && (unsigned char)s.p[i] <= 0xE9) return true; /* first bytes of U+4000 to U+9FFF */
    return false;
}

/* Gateways stand in the drawing only. */
static bool is_read(const struct bpmn_element *e) {
    return e->kind != BPMN_PROCESS && e->kind != BPMN_DATA_OBJECT && (e->kind < BPMN_EXCLUSIVE_GATEWAY || e->kind > BPMN_COMPLEX_GATEWAY);
}

static void check_english(struct arena *a, const struct service *s, struct faults *faults) {
    const struct bpmn_element *first = NULL;
    size_t missing = 0;
    for (size_t i = 0; i < s->process->element_count; i++) {
        const struct bpmn_element *e = &s->process->elements[i];
        if (!is_read(e) || !has_han(e->name) || map_has(&s->words, e->name)) continue;
        if (!missing++) first = e;
    }
    if (missing)
        fault_warning(faults, "service.no-english", ((struct place){.file = s->process->file, .line = first->node->line, .column = first->node->column, .element = first->id}),
                      T("Names in the process without English in i18n/en.po: {0}. The first is “{1}”; English pages would show them in Chinese."),
                      arena_printf(a, "%zu", missing), first->name);
}

void service_check_rules(struct arena *a, const struct service *s, struct faults *faults) {
    service_check_keys(s, faults);
    service_check_fit(a, s, faults);
    check_people(s, faults);
    const struct json *process = json_member(s->yaml, "process");
    const struct service_file *f = service_file_named(s, process ? process->text : STR("process.bpmn"));
    if (f) check_process_file(a, f, faults);
    if (!s->process) return;
    struct names variables = variables_of(a, s), roles = roles_of(a, s);
    struct bpmn_surroundings around = {variables.items, variables.count, roles.items, roles.count};
    bpmn_check_service(a, s->process, &around, faults);
    check_english(a, s, faults);
}
