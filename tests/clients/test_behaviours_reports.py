"""Suggestions, queued suggestions and observations."""
import behaviours
from behaviours import C, CONDITIONALS, DEFAULT, KINDS, MULTIMETRIC, STORED, TASKS, X, Y, Case

setUpModule, tearDownModule = behaviours.setUpModule, behaviours.tearDownModule
POINT = {"x": 0.25, "y": 0.5}


class Observations(Case):
    def test_values(self):
        """Values come back bit for bit; what else an observation of a suggestion shows."""
        e = self.experiment()
        for value in (0.0, 5.1, 1.7976931348623157e308, -1.7976931348623157e308, 2.2250738585072014e-308, -2.2250738585072014e-308):
            suggestion = e.suggest()
            o = e.observe(suggestion=suggestion["id"], values=[{"value": value}])
            self.assertEqual(o["values"], [{"object": "metric_evaluation", "name": None, "value": value, "value_stddev": None}])
            self.assertEqual((o["suggestion"], o["assignments"]), (suggestion["id"], suggestion["assignments"]))
            self.assertEqual((o["metadata"], o["failed"], o["created"] > 0), (None, False, True))
            self.assertEqual(self.want("GET", f"{e.path}/observations/{o['id']}"), o)

    def test_source(self):
        """Of a suggestion of this experiment or of assignments, not both, not neither; nothing else is stored."""
        e, other = self.experiment(), self.experiment()
        value = {"values": [{"value": 1}]}
        for wrong in ({"suggestion": 0}, {"suggestion": None}, {}, {"suggestion": other.suggest()["id"]},
                      {"suggestion": e.suggest()["id"], "assignments": POINT}, {"assignments": {}}, {"assignments": None},
                      {"assignments": {"x": 0}}, {"assignments": {"y": 0}}, {"assignments": {**POINT, "z": 0}},
                      {"assignments": {**POINT, "x": "0"}}, {"assignments": {**POINT, "x": None}}):
            e.no_observation(**wrong, **value)
        o = e.observe(assignments={**POINT, "x": 58}, **value)
        self.assertEqual((o["suggestion"], o["assignments"]["x"]), (None, 58))

    def test_outcome(self):
        """Values or failed; unknown keys are refused at both levels."""
        e = self.experiment()
        for wrong in ({}, {"values": [{"value": None}]}, {"values": [{"value": 1}], "unknown": 1}, {"values": [{"value": 1, "k": 1}]},
                      {"failed": True, "values": [{"value": 1}]}, {"values": [1, 2]}, {"values": [{"value": 1}, {"value": 2}]},
                      *({**failed, **values} for failed in ({}, {"failed": False}) for values in ({}, {"values": None}, {"values": []}))):
            e.no_observation(assignments=POINT, **wrong)
        o = e.observe(assignments=POINT, failed=True)
        self.assertEqual((o["failed"], o["values"]), (True, []))
        e.no_observation(assignments=POINT, values=[{"value": 1}, {"value": 2}], text="must be equal")
        e.no_observation(assignments=POINT, values=[1], text="Invalid type for")

    def test_log(self):
        """A log parameter must be above 0, and may lie outside of its bounds."""
        e = self.experiment(parameters=[{"name": "l", "type": "double", "bounds": {"min": 1, "max": 100}, "transformation": "log"}])
        e.no_observation(assignments={"l": -1}, values=[{"value": 1}])
        e.no_observation(assignments={"l": 0}, values=[{"value": 1}])
        self.assertEqual(e.observe(assignments={"l": 0.5}, values=[{"value": 1}])["assignments"], {"l": 0.5})

    def test_batch(self):
        """Ten of a batch, each with its own suggestion; an empty batch; all or none; a rehearsal stores nothing."""
        e, other = self.experiment(), self.experiment()
        items = [{"suggestion": e.suggest()["id"], "values": [{"value": i}], "no_optimize": i % 2 == 0} for i in range(10)]
        path = e.path + "/observations/batch"
        rehearsed = self.want("POST", path, {"observations": items, "dry_run": True})
        self.assertEqual([o["id"] for o in rehearsed["data"]], 10 * [None])
        self.assertEqual(e.count("observations"), 0)
        self.refused("POST", path, {"observations": items + [{"suggestion": other.suggest()["id"], "failed": True}]})
        self.assertEqual(e.count("observations"), 0)
        page = self.want("POST", path, {"observations": items, "no_optimize": True})
        self.assertEqual((page["count"], [o["values"][0]["value"] for o in page["data"]]), (10, list(range(10))))
        self.assertEqual(self.want("POST", path, {"observations": []})["count"], 0)

    def test_stored_metric(self):
        """All metrics need a value, the stored one too; they come back by name."""
        e = self.experiment(STORED)
        s = e.suggest()["id"]
        stored, optimized = {"name": "a stored one", "value": 1}, {"name": "optimized", "value": 2}
        for wrong in ([optimized], [stored], [{**stored, "value": None}, optimized], [stored, optimized, {"name": "third", "value": 1}],
                      [stored, {"value": 2}], [stored, stored], [stored, {"name": "", "value": 2}]):
            e.no_observation(suggestion=s, values=wrong)
        e.no_observation(suggestion=s, value=1)
        o = e.observe(suggestion=s, values=[{**optimized, "value_stddev": 0.1}, {**stored, "value_stddev": 0.2}])
        self.assertEqual([(v["name"], v["value"], v["value_stddev"]) for v in o["values"]],
                         [("a stored one", 1, 0.2), ("optimized", 2, 0.1)])

    def test_delete(self):
        """One of two, then all; through another experiment's path it does not exist."""
        e, other = self.experiment(), self.experiment()
        first, second = (e.observe(assignments=POINT, failed=True) for _ in range(2))
        for method, body in (("GET", None), ("PUT", {"metadata": {}}), ("DELETE", None)):
            self.refused(method, f"{other.path}/observations/{first['id']}", body, status=404)
        self.want("PUT", f"{e.path}/observations/{first['id']}", {"metadata": {}})
        self.want("DELETE", f"{e.path}/observations/{first['id']}?no_optimize=True")
        self.assertEqual([o["id"] for o in e.list("observations")["data"]], [second["id"]])
        self.refused("GET", f"{e.path}/observations/{first['id']}", status=404)
        self.want("DELETE", e.path + "/observations")
        self.assertEqual(e.count("observations"), 0)

    def test_deleted_list(self):
        """deleted=True shows the deleted ones only, newest first."""
        e = self.experiment()
        ids = [e.observe(assignments=POINT, values=[{"value": -i}])["id"] for i in range(5)]
        self.assertEqual([o["id"] for o in e.list("observations")["data"]], ids[::-1])
        self.assertEqual((e.count("observations", "deleted=True"), e.count("observations", "deleted=False")), (0, 5))
        for i in (0, 4):
            self.want("DELETE", f"{e.path}/observations/{ids[i]}")
        self.assertEqual([o["id"] for o in e.list("observations", "deleted=True")["data"]], [ids[4], ids[0]])
        self.assertEqual([o["id"] for o in e.list("observations", "deleted=False")["data"]], ids[3:0:-1])

    def test_sorts(self):
        """By id, time, value, deviation and parameter, down and up."""
        e = self.experiment(MULTIMETRIC, metrics=[{"name": "m1"}, {"name": "m2", "strategy": "store"}])
        for i in range(5):
            values = [{"name": "m1", "value": -i, "value_stddev": 1 + i}, {"name": "m2", "value": i * 7 % 5, "value_stddev": 9 - i}]
            e.observe(assignments={"a": 10 - i, "b": -1, "c": "d"}, values=values)
        ids = [o["id"] for o in e.list("observations", "ascending=true")["data"]]
        orders = {"id": ids, "timestamp": ids, "value-m1": ids[::-1], "value": ids[::-1], "value_stddev-m1": ids,
                  "value-m2": [ids[0], ids[3], ids[1], ids[4], ids[2]], "value_stddev-m2": ids[::-1], "parameter-a": ids[::-1]}
        for sort, order in orders.items():
            with self.subTest(sort):
                up = e.list("observations", f"sort={sort}&ascending=True")["data"]
                self.assertEqual([o["id"] for o in up], order)
                down = e.list("observations", f"sort={sort}&ascending=False")["data"]
                self.assertEqual([o["id"] for o in down], order[::-1])
        for wrong in ("nonsense", "parameter-zzz", "value-zzz", ""):
            self.refused("GET", f"{e.path}/observations?sort={wrong}")


