"""The settings everybody uses, first: queued suggestions are handed out before any other."""
from sigopt import Connection
from sklearn.datasets import load_wine
from sklearn.ensemble import GradientBoostingClassifier
from sklearn.model_selection import cross_val_score

BUDGET = 15
X, y = load_wine(return_X_y=True)
KNOWN = [{"rate": 0.1, "trees": 50, "depth": 3}, {"rate": 0.3, "trees": 20, "depth": 1}]

conn = Connection()
experiment = conn.experiments().create(
    name="Known settings first",
    parameters=[{"name": "rate", "type": "double", "bounds": {"min": 0.001, "max": 1}, "transformation": "log"},
                {"name": "trees", "type": "int", "bounds": {"min": 2, "max": 60}},
                {"name": "depth", "type": "int", "bounds": {"min": 1, "max": 6}}],
    metrics=[{"name": "accuracy", "objective": "maximize"}],
    observation_budget=BUDGET,
)
for assignments in KNOWN:
    conn.experiments(experiment.id).queued_suggestions().create(assignments=assignments)

values = []
for number in range(BUDGET):
    suggestion = conn.experiments(experiment.id).suggestions().create()
    a = dict(suggestion.assignments)
    assert number >= len(KNOWN) or a == KNOWN[number]
    model = GradientBoostingClassifier(learning_rate=a["rate"], n_estimators=a["trees"], max_depth=a["depth"], random_state=0)
    values.append(cross_val_score(model, X, y, cv=3).mean())
    conn.experiments(experiment.id).observations().create(
        suggestion=suggestion.id, values=[{"name": "accuracy", "value": values[-1]}])

print(f"experiment {experiment.id}: accuracy {max(values[:len(KNOWN)]):.3f} with known settings, {max(values):.3f} at the end")
