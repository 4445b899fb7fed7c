/* xlsform_types.c: what may stand in the column `type`: the XLSForm reference's question types, their older wordings,
 * groups and repeats, and selects with their lists (xlsform_parts.h). */
#include "form/xlsform_parts.h"

#include <string.h>

#define PRELOAD(name_, kind, params, type_) \
    {.name = (name_), .bind_type = (type_), .preload = (kind), .preload_params = (params), .class = CLASS_NONE}
#define INPUT(name_, type_) {.name = (name_), .tag = "input", .bind_type = (type_), .class = CLASS_INPUT}
#define UPLOAD(name_, media) {.name = (name_), .tag = "upload", .media_type = (media), .bind_type = "binary", .class = CLASS_UPLOAD}
#define GEO(name_) {.name = (name_), .tag = "input", .bind_type = (name_), .class = CLASS_GEO}
#define NUMBER_OF_DAYS(name_, check, advice) \
    {.name = (name_), .tag = "input", .bind_type = "int", .constraint = (check), .hint = (advice), .class = CLASS_INPUT}

static const struct question_type types[] = {
    INPUT("text", "string"),
    INPUT("integer", "int"),
    INPUT("decimal", "decimal"),
    INPUT("date", "date"),
    INPUT("time", "time"),
    INPUT("dateTime", "dateTime"),
    INPUT("barcode", "barcode"),
    {.name = "percentage", .tag = "input", .bind_type = "int", .constraint = "0 <= . and . <= 100", .class = CLASS_INPUT},
    {.name = "range", .tag = "range", .bind_type = "int", .class = CLASS_RANGE},
    {.name = "note", .tag = "input", .bind_type = "string", .readonly = "true()", .class = CLASS_INPUT},
    {.name = "select one", .tag = "select1", .bind_type = "string", .class = CLASS_SELECT},
    {.name = "select all that apply", .tag = "select", .bind_type = "string", .class = CLASS_SELECT},
    {.name = "select one external", .tag = "input", .bind_type = "string", .class = CLASS_INPUT},
    {.name = "rank", .tag = "odk:rank", .bind_type = "odk:rank", .class = CLASS_SELECT},
    {.name = "acknowledge", .tag = "trigger", .bind_type = "string", .class = CLASS_TRIGGER},
    {.name = "trigger", .tag = "trigger", .class = CLASS_TRIGGER},
    {.name = "calculate", .bind_type = "string", .class = CLASS_NONE},
    {.name = "hidden", .bind_type = "string", .class = CLASS_NONE},
    UPLOAD("photo", "image/*"),
    UPLOAD("audio", "audio/*"),
    UPLOAD("video", "video/*"),
    UPLOAD("file", "application/*"),
    {.name = "osm", .tag = "upload", .media_type = "osm/*", .bind_type = "binary", .class = CLASS_OSM},
    GEO("geopoint"),
    GEO("geotrace"),
    GEO("geoshape"),
    {.name = "start-geopoint", .bind_type = "geopoint", .class = CLASS_NONE},
    {.name = "background-geopoint", .tag = "trigger", .bind_type = "geopoint", .class = CLASS_TRIGGER},
    {.name = "background-audio", .bind_type = "binary", .class = CLASS_NONE},
    {.name = "audit", .bind_type = "binary", .class = CLASS_NONE},
    PRELOAD("start", "timestamp", "start", "dateTime"),
    PRELOAD("end", "timestamp", "end", "dateTime"),
    PRELOAD("today", "date", "today", "date"),
    PRELOAD("deviceid", "property", "deviceid", "string"),
    PRELOAD("username", "property", "username", "string"),
    PRELOAD("phonenumber", "property", "phonenumber", "string"),
    PRELOAD("email", "property", "email", "string"),
    PRELOAD("simserial", "property", "simserial", "string"),
    PRELOAD("subscriberid", "property", "subscriberid", "string"),
    PRELOAD("uri:deviceid", "property", "uri:deviceid", "string"),
    PRELOAD("uri:username", "property", "uri:username", "string"),
    PRELOAD("uri:phonenumber", "property", "uri:phonenumber", "string"),
    PRELOAD("uri:email", "property", "uri:email", "string"),
    PRELOAD("uri:simserial", "property", "uri:simserial", "string"),
    PRELOAD("uri:subscriberid", "property", "uri:subscriberid", "string"),
    {.name = "phone number", .tag = "input", .bind_type = "string", .constraint = "regex(., '^\\d*$')", .hint = "Enter numbers only.", .class = CLASS_INPUT},
    NUMBER_OF_DAYS("number of days in last month", "0 <= . and . <= 31", "Enter a number 0-31."),
    NUMBER_OF_DAYS("number of days in last six months", "0 <= . and . <= 183", "Enter a number 0-183."),
    NUMBER_OF_DAYS("number of days in last year", "0 <= . and . <= 365", "Enter a number 0-365."),
};

