// Id map: from ids (> 0) to pointers. The pointers belong to the caller. One thread at a time.
#pragma once

#include <stddef.h>
#include <stdint.h>

struct id_slot {
    int64_t id; // 0: free
    void *value;
};

// A zeroed struct id_map is an empty map.
struct id_map {
    struct id_slot *slots; // hash table with linear probing; owned
    size_t n, cap;         // cap is 0 or a power of two, more than n
};

void id_map_clear(struct id_map *map);
void *id_map_find(const struct id_map *map, int64_t id); // NULL when it is not there
void id_map_put(struct id_map *map, int64_t id, void *value); // id must not be there, value not NULL
void *id_map_remove(struct id_map *map, int64_t id);     // what was there, or NULL
