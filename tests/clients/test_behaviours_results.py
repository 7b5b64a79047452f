"""What is derived from observations (best assignments, progress, stopping, importances, best practices), the kinds of experiments that
have their own rules (grids, linear constraints, several metrics and solutions, searches), projects, notes and tags."""
import itertools
import time

import behaviours
from behaviours import (C, CONDITIONALS, CONSTRAINTS, D, DEFAULT, GRID, I, KINDS, MULTIMETRIC, MULTISOLUTION, PLAIN, SEARCH, STORED,
                        TASKS, X, Y, Case)

setUpModule, tearDownModule = behaviours.setUpModule, behaviours.tearDownModule
POINT = {"x": 0.25, "y": 0.5}
DEFAULT_POINT = {"a": 1, "b": -1.0, "c": "d"}


def numbers(best):
    return [[value["value"] for value in item["values"]] for item in best]


class Best(Case):
    def test_none(self):
        """Without observations and with failed ones only: none; progress has no best one."""
        for kind, definition in KINDS.items():
            with self.subTest(kind):
                e = self.experiment(definition)
                self.assertEqual(e.best(), [])
                e.observe(suggestion=e.suggest()["id"], failed=True)
                self.assertEqual(e.best(), [])
                self.assertIsNone(e.fetch()["progress"]["best_observation"])

    def test_counts(self):
        """How many there are, by kind of experiment, after nine observations with the values 0 to 8."""
        for kind, definition in KINDS.items():
            with self.subTest(kind):
                e = self.experiment(definition)
                for i in range(9):
                    e.report(i)
                wanted = {"multisolution": 2, "search": 6}.get(kind, 1)  # u >= 2.1 holds for 3 to 8
                self.assertEqual(len(e.best()), wanted)
                self.assertEqual(e.best()[0]["values"][0]["value"], 8)

    def test_single(self):
        """The greatest, or the smallest when minimized, with its assignments; none after all are deleted."""
        for objective, wanted in (("maximize", 7), ("minimize", -3)):
            e = self.experiment(metrics=[{"name": "m", "objective": objective}])
            s = e.suggest()
            e.report(wanted, suggestion=s["id"])
            e.report(2, suggestion=s["id"])
            best = e.best()
            self.assertEqual((numbers(best), best[0]["assignments"]), ([[wanted]], s["assignments"]))
            self.assertEqual(e.fetch()["progress"]["best_observation"]["values"][0]["value"], wanted)
            self.want("DELETE", e.path + "/observations")
            self.assertEqual(e.best(), [])

    def test_stored(self):
        """A stored metric that sorts first does not decide, but is shown; not for the front of two others either."""
        e = self.experiment(STORED)
        for values in ([9, 1], [1, 9]):
            e.report(values, assignments=DEFAULT_POINT)
        self.assertEqual(numbers(e.best()), [[1, 9]])
        e = self.experiment(MULTIMETRIC, metrics=[{"name": "a", "strategy": "store"}, {"name": "m1"}, {"name": "m2"}])
        for values in ([0, 1, 3], [0, 3, 1], [9, 1, 1]):
            e.report(values, assignments=DEFAULT_POINT)
        self.assertEqual(numbers(e.best()), [[0, 3, 1], [0, 1, 3]])

    def test_front(self):
        """Two metrics: what nothing dominates, best first by the first one; thresholds are applied before."""
        values = [[0, 4], [1, 3], [1, 2], [4, 0], [0, 0]]
        for objective, wanted in (("maximize", [[4, 0], [1, 3], [0, 4]]), ("minimize", [[0, 0]])):
            e = self.experiment(MULTIMETRIC, metrics=[{"name": "m1", "objective": objective}, {"name": "m2", "objective": objective}])
            for v in values:
                e.report(v, assignments=DEFAULT_POINT)
            self.assertEqual(numbers(e.best()), wanted)
            self.assertIsNone(e.fetch()["progress"]["best_observation"])
        e = self.experiment(MULTIMETRIC, metrics=[{"name": "m1", "threshold": 1}, {"name": "m2", "threshold": 2}])
        for v in values:
            e.report(v, assignments=DEFAULT_POINT)
        self.assertEqual(numbers(e.best()), [[1, 3]])

    def test_search(self):
        """Constraint metrics only: all that satisfy them, the bound included; or none."""
        e = self.experiment(SEARCH, metrics=[{"name": "u", "strategy": "constraint", "threshold": 11}])
        for i in range(21):
            e.report(i, assignments=DEFAULT_POINT)
        self.assertEqual(numbers(e.best()), [[v] for v in range(20, 10, -1)])
        e = self.experiment(SEARCH)
        e.report([0, 0], assignments=DEFAULT_POINT)
        self.assertEqual(e.best(), [])
        self.no_experiment(SEARCH, tasks=TASKS["tasks"])