/* Other and older wordings. */
static const struct {
    const char *written, *type;
} wordings[] = {
    {"string", "text"}, {"q string", "text"}, {"add text prompt", "text"},
    {"int", "integer"}, {"q int", "integer"}, {"add integer prompt", "integer"},
    {"q decimal", "decimal"}, {"add decimal prompt", "decimal"},
    {"q date", "date"}, {"add date prompt", "date"},
    {"datetime", "dateTime"}, {"date time", "dateTime"}, {"q dateTime", "dateTime"}, {"q date time", "dateTime"},
    {"add date time prompt", "dateTime"}, {"add dateTime prompt", "dateTime"},
    {"q barcode", "barcode"}, {"add barcode prompt", "barcode"},
    {"q note", "note"}, {"add note prompt", "note"},
    {"q acknowledge", "acknowledge"}, {"add acknowledge prompt", "acknowledge"},
    {"q calculate", "calculate"}, {"add calculate prompt", "calculate"},
    {"image", "photo"}, {"q image", "photo"}, {"q picture", "photo"}, {"add image prompt", "photo"}, {"add photo prompt", "photo"},
    {"q audio", "audio"}, {"add audio prompt", "audio"},
    {"q video", "video"}, {"add video prompt", "video"},
    {"add file prompt", "file"},
    {"location", "geopoint"}, {"gps", "geopoint"}, {"q location", "geopoint"}, {"q geopoint", "geopoint"}, {"add location prompt", "geopoint"},
    {"q geotrace", "geotrace"}, {"q geoshape", "geoshape"},
    {"start time", "start"}, {"get start time", "start"}, {"end time", "end"}, {"get end time", "end"}, {"get today", "today"},
    {"imei", "deviceid"}, {"device id", "deviceid"}, {"get device id", "deviceid"}, {"get phone number", "phonenumber"},
    {"sim id", "simserial"}, {"get sim id", "simserial"}, {"subscriber id", "subscriberid"}, {"get subscriber id", "subscriberid"},
};

static const struct {
    const char *command, *type;
    bool from_file;
} select_commands[] = {
    {"add select one prompt using", "select one", false},
    {"add select multiple prompt using", "select all that apply", false},
    {"select all that apply from", "select all that apply", false},
    {"select one from", "select one", false},
    {"select1", "select one", false},
    {"select_one", "select one", false},
    {"select one", "select one", false},
    {"select_multiple", "select all that apply", false},
    {"select all that apply", "select all that apply", false},
    {"select_one_external", "select one external", false},
    {"select_one_from_file", "select one", true},
    {"select_multiple_from_file", "select all that apply", true},
    {"select one from file", "select one", true},
    {"select multiple from file", "select all that apply", true},
    {"rank", "rank", false},
};

static const struct {
    const char *word;
    enum element_kind kind;
} containers[] = {
    {"group", ELEMENT_GROUP}, {"lgroup", ELEMENT_REPEAT}, {"repeat", ELEMENT_REPEAT},
    {"loop", ELEMENT_LOOP},   {"looped group", ELEMENT_REPEAT},
};

