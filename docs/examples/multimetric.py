"""Two goals at once: an accurate forest that is also small. The answer is a front, not a point."""
from sigopt import Connection
from sklearn.datasets import load_digits
from sklearn.ensemble import RandomForestClassifier
from sklearn.model_selection import train_test_split

BUDGET = 25
train_X, test_X, train_y, test_y = train_test_split(*load_digits(return_X_y=True), test_size=0.5, random_state=1)

conn = Connection()
experiment = conn.experiments().create(
    name="Accurate and small",
    parameters=[
        {"name": "trees", "type": "int", "bounds": {"min": 1, "max": 60}},
        {"name": "leaves", "type": "int", "bounds": {"min": 4, "max": 200}},
        {"name": "features", "type": "double", "bounds": {"min": 0.05, "max": 1.0}},
    ],
    metrics=[
        {"name": "accuracy", "objective": "maximize", "threshold": 0.8},
        {"name": "nodes", "objective": "minimize"},
        {"name": "depth", "strategy": "store"},
    ],
    observation_budget=BUDGET,
)

for _ in range(BUDGET):
    suggestion = conn.experiments(experiment.id).suggestions().create()
    a = suggestion.assignments
    forest = RandomForestClassifier(a["trees"], max_leaf_nodes=a["leaves"], max_features=a["features"], random_state=0)
    forest.fit(train_X, train_y)
    conn.experiments(experiment.id).observations().create(
        suggestion=suggestion.id,
        values=[
            {"name": "accuracy", "value": forest.score(test_X, test_y)},
            {"name": "nodes", "value": sum(tree.tree_.node_count for tree in forest.estimators_)},
            {"name": "depth", "value": max(tree.get_depth() for tree in forest.estimators_)},
        ],
    )

front = [{v.name: v.value for v in point.values}
         for point in conn.experiments(experiment.id).best_assignments().fetch().iterate_pages()]
print(f"experiment {experiment.id}: a front of {len(front)} points")
for point in sorted(front, key=lambda point: point["nodes"]):
    print(f"  accuracy {point['accuracy']:.3f} with {point['nodes']:.0f} nodes")
