/* xlsform_question.c: the column `parameters` and what each question type makes of it (xlsform_parts.h). */
#include "form/xlsform_parts.h"

#include <stdlib.h>
#include <string.h>

struct row_at {
    struct xlsform *x;
    struct element *e;
    const struct table_row *row;
};

static struct place parameters_place(const struct row_at *at) {
    return xlsform_row_place(at->x, &at->x->survey, at->row, "parameters");
}

/* ---- key=value key=value ---- */

static bool is_gap(char c) {
    return c == ' ' || c == ',' || c == ';' || c == '\t' || c == '\n' || c == '\r';
}

/* The next key, value or "="; false at the end. */
static bool next_token(struct str *rest, struct str *out) {
    size_t from = 0;
    while (from < rest->n && is_gap(rest->p[from])) from++;
    size_t to = from;
    if (to < rest->n && rest->p[to] == '=') to++;
    else
        while (to < rest->n && !is_gap(rest->p[to]) && rest->p[to] != '=') to++;
    *out = str_sub(*rest, from, to);
    *rest = str_sub(*rest, to, rest->n);
    return out->n > 0;
}

static struct str lower_case(struct arena *a, struct str s) {
    char *out = arena_alloc_raw(a, s.n + 1);
    for (size_t i = 0; i < s.n; i++) out[i] = s.p[i] >= 'A' && s.p[i] <= 'Z' ? (char)(s.p[i] + 32) : s.p[i];
    return (struct str){out, s.n};
}

bool parameters_read(struct xlsform *x, struct element *e, const struct table_row *row) {
    struct str rest = table_text(row, "parameters"), key, equals, value;
    while (next_token(&rest, &key)) {
        bool well = !str_eqz(key, "=") && next_token(&rest, &equals) && str_eqz(equals, "=") && next_token(&rest, &value) &&
                    !str_eqz(value, "=");
        if (!well) {
            fault_error(x->faults, "xlsform.parameters-form", xlsform_row_place(x, &x->survey, row, "parameters"),
                        T("The parameters are not written well. They look like this: start=1 end=5 step=1."));
            return false;
        }
        key = lower_case(x->arena, key);
        /* names of columns in an attached file and of questions keep their case */
        bool keeps_case = str_eqz(key, "label") || str_eqz(key, "value") || has_reference(value);
        pairs_set(x->arena, &e->parameters, arena_cstr(x->arena, key), keeps_case ? value : lower_case(x->arena, value));
    }
    return true;
}

/* Every parameter must be among `accepted` (names with a space between). */
static bool only(const struct row_at *at, const char *accepted) {
    bool fine = true;
    for (size_t i = 0; i < at->e->parameters.count; i++) {
        struct str key = at->e->parameters.items[i].key, rest = str_from(accepted), one;
        bool known = false;
        while (str_split(&rest, ' ', &one)) known = known || str_eq(one, key);
        if (known) continue;
        fault_error(at->x->faults, "xlsform.parameter-unknown", parameters_place(at),
                    T("This question type has no parameter “{0}”. It has: {1}."), key, str_from(accepted));
        fine = false;
    }
    return fine;
}

static struct str parameter(const struct row_at *at, const char *name) {
    return pairs_text(&at->e->parameters, name);
}

/* `sentence` has the parameter's name as {0} and its value as {1}. */
static bool bad_value(const struct row_at *at, const char *name, struct str sentence) {
    fault_error(at->x->faults, "xlsform.parameter-value", parameters_place(at), sentence, str_from(name), parameter(at, name));
    return false;
}

/* A value that must be one of a few words; true when absent or right. */
static bool one_of(const struct row_at *at, const char *name, const char *words) {
    struct str value = parameter(at, name), rest = str_from(words), one;
    if (!value.p) return true;
    while (str_split(&rest, ' ', &one))
        if (str_eq(one, value)) return true;
    fault_error(at->x->faults, "xlsform.parameter-value", parameters_place(at),
                T("The parameter “{0}” is “{1}”. It may be one of: {2}."), str_from(name), value, str_from(words));
    return false;
}

static bool read_integer(struct str s, int64_t *out) {
    if (s.n > 1 && s.p[0] == '+') s = str_sub(s, 1, s.n);
    return str_to_int64(s, out);
}