class Solutions(Case):
    def test_definitions(self):
        """What goes with several solutions and what does not."""
        self.experiment(MULTISOLUTION, metrics=[{"name": "p"}, {"name": "k", "strategy": "constraint", "threshold": 1}])
        self.experiment(MULTISOLUTION, parameters=CONSTRAINTS["parameters"], linear_constraints=CONSTRAINTS["linear_constraints"])
        for wrong in ({"metrics": [{"name": "p", "threshold": 1}]}, {"metrics": SEARCH["metrics"]}, {"metrics": ["m1", "m2"]},
                      {"conditionals": CONDITIONALS["conditionals"], "parameters": CONDITIONALS["parameters"]},
                      {"tasks": TASKS["tasks"]}, {"num_solutions": -1}, {"num_solutions": "a"}, {"num_solutions": 31},
                      {"observation_budget": None}, {"observation_budget": -1}):
            self.no_experiment(MULTISOLUTION, **wrong)
        self.assertIsNone(self.experiment()["num_solutions"])

    def test_best(self):
        """Two distant best ones among worse ones are both found; as many as there are, up to their number; failed ones never."""
        for objective, good, bad in (("maximize", 10, 1), ("minimize", 1, 10)):
            e = self.experiment(num_solutions=2, observation_budget=30, metrics=[{"name": "m", "objective": objective}])
            e.observe(assignments=POINT, failed=True)
            self.assertEqual(e.best(), [])
            e.report(good, assignments={"x": 0, "y": 0})
            self.assertEqual(numbers(e.best()), [[good]])
            e.report(good, assignments={"x": 0, "y": 0})
            e.report(good, assignments={"x": 1, "y": 1})
            for i in range(9):
                e.report(bad, assignments={"x": 0.5, "y": i / 10})
            best = e.best()
            self.assertEqual(numbers(best), [[good], [good]])
            self.assertNotEqual(best[0]["assignments"], best[1]["assignments"])


class Progress(Case):
    def test_new(self):
        """Of a new experiment: nothing."""
        for definition in (DEFAULT, {**PLAIN, "type": "random", "observation_budget": 9}, GRID):
            e = self.experiment(definition)
            self.assertEqual(e["type"], definition.get("type", "offline"))
            self.assertEqual(e["progress"], {"object": "progress", "observation_count": 0, "observation_budget_consumed": 0.0,
                                             "first_observation": None, "last_observation": None, "best_observation": None})

    def test_five(self):
        """Five values on one suggestion: the first, the last and the best of them."""
        e = self.experiment()
        s = e.suggest()
        for value in (-1, 0, 1, 2, 1):
            e.report(value, suggestion=s["id"])
        progress = e.fetch()["progress"]
        self.assertEqual((progress["observation_count"], progress["observation_budget_consumed"]), (5, 5.0))
        self.assertEqual([progress[k + "_observation"]["values"][0]["value"] for k in ("first", "last", "best")], [-1, 1, 2])

    def test_tasks(self):
        """With tasks the costs are counted, and the best is of the full one."""
        e = self.experiment(TASKS)
        for task, value in ((None, 1), ("cheap", 100)):
            e.report(value, assignments=DEFAULT_POINT, task={"name": task or "full"})
        progress = e.fetch()["progress"]
        self.assertAlmostEqual(progress["observation_budget_consumed"], 1.1)
        self.assertEqual(progress["best_observation"]["values"][0]["value"], 1)


