/* words.c: what a service says in Chinese, in the language of the page.
 *
 * In: i18n/en.po of the folder, the translations that its forms bring, and the Chinese as it was stored. Out: the English, or
 * the Chinese where there is none. What people typed is nobody's word here and stays as they wrote it
 * (docs/decisions.md). Names of steps, choices and ends are looked up as they are; what rules and messages say may
 * hold numbers and names, and is held against the entries with {0} in them. */
#include "engine/service.h"

#include <string.h>

/* ---- reading */

/* The plain part of .po: msgid "…" and msgstr "…", one line each. */
static bool po_text(struct arena *a, struct str line, struct str key, struct str *out) {
    if (!str_starts(line, key)) return false;
    struct str s = str_trim(str_sub(line, key.n, line.n));
    if (s.n < 2 || s.p[0] != '"' || s.p[s.n - 1] != '"') return false;
    struct buf text;
    buf_init(&text, a, s.n + 1);
    for (size_t i = 1; i + 1 < s.n; i++) {
        if (s.p[i] == '\\' && i + 2 < s.n) i++;
        buf_byte(&text, s.p[i]);
    }
    *out = text.p ? buf_str(&text) : STR("");
    return true;
}

struct reading {
    struct arena *arena;
    struct service *s;
};

static void keep(struct reading *r, struct str zh, struct str en) {
    struct str *word = arena_new(r->arena, struct str);
    *word = en;
    map_put(&r->s->words, zh, word);
}

static void keep_label(void *arg, struct str zh, struct str en) {
    struct reading *r = arg;
    if (!map_has(&r->s->words, zh)) keep(r, zh, en);
}

/* Where the next {0} … {9} stands; -1: nowhere. */
static ptrdiff_t slot_in(struct str text) {
    for (size_t i = 0; i + 2 < text.n; i++)
        if (text.p[i] == '{' && text.p[i + 1] >= '0' && text.p[i + 1] <= '9' && text.p[i + 2] == '}') return (ptrdiff_t)i;
    return -1;
}

void service_words_load(struct arena *a, struct service *s) {
    struct reading r = {a, s};
    const struct service_file *f = service_file_named(s, STR("i18n/en.po"));
    size_t capacity = 0;
    map_init(&s->words, a);
    struct str key = STR_NONE;
    for (struct str line, rest = f ? f->content : STR_NONE; str_split(&rest, '\n', &line);) {
        struct str text;
        if (po_text(a, line, STR("msgid "), &text)) key = text;
        if (!po_text(a, line, STR("msgstr "), &text) || !key.n || !text.n) continue;
        keep(&r, key, text);
        if (slot_in(key) >= 0) VEC_PUSH(a, s->phrases, s->phrase_count, capacity, ((struct text_pair){key, text}));
    }
    if (s->name.en.n) keep_label(&r, s->name.zh, s->name.en); /* mostly what the process is called, too */
    for (size_t i = 0; i < s->form_count; i++) {
        const struct form *form = s->forms[i].form;
        form_each_word(form, a, form_language_for(form, LANGUAGE_ZH), form_language_for(form, LANGUAGE_EN), keep_label, &r);
    }
}

/* ---- saying */

struct str service_word(const struct service *s, enum language language, struct str zh) {
    if (language == LANGUAGE_ZH || !s) return zh;
    const struct str *en = map_get(&s->words, zh);
    return en ? *en : zh;
}

enum { SLOTS = 5, DEEPEST = 5, LONGEST = 16 << 10 /* bytes; longer ones are no sentence of a rule */ };

/* What stands between parts: lines, then what rules join, then sentences. */
struct mark {
    const char *zh, *en;
    bool kept; /* it belongs to the part before it */
};

static const struct mark marks[] = {{"\n", "\n", false}, {"；", "; ", false}, {"。", " ", true}};
enum { MARKS = sizeof marks / sizeof *marks };

/* Does the text read as the phrase does, with something in the place of each {n}? The shortest something that will do. */
static bool reads_as(struct str phrase, struct str text, struct str values[SLOTS]) {
    ptrdiff_t at = slot_in(phrase);
    struct str before = at < 0 ? phrase : str_sub(phrase, 0, (size_t)at);
    if (!str_starts(text, before)) return false;
    while (at >= 0) {
        size_t slot = (size_t)(phrase.p[at + 1] - '0');
        text = str_sub(text, before.n, text.n);
        phrase = str_sub(phrase, (size_t)at + 3, phrase.n);
        at = slot_in(phrase);
        before = at < 0 ? phrase : str_sub(phrase, 0, (size_t)at);
        bool last = at < 0;
        if (last && !str_ends(text, before)) return false;
        ptrdiff_t ends = last ? (ptrdiff_t)(text.n - before.n) : str_find(text, before);
        if (ends <= 0 || slot >= SLOTS) return false;
        values[slot] = str_sub(text, 0, (size_t)ends);
        bool goes_on = last && !before.n; /* what stands at the end may have parts of its own */
        for (size_t i = 0; i < MARKS; i++)
            if ((i == 0 || !goes_on) && str_find(values[slot], str_from(marks[i].zh)) >= 0) return false;
        text = str_sub(text, (size_t)ends, text.n);
    }
    return text.n == before.n;
}