static bool is_integer(const struct row_at *at, const char *name) {
    int64_t v;
    if (!parameter(at, name).p || read_integer(parameter(at, name), &v)) return true;
    return bad_value(at, name, T("The parameter “{0}” is “{1}”, but a whole number is expected."));
}

static bool is_number(const struct row_at *at, const char *name) {
    struct str s = parameter(at, name);
    if (!s.p) return true;
    char *end;
    const char *text = arena_cstr(at->x->arena, s);
    (void)strtod(text, &end);
    return (end != text && !*end) || bad_value(at, name, T("The parameter “{0}” is “{1}”, but a number is expected."));
}

static void bind_parameter(const struct row_at *at, const char *name, const char *attribute) {
    if (!parameter(at, name).p) return;
    pairs_set(at->x->arena, &at->e->bind, attribute, parameter(at, name));
    at->e->has_bind = true;
}

static void control_parameter(const struct row_at *at, const char *name, const char *attribute) {
    if (parameter(at, name).p) pairs_set(at->x->arena, &at->e->control, attribute, parameter(at, name));
}

/* ---- types ---- */

static bool finish_text(const struct row_at *at) {
    if (!only(at, "rows") || !is_integer(at, "rows")) return false;
    control_parameter(at, "rows", "rows");
    return true;
}

/* An Android package such as org.example.camera. */
static bool is_package_name(struct str s) {
    struct str part;
    int parts = 0;
    for (; str_split(&s, '.', &part); parts++) {
        if (part.n == 0 || part.p[0] == '_' || (part.p[0] >= '0' && part.p[0] <= '9')) return false;
        for (size_t i = 0; i < part.n; i++) {
            char c = part.p[i];
            bool fine = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
            if (!fine) return false;
        }
    }
    return parts > 1;
}

static bool finish_image(const struct row_at *at) {
    struct element *e = at->e;
    if (e->default_value.n && !e->dynamic_default && str_find(e->default_value, STR("jr://images/")) < 0)
        e->default_value = arena_concat(at->x->arena, STR("jr://images/"), e->default_value);
    if (!only(at, "app max-pixels") || !is_integer(at, "max-pixels")) return false;
    bind_parameter(at, "max-pixels", "orx:max-pixels");
    struct str app = parameter(at, "app"), appearance = pairs_text(&e->control, "appearance");
    if (!app.p || (appearance.n && !str_eqz(appearance, "annotate"))) return true;
    if (!is_package_name(app))
        return bad_value(at, "app", T("The parameter “{0}” is “{1}”, but the name of an Android app such as org.example.camera is expected."));
    pairs_set(at->x->arena, &e->control, "intent", app);
    return true;
}

static bool finish_audio(const struct row_at *at) {
    if (!only(at, "quality") || !one_of(at, "quality", "voice-only low normal external")) return false;
    bind_parameter(at, "quality", "odk:quality");
    return true;
}

static bool finish_background_audio(const struct row_at *at) {
    if (!only(at, "quality") || !one_of(at, "quality", "voice-only low normal")) return false;
    element_act(at->e, "odk:recordaudio", "odk-instance-load", STR_NONE);
    at->e->actions[at->e->action_count - 1].quality = parameter(at, "quality");
    return true;
}

static bool finish_start_geopoint(const struct row_at *at) {
    element_act(at->e, "odk:setgeopoint", "odk-instance-first-load", STR_NONE);
    return true;
}

static bool finish_background_geopoint(const struct row_at *at) {
    struct xlsform *x = at->x;
    if (!at->e->trigger_count) {
        fault_error(x->faults, "xlsform.trigger-missing", xlsform_row_place(x, &x->survey, at->row, "trigger"),
                    T("A background-geopoint needs a question in the column “trigger”: when it is answered, the place is taken."));
        return false;
    }
    if (pairs_find(&at->e->bind, "calculate")) {
        fault_error(x->faults, "xlsform.calculation-unwanted", xlsform_row_place(x, &x->survey, at->row, "calculate"),
                    T("A background-geopoint must not have a calculation. Leave the column empty."));
        return false;
    }
    return true;
}

