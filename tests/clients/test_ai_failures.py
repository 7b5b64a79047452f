"""The main job through the AI Module: a run that fails teaches what a failed observation teaches.

A network of `depth` layers of `width` does not fit into memory when width^2 * depth is too much. Nobody tells the server.
"""
import math
import unittest

import server
from problems import Problem, double, integer

LIMIT = 2_000_000  # of 25 million in the corner of the space


def accuracy(a):
    """More weights help, with less and less gain; each of the others has a best value."""
    weights = a["width"] ** 2 * a["depth"] / 1e6
    return (0.95 - 0.4 * math.exp(-4 * weights) - 0.02 * math.log(a["depth"] / 6) ** 2
            - 0.02 * (math.log10(a["rate"]) + 2.5) ** 2 - 0.2 * (a["dropout"] - 0.3) ** 2)


MEMORY = Problem([integer("width", 16, 1024), integer("depth", 1, 24), double("rate", 1e-5, 1, transformation="log"),
                  double("dropout", 0, 0.8)],
                 objective=lambda a: -accuracy(a), feasible=lambda a: a["width"] ** 2 * a["depth"] <= LIMIT, optimum=-0.95, budget=40)


def train(**assignments):
    value = MEMORY.evaluate(assignments)
    if value is None:
        raise MemoryError
    return value


# ------------------------------------------------------------------ ways to say that a run failed

def by_method(run):
    with run:
        try:
            run.log_metric("value", train(**run.params))
        except MemoryError:
            run.log_failure()


def by_exception(run):
    try:
        with run:
            run.log_metric("value", train(**run.params))
    except MemoryError:
        pass


def by_module(run):
    """The program does not know its run: the command line or the notebook does."""
    from sigopt.run_context import global_run_context

    import sigopt

    with run:
        global_run_context.set_run_context(run)
        try:
            sigopt.log_metric("value", train(**sigopt.params))
        except MemoryError:
            sigopt.log_failure()
        finally:
            global_run_context.clear_run_context()


def by_omission(run):
    """A program that just ends, as it does when it is killed below the command line."""
    with run:
        try:
            run.log_metric("value", train(**run.params))
        except MemoryError:
            run.log_metadata("killed by", "the operating system")


def runs_of_loop(way):
    """The points of the training loop, in order, and whether each failed."""
    import sigopt

    definition = MEMORY.definition("memory")
    experiment = sigopt.create_experiment(budget=definition.pop("observation_budget"), **definition)
    points = []
    for run in experiment.loop():
        points.append((dict(run.params), MEMORY.evaluate(run.params) is None))
        way(run)
    return experiment, points


def observations_of_loop(conn):
    """The same with the Core Module."""
    experiment = conn.experiments().create(**MEMORY.definition("memory"))
    points = []
    for _ in range(MEMORY.budget):
        suggestion = conn.experiments(experiment.id).suggestions().create()
        value = MEMORY.evaluate(suggestion.assignments)
        report = {"failed": True} if value is None else {"values": [{"name": "value", "value": value}]}
        conn.experiments(experiment.id).observations().create(suggestion=suggestion.id, **report)
        points.append((dict(suggestion.assignments), value is None))
    return points


class Failures(unittest.TestCase):
    def test_runs_teach_as_observations_do(self):
        """Every way, and the Core Module, on a server of its own: the same suggestions to the last digit."""
        import sigopt.interface

        with server.Server("ai-failures-core") as running:
            expected = observations_of_loop(running.connection())
            self.assertEqual(running.stop(), 0)
        self.assertTrue(10 < sum(not failed for _, failed in expected) < MEMORY.budget)
        for way in (by_method, by_exception, by_module, by_omission):
            with self.subTest(way.__name__), server.Server("ai-failures-" + way.__name__) as running:
                sigopt.interface._global_connection = running.connection()
                sigopt._global_factory._connection = None
                _, points = runs_of_loop(way)
                self.assertEqual(points, expected)
                self.assertEqual(running.stop(), 0)

    def test_the_loop_stays_where_memory_suffices(self):
        import sigopt.interface

        with server.Server("ai-failures-loop") as running:
            sigopt.interface._global_connection = running.connection()
            sigopt._global_factory._connection = None
            for way in (by_method, by_exception, by_module, by_method, by_exception):
                experiment, points = runs_of_loop(way)
                failures = [failed for _, failed in points]
                with self.subTest(experiment=experiment.id):
                    self.assertLessEqual(sum(failures[-13:]), 4, failures)
                    self.assertGreater(sum(failures), 0)
                    best = list(experiment.get_best_runs())
                    self.assertEqual([run.state for run in best], ["completed"])
                    self.assertLess(best[0].values["value"].value, -0.92)
                    self.check_counts(running, experiment, failures)
            self.assertEqual(running.stop(), 0)

    def check_counts(self, running, experiment, failures):
        experiment.refresh()
        self.assertEqual((experiment.progress.finished_run_count, experiment.progress.remaining_budget), (MEMORY.budget, 0))
        client = running.client()
        observations = server.pages(client, f"/v1/experiments/{experiment.id}/observations")[::-1]
        client.close()
        self.assertEqual([o["failed"] for o in observations], failures)
