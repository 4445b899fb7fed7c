/* map.c: see map.h. */
#include "base/map.h"

#include <string.h>

void map_init(struct map *m, struct arena *arena) {
    *m = (struct map){.arena = arena};
}

/* The slot that holds `key`, or the free one where it belongs. */
static size_t find_slot(const struct map *m, struct str key, uint64_t hash) {
    size_t mask = m->slot_count - 1;
    for (size_t i = hash & mask;; i = (i + 1) & mask) {
        if (m->slots[i] == 0) return i;
        const struct map_entry *e = &m->entries[m->slots[i] - 1];
        if (e->hash == hash && str_eq(e->key, key)) return i;
    }
}

static struct map_entry *find(const struct map *m, struct str key) {
    if (m->slot_count == 0) return NULL;
    size_t slot = find_slot(m, key, str_hash(key));
    return m->slots[slot] ? &m->entries[m->slots[slot] - 1] : NULL;
}

void *map_get(const struct map *m, struct str key) {
    struct map_entry *e = find(m, key);
    return e ? e->value : NULL;
}

bool map_has(const struct map *m, struct str key) {
    return find(m, key) != NULL;
}

static void rehash(struct map *m) {
    m->slot_count = m->slot_count ? m->slot_count * 2 : 16;
    m->slots = arena_array(m->arena, uint32_t, m->slot_count);
    for (size_t i = 0; i < m->count; i++)
        m->slots[find_slot(m, m->entries[i].key, m->entries[i].hash)] = (uint32_t)i + 1;
}

void map_put(struct map *m, struct str key, void *value) {
    struct map_entry *known = find(m, key);
    if (known) {
        known->value = value;
        return;
    }
    if ((m->count + 1) * 2 > m->slot_count) rehash(m);
    struct map_entry e = {.key = key, .value = value, .hash = str_hash(key)};
    VEC_PUSH(m->arena, m->entries, m->count, m->capacity, e);
    m->slots[find_slot(m, key, e.hash)] = (uint32_t)m->count;
}
