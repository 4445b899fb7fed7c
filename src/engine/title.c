/* title.c: what a case is called: its title as it is kept, and as a page shows it.
 *
 * In: the answers that service.yaml names under case: title:. Out: the title in the form's own language, which is kept
 * with the case; from that, for a page, the same in the language of the page, and with the end of the case's number where
 * titles repeat. Read next: words.c. */
#include "engine/cases.h"

#include "engine/viewer.h"

#include <string.h>

/* ---- as it is kept */

static struct str choice_label(struct decision *d, struct form_session *session, struct form_node *node, struct str value) {
    struct str label = form_value_label(session, node, value);
    return label.n ? arena_str(d->arena, label) : value;
}

/* Titles name what is wanted, one repeat instance after another, in the form's default language. */
struct str case_title(struct decision *d, const struct service *s, struct form_session *session) {
    struct buf out;
    buf_init(&out, d->arena, 400);
    const struct form_answer *answers;
    size_t count = form_answers(session, d->arena, &answers);
    for (size_t i = 0; i < count; i++) {
        bool wanted = false;
        for (size_t k = 0; k < s->means.title_count; k++) wanted |= str_eq(answers[i].path, s->means.title[k]);
        if (!wanted || answers[i].privacy > FORM_OFFICE || utf8_count(buf_str(&out)) > 60) continue;
        if (out.n) buf_add(&out, text_in(LANGUAGE_ZH, T(", ")));
        struct form_node *node = form_find(session, answers[i].path);
        buf_add(&out, node ? choice_label(d, session, node, answers[i].value) : answers[i].value);
    }
    return out.n ? buf_str(&out) : s->name.zh;
}

/* ---- as a page shows it */

/* A choice of the form, an office, else what somebody typed. */
static struct str part_in(struct db *db, struct arena *a, const struct service *s, enum language language, struct str part) {
    struct str word = service_word(s, language, part);
    if (!str_eq(word, part) || !s->means.title_names_offices) return word;
    struct str office = db_text(db, a, "select name_en from organisation where name = ? and name_en <> '' limit 1", DB_TEXT(part));
    return office.n ? office : part;
}

static struct str parts_in(struct db *db, struct arena *a, const struct service *s, enum language language, struct str title) {
    struct str between = text_in(LANGUAGE_ZH, T(", "));
    struct buf out;
    buf_init(&out, a, 4000);
    for (ptrdiff_t at = 0; at >= 0;) {
        at = str_find(title, between);
        if (out.n) buf_add(&out, text_in(language, T(", ")));
        buf_add(&out, part_in(db, a, s, language, at < 0 ? title : str_sub(title, 0, (size_t)at)));
        if (at >= 0) title = str_sub(title, (size_t)at + between.n, title.n);
    }
    return buf_str(&out);
}

static bool is_nameless(const struct service *s, struct str title) {
    return str_eq(title, s->name.zh); /* none of the answers was given */
}

struct str title_in(struct db *db, struct arena *a, const struct service *s, enum language language, struct str title) {
    if (is_nameless(s, title)) return text_pair_in(s->name, language);
    return language == LANGUAGE_ZH ? title : parts_in(db, a, s, language, title);
}

struct str title_apart(struct db *db, struct arena *a, const struct service *s, enum language language, struct str title, struct str reference) {
    enum { TAIL = 4 };
    struct str shown = title_in(db, a, s, language, title);
    if ((!s->means.numbered && !is_nameless(s, title)) || reference.n < TAIL) return shown;
    return text_say(a, language, T("{0} (number ending {1})"), shown, str_sub(reference, reference.n - TAIL, reference.n));
}
