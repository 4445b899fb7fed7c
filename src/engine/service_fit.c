/* service_fit.c: do the files of a folder fit together? Views show what their readers may see, every form is asked for,
 * papers are there, queries have names, and words are written as .po files write them.
 *
 * In: the service as read. Out: faults with file and line. The shape of service.yaml itself is service_keys.c; faults
 * inside one file are its own reader's. Called by service_check_rules (check.c). */
#include "engine/queries.h"

#include "base/map.h"

struct fit {
    struct arena *arena;
    const struct service *s;
    struct faults *faults;
};

static struct place yaml_place(const struct json *v) {
    return (struct place){.file = STR("service.yaml"), .line = v->line, .column = v->column, .element = v->name.n ? v->name : v->kind == JSON_STRING ? v->text : STR("")};
}

static const struct form_field *field_of(const struct service *s, struct str path) {
    for (size_t i = 0; i < s->form_count; i++) {
        const struct form_field *f = form_field_find(s->forms[i].form, path);
        if (f) return f;
    }
    return NULL;
}

/* ---- views */

/* The question at `v`, an answer that is shown with at most this privacy; told when there is none, or nobody would see it. */
static const struct form_field *check_shown(struct fit *c, const struct json *v, enum form_privacy most) {
    if (!v || v->kind != JSON_STRING || !v->text.n) return NULL; /* told by its shape */
    const struct form_field *f = field_of(c->s, v->text);
    if (!f)
        fault_error(c->faults, "service.no-question", yaml_place(v), T("No form of this service has a question “{0}”."), v->text);
    else if (form_field_type(f) == FORM_GROUP)
        fault_error(c->faults, "service.no-question", yaml_place(v), T("“{0}” is a group: name one of its questions."), v->text);
    else if (form_field_privacy(f) > most)
        fault_warning(c->faults, "service.unseen", yaml_place(v),
                    most == FORM_PUBLIC ? T("Nobody would see “{0}” here: a wall shows public answers, and this one is not.") : T("Nobody would see “{0}” here: a sensitive answer stays masked."), v->text);
    return f;
}

static void check_columns(struct fit *c, const struct json *view, enum form_privacy most, bool one_value) {
    const struct json *columns = json_member(view, "columns");
    for (size_t i = 0; columns && columns->kind == JSON_ARRAY && i < columns->count; i++) {
        const struct form_field *f = check_shown(c, &columns->items[i], most);
        if (f && one_value && form_field_repeat(f))
            fault_warning(c->faults, "service.unseen", yaml_place(&columns->items[i]), T("Nobody would see “{0}” here: it is asked again and again, and a card has room for one answer."), columns->items[i].text);
    }
}

static void check_wall(struct fit *c, const struct json *view) {
    const struct json *path = json_member(json_member(view, "filter"), "path");
    const struct form_field *f = check_shown(c, path, FORM_PUBLIC);
    if (f && (form_field_control(f) != FORM_SELECT_ONE || !form_field_find(c->s->form, path->text)))
        fault_error(c->faults, "service.filter", yaml_place(path), T("“{0}” cannot filter: a question of the main form with one choice can."), path->text);
    check_columns(c, view, FORM_PUBLIC, true);
}

static void check_for_office(struct fit *c, const struct json *view) {
    if (!str_eqz(json_string(view, "audience"), "office"))
        fault_warning(c->faults, "service.unseen", yaml_place(view), T("“{0}” shows the work of offices, and everybody else would see an empty page: it needs “audience: office”."), view->name);
}

static void check_sheet(struct fit *c, const struct json *view) {
    const struct json *task = json_member(view, "task");
    int32_t element = task && c->s->process ? bpmn_find(c->s->process, task->text) : -1;
    check_for_office(c, view);
    if (!task || (c->s->process && (element < 0 || c->s->process->elements[element].kind != BPMN_USER_TASK)))
        fault_error(c->faults, "service.no-step", yaml_place(task ? task : view), T("A sheet shows the open tasks of one step: “task:” must be the id of a user task."));
    check_shown(c, json_member(view, "group"), FORM_PERSONAL);
    check_columns(c, view, FORM_PERSONAL, false);
}

