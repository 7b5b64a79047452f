"""Every call of the official Python client's Core module that the server answers now, through the client itself."""
import os
import unittest

import sigopt
import sigopt.exception

import server

PARAMETERS = [
    {"name": "depth", "type": "int", "bounds": {"min": 1, "max": 9}},
    {"name": "rate", "type": "double", "bounds": {"min": 1e-4, "max": 1.0}, "transformation": "log"},
    {"name": "batch", "type": "int", "grid": [16, 32, 64]},
    {"name": "kind", "type": "categorical", "categorical_values": ["tree", "linear"]},
]
ASSIGNMENTS = {"depth": 3, "rate": 0.01, "batch": 32, "kind": "tree"}


def setUpModule():
    global running, conn
    running = server.Server("core")
    conn = running.connection()


def tearDownModule():
    status = running.stop()
    assert status == 0, f"the server ended with {status}"


class Case(unittest.TestCase):
    def make(self, **more):
        return conn.experiments().create(**{"name": "a name", "parameters": PARAMETERS,
                                            "metrics": [{"name": "loss", "objective": "minimize"}], **more})

    def refused(self, status, call, **arguments):
        """The call fails with that status and a message; the success after it keeps the client from slowing down."""
        with self.assertRaises(sigopt.exception.ApiException) as caught:
            call(**arguments)
        conn.tokens("self").fetch()
        self.assertEqual(caught.exception.status_code, status, caught.exception)
        self.assertEqual(caught.exception.to_json()["status"], status)
        self.assertGreater(len(caught.exception.message), 10)
        return caught.exception.message


class Identity(Case):
    def test_the_api_is_on_this_machine(self):
        self.assertRegex(os.environ["SIGOPT_API_URL"], r"^http://127\.0\.0\.1:\d+$")

    def test_token(self):
        token = conn.tokens("self").fetch()
        self.assertEqual(token.token, server.TOKEN)
        self.assertEqual(token.client, "1")
        self.assertEqual(token.token_type, "client-api")

    def test_client(self):
        client = conn.clients("1").fetch()
        self.assertEqual(client.id, "1")
        self.assertIsInstance(client.name, str)

    def test_unknown_client(self):
        self.refused(404, conn.clients("2").fetch)

    def test_organization(self):
        organization = conn.organizations("1").fetch()
        self.assertEqual((organization.id, organization.name), ("1", "Default organization"))
        self.refused(404, conn.organizations("2").fetch)

    def test_guest(self):
        shown, hidden = self.make(), self.make()
        conn.experiments(shown.id).suggestions().create()
        token = conn.experiments(shown.id).tokens().create()
        self.assertEqual((token.token_type, token.experiment, token.permissions), ("guest", shown.id, "read"))
        guest = sigopt.Connection(client_token=token.token)
        self.assertEqual(guest.tokens("self").fetch().token, token.token)
        self.assertEqual(guest.experiments(shown.id).fetch().name, shown.name)
        self.assertEqual(guest.experiments(shown.id).suggestions().fetch().count, 1)
        self.refused(404, guest.experiments(hidden.id).fetch)
        self.refused(403, guest.experiments(shown.id).suggestions().create)
        self.refused(403, guest.experiments(shown.id).update, name="mine")
        self.refused(403, guest.clients("1").fetch)
        self.assertEqual(conn.tokens(token.token).fetch().user, None)

    def test_development(self):
        text = running.command("token", "create", "--development").strip()
        development = sigopt.Connection(client_token=text)
        self.assertTrue(development.tokens("self").fetch().development)
        made = development.experiments().create(name="try", parameters=PARAMETERS, metrics=[{"objective": "minimize"}])
        self.assertTrue(made.development)
        self.assertTrue(development.experiments(made.id).fetch().development)
        suggestion = development.experiments(made.id).suggestions().create()
        development.experiments(made.id).observations().create(suggestion=suggestion.id, values=[{"value": 1.5}])
        self.assertEqual(development.experiments(made.id).fetch().progress.observation_count, 1)
        self.assertEqual([e.id for e in development.clients("1").experiments().fetch().iterate_pages()], [made.id])
        self.assertNotIn(made.id, [e.id for e in conn.clients("1").experiments().fetch().iterate_pages()])
        self.refused(403, conn.experiments(made.id).fetch)
        self.refused(403, development.experiments(self.make().id).fetch)
        self.refused(403, development.experiments(made.id).tokens().create)
        development.experiments(made.id).delete()
        self.assertEqual(development.experiments(made.id).fetch().state, "deleted")


