/* words.c: small things said on several pages: what an item of a loop is, the advice of a decision. */
#include "web/pages.h"

/* What one item of a loop is, in the words that service.yaml names under case: item:. */
struct str item_words(struct http_request *rq, const struct service *s, struct str item) {
    struct json *v = item.n ? json_parse(rq->arena, item, &json_default_limits, STR_NONE, NULL) : NULL;
    if (!v || !s) return STR("");
    if (v->kind == JSON_STRING) return service_words(rq->arena, s, rq->language, v->text);
    struct buf out;
    buf_init(&out, rq->arena, 4000);
    for (size_t i = 0; i < s->means.item_count; i++) {
        const struct form_field *field = service_field(s, s->means.item[i]);
        const struct json *m = field ? json_member(v, arena_cstr(rq->arena, form_field_name(field))) : NULL;
        if (!m || (m->kind != JSON_STRING && m->kind != JSON_NUMBER)) continue;
        if (out.n) buf_byte(&out, ' ');
        if (m->kind == JSON_NUMBER && m->is_integer) buf_int(&out, m->integer);
        else buf_add(&out, service_words(rq->arena, s, rq->language, m->text));
    }
    return out.p ? buf_str(&out) : STR("");
}

/* What the rules said, when they were asked and nobody has completed a step since: it is still news (`always`: however long ago). The
 * newest comes first. */
static struct json *last_advice(struct http_request *rq, struct db *db, const struct seen_case *c, bool always) {
    const struct bpmn_model *m = c->service->process;
    for (size_t i = c->event_count; i-- > 0;) {
        const struct seen_event *e = &c->events[i];
        if (!always && (str_eqz(e->kind, "completed") || str_eqz(e->kind, "claimed"))) return NULL;
        int32_t at = str_eqz(e->kind, "entered") ? bpmn_find(m, e->element) : -1;
        if (at < 0 || m->elements[at].kind != BPMN_RULE_TASK) continue;
        struct str text = db_text(db, rq->arena, "select value from variable where case_id = ? and name = ? order by scope limit 1", DB_INT(c->id),
                                  DB_TEXT(m->elements[at].result_variable));
        struct json *v = text.n ? json_parse(rq->arena, text, &json_default_limits, STR_NONE, NULL) : NULL;
        if (json_string(v, "text").n) return v;
    }
    return NULL;
}

/* lingban:advice: whoever has such a task reads what the rules say as long as they have it. */
static bool is_advised(const struct seen_case *c) {
    for (size_t i = 0; i < c->task_count; i++)
        if (c->tasks[i].mine && c->tasks[i].may_complete && str_find(c->tasks[i].properties, STR("\"lingban:advice\":\"true\"")) >= 0) return true;
    return false;
}

/* What rules join with "；" (or lines) is a list. */
static size_t add_pieces(struct http_request *rq, struct str said, struct data *page) {
    struct data *list = data_list(page, "advice");
    struct str rest = said, line;
    const struct str mark = rq->language == LANGUAGE_ZH ? STR("；") : STR("; ");
    while (rest.n && str_split(&rest, '\n', &line)) {
        while (line.n) {
            ptrdiff_t at = str_find(line, mark);
            struct str piece = str_trim(at < 0 ? line : str_sub(line, 0, (size_t)at));
            if (piece.n) data_text(data_item(list), "text", piece);
            line = at < 0 ? STR("") : str_sub(line, (size_t)at + mark.n, line.n);
        }
    }
    return list->count;
}

/* A decision's result is a variable with a "text": what the rules say to the office that decides. Points, where it gives
 * any, stand before it. */
void add_advice(struct http_request *rq, struct db *db, const struct seen_case *c, struct data *page) {
    bool advised = is_advised(c);
    struct json *v = advised || c->relation >= RELATION_HANDLER ? last_advice(rq, db, c, advised) : NULL;
    if (!v) return;
    struct str said = service_words(rq->arena, c->service, rq->language, json_string(v, "text"));
    const struct json *points = json_member(v, "points");
    if (points && points->kind == JSON_NUMBER) data_say(page, "advice_points", T("{0} points:"), arena_printf(rq->arena, "%lld", (long long)json_integer(v, "points", 0)));
    data_flag(page, "advice_more", add_pieces(rq, said, page) > 1);
    data_flag(page, "advice_good", json_boolean(v, "eligible", false));
}

/* The house's own roles; rights hang on them (docs/decisions.md). All others are a service's: roles: of its service.yaml. */
static const struct word house_roles[] = {{"member", T_STATIC("Member")}, {"partner", T_STATIC("Partner unit")}, {"staff", T_STATIC("Staff")},
                                          {"supervisor", T_STATIC("Supervisor")}, {"admin", T_STATIC("Administrator")}};
enum { HOUSE_ROLES = sizeof house_roles / sizeof *house_roles };

/* roles: is a list of names, or names with what they are called: {roads: {zh: …, en: …}}. */
static void add_role(struct http_request *rq, struct data *list, const struct service *s, const struct json *role) {
    struct str id = role->name.n ? role->name : role->text, name = role->name.n ? pair_text(role, rq->language) : STR("");
    if (!id.n) return;
    struct data *item = data_item(list);
    data_text(item, "value", id);
    data_text(item, "name", name.n ? name : id);
    data_text(item, "text", arena_printf(rq->arena, "%.*s · %.*s", STR_ARGS(name.n ? name : id), STR_ARGS(text_pair_in(s->name, rq->language))));
}

void add_roles(struct http_request *rq, struct db *db, struct data *page) {
    struct data *list = data_list(page, "roles");
    for (size_t i = 0; i < HOUSE_ROLES; i++) {
        struct data *item = data_item(list);
        data_text(item, "value", str_from(house_roles[i].key));
        data_text(item, "name", text_in(rq->language, house_roles[i].sentence));
        data_text(item, "text", text_in(rq->language, house_roles[i].sentence));
    }
    struct query q = db_query(db, "select id from service_version where current = 1 order by service");
    while (query_next(&q)) {
        const struct service *s = services_get(engine_services(site_of(rq)->engine), db, query_int(&q, 0));
        const struct json *roles = s ? json_member(s->yaml, "roles") : NULL;
        for (size_t i = 0; roles && i < roles->count; i++) add_role(rq, list, s, &roles->items[i]);
    }
}

static struct str role_name(const struct data *roles, struct str id) {
    for (size_t i = 0; i < roles->count; i++)
        if (str_eq(data_get(roles->members[i].value, STR("value"))->text, id)) return data_get(roles->members[i].value, STR("name"))->text;
    return id;
}

struct str say_roles(struct http_request *rq, const struct data *page, struct str roles) {
    const struct data *known = data_get(page, STR("roles"));
    struct buf out;
    struct str one, rest = arena_str(rq->arena, roles);
    buf_init(&out, rq->arena, 1000);
    while (rest.n && str_split(&rest, ',', &one)) {
        if (out.n) buf_add(&out, text_in(rq->language, T(", ")));
        buf_add(&out, role_name(known, one));
    }
    return out.p ? buf_str(&out) : STR("");
}