struct str question_type_canonical(struct str written) {
    for (size_t i = 0; i < sizeof wordings / sizeof *wordings; i++)
        if (str_eqz(written, wordings[i].written)) return str_from(wordings[i].type);
    return written;
}

const struct question_type *question_type_named(struct str name) {
    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        if (str_eqz(name, types[i].name)) return &types[i];
    return NULL;
}

struct str question_type_near(struct arena *a, struct str written) {
    char *lower = arena_alloc_raw(a, written.n + 1);
    for (size_t i = 0; i < written.n; i++)
        lower[i] = written.p[i] >= 'A' && written.p[i] <= 'Z' ? (char)(written.p[i] + 32) : written.p[i];
    struct str s = {lower, written.n}, best = STR_NONE;
    size_t least = written.n < 5 ? 2 : 3; /* distances below this count as near */
    for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
        size_t d = edit_distance(s, str_from(types[i].name));
        if (d < least) least = d, best = str_from(types[i].name);
    }
    for (size_t i = 0; i < sizeof wordings / sizeof *wordings; i++) {
        size_t d = edit_distance(s, str_from(wordings[i].written));
        if (d < least) least = d, best = str_from(wordings[i].written);
    }
    struct str first = str_sub(s, 0, (size_t)(str_find_byte(s, ' ') < 0 ? (ptrdiff_t)s.n : str_find_byte(s, ' ')));
    for (size_t i = 0; i < sizeof select_commands / sizeof *select_commands && !best.p; i++)
        if (edit_distance(first, str_from(select_commands[i].command)) < 3) best = str_from(select_commands[i].command);
    return best;
}

static bool is_word_end(char c) {
    return c == ' ' || c == '\t' || c == '_' || c == '\n' || c == '\r';
}

enum control_word control_word_parse(struct str type, enum element_kind *out_kind, struct str *out_list) {
    bool begin = str_starts(type, STR("begin")), end = str_starts(type, STR("end"));
    struct str rest = str_sub(type, begin ? 5 : 3, type.n);
    *out_list = STR_NONE;
    if ((!begin && !end) || rest.n == 0 || !is_word_end(rest.p[0])) return CONTROL_WORD_NONE;
    rest = str_sub(rest, 1, rest.n);
    for (size_t i = 0; i < sizeof containers / sizeof *containers; i++) {
        struct str word = str_from(containers[i].word);
        if (!str_starts(rest, word)) continue;
        struct str after = str_sub(rest, word.n, rest.n);
        *out_kind = containers[i].kind;
        if (after.n == 0) return begin ? CONTROL_WORD_BEGIN : CONTROL_WORD_END;
        if (end || after.p[0] != ' ') continue;
        after = str_sub(after, 1, after.n);
        if (str_starts(after, STR("over "))) after = str_sub(after, 5, after.n);
        if (after.n == 0 || str_find_byte(after, ' ') >= 0) continue;
        *out_list = after;
        return CONTROL_WORD_BEGIN;
    }
    return CONTROL_WORD_NONE;
}

bool select_parse(struct str type, struct select_words *out) {
    for (size_t i = 0; i < sizeof select_commands / sizeof *select_commands; i++) {
        struct str command = str_from(select_commands[i].command);
        if (!str_starts(type, command) || type.n <= command.n + 1 || type.p[command.n] != ' ') continue;
        struct str rest = str_sub(type, command.n + 1, type.n);
        ptrdiff_t space = str_find_byte(rest, ' ');
        struct str list = space < 0 ? rest : str_sub(rest, 0, (size_t)space);
        struct str tail = space < 0 ? STR_NONE : str_sub(rest, (size_t)space + 1, rest.n);
        bool other = str_eqz(tail, "or specify other") || str_eqz(tail, "or_other") || str_eqz(tail, "or other");
        if (list.n == 0 || (tail.n && !other)) continue;
        *out = (struct select_words){command, select_commands[i].type, list, other, select_commands[i].from_file};
        return true;
    }
    return false;
}
