"""Experiments: made, changed, listed, archived; transport and metadata."""
import time

import behaviours
from behaviours import C, CONDITIONALS, CONSTRAINTS, D, DEFAULT, I, KINDS, MULTIMETRIC, MULTISOLUTION, PLAIN, SEARCH, STORED, X, Y, Case

setUpModule, tearDownModule = behaviours.setUpModule, behaviours.tearDownModule


class Transport(Case):
    def raw(self, method, path, body=None, headers=None, token=True):
        kept = {"Authorization": behaviours.client.headers["Authorization"]} if token else {}
        return behaviours.client.raw(method, path, body, {**kept, **(headers or {})})

    def test_nul(self):
        """A NUL in the token, the path, the query or a string of the body is 400."""
        status, _, _ = self.raw("GET", "/v1/tokens/self", headers={"Authorization": "Basic AGE6"}, token=False)
        self.assertEqual(status, 400)
        self.assertEqual(self.raw("GET", "/v1/%00")[0], 400)
        self.assertEqual(self.raw("GET", "/v1/experiments?search=%00")[0], 400)
        self.assertEqual(self.raw("POST", "/health", b'{"a": "\\u0000"}', token=False)[0], 400)

    def test_media_types(self):
        """GET works with each content type; an empty body and {} are the same and are answered with {}; JSON is read under each."""
        for kind in ({}, {"Content-Type": "application/json"}, {"Content-Type": "application/x-www-form-urlencoded"}):
            self.assertEqual(self.raw("GET", "/v1/tokens/self", headers=kind)[0], 200)
            for body in (b"", b"{}"):
                self.assertEqual(self.raw("POST", "/health", body, kind)[::2], (200, "{}\n"))
            status, _, text = self.raw("POST", "/v1/clients/1/projects", b'{"nonsense": 1}', kind)
            self.assertEqual((status, "nonsense" in text), (400, True))

    def test_skip(self):
        """X-Response-Content: skip makes a success 204 and nothing."""
        self.assertEqual(self.raw("GET", "/v1/experiments", headers={"X-Response-Content": "skip"})[::2], (204, ""))

    def test_malformed(self):
        """What is not JSON is told so, before the token is asked for; also infinity and NaN."""
        for body in (b"{", b'{"name": Infinity}', b'{"name": NaN}', b'{"name": 1e999}'):
            status, _, text = self.raw("POST", "/v1/clients/1/projects", body, token=False)
            self.assertEqual(status, 400)
            self.assertIn('"message":"Malformed json in request body', text)

    def test_huge_number(self):
        """Two million digits are refused within a second, where the path has another method too."""
        body = b'{"name": ' + b"1" * 2_000_000 + b"}"
        for path, wanted in (("/", 404), ("/v1/clients/1/projects", 400), ("/v1/clients", 400)):
            began = time.monotonic()
            self.assertEqual(self.raw("POST", path, body, token=False)[0], wanted)
            self.assertLess(time.monotonic() - began, 20)  # a second on a machine of its own; sanitizers are slow


