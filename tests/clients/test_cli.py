"""The command line of the official client, typed into a terminal: what it prints, how it exits, and what the server has then."""
import json
import os
import sys
import unittest

import server
import terminal

PROJECT = "command-line"  # the folder's name, as the client does it
MODEL = """\
import sys
import time

import sigopt

sigopt.params.setdefaults(x=0.25)
print("x is", sigopt.params.x, flush=True)
if "wait" in sys.argv:
    time.sleep(60)
if "fail" in sys.argv or sigopt.params.x > 0.8:
    sigopt.log_failure()
elif sigopt.params.x > 0.5:
    sys.exit(3)  # as if it had been killed
else:
    sigopt.log_metric("value", sigopt.params.x)
"""
RUN = "name: From the file\nrun: python model.py\n"
EXPERIMENT = """\
name: From the command line
metrics:
  - name: value
    objective: maximize
parameters:
  - name: x
    type: double
    bounds: {min: 0, max: 1}
budget: %d
"""


def type_in(*words, answers=(), where=""):
    """`sigopt WORD...` in the folder: (exit status, screen)"""
    return terminal.run(["sigopt", *words], os.path.join(folder, where), environment, answers)


def want(method, target, body=None):
    """The server's reply, on a connection of its own: a session at a terminal may last longer than an idle connection."""
    client = running.client()
    try:
        return client.want(method, target, body)
    finally:
        client.close()


def write(name, text):
    with open(os.path.join(folder, name), "w", encoding="utf-8") as file:
        file.write(text)


def read(*path):
    with open(os.path.join(folder, *path), encoding="utf-8") as file:
        return file.read()


def setUpModule():
    """A folder with a program, and the client configured in it by the command line, with log collection."""
    global running, folder, environment, configured
    running = server.Server("cli")
    folder = os.path.join(server.folder, "Command-Line")
    os.mkdir(folder)
    environment = {k: v for k, v in os.environ.items() if not k.startswith("SIGOPT_")}
    environment.update(SIGOPT_API_URL=running.url, SIGOPT_HOME=os.path.join(folder, "home"),
                       PATH=os.path.dirname(sys.executable) + os.pathsep + os.environ["PATH"])
    configured = type_in("config", answers=[("API token", server.TOKEN + "\n"), ("Enable log collection", "y\n"),
                                            ("Enable cell tracking", "n\n")])
    want("POST", "/v1/clients/1/projects", {"id": PROJECT, "name": "Command line"})
    write("model.py", MODEL)
    write("run.yml", RUN)


def tearDownModule():
    assert running.stop() == 0


