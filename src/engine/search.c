/* search.c: finding a person's cases when somebody phones: by number or its last digits, exact telephone, pieces of a
 * name, or words of what it is about.
 *
 * Names are found through local_search, rows of one- and two-character pieces, of Latin words and of pinyin: a full-text
 * index would keep what was deleted. The index is local: no event writes it, and an upgrade carries it over. */
#include "engine/lists.h"

#include "base/ids.h"
#include "base/nfc.h"
#include "base/pinyin.h"
#include "engine/engine_internal.h"

static void add_piece(struct db *db, struct str piece, int64_t party) {
    if (piece.n) db_run(db, "insert or ignore into local_search (piece, party) values (?, ?)", DB_TEXT(piece), DB_INT(party));
}

static bool is_latin(struct str piece) {
    for (size_t i = 0; i < piece.n; i++)
        if ((unsigned char)piece.p[i] >= 0x80) return false;
    return true;
}

/* Without blanks, Latin letters small. */
static struct str folded(struct arena *a, struct str words) {
    char *lower = arena_alloc(a, words.n + 1);
    size_t n = 0;
    for (size_t i = 0; i < words.n; i++)
        if (words.p[i] != ' ') lower[n++] = words.p[i] >= 'A' && words.p[i] <= 'Z' ? (char)(words.p[i] + 32) : words.p[i];
    return (struct str){lower, n};
}

/* Each character and each two neighbours; of Latin letters whole words instead. */
static void add_pieces_of(struct db *db, struct arena *a, struct str name, int64_t party) {
    uint32_t c;
    size_t at = 0, before = 0, previous = 0;
    for (size_t i = 0; before = at, utf8_next(name, &at, &c);) {
        struct str one = str_sub(name, before, at), two = str_sub(name, previous, at);
        if (!is_latin(one)) add_piece(db, one, party);
        if (i++ && !is_latin(two)) add_piece(db, two, party);
        previous = before;
    }
    for (struct str word, rest = name; str_split(&rest, ' ', &word);)
        if (is_latin(word)) add_piece(db, folded(a, word), party);
}

void search_index_party(struct db *db, struct arena *a, int64_t party) {
    db_run(db, "delete from local_search where party = ?", DB_INT(party));
    struct str name = db_text(db, a, "select name from party where id = ?", DB_INT(party));
    if (!name.n || utf8_count(name) > 40) return;
    add_pieces_of(db, a, name, party);
    struct str readings[PINYIN_READINGS_MOST];
    size_t count = pinyin_readings(a, name, readings);
    for (size_t i = 0; i < count; i++) add_piece(db, readings[i], party);
}

/* The piece to look for: the first two characters from where the words are no Latin letters on (José: é). */
static struct str first_piece(struct str words) {
    uint32_t c;
    size_t from = 0, at, count = 0;
    while ((unsigned char)words.p[from] < 0x80) from++;
    for (at = from; count < 2 && utf8_next(words, &at, &c);) count++;
    return str_sub(words, from, at);
}

/* Where the pieces end that letters find: two letters are initials (or Li, Xu) and meant as they stand; from three on they
 * may be the beginning of a name ("sun" of sunguilan). A blank comes before, a brace behind all letters. */
static struct str end_of_letters(struct arena *a, struct str letters) {
    return arena_concat(a, letters, letters.n < 3 ? STR(" ") : STR("{"));
}

enum { MOST = 30, ENDING_LEAST = 4 };

struct search {
    struct engine *engine;
    struct db *db;
    const struct viewer *viewer;
    int64_t found[MOST];
    size_t count;
};

static void take(struct search *s, struct query q) {
    while (s->count < MOST && query_next(&q)) {
        int64_t id = query_int(&q, 0);
        bool twice = false;
        for (size_t i = 0; i < s->count; i++) twice |= s->found[i] == id;
        if (!twice && viewer_relation(s->engine, s->db, s->viewer, id) >= RELATION_HANDLER) s->found[s->count++] = id;
    }
    query_done(&q);
}

/* The digits of a text in which nothing but blanks and dashes stands between them; else empty. */
static struct str digits_only(struct arena *a, struct str text) {
    char *digits = arena_alloc(a, text.n + 1);
    size_t n = 0;
    for (size_t i = 0; i < text.n; i++) {
        if (text.p[i] >= '0' && text.p[i] <= '9') digits[n++] = text.p[i];
        else if (text.p[i] != ' ' && text.p[i] != '-') return STR("");
    }
    return (struct str){digits, n};
}

/* A telephone number as it is kept, else the last digits of a reference, as people read them out. cases_ending finds
 * them: of a million cases about a hundred end in the same four digits. */
static void by_digits(struct search *s, struct str typed, struct str digits) {
    take(s, db_query(s->db, "select c.id from party p join cases c on c.applicant = p.id where p.phone in (?1, ?2) order by c.id desc limit 30", DB_TEXT(typed), DB_TEXT(digits)));
    if (digits.n < ENDING_LEAST || digits.n >= REFERENCE_DIGITS) return;
    take(s, db_query(s->db, "select id from cases where substr(reference, -4) = ?1 and substr(reference, -length(?2)) = ?2 order by id desc limit 200",
                     DB_TEXT(str_sub(digits, digits.n - ENDING_LEAST, digits.n)), DB_TEXT(digits)));
}

static void by_name(struct search *s, struct arena *a, struct str wanted) {
    if (is_latin(wanted))
        take(s, db_query(s->db,
                         "select c.id from local_search s join cases c on c.applicant = s.party or c.household = s.party"
                         " where s.piece >= ?1 and s.piece < ?2 order by c.id desc limit 200",
                         DB_TEXT(folded(a, wanted)), DB_TEXT(end_of_letters(a, folded(a, wanted)))));
    else
        take(s, db_query(s->db,
                         "select c.id from local_search s join party p on p.id = s.party join cases c on c.applicant = p.id or c.household = p.id"
                         " where s.piece = ?1 and instr(p.name, ?2) > 0 order by c.id desc limit 200",
                         DB_TEXT(first_piece(wanted)), DB_TEXT(wanted)));
}

/* What a case is about, in the titles of the newest cases: whoever phones about one that is a thing of today. Titles have no
 * index (one would cost every new case more than this look costs), so the look ends after so many. */
static void by_title(struct search *s, struct str wanted) {
    if (utf8_count(wanted) < 2) return;
    take(s, db_query(s->db,
                     "select id from (select id, title from cases order by id desc limit 4000) where instr(lower(title), lower(?)) > 0 order by id desc limit 200",
                     DB_TEXT(wanted)));
}

size_t list_search(struct engine *e, struct db *db, struct arena *a, const struct viewer *v, struct str words, struct case_line **out) {
    struct str wanted = str_trim(fold_full_width(a, nfc(a, words))), digits = digits_only(a, wanted);
    struct search s = {.engine = e, .db = db, .viewer = v};
    struct reference reference;
    if (!wanted.n || !v->account) return 0;
    if (reference_parse(wanted, &reference) == REFERENCE_GOOD) take(&s, db_query(db, "select id from cases where reference = ?", DB_TEXT(str_from(reference.digits))));
    else if (digits.n) by_digits(&s, wanted, digits);
    else by_name(&s, a, wanted);
    if (!digits.n) by_title(&s, wanted);
    *out = arena_array(a, struct case_line, s.count);
    for (size_t i = 0; i < s.count; i++) (*out)[i] = case_line_of(e, db, a, v, s.found[i], true);
    return s.count;
}
