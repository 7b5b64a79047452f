"""Every kind of experiment through the official Python client: created, suggested, observed (failures too), the best read."""
import unittest

import sigopt.exception

import server
from spaces import PARAMETERS, within


def setUpModule():
    global running, conn
    running = server.Server("kinds")
    conn = running.connection()


def tearDownModule():
    status = running.stop()
    assert status == 0, f"the server ended with {status}"


class Kind(unittest.TestCase):
    def loop(self, experiment, evaluate, n):
        """evaluate(assignments, task) gives values by metric, or None for a failure. Returns the suggestions."""
        suggestions = []
        for _ in range(n):
            suggestion = conn.experiments(experiment.id).suggestions().create()
            within(self, experiment, suggestion.assignments)
            task = None if suggestion.task is None else suggestion.task.name
            values = evaluate(dict(suggestion.assignments), task)
            report = {"failed": True} if values is None else {
                "values": [{"name": name, "value": value} for name, value in values.items()]}
            observation = conn.experiments(experiment.id).observations().create(suggestion=suggestion.id, **report)
            self.assertEqual(dict(observation.assignments), dict(suggestion.assignments))
            self.assertEqual(None if observation.task is None else observation.task.name, task)
            suggestions.append(suggestion)
        return suggestions

    def best(self, experiment):
        return list(conn.experiments(experiment.id).best_assignments().fetch().iterate_pages())

    def refused(self, status, call, **arguments):
        with self.assertRaises(sigopt.exception.ApiException) as caught:
            call(**arguments)
        conn.tokens("self").fetch()
        self.assertEqual(caught.exception.status_code, status, caught.exception)
        return caught.exception.message


class Grid(Kind):
    def test_grid(self):
        experiment = conn.experiments().create(
            name="grid", type="grid", metrics=[{"name": "m"}],
            parameters=[{"name": "a", "type": "int", "grid": [2, 1]}, {"name": "b", "type": "double", "grid": [0.5, -1]},
                        {"name": "c", "type": "categorical", "categorical_values": ["x", "y", "z"]}])
        self.assertEqual(experiment.observation_budget, 12)
        self.assertEqual(experiment.to_json()["parameters"][2]["grid"], ["x", "y", "z"])  # the client expects numbers
        made = self.loop(experiment, lambda x, _: None if x["c"] == "y" else {"m": x["a"] + x["b"]}, 13)
        order = [(a, b, c) for c in "xyz" for b in (-1.0, 0.5) for a in (1, 2)]
        self.assertEqual([tuple(dict(s.assignments)[k] for k in "abc") for s in made], order + order[:1])
        self.assertEqual(self.best(experiment)[0].values[0].value, 2.5)


class Random(Kind):
    def test_random(self):
        experiment = conn.experiments().create(name="random", type="random", parameters=PARAMETERS, metrics=["m"])
        made = self.loop(experiment, lambda x, _: None if x["c"] == "d" else {"m": x["b"]}, 12)
        self.assertGreater(len({s.assignments["b"] for s in made}), 10)


class Changes(Kind):
    def test_parameters(self):
        experiment = conn.experiments().create(name="changes", parameters=PARAMETERS, metrics=["m"])
        self.loop(experiment, lambda x, _: {"m": x["b"]} if x["c"] == "e" else None, 6)
        parameters = [{k: v for k, v in p.to_json().items() if k != "conditions"} for p in experiment.parameters]
        parameters[1]["bounds"] = {"min": -1, "max": 1}
        parameters[2]["categorical_values"] = ["e", "f"]
        parameters.append({"name": "n", "type": "double", "bounds": {"min": 0, "max": 1}, "default_value": 0.5})
        changed = conn.experiments(experiment.id).update(parameters=parameters)
        self.assertEqual([p.name for p in changed.parameters], ["a", "b", "c", "n"])
        self.assertEqual([(v.name, v.enum_index) for v in changed.parameters[2].categorical_values], [("e", 2), ("f", 3)])
        self.loop(changed, lambda x, _: {"m": x["b"]}, 6)
        oldest = list(conn.experiments(experiment.id).observations().fetch().iterate_pages())[-1]
        self.assertEqual(dict(oldest.assignments)["n"], 0.5)
        new = {"name": "new", "type": "int", "bounds": {"min": 0, "max": 1}}
        self.refused(400, conn.experiments(experiment.id).update, parameters=[new])
        fewer = conn.experiments(experiment.id).update(parameters=[{"name": "a"}])
        self.assertEqual([p.name for p in fewer.parameters], ["a"])
        self.loop(fewer, lambda x, _: {"m": 1}, 2)


