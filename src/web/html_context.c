/* html_context.c: see html_context.h. Not all of HTML: what we write ourselves, strictly. */
#include "web/html_context.h"

#include <string.h>

static bool is_space(char c) {
    return c == ' ' || c == '\n' || c == '\t' || c == '\r';
}

static bool is_name(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == ':' || c == '_';
}

static void keep(char *name, size_t *length, size_t room, char c) {
    if (*length + 1 < room) name[(*length)++] = c >= 'A' && c <= 'Z' ? (char)(c | 32) : c;
    name[*length] = 0;
}

static bool tag_is(const struct html_context *c, const char *name) {
    return strcmp(c->name, name) == 0;
}

static void end_tag(struct html_context *c) {
    c->place = HTML_TEXT;
    if (tag_is(c, "pre") || tag_is(c, "textarea")) c->preformatted = !c->closing;
    if (!c->closing && (tag_is(c, "script") || tag_is(c, "style"))) {
        c->place = HTML_RAW;
        c->raw_matched = 0;
    }
}

static void step_tag_name(struct html_context *c, char byte) {
    if (c->name_length == 0 && byte == '/' && !c->closing) c->closing = true;
    else if (c->name_length == 0 && byte == '!') keep(c->name, &c->name_length, sizeof c->name, '!');
    else if (c->name[0] == '!' && byte == '-' && c->name_length < 3) {
        keep(c->name, &c->name_length, sizeof c->name, '-');
        if (c->name_length == 3) c->place = HTML_COMMENT, c->dashes = 0;
    } else if (is_name(byte)) keep(c->name, &c->name_length, sizeof c->name, byte);
    else if (c->name_length == 0) c->place = HTML_BROKEN;
    else if (is_space(byte)) c->place = HTML_TAG;
    else if (byte == '>') end_tag(c);
    else c->place = byte == '/' ? HTML_TAG : HTML_BROKEN;
}

static void step_tag(struct html_context *c, char byte) {
    if (byte == '>') {
        end_tag(c);
    } else if (is_name(byte)) {
        c->attribute_length = 0;
        keep(c->attribute, &c->attribute_length, sizeof c->attribute, byte);
        c->place = HTML_ATTRIBUTE;
    } else if (!is_space(byte) && byte != '/') {
        c->place = HTML_BROKEN;
    }
}

static void step_attribute(struct html_context *c, char byte) {
    if (is_name(byte)) keep(c->attribute, &c->attribute_length, sizeof c->attribute, byte);
    else if (byte == '=') c->place = HTML_BEFORE_VALUE;
    else if (is_space(byte)) c->place = HTML_TAG;
    else if (byte == '>') end_tag(c);
    else c->place = HTML_BROKEN;
}

static void step_raw(struct html_context *c, char byte) {
    const char *end = tag_is(c, "script") ? "</script" : "</style";
    c->raw_matched = byte == end[c->raw_matched] ? c->raw_matched + 1 : byte == '<';
    if (end[c->raw_matched]) return;
    c->closing = true;
    c->place = HTML_TAG;
}

void html_context_step(struct html_context *c, char byte) {
    switch (c->place) {
    case HTML_TEXT:
        if (byte == '<') {
            c->place = HTML_TAG_NAME;
            c->name_length = 0;
            c->name[0] = 0;
            c->closing = false;
        }
        return;
    case HTML_TAG_NAME: step_tag_name(c, byte); return;
    case HTML_TAG: step_tag(c, byte); return;
    case HTML_ATTRIBUTE: step_attribute(c, byte); return;
    case HTML_BEFORE_VALUE:
        c->place = byte == '"' ? HTML_VALUE : HTML_BROKEN;
        c->value_begun = false;
        return;
    case HTML_VALUE:
        if (byte == '"') c->place = HTML_TAG;
        else c->value_begun = true;
        return;
    case HTML_COMMENT:
        if (byte == '>' && c->dashes >= 2) c->place = HTML_TEXT;
        c->dashes = byte == '-' ? c->dashes + 1 : 0;
        return;
    case HTML_RAW: step_raw(c, byte); return;
    case HTML_BROKEN: return;
    }
}

void html_context_value(struct html_context *c) {
    if (c->place == HTML_VALUE) c->value_begun = true;
}

bool html_attribute_is_url(const struct html_context *c) {
    static const char *const names[] = {"href", "src", "action", "formaction", "poster", "cite", "xlink:href"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcmp(c->attribute, names[i]) == 0) return true;
    return false;
}

bool html_attribute_is_closed(const struct html_context *c) {
    return strncmp(c->attribute, "on", 2) == 0 || strcmp(c->attribute, "style") == 0 || strcmp(c->attribute, "srcset") == 0 ||
           strcmp(c->attribute, "srcdoc") == 0;
}

static bool between_attributes(const struct html_context *c) {
    return c->place == HTML_TAG || c->place == HTML_ATTRIBUTE || (c->place == HTML_TAG_NAME && c->name_length > 0);
}

bool html_context_merge(struct html_context *c, const struct html_context *other) {
    if (c->preformatted != other->preformatted) return false;
    c->value_begun |= other->value_begun;
    bool named = c->place == HTML_VALUE || c->place == HTML_ATTRIBUTE || c->place == HTML_BEFORE_VALUE;
    if (c->place == other->place && (!named || strcmp(c->attribute, other->attribute) == 0)) return true;
    if (!between_attributes(c) || !between_attributes(other)) return false;
    c->place = HTML_TAG; /* from here "=" is a fault: whose value would it be? */
    return true;
}
