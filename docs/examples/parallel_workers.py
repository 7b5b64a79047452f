"""Four workers on one experiment. They need to know nothing of each other: open suggestions keep new ones away.

One worker dies half-way. Its suggestion stays open; whoever cleans up finds it and evaluates it, or deletes it.
"""
import math
from concurrent.futures import ThreadPoolExecutor

from sigopt import Connection

BUDGET, WORKERS = 48, 4


def evaluate(a):
    """To be minimized (Branin); no value outside of a disk."""
    x, y = a["x"], a["y"]
    if (x - 2.5) ** 2 + (y - 7.5) ** 2 > 50:
        return None
    return (y - 5.1 / (4 * math.pi ** 2) * x * x + 5 / math.pi * x - 6) ** 2 + 10 * (1 - 1 / (8 * math.pi)) * math.cos(x) + 10


def finish(conn, at, suggestion):
    value = evaluate(suggestion.assignments)
    report = {"failed": True} if value is None else {"values": [{"name": "value", "value": value}]}
    conn.experiments(at).observations().create(suggestion=suggestion.id, **report)


def work(number, at):
    conn = Connection()  # one each: a connection belongs to a thread
    for turn in range(BUDGET // WORKERS):
        suggestion = conn.experiments(at).suggestions().create(metadata={"worker": number})
        if number == 3 and turn == 4:
            return  # died
        finish(conn, at, suggestion)


conn = Connection()
experiment = conn.experiments().create(
    name="Four workers",
    parameters=[{"name": "x", "type": "double", "bounds": {"min": -5, "max": 10}},
                {"name": "y", "type": "double", "bounds": {"min": 0, "max": 15}}],
    metrics=[{"name": "value", "objective": "minimize"}],
    observation_budget=BUDGET,
    parallel_bandwidth=WORKERS,
)

with ThreadPoolExecutor(WORKERS) as pool:
    list(pool.map(work, range(WORKERS), [experiment.id] * WORKERS))
left = list(conn.experiments(experiment.id).suggestions().fetch(state="open").iterate_pages())
for suggestion in left:
    finish(conn, experiment.id, suggestion)

progress = conn.experiments(experiment.id).fetch().progress
best = next(conn.experiments(experiment.id).best_assignments().fetch().iterate_pages())
print(f"experiment {experiment.id}: {progress.observation_count} observations, {len(left)} of them left by a dead worker; "
      f"best {best.values[0].value:.4f} (optimum 0.3979)")
