/* service.c: see service.h: from files to a compiled service, with every fault on the way. */
#include "engine/service.h"

#include "base/crypto.h"
#include "base/yaml.h"
#include "bpmn/picture.h"
#include "engine/engine.h"
#include "engine/queries.h"
#include "form/xlsform.h"

#include <pthread.h>
#include <stdlib.h>

enum { SERVICE_ORDER_LAST = 1000 };

struct str text_pair_in(struct text_pair t, enum language language) {
    if (language == LANGUAGE_ZH) return t.zh.n ? t.zh : t.en;
    return t.en.n ? t.en : t.zh;
}

bool service_for_office(const struct service *s) {
    return str_eqz(json_string(s->yaml, "audience"), "office");
}

bool service_opened_by_office(const struct service *s) {
    return service_for_office(s) || str_eqz(json_string(s->yaml, "opened_by"), "office");
}

const struct form_field *service_field(const struct service *s, struct str path) {
    const struct form_field *found = s->form ? form_field_find(s->form, path) : NULL;
    for (size_t i = 0; !found && i < s->form_count; i++) found = form_field_find(s->forms[i].form, path);
    return found;
}

const struct service_form *service_form_named(const struct service *s, struct str name) {
    for (size_t i = 0; i < s->form_count; i++) {
        struct str file = s->forms[i].file;
        ptrdiff_t dot = str_find_byte(file, '.');
        if (str_eq(file, name) || (dot > 0 && str_eq(str_sub(file, 0, (size_t)dot), name))) return &s->forms[i];
    }
    return NULL;
}

const struct service_file *service_media(const struct service *s, struct str uri) {
    static const char *const folders[] = {"", "media/", "images/"};
    struct str name = uri;
    for (ptrdiff_t slash = str_find_byte(name, '/'); slash >= 0; slash = str_find_byte(name, '/')) name = str_sub(name, (size_t)slash + 1, name.n);
    for (size_t i = 0; i < s->file_count; i++)
        for (size_t k = 0; k < sizeof folders / sizeof *folders; k++) {
            struct str path = s->files[i].path, folder = str_from(folders[k]);
            if (path.n == folder.n + name.n && str_starts(path, folder) && str_ends(path, name)) return &s->files[i];
        }
    return NULL;
}

const struct service_file *service_file_named(const struct service *s, struct str path) {
    for (size_t i = 0; i < s->file_count; i++)
        if (str_eq(s->files[i].path, path)) return &s->files[i];
    return NULL;
}

struct str service_files_hash(struct arena *a, const struct service_file *files, size_t count) {
    const struct service_file **sorted = arena_array(a, const struct service_file *, count);
    for (size_t i = 0; i < count; i++) {
        size_t k = i;
        for (; k > 0 && str_cmp(sorted[k - 1]->path, files[i].path) > 0; k--) sorted[k] = sorted[k - 1];
        sorted[k] = &files[i];
    }
    struct buf list;
    buf_init(&list, a, 1 << 20);
    for (size_t i = 0; i < count; i++) {
        struct hash h = sha256(sorted[i]->content);
        buf_add(&list, sorted[i]->path);
        buf_printf(&list, "\n%zu\n", sorted[i]->content.n);
        buf_add(&list, hex_encode(a, HASH_STR(h)));
        buf_byte(&list, '\n');
    }
    struct hash whole = sha256(buf_str(&list));
    return hex_encode(a, HASH_STR(whole));
}

/* ---- reading service.yaml */

struct loader {
    struct arena *arena;
    struct service *s;
    struct store *store;
    const struct engine_room *const *rooms;
    struct faults *faults;
};

static struct place yaml_place(const struct json *v, struct str element) {
    return (struct place){.file = STR("service.yaml"), .line = v ? v->line : 0, .column = v ? v->column : 0, .element = element};
}

struct text_pair text_pair_of(const struct json *in, const char *name) {
    const struct json *v = json_member(in, name);
    struct text_pair t = {STR(""), STR("")};
    if (v && v->kind == JSON_STRING) t.zh = t.en = v->text;
    if (v && v->kind == JSON_OBJECT) {
        struct str zh = json_string(v, "zh"), en = json_string(v, "en");
        if (zh.p) t.zh = zh;
        if (en.p) t.en = en;
    }
    return t;
}