static void check_views(struct fit *c) {
    const struct json *views = json_member(c->s->yaml, "views");
    for (size_t i = 0; views && views->kind == JSON_OBJECT && i < views->count; i++) {
        const struct json *view = &views->items[i];
        struct str kind = json_string(view, "kind");
        if (str_eqz(view->name, "new"))
            fault_error(c->faults, "service.view-name", yaml_place(view), T("A view cannot be called “new”: that is the address of the form."));
        if (str_eqz(kind, "wall")) check_wall(c, view);
        else if (str_eqz(kind, "sheet")) check_sheet(c, view);
        else if (str_eqz(kind, "table")) check_for_office(c, view);
    }
}

/* ---- the desk's choices */

static void check_desk(struct fit *c) {
    const struct json *desk = json_member(json_member(c->s->yaml, "case"), "desk");
    if (!c->s->form || !desk || desk->kind != JSON_OBJECT) return;
    struct form_opening opening = {.now = 0};
    struct form_session *session = form_open(c->s->form, c->arena, &opening);
    for (size_t i = 0; i < desk->count; i++) {
        const struct json *v = &desk->items[i];
        const struct form_field *f = form_field_find(c->s->form, v->name);
        const struct form_node *node = f ? form_find(session, v->name) : NULL;
        bool choice = f && form_field_control(f) == FORM_SELECT_ONE;
        if (f && (!choice || v->kind != JSON_STRING || (node && !form_value_label(session, node, v->text).n)))
            fault_error(c->faults, "service.desk", yaml_place(v), T("“{0}” is no choice of that question: the desk could not make it."), v->kind == JSON_STRING ? v->text : v->name);
    }
}

/* ---- forms that no step asks for */

static bool asked_for(const struct bpmn_model *m, const struct service *s, const struct service_form *form) {
    for (size_t i = 0; i < m->element_count; i++) {
        const struct bpmn_user_task *u = m->elements[i].user;
        if (u && u->form.present && (u->form.feel || service_form_named(s, u->form.text) == form)) return true;
    }
    return false;
}

static void check_forms(struct fit *c) {
    const struct json *files = json_member(c->s->yaml, "forms");
    for (size_t i = 0; c->s->process && files && files->kind == JSON_ARRAY && i < files->count; i++) {
        const struct service_form *form = service_form_named(c->s, files->items[i].text);
        if (form && form->form != c->s->form && !asked_for(c->s->process, c->s, form))
            fault_warning(c->faults, "service.unseen", yaml_place(&files->items[i]), T("Nobody would see the questions of “{0}”: no step asks for this form."), files->items[i].text);
    }
}

/* A value without a control, a calculation or a default: a question that was forgotten, or misspelt on one side. */
static void check_fields(struct fit *c, const struct service_form *form) {
    struct form_opening opening = {.now = 0};
    struct form_session *session = form_open(form->form, c->arena, &opening);
    for (size_t i = 0; i < form_field_count(form->form); i++) {
        const struct form_field *f = form_field_at(form->form, i);
        struct str path = form_field_path(f);
        if (form_field_type(f) == FORM_GROUP || form_field_answered(f) || str_find(path, STR("/meta/")) >= 0) continue;
        const struct form_node *node = form_find(session, path);
        if (node && !form_value(node).n)
            fault_warning(c->faults, "service.unseen", ((struct place){.file = form->file, .element = path}), T("Nobody can answer or see “{0}”: no question of the form asks for it, and nothing calculates it."), path);
    }
}

/* ---- papers */

static bool some_form_asks(const struct service *s, struct str name) {
    for (size_t i = 0; i < s->form_count; i++)
        for (size_t k = 0; k < form_field_count(s->forms[i].form); k++) {
            struct str path = form_field_path(form_field_at(s->forms[i].form, k));
            if (str_ends(path, name) && path.n > name.n && path.p[path.n - name.n - 1] == '/') return true;
        }
    return false;
}

/* once: [answer.reply, figure.ranking]. Which figures there will be only the process knows. */
static void check_once(struct fit *c, const struct json *once) {
    for (size_t i = 0; once && once->kind == JSON_ARRAY && i < once->count; i++) {
        struct str what = once->items[i].text;
        bool answer = str_starts(what, STR("answer.")), figure = str_starts(what, STR("figure."));
        if ((figure && what.n > 7) || (answer && some_form_asks(c->s, str_sub(what, 7, what.n)))) continue;
        fault_error(c->faults, "service.no-question", yaml_place(once), T("“{0}” is no answer.NAME of a form and no figure.NAME."), what);
    }
}

