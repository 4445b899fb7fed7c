/* render_parts.h: what render.c (pages) and render_question.c (one question) share. */
#ifndef FORM_RENDER_PARTS_H
#define FORM_RENDER_PARTS_H

#include "base/html.h"
#include "form/markdown.h"
#include "form/model.h"

/* Markup that is written here, letter by letter; values go through base/html.h. */
#define markup(out, literal) buf_add((out), STR(literal))

struct form_rendering {
    struct form_session *session;
    const struct form_view *view;
    struct buf *out;
    int level;  /* of the page's heading */
    struct str heading; /* of the page or the part of it that is being written */
    bool alone; /* the only question of its page: its label is the page's heading */
};

/* One question: label, hint, purpose, error, control. */
void form_render_question(struct form_rendering *r, const struct form_body *b, struct form_node *node);
/* Hidden fields of setgeopoint: those of the question `owner` at `at`, or of the first load when `owner` is NULL. */
void form_render_locating(struct form_rendering *r, const struct form_field *owner, struct form_node *at);
/* The answer as people read it: labels of choices, dates in words, a link to an upload. Escaped. */
void form_render_value(struct form_rendering *r, const struct form_node *node);
/* Label of a control as plain words, or its name when it has none. */
struct str form_label_of(struct form_session *s, const struct form_body *b, const struct form_node *at);
struct str form_word(const struct form_rendering *r, struct str sentence);

#endif
