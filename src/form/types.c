/* types.c: data types of ODK XForms — their names, what is a value of each, how a computed value is written. */
#include "form/model.h"

#include <math.h>

static const struct {
    const char *name;
    enum form_type type;
} types[] = {
    {"string", FORM_STRING}, {"int", FORM_INT}, {"integer", FORM_INT}, {"long", FORM_INT}, {"decimal", FORM_DECIMAL},
    {"double", FORM_DECIMAL}, {"float", FORM_DECIMAL}, {"boolean", FORM_BOOLEAN}, {"date", FORM_DATE}, {"time", FORM_TIME},
    {"dateTime", FORM_DATETIME}, {"geopoint", FORM_GEOPOINT}, {"geotrace", FORM_GEOTRACE}, {"geoshape", FORM_GEOSHAPE},
    {"binary", FORM_BINARY}, {"base64Binary", FORM_BINARY}, {"barcode", FORM_BARCODE},
};

/* A prefix such as xsd: does not matter; an unknown type is text. */
enum form_type form_type_named(struct str name) {
    ptrdiff_t colon = str_find_byte(name, ':');
    name = str_sub(name, (size_t)(colon + 1), name.n);
    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        if (str_eqz(name, types[i].name)) return types[i].type;
    return FORM_STRING;
}

static bool is_number(struct str s, bool whole) {
    size_t i = s.n && (s.p[0] == '-' || s.p[0] == '+'), digits = 0, points = 0;
    for (; i < s.n; i++) {
        if (s.p[i] >= '0' && s.p[i] <= '9') digits++;
        else if (s.p[i] == '.' && !whole) points++;
        else return false;
    }
    return digits > 0 && digits < 40 && points <= 1;
}

/* "latitude longitude [altitude [accuracy]]" within the globe. */
static bool is_place(struct str s) {
    struct str piece;
    double bounds[] = {90, 180, 1e7, 1e7};
    size_t count = 0;
    while (str_split(&s, ' ', &piece)) {
        if (piece.n == 0) continue;
        if (count == 4 || !is_number(piece, false)) return false;
        double n = xpath_text_number(&(struct xpath_environment){0}, piece);
        if (!(fabs(n) <= bounds[count++])) return false;
    }
    return count >= 2;
}

static bool is_places(struct str s, size_t least, bool closed) {
    struct str piece, first = STR_NONE, last = STR_NONE;
    size_t count = 0;
    while (str_split(&s, ';', &piece)) {
        piece = str_trim(piece);
        if (piece.n == 0) continue;
        if (!is_place(piece)) return false;
        if (!count++) first = piece;
        last = piece;
    }
    return count >= least && (!closed || str_eq(first, last));
}

/* ODK's engines write a place with four numbers, whole ones with ".0". */
static struct str normal_place(struct arena *a, struct str value) {
    struct buf out;
    struct str piece;
    size_t count = 0;
    buf_init(&out, a, FORM_VALUE_BYTES);
    for (; str_split(&value, ' ', &piece); count += piece.n > 0) {
        if (piece.n == 0) continue;
        if (count) buf_byte(&out, ' ');
        buf_add(&out, piece);
        if (str_find_byte(piece, '.') < 0) buf_addz(&out, ".0");
    }
    for (; count < 4; count++) buf_addz(&out, " 0.0");
    return buf_str(&out);
}

struct str form_normal(struct arena *a, const struct form_field *field, struct str value) {
    struct civil_date day;
    if (field->type == FORM_GEOPOINT && is_place(value)) return normal_place(a, value);
    /* a date-time given for a date: the day as it is written */
    if (field->type == FORM_DATE && value.n > 10 && value.p[10] == 'T' && civil_date_parse(str_sub(value, 0, 10), &day))
        return str_sub(value, 0, 10);
    return value;
}

/* JavaRosa's integers have 32 bits; a larger one is no value of the type. */
bool form_out_of_bounds(const struct form_field *field, struct str value) {
    if (field->type != FORM_INT || !is_number(str_trim(value), true)) return false;
    return fabs(xpath_text_number(&(struct xpath_environment){0}, value)) > 2147483647.0;
}

bool form_lexical(struct form_session *s, const struct form_field *field, struct str value) {
    double ignored;
    value = str_trim(value);
    if (value.n == 0) return true;
    switch (field->type) {
    case FORM_INT: return is_number(value, true) && !form_out_of_bounds(field, value);
    case FORM_DECIMAL: return is_number(value, false);
    case FORM_DATE: case FORM_DATETIME: return xpath_parse_date(&s->env, value, &ignored);
    case FORM_TIME: return xpath_parse_time(&s->env, value, &ignored);
    case FORM_GEOPOINT: return is_place(value);
    case FORM_GEOTRACE: return is_places(value, 2, false);
    case FORM_GEOSHAPE: return is_places(value, 4, true);
    default: return true;
    }
}

static struct str date_only(struct form_session *s, double days) {
    struct civil_time t;
    int offset;
    if (!xpath_days_to_civil(&s->env, days, &t, &offset)) return STR("");
    return arena_printf(&s->scratch, "%04d-%02d-%02d", (int)t.date.year, t.date.month, t.date.day);
}

struct str form_typed(struct form_session *s, const struct form_field *field, const struct xpath_value *v) {
    struct str text = xpath_to_string(&s->env, &s->scratch, v);
    double n = field->type == FORM_STRING ? 0 : xpath_to_number(&s->env, &s->scratch, v);
    if ((v->kind == XPATH_NUMBER || v->kind == XPATH_DATE) && isnan(v->number)) return STR("");
    if (isnan(n) || str_trim(text).n == 0) return text;
    switch (field->type) {
    case FORM_INT: return xpath_number_text(&s->scratch, trunc(n));
    case FORM_DECIMAL: return xpath_number_text(&s->scratch, n);
    case FORM_DATE: return date_only(s, n);
    case FORM_DATETIME: return v->kind == XPATH_NUMBER || v->kind == XPATH_DATE ? xpath_instant_text(&s->env, &s->scratch, n) : text;
    default: return text;
    }
}
