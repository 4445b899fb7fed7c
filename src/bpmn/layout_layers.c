/* layout_layers.c: which column and which row (after Sugiyama, Tagawa, Toda 1981).
 *
 * 1. a depth-first walk finds the arcs that close cycles; 2. the longest path gives the column; 3. long arcs
 * get stations; 4. sweeps by the mean of the neighbours order each column; 5. rows: each item wishes to stand
 * at the mean of its neighbours, and the nearest rows that keep order and distance are found by pooling
 * adjacent violators (isotonic regression), which is exact and linear.
 */
#include "bpmn/layout_local.h"

#include "base/svg.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { SWEEPS = 8, STATIONS = 20000, TIGHT = 12, NEARLY = 16, LABEL_MOST = 84 };

/* Arcs of each item, as offsets into one array. */
struct adjacency {
    size_t *start; /* count + 1 */
    int *arcs;
};

static struct adjacency adjacency_of(struct level *l, bool outgoing) {
    struct adjacency a = {arena_array(l->arena, size_t, l->count + 1),
                          arena_array(l->arena, int, l->arc_count + 1)};
    for (size_t i = 0; i < l->arc_count; i++) a.start[(outgoing ? l->arcs[i].from : l->arcs[i].to) + 1]++;
    for (size_t i = 0; i < l->count; i++) a.start[i + 1] += a.start[i];
    size_t *at = arena_array(l->arena, size_t, l->count + 1);
    memcpy(at, a.start, (l->count + 1) * sizeof *at);
    for (size_t i = 0; i < l->arc_count; i++)
        a.arcs[at[outgoing ? l->arcs[i].from : l->arcs[i].to]++] = (int)i;
    return a;
}

/* Depth first without recursion; an arc to an item still on the stack closes a cycle. */
static void walk_from(struct level *l, const struct adjacency *out, int root, char *state, size_t *next,
                      int *stack, int *order, size_t *ordered) {
    size_t depth = 0;
    stack[depth++] = root;
    state[root] = 1;
    while (depth) {
        int item = stack[depth - 1];
        if (out->start[item] + next[item] == out->start[item + 1]) {
            state[item] = 2;
            order[(*ordered)++] = item;
            depth--;
            continue;
        }
        struct arc *arc = &l->arcs[out->arcs[out->start[item] + next[item]++]];
        if (state[arc->to] == 1) arc->back = true;
        if (state[arc->to] != 0) continue;
        state[arc->to] = 1;
        stack[depth++] = arc->to;
    }
}

/* Items in an order in which every arc that is not `back` runs forwards. */
static int *find_cycles(struct level *l, const struct adjacency *out, const struct adjacency *in) {
    char *state = arena_alloc(l->arena, l->count + 1);
    size_t *next = arena_array(l->arena, size_t, l->count + 1), ordered = 0;
    int *stack = arena_array(l->arena, int, l->count + 1), *order = arena_array(l->arena, int, l->count + 1);
    for (int pass = 0; pass < 2; pass++) {
        for (size_t i = 0; i < l->count; i++) {
            bool first = in->start[i] == in->start[i + 1];
            if (!state[i] && (first || pass)) walk_from(l, out, (int)i, state, next, stack, order, &ordered);
        }
    }
    for (size_t i = 0; i < ordered / 2; i++) {
        int swap = order[i];
        order[i] = order[ordered - 1 - i];
        order[ordered - 1 - i] = swap;
    }
    return order;
}

static void assign_layers(struct level *l) {
    struct adjacency out = adjacency_of(l, true), in = adjacency_of(l, false);
    int *order = find_cycles(l, &out, &in);
    for (size_t i = 0; i < l->count; i++) {
        int item = order[i];
        for (size_t k = out.start[item]; k < out.start[item + 1]; k++) {
            const struct arc *arc = &l->arcs[out.arcs[k]];
            int wanted = l->items[item].layer + 1;
            if (!arc->back && l->items[arc->to].layer < wanted) l->items[arc->to].layer = wanted;
        }
    }
    for (size_t i = 0; i < l->count; i++)
        if (l->items[i].layer + 1 > l->layers) l->layers = l->items[i].layer + 1;
}

/* --- stations --- */

static int add_station(struct level *l, int layer, int band) {
    struct item station = {.layer = layer, .band = band, .above = 6, .below = 6};
    VEC_PUSH(l->arena, l->items, l->count, l->capacity, station);
    return (int)l->count - 1;
}

