/* small.c: see small.h. Columns are bits of a mask; hiding only ever grows, so the rounds end. */
#include "web/small.h"

#define NO_ROW ((size_t)-1)

struct work {
    const struct small_table *t;
    enum small_said *said;
    unsigned family[SMALL_COLUMNS]; /* the columns that go together with this one, itself among them */
    bool whole[SMALL_COLUMNS];      /* nothing of the column is said */
    size_t total;                   /* row that adds up the others; NO_ROW */
};

static int64_t count_at(const struct small_table *t, size_t row, size_t column) {
    return t->counts[row * t->columns + column];
}

static bool is_small(int64_t n) {
    return n > 0 && n < SMALL_LEAST;
}

/* ---- what adds up */

static bool column_counts(const struct small_table *t, size_t column) {
    bool any = false;
    for (size_t r = 0; r < t->rows; r++) {
        int64_t n = count_at(t, r, column);
        if (n == SMALL_NO_COUNT) return false;
        any |= n != 0;
    }
    return any;
}

static bool adds_up(const struct small_table *t, size_t column, unsigned parts) {
    for (size_t r = 0; r < t->rows; r++) {
        int64_t sum = 0;
        for (size_t c = 0; c < t->columns; c++)
            if (parts >> c & 1) sum += count_at(t, r, c);
        if (sum != count_at(t, r, column)) return false;
    }
    return true;
}

static void join(struct work *w, unsigned members) {
    for (size_t c = 0; c < w->t->columns; c++)
        if (members >> c & 1) members |= w->family[c];
    for (size_t c = 0; c < w->t->columns; c++)
        if (members >> c & 1) w->family[c] = members;
}

static void find_families(struct work *w) {
    unsigned usable = 0;
    for (size_t c = 0; c < w->t->columns; c++) {
        w->family[c] = 1u << c;
        if (column_counts(w->t, c)) usable |= 1u << c;
    }
    for (unsigned parts = 3; parts < 1u << w->t->columns; parts++) {
        if ((parts & usable) != parts || !(parts & (parts - 1))) continue;
        for (size_t c = 0; c < w->t->columns; c++)
            if (usable & ~parts & 1u << c && adds_up(w->t, c, parts)) join(w, parts | 1u << c);
    }
}

static bool is_total(const struct small_table *t, size_t row) {
    bool any = false;
    for (size_t c = 0; c < t->columns; c++) {
        int64_t sum = 0;
        if (count_at(t, row, c) == SMALL_NO_COUNT) continue;
        for (size_t r = 0; r < t->rows; r++)
            if (r != row && count_at(t, r, c) != SMALL_NO_COUNT) sum += count_at(t, r, c);
        if (sum != count_at(t, row, c)) return false;
        any |= sum != 0;
    }
    return any;
}

static size_t find_total(const struct small_table *t) {
    for (size_t r = t->rows; t->rows > 2 && r-- > 0;)
        if (is_total(t, r)) return r;
    return NO_ROW;
}

/* ---- hiding */

static void hide(struct work *w, size_t row, size_t column) {
    for (size_t c = 0; c < w->t->columns; c++)
        if (w->family[column] >> c & 1) w->said[row * w->t->columns + c] = SMALL_UNSAID;
}

static bool is_line(const struct work *w, size_t row, size_t column) {
    return row != w->total && count_at(w->t, row, column) != SMALL_NO_COUNT;
}

static bool is_hidden(const struct work *w, size_t row, size_t column) {
    return w->said[row * w->t->columns + column] != SMALL_SAID;
}

/* Numbers not said, and what a reader who knows their sum can make of it. */
struct hidden {
    int64_t count, sum, small, last;
    bool differ;
};

static void add_hidden(struct hidden *h, int64_t n) {
    h->differ |= h->count && n != h->last;
    h->last = n;
    h->count++;
    h->sum += n;
    h->small += is_small(n);
}

/* Several of 1 to 4 each, with a choice left for all of them and for the reader who knows that this is asked. */
static bool have_a_choice(const struct hidden *h) {
    return h->count > 1 && h->count + 1 < h->sum && h->sum < 4 * h->count;
}

