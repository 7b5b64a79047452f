"""A chemical mixture: shares that must fit into the pot (a linear constraint), and a corner where nothing reacts (failures)."""
import math

from sigopt import Connection

BUDGET = 30


def react(a):
    """Yield of the reaction; None when the mixture stays as it is."""
    catalyst, acid, salt = a["catalyst"], a["acid"], a["salt"]
    if catalyst < 0.08 or acid > 2.2 * catalyst + 0.25:
        return None
    return 92 * math.exp(-12 * (catalyst - 0.22) ** 2 - 8 * (acid - 0.45) ** 2 - 15 * (salt - 0.18) ** 2)


conn = Connection()
experiment = conn.experiments().create(
    name="Mixture",
    parameters=[{"name": name, "type": "double", "bounds": {"min": 0, "max": 1}} for name in ("catalyst", "acid", "salt")],
    linear_constraints=[  # the rest is water, at least a tenth
        {"type": "less_than", "threshold": 0.9, "terms": [{"name": name, "weight": 1} for name in ("catalyst", "acid", "salt")]},
    ],
    metrics=[{"name": "yield", "objective": "maximize"}],
    observation_budget=BUDGET,
)

failed = []
for _ in range(BUDGET):
    suggestion = conn.experiments(experiment.id).suggestions().create()
    assert sum(suggestion.assignments.values()) <= 0.9 + 1e-9
    value = react(suggestion.assignments)
    failed.append(value is None)
    report = {"failed": True} if value is None else {"values": [{"name": "yield", "value": value}]}
    conn.experiments(experiment.id).observations().create(suggestion=suggestion.id, **report)

best = next(conn.experiments(experiment.id).best_assignments().fetch().iterate_pages())
shares = ", ".join(f"{name} {share:.3f}" for name, share in best.assignments.items())
print(f"experiment {experiment.id}: yield {best.values[0].value:.1f} % with {shares}; {sum(failed)} of {BUDGET} failed")
