/* map.h: from text to pointer, in an arena. Keys are borrowed; order of insertion is kept for walking. */
#ifndef BASE_MAP_H
#define BASE_MAP_H

#include "base/arena.h"

struct map_entry {
    struct str key;
    void *value;
    uint64_t hash;
};

struct map {
    struct arena *arena;
    struct map_entry *entries; /* entries[0 .. count), in order of insertion */
    size_t count, capacity;
    uint32_t *slots; /* open addressing: index into entries + 1, 0 = free */
    size_t slot_count;
};

void map_init(struct map *m, struct arena *arena);
void *map_get(const struct map *m, struct str key); /* NULL when absent */
bool map_has(const struct map *m, struct str key);
void map_put(struct map *m, struct str key, void *value); /* replaces the value of an equal key */

#endif
