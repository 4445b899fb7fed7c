/* xlsform_places.c: what form_load() finds in the XForm of a workbook, said in the words of the workbook: its sheet, row
 * and column instead of a line of XML that its author has never seen (xlsform.h).
 *
 * An expression that is not written well has been met before, as the warning of xlsform_expressions.c: that one becomes
 * the error. Anything else names something which stands in some cell: a file, a question. */
#include "form/xlsform.h"

static bool same_sentence(const struct fault *a, const struct fault *b) {
    bool same = a->sentence_count == b->sentence_count;
    for (size_t i = 0; same && i < a->sentence_count; i++) same = str_eq(a->sentence[i], b->sentence[i]);
    return same;
}

/* The warning at a cell that says the same; one that has become an error already when the fault came from several places. */
static struct fault *said_before(struct fault *from, const struct fault *until, const struct fault *fault) {
    struct fault *found = NULL;
    for (struct fault *f = from; f < until; f++) {
        if (!f->place.sheet || !same_sentence(f, fault)) continue;
        if (f->level == FAULT_WARNING) return f;
        found = f;
    }
    return found;
}

/* "jr://file-csv/schools.csv" and "/data/who/name" are told apart from others by their last part. */
static struct str last_part(struct str text) {
    size_t slash = text.n;
    while (slash > 0 && text.p[slash - 1] != '/') slash--;
    return str_sub(text, slash, text.n);
}

static bool find_cell(const struct workbook *w, struct str text, bool whole, struct place *place) {
    for (size_t i = 0; text.n && i < w->count; i++) {
        const struct sheet *s = &w->sheets[i];
        for (size_t r = 0; r < s->count; r++) {
            const struct sheet_row *row = &s->rows[r];
            for (size_t c = 0; c < row->count; c++) {
                struct str cell = row->cells[c].text;
                if (whole ? !str_eq(cell, text) : str_find(cell, text) < 0) continue;
                *place = (struct place){.file = w->file, .line = row->number, .column = row->cells[c].column, .element = s->name, .sheet = true};
                return true;
            }
        }
    }
    return false;
}

/* pulldata() names a file without its ending. Where nothing is found, the workbook alone is better than a wrong place. */
static void find_place(struct arena *a, const struct workbook *w, struct fault *fault) {
    struct str named = fault->sentence_count > 1 ? last_part(fault->sentence[1]) : STR("");
    ptrdiff_t dot = str_find_byte(named, '.');
    struct place place = {.file = w->file};
    if (!find_cell(w, named, true, &place) && !find_cell(w, named, false, &place) && dot > 0) find_cell(w, str_sub(named, 0, (size_t)dot), false, &place);
    place.file = arena_str(a, place.file); /* the workbook may go before its faults */
    place.element = arena_str(a, place.element);
    fault->place = place;
}

void xlsform_place_faults(const struct workbook *w, struct faults *faults, size_t first, size_t loaded) {
    size_t kept = loaded;
    for (size_t i = loaded; i < faults->count; i++) {
        struct fault *fault = &faults->items[i], *before = said_before(faults->items + first, faults->items + loaded, fault);
        if (before) {
            if (fault->level == FAULT_ERROR && before->level == FAULT_ERROR) faults->errors--; /* two were one */
            if (fault->level == FAULT_ERROR) before->level = FAULT_ERROR;
            continue;
        }
        find_place(faults->arena, w, fault);
        faults->items[kept++] = *fault;
    }
    faults->count = kept;
    faults_sort(faults, first);
}