static bool finish_geo(const struct row_at *at) {
    bool point = strcmp(at->e->type->name, "geopoint") == 0;
    if (!only(at, point ? "allow-mock-accuracy capture-accuracy reference-geometry warning-accuracy"
                        : "allow-mock-accuracy incremental reference-geometry"))
        return false;
    if (!is_number(at, "capture-accuracy") || !is_number(at, "warning-accuracy")) return false;
    control_parameter(at, "capture-accuracy", "accuracyThreshold");
    control_parameter(at, "warning-accuracy", "unacceptableAccuracyThreshold");
    struct str incremental = parameter(at, "incremental");
    if (incremental.p && !xlsform_yes(incremental))
        return bad_value(at, "incremental", T("The parameter “{0}” is “{1}”. Write true, or leave it out."));
    if (incremental.p) pairs_set(at->x->arena, &at->e->control, "incremental", STR("true"));
    if (!one_of(at, "allow-mock-accuracy", "true false")) return false;
    bind_parameter(at, "allow-mock-accuracy", "odk:allow-mock-accuracy");
    at->e->itemset = parameter(at, "reference-geometry");
    return true;
}

/* ---- audit ---- */

static bool finish_audit_location(const struct row_at *at) {
    static const char *const names[] = {"location-priority", "location-min-interval", "location-max-age"};
    static const char *const attributes[] = {"odk:location-priority", "odk:location-min-interval", "odk:location-max-age"};
    size_t given = 0;
    for (size_t i = 0; i < 3; i++) given += parameter(at, names[i]).p != NULL;
    if (given == 0) return true;
    if (given < 3) {
        fault_error(at->x->faults, "xlsform.audit-location", parameters_place(at),
                    T("To record places, the audit needs all of location-priority, location-min-interval and location-max-age."));
        return false;
    }
    if (!one_of(at, names[0], "no-power low-power balanced high-accuracy")) return false;
    int64_t interval, age;
    if (!read_integer(parameter(at, names[1]), &interval) || interval < 0)
        return bad_value(at, names[1], T("The parameter “{0}” is “{1}”, but a whole number from 0 is expected."));
    if (!read_integer(parameter(at, names[2]), &age) || age < 0)
        return bad_value(at, names[2], T("The parameter “{0}” is “{1}”, but a whole number from 0 is expected."));
    if (age < interval)
        return bad_value(at, names[2], T("The parameter “{0}” is “{1}”, but at least the value of location-min-interval is expected."));
    for (size_t i = 0; i < 3; i++) bind_parameter(at, names[i], attributes[i]);
    return true;
}

static bool finish_audit(const struct row_at *at) {
    if (!only(at, "identify-user location-max-age location-min-interval location-priority track-changes track-changes-reasons"))
        return false;
    if (!one_of(at, "track-changes", "true false") || !one_of(at, "track-changes-reasons", "on-form-edit") ||
        !one_of(at, "identify-user", "true false"))
        return false;
    bind_parameter(at, "track-changes", "odk:track-changes");
    bind_parameter(at, "track-changes-reasons", "odk:track-changes-reasons");
    bind_parameter(at, "identify-user", "odk:identify-user");
    return finish_audit_location(at);
}

/* ---- range ---- */

enum { FRACTION_DIGITS = 9 };

/* A decimal in units of 10^-9: steps must divide exactly, which binary fractions do not. |value| below 9 * 10^8. */
static bool read_decimal(struct str s, int64_t *out) {
    bool negative = s.n && s.p[0] == '-', any = false;
    size_t i = s.n && (s.p[0] == '-' || s.p[0] == '+');
    int64_t v = 0;
    int fraction = -1;
    for (; i < s.n; i++) {
        if (s.p[i] == '.' && fraction < 0) {
            fraction = 0;
        } else if (s.p[i] >= '0' && s.p[i] <= '9' && v < 900000000000000000 / 10 && fraction < FRACTION_DIGITS) {
            v = v * 10 + (s.p[i] - '0');
            any = true;
            if (fraction >= 0) fraction++;
        } else {
            return false;
        }
    }
    for (int k = fraction < 0 ? 0 : fraction; k < FRACTION_DIGITS; k++)
        if (__builtin_mul_overflow(v, 10, &v)) return false;
    *out = negative ? -v : v;
    return any;
}