class Projects(Case):
    def test_life(self):
        projects = conn.clients("1").projects
        made = projects().create(id="tests.life-1", name="Life", metadata={"a": 1})
        self.assertEqual((made.id, made.name, made.client), ("tests.life-1", "Life", "1"))
        self.assertEqual(projects("tests.life-1").fetch().name, "Life")
        self.assertEqual(projects("tests.life-1").update(name="Lives").name, "Lives")
        self.assertIn("tests.life-1", [p.id for p in projects().fetch().iterate_pages()])
        self.refused(409, projects().create, id="tests.life-1", name="Again")
        self.refused(400, projects().create, id="Capital Letters", name="No")
        self.refused(404, projects("no-such").fetch)

    def test_first_projects(self):
        ids = [p.id for p in conn.clients("1").projects().fetch().iterate_pages()]
        self.assertIn("default", ids)
        self.assertIn("sigopt-examples", ids)

    def test_experiments_of_a_project(self):
        conn.clients("1").projects().create(id="tests-listed", name="Listed")
        made = self.make(project="tests-listed")
        listed = conn.clients("1").projects("tests-listed").experiments().fetch()
        self.assertEqual([e.id for e in listed.iterate_pages()], [made.id])


class Experiments(Case):
    def test_create(self):
        made = self.make(observation_budget=30, parallel_bandwidth=4, metadata={"who": "me", "n": 3}, project="default")
        self.assertRegex(made.id, r"^\d+$")
        self.assertEqual((made.name, made.type, made.state), ("a name", "offline", "active"))
        self.assertEqual((made.observation_budget, made.parallel_bandwidth, made.project), (30, 4, "default"))
        self.assertEqual(dict(made.metadata), {"who": "me", "n": 3})
        self.assertEqual([p.name for p in made.parameters], ["batch", "depth", "kind", "rate"])
        self.assertEqual(made.progress.observation_count, 0)
        rate = made.parameters[3]
        self.assertEqual((rate.bounds.min, rate.bounds.max, rate.transformation), (1e-4, 1.0, "log"))
        self.assertEqual([c.name for c in made.parameters[2].categorical_values], ["tree", "linear"])
        self.assertEqual([(m.name, m.objective, m.strategy) for m in made.metrics], [("loss", "minimize", "optimize")])

    def test_create_for_a_client(self):
        made = conn.clients("1").experiments().create(name="theirs", parameters=PARAMETERS)
        self.assertEqual(made.client, "1")
        self.assertIsNone(made.metrics[0].name)
        self.assertEqual(made.metrics[0].objective, "maximize")

    def test_fetch_update_delete(self):
        made = self.make()
        self.assertEqual(conn.experiments(made.id).fetch().id, made.id)
        self.assertEqual(conn.experiments(int(made.id)).fetch().id, made.id)
        changed = conn.experiments(made.id).update(name="another name", observation_budget=7, metadata={"x": "y"})
        self.assertEqual((changed.name, changed.observation_budget, dict(changed.metadata)), ("another name", 7, {"x": "y"}))
        self.assertIsNone(conn.experiments(made.id).update(metadata=None).metadata)
        conn.experiments(made.id).delete()
        self.assertEqual(conn.experiments(made.id).fetch().state, "deleted")
        self.refused(400, conn.experiments(made.id).suggestions().create)
        self.assertEqual(conn.experiments(made.id).update(state="active").state, "active")
        conn.experiments(made.id).suggestions().create()

    def test_list_and_pages(self):
        ids = [self.make(name=f"listed {i}").id for i in range(7)]
        page = conn.experiments().fetch(limit=3)
        self.assertEqual([e.id for e in page.data], ids[:3:-1])
        found = [e.id for e in page.iterate_pages()]
        self.assertEqual(found[:7], ids[::-1])
        self.assertEqual(len(found), page.count)
        newest = conn.experiments().fetch(limit=4)
        up = conn.experiments().fetch(limit=2, after=conn.experiments().fetch(limit=1, before=newest.paging.before).paging.after,
                                      ascending=True)
        self.assertEqual([e.id for e in up.iterate_pages()], ids[3:])
        conn.experiments(ids[0]).delete()
        self.assertNotIn(ids[0], [e.id for e in conn.experiments().fetch().iterate_pages()])
        self.assertIn(ids[0], [e.id for e in conn.experiments().fetch(state="deleted").iterate_pages()])
        self.assertEqual([e.id for e in conn.experiments().fetch(search="LISTED 4").iterate_pages()], [ids[4]])
        self.assertEqual([e.id for e in conn.clients("1").experiments().fetch(limit=1).data], [ids[6]])

    def test_fields(self):
        made = self.make()
        self.assertEqual(conn.experiments(made.id).fetch(fields="id,name").to_json(), {"id": made.id, "name": "a name"})

    def test_random_type(self):
        made = self.make(type="random")
        self.assertEqual(made.type, "random")
        conn.experiments(made.id).suggestions().create()

    def test_refused(self):
        self.refused(404, conn.experiments("999999").fetch)
        self.assertIn("name", self.refused(400, conn.experiments().create, parameters=PARAMETERS))
        bad = [{"name": "x", "type": "double", "bounds": {"min": 2, "max": 1}}]
        self.refused(400, self.make, parameters=bad)
        self.assertIn("nonsense", self.refused(400, self.make, nonsense=1))
        self.refused(400, self.make, project="no-such-project")
        self.refused(400, self.make, observation_budget=0)
        self.refused(400, self.make, metadata={"fairway_failure_tolerance": "reckless"})

    def test_unused_features_count_as_absent(self):
        made = self.make(linear_constraints=[], conditionals=None, tasks=[], num_solutions=1, observation_budget=9)
        self.assertIsNotNone(made.id)