class Stopping(Case):
    def reasons(self, e):
        reply = self.want("GET", e.path + "/stopping_criteria")
        self.assertEqual(reply["should_stop"], bool(reply["reasons"]))
        return reply["reasons"]

    def add(self, e, values):
        items = [{"assignments": POINT, "values": [{"value": v}]} for v in values]
        self.want("POST", e.path + "/observations/batch", {"observations": items})

    def test_stagnation(self):
        """Five good ones, then bad ones: at n = 5d + 5; a new best takes it back; none left, no reason."""
        e = self.experiment(observation_budget=499)
        self.add(e, [9, 9, 9, 9, 9] + 9 * [-1])
        self.assertEqual(self.reasons(e), [])
        self.add(e, [-1])
        self.assertEqual(self.reasons(e), ["possible_stagnation"])
        self.add(e, [10])
        self.assertEqual(self.reasons(e), [])
        self.want("DELETE", e.path + "/observations")
        self.assertEqual(self.reasons(e), [])

    def test_minimized(self):
        """When the metric is minimized, getting better is getting smaller."""
        for sign, wanted in ((-1, []), (1, ["possible_stagnation"])):
            e = self.experiment(metrics=[{"name": "m", "objective": "minimize"}])
            self.add(e, [sign * i for i in range(20)])
            self.assertEqual(self.reasons(e), wanted)

    def test_budget(self):
        """More than the budget; together with stagnation; no reason after all are deleted."""
        e = self.experiment(observation_budget=5)
        self.add(e, range(5))
        self.assertEqual(self.reasons(e), [])
        self.add(e, [6])
        self.assertEqual(self.reasons(e), ["observation_budget_reached"])
        self.add(e, 14 * [-1])
        self.assertEqual(self.reasons(e), ["possible_stagnation", "observation_budget_reached"])
        self.want("DELETE", e.path + "/observations")
        self.assertEqual(self.reasons(e), [])


class Practices(Case):
    def violations(self, e):
        return self.want("GET", e.path + "/best_practices")["violations"]

    def test_none(self):
        """Of a new experiment of any kind."""
        for kind, definition in KINDS.items():
            with self.subTest(kind):
                self.assertEqual(self.violations(self.experiment(definition)), [])

    def test_budget_and_bandwidth(self):
        """More than planned, of both; without a bandwidth one open suggestion is planned."""
        e = self.experiment(observation_budget=1, parallel_bandwidth=1)
        for _ in range(3):
            s = e.suggest()
        for _ in range(2):
            e.report(1, suggestion=s["id"])
        found = self.violations(e)
        self.assertEqual([sum(word in text for text in found) for word in ("observation_budget", "parallel_bandwidth")], [1, 1])
        self.assertEqual(len(found), 2)
        e = self.experiment()
        for _ in range(3):
            e.suggest()
        self.assertEqual(["parallel_bandwidth" in text for text in self.violations(e)], [True])

    def test_tasks(self):
        """What the tasks cost is counted."""
        e = self.experiment(TASKS, observation_budget=1)
        for _ in range(11):
            e.report(1, assignments=DEFAULT_POINT, task="cheap")
        self.assertTrue(any("observation_budget" in text for text in self.violations(e)))


class Importances(Case):
    def test_too_few(self):
        """No observation, or one: 422, when they are read and when they are asked for."""
        e = self.experiment()
        for _ in range(2):
            self.refused("GET", e.path + "/metric_importances", status=422)
            self.refused("PUT", e.path + "/metric_importances", status=422)
            e.report(1, assignments=POINT)

    def test_sum(self):
        """Of a + b, each counts more than g, which is not used; they add up to 1."""
        names = ("a", "b", "g")
        e = self.experiment(parameters=[{**X, "name": name} for name in names], metrics=["m"])
        for i in range(20):
            point = {"a": i * 7 % 20 / 20, "b": i * 3 % 20 / 20, "g": i * 11 % 20 / 20}
            e.report(point["a"] + point["b"], assignments=point)
        for _ in range(50):  # they are computed in the background
            status, page = self.ask("GET", e.path + "/metric_importances")
            if status != 422:
                break
            time.sleep(0.1)
        self.assertEqual(status, 200, page)
        self.assertEqual((page["count"], page["data"][0]["metric"]), (1, "m"))
        found = page["data"][0]["importances"]
        self.assertEqual(set(found), set(names))
        self.assertAlmostEqual(sum(found.values()), 1, 9)
        self.assertGreater(min(found["a"], found["b"]), found["g"])
        self.assertEqual(self.want("PUT", e.path + "/metric_importances"), {})

    def test_hyperparameters(self):
        """What was fitted can be dropped; suggestions go on."""
        e = self.experiment()
        for i in range(6):
            e.report(i)
        self.assertEqual(self.want("DELETE", e.path + "/hyperparameters"), {})
        e.suggest()