struct range {
    int64_t start, end, step, tick, placeholder;
    bool has_tick, has_placeholder;
};

static bool range_number(const struct row_at *at, const char *name, int64_t *out, bool *has) {
    struct str s = parameter(at, name);
    if (has) *has = s.p != NULL;
    if (!s.p || read_decimal(s, out)) return true;
    return bad_value(at, name, T("The parameter “{0}” is “{1}”, but a number is expected."));
}

static bool divides(int64_t step, int64_t distance) {
    return step != 0 && distance % step == 0;
}

static bool between(const struct range *r, int64_t v) {
    return v >= (r->start < r->end ? r->start : r->end) && v <= (r->start < r->end ? r->end : r->start);
}

static bool check_step(const struct row_at *at, const struct range *r, const char *name, int64_t step) {
    if (step == 0)
        return bad_value(at, name, T("The parameter “{0}” is “{1}”, but a number other than 0 is expected."));
    if (step > llabs(r->end - r->start))
        return bad_value(at, name, T("The parameter “{0}” is “{1}”, but a number no larger than the distance from start to end is expected."));
    return true;
}

static bool check_tick_labels(const struct row_at *at, const struct range *r, bool no_ticks) {
    const struct choice_list *list = choice_list_named(&at->x->lists, parameter(at, "tick_labelset"));
    if (!list)
        return bad_value(at, "tick_labelset", T("The parameter “{0}” is “{1}”, but the name of a list in the sheet “choices” is expected."));
    bool at_start = false, at_end = false;
    for (size_t i = 0; i < list->count; i++) {
        int64_t v;
        if (!read_decimal(list->items[i].name, &v))
            return bad_value(at, "tick_labelset", T("The parameter “{0}” is “{1}”, but a list whose names are numbers is expected."));
        if (!between(r, v))
            return bad_value(at, "tick_labelset", T("The parameter “{0}” is “{1}”, but a list whose numbers lie between start and end is expected."));
        if (!divides(r->has_tick ? r->tick : r->step, v - r->start))
            return bad_value(at, "tick_labelset", T("The parameter “{0}” is “{1}”, but a list whose numbers fall on steps or ticks is expected."));
        at_start = at_start || v == r->start;
        at_end = at_end || v == r->end;
        if (no_ticks && v != r->start && v != r->end)
            return bad_value(at, "tick_labelset", T("The parameter “{0}” is “{1}”, but without ticks a list of start and end only is expected."));
    }
    if (no_ticks && !(at_start && at_end))
        return bad_value(at, "tick_labelset", T("The parameter “{0}” is “{1}”, but without ticks a list of start and end only is expected."));
    return true;
}

static bool check_range(const struct row_at *at, struct range *r, struct str appearance) {
    if (!range_number(at, "start", &r->start, NULL) || !range_number(at, "end", &r->end, NULL) ||
        !range_number(at, "step", &r->step, NULL) || !range_number(at, "tick_interval", &r->tick, &r->has_tick) ||
        !range_number(at, "placeholder", &r->placeholder, &r->has_placeholder))
        return false;
    if (!check_step(at, r, "step", r->step)) return false;
    if (r->has_tick) {
        if (!check_step(at, r, "tick_interval", r->tick)) return false;
        if (!divides(r->step, r->tick))
            return bad_value(at, "tick_interval", T("The parameter “{0}” is “{1}”, but a multiple of step is expected."));
    }
    if (r->has_placeholder) {
        if (!divides(r->step, r->placeholder - r->start))
            return bad_value(at, "placeholder", T("The parameter “{0}” is “{1}”, but start plus a multiple of step is expected."));
        if (!between(r, r->placeholder))
            return bad_value(at, "placeholder", T("The parameter “{0}” is “{1}”, but a number between start and end is expected."));
    }
    if (!parameter(at, "tick_labelset").p) return true;
    return check_tick_labels(at, r, str_find(appearance, STR("no-ticks")) >= 0);
}