static struct text_pair read_pair(struct loader *l, const struct json *in, const char *name, bool needed) {
    const struct json *v = json_member(in, name);
    struct text_pair t = text_pair_of(in, name);
    if (needed && (!t.zh.n || !t.en.n))
        fault_error(l->faults, "service.words", yaml_place(v ? v : in, str_from(name)),
                    T("“{0}” needs words in both languages: {zh: …, en: …}."), str_from(name));
    return t;
}

static struct str read_path(const struct json *in, const char *name) {
    struct str s = json_string(in, name);
    return s.p ? s : STR("");
}

static void check_path(struct loader *l, struct str path, const struct json *at) {
    if (path.n && l->s->form && !form_field_find(l->s->form, path))
        fault_error(l->faults, "service.no-question", yaml_place(at, path), T("The form has no question “{0}”."), path);
}

/* `any_form`: what one item of a loop is may be asked by the form of a step. */
static const struct str *read_paths(struct loader *l, const struct json *in, const char *name, bool any_form, size_t *count) {
    const struct json *v = json_member(in, name);
    if (!v) return NULL;
    size_t n = v->kind == JSON_ARRAY ? v->count : 1;
    struct str *paths = arena_array(l->arena, struct str, n);
    for (size_t i = 0; i < n; i++) {
        const struct json *item = v->kind == JSON_ARRAY ? &v->items[i] : v;
        paths[i] = item->text;
        if (!any_form || !service_field(l->s, paths[i])) check_path(l, paths[i], item);
    }
    *count = n;
    return paths;
}

static void read_meaning(struct loader *l) {
    const struct json *in = json_member(l->s->yaml, "case");
    struct service_meaning *m = &l->s->means;
    if (!in) {
        fault_error(l->faults, "service.no-case", yaml_place(l->s->yaml, STR("case")),
                    T("“case:” is missing: it says which answers are the name, the telephone and the title."));
        return;
    }
    const struct {
        const char *name;
        struct str *to;
    } paths[] = {{"name", &m->name},           {"phone", &m->phone},
                 {"household", &m->household}, {"organisation", &m->organisation},
                 {"joins", &m->joins},         {"activity", &m->activity}};
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
        *paths[i].to = read_path(in, paths[i].name);
        check_path(l, *paths[i].to, json_member(in, paths[i].name));
    }
    m->rating = read_path(in, "rating");
    if (!m->rating.n) m->rating = STR("rating");
    m->about_things = str_eqz(read_path(in, "about"), "things");
    m->address = read_paths(l, in, "address", false, &m->address_count);
    m->title = read_paths(l, in, "title", false, &m->title_count);
    m->item = read_paths(l, in, "item", true, &m->item_count);
    if (!m->item_count) {
        m->item = m->title;
        m->item_count = m->title_count;
    }
    m->numbered = json_boolean(in, "numbered", false);
    m->alike = read_paths(l, in, "alike", false, &m->alike_count);
    const struct json *desk = json_member(in, "desk"); /* read where it is used: web/fill.c */
    for (size_t i = 0; desk && desk->kind == JSON_OBJECT && i < desk->count; i++) check_path(l, desk->items[i].name, desk);
    for (size_t i = 0; i < m->title_count; i++) {
        const struct form_field *f = l->s->form ? form_field_find(l->s->form, m->title[i]) : NULL;
        m->title_names_offices |= str_eq(m->title[i], m->organisation);
        if (f && form_field_privacy(f) > FORM_OFFICE)
            fault_error(l->faults, "service.title-personal", yaml_place(in, m->title[i]),
                        T("The title may not use “{0}”: its answer is personal."), m->title[i]);
    }
}

static void read_deadline(struct loader *l) {
    const struct json *v = json_member(l->s->yaml, "deadline");
    if (!v) {
        fault_error(l->faults, "service.no-deadline", yaml_place(l->s->yaml, STR("deadline")),
                    T("“deadline:” is missing: {working_days: 10}, or {days: 10}."));
        return;
    }
    l->s->deadline_days = (int)json_integer(v, "working_days", 0);
    if (!l->s->deadline_days) {
        l->s->deadline_days = (int)json_integer(v, "days", 0);
        l->s->deadline_calendar = true;
    }
    if (json_member(v, "words")) l->s->deadline_words = read_pair(l, v, "words", true);
    if (l->s->deadline_days < 1 || l->s->deadline_days > 3660)
        fault_error(l->faults, "service.deadline", yaml_place(v, STR("deadline")), T("The deadline must be 1 to 3,660 days."));
}