class Create(Case):
    def test_kinds(self):
        """Every kind of experiment can be made; without metrics there is one, unnamed and maximized; without budget there is none."""
        for kind, definition in KINDS.items():
            with self.subTest(kind):
                self.assertEqual(self.experiment(definition)["name"], definition["name"])
        plain = self.experiment()
        self.assertEqual([(m["name"], m["objective"]) for m in plain["metrics"]], [(None, "maximize")])
        self.assertIsNone(plain["observation_budget"])

    def test_members(self):
        """Name and parameters are needed; unknown keys and types are refused; unknown keys within a parameter are ignored."""
        self.refused("POST", "/experiments", {"parameters": [X]}, text="name")
        self.refused("POST", "/experiments", {"name": "n"}, text="parameters")
        self.no_experiment(parameters=[])
        self.no_experiment(foo=1, text="foo")
        self.no_experiment(parameters=[{**X, "type": "float"}])
        self.experiment(parameters=[{**X, "foo": 1, "tunable": True}])

    def test_categories(self):
        """Categories given as plain strings are numbered 1, 2 in their order; a given enum_index is ignored."""
        values = self.experiment(parameters=[C])["parameters"][0]["categorical_values"]
        self.assertEqual([(v["name"], v["enum_index"]) for v in values], [("d", 1), ("e", 2)])
        odd = [{"name": "d", "enum_index": 7}, {"name": "e", "enum_index": 1}]
        values = self.experiment(parameters=[{**C, "categorical_values": odd}])["parameters"][0]["categorical_values"]
        self.assertEqual([(v["name"], v["enum_index"]) for v in values], [("d", 1), ("e", 2)])

    def test_metric_lists(self):
        """No metrics in the list, two unnamed ones, a name twice: refused, with a text that says which."""
        self.no_experiment(metrics=[], text="metric")
        self.no_experiment(metrics=[{}, {}], observation_budget=5, text="unnamed")
        self.no_experiment(metrics=[{"name": "same"}, {"name": "same"}], observation_budget=5, text="same")
        self.assertEqual(self.experiment(metrics=[{"objective": "minimize"}])["metrics"][0]["objective"], "minimize")
        for name in ({}, {"name": "m"}):
            for objective in ("", "invalid objective", None):
                self.no_experiment(metrics=[{**name, "objective": objective}])
        self.experiment(metrics=["one"])
        self.no_experiment(metrics=["one", "two", "three"], observation_budget=5)
        self.no_experiment(metrics=[""])

    def test_two_objectives(self):
        """Two metrics may have different objectives, and are sorted by name; thresholds come back exactly, 0 is not null."""
        made = self.experiment(MULTIMETRIC, metrics=[{"name": "z", "objective": "minimize"}, {"name": "a"}])
        self.assertEqual([(m["name"], m["objective"]) for m in made["metrics"]], [("a", "maximize"), ("z", "minimize")])
        for threshold in (None, 0.0, -3.25):
            made = self.experiment(MULTIMETRIC, metrics=[{"name": "m1", "threshold": threshold}, {"name": "m2"}])
            self.assertEqual([m["threshold"] for m in made["metrics"]], [threshold, None])
        self.no_experiment(metrics=[{"name": "m", "threshold": 1}], text="threshold")

    def test_bandwidth(self):
        """parallel_bandwidth is null or positive."""
        for value in (None, 2, 3, 4):
            self.assertEqual(self.experiment(parallel_bandwidth=value)["parallel_bandwidth"], value)
        for value in (0, -1, "2", 1.5):
            self.no_experiment(parallel_bandwidth=value)

    def test_many_parameters(self):
        """50 parameters and a budget of 500 are fine, in every kind of experiment; so are 11 doubles."""
        many = [{**D, "name": f"p{i:02}"} for i in range(50)]
        terms = [{"name": "p00", "weight": 1}, {"name": "p01", "weight": 1}]
        kinds = {**KINDS, "constraints": {**CONSTRAINTS, "linear_constraints": [{"type": "less_than", "threshold": -10, "terms": terms}]}}
        for kind, definition in kinds.items():
            with self.subTest(kind):
                made = self.experiment({**definition, "parameters": many, "observation_budget": 500})
                self.assertEqual(len(made["parameters"]), 50)
        self.experiment(parameters=many[:11])

    def test_project(self):
        """A project comes back; an unknown one, an empty id and a long one are 400."""
        made = self.experiment(project="default")
        self.assertEqual((made["project"], made.fetch()["project"]), ("default", "default"))
        for project in ("", "unknown", 33 * "X"):
            self.no_experiment(project=project)

    def test_priors(self):
        """Priors of doubles come back."""
        normal = {"name": "normal", "mean": 0.5, "scale": 1}
        beta = {"name": "beta", "shape_a": 2, "shape_b": 3}
        made = self.experiment(parameters=[{**X, "prior": normal}, {**Y, "prior": beta}])
        for parameter, prior in zip(made["parameters"], (normal, beta)):
            self.assertEqual({k: parameter["prior"][k] for k in prior}, prior)
        for prior in ({**normal, "scale": -1}, {**beta, "shape_a": 0}, {"name": "laplace"}, {**normal, "mean": 3}):
            self.no_experiment(parameters=[{**X, "prior": prior}])
        self.no_experiment(parameters=[{**I, "prior": normal}])

    def test_strategies(self):
        """What may stand together: optimized, stored and constraint metrics."""
        optimized, stored = {"name": "o"}, {"name": "a", "strategy": "store"}
        limit = {"name": "k", "strategy": "constraint", "threshold": 1}
        for metrics in ([optimized], [optimized, stored], [optimized, {"name": "p"}, stored], [limit], [limit, {**limit, "name": "l"}],
                        [limit, stored], [{"name": "o", "threshold": 1}, {"name": "p"}, stored]):
            with self.subTest(metrics=metrics):
                self.experiment(metrics=metrics, observation_budget=20)
        self.experiment(CONDITIONALS, metrics=[optimized, stored])
        self.experiment(MULTISOLUTION, metrics=[optimized, stored])

    def test_wrong_strategies(self):
        """Only stored, more than 50, a name twice, thresholds where there are none or none where one is needed, five constraints."""
        optimized, stored = {"name": "o"}, {"name": "a", "strategy": "store"}
        limit = {"name": "k", "strategy": "constraint", "threshold": 1}
        for metrics in ([stored], [optimized] + [{**stored, "name": f"s{i}"} for i in range(50)],
                        [optimized, {"name": "p"}] + [{**stored, "name": f"s{i}"} for i in range(49)],
                        [{"name": "a"}, stored], [optimized, {**stored, "threshold": 1}],
                        [optimized] + [{**limit, "name": f"k{i}"} for i in range(5)],
                        [optimized, {"name": "k", "strategy": "constraint"}], [optimized, {**limit, "threshold": None}],
                        [{**optimized, "threshold": 1}, stored], [{"name": "o1"}, {"name": "o2"}, {"name": "o3"}]):
            with self.subTest(metrics=metrics[:3]):
                self.no_experiment(metrics=metrics, observation_budget=20)

    def test_log(self):
        """transformation log: doubles with bounds above 0, no prior, no linear constraint that mentions it."""
        log = {"name": "l", "type": "double", "bounds": {"min": 0.1, "max": 1}, "transformation": "log"}
        self.assertEqual(self.experiment(parameters=[log])["parameters"][0]["transformation"], "log")
        for low in (0, -1):
            self.no_experiment(parameters=[{**log, "bounds": {"min": low, "max": 1}}], text="log-transformation")
        self.no_experiment(parameters=[{**I, "transformation": "log"}])
        self.no_experiment(parameters=[{**C, "transformation": "log"}])
        self.no_experiment(parameters=[{**log, "prior": {"name": "normal", "mean": 0.5, "scale": 1}}])
        terms = [{"name": "x", "weight": 1}, {"name": "y", "weight": 1}]
        self.no_experiment(parameters=[X, log], linear_constraints=[
            {"type": "less_than", "threshold": 1, "terms": [terms[0], {"name": "l", "weight": 1}]}])
        self.experiment(CONDITIONALS, parameters=[I, D, {**log, "conditions": {"x": ["5"]}}])
        self.experiment(parameters=[X, Y, log], linear_constraints=[{"type": "less_than", "threshold": 1, "terms": terms}])

    def test_runs(self):
        """Budgets of the two kinds of experiments are told apart."""
        self.no_experiment(budget=5, text="budget")
        self.no_experiment(runs_only=False, budget=5, text="budget")
        self.refused("POST", "/experiments", {**PLAIN, "runs_only": True}, text=".project must be given")