class Conditionals(Kind):
    def test_conditionals(self):
        experiment = conn.experiments().create(
            name="conditionals", metrics=["m"], conditionals=[{"name": "x", "values": ["1", "5", "10"]}],
            parameters=[PARAMETERS[0], {**PARAMETERS[1], "conditions": {"x": ["5", "10"]}},
                        {**PARAMETERS[2], "conditions": {"x": "10"}}])
        made = self.loop(experiment, lambda x, _: None if x["x"] == "5" else {"m": x["a"] + x.get("b", 0)}, 20)
        self.assertEqual({s.assignments["x"] for s in made}, {"1", "5", "10"})
        create = conn.experiments(experiment.id).observations().create
        given = create(assignments={"x": "5", "a": 1, "b": -1.0}, failed=True)
        self.assertEqual(dict(given.assignments), {"x": "5", "a": 1, "b": -1.0})
        self.assertIn("unsatisfied", self.refused(400, create, assignments={"x": "1", "a": 1, "b": -1.0}, failed=True).lower())
        self.assertIn("missing", self.refused(400, create, assignments={"x": "5", "a": 1}, failed=True).lower())
        self.assertIn("invalid", self.refused(400, create, assignments={"x": "3", "a": 1}, failed=True).lower())
        self.assertEqual(len(self.best(experiment)), 1)


class Tasks(Kind):
    def test_tasks(self):
        experiment = conn.experiments().create(
            name="tasks", parameters=PARAMETERS, metrics=["m"], observation_budget=10,
            tasks=[{"name": "cheap", "cost": 0.1}, {"name": "half", "cost": 0.5}, {"name": "full", "cost": 1}])
        self.assertEqual([(t.name, t.cost) for t in experiment.tasks], [("full", 1.0), ("half", 0.5), ("cheap", 0.1)])
        cost = {t.name: t.cost for t in experiment.tasks}
        made = self.loop(experiment, lambda x, task: None if x["c"] == "d" and x["a"] > 40 else {"m": x["b"] - (task != "full")}, 16)
        consumed = conn.experiments(experiment.id).fetch().progress.observation_budget_consumed
        self.assertAlmostEqual(consumed, sum(cost[s.task.name] for s in made))
        create = conn.experiments(experiment.id).observations().create
        full = create(assignments={"a": 1, "b": -1.0, "c": "e"}, task=experiment.tasks[0].to_json(), values=[{"value": 50}])
        self.assertEqual(full.task.name, "full")
        create(assignments={"a": 1, "b": -1.0, "c": "e"}, task="cheap", values=[{"value": 99}])
        self.assertEqual([one.values[0].value for one in self.best(experiment)], [50])
        self.refused(400, create, assignments={"a": 1, "b": -1.0, "c": "e"}, values=[{"value": 1}])


class Constraints(Kind):
    def test_linear_constraints(self):
        doubles = [{"name": n, "type": "double", "bounds": {"min": 0, "max": 1}} for n in ("x", "y", "z")]
        ints = [{"name": n, "type": "int", "bounds": {"min": 0, "max": 20}} for n in ("i", "j")]
        experiment = conn.experiments().create(
            name="constraints", parameters=doubles + ints, metrics=["m"],
            linear_constraints=[
                {"type": "less_than", "threshold": 1, "terms": [{"name": n, "weight": 1} for n in ("x", "y", "z")]},
                {"type": "greater_than", "threshold": 10, "terms": [{"name": "i", "weight": 1}, {"name": "j", "weight": 2}]}])
        self.assertEqual([c.type for c in experiment.linear_constraints], ["less_than", "greater_than"])

        def evaluate(x, _):
            self.assertLessEqual(x["x"] + x["y"] + x["z"], 1 + 1e-9)
            self.assertGreaterEqual(x["i"] + 2 * x["j"], 10)
            return None if x["x"] > 0.7 else {"m": x["x"] * 3 + x["y"] * 2 - x["j"]}
        made = self.loop(experiment, evaluate, 20)
        create = conn.experiments(experiment.id).observations().create
        create(assignments=dict(made[-1].assignments), values=[{"value": 1}])  # what was suggested is accepted
        self.refused(400, create, assignments={"x": 1, "y": 0.1, "z": 0, "i": 10, "j": 0}, failed=True)
        self.refused(400, conn.experiments(experiment.id).suggestions().create,
                     assignments={"x": 0, "y": 0, "z": 0, "i": 1, "j": 0})
        self.refused(400, conn.experiments(experiment.id).update, parameters=doubles + ints)