static void check_papers(struct fit *c) {
    const struct json *papers = json_member(c->s->yaml, "papers");
    for (size_t i = 0; papers && papers->kind == JSON_OBJECT && i < papers->count; i++) {
        struct str path = arena_printf(c->arena, "print/%.*s.html", STR_ARGS(papers->items[i].name));
        if (!service_file_named(c->s, path))
            fault_error(c->faults, "service.no-file", yaml_place(&papers->items[i]), T("The folder has no file “{0}”."), path);
        const struct json *after = json_member(&papers->items[i], "after");
        if (after && !service_form_named(c->s, json_string(&papers->items[i], "after")))
            fault_error(c->faults, "service.no-form", yaml_place(after), T("The paper “{0}” waits for the form “{1}”, which service.yaml does not list under forms:."), papers->items[i].name, json_string(&papers->items[i], "after"));
        check_once(c, json_member(&papers->items[i], "once"));
    }
}

/* ---- queries */

/* Lines before the first name belong to no query. */
static void check_nameless(struct fit *c, const struct service_file *file, int first) {
    struct place place = {.file = file->path};
    for (struct str line, rest = file->content; str_split(&rest, '\n', &line);) {
        line = str_trim(line);
        if (++place.line == first) return;
        if (!line.n || str_starts(line, STR("--"))) continue;
        fault_error(c->faults, "service.no-query", place, T("This belongs to no query: each begins with a line “-- name: …”."));
        return;
    }
}

static void check_queries(struct fit *c, const char *path, const struct service_query *queries, size_t count) {
    const struct service_file *file = service_file_named(c->s, str_from(path));
    struct map seen;
    map_init(&seen, c->arena);
    if (file) check_nameless(c, file, count ? queries[0].line : 0);
    for (size_t i = 0; i < count; i++) {
        struct place place = {.file = str_from(path), .line = queries[i].line, .element = queries[i].name};
        if (!queries[i].name.n || map_has(&seen, queries[i].name))
            fault_error(c->faults, "service.query-name", place, T("Each query needs a name of its own."));
        map_put(&seen, queries[i].name, c);
    }
}

/* ---- words */

static bool po_line(struct str line, const char *key) {
    size_t n = str_from(key).n;
    return str_starts(line, str_from(key)) && line.n >= n + 2 && line.p[n] == '"' && line.p[line.n - 1] == '"';
}

/* The reader takes one line a text and passes over the rest (load_words): what it would pass over is told. */
static void check_words(struct fit *c) {
    const struct service_file *file = service_file_named(c->s, STR("i18n/en.po"));
    struct map seen;
    struct str key = STR("");
    int number = 0;
    map_init(&seen, c->arena);
    for (struct str line, rest = file ? file->content : STR(""); str_split(&rest, '\n', &line);) {
        struct place place = {.file = STR("i18n/en.po"), .line = ++number};
        line = str_trim(line);
        bool id = po_line(line, "msgid "), text = po_line(line, "msgstr "), header = line.n && line.p[0] == '"' && str_eqz(key, "msgid \"\"");
        if (!line.n || line.p[0] == '#' || header) continue;
        if (!id && !text)
            fault_error(c->faults, "service.po", place, T("This line would be passed over: a text is one line, msgid \"…\" or msgstr \"…\"."));
        if (id && map_has(&seen, line)) fault_warning(c->faults, "service.po", place, T("These words stand in the file already; the last translation holds."));
        if (id) map_put(&seen, key = line, c);
    }
}

void service_check_fit(struct arena *a, const struct service *s, struct faults *faults) {
    struct fit c = {a, s, faults};
    check_views(&c);
    check_desk(&c);
    check_forms(&c);
    for (size_t i = 0; i < s->form_count; i++) check_fields(&c, &s->forms[i]);
    check_papers(&c);
    check_queries(&c, "facts.sql", s->facts, s->fact_count);
    check_queries(&c, "reports.sql", s->reports, s->report_count);
    check_words(&c);
}