class Budgets(Case):
    def test_needed(self):
        """Two metrics, constraint metrics, several solutions and tasks need a budget."""
        tasks = [{"name": "half", "cost": 0.5}, {"name": "full", "cost": 1}]
        for members in ({"metrics": ["m1", "m2"]}, {"metrics": SEARCH["metrics"]}, {"num_solutions": 2}, {"tasks": tasks}):
            for budget in (None, -1000, 0):
                with self.subTest(members=members, budget=budget):
                    self.no_experiment(observation_budget=budget, **members)

    def test_fixed(self):
        """With two metrics or several solutions the budget cannot be changed."""
        for definition in (MULTIMETRIC, MULTISOLUTION):
            with self.subTest(definition["name"]):
                self.experiment(definition).not_changed(observation_budget=99)


class Archive(Case):
    def test_delete(self):
        """Deleted, active again by an update, deleted twice."""
        e = self.experiment()
        self.want("DELETE", e.path)
        self.assertEqual(e.fetch()["state"], "deleted")
        self.assertEqual(e.change(state="active")["state"], "active")
        self.want("DELETE", e.path)
        self.want("DELETE", e.path)
        self.assertEqual(e.fetch()["state"], "deleted")

    def test_nothing_new(self):
        """A deleted experiment takes nothing new, and what it has can be read, changed and deleted."""
        e = self.experiment()
        observation = e.report(1)
        suggestion = e.suggest()
        self.want("DELETE", e.path)
        e.no_suggestion()
        e.no_observation(suggestion=suggestion["id"], values=[{"value": 1}])
        self.refused("POST", e.path + "/observations/batch", {"observations": []})
        self.refused("POST", e.path + "/queued_suggestions", {"assignments": {"x": 0, "y": 0}})
        self.assertEqual(e.count("observations"), 1)
        self.want("PUT", f"{e.path}/observations/{observation['id']}", {"metadata": {"k": 1}})
        self.want("DELETE", f"{e.path}/observations/{observation['id']}")

    def test_lists(self):
        """Of three, one of them deleted: two are listed as active, one as deleted, three as all."""
        self.want("POST", "/clients/1/projects", {"id": "archive", "name": "Archive"})
        made = [self.experiment(project="archive") for _ in range(3)]
        self.want("DELETE", made[1].path)
        path = "/clients/1/projects/archive/experiments"
        for query, n in (("", 2), ("?state=active", 2), ("?state=deleted", 1), ("?state=all", 3)):
            page = self.want("GET", path + query)
            self.assertEqual((page["count"], len(page["data"])), (n, n))
        self.refused("GET", path + "?state=open")