class Failed(Case):
    def update(self, e, o, **members):
        return self.want("PUT", f"{e.path}/observations/{o['id']}", members)

    def not_updated(self, e, o, **members):
        self.refused("PUT", f"{e.path}/observations/{o['id']}", members)
        self.assertEqual(self.want("GET", f"{e.path}/observations/{o['id']}"), o)

    def test_both(self):
        """Updates that a failed and a successful observation take or refuse alike."""
        e = self.experiment()
        for outcome in ({"failed": True}, {"values": [{"value": 1}]}):
            o = e.observe(assignments=POINT, **outcome)
            for wrong in ({"failed": False, "values": [{"values": 3}]}, {"failed": False, "values": [{"value": None}]},
                          {"failed": True, "values": [{"value": 3}]}):
                self.not_updated(e, o, **wrong)
            self.assertEqual(self.update(e, o, failed=False, values=[{"value": 3}])["values"][0]["value"], 3)
            o = self.update(e, o, failed=False, values=[{"value": 3, "name": "", "value_stddev": 1}])
            self.assertEqual(o["values"][0]["value_stddev"], 1)
            o = self.update(e, o, failed=True, values=None)
            self.assertEqual((o["failed"], o["values"]), (True, []))

    def test_failed(self):
        """A failed one: failed or values null alone change nothing; failed false alone and values alone are refused."""
        e = self.experiment()
        o = e.observe(assignments=POINT, failed=True)
        self.assertEqual(self.update(e, o, failed=True), o)
        self.assertEqual(self.update(e, o, values=None), o)
        self.not_updated(e, o, failed=False)
        self.not_updated(e, o, values=[{"value": 1}])
        named = self.experiment(metrics=["m"])
        o = named.observe(assignments=POINT, failed=True)
        self.not_updated(named, o, failed=False, values=[{"name": "wrong", "value": 1}])
        self.not_updated(named, o, failed=False, values=[{"name": "m", "value": 1}, {"name": "n", "value": 1}])

    def test_successful(self):
        """A successful one: failed true alone is refused, failed false alone changes nothing, values alone do."""
        e = self.experiment()
        o = e.observe(assignments=POINT, values=[{"value": 1}])
        self.not_updated(e, o, failed=True)
        self.not_updated(e, o, values=None)
        self.not_updated(e, o, values=[{"value": None}])
        self.assertEqual(self.update(e, o, failed=False), o)
        self.assertEqual(self.update(e, o, values=[{"value": 2}])["values"][0]["value"], 2)

    def test_deviation(self):
        """A deviation that is not given is kept; null erases it."""
        e = self.experiment()
        o = e.observe(assignments=POINT, values=[{"value": 1, "value_stddev": 0.1}])
        for given, wanted in (({"name": None, "value": 2.6}, 0.1), ({"value": 2.6, "value_stddev": 0.5}, 0.5),
                              ({"value": 2.6, "value_stddev": None}, None)):
            value = self.update(e, o, values=[given])["values"][0]
            self.assertEqual((value["value"], value["value_stddev"]), (2.6, wanted))

    def test_source(self):
        """From a suggestion to assignments and back, from one suggestion to another; what would leave both or none is refused."""
        e, other = self.experiment(), self.experiment()
        s, s2 = e.suggest(), e.suggest()
        of_s = e.observe(suggestion=s["id"], values=[{"value": 1}])
        of_a = e.observe(assignments=POINT, values=[{"value": 1}])
        for o in (of_s, of_a):
            for wrong in ({"suggestion": None, "assignments": None}, {"suggestion": s["id"], "assignments": POINT},
                          {"suggestion": other.suggest()["id"], "assignments": None}):
                self.not_updated(e, o, **wrong)
        self.not_updated(e, of_s, suggestion=None)
        self.not_updated(e, of_s, assignments=POINT)
        self.assertEqual(self.update(e, of_s, assignments=None), of_s)
        self.assertEqual(self.update(e, of_s, suggestion=s2["id"])["assignments"], s2["assignments"])
        o = self.update(e, of_s, suggestion=None, assignments=POINT)
        self.assertEqual((o["suggestion"], o["assignments"]), (None, POINT))
        self.not_updated(e, of_a, assignments=None)
        self.not_updated(e, of_a, suggestion=s["id"])
        self.assertEqual(self.update(e, of_a, suggestion=None), of_a)
        self.assertEqual(self.update(e, of_a, assignments={"x": 1, "y": 1})["assignments"], {"x": 1, "y": 1})
        o = self.update(e, of_a, suggestion=s["id"], assignments=None)
        self.assertEqual((o["suggestion"], o["assignments"]), (s["id"], s["assignments"]))

    def test_several_metrics(self):
        """All metrics must be listed again, by name; without any, nothing changes."""
        e = self.experiment(STORED)
        o = e.observe(assignments={"a": 1, "b": -1, "c": "d"},
                      values=[{"name": "a stored one", "value": 1, "value_stddev": 0.1}, {"name": "optimized", "value": 2}])
        self.assertEqual(self.update(e, o), o)
        for wrong in ([{"value": 1}], [{"name": "optimized", "value": 1}], [{"name": "optimized", "value": 1}, {"name": "x", "value": 1}],
                      [{"name": "optimized", "value": 1}, {"name": "a stored one", "value": None}]):
            self.not_updated(e, o, values=wrong)
        failed = e.observe(assignments={"a": 1, "b": -1, "c": "d"}, failed=True)
        self.assertEqual(self.update(e, failed, metadata={"k": 1}), {**failed, "metadata": {"k": 1}})  # 400 there, see compatibility.md
        changed = self.update(e, o, values=[{"name": "optimized", "value": 5}, {"name": "a stored one", "value": 6}])
        self.assertEqual([(v["value"], v["value_stddev"]) for v in changed["values"]], [(6, 0.1), (5, None)])