/* Could a reader tell one of the column's small numbers? `total`: the row, if any, that is no line. */
static bool gives_away_beside(const struct work *w, size_t column, size_t total) {
    struct hidden hidden = {0};
    int64_t all = 0;
    for (size_t r = 0; r < w->t->rows; r++) {
        if (r == total || count_at(w->t, r, column) == SMALL_NO_COUNT) continue;
        all += count_at(w->t, r, column);
        if (is_hidden(w, r, column)) add_hidden(&hidden, count_at(w->t, r, column));
    }
    if (!hidden.small) return false;
    /* Rows may change places when all of a row is hidden, and when a larger number or a zero is among the column's. */
    if (w->family[column] != 1u << column) return !hidden.differ;
    if (all < SMALL_LEAST) return hidden.count > 2;
    if (hidden.small < hidden.count) return hidden.count < 2;
    return !have_a_choice(&hidden);
}

/* A row may add up the others by chance, and the reader knows which: both must hold. */
static bool gives_away(const struct work *w, size_t column) {
    return gives_away_beside(w, column, w->total) || (w->total != NO_ROW && gives_away_beside(w, column, NO_ROW));
}

/* The smallest numbers of the column that are still said; false when there are none. */
static bool hide_next(struct work *w, size_t column) {
    int64_t least = INT64_MAX;
    for (size_t r = 0; r < w->t->rows; r++) {
        int64_t n = count_at(w->t, r, column);
        if (is_line(w, r, column) && !is_hidden(w, r, column) && n > 0 && n < least) least = n;
    }
    for (size_t r = 0; r < w->t->rows && least < INT64_MAX; r++)
        if (is_line(w, r, column) && count_at(w->t, r, column) == least) hide(w, r, column);
    return least < INT64_MAX;
}

static void hide_column(struct work *w, size_t column) {
    for (size_t r = 0; r < w->t->rows; r++)
        if (is_line(w, r, column)) hide(w, r, column);
    for (size_t c = 0; c < w->t->columns; c++) w->whole[c] |= (w->family[column] >> c & 1) != 0;
}

static void hide_until_safe(struct work *w) {
    for (bool again = true; again;) {
        again = false;
        for (size_t c = 0; c < w->t->columns; c++) {
            if (w->whole[c] || !gives_away(w, c)) continue;
            if (!hide_next(w, c)) hide_column(w, c);
            again = true;
        }
    }
}

/* "< 5" where that is true of all that the column hides: else it would tell the others' size. */
static void name_few(struct work *w) {
    for (size_t c = 0; c < w->t->columns; c++) {
        bool few = !w->whole[c];
        for (size_t r = 0; r < w->t->rows; r++) few &= !is_hidden(w, r, c) || is_small(count_at(w->t, r, c));
        for (size_t r = 0; r < w->t->rows && few; r++)
            if (is_hidden(w, r, c)) w->said[r * w->t->columns + c] = SMALL_FEW;
    }
}

void small_hide(const struct small_table *t, enum small_said *said) {
    for (size_t i = 0; i < t->rows * t->columns; i++) said[i] = t->columns > SMALL_COLUMNS ? SMALL_UNSAID : SMALL_SAID;
    if (t->columns > SMALL_COLUMNS) return;
    struct work w = {.t = t, .said = said, .total = find_total(t)};
    find_families(&w);
    for (size_t r = 0; r < t->rows; r++)
        for (size_t c = 0; c < t->columns; c++)
            if (is_small(count_at(t, r, c))) hide(&w, r, c);
    hide_until_safe(&w);
    name_few(&w);
}

enum small_said small_one(int64_t count) {
    return is_small(count) ? SMALL_FEW : SMALL_SAID;
}

bool small_sum_said(const int64_t *counts, size_t count) {
    struct hidden hidden = {0};
    for (size_t i = 0; i < count; i++)
        if (is_small(counts[i])) add_hidden(&hidden, counts[i]);
    return !hidden.count || have_a_choice(&hidden);
}