class Lists(Case):
    def setUp(self):
        self.project = "list-" + self.id().rsplit(".", 1)[1].replace("test_", "").replace("_", "-")
        self.want("POST", "/clients/1/projects", {"id": self.project, "name": self.project})
        self.path = f"/clients/1/projects/{self.project}/experiments"

    def page(self, query):
        page = self.want("GET", f"{self.path}?{query}")
        return page, [item["id"] for item in page["data"]]

    def walk(self, query, key):
        ids, marker = [], ""
        while marker is not None and len(ids) < 100:
            page, more = self.page(query + (f"&{key}={marker}" if marker else ""))
            ids, marker = ids + more, page["paging"][key]
        return ids

    def test_pages(self):
        """Three experiments in pages of one and two, after the first and before the last."""
        ids = [self.experiment(project=self.project).id for _ in range(3)]
        first, _ = self.page("limit=1&ascending=true")
        last, _ = self.page("limit=1")
        after, before = first["paging"]["after"], last["paging"]["before"]
        page, got = self.page(f"limit=2&after={after}")
        self.assertEqual((got, page["count"], page["paging"]["after"]), ([ids[2], ids[1]], 3, None))
        self.assertIsNotNone(page["paging"]["before"])
        page, got = self.page(f"limit=2&before={before}")
        self.assertEqual((got, page["count"], page["paging"]["before"]), ([ids[1], ids[0]], 3, None))
        self.assertIsNotNone(page["paging"]["after"])
        self.assertEqual(self.page(f"limit=1&after={after}")[1], [ids[1]])

    def test_wrong_markers(self):
        """Texts that are no markers."""
        for sort in ("id", "recent"):
            for marker in ("abcde", "1,2", "abc,def", "1", ",abcde", ""):
                for key in ("before", "after"):
                    self.refused("GET", f"{self.path}?sort={sort}&{key}={marker}")

    def test_orders(self):
        """Eleven in pages of ten, by id and by last change, down and up; an observation is a change."""
        made = [self.experiment(project=self.project) for _ in range(11)]
        ids = [e.id for e in made]
        for sort in ("id", "recent"):
            self.assertEqual(self.walk(f"sort={sort}&limit=10", "before"), ids[::-1])
            self.assertEqual(self.walk(f"sort={sort}&limit=10&ascending=true", "after"), ids)
        made[3].observe(assignments={"x": 0, "y": 0}, values=[{"value": 1}])
        self.assertEqual(self.page("sort=recent")[1][0], ids[3])
        self.assertEqual(self.walk("sort=recent&limit=3&search=pla", "before")[0], ids[3])

    def test_search_and_period(self):
        """Part of the name in any case; created from a time on and before another."""
        e = self.experiment(project=self.project, name="Needle in hay")
        self.experiment(project=self.project, name="straw")
        self.assertEqual(self.page("search=NEEDLE")[1], [e.id])
        created = e["created"]
        self.assertIn(e.id, self.page(f"period_start={created}")[1])
        self.assertNotIn(e.id, self.page(f"period_end={created}")[1])
        self.assertIn(e.id, self.page(f"period_start={created}&period_end={created + 1}")[1])
        self.refused("GET", f"{self.path}?period_start=5&period_end=4")
        self.refused("GET", f"{self.path}?period_start=-1")


