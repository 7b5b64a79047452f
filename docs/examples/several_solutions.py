"""Not one best recipe but four different good ones, to choose from by taste: num_solutions."""
import math

from sigopt import Connection

BUDGET = 48


def quality(a):
    """Four hills; the oven burns everything (None) above a line."""
    x, y = a["time"], a["heat"]
    if x + y > 1.75:
        return None
    return sum(height * math.exp(-40 * ((x - cx) ** 2 + (y - cy) ** 2))
               for height, cx, cy in ((1.0, 0.2, 0.2), (0.95, 0.8, 0.25), (0.9, 0.25, 0.85), (0.85, 0.75, 0.7)))


conn = Connection()
experiment = conn.experiments().create(
    name="Four recipes",
    parameters=[{"name": name, "type": "double", "bounds": {"min": 0, "max": 1}} for name in ("time", "heat")],
    metrics=[{"name": "quality", "objective": "maximize"}],
    num_solutions=4,
    observation_budget=BUDGET,
)

for _ in range(BUDGET):
    suggestion = conn.experiments(experiment.id).suggestions().create()
    value = quality(suggestion.assignments)
    report = {"failed": True} if value is None else {"values": [{"name": "quality", "value": value}]}
    conn.experiments(experiment.id).observations().create(suggestion=suggestion.id, **report)

solutions = list(conn.experiments(experiment.id).best_assignments().fetch().iterate_pages())
print(f"experiment {experiment.id}: {len(solutions)} solutions")
for solution in solutions:
    print(f"  quality {solution.values[0].value:.3f} at time {solution.assignments['time']:.2f}, heat {solution.assignments['heat']:.2f}")
