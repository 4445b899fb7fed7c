/* render.h: a filling as pages of HTML, and posted fields back into it.
 *
 * Groups are pages, one screenful at a time; everything works without JavaScript: the server decides which
 * questions show. Markup follows govuk-frontend (class names govuk-*), nothing inline. The caller (the web room)
 * puts the fragment into its layout inside a <form method="post" enctype="multipart/form-data"> of its own, with its
 * own hidden fields.
 *
 * Names on the wire are the reference without the root element, with each repeat instance's lasting key instead of
 * its position: person[3]/name. A page that was rendered before an instance was removed therefore still means the
 * same places. Every question that was shown posts at least one field, so that an emptied one is noticed. Buttons:
 * `_go` (next, back, check, send, stay, or a page id), `_add` (a repeat), `_remove` (an instance), `_clear` (an upload to
 * drop). Hidden: `_page`, `_note` (a question that is only shown), `_none` (one that has no choices yet), and fields that the
 * script fills with where the device is (setgeopoint). The value of an upload is what the caller stored the file under; an empty one leaves the answer as it is.
 */
#ifndef FORM_RENDER_H
#define FORM_RENDER_H

#include "form/form.h"

struct form_body;

/* A page: a group or repeat of up to ten questions, or a run of up to six. A larger group is cut into such pages,
 * unless its appearance says field-list. */
struct form_page {
    struct str id;    /* stable: the path of what it opens with, without the root: "who", "items" */
    struct str title; /* of the group; empty for a run of questions that stand alone */
    const struct form_body *first; /* the first control; a run goes on for `count` siblings */
    size_t count;
    bool open; /* behind it stands a page that does not show now, and may once more is answered: the count is not settled */
};

/* The pages that have something relevant to show now, in order; lives in `arena`. */
size_t form_pages(struct form_session *session, struct arena *arena, const struct form_page **out);
/* Index of the page with that id (empty: the first), or of the one that follows where it would stand. */
size_t form_page_index(const struct form_page *pages, size_t count, struct str id);

/* "Page 2 of 5", or "Page 2" while the count is not settled. */
struct str form_say_progress(struct arena *arena, enum language language, const struct form_page *pages, size_t count, size_t index);

struct form_view {
    enum language language; /* of our own words; the form's words come in the session's language */
    bool show_errors;       /* the page was posted and has faults: summary on top, message at each question */
    bool show_purpose;      /* say why a question is asked */
    int heading_level;      /* of the page's own heading: 1 (also when left 0), or 2 below a heading of the layout */
    bool show_progress;     /* "Page 2 of 5" above the heading, when the layout does not say it */
    struct str page_address; /* address for links to pages: "?page=" + id is appended as it stands, and "&back=check" on the way from the answers to check */
    /* Address of a stored upload for its value, for thumbnails and names; may be NULL. */
    struct str (*upload_address)(void *context, struct str value);
    /* Address of a picture, sound or film of the form, for "jr://images/map.png"; empty when there is none. May be NULL. */
    struct str (*media_address)(void *context, struct str uri);
    void *context;
};

/* The questions of one page with its buttons. */
void form_render_page(struct form_session *session, const struct form_page *pages, size_t count, size_t index,
                      const struct form_view *view, struct buf *out);
/* All pages on one screen with a single button, for those who write down what somebody says: nothing is checked until
 * it is sent. `_page` is "all". */
void form_render_all(struct form_session *session, const struct form_page *pages, size_t count,
                     const struct form_view *view, struct buf *out);
/* The check-your-answers page: every relevant answer with a change link, faults on top. */
void form_render_check(struct form_session *session, const struct form_page *pages, size_t count,
                       const struct form_view *view, struct buf *out);
/* Only the answers, as a summary list without links (for case pages and papers). `most` leaves out classes above. */
void form_render_answers(struct form_session *session, enum form_privacy most, const struct form_view *view,
                         struct buf *out);
/* Number of nodes on the page that are not valid. */
size_t form_page_violations(struct form_session *session, const struct form_page *page);

/* One posted field; the value of an uploaded file is what the caller stored it under. */
struct form_pair {
    struct str name, value;
};

struct form_limits {
    size_t pairs, value_bytes; /* further pairs are ignored, longer values refused */
};
extern const struct form_limits form_default_limits; /* 2,000 pairs, 20,000 bytes a value */

enum form_act { FORM_ACT_NONE, FORM_ACT_NEXT, FORM_ACT_BACK, FORM_ACT_CHECK, FORM_ACT_SEND, FORM_ACT_GO, FORM_ACT_STAY };

struct form_posted {
    enum form_act act;    /* FORM_ACT_STAY: something was added, removed or revealed: show the page again */
    struct str page;      /* FORM_ACT_GO: where to; else the page that was posted, empty when it did not say */
    bool revealed;        /* an answer made further questions of that page relevant: show them before going on */
    struct str added;     /* id in the page of the instance that was added: "#" + added brings it into view */
    size_t unknown, refused; /* pairs that named no place; values past a limit or for a node that takes none */
};

/* Puts posted fields into the session, adds and removes instances as the buttons say. Unknown names are counted and
 * skipped (names that begin with "_" and are not ours belong to the caller). */
struct form_posted form_post(struct form_session *session, const struct form_pair *pairs, size_t count,
                             const struct form_limits *limits);

struct str form_wire_name(struct arena *arena, const struct form_node *node);
struct form_node *form_find_wire(struct form_session *session, struct str name);

#endif