class CommandLine(unittest.TestCase):
    def run_of(self, screen):
        """The run that the screen speaks of, as the server has it."""
        self.assertRegex(screen, r"Run started, .*/run/\d+\n(.*\n)*Run finished, .*/run/\d+\n")
        return want("GET", "/v1/training_runs/" + screen.split("/run/")[1].split("\n")[0])

    def check_experiment(self, number, n):
        """Each run of the program has become the observation that it should be."""
        experiment = want("GET", f"/v1/aiexperiments/{number}")
        observations = want("GET", f"/v1/experiments/{number}/observations")["data"]
        self.assertEqual((experiment["project"], experiment["progress"]["finished_run_count"], len(observations)), (PROJECT, n, n))
        for o in observations:
            self.assertEqual(o["failed"], o["assignments"]["x"] > 0.5)
        best = want("GET", f"/v1/aiexperiments/{number}/best_training_runs")["data"]
        working = [o["assignments"]["x"] for o in observations if not o["failed"]]
        self.assertEqual([b["assignments"]["x"] for b in best], [max(working)])
        self.assertLess(len(working), n)

    def test_config(self):
        self.assertEqual(configured[0], 0, configured[1])
        self.assertEqual(json.loads(read("home", "client", "config.json")),
                         {"api_token": server.TOKEN, "log_collection_enabled": True, "code_tracking_enabled": False})

    def test_version_and_init(self):
        self.assertEqual(type_in("version"), (0, "8.8.3\n"))
        os.mkdir(os.path.join(folder, "new"))
        write(os.path.join("new", "run.yml"), RUN)
        status, screen = type_in("init", answers=[("run.yml already exists", "n\n")], where="new")
        self.assertEqual(status, 0)
        self.assertIn("Skipping run.yml\n", screen)
        for name in ("experiment.yml", "Dockerfile", ".dockerignore"):
            self.assertIn(f"Wrote file contents for {name}\n", screen)
        self.assertIn("parallel_bandwidth: 1", read("new", "experiment.yml"))

    def test_projects(self):
        status, screen = type_in("create", "project", "-p", "made-here", "--project-name", "Made here")
        self.assertEqual((status, screen.splitlines()[0]), (0, "Project 'made-here' created."))
        self.assertEqual(want("GET", "/v1/clients/1/projects/made-here")["name"], "Made here")
        self.assertEqual(type_in("create", "project", "-p", "made-here"), (1, "Error: The project with id 'made-here' already exists.\n"))
        status, screen = type_in("run", "-p", "nowhere", "true")
        self.assertEqual(status, 1)
        self.assertIn("nowhere", screen)

    def test_run(self):
        status, screen = type_in("run", "-s", "model.py")
        self.assertEqual(status, 0, screen)
        run = self.run_of(screen)
        self.assertEqual([run[k] for k in ("name", "project", "state")], ["From the file", PROJECT, "completed"])
        self.assertEqual((run["assignments"], run["values"]["value"]["value"]), ({"x": 0.25}, 0.25))
        self.assertEqual((run["source_code"]["content"], run["logs"]["stdout"]["content"]), (MODEL, "x is 0.25\n"))
        self.assertIn("\nx is 0.25\n", screen)

    def test_run_that_fails(self):
        status, screen = type_in("run", "python", "model.py", "fail")
        self.assertEqual((status, self.run_of(screen)["state"]), (0, "failed"), screen)

    def test_run_that_exits_with_an_error(self):
        status, screen = type_in("run", "python", "-c", "import sys; print('bad', file=sys.stderr); sys.exit(3)")
        self.assertEqual(status, 0)
        self.assertIn("command exited with non-zero status: 3\n", screen)
        run = self.run_of(screen)
        self.assertEqual((run["state"], run["logs"]["stderr"]["content"]), ("completed", "bad\n"))  # so says the client

    def test_run_that_does_not_start(self):
        status, screen = type_in("run", "model.py")
        self.assertEqual((status, self.run_of(screen)["state"]), (1, "failed"))
        self.assertIn("Please include the python executable", screen)

    def test_interrupt(self):
        status, screen = type_in("run", "python", "model.py", "wait", answers=[("x is", "\x03")])
        self.assertEqual((status, self.run_of(screen)["state"]), (1, "failed"), screen)
        self.assertTrue(screen.endswith("Aborted!\n"))

    def test_optimize(self):
        write("experiment.yml", EXPERIMENT % 6)
        status, screen = type_in("optimize", "-e", "experiment.yml", "python", "model.py")
        self.assertEqual(status, 0, screen)
        number = screen.split("/aiexperiment/")[1].split("\n")[0]
        self.assertEqual((screen.count("Run started"), screen.count("Run finished"), screen.count("x is")), (6, 6, 6))
        self.check_experiment(number, 6)
        states = [want("GET", f"/v1/training_runs/{line.split('/run/')[1]}")["state"]
                  for line in screen.splitlines() if line.startswith("Run finished")]
        self.assertEqual(set(states), {"completed", "failed"})
        self.assertEqual(type_in("optimize", "-e", "nowhere.yml")[0], 2)

    def test_workers(self):
        write("worker.yml", EXPERIMENT % 4)
        status, screen = type_in("create", "experiment", "-e", "worker.yml")
        self.assertEqual(status, 0, screen)
        number = screen.split("sigopt start-worker ")[1].split("\n")[0]
        status, screen = type_in("start-worker", number)
        self.assertEqual((status, screen.count("Run finished")), (0, 4), screen)
        self.check_experiment(number, 4)
        self.assertEqual(type_in("start-worker", number), (0, ""))

    def test_archive(self):
        experiment = want("POST", f"/v1/clients/1/projects/{PROJECT}/aiexperiments", {
            "name": "e", "metrics": [{"name": "m"}], "parameters": [{"name": "x", "type": "double", "bounds": {"min": 0, "max": 1}}]})["id"]
        runs = [want("POST", f"/v1/clients/1/projects/{PROJECT}/training_runs", {"name": n})["id"] for n in "ab"]
        self.assertEqual(type_in("archive", "experiment", experiment), (0, ""))
        self.assertEqual(want("GET", f"/v1/aiexperiments/{experiment}")["state"], "deleted")
        self.assertEqual(type_in("unarchive", "experiment", experiment), (0, ""))
        self.assertEqual(want("GET", f"/v1/aiexperiments/{experiment}")["state"], "active")
        for verb, deleted in (("archive", True), ("unarchive", False)):
            self.assertEqual(type_in(verb, "run", *runs), (0, ""))
            self.assertEqual([want("GET", f"/v1/training_runs/{r}")["deleted"] for r in runs], [deleted, deleted])
        self.assertEqual(type_in("archive", "run", "9" * 9), (1, "Error: run_id: 999999999, ApiException (404): "
                                                              "training run 999999999 does not exist\n"))
        self.assertEqual(type_in("archive", "experiment", "one")[0], 2)
