// Id map: found is what was put and not removed, whatever the collisions.
#include "api/id_map.h"

#include "tests/tap.h"

enum { IDS = 3000 };

static void test_empty(void)
{
    struct id_map map = {.slots = NULL};
    ok(id_map_find(&map, 1) == NULL && id_map_remove(&map, 1) == NULL, "nothing is in an empty map");
    id_map_clear(&map);
    id_map_clear(NULL);
    int value;
    id_map_put(&map, INT64_MAX, &value);
    ok(id_map_find(&map, INT64_MAX) == &value && id_map_find(&map, 1) == NULL, "the largest id is one like others");
    ok(id_map_remove(&map, INT64_MAX) == &value && id_map_find(&map, INT64_MAX) == NULL && map.n == 0, "and can be removed");
    id_map_clear(&map);
    ok(map.slots == NULL && map.n == 0 && map.cap == 0, "cleared is empty");
}

// Puts and removes ids at a distance of `step` in an order that mixes both, against a table of what has to be there.
static void check_mixed(int64_t step)
{
    struct id_map map = {.slots = NULL};
    char values[IDS];
    bool there[IDS] = {false};
    size_t n = 0, n_wrong = 0;
    unsigned random = 1;
    for (int k = 0; k < 20 * IDS; k++) {
        random = random * 1664525u + 1013904223u;
        size_t i = (random >> 8) % IDS;
        int64_t id = 1 + (int64_t)i * step;
        void *want = there[i] ? &values[i] : NULL;
        n_wrong += id_map_find(&map, id) != want;
        // First more come than go, later more go than come.
        bool grows = k < 10 * IDS;
        if (!there[i] && (grows || (random >> 28) < 4)) {
            id_map_put(&map, id, &values[i]);
            there[i] = true;
            n++;
        } else if (!grows || (random >> 28) < 4) {
            n_wrong += id_map_remove(&map, id) != want;
            n -= there[i];
            there[i] = false;
        }
        n_wrong += map.n != n;
    }
    for (size_t i = 0; i < IDS; i++)
        n_wrong += id_map_find(&map, 1 + (int64_t)i * step) != (there[i] ? &values[i] : NULL);
    is_int(n_wrong, 0, "found is what is there");
    ok(n > 0 && n < IDS && map.cap > map.n, "some have gone and some are left: %zu", n);
    id_map_clear(&map);
}

static void test_mixed(void)
{
    check_mixed(1);
    check_mixed(INT64_C(1) << 32); // ids that differ in their upper half only
    check_mixed(1048576);
}

int main(void)
{
    TAP_RUN(test_empty);
    TAP_RUN(test_mixed);
    return tap_done();
}