class Suggestions(Case):
    def test_many_open(self):
        """With a bandwidth of 2 a third open suggestion is given all the same."""
        for kind, definition in KINDS.items():
            with self.subTest(kind):
                e = self.experiment(definition, parallel_bandwidth=2)
                for _ in range(3):
                    e.suggest()
                self.assertEqual(e.count("suggestions", "state=open&limit=0"), 3)

    def test_generated(self):
        """Open, with its experiment and an assignment for each parameter, within its bounds."""
        e = self.experiment(DEFAULT)
        s = e.suggest()
        self.assertEqual((s["state"], s["experiment"], s["created"] > 0, set(s["assignments"])), ("open", e.id, True, {"a", "b", "c"}))
        self.assertIn(s["assignments"]["c"], ("d", "e"))
        self.assertIsInstance(s["assignments"]["a"], int)
        self.assertTrue(1 <= s["assignments"]["a"] <= 50 and -50 <= s["assignments"]["b"] <= 0)

    def test_explicit(self):
        """Given assignments come back; wrong ones and a task without tasks are refused."""
        e = self.experiment(DEFAULT)
        point = {"a": 3, "b": -1.5, "c": "e"}
        self.assertEqual(e.suggest(assignments=point)["assignments"], point)
        for wrong in ({"a": 3}, {**point, "z": 1}, {**point, "a": "3"}, {**point, "a": 3.5}, {**point, "c": "f"}, {**point, "c": 1}, {}):
            e.no_suggestion(assignments=wrong)
        e.no_suggestion(assignments=point, task="t")

    def test_states(self):
        """Closed by its observation, and it stays so; five observations of it are no new suggestions."""
        e = self.experiment()
        s = e.suggest()
        observations = [e.observe(suggestion=s["id"], values=[{"value": 1}]) for _ in range(5)]
        self.assertEqual(self.want("GET", f"{e.path}/suggestions/{s['id']}")["state"], "closed")
        self.assertEqual(e.count("suggestions"), 1)
        for o in observations:
            self.want("DELETE", f"{e.path}/observations/{o['id']}")
        self.assertEqual((e.count("suggestions", "state=open"), e.list("suggestions")["data"][0]["state"]), (0, "closed"))

    def test_filters(self):
        """By state, by ids, deleted or not, in every combination."""
        e = self.experiment()
        ids = [e.suggest()["id"] for _ in range(4)]
        for i in ids[:2]:
            e.observe(suggestion=i, failed=True)
        for i in (ids[1], ids[3]):
            self.want("DELETE", f"{e.path}/suggestions/{i}")
            self.refused("DELETE", f"{e.path}/suggestions/{i}", status=404)
        for query, wanted in (("", [2, 0]), ("state=open", [2]), ("deleted=False", [2, 0]), ("deleted=False&state=open", [2]),
                              ("deleted=True", [3, 1]), ("deleted=True&state=open", [3]), (f"id={ids[0]}", [0]),
                              (f"id={ids[0]},{ids[2]}", [2, 0])):
            self.assertEqual([s["id"] for s in e.list("suggestions", query)["data"]], [ids[i] for i in wanted], query)
            self.assertEqual(e.count("suggestions", query), len(wanted))
        self.refused("GET", e.path + "/suggestions?state=closed")

    def test_delete(self):
        """One, the open ones, all."""
        e = self.experiment()
        ids = [e.suggest()["id"] for _ in range(6)]
        e.observe(suggestion=ids[0], failed=True)
        self.want("DELETE", f"{e.path}/suggestions/{ids[5]}")
        self.assertEqual(e.count("suggestions"), 5)
        self.want("DELETE", e.path + "/suggestions?state=open")
        self.assertEqual([s["id"] for s in e.list("suggestions")["data"]], [ids[0]])
        self.refused("DELETE", e.path + "/suggestions?state=closed")
        self.want("DELETE", e.path + "/suggestions")
        self.assertEqual(e.count("suggestions"), 0)

    def test_pages(self):
        """Eight, two of them closed, in pages of two."""
        e = self.experiment()
        ids = [e.suggest()["id"] for _ in range(8)]
        for i in ids[:2]:
            e.observe(suggestion=i, failed=True)
        for query, wanted in (("state=open&limit=2", ids[:1:-1]), ("limit=2", ids[::-1])):
            got, before = [], ""
            while before is not None:
                page = e.list("suggestions", query + (f"&before={before}" if before else ""))
                self.assertEqual((page["count"], len(page["data"])), (len(wanted), 2))
                self.assertIsNotNone(page["paging"]["after"])
                got, before = got + [s["id"] for s in page["data"]], page["paging"]["before"]
            self.assertEqual(got, wanted)

    def test_other_experiment(self):
        """Through another experiment's path it does not exist."""
        e, other = self.experiment(), self.experiment()
        path = f"{other.path}/suggestions/{e.suggest()['id']}"
        for method, body in (("GET", None), ("PUT", {"metadata": {}}), ("DELETE", None)):
            self.refused(method, path, body, status=404)

    def test_after_a_change(self):
        """Parameters dropped and bounds shrunk: suggestions go on, within the new space."""
        e = self.experiment()
        e.report(1)
        e.change(parameters=[{"name": "x", "bounds": {"min": 0.2, "max": 0.3}}])
        s = e.suggest()
        self.assertEqual(set(s["assignments"]), {"x"})
        self.assertTrue(0.2 <= s["assignments"]["x"] <= 0.3)


