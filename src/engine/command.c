/* command.c: building commands, finding their kind, checking their arguments. */
#include "engine/command.h"
#include "base/nfc.h"
#include "engine/decide.h"

const struct command_kind *command_find(const struct command_book *book, struct str name) {
    for (size_t i = 0; i < book->count; i++)
        for (const struct command_kind *k = book->lists[i]; k->name; k++)
            if (str_eqz(name, k->name)) return k;
    return NULL;
}

struct command *command_new(struct arena *a, const char *name, struct actor actor, const char *channel) {
    struct command *c = arena_new(a, struct command);
    c->name = str_from(name);
    c->arguments = json_new_object(a);
    c->actor = actor;
    c->channel = str_from(channel);
    return c;
}

static bool fits(const struct argument *spec, const struct json *v) {
    size_t most = spec->most ? spec->most : 2000;
    struct civil_date day;
    switch (spec->kind) {
    case ARGUMENT_INTEGER: return v->kind == JSON_NUMBER && v->is_integer;
    case ARGUMENT_BOOLEAN: return v->kind == JSON_BOOLEAN;
    case ARGUMENT_TEXT:
    case ARGUMENT_PERSONAL: return v->kind == JSON_STRING && v->text.n <= most && utf8_valid(v->text);
    case ARGUMENT_DAY: return v->kind == JSON_STRING && civil_date_parse(v->text, &day);
    case ARGUMENT_JSON:
    case ARGUMENT_FILES:
    case ARGUMENT_PERSONAL_JSON: return true;
    }
    return false;
}

static const struct argument *find_argument(const struct command_kind *kind, struct str name) {
    for (size_t i = 0; i < COMMAND_MAX_ARGUMENTS && kind->arguments[i].name; i++)
        if (str_eqz(name, kind->arguments[i].name)) return &kind->arguments[i];
    return NULL;
}

/* ---- one form of text */

static bool is_normal(const struct json *v) {
    if (v->kind == JSON_STRING) return nfc_is(v->text);
    for (size_t i = 0; (v->kind == JSON_ARRAY || v->kind == JSON_OBJECT) && i < v->count; i++)
        if (!is_normal(&v->items[i])) return false;
    return true;
}

static struct json normal(struct arena *a, const struct json *v) {
    struct json out = *v;
    if (v->kind == JSON_STRING) out.text = nfc(a, v->text);
    if (v->kind != JSON_ARRAY && v->kind != JSON_OBJECT) return out;
    out = (struct json){.kind = v->kind, .name = v->name};
    for (size_t i = 0; i < v->count; i++) json_add(a, &out, v->items[i].name, normal(a, &v->items[i]));
    return out;
}

struct json *command_normalised(struct arena *a, const struct command_kind *kind, struct json *arguments) {
    struct json *out = arguments;
    for (size_t i = 0; i < arguments->count; i++) {
        const struct argument *spec = find_argument(kind, arguments->items[i].name);
        if ((spec && spec->kind == ARGUMENT_FILES) || is_normal(&arguments->items[i])) continue;
        if (out == arguments) {
            out = json_new_object(a);
            for (size_t k = 0; k < arguments->count; k++) json_add(a, out, arguments->items[k].name, arguments->items[k]);
        }
        struct str name = out->items[i].name;
        out->items[i] = normal(a, &arguments->items[i]);
        out->items[i].name = name;
    }
    return out;
}

static bool wrong(struct refusal *out, const char *code, struct str sentence, struct str argument) {
    *out = (struct refusal){.status = 400, .code = code, .sentence = {sentence, argument}, .sentence_count = 2};
    return false;
}

bool command_check(const struct command_kind *kind, const struct command *command, struct refusal *out) {
    const struct json *given = command->arguments;
    for (size_t i = 0; i < given->count; i++) {
        const struct argument *spec = find_argument(kind, given->items[i].name);
        if (!spec) return wrong(out, "command.unknown-field", T("There is no field “{0}” here."), given->items[i].name);
        if (given->items[i].kind == JSON_NULL && !spec->required) continue;
        if (!fits(spec, &given->items[i]))
            return wrong(out, "command.wrong-field", T("The field “{0}” is not of the right kind, or too long."), given->items[i].name);
    }
    for (size_t i = 0; i < COMMAND_MAX_ARGUMENTS && kind->arguments[i].name; i++) {
        const struct argument *spec = &kind->arguments[i];
        const struct json *v = json_member(given, spec->name);
        bool empty = !v || v->kind == JSON_NULL || (v->kind == JSON_STRING && str_trim(v->text).n == 0);
        if (spec->required && empty)
            return wrong(out, "command.missing-field", T("The field “{0}” is missing."), str_from(spec->name));
    }
    return true;
}

struct str command_text(const struct command *c, const char *name) {
    struct str s = json_string(c->arguments, name);
    return s.p ? s : STR("");
}

int64_t command_integer(const struct command *c, const char *name) {
    return json_integer(c->arguments, name, 0);
}

const struct json *command_json(const struct command *c, const char *name) {
    const struct json *v = json_member(c->arguments, name);
    return v && v->kind != JSON_NULL ? v : NULL;
}
