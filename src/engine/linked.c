/* linked.c: cases that cases open, and the links between cases.
 *
 * Three ways: a call activity of the process (case_open_called; the caller waits for its end), the service task
 * lingban:case.open (the case goes its own way), and the command case.open with "linked_from" (the desk). The last two
 * leave a row in case_link: from which case, to which, what kind of link (words of the service), about what.
 * Read next: viewer_links in viewer.h, which says who sees them. */
#include "engine/cases.h"

/* ---- links */

void link_note(struct decision *d, struct case_row *from, struct case_row *to, struct str kind, struct str subject) {
    struct json *e = event_new(d, "link.made", STR_NONE);
    json_add_integer(d->arena, e, "id", next_id(d, "case_link"));
    json_add_integer(d->arena, e, "case_id", from->id);
    json_add_integer(d->arena, e, "other", to->id);
    json_add_string(d->arena, e, "kind", kind);
    json_add_string(d->arena, e, "subject", subject);
    json_add_integer(d->arena, e, "at", d->now);
    event_emit(d, e);
}

bool link_from_command(struct decision *d, struct case_row *to) {
    int64_t id = command_integer(d->command, "linked_from");
    struct case_row from;
    struct str subject = d->subject;
    if (!id) return true;
    if (!case_load(d, id, &from)) return false;
    d->subject = subject;
    if (d->command->actor.resident_case != id && !case_handler_only(d, &from)) return false;
    link_note(d, &from, to, command_text(d->command, "link"), command_text(d->command, "subject"));
    history_note(d, &from, "linked", STR_NONE, 0, STR_NONE, to->reference);
    case_save(d, &from);
    return true;
}

/* ---- a case of a call activity */

static void begin(struct decision *d, const struct service *s, const struct case_row *parent, struct case_row *out) {
    *out = (struct case_row){.id = next_id(d, "cases"), .version = s->version, .service = s->id, .of_service = s, .next_row = 1, .state = STR("open")};
    out->generation = 1;
    out->stage = STR("");
    out->of = arena_printf(d->arena, "case:%lld", (long long)out->id);
    out->organisation = parent->organisation;
    out->applicant = parent->applicant;
    out->household = parent->household;
    out->title = parent->title;
    out->due_at = s->deadline_days ? due_after(d, d->now, s->deadline_days, s->deadline_calendar) : 0;
}

static const struct service *current(struct decision *d, struct str service) {
    const struct service *s = services_current(d->engine->services, store_writer(d->store), service);
    if (!s) refuse(d, 422, "service.unknown", T("There is no service “{0}”."), service);
    return s;
}

int64_t case_open_called(struct decision *d, const struct case_row *parent, struct str service, struct feel_value variables) {
    const struct service *s = current(d, service);
    struct case_row c;
    if (!s) return 0;
    begin(d, s, parent, &c);
    c.reference = case_draw_reference(d);
    case_emit_opened(d, &c, parent->id);
    history_note(d, &c, "opened", STR_NONE, 0, STR_NONE, parent->reference);
    struct feel_value all = case_start_variables(d, &c, NULL);
    for (size_t i = 0; variables.kind == FEEL_CONTEXT && i < variables.context->count; i++)
        feel_context_put(d->arena, all, variables.context->entries[i].name, variables.context->entries[i].value);
    struct bpmn_event event = {.kind = BPMN_EVENT_START, .element = -1, .variables = all};
    return process_event(d, &c, &event) ? c.id : 0;
}

/* ---- lingban:case.open — service (none: this one), link, subject, answers: a context of paths of its main form. Who it
 * is for, their telephone, address and office are those of this case: the other form is given them where its service.yaml
 * says under case: what asks for them, so that nothing personal passes through the process. */

static void put_answer(struct decision *d, struct json *answers, struct str path, struct str value) {
    if (!path.n || !value.n) return;
    struct json item = {.kind = JSON_OBJECT};
    json_add_string(d->arena, &item, "path", path);
    json_add_string(d->arena, &item, "value", value);
    json_add(d->arena, answers, STR_NONE, item);
}

