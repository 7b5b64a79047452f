// Turns: which experiment the next free model worker serves, and whom there.
//
// Each experiment that was asked for something has a desk with a queue of tickets. Desks where somebody waits take turns, one
// ticket each, so that a busy experiment cannot starve another. When nobody waits anywhere, a desk where an observation has
// arrived gets a turn to prepare the next suggestion. At a desk there is one job at a time:
//
//            ask                            take                         finish
//     IDLE ───────► READY (ring `ready`) ─────────► BUSY ─────────► READY  when tickets wait
//      │              ▲                              ▲               LATER  when something is to be prepared
//      │ prepare      │ ask                          │               IDLE   otherwise
//      └──────────► LATER (ring `later`) ────────────┘
//                                           take
//
// No threads and no clock here: the advisor's lock guards it.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "api/id_map.h"

#define TURNS_NO_DEADLINE INT64_MAX

// A place in a queue; embedded in what is waited for.
struct ticket {
    struct ticket *next;
    int64_t deadline_ms; // monotonic; TURNS_NO_DEADLINE
    uint64_t number;     // given by turns_ask, increasing
};

enum desk_state { DESK_IDLE, DESK_READY, DESK_LATER, DESK_BUSY };

struct desk {
    int64_t experiment_id;
    enum desk_state state;
    struct desk *previous, *next; // in a ring
    struct ticket *first, **end;  // queue; the tickets are the caller's
    bool wants_preparation;
    uint64_t horizon; // tickets up to this number have waited together (api/study.h)
    int64_t asked_ms; // when the last one came
};

struct desk_ring {
    struct desk *first, *last;
    size_t n;
};

struct turns {
    struct id_map desks;
    struct desk_ring ready, later;
    uint64_t last_number;
};

void turns_init(struct turns *turns);
void turns_clear(struct turns *turns);

// Puts a ticket in the queue of an experiment, and gives it its number.
struct desk *turns_ask(struct turns *turns, int64_t experiment_id, struct ticket *ticket, int64_t now_ms);
// Somebody will soon ask here. Nothing happens when nobody has ever asked: there is no desk then.
void turns_prepare(struct turns *turns, int64_t experiment_id);

// The next turn, whose desk is busy until turns_finish; NULL when there is none. *ticket is NULL for a preparation, of which there
// are none unless may_prepare. *together says that the ticket has waited together with the one before it.
struct desk *turns_take(struct turns *turns, bool may_prepare, struct ticket **ticket, bool *together);
// Puts a ticket that was taken back, at the end of its queue.
void turns_return(struct desk *desk, struct ticket *ticket);
void turns_finish(struct turns *turns, struct desk *desk);
// A preparation that was given up is to be tried again.
void turns_prepare_again(struct desk *desk);

// The earliest deadline of the tickets that wait at a desk.
int64_t turns_deadline(const struct desk *desk);
// Forgets idle desks where nobody has asked since before_ms.
void turns_sweep(struct turns *turns, int64_t before_ms);