static void read_retention(struct loader *l) {
    const struct json *v = json_member(l->s->yaml, "retention");
    if (!v) return;
    l->s->retention_days = (int)json_integer(v, "days", 0);
    if (l->s->retention_days < 1 || l->s->retention_days > 36600)
        fault_error(l->faults, "service.retention", yaml_place(v, STR("retention")), T("“retention:” must be {days: N}, 1 to 36,600 days after the end of a case."));
}

/* ---- the other files */

static const struct service_file *need_file(struct loader *l, struct str path, const struct json *at) {
    const struct service_file *f = service_file_named(l->s, path);
    if (!f)
        fault_error(l->faults, "service.no-file", yaml_place(at, path), T("The folder has no file “{0}”."), path);
    return f;
}

/* The columns of a register's list (rooms' `list` fills it): name, label, and the fields that are not personal. */
static struct str register_header(struct loader *l, const struct json *reg) {
    const struct json *fields = json_member(reg, "fields");
    struct buf out;
    buf_init(&out, l->arena, 1 << 16);
    buf_addz(&out, "name,label");
    for (size_t i = 0; fields && fields->kind == JSON_ARRAY && i < fields->count; i++) {
        struct str privacy = json_string(&fields->items[i], "privacy"), name = json_string(&fields->items[i], "name");
        if (name.n && (str_eqz(privacy, "public") || str_eqz(privacy, "office"))) buf_printf(&out, ",%.*s", STR_ARGS(name));
    }
    buf_byte(&out, '\n');
    return buf_str(&out);
}

/* What a form may attach: the lists of the folder by their names, those of the house (service_lists), its registers. */
/* Lists of the rooms above, without rows: what columns they have. */
static size_t add_room_lists(struct loader *l, struct form_attachment *items, size_t n, size_t most) {
    for (size_t i = 0; l->rooms && l->rooms[i]; i++)
        for (const char *const *name = l->rooms[i]->lists; name && *name && n < most; name++)
            items[n++] = (struct form_attachment){.uri = arena_printf(l->arena, "jr://file-csv/%s.csv", *name),
                                                  .text = l->rooms[i]->list(l->arena, NULL, str_from(*name), LANGUAGE_ZH)};
    return n;
}

static struct form_attachments attachments_of(struct loader *l) {
    enum { ROOM_LISTS = 20 };
    struct form_attachments house = service_lists(NULL, l->arena, NULL, NULL, 0, LANGUAGE_ZH);
    const struct json *registers = json_member(l->s->yaml, "registers");
    size_t register_count = registers && registers->kind == JSON_OBJECT ? registers->count : 0;
    struct form_attachment *items = arena_array(l->arena, struct form_attachment, house.count + l->s->file_count + register_count + ROOM_LISTS);
    size_t n = 0;
    for (; n < house.count; n++) items[n] = house.items[n];
    for (size_t i = 0; i < l->s->file_count; i++) {
        const struct service_file *f = &l->s->files[i];
        bool csv = str_ends(f->path, STR(".csv"));
        if (!csv && !str_ends(f->path, STR(".geojson")) && !str_ends(f->path, STR(".xml"))) continue;
        items[n++] = (struct form_attachment){.uri = arena_printf(l->arena, csv ? "jr://file-csv/%.*s" : "jr://file/%.*s", STR_ARGS(f->path)), .text = f->content};
    }
    for (size_t i = 0; i < register_count; i++)
        items[n++] = (struct form_attachment){.uri = arena_printf(l->arena, "jr://file-csv/%.*s_%.*s.csv", STR_ARGS(l->s->id), STR_ARGS(registers->items[i].name)),
                                              .text = register_header(l, &registers->items[i])};
    n = add_room_lists(l, items, n, n + ROOM_LISTS);
    return (struct form_attachments){items, n};
}

/* Converting takes twenty times what stays: sheets, cells, columns. That goes when the form stands. */
struct workbook_job {
    struct loader *l;
    const struct service_file *file;
    const struct workbook *workbook;
    struct str xform;
    struct arena scratch;
};