class Queued(Case):
    def test_queue(self):
        """Handed out first, in their order; the deleted one is left out; then the list is empty."""
        e = self.experiment()
        points = [{"x": i / 4, "y": 0.5} for i in range(4)]
        made = [self.want("POST", e.path + "/queued_suggestions", {"assignments": p}) for p in points]
        for m, p in zip(made, points):
            self.assertEqual((m["experiment"], m["assignments"], int(m["id"]) > 0), (e.id, p, True))
            self.assertEqual(self.want("GET", f"{e.path}/queued_suggestions/{m['id']}"), m)
        self.assertEqual(e.count("queued_suggestions"), 4)
        self.want("DELETE", f"{e.path}/queued_suggestions/{made[0]['id']}")
        self.assertEqual([e.suggest()["assignments"] for _ in range(3)], points[1:])
        self.assertEqual(e.count("queued_suggestions"), 0)
        self.refused("GET", f"{e.path}/queued_suggestions/{made[1]['id']}", status=404)
        self.assertNotIn(e.suggest()["assignments"], points)

    def test_wrong(self):
        """Assignments missing, partial, with another name, of a wrong type."""
        e = self.experiment()
        for wrong in ({}, {"assignments": {"x": 0}}, {"assignments": {**POINT, "z": 0}}, {"assignments": {**POINT, "x": "0"}}):
            self.refused("POST", e.path + "/queued_suggestions", wrong)
        self.assertEqual(e.count("queued_suggestions"), 0)

    def test_again(self):
        """One that has been observed before is handed out as it is."""
        e = self.experiment()
        e.observe(assignments=POINT, values=[{"value": 1}])
        self.want("POST", e.path + "/queued_suggestions", {"assignments": POINT})
        self.assertEqual(e.suggest()["assignments"], POINT)


