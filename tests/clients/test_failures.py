"""The main job through the official client: suggestions learn from failed observations and move to where evaluations succeed."""
import math
import unittest

import server
from problems import PROBLEMS, Problem, double

# A tenth of the square works; the best working point is at the edge of what fails.
CORNER = Problem([double("x", 0, 1), double("y", 0, 1)],
                 objective=lambda a: (a["x"] - 0.7) ** 2 + (a["y"] - 0.75) ** 2,
                 feasible=lambda a: math.hypot(a["x"] - 0.8, a["y"] - 0.8) <= 0.18, optimum=0.0, budget=40)


def setUpModule():
    global running, conn
    running = server.Server("failures")
    conn = running.connection()


def tearDownModule():
    assert running.stop() == 0


def optimize(problem, n):
    """The loop of the client's documentation; the values that came back, None for a failure."""
    experiment = conn.experiments().create(**problem.definition("learning"))
    values = []
    for _ in range(n):
        suggestion = conn.experiments(experiment.id).suggestions().create()
        value = problem.evaluate(suggestion.assignments)
        if value is None:
            conn.experiments(experiment.id).observations().create(suggestion=suggestion.id, failed=True)
        else:
            conn.experiments(experiment.id).observations().create(
                suggestion=suggestion.id, values=[{"name": "value", "value": value}])
        values.append(value)
    return experiment.id, values


class Learning(unittest.TestCase):
    def test_suggestions_move_into_the_feasible_region(self):
        experiment, values = optimize(CORNER, 40)
        early = sum(v is None for v in values[:10])
        late = sum(v is None for v in values[-20:])
        self.assertGreaterEqual(early, 3, f"many of the first points fail: {values}")
        self.assertLessEqual(late, 8, f"of the last 20: {values}")
        best = min(v for v in values if v is not None)
        self.assertLess(best, 0.01)
        self.check_bookkeeping(experiment, values, best)

    def check_bookkeeping(self, experiment, values, best):
        progress = conn.experiments(experiment).fetch().progress
        self.assertEqual(progress.observation_count, len(values))
        self.assertEqual(progress.best_observation.values[0].value, best)
        assigned = conn.experiments(experiment).best_assignments().fetch().data
        self.assertEqual([b.values[0].value for b in assigned], [best])
        listed = list(conn.experiments(experiment).observations().fetch(limit=7).iterate_pages())
        self.assertEqual([o.failed for o in listed][::-1], [v is None for v in values])

    def test_constrained_branin(self):
        _, values = optimize(PROBLEMS["branin_disk"], 30)
        self.assertLessEqual(sum(v is None for v in values), 18)
        self.assertLess(min(v for v in values if v is not None) - PROBLEMS["branin_disk"].optimum, 0.5)

    def test_what_a_suggestion_says_about_itself(self):
        experiment, _ = optimize(CORNER, 25)
        suggestion = conn.experiments(experiment).suggestions().create().to_json()["fairway"]
        self.assertIn(suggestion["source"], ("model", "fill"))
        self.assertTrue(0 <= suggestion["probability_of_feasibility"] <= 1)
        self.assertEqual(suggestion["sequence"], 25)
        self.assertIsInstance(suggestion["exploring"], bool)

    def test_everything_fails(self):
        nowhere = Problem(CORNER.parameters, objective=lambda a: 0, feasible=lambda a: False, optimum=0, budget=20)
        experiment, _ = optimize(nowhere, 20)
        points = {str(sorted(o.assignments.items()))
                  for o in conn.experiments(experiment).observations().fetch().iterate_pages()}
        self.assertEqual(len(points), 20, "never the same point twice")

    def test_a_finite_space_is_used_up(self):
        small = Problem([{"name": "k", "type": "categorical", "categorical_values": ["a", "b", "c"]},
                         {"name": "n", "type": "int", "bounds": {"min": 0, "max": 2}}],
                        objective=lambda a: a["n"], feasible=lambda a: a["k"] != "b", optimum=0, budget=12)
        experiment, _ = optimize(small, 12)
        listed = list(conn.experiments(experiment).observations().fetch().iterate_pages())[::-1]
        self.assertEqual(len({(o.assignments["k"], o.assignments["n"]) for o in listed[:9]}), 9)
        self.assertFalse(any(o.failed for o in listed[9:]), "then working points are repeated, not failed ones")


class MachineFailures(unittest.TestCase):
    """A machine that died says nothing about the point; these are the documented ways out."""

    def setUp(self):
        self.experiment, _ = optimize(CORNER, 6)
        self.suggestions = conn.experiments(self.experiment).suggestions
        self.observations = conn.experiments(self.experiment).observations

    def test_open_suggestion_is_evaluated_again(self):
        lost = self.suggestions().create()
        found = self.suggestions().fetch(state="open").data
        self.assertEqual([(s.id, dict(s.assignments)) for s in found], [(lost.id, dict(lost.assignments))])
        self.observations().create(suggestion=found[0].id, failed=True)
        self.assertEqual(self.suggestions().fetch(state="open").count, 0)

    def test_suggestion_is_deleted(self):
        lost = self.suggestions().create()
        self.suggestions(lost.id).delete()
        self.assertEqual(conn.experiments(self.experiment).fetch().progress.observation_count, 6)
        self.assertEqual(self.suggestions().fetch(state="open").count, 0)
        by_assignments = self.observations().create(assignments=dict(lost.assignments), failed=True)
        self.assertEqual(dict(by_assignments.assignments), dict(lost.assignments))

    def test_parallel_workers_get_different_points(self):
        made = [self.suggestions().create() for _ in range(8)]
        self.assertEqual(len({str(dict(s.assignments)) for s in made}), 8)
        points = [(s.assignments["x"], s.assignments["y"]) for s in made]
        closest = min(max(abs(a - c), abs(b - d)) for i, (a, b) in enumerate(points) for c, d in points[:i])
        self.assertGreater(closest, 1e-4)