static bool say(struct arena *a, const struct service *s, struct str zh, int depth, struct str *out);

static bool say_phrase(struct arena *a, const struct service *s, struct str zh, int depth, struct str *out) {
    for (size_t i = 0; i < s->phrase_count; i++) {
        struct str values[1 + SLOTS] = {s->phrases[i].en};
        for (size_t k = 1; k <= SLOTS; k++) values[k] = STR("");
        if (!reads_as(s->phrases[i].zh, zh, values + 1)) continue;
        for (size_t k = 1; k <= SLOTS; k++) say(a, s, values[k], depth + 1, &values[k]);
        *out = text_format(a, LANGUAGE_EN, values, 1 + SLOTS);
        return true;
    }
    return false;
}

/* Cuts the part before the next mark off. */
static struct str cut(struct str *rest, const struct mark *m) {
    size_t n = strlen(m->zh);
    ptrdiff_t at = str_find(*rest, str_from(m->zh));
    size_t end = at < 0 ? rest->n : (size_t)at + (m->kept ? n : 0);
    struct str part = str_sub(*rest, 0, end);
    *rest = str_sub(*rest, at < 0 || m->kept ? end : end + n, rest->n);
    return part;
}

/* Names in a row, "坝顶裂缝、涵管漏水": only when all of them are known, else it is what somebody typed. */
static bool say_row(struct arena *a, const struct service *s, struct str zh, struct str *out) {
    static const char comma[] = "、";
    struct buf row;
    buf_init(&row, a, 64 << 10);
    for (ptrdiff_t at = 0; at >= 0;) {
        at = str_find(zh, str_from(comma));
        const struct str *word = map_get(&s->words, at < 0 ? zh : str_sub(zh, 0, (size_t)at));
        if (!word) return false;
        buf_addz(&row, row.n ? ", " : "");
        buf_add(&row, *word);
        if (at >= 0) zh = str_sub(zh, (size_t)at + strlen(comma), zh.n);
    }
    *out = buf_str(&row);
    return true;
}

/* A sentence with its stop, else without: the words may have it either way. */
static bool say_part(struct arena *a, const struct service *s, struct str part, int depth, struct str *out) {
    static const char stop[] = "。";
    if (say(a, s, part, depth, out)) return true;
    if (!str_ends(part, str_from(stop)) || !say(a, s, str_sub(part, 0, part.n - strlen(stop)), depth, out)) return false;
    *out = arena_printf(a, "%.*s.", STR_ARGS(*out));
    return true;
}

static bool say_parts(struct arena *a, const struct service *s, struct str zh, int depth, struct str *out) {
    struct buf all;
    bool any = false;
    size_t i = 0;
    struct str rest = zh;
    while (i < MARKS && cut(&rest, &marks[i]).n == zh.n) rest = zh, i++;
    if (i == MARKS) return false;
    buf_init(&all, a, 64 << 10);
    for (rest = zh; rest.n;) {
        struct str part = cut(&rest, &marks[i]), said = str_trim(part);
        bool known = say_part(a, s, said, depth + 1, &said);
        any |= known;
        buf_add(&all, known ? said : part);
        if (rest.n) buf_addz(&all, marks[i].en);
    }
    if (any && !all.full) *out = buf_str(&all);
    return any && !all.full;
}

/* The whole, else as a phrase with values in it, else part by part. False: nothing of it is known, and *out is as it was. */
static bool say(struct arena *a, const struct service *s, struct str zh, int depth, struct str *out) {
    const struct str *word = map_get(&s->words, zh);
    if (word) *out = *word;
    if (word || depth > DEEPEST) return word != NULL;
    return say_phrase(a, s, zh, depth, out) || say_row(a, s, zh, out) || say_parts(a, s, zh, depth, out);
}

struct str service_words(struct arena *a, const struct service *s, enum language language, struct str zh) {
    struct str out = zh;
    if (language != LANGUAGE_ZH && s && zh.n <= LONGEST) say_part(a, s, zh, 0, &out);
    return out;
}