class Conditionals(Case):
    POINTS = {"1": {"x": "1", "a": 1}, "5": {"x": "5", "a": 1, "b": -1}, "10": {"x": "10", "a": 1, "b": -1, "c": "d"}}

    def test_suggestions(self):
        """Only active parameters are there."""
        e = self.experiment(CONDITIONALS)
        for _ in range(6):
            assignments = e.suggest()["assignments"]
            self.assertEqual(set(assignments), set(self.POINTS[assignments["x"]]))

    def test_assignments(self):
        """Right ones come back everywhere; wrong ones say invalid, unsatisfied or missing."""
        e = self.experiment(CONDITIONALS)
        for point in self.POINTS.values():
            self.assertEqual(e.suggest(assignments=point)["assignments"], point)
            self.assertEqual(self.want("POST", e.path + "/queued_suggestions", {"assignments": point})["assignments"], point)
            o = e.observe(assignments=point, values=[{"value": 1}])
            self.assertEqual(o["assignments"], point)
        for text, point in (("invalid", {"x": 1, "a": 1}), ("invalid", {"x": "3", "a": 1}), ("invalid", {"x": 3, "a": 1}),
                            ("unsatisfied", {"x": "1", "a": 1, "b": -1}), ("missing", {"x": "5", "a": 1}),
                            ("missing", {"x": "5", "a": 1, "b": None}), ("missing", {"a": 1})):
            e.no_suggestion(assignments=point, text=text)
            e.no_observation(assignments=point, values=[{"value": 1}], text=text)
            self.refused("POST", e.path + "/queued_suggestions", {"assignments": point}, text=text)
            self.refused("PUT", f"{e.path}/observations/{o['id']}", {"assignments": point}, text=text)

    def test_definitions(self):
        """Forms of conditions; names and values that do not exist; combinations without an active parameter."""
        a = {"name": "a", "type": "int", "bounds": {"min": 1, "max": 5}}
        x = [{"name": "x", "values": ["1", "2"]}]
        for conditions in ({}, {"x": "1"}, {"x": ["1", "2"]}):
            made = self.experiment(parameters=[a, {**X, "name": "b", "conditions": conditions}], conditionals=x)
            shown = made["parameters"][1]["conditions"]
            self.assertEqual(shown, {k: v if isinstance(v, list) else [v] for k, v in conditions.items()})
        for conditions in ({"x": "3"}, {"x": ["1", "3"]}, {"z": "1"}, {"x": []}):
            self.no_experiment(parameters=[a, {**X, "name": "b", "conditions": conditions}], conditionals=x)
        self.no_experiment(parameters=[{**a, "conditions": {"x": "1"}}], conditionals=x)
        self.no_experiment(parameters=[{**a, "name": "x"}], conditionals=x)
        self.no_experiment(parameters=[a], conditionals=[{"name": "x", "values": ["1"]}])
        self.no_experiment(type="grid", parameters=[{"name": "a", "type": "int", "grid": [1, 2]}], conditionals=x)
        e = self.experiment(CONDITIONALS)
        e.not_changed(conditionals=x)
        e.not_changed(parameters={"a": 1})