static void add_stations(struct level *l) {
    size_t total = 0;
    for (size_t i = 0; i < l->arc_count; i++) {
        struct arc *arc = &l->arcs[i];
        int from = l->items[arc->from].layer, to = l->items[arc->to].layer;
        if (arc->back || to - from < 2) continue;
        total += (size_t)(to - from - 1);
        if (total > STATIONS) { /* a tangle: such arcs run below everything */
            arc->back = true;
            continue;
        }
        arc->stations = arena_array(l->arena, int, (size_t)(to - from - 1));
        for (int layer = from + 1; layer < to; layer++)
            arc->stations[arc->station_count++] = add_station(l, layer, l->items[arc->from].band);
    }
}

/* --- neighbours in the next and previous column --- */

struct pair {
    int left, right;
    bool low;
};

struct neighbours {
    struct pair *pairs;
    size_t count, capacity;
    size_t *by_left, *by_right; /* offsets into the two lists, item number + 1 of them */
    size_t *left_list, *right_list;
};

static void add_pair(struct level *l, struct neighbours *n, int left, int right, bool low) {
    struct pair pair = {left, right, low};
    VEC_PUSH(l->arena, n->pairs, n->count, n->capacity, pair);
}

static void sort_pairs(struct level *l, const struct neighbours *n, bool left, size_t **offsets,
                       size_t **list) {
    size_t *start = *offsets = arena_array(l->arena, size_t, l->count + 2);
    *list = arena_array(l->arena, size_t, n->count + 1);
    for (size_t i = 0; i < n->count; i++) start[(left ? n->pairs[i].left : n->pairs[i].right) + 2]++;
    for (size_t i = 2; i < l->count + 2; i++) start[i] += start[i - 1];
    for (size_t i = 0; i < n->count; i++)
        (*list)[start[(left ? n->pairs[i].left : n->pairs[i].right) + 1]++] = i;
}

static struct neighbours neighbours(struct level *l) {
    struct neighbours n = {0};
    for (size_t i = 0; i < l->arc_count; i++) {
        const struct arc *arc = &l->arcs[i];
        if (arc->back) continue;
        int left = arc->from;
        for (size_t s = 0; s < arc->station_count; s++) {
            add_pair(l, &n, left, arc->stations[s], arc->low && s == 0);
            left = arc->stations[s];
        }
        add_pair(l, &n, left, arc->to, arc->low && !arc->station_count);
    }
    sort_pairs(l, &n, true, &n.by_left, &n.left_list);
    sort_pairs(l, &n, false, &n.by_right, &n.right_list);
    return n;
}

/* Mean of the values of an item's neighbours on one side; without any its own. `low` is by how much the
 * target of a boundary event wishes to stand lower than its host. */
static double wish_of(const struct level *l, const struct neighbours *n, int number, bool from_left,
                      double (*value)(const struct item *), double low) {
    const size_t *start = from_left ? n->by_right : n->by_left,
                 *list = from_left ? n->right_list : n->left_list;
    double sum = 0, count = 0;
    for (size_t k = start[number]; k < start[number + 1]; k++) {
        const struct pair *pair = &n->pairs[list[k]];
        const struct item *other = &l->items[from_left ? pair->left : pair->right];
        if (other->band != l->items[number].band) continue; /* lanes are laid out one by one */
        sum += value(other) + (!pair->low ? 0 : from_left ? low : -low);
        count++;
    }
    return count > 0 ? sum / count : value(&l->items[number]);
}

static void wish_column(struct level *l, const struct neighbours *n, int column, bool from_left,
                        double (*value)(const struct item *), double low) {
    for (size_t i = 0; i < l->column_counts[column]; i++) {
        int number = l->columns[column][i];
        l->items[number].wish = wish_of(l, n, number, from_left, value, low);
    }
}

static double rank_of(const struct item *i) {
    return i->rank;
}

static double row_of(const struct item *i) {
    return i->y;
}

/* --- order --- */

static int by_wish(const void *a, const void *b, void *level) {
    const struct level *l = level;
    const struct item *x = &l->items[*(const int *)a], *y = &l->items[*(const int *)b];
    if (x->band != y->band) return x->band < y->band ? -1 : 1;
    if (x->wish < y->wish) return -1;
    if (x->wish > y->wish) return 1;
    return x->rank < y->rank ? -1 : x->rank > y->rank;
}

