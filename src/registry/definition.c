/* definition.c: what service.yaml says under registers:, read and checked. See registry.h. */
#include "registry/registry.h"

#include "base/decimal.h"
#include "base/time.h"

/* {name: {zh, en}, …} */
static const struct register_word *words_of(struct arena *a, const struct json *in, size_t *count) {
    *count = in && in->kind == JSON_OBJECT ? in->count : 0;
    struct register_word *words = arena_array(a, struct register_word, *count + 1);
    for (size_t i = 0; i < *count; i++) {
        words[i].name = in->items[i].name;
        words[i].label = text_pair_of(in, arena_cstr(a, words[i].name));
    }
    return words;
}

static const char *const type_names[] = {"text", "integer", "decimal", "date", "choice"};
static const char *const privacy_names[] = {"public", "office", "personal"};

static int position(const char *const *names, int count, struct str wanted) {
    for (int i = 0; i < count; i++)
        if (str_eqz(wanted, names[i])) return i;
    return -1;
}

static struct register_field field_of(struct arena *a, const struct json *in) {
    struct register_field f = {.name = json_string(in, "name"), .label = text_pair_of(in, "label")};
    int type = position(type_names, 5, json_string(in, "type")), privacy = position(privacy_names, 3, json_string(in, "privacy"));
    f.type = type < 0 ? FIELD_TEXT : (enum field_type)type;
    f.privacy = privacy < 0 ? FIELD_PERSONAL : (enum field_privacy)privacy; /* not said: nobody outside sees it */
    f.required = json_boolean(in, "required", false);
    const struct json *remind = json_member(in, "remind");
    f.reminds = remind && f.type == FIELD_DATE;
    f.remind_days = (int)(json_integer(remind, "after", 0) - json_integer(remind, "before", 0));
    f.choices = words_of(a, json_member(in, "choices"), &f.choice_count);
    if (!f.name.p) f.name = STR("");
    return f;
}

static struct register_definition definition_of(struct arena *a, const struct service *s, const struct json *in) {
    struct register_definition r = {.service = s->id, .name = in->name, .label = text_pair_of(in, "name")};
    const struct json *fields = json_member(in, "fields");
    struct str paper = json_string(in, "paper");
    r.is_public = str_eqz(json_string(in, "audience"), "public");
    r.field_count = fields && fields->kind == JSON_ARRAY ? fields->count : 0;
    struct register_field *list = arena_array(a, struct register_field, r.field_count + 1);
    for (size_t i = 0; i < r.field_count; i++) list[i] = field_of(a, &fields->items[i]);
    r.fields = list;
    r.duties = words_of(a, json_member(in, "duties"), &r.duty_count);
    r.paper = paper.p ? paper : STR("");
    return r;
}

size_t register_all(struct arena *a, const struct service *s, const struct register_definition **out) {
    const struct json *in = json_member(s->yaml, "registers");
    size_t count = in && in->kind == JSON_OBJECT ? in->count : 0;
    struct register_definition *list = arena_array(a, struct register_definition, count + 1);
    for (size_t i = 0; i < count; i++) list[i] = definition_of(a, s, &in->items[i]);
    *out = list;
    return count;
}

const struct register_definition *register_find(struct arena *a, const struct service *s, struct str name) {
    const struct register_definition *list;
    size_t count = register_all(a, s, &list);
    for (size_t i = 0; i < count; i++)
        if (str_eq(list[i].name, name)) return &list[i];
    return NULL;
}

bool register_address(struct str text, struct str *service, struct str *name) {
    ptrdiff_t cut = str_find_byte(text, '_'); /* no service's id has one */
    if (cut < 1 || (size_t)cut + 1 >= text.n) return false;
    *service = str_sub(text, 0, (size_t)cut);
    *name = str_sub(text, (size_t)cut + 1, text.n);
    return true;
}

const struct register_field *register_field_named(const struct register_definition *r, struct str name) {
    for (size_t i = 0; i < r->field_count; i++)
        if (str_eq(r->fields[i].name, name)) return &r->fields[i];
    return NULL;
}

struct str register_word_in(const struct register_word *words, size_t count, struct str name, enum language language) {
    for (size_t i = 0; i < count; i++)
        if (str_eq(words[i].name, name)) return text_pair_in(words[i].label, language);
    return name;
}

/* ---- values */

static bool is_choice(const struct register_field *f, struct str value) {
    for (size_t i = 0; i < f->choice_count; i++)
        if (str_eq(f->choices[i].name, value)) return true;
    return false;
}

bool field_value_good(const struct register_field *f, struct str value, struct str *out_sentence) {
    int64_t whole;
    struct decimal number;
    struct civil_date day;
    if (!value.n) {
        *out_sentence = T("“{0}” may not be empty.");
        return !f->required;
    }
    switch (f->type) {
    case FIELD_INTEGER: *out_sentence = T("“{0}” must be a whole number."); return str_to_int64(value, &whole);
    case FIELD_DECIMAL: *out_sentence = T("“{0}” must be a number."); return decimal_parse(value, &number);
    case FIELD_DATE: *out_sentence = T("“{0}” must be a day such as 2026-06-01."); return civil_date_parse(value, &day);
    case FIELD_CHOICE: *out_sentence = T("“{0}” must be one of the choices."); return is_choice(f, value);
    case FIELD_TEXT: break;
    }
    *out_sentence = T("“{0}” may have 2,000 characters at most.");
    return utf8_count(value) <= 2000;
}