class Tasks(Case):
    def test_definitions(self):
        """What tasks must be."""
        half, full = {"name": "half", "cost": 0.5}, {"name": "full", "cost": 1}
        for wrong in ([full], [half, {"name": "full"}], [half, {"cost": 1}], [{**half, "name": "full"}, full], [{**half, "cost": 1}, full],
                      [half, {"name": "third", "cost": 0.3}], [{**half, "cost": 0}, full], [{**half, "cost": -1}, full]):
            self.no_experiment(TASKS, tasks=wrong)

    def test_life(self):
        """Suggestions carry a task, observations of them the same one; what is best is of the full task."""
        e = self.experiment(TASKS)
        s = e.suggest()
        self.assertIn({k: s["task"][k] for k in ("name", "cost")}, TASKS["tasks"])
        self.assertEqual(e.observe(suggestion=s["id"], failed=True)["task"], s["task"])
        point, value = {"a": 1, "b": -1, "c": "d"}, {"values": [{"value": 1}]}
        for wrong in ({"assignments": point}, {"suggestion": s["id"], "task": "full"}, {"assignments": point, "task": "none"}):
            e.no_observation(**wrong, **value)
        e.observe(assignments=point, task="cheap", values=[{"value": 100}])
        self.assertEqual(e.best(), [])
        e.observe(assignments=point, task={"object": "task", "name": "full", "cost": 1}, **value)
        self.assertEqual([b["values"][0]["value"] for b in e.best()], [1])
        e.no_suggestion(assignments=point)
        e.no_suggestion(task="full")
        self.assertEqual(e.suggest(assignments=point, task="half")["task"]["name"], "half")
        self.refused("POST", e.path + "/queued_suggestions", {"assignments": point})
        self.want("POST", e.path + "/queued_suggestions", {"assignments": point, "task": "half"})
        self.assertEqual(e.suggest()["task"]["name"], "half")
        e.change(observation_budget=99)
        e.not_changed(tasks=TASKS["tasks"])


