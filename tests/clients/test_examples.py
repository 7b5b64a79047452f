"""The programs in docs/examples are run as a reader would run them, and must have done what they say."""
import os
import re
import subprocess
import sys
import unittest

import server

FOLDER = os.path.join(server.HERE, "..", "..", "docs", "examples")


def setUpModule():
    global running
    running = server.Server("examples")


def tearDownModule():
    assert running.stop() == 0


class Examples(unittest.TestCase):
    def output(self, name):
        env = {**os.environ, "SIGOPT_API_URL": running.url, "SIGOPT_API_TOKEN": server.TOKEN, "OMP_NUM_THREADS": "1"}
        program = "sh" if name.endswith(".sh") else sys.executable
        done = subprocess.run([program, os.path.join(FOLDER, name)], env=env, capture_output=True, text=True, timeout=300)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        return done.stdout

    def run_program(self, name):
        """(the experiment that it made, what it printed)"""
        said = self.output(name if "." in name else name + ".py")
        number = re.match(r"experiment (\d+): ", said)[1]
        with_client = running.client()
        self.addCleanup(with_client.close)
        experiment = with_client.want("GET", f"/v1/{'ai' if name.startswith('ai_') else ''}experiments/{number}")
        self.observations = server.pages(with_client, f"/v1/experiments/{number}/observations")[::-1]
        return experiment, said

    def loop(self, name, budget=None):
        """Runs a program that evaluates once for each unit of its budget."""
        experiment, said = self.run_program(name)
        self.assertEqual(experiment["progress"]["observation_count"], budget or experiment["observation_budget"])
        return experiment, said

    def values(self, metric):
        return [v["value"] for o in self.observations for v in o["values"] if v["name"] == metric]

    def failures(self, part=slice(None)):
        return sum(o["failed"] for o in self.observations[part])

    def test_random_forest(self):
        self.loop("random_forest")
        self.assertGreater(max(self.values("accuracy")), 0.83)

    def test_xgboost_classifier(self):
        self.loop("xgboost_classifier")
        self.assertGreater(max(self.values("auc")), 0.98)
        self.assertLessEqual(self.failures(slice(-10, None)), 3)

    def test_failed_observations(self):
        self.loop("failed_observations")
        self.assertGreater(max(self.values("accuracy")), 0.97)
        self.assertGreater(self.failures(), 0)
        self.assertLessEqual(self.failures(slice(-10, None)), 3)
        self.assertTrue(all(o["metadata"]["reason"] for o in self.observations if o["failed"]))

    def test_multimetric(self):
        experiment, said = self.loop("multimetric")
        points = re.findall(r"accuracy (\S+) with (\d+) nodes", said)
        self.assertGreaterEqual(len(points), 4)
        self.assertEqual(points, sorted(points, key=lambda point: float(point[0])), "a larger forest on the front is a better one")
        self.assertEqual([m["strategy"] for m in experiment["metrics"]], ["optimize", "store", "optimize"])

    def test_metric_constraint(self):
        _, said = self.loop("metric_constraint")
        accuracy, nodes = re.search(r"accuracy (\S+) with (\d+) nodes", said).groups()
        self.assertGreater(float(accuracy), 0.9)
        self.assertLessEqual(int(nodes), 3000)
        self.assertGreaterEqual(sum(nodes <= 3000 for nodes in self.values("nodes")[10:]), 8)

    def test_conditionals(self):
        self.loop("conditionals")
        self.assertGreater(max(self.values("accuracy")), 0.9)
        wanted = {"linear": {"C"}, "rbf": {"C", "gamma"}, "poly": {"C", "gamma", "degree"}}
        for o in self.observations:
            self.assertEqual(set(o["assignments"]) - {"kernel"}, wanted[o["assignments"]["kernel"]])

    def test_mixture(self):
        self.loop("mixture")
        self.assertGreater(max(self.values("yield")), 88)
        self.assertLessEqual(self.failures(slice(-10, None)), 4)

    def test_parallel_workers(self):
        self.loop("parallel_workers", 41)
        self.assertLess(min(self.values("value")), 1.0)
        points = [tuple(o["assignments"].values()) for o in self.observations]
        self.assertEqual(len(points), len(set(points)))

    def test_warm_start(self):
        self.loop("warm_start")
        self.assertEqual([o["suggestion"] is None for o in self.observations], [True] * 8 + [False] * 10)
        self.assertGreater(max(self.values("accuracy")), 0.965)
        self.assertLessEqual(self.failures(slice(8, None)), 3)

    def test_tasks(self):
        experiment, said = self.run_program("tasks")
        self.assertGreaterEqual(experiment["progress"]["observation_budget_consumed"], 12)
        self.assertGreater(experiment["progress"]["observation_count"], 15, "cheap tasks were used")
        self.assertGreater(float(re.search(r"accuracy (\S+)", said)[1]), 0.95)

    def test_prior(self):
        self.loop("prior")
        self.assertLess(min(self.values("loss")), 0.27)
        first = [o["assignments"] for o in self.observations[:5]]
        self.assertGreater(sum(a["momentum"] for a in first) / len(first), 0.7)

    def test_queued_suggestions(self):
        self.loop("queued_suggestions")
        self.assertEqual(self.observations[1]["assignments"], {"rate": 0.3, "trees": 20, "depth": 1})

    def test_several_solutions(self):
        _, said = self.loop("several_solutions")
        self.assertEqual(len(re.findall(r"quality \S+ at time", said)), 4)
        best = {}  # of each hill
        for o in self.observations:
            hill = min(((.2, .2), (.8, .25), (.25, .85), (.75, .7)),
                       key=lambda at: (o["assignments"]["time"] - at[0]) ** 2 + (o["assignments"]["heat"] - at[1]) ** 2)
            best[hill] = max([best.get(hill, 0), *(v["value"] for v in o["values"])])
        self.assertGreater(min(best.values()), 0.7, best)

    def test_search(self):
        _, said = self.loop("search")
        good, low, high = re.search(r": (\d+) of 30 .* heights (\S+) to (\S+) m", said).groups()
        self.assertGreaterEqual(int(good), 8)
        self.assertGreater(float(high) - float(low), 0.03)

    def test_loop_sh(self):
        _, said = self.loop("loop.sh")
        best, size, failed = map(int, re.search(r": (\d+) bytes of (\d+); (\d+) of 30 failed\n", said).groups())
        self.assertEqual((best, failed), (min(self.values("bytes")), self.failures()))
        self.assertLess(best, 0.3 * size)
        self.assertGreater(failed, 0)
        self.assertLessEqual(self.failures(slice(-10, None)), 4)

    def test_ai_run(self):
        said = self.output("ai_run.py")
        number, accuracy = re.fullmatch(r"run (\d+): completed, accuracy (\S+) after 20 checkpoints\n", said).groups()
        self.assertGreater(float(accuracy), 0.85)
        with_client = running.client()
        self.addCleanup(with_client.close)
        checkpoints = with_client.want("GET", f"/v1/training_runs/{number}/checkpoints")["data"]
        self.assertAlmostEqual(checkpoints[0]["values"][0]["value"], float(accuracy), places=3)

    def test_ai_memory(self):
        experiment, _ = self.run_program("ai_memory")
        self.assertEqual((experiment["progress"]["finished_run_count"], len(self.observations)), (30, 30))
        self.assertGreater(max(self.values("accuracy")), 0.97)
        self.assertGreater(self.failures(), 0)
        self.assertLessEqual(self.failures(slice(-10, None)), 4)

    def test_ai_xgboost(self):
        experiment, said = self.run_program("ai_xgboost")
        self.assertEqual(experiment["progress"]["remaining_budget"], 0)
        before, tuned = re.search(r"F1 (\S+) as it is, (\S+) with", said).groups()
        self.assertGreaterEqual(float(tuned), float(before))

    def test_command_line(self):
        done = self.typed("sigopt", "optimize")
        self.assertEqual((done.returncode, done.stderr, done.stdout.count("Run finished")), (0, "", 16))
        number = re.match(r"AI Experiment created, .*/(\d+)\n", done.stdout)[1]
        with_client = running.client()
        self.addCleanup(with_client.close)
        self.observations = server.pages(with_client, f"/v1/experiments/{number}/observations")[::-1]
        self.assertEqual(self.failures(), done.stdout.count("diverged"))
        self.assertLessEqual(self.failures(slice(-6, None)), 3)
        self.assertLess(min(self.values("log_loss")), -2)
        self.assertEqual(self.typed("sigopt", "run").returncode, 0)
        self.assertEqual(self.typed(sys.executable, "train.py").stdout, "rate 0.001, momentum 0.500: loss 0.1\n")

    def typed(self, *words):
        env = {**os.environ, "SIGOPT_API_URL": running.url, "SIGOPT_API_TOKEN": server.TOKEN,
               "PATH": os.path.dirname(sys.executable) + os.pathsep + os.environ["PATH"]}
        return subprocess.run(words, cwd=os.path.join(FOLDER, "command_line"), env=env, capture_output=True, text=True, timeout=300)

    def test_the_pages_show_them_all(self):
        text = ""
        for name in ("examples.md", "ai-module.md"):
            with open(os.path.join(FOLDER, "..", name), encoding="utf-8") as page:
                text += page.read()
        for name in os.listdir(FOLDER):
            self.assertIn(f"(examples/{name})", text)