/* What this case's own form said at that path, as it stands now. */
static struct str said_here(struct decision *d, const struct case_row *c, struct str path) {
    struct str value = db_text(store_writer(d->store), d->arena,
                               "select coalesce(value, personal) from answer where case_id = ? and path = ? order by submission limit 1",
                               DB_INT(c->id), DB_TEXT(path));
    return value.p ? value : STR("");
}

static struct json *known_answers(struct decision *d, const struct case_row *parent, const struct service *s, const struct feel_value *given) {
    struct db *db = store_writer(d->store);
    const struct service_meaning *here = &parent->of_service->means, *there = &s->means;
    struct json *answers = json_new_array(d->arena);
    struct str name = db_text(db, d->arena, "select name from party where id = ?", DB_INT(parent->applicant));
    struct str phone = db_text(db, d->arena, "select phone from party where id = ?", DB_INT(parent->applicant));
    for (size_t i = 0; given && given->kind == FEEL_CONTEXT && i < given->context->count; i++)
        if (given->context->entries[i].value.kind != FEEL_NULL)
            put_answer(d, answers, given->context->entries[i].name, feel_text(d->arena, given->context->entries[i].value));
    put_answer(d, answers, there->name, name);
    put_answer(d, answers, there->phone, phone);
    if (parent->organisation) put_answer(d, answers, there->organisation, arena_printf(d->arena, "%lld", (long long)parent->organisation));
    for (size_t i = 0; here->address_count == there->address_count && i < there->address_count; i++)
        put_answer(d, answers, there->address[i], said_here(d, parent, here->address[i]));
    return answers;
}

/* The form's own words, since whoever sees the incident did not fill it in. */
static struct form_session *check_given(struct decision *d, const struct service *s, const struct json *answers) {
    struct form_session *session = answers_check(d, 0, &s->forms[0], answers);
    const struct json *first = !session && d->refusal.fields && d->refusal.fields->count ? &d->refusal.fields->items[0] : NULL;
    if (first)
        refuse(d, 422, "link.answers", T("The form of “{0}” does not take the answers: {1}: {2}"), s->id, json_string(first, "path"), json_string(first, "problem"));
    d->refusal.fields = NULL;
    return session;
}

static bool open_from(struct decision *d, struct case_row *parent, const struct service *s, const struct bpmn_job *job, struct case_row *c) {
    struct str subject = service_task_input(d, job, "subject");
    struct form_session *session = check_given(d, s, known_answers(d, parent, s, feel_member(job->inputs, STR("answers"))));
    if (!session) return false;
    begin(d, s, parent, c);
    d->subject = c->of;
    c->title = case_title(d, s, session);
    c->reference = case_draw_reference(d);
    case_emit_opened(d, c, parent->id);
    answers_store(d, c, session, s->form_file, 0);
    link_note(d, parent, c, service_task_input(d, job, "link"), subject);
    history_note(d, c, "opened", STR_NONE, 0, STR_NONE, parent->reference);
    notice_resident(d, c, "case.opened-for", (const struct str[]){T("Case {0} was opened for you from case {1}."), c->reference, parent->reference}, 3);
    struct bpmn_event event = {.kind = BPMN_EVENT_START, .element = -1, .variables = case_start_variables(d, c, session)};
    return process_event(d, c, &event);
}

bool service_task_open_case(struct decision *d, struct case_row *parent, const struct bpmn_job *job, struct feel_value *out) {
    struct str named = service_task_input(d, job, "service"), subject = d->subject;
    const struct service *s = current(d, named.n ? named : parent->service);
    struct case_row c;
    if (!s || !process_deeper(d)) return false;
    case_save(d, parent); /* what the other sets going may come back to this one */
    bool opened = open_from(d, parent, s, job, &c) && case_load_any(d, parent->id, parent);
    d->depth--;
    d->subject = subject;
    if (!opened) return false;
    history_note(d, parent, "linked", bpmn_element_id(parent->of_service->process, job->element), 0, STR_NONE, c.reference);
    *out = feel_context(d->arena, 2);
    feel_context_put(d->arena, *out, STR("linked"), feel_string(c.reference));
    return true;
}