class Categories(Case):
    def test_only_categories(self):
        """More suggestions than there are points; then only of those that are left."""
        e = self.experiment(parameters=[{**C, "categorical_values": ["a", "b", "c"]}])
        for i in range(5):
            e.report(i)
        e.change(parameters=[{"name": "c", "categorical_values": ["a", "c"]}])
        for i in range(5):
            s = e.suggest()
            self.assertIn(s["assignments"]["c"], "ac")
            e.report(i, suggestion=s["id"])
        self.assertEqual([b["values"][0]["value"] for b in e.best()], [4])

    def test_gained_and_lost(self):
        """One category gains a value, another loses one: suggestions go on within the new sets."""
        first, second = {**C, "name": "c1"}, {**C, "name": "c2", "categorical_values": ["a", "b", "c"]}
        e = self.experiment(parameters=[first, second, X])
        for i in range(8):
            e.report(i)
        e.change(parameters=[{"name": "c1", "categorical_values": ["d", "e", "f"]}, {"name": "c2", "categorical_values": ["a", "b"]},
                             {"name": "x"}])
        for i in range(4):
            s = e.suggest()
            self.assertTrue(s["assignments"]["c1"] in "def" and s["assignments"]["c2"] in "ab")
            e.report(i, suggestion=s["id"])