static void convert_workbook(void *argument) {
    struct workbook_job *job = argument;
    struct xlsform_options options = {.root = STR("data"), .id = workbook_stem(job->file->path), .for_page = true};
    job->workbook = workbook_read(&job->scratch, job->file->content, job->file->path, xlsform_sheets, job->l->faults);
    if (job->workbook) job->xform = xlsform_convert(&job->scratch, job->workbook, &options, job->l->faults);
}

static void release_scratch(void *scratch) {
    arena_release(scratch);
}

static const struct form *load_form(struct loader *l, struct str path, const struct json *at) {
    const struct service_file *f = need_file(l, path, at);
    if (!f) return NULL;
    struct form_attachments attachments = attachments_of(l);
    if (!str_ends(path, STR(".xlsx"))) return form_load(l->arena, f->content, &attachments, path, l->faults);
    /* A workbook: its own faults carry sheet, row and column; form_load then checks what they became. */
    struct workbook_job *job = arena_new(l->arena, struct workbook_job);
    *job = (struct workbook_job){.l = l, .file = f};
    arena_init(&job->scratch, l->arena->limit);
    arena_on_release(l->arena, release_scratch, &job->scratch); /* also when the loading is left half-way */
    size_t first = l->faults->count;
    if (!arena_run(&job->scratch, convert_workbook, job)) arena_escape(l->arena);
    size_t loaded = l->faults->count;
    const struct form *form = job->xform.p ? form_load(l->arena, job->xform, &attachments, path, l->faults) : NULL;
    if (job->xform.p) xlsform_place_faults(job->workbook, l->faults, first, loaded);
    arena_release(&job->scratch);
    return form;
}

/* What a form shows must be in the folder. */
static void check_media(struct loader *l, const struct form *form, struct str path) {
    for (size_t i = 0; form && i < form_media_count(form); i++) {
        struct str uri = form_media_at(form, i);
        if (service_media(l->s, uri)) continue;
        fault_error(l->faults, "service.no-media", ((struct place){.file = path}), T("The form shows “{0}”, but the folder has no such file."), uri);
    }
}

static void load_forms(struct loader *l) {
    const struct json *more = json_member(l->s->yaml, "forms");
    size_t n = 1 + (more && more->kind == JSON_ARRAY ? more->count : 0);
    struct service_form *forms = arena_array(l->arena, struct service_form, n);
    const struct json *main_form = json_member(l->s->yaml, "form");
    l->s->form_file = main_form ? main_form->text : STR("request.xml");
    forms[0].file = l->s->form_file;
    forms[0].form = l->s->form = load_form(l, l->s->form_file, main_form ? main_form : l->s->yaml);
    check_media(l, forms[0].form, forms[0].file);
    size_t kept = forms[0].form ? 1 : 0;
    for (size_t i = 1; i < n; i++) {
        struct service_form f = {.file = more->items[i - 1].text};
        f.form = load_form(l, f.file, &more->items[i - 1]);
        check_media(l, f.form, f.file);
        if (f.form) forms[kept++] = f;
    }
    l->s->forms = forms;
    l->s->form_count = kept;
}

/* Every name and note in the language of the picture. */
static void name_in(const struct service *s, enum language language, struct xml_node *e) {
    for (size_t i = 0; i < e->attribute_count; i++)
        if (str_eqz(e->attributes[i].name, "name")) e->attributes[i].value = service_word(s, language, e->attributes[i].value);
    for (struct xml_node *child = e->first; child; child = child->next) {
        if (child->kind == XML_ELEMENT) name_in(s, language, child);
        else if (child->kind == XML_TEXT && str_eqz(e->name, "text")) child->text = service_word(s, language, child->text);
    }
}

static const struct bpmn_plan *draw_process(struct loader *l, struct xml_node *root, struct str path) {
    struct bpmn_tree *tree = bpmn_tree_of(l->arena, root, path, NULL);
    return tree ? bpmn_picture_plan(l->arena, tree, &(struct bpmn_picture){.marks = NULL}) : NULL;
}

