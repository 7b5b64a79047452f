// Turns: whose turn is next, and who waits for it.
#include "api/turns.h"

#include "tests/tap.h"

// Takes the next turn and says which one it is: experiment and ticket, "7b" for the second of the tickets given. A preparation is
// "7-", nothing is "".
static struct desk *take(struct turns *turns, bool may_prepare, const struct ticket *tickets, const char *want)
{
    struct ticket *ticket;
    bool together;
    char got[32] = "";
    struct desk *desk = turns_take(turns, may_prepare, &ticket, &together);
    if (desk != NULL)
        snprintf(got, sizeof got, "%d%c%s", (int)desk->experiment_id, ticket == NULL ? '-' : (char)('a' + (ticket - tickets)),
                 together ? "+" : "");
    is_text(got, want, *want == '\0' ? "no turn" : want);
    return desk;
}

static void test_order(void)
{
    struct turns turns;
    struct ticket t[6] = {{.number = 0}};
    turns_init(&turns);
    take(&turns, true, t, "");
    for (int i = 0; i < 3; i++)
        turns_ask(&turns, 7, &t[i], 0);
    turns_ask(&turns, 8, &t[3], 0);
    ok(t[0].number < t[1].number && t[2].number < t[3].number, "tickets have rising numbers");
    // One experiment, one job: 7 has no second turn before its first has ended.
    struct desk *seven = take(&turns, true, t, "7a");
    struct desk *eight = take(&turns, true, t, "8d");
    take(&turns, true, t, "");
    turns_ask(&turns, 8, &t[4], 0);
    turns_finish(&turns, eight);
    turns_finish(&turns, seven);
    take(&turns, true, t, "8e");
    seven = take(&turns, true, t, "7b+"); // it has waited together with the first
    turns_ask(&turns, 7, &t[5], 0);
    turns_finish(&turns, seven);
    seven = take(&turns, true, t, "7c+");
    turns_finish(&turns, seven);
    seven = take(&turns, true, t, "7f"); // it came later
    turns_finish(&turns, seven);
    turns_finish(&turns, eight);
    take(&turns, true, t, "");
    ok(seven->state == DESK_IDLE && eight->state == DESK_IDLE && turns.ready.n == 0 && turns.later.n == 0, "all are idle");
    turns_clear(&turns);
    turns_clear(NULL);
}

static void test_prepare(void)
{
    struct turns turns;
    struct ticket t[3] = {{.number = 0}};
    turns_init(&turns);
    turns_prepare(&turns, 7);
    take(&turns, true, t, ""); // nobody has ever asked there
    turns_ask(&turns, 7, &t[0], 0);
    struct desk *desk = take(&turns, true, t, "7a");
    turns_prepare(&turns, 7); // while it is busy: afterwards
    take(&turns, true, t, "");
    turns_finish(&turns, desk);
    is_int(desk->state, DESK_LATER, "to be prepared");
    take(&turns, false, t, "");
    turns_ask(&turns, 8, &t[1], 0);
    struct desk *eight = take(&turns, true, t, "8b"); // whoever waits comes before
    desk = take(&turns, true, t, "7-");
    turns_prepare_again(desk);
    turns_finish(&turns, desk);
    turns_ask(&turns, 7, &t[2], 0); // before the second try
    desk = take(&turns, true, t, "7c");
    turns_finish(&turns, desk);
    is_int(desk->state, DESK_IDLE, "the turn knew all that was to be prepared for");
    turns_prepare(&turns, 7);
    turns_prepare(&turns, 7);
    desk = take(&turns, true, t, "7-");
    turns_finish(&turns, desk);
    take(&turns, true, t, "");
    turns_finish(&turns, eight);
    turns_clear(&turns);
}

static void test_return(void)
{
    struct turns turns;
    struct ticket t[3] = {{.deadline_ms = 300}, {.deadline_ms = TURNS_NO_DEADLINE}, {.deadline_ms = 200}};
    turns_init(&turns);
    turns_ask(&turns, 7, &t[0], 0);
    struct desk *desk = turns_ask(&turns, 7, &t[1], 0);
    is_int(turns_deadline(desk), 300, "the earliest of two");
    turns_ask(&turns, 7, &t[2], 0);
    is_int(turns_deadline(desk), 200, "the earliest of three, which is the last");
    desk = take(&turns, true, t, "7a");
    turns_return(desk, &t[0]);
    turns_finish(&turns, desk);
    desk = take(&turns, true, t, "7b+");
    turns_finish(&turns, desk);
    desk = take(&turns, true, t, "7c+");
    turns_finish(&turns, desk);
    is_int(turns_deadline(desk), 300, "of the one that is left");
    desk = take(&turns, true, t, "7a+"); // at the end of the queue, with its old number
    turns_return(desk, &t[0]);
    turns_finish(&turns, desk);
    desk = take(&turns, true, t, "7a+"); // into an empty queue as well
    ok(turns_deadline(desk) == TURNS_NO_DEADLINE, "nobody waits, nothing is due");
    turns_finish(&turns, desk);
    take(&turns, true, t, "");
    turns_clear(&turns);
}

static void test_sweep(void)
{
    struct turns turns;
    struct ticket t[300] = {{.number = 0}};
    turns_init(&turns);
    for (int i = 0; i < 300; i++)
        turns_ask(&turns, 1 + i, &t[i], 1000 + i);
    turns_sweep(&turns, 9999);
    is_int(turns.desks.n, 300, "where somebody waits, nothing is forgotten");
    struct ticket *ticket;
    bool together;
    for (struct desk *desk; (desk = turns_take(&turns, true, &ticket, &together)) != NULL;)
        turns_finish(&turns, desk);
    turns_prepare(&turns, 5);
    for (int round = 0; round < 5; round++) // one round may leave a few for the next
        turns_sweep(&turns, 1100);
    is_int(turns.desks.n, 201, "those that asked long ago, but for the one that is to be prepared");
    size_t n_there = 0;
    for (int i = 0; i < 300; i++)
        n_there += (id_map_find(&turns.desks, 1 + i) != NULL) == (i >= 100 || i == 4);
    is_int(n_there, 300, "and no others");
    turns_clear(&turns);
}

int main(void)
{
    TAP_RUN(test_order);
    TAP_RUN(test_prepare);
    TAP_RUN(test_return);
    TAP_RUN(test_sweep);
    return tap_done();
}