class Grids(Case):
    def test_definitions(self):
        """The budget is the number of combinations; grids come back sorted, with bounds; what is no grid."""
        e = self.experiment(GRID, parameters=[{"name": "a", "type": "int", "grid": [-2, -50, -5]}, C])
        self.assertEqual(e["observation_budget"], 6)
        a, c = e["parameters"]
        self.assertEqual((a["grid"], a["bounds"]["min"], a["bounds"]["max"], c["grid"]), ([-50, -5, -2], -50, -2, ["d", "e"]))
        self.no_experiment(GRID, observation_budget=1)
        self.experiment(GRID, observation_budget=30)
        for wrong in ({**X, "grid": [0, 1]}, {**C, "grid": [1, 2]}, X, *({"name": "a", "type": "int", "grid": g} for g in (3, [], None))):
            self.no_experiment(GRID, parameters=[wrong])
        e.not_changed(parameters=[{"name": "a"}, {"name": "c"}])
        e.change(name="other")

    def test_order(self):
        """The first parameter varies fastest; all combinations once, then again from the start."""
        e = self.experiment(GRID, parameters=[{"name": "a", "type": "int", "grid": [1, 2]},
                                              {"name": "b", "type": "double", "grid": [0, 1.5]}, C])
        wanted = [{"a": a, "b": b, "c": c} for c, b, a in itertools.product("de", (0.0, 1.5), (1, 2))]
        for point in wanted + wanted[:2]:
            s = e.suggest()
            self.assertEqual(s["assignments"], point)
            e.report(1, suggestion=s["id"])

    def test_in_others(self):
        """Grids in experiments of type offline: sorted, with bounds, changed as a whole; only their values are accepted."""
        g = {"name": "g", "type": "double", "grid": [2, 0.5, 1]}
        e = self.experiment(parameters=[g, X])
        self.assertEqual((e["parameters"][0]["grid"], e["parameters"][0]["bounds"]["min"]), ([0.5, 1, 2], 0.5))
        for wrong in (None, "1,2", 3, [1, "2"], [1, None], [1], [], [1, 1]):
            self.no_experiment(parameters=[{**g, "grid": wrong}])
        self.no_experiment(parameters=[{"name": "g", "type": "int", "grid": [1, 3.5]}], text="Invalid type")
        self.no_experiment(parameters=[{**g, "grid": [0, 1], "transformation": "log"}], text="log-transformation")
        self.no_experiment(parameters=[{**g, "prior": {"name": "normal", "mean": 1, "scale": 1}}])
        self.no_experiment(parameters=[g, X], linear_constraints=[
            {"type": "less_than", "threshold": 1, "terms": [{"name": "g", "weight": 1}, {"name": "x", "weight": 1}]}])
        for _ in range(8):
            s = e.suggest()
            self.assertIn(s["assignments"]["g"], (0.5, 1, 2))
            e.report(1, suggestion=s["id"])
        e.no_observation(assignments={"g": 0.75, "x": 0}, values=[{"value": 1}])
        e.change(parameters=[{"name": "g", "type": "double", "grid": [3, 4]}])
        self.assertIn(e.suggest()["assignments"]["g"], (3, 4))