/* The same drawing with the names of another language in it. It is read apart, since the process keeps its own names. */
static const struct bpmn_plan *draw_process_in(struct loader *l, const struct service_file *f, enum language language) {
    struct xml_node *root = xml_parse(l->arena, f->content, &xml_default_limits, f->path, l->faults);
    if (!root) return NULL;
    name_in(l->s, language, root);
    return draw_process(l, root, f->path);
}

static void load_process(struct loader *l) {
    const struct json *v = json_member(l->s->yaml, "process");
    struct str path = v ? v->text : STR("process.bpmn");
    const struct service_file *f = need_file(l, path, v ? v : l->s->yaml);
    if (!f) return;
    struct xml_node *root = xml_parse(l->arena, f->content, &xml_default_limits, path, l->faults);
    if (!root) return;
    l->s->process = bpmn_read(l->arena, root, path, l->faults);
    if (!l->s->process) return;
    l->s->picture[LANGUAGE_ZH] = draw_process(l, root, path);
    l->s->picture[LANGUAGE_EN] = draw_process_in(l, f, LANGUAGE_EN);
}

static void load_rules(struct loader *l) {
    const struct json *v = json_member(l->s->yaml, "decisions");
    if (!v || v->kind != JSON_ARRAY || v->count == 0) return;
    struct dmn_source *sources = arena_array(l->arena, struct dmn_source, v->count);
    size_t n = 0;
    for (size_t i = 0; i < v->count; i++) {
        const struct service_file *f = need_file(l, v->items[i].text, &v->items[i]);
        if (f) sources[n++] = (struct dmn_source){.path = f->path, .bytes = f->content};
    }
    if (n) l->s->rules = dmn_load(l->arena, sources, n, l->faults);
}

static const struct service_query *load_queries(struct loader *l, const char *path, size_t *count) {
    const struct service_file *f = service_file_named(l->s, str_from(path));
    if (!f) return NULL;
    return queries_read(l->arena, f->content, f->path, l->store, count, l->faults);
}

/* ---- what fits together */

static void check_job(struct loader *l, const struct bpmn_expression *type, struct place place) {
    if (type->feel || service_task_known(l->rooms, type->text)) return;
    fault_error(l->faults, "service.no-such-task", place, T("“{0}” is not a service task that this version knows."), type->text);
}

/* There are no workers outside the house: every job is one of the closed list, or would stop the case. */
static void check_jobs(struct loader *l, const struct bpmn_element *e, struct place place) {
    if (e->kind == BPMN_SERVICE_TASK || e->job_type.present) check_job(l, &e->job_type, place);
    for (size_t i = 0; i < e->execution_listener_count; i++) check_job(l, &e->execution_listeners[i].type, place);
    for (size_t i = 0; i < e->task_listener_count; i++) check_job(l, &e->task_listeners[i].type, place);
}

static void check_elements(struct loader *l) {
    const struct bpmn_model *m = l->s->process;
    if (!m) return;
    for (size_t i = 0; i < m->element_count; i++) {
        const struct bpmn_element *e = &m->elements[i];
        struct place place = xml_place(e->node, m->file);
        place.element = e->id;
        if (e->kind == BPMN_USER_TASK && e->user && e->user->form.present && !e->user->form.feel &&
            !service_form_named(l->s, e->user->form.text))
            fault_error(l->faults, "service.no-form", place, T("The task uses the form “{0}”, which service.yaml does not list under forms:."),
                        e->user->form.text);
        if (e->decision.present && !e->decision.feel && (!l->s->rules || !dmn_find(l->s->rules, e->decision.text)))
            fault_error(l->faults, "service.no-decision", place, T("There is no decision “{0}” in the files under decisions:."), e->decision.text);
        check_jobs(l, e, place);
    }
}

static bool calls(const struct bpmn_model *m, const char *job) {
    for (size_t i = 0; m && i < m->element_count; i++) {
        const struct bpmn_element *e = &m->elements[i];
        if (e->kind == BPMN_SERVICE_TASK && !e->job_type.feel && str_eqz(e->job_type.text, job)) return true;
    }
    return false;
}

bool service_calls(const struct service *s, const char *job) {
    return calls(s->process, job);
}

static bool may_be_public(const struct bpmn_model *m) {
    for (size_t i = 0; m && i < m->element_count; i++)
        if (str_eqz(bpmn_property(m, (int32_t)i, "lingban:public"), "true")) return true;
    return calls(m, "lingban:case.public");
}