class Suggestions(Case):
    def test_tasks(self):
        made = self.make(tasks=[{"name": "quick", "cost": 0.1}, {"name": "whole", "cost": 1}], observation_budget=9)
        self.assertEqual([(task.name, task.cost) for task in made.tasks], [("whole", 1), ("quick", 0.1)])
        suggestion = conn.experiments(made.id).suggestions().create()
        self.assertEqual((suggestion.task.name, suggestion.task.cost), ("quick", 0.1))
        observation = conn.experiments(made.id).observations().create(suggestion=suggestion.id, values=[{"value": 1}])
        self.assertEqual(observation.task.name, "quick")
        self.assertAlmostEqual(conn.experiments(made.id).fetch().progress.observation_budget_consumed, 0.1)

    def test_create(self):
        made = self.make()
        suggestion = conn.experiments(made.id).suggestions().create(metadata={"host": "a"})
        self.assertEqual((suggestion.experiment, suggestion.state), (made.id, "open"))
        self.assertIs(suggestion.to_json()["deleted"], False)
        self.assertEqual(dict(suggestion.metadata), {"host": "a"})
        values = dict(suggestion.assignments)
        self.assertEqual(set(values), {"depth", "rate", "batch", "kind"})
        self.assertIsInstance(values["depth"], int)
        self.assertIn(values["batch"], (16, 32, 64))
        self.assertIn(values["kind"], ("tree", "linear"))
        self.assertTrue(1e-4 <= values["rate"] <= 1.0)
        self.assertEqual(suggestion.to_json()["fairway"]["source"], "initial")

    def test_explicit(self):
        suggestions = conn.experiments(self.make().id).suggestions
        made = suggestions().create(assignments=ASSIGNMENTS)
        self.assertEqual(dict(made.assignments), ASSIGNMENTS)
        self.assertEqual(made.to_json()["fairway"]["source"], "explicit")
        self.refused(400, suggestions().create, assignments={**ASSIGNMENTS, "batch": 17})
        self.refused(400, suggestions().create, assignments={"depth": 3})
        self.refused(400, suggestions().create, assignments={**ASSIGNMENTS, "kind": "forest"})

    def test_fetch_update_delete(self):
        suggestions = conn.experiments(self.make().id).suggestions
        made = [suggestions().create() for _ in range(5)]
        self.assertEqual(len({str(dict(s.assignments)) for s in made}), 5)
        self.assertEqual(suggestions(made[0].id).fetch().id, made[0].id)
        self.assertEqual(dict(suggestions(made[0].id).update(metadata={"seen": 1}).metadata), {"seen": 1})
        self.assertEqual([s.id for s in suggestions().fetch(limit=2).iterate_pages()], [s.id for s in made[::-1]])
        suggestions(made[0].id).delete()
        self.refused(404, suggestions(made[0].id).fetch)
        self.assertEqual([s.id for s in suggestions().fetch(deleted=True).data], [made[0].id])
        self.assertEqual(suggestions().fetch(state="open").count, 4)
        suggestions().delete(state="open")
        self.assertEqual(suggestions().fetch().count, 0)

    def test_five_open_before_the_first_report(self):
        suggestions = conn.experiments(self.make().id).suggestions
        made = [dict(suggestions().create().assignments) for _ in range(6)]
        self.assertEqual(len({str(a) for a in made}), 6)