class Metadata(Case):
    def places(self):
        e = self.experiment()
        suggestion = e.suggest()
        observation = e.observe(assignments={"x": 0, "y": 0}, failed=True)
        return (e.path, f"{e.path}/suggestions/{suggestion['id']}", f"{e.path}/observations/{observation['id']}",
                "/clients/1/projects/default")

    def test_everywhere(self):
        """Of experiments, suggestions, observations and projects: round trip, nulls dropped, replaced, kept, cleared."""
        for path in self.places():
            with self.subTest(path):
                given = {"text": "a", "number": 1.5, "whole": 3, "nothing": None}
                self.assertEqual(self.want("PUT", path, {"metadata": given})["metadata"], {"text": "a", "number": 1.5, "whole": 3})
                self.assertEqual(self.want("PUT", path, {"metadata": {"other": 1}})["metadata"], {"other": 1})
                self.assertEqual(self.want("PUT", path, {})["metadata"], {"other": 1})
                self.assertEqual(self.want("GET", path)["metadata"], {"other": 1})
                for wrong in ([1], {"k": [1]}, {"k": {}}, {"k": True}, {f"k{i}": i for i in range(500)}, {"k": 501 * "v"}, {101 * "k": 1}):
                    self.refused("PUT", path, {"metadata": wrong}, text="metadata")
                self.assertIsNone(self.want("PUT", path, {"metadata": None})["metadata"])
        for wrong in ([1], {"k": [1]}, {f"k{i}": i for i in range(500)}):
            self.no_experiment(metadata=wrong, text="metadata")


