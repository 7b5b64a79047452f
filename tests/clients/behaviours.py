"""What SigOpt's own tests assert of its server, asked of ours: the ground that test_behaviours_*.py stand on.

Each test method is one behaviour or a few that belong together; its text says which. Requests are plain HTTP, for the official client
waits after each error. What needs a feature that the optimizer does not have yet is skipped, and says so.
"""
import unittest

import server

D = {"name": "b", "type": "double", "bounds": {"min": -50, "max": 0}}
I = {"name": "a", "type": "int", "bounds": {"min": 1, "max": 50}}
C = {"name": "c", "type": "categorical", "categorical_values": ["d", "e"]}
DEFAULT = {"name": "default", "parameters": [I, D, C], "metrics": [{"name": "profit"}], "observation_budget": 30}
X = {"name": "x", "type": "double", "bounds": {"min": 0, "max": 1}}
Y = {"name": "y", "type": "double", "bounds": {"min": 0, "max": 1}}
PLAIN = {"name": "plain", "parameters": [X, Y]}  # one unnamed metric
CONDITIONALS = {**DEFAULT, "name": "conditionals", "conditionals": [{"name": "x", "values": ["1", "5", "10"]}],
                "parameters": [I, {**D, "conditions": {"x": ["5", "10"]}}, {**C, "conditions": {"x": "10"}}]}
MULTIMETRIC = {**DEFAULT, "name": "two metrics", "metrics": [{"name": "m1"}, {"name": "m2"}], "observation_budget": 50}
MULTISOLUTION = {**DEFAULT, "name": "solutions", "num_solutions": 2}
SEARCH = {**DEFAULT, "name": "search", "metrics": [{"name": "u", "strategy": "constraint", "threshold": 2.1},
                                                   {"name": "v", "strategy": "constraint", "threshold": -5.2}]}
CONSTRAINTS = {**DEFAULT, "name": "constraints", "parameters": [D, {**D, "name": "f"}, C], "linear_constraints": [
    {"type": "less_than", "threshold": -10, "terms": [{"name": "b", "weight": 1}, {"name": "f", "weight": 1}]}]}
TASKS = {**DEFAULT, "name": "tasks", "tasks": [{"name": "cheap", "cost": 0.1}, {"name": "half", "cost": 0.5}, {"name": "full", "cost": 1}]}
GRID = {"name": "grid", "type": "grid", "metrics": [{"name": "profit"}],
        "parameters": [{"name": "a", "type": "int", "grid": [1, 2, 3, 4, 5]}, {"name": "b", "type": "double", "grid": [0.1, 0.2, 0.3]}, C]}
STORED = {**DEFAULT, "name": "stored", "metrics": [{"name": "a stored one", "strategy": "store"}, {"name": "optimized"}]}
KINDS = {"default": DEFAULT, "conditionals": CONDITIONALS, "constraints": CONSTRAINTS, "multimetric": MULTIMETRIC,
         "multisolution": MULTISOLUTION, "search": SEARCH}


def setUpModule():
    global running, client
    running = server.Server("behaviours")
    client = running.client()


def tearDownModule():
    client.close()
    running.stop()


class Case(unittest.TestCase):
    """`ask` takes paths below /v1."""

    def ask(self, method, path, body=None):
        return client.ask(method, "/v1" + path, body)

    def want(self, method, path, body=None):
        status, value = self.ask(method, path, body)
        self.assertEqual(status, 200, (method, path, body, value))
        return value

    def refused(self, method, path, body=None, status=400, text=""):
        """The message of an error."""
        got, value = self.ask(method, path, body)
        self.assertEqual(got, status, (method, path, body, value))
        self.assertEqual(value["status"], status)
        self.assertIn(text.lower(), value["message"].lower())
        return value["message"]

    def experiment(self, definition=PLAIN, **changes):
        return Experiment(self, self.want("POST", "/experiments", {**definition, **changes}))

    def no_experiment(self, definition=PLAIN, text="", **changes):
        """Refused, and nothing is stored."""
        before = self.want("GET", "/experiments?state=all&limit=0")["count"]
        self.refused("POST", "/experiments", {**definition, **changes}, text=text)
        self.assertEqual(self.want("GET", "/experiments?state=all&limit=0")["count"], before)


class Experiment:
    """An experiment and what is below its path."""

    def __init__(self, case, made):
        self.case, self.made, self.id = case, made, made["id"]
        self.path = f"/experiments/{made['id']}"
        self.metrics = [metric["name"] for metric in made["metrics"]]

    def __getitem__(self, key):
        return self.made[key]

    def fetch(self):
        return self.case.want("GET", self.path)

    def change(self, **members):
        self.made = self.case.want("PUT", self.path, members)
        return self.made

    def not_changed(self, text="", **members):
        before = self.fetch()
        self.case.refused("PUT", self.path, members, text=text)
        self.case.assertEqual(self.fetch(), before)

    def suggest(self, **members):
        return self.case.want("POST", self.path + "/suggestions", members)

    def no_suggestion(self, text="", **members):
        self.case.refused("POST", self.path + "/suggestions", members, text=text)

    def observe(self, **members):
        return self.case.want("POST", self.path + "/observations", members)

    def no_observation(self, text="", **members):
        before = self.count("observations")
        self.case.refused("POST", self.path + "/observations", members, text=text)
        self.case.assertEqual(self.count("observations"), before)

    def report(self, value, **members):
        """An observation of a new suggestion; the value for all metrics, or a list of them."""
        values = value if isinstance(value, list) else [value] * len(self.metrics)
        if not members:
            members = {"suggestion": self.suggest()["id"]}
        named = [{"name": name, "value": v} for name, v in zip(self.metrics, values)]
        return self.observe(values=named, **members)

    def list(self, what, query=""):
        return self.case.want("GET", f"{self.path}/{what}?{query}")

    def count(self, what, query=""):
        page = self.list(what, query)
        if "limit" not in query:
            self.case.assertEqual(page["count"], len(page["data"]))
        return page["count"]

    def best(self):
        return self.list("best_assignments")["data"]
