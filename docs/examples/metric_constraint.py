"""The best accuracy of a forest that has at most 3000 nodes. The size is known only after training: a metric with a threshold."""
from sigopt import Connection
from sklearn.datasets import load_digits
from sklearn.ensemble import RandomForestClassifier
from sklearn.model_selection import train_test_split

BUDGET, NODES = 25, 3000
train_X, test_X, train_y, test_y = train_test_split(*load_digits(return_X_y=True), test_size=0.5, random_state=1)

conn = Connection()
experiment = conn.experiments().create(
    name="At most 3000 nodes",
    parameters=[
        {"name": "trees", "type": "int", "bounds": {"min": 1, "max": 60}},
        {"name": "leaves", "type": "int", "bounds": {"min": 4, "max": 200}},
        {"name": "features", "type": "double", "bounds": {"min": 0.05, "max": 1.0}},
    ],
    metrics=[
        {"name": "accuracy", "objective": "maximize"},
        {"name": "nodes", "objective": "minimize", "strategy": "constraint", "threshold": NODES},
    ],
    observation_budget=BUDGET,
)

kept = []
for _ in range(BUDGET):
    suggestion = conn.experiments(experiment.id).suggestions().create()
    a = suggestion.assignments
    forest = RandomForestClassifier(a["trees"], max_leaf_nodes=a["leaves"], max_features=a["features"], random_state=0)
    forest.fit(train_X, train_y)
    nodes = sum(tree.tree_.node_count for tree in forest.estimators_)
    kept.append(nodes <= NODES)
    conn.experiments(experiment.id).observations().create(
        suggestion=suggestion.id,
        values=[{"name": "accuracy", "value": forest.score(test_X, test_y)}, {"name": "nodes", "value": nodes}],
    )

best = next(conn.experiments(experiment.id).best_assignments().fetch().iterate_pages())
values = {v.name: v.value for v in best.values}
print(f"experiment {experiment.id}: accuracy {values['accuracy']:.3f} with {values['nodes']:.0f} nodes, {dict(best.assignments)}; "
      f"{sum(kept)} of {BUDGET} forests within the limit")