class Change(Case):
    def test_members(self):
        """Name, state, budget; an empty update changes `updated` only; keys that cannot be changed."""
        e = self.experiment(DEFAULT)
        before = e.fetch()
        time.sleep(1.01)
        after = e.change()
        self.assertGreater(after["updated"], before["updated"])
        self.assertEqual({**after, "updated": 0}, {**before, "updated": 0})
        self.assertEqual(e.fetch(), after)
        self.assertEqual(e.change(name="new", observation_budget=20)["observation_budget"], 20)
        for key, value in (("type", "offline"), ("tasks", []), ("num_solutions", 2), ("conditionals", []), ("linear_constraints", []),
                           ("unknown", 1), ("name", None), ("state", None), ("state", "x"), ("budget", 5), ("runs_only", False)):
            e.not_changed(**{key: value})

    def test_bandwidth_and_project(self):
        """Set, and set to null; twice is the same; an unknown project leaves it."""
        e = self.experiment()
        self.assertEqual(e.change(parallel_bandwidth=3)["parallel_bandwidth"], 3)
        self.assertIsNone(e.change(parallel_bandwidth=None)["parallel_bandwidth"])
        for project in ("default", "default", None, None):
            self.assertEqual(e.change(project=project)["project"], project)
        e.not_changed(project="unknown")

    def test_parameters(self):
        """Fewer with wider bounds; null, none, one twice, another type and a new one without default are refused."""
        e = self.experiment(DEFAULT)
        parameters = {p["name"]: {k: v for k, v in p.items() if k != "conditions"} for p in e["parameters"]}
        for wrong in (None, [], {}, [parameters["a"], parameters["a"]], [{**parameters["a"], "type": "double"}], [X]):
            e.not_changed(parameters=wrong)
        wider = {**parameters["a"], "bounds": {"min": 0, "max": 90}}
        changed = e.change(parameters=[wider])
        self.assertEqual([p["name"] for p in changed["parameters"]], ["a"])
        self.assertEqual(changed["parameters"][0]["bounds"], {"object": "bounds", "min": 0, "max": 90})
        e.not_changed(parameters=[wider, D])  # it has been there before, but needs a default all the same
        again = e.change(parameters=[{"name": "a"}, {**D, "default_value": -1}])
        self.assertEqual(again["parameters"][1]["default_value"], -1)

    def test_defaults(self):
        """A default value stays within the bounds, whichever of the two moves."""
        e = self.experiment()

        def x(**members):
            return {"parameters": [{"name": "x", **members}]}

        e.change(**x(bounds={"min": 0, "max": 1}, default_value=0.5))
        for wrong in (x(default_value=1.5), x(default_value=-0.5), x(bounds={"min": 0.8, "max": 1}),
                      x(bounds={"min": 0.8, "max": 1}, default_value=0.5), x(bounds={"min": 0, "max": 0.2})):
            e.not_changed(**wrong)
        e.change(**x(bounds={"min": 0.8, "max": 1}, default_value=0.9))
        self.assertEqual(e.change(**x(default_value=0.85))["parameters"][0]["default_value"], 0.85)

    def test_categories(self):
        """Categories that stay keep their number; new ones get the next."""
        e = self.experiment(parameters=[{**C, "categorical_values": ["d", "f"]}])
        e.not_changed(parameters=[{"name": "c", "default_value": "g"}])
        e.not_changed(parameters=[{"name": "c", "categorical_values": ["d"]}])
        changed = e.change(parameters=[{"name": "c", "categorical_values": ["d", "e"]}])
        self.assertEqual([(v["name"], v["enum_index"]) for v in changed["parameters"][0]["categorical_values"]], [("d", 1), ("e", 3)])
        changed = e.change(parameters=[{"name": "c", "categorical_values": ["3", "4"], "default_value": "4"}])
        self.assertEqual(changed["parameters"][0]["default_value"], "4")

    def test_metrics(self):
        """Not what they are, only thresholds; names, objectives and strategies must be those of today."""
        e = self.experiment(metrics=[{"name": "m", "objective": "minimize"}])
        for wrong in (None, "string", 1, 0, {}, [], [{"name": "m", "objective": "maximize"}], [{"name": "n"}],
                      [{"name": "m"}, {"name": "n"}], [{"name": "m", "threshold": 1}], [{"name": "m", "strategy": "store"}],
                      *([{"name": "m", "objective": o}] for o in (0, None, True, "min"))):
            e.not_changed(metrics=wrong)
        e.change(metrics=[{"objective": "minimize"}])

    def test_thresholds(self):
        """Of two optimized metrics: set, kept, cleared, in any order. Of a stored one: none. Of a constraint: never none."""
        e = self.experiment(MULTIMETRIC, metrics=["m1", "m2", {"name": "s", "strategy": "store"}])

        def thresholds(*metrics):
            return [m["threshold"] for m in e.change(metrics=[*metrics, {"name": "s", "threshold": None}])["metrics"]]

        self.assertEqual(thresholds({"name": "m2", "threshold": 2}, {"name": "m1", "threshold": 1}), [1, 2, None])
        self.assertEqual(thresholds({"name": "m1"}, {"name": "m2", "threshold": None}), [1, None, None])
        for wrong in ([{"name": "m1"}], [{"name": "m1", "threshold": "1"}, {"name": "m2"}, {"name": "s"}],
                      [{"name": "m1", "threshold": True}, {"name": "m2"}, {"name": "s"}],
                      [{"name": "m1"}, {"name": "m2"}, {"name": "s", "threshold": 1}]):
            e.not_changed(metrics=wrong)
        e = self.experiment(SEARCH)
        changed = e.change(metrics=[{"name": "v", "threshold": 5}, {"name": "u", "threshold": 4}])
        self.assertEqual([m["threshold"] for m in changed["metrics"]], [4, 5])
        e.not_changed(metrics=[{"name": "v", "threshold": 5}, {"name": "u"}])
        e.not_changed(metrics=[{"name": "v", "threshold": 5}, {"name": "u", "threshold": None}])
        self.experiment(STORED).not_changed(metrics=[{"name": "a stored one"}, {"name": "optimized", "threshold": 1}])

    def test_priors_and_transformations(self):
        """A prior comes and goes; a transformation stays; bounds of a log parameter stay above 0."""
        log = {"name": "l", "type": "double", "bounds": {"min": 0.1, "max": 1}, "transformation": "log"}
        e = self.experiment(parameters=[X, log])
        for wrong in ([{"name": "x", "transformation": "log"}], [{"name": "l", "transformation": "none"}],
                      [{"name": "l", "bounds": {"min": 0, "max": 1}}], [{"name": "x"}, {**Y, "default_value": 3}]):
            e.not_changed(parameters=wrong)
        prior = {"name": "normal", "mean": 0.5, "scale": 1}
        changed = e.change(parameters=[{"name": "x", "prior": prior}, {"name": "l"}])
        self.assertEqual(changed["parameters"][1]["prior"]["mean"], 0.5)
        changed = e.change(parameters=[{"name": "x", "prior": None}, {"name": "l"}])
        self.assertEqual([p["prior"] for p in changed["parameters"]], [None, None])

    def test_constrained(self):
        """With linear constraints the name can be changed, the parameters and constraints cannot."""
        e = self.experiment(CONSTRAINTS)
        e.change(name="other")
        e.not_changed(parameters=[{"name": "b"}, {"name": "f"}, {"name": "c"}])
        e.not_changed(linear_constraints=[])
