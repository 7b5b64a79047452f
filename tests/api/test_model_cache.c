// Model cache: what stays and what goes.
#include "api/model_cache.h"

#include "tests/tap.h"

static void put(struct model_cache *cache, int64_t id, int64_t now_ms)
{
    model_cache_put(cache, study_create(id), now_ms);
}

// Takes what is there of the experiments 1 to 9 out; their ids in a line.
static void check_rest(struct model_cache *cache, const char *want)
{
    char got[40] = "";
    for (int id = 1; id <= 9; id++) {
        struct study *study = model_cache_take(cache, id);
        size_t used = strlen(got);
        if (study != NULL)
            snprintf(got + used, sizeof got - used, "%d ", (int)study_experiment(study));
        study_destroy(study);
    }
    is_text(got, want, "what is left");
    is_int(model_cache_bytes(cache), 0, "taken is not counted");
}

static size_t size_of_one(void)
{
    struct study *study = study_create(1);
    size_t bytes = study_bytes(study);
    study_destroy(study);
    study_destroy(NULL);
    return bytes;
}

static void test_take(void)
{
    struct model_cache *cache = model_cache_create(100 * size_of_one(), 1000);
    ok(model_cache_take(cache, 1) == NULL, "nothing is there at first");
    struct study *study = study_create(1);
    model_cache_put(cache, study, 0);
    is_int(model_cache_bytes(cache), size_of_one(), "one is counted");
    ok(model_cache_take(cache, 2) == NULL, "another experiment has none");
    ok(model_cache_take(cache, 1) == study && model_cache_take(cache, 1) == NULL, "it is there once");
    model_cache_put(cache, study, 0);
    put(cache, 2, 0);
    put(cache, 3, 0);
    study_destroy(model_cache_take(cache, 2)); // from the middle
    put(cache, 4, 0);
    check_rest(cache, "1 3 4 ");
    put(cache, 1, 0);
    model_cache_destroy(cache); // with what is in it
    model_cache_destroy(NULL);
}

static void test_size(void)
{
    struct model_cache *cache = model_cache_create(3 * size_of_one(), 1000);
    for (int id = 1; id <= 3; id++)
        put(cache, id, id);
    model_cache_put(cache, model_cache_take(cache, 1), 4); // used again: now the newest
    put(cache, 5, 5);
    put(cache, 6, 6);
    is_int(model_cache_bytes(cache), 3 * size_of_one(), "as much as it may have");
    check_rest(cache, "1 5 6 ");
    model_cache_destroy(cache);

    cache = model_cache_create(size_of_one() - 1, 1000);
    put(cache, 1, 0);
    check_rest(cache, ""); // too large by itself
    model_cache_destroy(cache);
}

static void test_time(void)
{
    struct model_cache *cache = model_cache_create(100 * size_of_one(), 1000);
    put(cache, 1, 0);
    put(cache, 2, 500);
    put(cache, 3, 900);
    model_cache_sweep(cache, 999);
    is_int(model_cache_bytes(cache), 3 * size_of_one(), "none has rested long enough");
    model_cache_sweep(cache, 1500);
    is_int(model_cache_bytes(cache), size_of_one(), "two have");
    put(cache, 4, 1900); // whoever puts one in sweeps too
    check_rest(cache, "4 ");
    model_cache_sweep(cache, 99999);
    model_cache_destroy(cache);
}

int main(void)
{
    TAP_RUN(test_take);
    TAP_RUN(test_size);
    TAP_RUN(test_time);
    return tap_done();
}