static bool has_fraction(const struct range *r) {
    const int64_t unit = 1000000000;
    return r->start % unit || r->end % unit || r->step % unit || (r->has_tick && r->tick % unit) ||
           (r->has_placeholder && r->placeholder % unit);
}

static bool finish_range(const struct row_at *at) {
    static const char *const defaults[][2] = {{"start", "1"}, {"end", "10"}, {"step", "1"}};
    struct arena *a = at->x->arena;
    struct str appearance = pairs_text(&at->e->control, "appearance");
    if (!only(at, "start end step tick_interval placeholder tick_labelset")) return false;
    bool plain = !appearance.n || str_find(appearance, STR("vertical")) >= 0 || str_find(appearance, STR("no-ticks")) >= 0;
    bool ticks = parameter(at, "tick_interval").p || parameter(at, "placeholder").p || parameter(at, "tick_labelset").p;
    if (!plain && ticks) {
        fault_error(at->x->faults, "xlsform.range-appearance", parameters_place(at),
                    T("tick_interval, placeholder and tick_labelset go only with no appearance, or with vertical or no-ticks."));
        return false;
    }
    for (size_t i = 0; i < 3; i++)
        if (!parameter(at, defaults[i][0]).p) pairs_set(a, &at->e->parameters, defaults[i][0], str_from(defaults[i][1]));
    struct range r = {0};
    if (!check_range(at, &r, appearance)) return false;
    for (size_t i = 0; i < 3; i++) control_parameter(at, defaults[i][0], defaults[i][0]);
    control_parameter(at, "tick_interval", "odk:tick-interval");
    control_parameter(at, "placeholder", "odk:placeholder");
    if (has_fraction(&r)) pairs_set(a, &at->e->bind, "type", STR("decimal"));
    at->e->itemset = parameter(at, "tick_labelset");
    at->e->choices = choice_list_named(&at->x->lists, at->e->itemset);
    return true;
}

/* ---- selects ---- */

struct str file_extension(struct str list, struct str *out_stem) {
    static const char *const ours[] = {".csv", ".xml", ".geojson"};
    for (size_t i = 0; i < 3; i++)
        if (str_ends(list, str_from(ours[i])) && list.n > strlen(ours[i])) {
            *out_stem = str_sub(list, 0, list.n - strlen(ours[i]));
            return str_from(ours[i]);
        }
    *out_stem = list;
    return STR("");
}

static bool check_column_name(const struct row_at *at, const char *name) {
    struct str s = parameter(at, name);
    return !s.p || is_xml_name(s) || bad_value(at, name, T("The parameter “{0}” is “{1}”, but the name of a column without spaces is expected."));
}

bool select_finish(struct xlsform *x, struct element *e, const struct table_row *row, const struct select_words *words) {
    struct row_at at = {x, e, row};
    if (!only(&at, words->from_file ? "label randomize seed value" : "randomize seed")) return false;
    if (!check_column_name(&at, "value") || !check_column_name(&at, "label")) return false;
    if (!one_of(&at, "randomize", "true false")) return false;
    struct str seed = parameter(&at, "seed");
    if (seed.p && !parameter(&at, "randomize").p) {
        fault_error(x->faults, "xlsform.seed-alone", parameters_place(&at), T("A seed needs randomize=true beside it."));
        return false;
    }
    if (seed.p && is_reference(seed)) return true;
    return is_number(&at, "seed");
}

/* ---- all of them ---- */

static const struct {
    const char *type;
    bool (*finish)(const struct row_at *at);
} finishers[] = {
    {"text", finish_text},
    {"photo", finish_image},
    {"audio", finish_audio},
    {"background-audio", finish_background_audio},
    {"start-geopoint", finish_start_geopoint},
    {"background-geopoint", finish_background_geopoint},
    {"geopoint", finish_geo},
    {"geotrace", finish_geo},
    {"geoshape", finish_geo},
    {"audit", finish_audit},
    {"range", finish_range},
};

bool question_finish(struct xlsform *x, struct element *e, const struct table_row *row) {
    struct row_at at = {x, e, row};
    for (size_t i = 0; i < sizeof finishers / sizeof *finishers; i++)
        if (strcmp(finishers[i].type, e->type->name) == 0) return finishers[i].finish(&at);
    return true;
}
