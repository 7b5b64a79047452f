// Model cache: studies that no job is working with, the latest used first.
//
// Bounded by bytes and by time: what was not used for a while goes, and the longest unused ones go when all together are too
// large. Losing a study costs a few queries and one fit, never a different suggestion. Any thread.
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "api/study.h"

struct model_cache;

struct model_cache *model_cache_create(size_t limit_bytes, int64_t idle_ms);
void model_cache_destroy(struct model_cache *cache); // with the studies; NULL is allowed

// Takes the study of an experiment out; NULL when there is none. It is the caller's.
struct study *model_cache_take(struct model_cache *cache, int64_t experiment_id);
// Hands a study over. There must be none of that experiment.
void model_cache_put(struct model_cache *cache, struct study *study, int64_t now_ms);
// Drops what was not used for idle_ms.
void model_cache_sweep(struct model_cache *cache, int64_t now_ms);
size_t model_cache_bytes(struct model_cache *cache);