class QueuedSuggestions(Case):
    def test_life(self):
        made_for = self.make().id
        experiment = conn.experiments(made_for)
        queue = experiment.queued_suggestions
        made = [queue().create(assignments={**ASSIGNMENTS, "depth": d}) for d in (1, 2, 3)]
        self.assertEqual((made[0].experiment, dict(made[0].assignments)), (made_for, {**ASSIGNMENTS, "depth": 1}))
        self.assertEqual(queue(made[1].id).fetch().to_json(), made[1].to_json())
        self.assertEqual([q.id for q in queue().fetch(limit=2).iterate_pages()], [q.id for q in made[::-1]])
        queue(made[0].id).delete()
        self.refused(404, queue(made[0].id).fetch)
        for d in (2, 3):
            suggestion = experiment.suggestions().create()
            self.assertEqual(dict(suggestion.assignments), {**ASSIGNMENTS, "depth": d})
            self.assertEqual(suggestion.to_json()["fairway"]["source"], "queued")
        self.assertEqual(queue().fetch().count, 0)
        self.assertEqual(experiment.suggestions().create().to_json()["fairway"]["source"], "initial")
        self.refused(400, queue().create)
        self.refused(400, queue().create, assignments={"depth": 3})


class Derived(Case):
    def test_stopping_criteria(self):
        made = self.make(observation_budget=5)
        experiment = conn.experiments(made.id)
        self.assertIs(experiment.stopping_criteria().fetch().should_stop, False)
        experiment.observations().create_batch(observations=[{"assignments": ASSIGNMENTS, "values": [{"value": v}]} for v in range(6)])
        criteria = experiment.stopping_criteria().fetch()
        self.assertEqual((criteria.should_stop, criteria.reasons), (True, ["observation_budget_reached"]))
        experiment.observations().create_batch(observations=[{"assignments": ASSIGNMENTS, "failed": True}] * 20)
        self.assertEqual(experiment.stopping_criteria().fetch().reasons, ["possible_stagnation", "observation_budget_reached"])

    def test_metric_importances(self):
        made = self.make(metrics=[{"name": "loss", "objective": "minimize"}, {"name": "seconds", "strategy": "store"}])
        experiment = conn.experiments(made.id)
        self.refused(422, experiment.metric_importances().fetch)
        experiment.observations().create_batch(observations=[
            {"assignments": {**ASSIGNMENTS, "depth": 1 + i % 9, "batch": 16 << i % 3},
             "values": [{"name": "loss", "value": i % 9}, {"name": "seconds", "value": 1}]} for i in range(27)])
        found = experiment.metric_importances().fetch()
        self.assertEqual([i.metric for i in found.data], ["loss", "seconds"])
        shares = dict(found.data[0].importances)
        self.assertAlmostEqual(sum(shares.values()), 1)
        self.assertGreater(shares["depth"], 0.8)
        self.assertEqual(dict(found.data[1].importances), dict.fromkeys(shares, 0.25))