/* Title and item stand on the public pages as they are. No error: it may be that another kind of case of this service is
 * the one that becomes public. */
static void check_heading(struct loader *l, const struct str *paths, size_t count, const char *key) {
    const struct json *in = json_member(l->s->yaml, "case");
    for (size_t i = 0; i < count; i++) {
        const struct form_field *f = service_field(l->s, paths[i]);
        if (!f || form_field_privacy(f) != FORM_OFFICE) continue;
        fault_warning(l->faults, "service.heading-office", yaml_place(json_member(in, key), paths[i]),
                      T("“{0}:” uses “{1}”, whose answer is for the office: it is read by everybody when the case stands on public pages."), str_from(key), paths[i]);
    }
}

static bool good_id(struct str id) {
    if (id.n == 0 || id.n > 40 || id.p[0] < 'a' || id.p[0] > 'z') return false;
    for (size_t i = 0; i < id.n; i++)
        if (!((id.p[i] >= 'a' && id.p[i] <= 'z') || (id.p[i] >= '0' && id.p[i] <= '9') || id.p[i] == '-')) return false;
    return true;
}

const struct service *service_load(struct arena *a, const struct service_file *files, size_t count, struct store *store,
                                   const struct engine_room *const *rooms, bool rules_too, struct faults *faults) {
    struct service *s = arena_new(a, struct service);
    struct loader l = {a, s, store, rooms, faults};
    s->files = files;
    s->file_count = count;
    const struct service_file *yaml = service_file_named(s, STR("service.yaml"));
    if (!yaml) {
        fault_error(faults, "service.no-yaml", (struct place){.file = STR("service.yaml")},
                    T("The folder has no service.yaml. docs/service-folder.md shows what it holds."));
        return NULL;
    }
    s->yaml = yaml_parse(a, yaml->content, &json_default_limits, yaml->path, faults);
    if (!s->yaml) return NULL;
    s->id = read_path(s->yaml, "id");
    if (!good_id(s->id))
        fault_error(faults, "service.id", yaml_place(json_member(s->yaml, "id"), STR("id")),
                    T("“id:” must be small letters, digits and dashes, beginning with a letter."));
    s->name = read_pair(&l, s->yaml, "name", true);
    s->summary = read_pair(&l, s->yaml, "summary", true);
    s->hash = service_files_hash(a, files, count);
    load_forms(&l);
    service_words_load(a, s);
    load_process(&l);
    service_ways_load(a, s, rules_too, faults);
    load_rules(&l);
    read_meaning(&l);
    read_deadline(&l);
    read_retention(&l);
    const struct json *settings = json_member(s->yaml, "settings");
    s->settings = settings && settings->kind == JSON_OBJECT ? (struct json *)settings : json_new_object(a);
    s->facts = load_queries(&l, "facts.sql", &s->fact_count);
    s->reports = load_queries(&l, "reports.sql", &s->report_count);
    check_elements(&l);
    for (size_t i = 0; rules_too && rooms && rooms[i]; i++)
        if (rooms[i]->check) rooms[i]->check(a, s, faults);
    if (rules_too && may_be_public(s->process)) {
        check_heading(&l, s->means.title, s->means.title_count, "title");
        if (s->means.item != s->means.title) check_heading(&l, s->means.item, s->means.item_count, "item");
    }
    if (rules_too) service_check_rules(a, s, faults);
    return s->form && s->process ? s : NULL;
}

/* ---- the compiled versions */

enum { SERVICE_BYTES = 256 << 20 };

struct kept {
    struct arena arena;
    int64_t version;
    const void *made; /* a service, or a heading */
    struct kept *next;
};

struct services {
    pthread_mutex_t lock;
    struct kept *compiled, *headings;
};

struct services *services_open(struct arena *a) {
    struct services *s = arena_new(a, struct services);
    pthread_mutex_init(&s->lock, NULL);
    return s;
}

static void let_go(struct kept *first) {
    for (struct kept *next; first; first = next) {
        next = first->next;
        arena_release(&first->arena);
        free(first);
    }
}

void services_close(struct services *s) {
    let_go(s->compiled);
    let_go(s->headings);
    pthread_mutex_destroy(&s->lock);
}

struct making {
    struct kept *to;
    struct db *db;
    int64_t version;
};

