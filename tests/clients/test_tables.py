"""Decision tables of the protocol, cell by cell, over HTTP: what a create of an observation or a suggestion may say, and which features
of an experiment go together. What goes together is also run, with failures."""
import itertools
import unittest

import server

X = {"name": "x", "type": "double", "bounds": {"min": 0, "max": 1}}
Y = {**X, "name": "y"}
POINT, VALUES = {"x": 0.5}, [{"value": 1}]
TASKS = [{"name": "little", "cost": 0.5}, {"name": "full", "cost": 1}]
ABSENT = object()


def setUpModule():
    global running, client
    running = server.Server("tables")
    client = running.client()


def tearDownModule():
    client.close()
    assert running.stop() == 0


def make(**members):
    return "/v1/experiments/" + client.want("POST", "/v1/experiments", {"name": "e", "parameters": [X], **members})["id"]


class Observations(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.at, cls.other = make(), make()

    def suggestion(self):
        return client.want("POST", self.at + "/suggestions")["id"]

    def create(self, body, want):
        """The answer; also that a batch says the same, and that only what is accepted is stored."""
        with self.subTest(body=body):
            before = client.want("GET", self.at + "/observations")["count"]
            status, value = client.ask("POST", self.at + "/observations", body)
            self.assertEqual(status, want, value)
            self.assertEqual(client.want("GET", self.at + "/observations")["count"] - before, int(want == 200))
            batch = {"observations": [body], "dry_run": True}
            self.assertEqual(client.ask("POST", self.at + "/observations/batch", batch)[0], want)
            return value

    def test_source(self):
        self.create({"values": VALUES, "suggestion": self.suggestion(), "assignments": POINT}, 400)
        for source in {}, {"suggestion": None}, {"assignments": None}, {"suggestion": None, "assignments": None}:
            self.create({"values": VALUES, **source}, 400)
        foreign, gone = client.want("POST", self.other + "/suggestions")["id"], self.suggestion()
        client.want("DELETE", f"{self.at}/suggestions/{gone}")
        for wrong in foreign, gone, "999999", 0, "0", "abc", -1, 1.5, True, [], {}:
            self.create({"values": VALUES, "suggestion": wrong}, 400)
        for kind in str, int, float:
            number = self.suggestion()
            self.assertEqual(self.create({"values": VALUES, "suggestion": kind(number)}, 200)["suggestion"], number)
        self.assertIsNone(self.create({"values": VALUES, "assignments": POINT, "suggestion": None}, 200)["suggestion"])
        self.create({"values": VALUES, "suggestion": self.suggestion(), "assignments": None}, 200)
        self.create({"values": VALUES, "suggestion": self.suggestion(), "task": "t"}, 400)
        self.create({"values": VALUES, "assignments": POINT, "task": "t"}, 200)

    def test_assignments(self):
        for wrong in {}, {"x": None}, {"y": 1}, {"x": 1, "y": 1}, {"x": "a"}, {"x": True}, {"x": [1]}, 5, "a", []:
            self.create({"values": VALUES, "assignments": wrong}, 400)
        self.create({"values": VALUES, "assignments": {"x": 7}}, 200)  # outside the bounds

    def test_failed_and_values(self):
        for failed, values in itertools.product((ABSENT, None, False, True), (ABSENT, None, [], VALUES)):
            body = {"assignments": POINT, "failed": failed, "values": values}
            fine = (failed is True) != (values is VALUES)
            made = self.create({k: v for k, v in body.items() if v is not ABSENT}, 200 if fine else 400)
            if fine:
                self.assertEqual(made["failed"], failed is True)


class Suggestions(unittest.TestCase):
    def test_assignments_and_task(self):
        for tasks in None, TASKS:
            at = make(tasks=tasks, observation_budget=5)
            for assignments, task in itertools.product((None, POINT), (None, "little", {"name": "full"}, "none", 5)):
                with self.subTest(tasks=tasks, assignments=assignments, task=task):
                    valid = task in ("little", {"name": "full"})
                    fine = task is None and (assignments is None or tasks is None) or valid and assignments is not None and tasks is not None
                    status, made = client.ask("POST", at + "/suggestions", {
                        **({"assignments": assignments} if assignments else {}), **({"task": task} if task else {})})
                    self.assertEqual(status, 200 if fine else 400, made)
                    if fine:
                        self.assertEqual(made["fairway"]["source"] == "explicit", assignments is not None)
                        self.assertEqual(made.get("task") is not None, tasks is not None)


BOUND = {"strategy": "constraint", "threshold": 0}
FEATURES = {  # what each adds to an experiment
    "two": {"metrics": [{"name": "a"}, {"name": "b"}]},
    "constraint": {"metrics": [{"name": "a"}, {"name": "z", **BOUND}]},
    "search": {"metrics": [{"name": "a", **BOUND, "threshold": 0.1}, {"name": "z", **BOUND}]},
    "tasks": {"tasks": TASKS},
    "solutions": {"num_solutions": 3},
    "conditionals": {"conditionals": [{"name": "q", "values": ["u", "v"]}]},
    "linear": {"linear_constraints": [{"type": "less_than", "threshold": 1.5,
                                       "terms": [{"name": "x", "weight": 1}, {"name": "y", "weight": 1}]}]},
    "prior": {"parameters": [{**X, "prior": {"name": "normal", "mean": 0.5, "scale": 0.2}}, Y]},
    "no budget": {"observation_budget": None},
}
APART = {frozenset(pair) for pair in (
    ("two", "tasks"), ("constraint", "tasks"), ("search", "tasks"), ("solutions", "tasks"), ("two", "solutions"),
    ("search", "solutions"), ("conditionals", "solutions"), ("two", "no budget"), ("constraint", "no budget"),
    ("search", "no budget"), ("tasks", "no budget"), ("solutions", "no budget"))}


class Features(unittest.TestCase):
    def run_loop(self, made, features):
        at = "/v1/experiments/" + made["id"]
        for _ in range(8):
            suggestion = client.want("POST", at + "/suggestions")
            a = suggestion["assignments"]
            if "linear" in features:
                self.assertLessEqual(a["x"] + a["y"], 1.5 + 1e-9)
            values = [{"name": metric["name"], "value": a["x"] + i * a["y"]} for i, metric in enumerate(made["metrics"])]
            report = {"failed": True} if a["x"] > 0.8 else {"values": values}
            client.want("POST", at + "/observations", {"suggestion": suggestion["id"], **report})
        for derived in "best_assignments", "stopping_criteria", "best_practices":
            client.want("GET", f"{at}/{derived}")

    def test_every_two_and_three(self):
        sets = itertools.chain(*(itertools.combinations(FEATURES, n) for n in (1, 2, 3)))
        for features in (s for s in sets if sum("metrics" in FEATURES[f] for f in s) < 2):
            with self.subTest(features=features):
                body = {"name": "e", "parameters": [X, Y], "metrics": [{"name": "a"}], "observation_budget": 20}
                for feature in features:
                    body.update(FEATURES[feature])
                status, made = client.ask("POST", "/v1/experiments", body)
                apart = any(frozenset(pair) in APART for pair in itertools.combinations(features, 2))
                self.assertEqual(status, 400 if apart else 200, made)
                if not apart:
                    self.run_loop(made, features)