class Observations(Case):
    def setUp(self):
        self.experiment = self.make()
        self.observations = conn.experiments(self.experiment.id).observations
        self.suggestions = conn.experiments(self.experiment.id).suggestions

    def test_of_a_suggestion(self):
        suggestion = self.suggestions().create()
        made = self.observations().create(suggestion=suggestion.id, values=[{"name": "loss", "value": 0.5, "value_stddev": 0.1}],
                                          metadata={"run": "one"})
        self.assertEqual((made.experiment, made.suggestion, made.failed), (self.experiment.id, suggestion.id, False))
        self.assertEqual([(v.name, v.value, v.value_stddev) for v in made.values], [("loss", 0.5, 0.1)])
        self.assertEqual(dict(made.assignments), dict(suggestion.assignments))
        self.assertEqual(self.suggestions(suggestion.id).fetch().state, "closed")

    def test_failed(self):
        suggestion = self.suggestions().create()
        made = self.observations().create(suggestion=suggestion.id, failed=True)
        self.assertTrue(made.failed)
        self.assertEqual(made.to_json()["values"], [])
        progress = conn.experiments(self.experiment.id).fetch().progress
        self.assertEqual(progress.observation_count, 1)
        self.assertIsNone(progress.best_observation)
        self.assertEqual(conn.experiments(self.experiment.id).best_assignments().fetch().count, 0)

    def test_of_assignments(self):
        made = self.observations().create(assignments=ASSIGNMENTS, values=[{"value": 1.5}])
        self.assertIsNone(made.suggestion)
        self.assertEqual((dict(made.assignments), made.values[0].name), (ASSIGNMENTS, "loss"))
        short = self.observations().create(assignments=ASSIGNMENTS, value=2.5)
        self.assertEqual(short.values[0].value, 2.5)
        self.assertTrue(self.observations().create(assignments=ASSIGNMENTS, failed=True).failed)

    def test_update(self):
        made = self.observations().create(assignments=ASSIGNMENTS, values=[{"value": 1.0}])
        undone = self.observations(made.id).update(failed=True, values=None)
        self.assertTrue(undone.failed)
        redone = self.observations(made.id).update(failed=False, values=[{"name": "loss", "value": 3.0}])
        self.assertEqual((redone.failed, redone.values[0].value), (False, 3.0))
        self.assertEqual(dict(self.observations(made.id).update(metadata={"a": "b"}).metadata), {"a": "b"})
        self.refused(400, self.observations(made.id).update, failed=True)

    def test_batch(self):
        items = [{"assignments": {**ASSIGNMENTS, "depth": d}, "values": [{"value": d}]} for d in range(1, 5)]
        items.append({"suggestion": self.suggestions().create().id, "failed": True})
        made = self.observations().create_batch(observations=items)
        self.assertEqual([o.failed for o in made.data], [False] * 4 + [True])
        self.assertEqual([o.assignments["depth"] for o in made.data][:4], [1, 2, 3, 4])
        self.refused(400, self.observations().create_batch, observations=[items[0], {"failed": True}])
        self.assertEqual(self.observations().fetch().count, 5)
        best = conn.experiments(self.experiment.id).best_assignments().fetch()
        self.assertEqual([(b.values[0].value, b.assignments["depth"]) for b in best.data], [(1.0, 1)])
        self.assertEqual([b.id for b in best.iterate_pages()], [made.data[0].id])

    def test_sorts(self):
        for value, depth in ((3, 1), (1, 3), (2, 2)):
            self.observations().create(assignments={**ASSIGNMENTS, "depth": depth}, values=[{"value": value, "value_stddev": depth}])
        failed = self.observations().create(assignments={**ASSIGNMENTS, "depth": 9}, failed=True).id

        def values(**query):
            return [None if o.failed else o.values[0].value for o in self.observations().fetch(limit=2, **query).iterate_pages()]
        for sort in ("value", "value-loss"):
            self.assertEqual(values(sort=sort), [None, 3, 2, 1])
        self.assertEqual(values(sort="value_stddev"), [None, 1, 2, 3])
        self.assertEqual(values(sort="parameter-depth"), [None, 1, 2, 3])
        self.assertEqual(values(sort="timestamp"), [None, 2, 1, 3])
        self.assertEqual(self.observations().fetch(sort="value", ascending=True).data[-1].id, failed)
        self.refused(400, self.observations().fetch, sort="parameter-nonsense")

    def test_list_delete(self):
        ids = [self.observations().create(assignments=ASSIGNMENTS, values=[{"value": i}]).id for i in range(5)]
        self.assertEqual([o.id for o in self.observations().fetch(limit=2).iterate_pages()], ids[::-1])
        first = self.observations().fetch(limit=2, ascending=True)
        rest = self.observations().fetch(limit=2, ascending=True, after=first.paging.after)
        self.assertEqual([o.id for o in [*first.data, *rest.iterate_pages()]], ids)
        self.assertEqual(self.observations(ids[0]).fetch().id, ids[0])
        self.observations(ids[0]).delete()
        self.refused(404, self.observations(ids[0]).fetch)
        progress = conn.experiments(self.experiment.id).fetch().progress
        self.assertEqual((progress.observation_count, progress.first_observation.id, progress.last_observation.id,
                          progress.best_observation.id), (4, ids[1], ids[4], ids[1]))
        self.observations().delete()
        self.assertEqual(self.observations().fetch().count, 0)

    def test_refused(self):
        suggestion = self.suggestions().create().id
        self.refused(400, self.observations().create, suggestion=suggestion)
        self.refused(400, self.observations().create, suggestion=suggestion, failed=True, values=[{"value": 1}])
        self.refused(400, self.observations().create, suggestion=suggestion, assignments=ASSIGNMENTS, failed=True)
        self.refused(400, self.observations().create, suggestion=suggestion, values=[{"name": "gain", "value": 1}])
        self.refused(400, self.observations().create, suggestion="999999", failed=True)
        self.refused(404, conn.experiments("999999").observations().create, failed=True)
        self.refused(404, self.observations("999999").fetch)
        self.assertEqual(self.observations().fetch().count, 0)

    def test_stored_metrics(self):
        made = self.make(metrics=[{"name": "loss", "objective": "minimize"}, {"name": "seconds", "strategy": "store"}])
        reported = conn.experiments(made.id).observations().create(
            assignments=ASSIGNMENTS, values=[{"name": "seconds", "value": 9}, {"name": "loss", "value": 1}])
        self.assertEqual([(v.name, v.value) for v in reported.values], [("loss", 1.0), ("seconds", 9.0)])


class Credentials(Case):
    def test_wrong_token(self):
        with self.assertRaises(sigopt.exception.ApiException) as caught:
            sigopt.Connection(client_token="W" * 48).tokens("self").fetch()
        conn.tokens("self").fetch()
        self.assertEqual(caught.exception.status_code, 403)
        self.assertEqual(caught.exception.to_json()["token_status"], "revoked")