static void compile(void *argument) {
    struct making *job = argument;
    struct arena *a = &job->to->arena;
    size_t count = (size_t)db_int(job->db, 0, "select count(*) from service_file where version = ?", DB_INT(job->version)), n = 0;
    struct service_file *files = arena_array(a, struct service_file, count);
    struct query q = db_query(job->db, "select path, content, encoding from service_file where version = ? order by path", DB_INT(job->version));
    while (n < count && query_next(&q)) {
        files[n].path = arena_str(a, query_text(&q, 0));
        files[n].content = arena_str(a, query_text(&q, 1));
        if (str_eqz(query_text(&q, 2), "base64")) base64_decode(a, files[n].content, &files[n].content);
        n++;
    }
    query_done(&q);
    struct faults faults;
    faults_init(&faults, a);
    struct service *s = (struct service *)service_load(a, files, n, NULL, NULL, false, &faults);
    if (!s) return;
    s->version = job->version;
    s->number = db_int(job->db, 0, "select number from service_version where id = ?", DB_INT(job->version));
    job->to->made = s;
}

static void read_heading(void *argument) {
    struct making *job = argument;
    struct arena *a = &job->to->arena;
    struct faults faults;
    faults_init(&faults, a);
    struct str text = db_text(job->db, a, "select content from service_file where version = ? and path = 'service.yaml'", DB_INT(job->version));
    const struct json *yaml = text.p ? yaml_parse(a, text, &json_default_limits, STR("service.yaml"), &faults) : NULL;
    if (!yaml) return;
    struct service_heading *h = arena_new(a, struct service_heading);
    *h = (struct service_heading){.version = job->version, .id = read_path(yaml, "id"), .yaml = yaml};
    h->name = text_pair_of(yaml, "name");
    h->summary = text_pair_of(yaml, "summary");
    h->order = json_integer(yaml, "order", SERVICE_ORDER_LAST);
    h->for_office = str_eqz(json_string(yaml, "audience"), "office");
    job->to->made = h;
}

/* Made by the first who asks; the others wait meanwhile. */
static const void *get(struct services *s, struct kept **list, struct db *db, int64_t version, void (*make)(void *)) {
    pthread_mutex_lock(&s->lock);
    struct kept *k = *list;
    while (k && k->version != version) k = k->next;
    bool missing = !k && db_int(db, 0, "select count(*) from service_version where id = ?", DB_INT(version));
    if (missing && (k = calloc(1, sizeof *k))) {
        arena_init(&k->arena, SERVICE_BYTES);
        k->version = version;
        struct making job = {k, db, version};
        arena_run(&k->arena, make, &job);
        if (k->made) {
            k->next = *list;
            *list = k;
        } else {
            let_go(k);
            k = NULL;
        }
    }
    const void *made = k ? k->made : NULL;
    pthread_mutex_unlock(&s->lock);
    return made;
}

const struct service *services_get(struct services *s, struct db *db, int64_t version) {
    return get(s, &s->compiled, db, version, compile);
}

const struct service *services_current(struct services *s, struct db *db, struct str id) {
    int64_t version = db_int(db, 0, "select id from service_version where service = ? and current = 1", DB_TEXT(id));
    return version ? services_get(s, db, version) : NULL;
}

const struct service_heading *services_heading(struct services *s, struct db *db, int64_t version) {
    return get(s, &s->headings, db, version, read_heading);
}

static int by_order(const void *a, const void *b) {
    const struct service_heading *x = *(const struct service_heading *const *)a, *y = *(const struct service_heading *const *)b;
    return x->order != y->order ? (x->order < y->order ? -1 : 1) : str_cmp(x->id, y->id);
}

size_t services_all(struct services *s, struct db *db, struct arena *a, const struct service_heading ***out) {
    size_t most = (size_t)db_int(db, 0, "select count(*) from service_version where current = 1"), n = 0;
    const struct service_heading **all = arena_array(a, const struct service_heading *, most);
    struct query q = db_query(db, "select id from service_version where current = 1");
    while (n < most && query_next(&q)) {
        all[n] = services_heading(s, db, query_int(&q, 0));
        if (all[n]) n++;
    }
    query_done(&q);
    qsort(all, n, sizeof *all, by_order);
    *out = all;
    return n;
}