static void fill_columns(struct level *l) {
    l->columns = arena_array(l->arena, int *, (size_t)l->layers + 1);
    l->column_counts = arena_array(l->arena, size_t, (size_t)l->layers + 1);
    for (size_t i = 0; i < l->count; i++) l->column_counts[l->items[i].layer]++;
    for (int c = 0; c < l->layers; c++) {
        l->columns[c] = arena_array(l->arena, int, l->column_counts[c] + 1);
        l->column_counts[c] = 0;
    }
    for (size_t i = 0; i < l->count; i++) {
        size_t *n = &l->column_counts[l->items[i].layer];
        l->items[i].rank = (int)*n;
        l->columns[l->items[i].layer][(*n)++] = (int)i;
    }
}

static void sort_column(struct level *l, int c) {
    qsort_r(l->columns[c], l->column_counts[c], sizeof(int), by_wish, l);
    for (size_t i = 0; i < l->column_counts[c]; i++) l->items[l->columns[c][i]].rank = (int)i;
}

static void order_columns(struct level *l, const struct neighbours *n) {
    for (size_t i = 0; i < l->count; i++) l->items[i].wish = l->items[i].rank;
    for (int c = 0; c < l->layers; c++) sort_column(l, c);
    for (int sweep = 0; sweep < SWEEPS; sweep++) {
        bool from_left = sweep % 2 == 0;
        for (int i = 0; i < l->layers; i++) {
            int c = from_left ? i : l->layers - 1 - i;
            wish_column(l, n, c, from_left, rank_of, 0.6);
            sort_column(l, c);
        }
    }
}

/* --- rows --- */

struct pool { /* adjacent items that must move as one */
    double sum, weight;
    size_t first;
};

/* Rows for the items of one band in one column: order and distances kept, as near to the wishes as can be. */
static void settle(struct level *l, const int *items, size_t n, struct pool *pools, double *offset) {
    size_t count = 0;
    for (size_t i = 0; i < n; i++) {
        struct item *item = &l->items[items[i]], *above = i ? &l->items[items[i - 1]] : NULL;
        offset[i] = above ? offset[i - 1] + above->below + ROW_GAP + item->above : 0;
        double weight = item->element ? 2 : 1;
        pools[count++] = (struct pool){(item->wish - offset[i]) * weight, weight, i};
        while (count > 1 && pools[count - 1].sum / pools[count - 1].weight <
                                pools[count - 2].sum / pools[count - 2].weight) {
            pools[count - 2].sum += pools[count - 1].sum;
            pools[count - 2].weight += pools[count - 1].weight;
            count--;
        }
    }
    for (size_t p = 0; p < count; p++)
        for (size_t i = pools[p].first; i < (p + 1 < count ? pools[p + 1].first : n); i++)
            l->items[items[i]].y = pools[p].sum / pools[p].weight + offset[i];
}

struct scratch {
    struct pool *pools;
    double *offset;
};

static void settle_column(struct level *l, int c, struct scratch *s) {
    for (size_t from = 0, end; from < l->column_counts[c]; from = end) {
        int band = l->items[l->columns[c][from]].band;
        for (end = from; end < l->column_counts[c] && l->items[l->columns[c][end]].band == band; end++) {
        }
        settle(l, l->columns[c] + from, end - from, s->pools, s->offset);
    }
}

/* Ends with a sweep from the left: what has one predecessor stands in its row where there is room. */
static void place_rows(struct level *l, const struct neighbours *n) {
    struct scratch s = {arena_array(l->arena, struct pool, l->count + 1),
                        arena_array(l->arena, double, l->count + 1)};
    for (size_t i = 0; i < l->count; i++) l->items[i].wish = 0;
    for (int c = 0; c < l->layers; c++) settle_column(l, c, &s);
    for (int sweep = 0; sweep < SWEEPS + 1; sweep++) {
        bool from_left = sweep % 2 == 0;
        for (int i = 0; i < l->layers; i++) {
            int c = from_left ? i : l->layers - 1 - i;
            wish_column(l, n, c, from_left, row_of, 100);
            settle_column(l, c, &s);
        }
    }
}

