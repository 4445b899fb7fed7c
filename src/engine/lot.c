/* lot.c: lingban:lot.draw: a draw that anybody can check with a pencil and `sha256sum`.
 *
 * In: seed, a text that was published before the draw; pool, a list of texts (or one text with commas); lots, how many to
 * draw (1 when not given); each, how many a lot gets of every group. The group of "party-charter/2023-0007" is
 * what stands before the slash; without a slash all are one group.
 *
 * The rule: SHA-256 of seed, a line feed, and the entry, as small hexadecimal digits; the pool sorted by that; going down
 * the list, the first `each` of a group go to lot 1, the next `each` to lot 2 …; the rest stays undrawn. No entry twice.
 * To check: printf '%s\n%s' "$seed" "$entry" | sha256sum
 *
 * Out: {drawn: [{lot, entry, hash} …]}, by lot and then by hash; the seed and the draw are noted in the case's history. */
#include "engine/cases.h"

#include "base/crypto.h"

#include <stdlib.h>

enum { MOST_ENTRIES = 5000, MOST_LOTS = 100 };

struct ticket {
    struct str entry, group, hash;
    int64_t lot; /* 0: not drawn */
};

static int by_hash(const void *a, const void *b) {
    const struct ticket *x = a, *y = b;
    int order = str_cmp(x->hash, y->hash);
    return order ? order : str_cmp(x->entry, y->entry);
}

static int by_lot(const void *a, const void *b) {
    const struct ticket *x = a, *y = b;
    return x->lot < y->lot ? -1 : x->lot > y->lot ? 1 : by_hash(a, b);
}

static bool add(struct decision *d, struct ticket *tickets, size_t *count, struct str seed, struct str entry) {
    entry = str_trim(entry);
    if (!entry.n) return true;
    if (*count == MOST_ENTRIES) return refuse(d, 422, "lot.too-many", T("A draw takes at most 5,000 entries."));
    const struct str pieces[] = {seed, STR("\n"), entry};
    struct hash h = sha256_pieces(pieces, 3);
    ptrdiff_t slash = str_find_byte(entry, '/');
    tickets[(*count)++] = (struct ticket){.entry = entry, .group = slash > 0 ? str_sub(entry, 0, (size_t)slash) : STR(""),
                                          .hash = hex_encode(d->arena, HASH_STR(h))};
    return true;
}

static bool read_pool(struct decision *d, const struct bpmn_job *job, struct str seed, struct ticket *tickets, size_t *count) {
    const struct feel_value *pool = feel_member(job->inputs, STR("pool"));
    if (pool && pool->kind == FEEL_LIST) {
        for (size_t i = 0; i < pool->list->count; i++)
            if (!add(d, tickets, count, seed, feel_text(d->arena, pool->list->items[i]))) return false;
        return true;
    }
    for (struct str rest = service_task_input(d, job, "pool"), entry; str_split(&rest, ',', &entry);)
        if (!add(d, tickets, count, seed, entry)) return false;
    return true;
}

static int64_t number(struct decision *d, const struct bpmn_job *job, const char *name, int64_t otherwise) {
    int64_t n;
    return str_to_int64(service_task_input(d, job, name), &n) ? n : otherwise;
}

/* How many of the group were drawn is counted in a map from group to number + 1. */
static size_t deal(struct decision *d, struct ticket *tickets, size_t count, int64_t lots, int64_t each) {
    struct map drawn;
    size_t n = 0;
    map_init(&drawn, d->arena);
    for (size_t i = 0; i < count; i++) {
        intptr_t before = (intptr_t)map_get(&drawn, tickets[i].group);
        if (before >= lots * each) continue;
        tickets[i].lot = before / each + 1;
        map_put(&drawn, tickets[i].group, (void *)(before + 1));
        n++;
    }
    return n;
}

static struct feel_value as_value(struct decision *d, const struct ticket *t) {
    struct feel_value v = feel_context(d->arena, 3);
    feel_context_put(d->arena, v, STR("lot"), feel_integer(t->lot));
    feel_context_put(d->arena, v, STR("entry"), feel_string(t->entry));
    feel_context_put(d->arena, v, STR("hash"), feel_string(t->hash));
    return v;
}

bool service_task_draw_lots(struct decision *d, struct case_row *c, const struct bpmn_job *job, struct feel_value *out) {
    struct str seed = service_task_input(d, job, "seed");
    int64_t lots = number(d, job, "lots", 1), each = number(d, job, "each", 1);
    struct ticket *tickets = arena_array(d->arena, struct ticket, MOST_ENTRIES);
    size_t count = 0;
    if (!seed.n) return refuse(d, 422, "lot.no-seed", T("A draw needs a seed that was published before."));
    if (lots < 1 || lots > MOST_LOTS || each < 1 || each > MOST_ENTRIES)
        return refuse(d, 422, "lot.numbers", T("A draw makes 1 to 100 lots of 1 to 5,000 entries a group."));
    if (!read_pool(d, job, seed, tickets, &count)) return false;
    if (!count) return refuse(d, 422, "lot.empty", T("There is nothing to draw from."));
    qsort(tickets, count, sizeof *tickets, by_hash);
    size_t drawn = deal(d, tickets, count, lots, each), n = 0;
    qsort(tickets, count, sizeof *tickets, by_lot);
    struct feel_value list = feel_list(d->arena, drawn);
    for (size_t i = 0; i < count; i++)
        if (tickets[i].lot) list.list->items[n++] = as_value(d, &tickets[i]);
    *out = feel_context(d->arena, 2);
    feel_context_put(d->arena, *out, STR("drawn"), list);
    struct feel_value noted = feel_context(d->arena, 3);
    feel_context_put(d->arena, noted, STR("seed"), feel_string(seed));
    feel_context_put(d->arena, noted, STR("drawn"), list);
    struct buf text;
    struct json_out j;
    buf_init(&text, d->arena, 1 << 20);
    json_begin(&j, &text);
    feel_put_json(&j, noted);
    history_note(d, c, "figure:draw", bpmn_element_id(c->of_service->process, job->element), 0, STR_NONE, buf_str(&text));
    return true;
}
