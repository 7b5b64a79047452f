#include "api/id_map.h"

#include <assert.h>
#include <stdlib.h>

#include "base/memory.h"

enum { CAP_MIN = 16 };

// Where the search for an id begins. Ids are handed out one by one: a multiplication (by 2^64 / golden ratio) spreads them.
static size_t home(const struct id_map *map, int64_t id)
{
    return (size_t)(((uint64_t)id * UINT64_C(0x9e3779b97f4a7c15)) >> 32) & (map->cap - 1);
}

// The slot of an id, or the free one where it would be.
static size_t locate(const struct id_map *map, int64_t id)
{
    size_t i = home(map, id);
    while (map->slots[i].id != 0 && map->slots[i].id != id)
        i = (i + 1) & (map->cap - 1);
    return i;
}

static void grow(struct id_map *map)
{
    struct id_map bigger = {.n = map->n, .cap = map->cap == 0 ? CAP_MIN : 2 * map->cap};
    bigger.slots = mem_calloc(bigger.cap, sizeof *bigger.slots);
    for (size_t i = 0; i < map->cap; i++)
        if (map->slots[i].id != 0)
            bigger.slots[locate(&bigger, map->slots[i].id)] = map->slots[i];
    free(map->slots);
    *map = bigger;
}

void id_map_clear(struct id_map *map)
{
    if (map == NULL)
        return;
    free(map->slots);
    *map = (struct id_map){.slots = NULL};
}

void *id_map_find(const struct id_map *map, int64_t id)
{
    return map->cap == 0 ? NULL : map->slots[locate(map, id)].value;
}

void id_map_put(struct id_map *map, int64_t id, void *value)
{
    assert(id > 0 && value != NULL);
    if (4 * (map->n + 1) > 3 * map->cap)
        grow(map);
    struct id_slot *slot = &map->slots[locate(map, id)];
    assert(slot->id == 0);
    *slot = (struct id_slot){id, value};
    map->n++;
}

// Closes the gap at i, so that no search stops there that has to go on: a slot behind it moves in, unless its home lies behind i.
static void close_gap(struct id_map *map, size_t i)
{
    size_t mask = map->cap - 1;
    for (size_t j = (i + 1) & mask; map->slots[j].id != 0; j = (j + 1) & mask) {
        size_t from_home = (j - home(map, map->slots[j].id)) & mask, from_gap = (j - i) & mask;
        if (from_home >= from_gap) {
            map->slots[i] = map->slots[j];
            i = j;
        }
    }
    map->slots[i] = (struct id_slot){.id = 0};
}

void *id_map_remove(struct id_map *map, int64_t id)
{
    if (map->cap == 0)
        return NULL;
    size_t i = locate(map, id);
    void *value = map->slots[i].value;
    if (map->slots[i].id != 0) {
        close_gap(map, i);
        map->n--;
    }
    return value;
}
