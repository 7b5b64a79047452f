#include "api/turns.h"

#include <assert.h>
#include <stdlib.h>

#include "base/memory.h"

static void ring_append(struct desk_ring *ring, struct desk *desk)
{
    desk->previous = ring->last;
    desk->next = NULL;
    *(ring->last != NULL ? &ring->last->next : &ring->first) = desk;
    ring->last = desk;
    ring->n++;
}

static void ring_remove(struct desk_ring *ring, struct desk *desk)
{
    *(desk->previous != NULL ? &desk->previous->next : &ring->first) = desk->next;
    *(desk->next != NULL ? &desk->next->previous : &ring->last) = desk->previous;
    ring->n--;
}

// The only place that moves a desk from one state to another.
static void enter(struct turns *turns, struct desk *desk, enum desk_state state)
{
    static const bool allowed[4][4] = {
        [DESK_IDLE] = {[DESK_READY] = true, [DESK_LATER] = true},
        [DESK_READY] = {[DESK_BUSY] = true},
        [DESK_LATER] = {[DESK_READY] = true, [DESK_BUSY] = true},
        [DESK_BUSY] = {[DESK_IDLE] = true, [DESK_READY] = true, [DESK_LATER] = true},
    };
    assert(allowed[desk->state][state]);
    if (desk->state == DESK_READY)
        ring_remove(&turns->ready, desk);
    else if (desk->state == DESK_LATER)
        ring_remove(&turns->later, desk);
    desk->state = state;
    if (state == DESK_READY)
        ring_append(&turns->ready, desk);
    else if (state == DESK_LATER)
        ring_append(&turns->later, desk);
}

void turns_init(struct turns *turns)
{
    *turns = (struct turns){.last_number = 0};
}

void turns_clear(struct turns *turns)
{
    if (turns == NULL)
        return;
    for (size_t i = 0; i < turns->desks.cap; i++)
        free(turns->desks.slots[i].value);
    id_map_clear(&turns->desks);
    turns_init(turns);
}

static void queue_append(struct desk *desk, struct ticket *ticket)
{
    ticket->next = NULL;
    *desk->end = ticket;
    desk->end = &ticket->next;
}

struct desk *turns_ask(struct turns *turns, int64_t experiment_id, struct ticket *ticket, int64_t now_ms)
{
    struct desk *desk = id_map_find(&turns->desks, experiment_id);
    if (desk == NULL) {
        desk = mem_calloc(1, sizeof *desk);
        desk->experiment_id = experiment_id;
        desk->end = &desk->first;
        id_map_put(&turns->desks, experiment_id, desk);
    }
    desk->asked_ms = now_ms;
    ticket->number = ++turns->last_number;
    queue_append(desk, ticket);
    if (desk->state == DESK_IDLE || desk->state == DESK_LATER)
        enter(turns, desk, DESK_READY);
    return desk;
}

void turns_prepare(struct turns *turns, int64_t experiment_id)
{
    struct desk *desk = id_map_find(&turns->desks, experiment_id);
    if (desk == NULL)
        return;
    desk->wants_preparation = true;
    if (desk->state == DESK_IDLE)
        enter(turns, desk, DESK_LATER);
}

struct desk *turns_take(struct turns *turns, bool may_prepare, struct ticket **ticket, bool *together)
{
    struct desk *desk = turns->ready.first;
    *ticket = NULL;
    *together = false;
    if (desk == NULL && may_prepare)
        desk = turns->later.first;
    if (desk == NULL)
        return NULL;
    enter(turns, desk, DESK_BUSY);
    desk->wants_preparation = false; // this turn knows all that was reported until now
    *ticket = desk->first;
    if (desk->first == NULL)
        return desk;
    desk->first = (*ticket)->next;
    if (desk->first == NULL)
        desk->end = &desk->first;
    *together = (*ticket)->number <= desk->horizon;
    if (!*together)
        desk->horizon = turns->last_number; // all who wait here now
    return desk;
}

void turns_return(struct desk *desk, struct ticket *ticket)
{
    assert(desk->state == DESK_BUSY);
    queue_append(desk, ticket);
}

void turns_prepare_again(struct desk *desk)
{
    assert(desk->state == DESK_BUSY);
    desk->wants_preparation = true;
}

void turns_finish(struct turns *turns, struct desk *desk)
{
    if (desk->first != NULL)
        enter(turns, desk, DESK_READY);
    else
        enter(turns, desk, desk->wants_preparation ? DESK_LATER : DESK_IDLE);
}

int64_t turns_deadline(const struct desk *desk)
{
    int64_t deadline = TURNS_NO_DEADLINE;
    for (const struct ticket *ticket = desk->first; ticket != NULL; ticket = ticket->next)
        if (ticket->deadline_ms < deadline)
            deadline = ticket->deadline_ms;
    return deadline;
}

static bool is_forgotten(const struct desk *desk, int64_t before_ms)
{
    return desk != NULL && desk->state == DESK_IDLE && desk->asked_ms < before_ms;
}

void turns_sweep(struct turns *turns, int64_t before_ms)
{
    // Removing moves other desks into the gap; one that moves around the end of the table is looked at the next time.
    for (size_t i = 0; i < turns->desks.cap; i++)
        for (struct desk *desk; is_forgotten(desk = turns->desks.slots[i].value, before_ms);)
            free(id_map_remove(&turns->desks, desk->experiment_id));
}
