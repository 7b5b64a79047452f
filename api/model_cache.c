#include "api/model_cache.h"

#include <pthread.h>
#include <stdlib.h>

#include "api/id_map.h"
#include "base/memory.h"

struct entry {
    struct entry *newer, *older;
    struct study *study;
    size_t bytes;
    int64_t used_ms;
};

struct model_cache {
    size_t limit_bytes;
    int64_t idle_ms;
    pthread_mutex_t mutex; // for all that follows
    struct id_map entries; // by experiment
    struct entry *newest, *oldest;
    size_t bytes;
};

struct model_cache *model_cache_create(size_t limit_bytes, int64_t idle_ms)
{
    struct model_cache *cache = mem_calloc(1, sizeof *cache);
    cache->limit_bytes = limit_bytes;
    cache->idle_ms = idle_ms;
    pthread_mutex_init(&cache->mutex, NULL);
    return cache;
}

static void detach(struct model_cache *cache, struct entry *entry)
{
    id_map_remove(&cache->entries, study_experiment(entry->study));
    *(entry->newer != NULL ? &entry->newer->older : &cache->newest) = entry->older;
    *(entry->older != NULL ? &entry->older->newer : &cache->oldest) = entry->newer;
    cache->bytes -= entry->bytes;
}

// Detaches the oldest entries that have to go. They are returned as a list through `older`.
static struct entry *evict(struct model_cache *cache, int64_t now_ms)
{
    struct entry *gone = NULL;
    for (struct entry *entry; (entry = cache->oldest) != NULL;) {
        if (cache->bytes <= cache->limit_bytes && now_ms - entry->used_ms < cache->idle_ms)
            break;
        detach(cache, entry);
        entry->older = gone;
        gone = entry;
    }
    return gone;
}

// Outside of the lock: freeing large models takes time.
static void destroy_list(struct entry *entry)
{
    while (entry != NULL) {
        struct entry *next = entry->older;
        study_destroy(entry->study);
        free(entry);
        entry = next;
    }
}

void model_cache_destroy(struct model_cache *cache)
{
    if (cache == NULL)
        return;
    destroy_list(cache->newest);
    id_map_clear(&cache->entries);
    pthread_mutex_destroy(&cache->mutex);
    free(cache);
}

struct study *model_cache_take(struct model_cache *cache, int64_t experiment_id)
{
    pthread_mutex_lock(&cache->mutex);
    struct entry *entry = id_map_find(&cache->entries, experiment_id);
    if (entry != NULL)
        detach(cache, entry);
    pthread_mutex_unlock(&cache->mutex);
    struct study *study = entry == NULL ? NULL : entry->study;
    free(entry);
    return study;
}

void model_cache_put(struct model_cache *cache, struct study *study, int64_t now_ms)
{
    struct entry *entry = mem_calloc(1, sizeof *entry);
    *entry = (struct entry){.study = study, .bytes = study_bytes(study), .used_ms = now_ms};
    pthread_mutex_lock(&cache->mutex);
    id_map_put(&cache->entries, study_experiment(study), entry);
    entry->older = cache->newest;
    *(cache->newest != NULL ? &cache->newest->newer : &cache->oldest) = entry;
    cache->newest = entry;
    cache->bytes += entry->bytes;
    struct entry *gone = evict(cache, now_ms);
    pthread_mutex_unlock(&cache->mutex);
    destroy_list(gone);
}

void model_cache_sweep(struct model_cache *cache, int64_t now_ms)
{
    pthread_mutex_lock(&cache->mutex);
    struct entry *gone = evict(cache, now_ms);
    pthread_mutex_unlock(&cache->mutex);
    destroy_list(gone);
}

size_t model_cache_bytes(struct model_cache *cache)
{
    pthread_mutex_lock(&cache->mutex);
    size_t bytes = cache->bytes;
    pthread_mutex_unlock(&cache->mutex);
    return bytes;
}
