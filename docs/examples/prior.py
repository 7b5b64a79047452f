"""What you know before the first try: learning rates near 0.003 usually work, and most dropout is too much."""
import math

from sigopt import Connection

BUDGET = 20


def loss(a):
    """Of a training that diverges (None) when the rate is high."""
    rate = math.log10(a["rate"])
    return None if rate > -1.2 else 0.25 + 0.2 * (rate + 2.4) ** 2 + 0.8 * (a["dropout"] - 0.15) ** 2


conn = Connection()
experiment = conn.experiments().create(
    name="With a prior",
    parameters=[
        {"name": "rate", "type": "double", "bounds": {"min": 1e-6, "max": 1}, "transformation": "log"},
        {"name": "dropout", "type": "double", "bounds": {"min": 0, "max": 0.9},
         "prior": {"name": "beta", "shape_a": 2, "shape_b": 6}},
        {"name": "momentum", "type": "double", "bounds": {"min": 0, "max": 1},
         "prior": {"name": "normal", "mean": 0.9, "scale": 0.1}},
    ],
    metrics=[{"name": "loss", "objective": "minimize"}],
    observation_budget=BUDGET,
)

for _ in range(BUDGET):
    suggestion = conn.experiments(experiment.id).suggestions().create()
    value = loss(suggestion.assignments)
    if value is not None:
        value += 0.3 * (suggestion.assignments["momentum"] - 0.88) ** 2
    report = {"failed": True} if value is None else {"values": [{"name": "loss", "value": value}]}
    conn.experiments(experiment.id).observations().create(suggestion=suggestion.id, **report)

best = next(conn.experiments(experiment.id).best_assignments().fetch().iterate_pages())
print(f"experiment {experiment.id}: loss {best.values[0].value:.4f} (optimum 0.25) with {dict(best.assignments)}")