/* How far an item may move towards `y` without touching what stands above and below it in its column. */
static bool may_stand_at(const struct level *l, const struct item *item, double y) {
    const int *column = l->columns[item->layer];
    if (item->rank > 0) {
        const struct item *above = &l->items[column[item->rank - 1]];
        if (above->band == item->band && y - item->above < above->y + above->below + TIGHT) return false;
    }
    if ((size_t)item->rank + 1 < l->column_counts[item->layer]) {
        const struct item *below = &l->items[column[item->rank + 1]];
        if (below->band == item->band && y + item->below > below->y - below->above - TIGHT) return false;
    }
    return true;
}

/* Small steps in a line look like mistakes: an item nearly in the row of a predecessor moves into it. */
static void straighten(struct level *l, const struct neighbours *n) {
    for (int c = 1; c < l->layers; c++) {
        for (size_t i = 0; i < l->column_counts[c]; i++) {
            int number = l->columns[c][i];
            struct item *item = &l->items[number];
            double best = NEARLY;
            for (size_t k = n->by_right[number]; k < n->by_right[number + 1]; k++) {
                double y = l->items[n->pairs[n->right_list[k]].left].y;
                bool same_band = l->items[n->pairs[n->right_list[k]].left].band == item->band;
                if (!same_band || n->pairs[n->right_list[k]].low || fabs(y - item->y) >= fabs(best)) continue;
                if (may_stand_at(l, item, y)) best = y - item->y;
            }
            if (best < NEARLY) item->y += best;
        }
    }
}

/* Stacks the lanes: each as high as its items need. */
static void place_bands(struct level *l) {
    l->band_top = arena_array(l->arena, double, (size_t)l->bands);
    l->band_height = arena_array(l->arena, double, (size_t)l->bands);
    double *low = arena_array(l->arena, double, (size_t)l->bands),
           *high = arena_array(l->arena, double, (size_t)l->bands);
    bool *used = arena_array(l->arena, bool, (size_t)l->bands);
    for (size_t i = 0; i < l->count; i++) {
        const struct item *item = &l->items[i];
        double top = item->y - item->above, bottom = item->y + item->below;
        if (!used[item->band] || top < low[item->band]) low[item->band] = top;
        if (!used[item->band] || bottom > high[item->band]) high[item->band] = bottom;
        used[item->band] = true;
    }
    double padding = l->laned ? BAND_PADDING : 0;
    for (int b = 0; b < l->bands; b++) {
        l->band_top[b] = l->height;
        l->band_height[b] = fmax(high[b] - low[b] + 2 * padding, l->laned ? 110 : 0);
        l->height += l->band_height[b];
    }
    for (size_t i = 0; i < l->count; i++) {
        int b = l->items[i].band;
        double spare = l->band_height[b] - (high[b] - low[b]);
        l->items[i].y += l->band_top[b] - low[b] + spare / 2;
    }
}

/* Room behind every column; more where flows with a name leave. */
static double *gaps(struct level *l) {
    double *gap = arena_array(l->arena, double, (size_t)l->layers + 1);
    for (int c = 0; c < l->layers; c++) gap[c] = COLUMN_GAP;
    for (size_t i = 0; i < l->arc_count; i++) {
        struct str name = bpmn_attr(l->arcs[i].flow, "name");
        double room = fmin(svg_text_width(name, 11), LABEL_MOST) + COLUMN_GAP + 6;
        if (name.n && !l->arcs[i].back)
            gap[l->items[l->arcs[i].from].layer] = fmax(gap[l->items[l->arcs[i].from].layer], room);
    }
    return gap;
}

static void place_columns(struct level *l) {
    l->column_x = arena_array(l->arena, double, (size_t)l->layers + 1);
    l->column_width = arena_array(l->arena, double, (size_t)l->layers + 1);
    for (size_t i = 0; i < l->count; i++)
        l->column_width[l->items[i].layer] = fmax(l->column_width[l->items[i].layer], l->items[i].width);
    double *gap = gaps(l);
    for (int c = 0; c < l->layers; c++) {
        l->column_x[c] = l->width;
        l->width += l->column_width[c] + (c + 1 < l->layers ? gap[c] : 0);
    }
    for (size_t i = 0; i < l->count; i++) {
        struct item *item = &l->items[i];
        item->x = l->column_x[item->layer] + (l->column_width[item->layer] - item->width) / 2;
    }
}

void layout_layers(struct level *l) {
    if (!l->count) return;
    assign_layers(l);
    add_stations(l);
    fill_columns(l);
    struct neighbours n = neighbours(l);
    order_columns(l, &n);
    place_rows(l, &n);
    straighten(l, &n);
    place_bands(l);
    place_columns(l);
}