class Priors(Kind):
    def test_priors(self):
        experiment = conn.experiments().create(
            name="priors", metrics=["m"],
            parameters=[{"name": "x", "type": "double", "bounds": {"min": 0, "max": 1},
                         "prior": {"name": "normal", "mean": 0.8, "scale": 0.05}},
                        {"name": "y", "type": "double", "bounds": {"min": 0, "max": 1},
                         "prior": {"name": "beta", "shape_a": 2, "shape_b": 8}}])
        self.assertEqual((experiment.parameters[0].prior.mean, experiment.parameters[1].prior.shape_b), (0.8, 8))
        made = self.loop(experiment, lambda x, _: None if x["x"] < 0.2 else {"m": -abs(x["x"] - 0.75) - x["y"]}, 12)
        self.assertGreater(sum(s.assignments["x"] > 0.6 for s in made), 6)
        changed = conn.experiments(experiment.id).update(parameters=[{"name": "x", "prior": None}, {"name": "y"}])
        self.assertIsNone(changed.parameters[0].prior)
        self.loop(changed, lambda x, _: {"m": x["x"]}, 2)


class Metrics(Kind):
    def test_two_metrics(self):
        experiment = conn.experiments().create(
            name="two metrics", parameters=PARAMETERS, observation_budget=30,
            metrics=[{"name": "speed"}, {"name": "cost", "objective": "minimize"}, {"name": "kept", "strategy": "store"}])

        def evaluate(x, _):
            return None if x["c"] == "d" and x["a"] > 40 else {"speed": x["a"], "cost": x["a"] - x["b"], "kept": 1}
        self.loop(experiment, evaluate, 16)
        front = [{v.name: v.value for v in one.values} for one in self.best(experiment)]
        self.assertGreater(len(front), 1)
        self.assertEqual([f["cost"] for f in front], sorted(f["cost"] for f in front))
        for one in front:
            self.assertFalse(any(o["speed"] > one["speed"] and o["cost"] < one["cost"] for o in front))
        changed = conn.experiments(experiment.id).update(
            metrics=[{"name": "speed", "threshold": 20}, {"name": "cost"}, {"name": "kept"}])
        self.assertEqual([m.threshold for m in changed.metrics], [None, None, 20])
        self.assertTrue(all(v.value >= 20 for one in self.best(experiment) for v in one.values if v.name == "speed"))
        self.loop(changed, evaluate, 4)
        self.refused(400, conn.experiments(experiment.id).update, observation_budget=40)

    def test_search(self):
        experiment = conn.experiments().create(
            name="search", parameters=PARAMETERS, observation_budget=30,
            metrics=[{"name": "low", "strategy": "constraint", "objective": "minimize", "threshold": -20},
                     {"name": "high", "strategy": "constraint", "threshold": 10}])
        self.loop(experiment, lambda x, _: None if x["c"] == "d" and x["a"] > 40 else {"low": x["b"], "high": x["a"]}, 16)
        for one in self.best(experiment):
            values = {v.name: v.value for v in one.values}
            self.assertTrue(values["low"] <= -20 and values["high"] >= 10)

    def test_constraint_metric(self):
        experiment = conn.experiments().create(
            name="constraint metric", parameters=PARAMETERS, observation_budget=30,
            metrics=[{"name": "speed"}, {"name": "heat", "strategy": "constraint", "objective": "minimize", "threshold": 25}])
        self.loop(experiment, lambda x, _: None if x["c"] == "d" and x["a"] > 40 else {"speed": x["a"] + x["b"], "heat": x["a"]}, 16)
        best = self.best(experiment)
        self.assertEqual(len(best), 1)
        self.assertLessEqual({v.name: v.value for v in best[0].values}["heat"], 25)


class Solutions(Kind):
    def test_several(self):
        experiment = conn.experiments().create(name="solutions", parameters=PARAMETERS, metrics=["m"], num_solutions=3,
                                               observation_budget=30)
        self.assertEqual(experiment.num_solutions, 3)
        self.loop(experiment, lambda x, _: None if x["c"] == "d" and x["a"] > 40 else {"m": -abs(x["b"] + 25)}, 16)
        self.assertEqual(len(self.best(experiment)), 3)
        self.refused(400, conn.experiments(experiment.id).update, observation_budget=40)