class Linear(Case):
    TERMS = [{"name": "x", "weight": 1}, {"name": "y", "weight": 1}]

    def wrong(self, text, *constraints, parameters=(X, Y)):
        self.no_experiment(parameters=list(parameters), linear_constraints=list(constraints), text=text)

    def test_definitions(self):
        """Shapes and contents that are refused, each with its own words."""
        good = {"type": "less_than", "threshold": 1, "terms": self.TERMS}
        self.wrong("missing required", {"type": "less_than", "terms": self.TERMS})
        self.wrong("not one of the allowed values", {**good, "type": "equal"})
        self.wrong("missing required", {**good, "terms": [{"name": "x"}]})
        self.wrong("unknown json keys", {**good, "k": 1})
        self.wrong("unknown json keys", {**good, "terms": [{**self.TERMS[0], "k": 1}]})
        self.wrong("c", {**good, "terms": [{"name": "c", "weight": 1}]}, parameters=(X, Y, C))
        self.wrong("zzz", {**good, "terms": [{"name": "zzz", "weight": 1}, *self.TERMS]})
        self.wrong("x", {**good, "terms": [self.TERMS[0], self.TERMS[0]]})
        self.wrong("term", {**good, "terms": []})
        self.wrong("infeasible", {**good, "threshold": 0.5}, {**good, "type": "greater_than", "threshold": 0.5})
        self.wrong("two parameters", {**good, "terms": [self.TERMS[0], {"name": "y", "weight": 0}]})
        self.wrong("int", {**good, "terms": [self.TERMS[0], {"name": "i", "weight": 1}]}, parameters=(X, {**I, "name": "i"}))
        many = [{**I, "name": f"i{k}"} for k in range(11)]
        self.wrong("10", {**good, "threshold": 100, "terms": [{"name": p["name"], "weight": 1} for p in many]}, parameters=many)
        terms = [{"name": "x", "weight": 1}, {"name": "b", "weight": 1}]
        self.no_experiment(CONDITIONALS, parameters=[I, {**X, "conditions": {"x": "5"}, "name": "b"}, X],
                           linear_constraints=[{**good, "terms": terms}])

    def test_points(self):
        """Suggestions keep them; what violates them is refused everywhere; ints too."""
        e = self.experiment(linear_constraints=[{"type": "less_than", "threshold": 0.8, "terms": self.TERMS}])
        for i in range(6):
            s = e.suggest()
            self.assertLessEqual(s["assignments"]["x"] + s["assignments"]["y"], 0.8)
            e.report(i, suggestion=s["id"])
        bad, good = {"x": 0.5, "y": 0.5}, {"x": 0.5, "y": 0.25}
        e.no_observation(assignments=bad, values=[{"value": 1}])
        e.no_suggestion(assignments=bad)
        self.refused("POST", e.path + "/queued_suggestions", {"assignments": bad})
        e.suggest(assignments=good)
        e.report(1, assignments=good)
        self.want("POST", e.path + "/queued_suggestions", {"assignments": good})
        ints = [{**I, "name": "x"}, {**I, "name": "y"}]
        e = self.experiment(parameters=ints, linear_constraints=[{"type": "greater_than", "threshold": 60, "terms": self.TERMS}])
        s = e.suggest()["assignments"]
        self.assertGreaterEqual(s["x"] + s["y"], 60)
        e.no_suggestion(assignments={"x": 20, "y": 39})


class Loop(Case):
    def test_types(self):
        """Twelve rounds: numbers of the right kind within their bounds, also very narrow ones."""
        narrow = {"name": "n", "type": "double", "bounds": {"min": 0.1, "max": 0.100001}, "transform": "log"}
        e = self.experiment(parameters=[I, D, C, narrow])
        for i in range(12):
            s = e.suggest()["assignments"]
            self.assertEqual([type(s[name]) for name in ("a", "b", "c", "n")], [int, float, str, float])
            self.assertTrue(1 <= s["a"] <= 50 and -50 <= s["b"] <= 0 and 0.1 <= s["n"] <= 0.100001)
            e.report(i, assignments=s)
        self.assertEqual(numbers(e.best()), [[11]])


