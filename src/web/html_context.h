/* html_context.h: where in an HTML document one stands, byte after byte, for the template compiler. Pure. */
#ifndef WEB_HTML_CONTEXT_H
#define WEB_HTML_CONTEXT_H

#include "base/str.h"

enum html_place {
    HTML_TEXT,
    HTML_TAG_NAME,     /* after "<", while letters come */
    HTML_TAG,          /* between attributes */
    HTML_ATTRIBUTE,    /* in an attribute's name */
    HTML_BEFORE_VALUE, /* after "=" */
    HTML_VALUE,        /* inside double quotes */
    HTML_COMMENT,
    HTML_RAW,          /* inside script or style */
    HTML_BROKEN        /* single quotes, values without quotes, "<" where none may be */
};

struct html_context {
    enum html_place place;
    char name[24];      /* of the tag, lower case, cut short */
    size_t name_length;
    char attribute[24];
    size_t attribute_length;
    bool closing;       /* "</…" */
    bool preformatted;  /* inside pre or textarea: white space counts */
    bool value_begun;   /* something of the attribute's value has been written */
    int dashes;         /* seen at the end of a comment, or of "<!--" */
    size_t raw_matched; /* of "</script" */
};

void html_context_step(struct html_context *c, char byte);
/* A value is written here: the next literal byte is not the first of an attribute's value. */
void html_context_value(struct html_context *c);
/* Is the attribute one whose value is an address? One that may hold no value at all (style, on…, srcset)? */
bool html_attribute_is_url(const struct html_context *c);
bool html_attribute_is_closed(const struct html_context *c);
/* Two ways through an {{#if}} meet again: makes `c` what holds for both, false when nothing does. */
bool html_context_merge(struct html_context *c, const struct html_context *other);

#endif