class Projects(Case):
    PATH = "/clients/1/projects"

    def test_create(self):
        """What a new one shows; 409 for its id again, 400 for other keys."""
        body = {"id": "b-create", "name": "Boats", "metadata": {"k": 1}}
        made = self.want("POST", self.PATH, body)
        self.assertEqual((made["id"], made["client"], made["metadata"], made["created"]), ("b-create", "1", {"k": 1}, made["updated"]))
        self.refused("POST", self.PATH, body, status=409)
        for wrong in ({"user": 1}, {"id": None}, {"id": "Upper"}, {"id": 33 * "x"}, {"name": None}, {"name": ""}, {"name": 101 * "n"}):
            self.refused("POST", self.PATH, {**body, "id": "b-other", **wrong})
        self.refused("GET", self.PATH + "/b-other", status=404)
        self.refused("GET", "/clients/0/projects/b-create", status=404)

    def test_update(self):
        """Name, metadata, deleted; an empty update moves `updated`; other keys and names that are none are refused."""
        path = self.PATH + "/b-update"
        made = self.want("POST", self.PATH, {"id": "b-update", "name": "Boats", "metadata": {"k": 1}})
        for wrong in ({"client": 1}, {"created": 1}, {"updated": 1}, {"unknown": 1}, {"name": None}, {"name": ""}, {"name": 101 * "n"}):
            self.refused("PUT", path, wrong)
        self.assertEqual(self.want("GET", path), made)
        time.sleep(1.01)
        changed = self.want("PUT", path, {})
        self.assertGreater(changed["updated"], made["created"])
        self.assertEqual(changed["metadata"], {"k": 1})
        self.assertIsNone(self.want("PUT", path, {"metadata": None, "name": "Ships"})["metadata"])
        for deleted in (True, False):
            self.want("PUT", path, {"deleted": deleted})
            self.assertEqual(self.want("GET", path)["deleted"], deleted)
        self.refused("PUT", self.PATH + "/b-unknown", {}, status=404)

    def test_list(self):
        """Archived ones only with deleted=True; by last change or creation, up and down."""
        for name in ("b-list-1", "b-list-2", "b-list-3"):
            self.want("POST", self.PATH, {"id": name, "name": name})
        self.want("PUT", self.PATH + "/b-list-2", {"deleted": True})

        def ids(query):
            return [p["id"] for p in self.want("GET", self.PATH + query)["data"] if p["id"].startswith("b-list")]

        self.assertEqual(ids("?sort=created"), ["b-list-3", "b-list-1"])
        self.assertEqual(ids("?sort=created&ascending=true"), ["b-list-1", "b-list-3"])
        self.assertEqual(ids("?sort=created&deleted=True"), ["b-list-3", "b-list-2", "b-list-1"])
        self.assertIn("sigopt-examples", [p["id"] for p in self.want("GET", self.PATH)["data"]])
        self.refused("GET", self.PATH + "?sort=name")

    def test_updated(self):
        """Follows the experiments in it and their observations."""
        path = self.PATH + "/b-follow"
        self.want("POST", self.PATH, {"id": "b-follow", "name": "Follow"})
        e = self.experiment(project="b-follow")
        o = None

        def same():
            self.assertEqual(self.want("GET", path)["updated"], e.fetch()["updated"])

        same()
        o = e.observe(assignments=POINT, failed=True)
        same()
        self.want("PUT", f"{e.path}/observations/{o['id']}", {"metadata": {"k": 1}})
        same()
        self.want("DELETE", f"{e.path}/observations/{o['id']}")
        same()
        e.change(project=None)
        same()
        e.change(project="b-follow")
        self.want("DELETE", e.path)
        same()

    def test_notes(self):
        """The newest one is the list."""
        path = self.PATH + "/default/notes"
        self.assertEqual(self.want("GET", path)["data"], [])
        for wrong in ({}, {"contents": 1}, {"contents": "a", "k": 1}, {"contents": 1048577 * "x"}):
            self.refused("POST", path, wrong)
        for text in ("one", "two"):
            note = self.want("POST", path, {"contents": text})
        self.assertEqual((note["contents"], note["client"], note["project"]), ("two", "1", "default"))
        self.assertEqual(self.want("GET", path)["data"], [note])

    def test_tags(self):
        """Colours in capitals; a name once; what is no colour."""
        path = "/clients/1/tags"
        self.assertEqual(self.want("GET", path)["count"], 0)
        for colour in ("", " ", "hello", "red", "#a", "#123", "#abc", "#EGBDFA", "#-12885", None):
            self.refused("POST", path, {"name": "tag", "color": colour})
        for wrong in ({"color": "#000000"}, {"name": " ", "color": "#000000"}, {"name": "a"}, {"name": "a", "color": "#000000", "k": 1}):
            self.refused("POST", path, wrong)
        for colour in ("#000000", "#999999", "#aaaaaa", "#ffffff", "#1a2b3c", "#ABCDEF"):
            made = self.want("POST", path, {"name": colour, "color": colour})
            self.assertEqual((made["color"], made["name"], made["client"]), (colour.upper(), colour, "1"))
        self.refused("POST", path, {"name": "#000000", "color": "#123456"}, status=409)
        self.assertEqual(self.want("GET", path)["count"], 6)
