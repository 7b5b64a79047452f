"""The notebook magics of the official client, in a real IPython shell."""
import contextlib
import io
import json
import os
import sys
import unittest

import server
import terminal

CELL = """\
x = sigopt.params.setdefaults(x=0.5).x
print("x is", x)
sigopt.log_metric("value", x)
"""
LOOP = """\
seen.append(sigopt.params.x)
if sigopt.params.x > 0.5:
    sigopt.log_failure()
else:
    sigopt.log_metric("value", sigopt.params.x)
"""
DEFINITION = {"name": "From a notebook", "budget": 4, "metrics": [{"name": "value", "objective": "maximize"}],
              "parameters": [{"name": "x", "type": "double", "bounds": {"min": 0, "max": 1}}]}
YAML = """\
name: From YAML
budget: 3
metrics: [{name: value}]
parameters: [{name: x, type: double, bounds: {min: 0, max: 1}}]
"""


def setUpModule():
    """The client is configured in a terminal, then a shell is started in this process, which reads that."""
    global running, http, configured, shell
    running = server.Server("notebook")
    http = running.client()
    os.environ["OMP_NUM_THREADS"] = "1"
    os.environ["IPYTHONDIR"] = os.path.join(server.folder, "ipython")
    environment = {**os.environ, "SIGOPT_API_URL": running.url, "SIGOPT_API_TOKEN": server.TOKEN,
                   "PATH": os.path.dirname(sys.executable) + os.pathsep + os.environ["PATH"]}
    configured = terminal.run(["ipython", "--simple-prompt", "--no-banner"], server.folder, environment, answers=[
        ("In [1]:", "%load_ext sigopt\n"), ("In [2]:", "%sigopt config\n"), ("API token", server.TOKEN + "\n"),
        ("log collection [y/N]", "y\n"), ("cell tracking [y/N]", "y\n"), ("In [3]:", "exit\n")])
    running.connection()
    from IPython.core.interactiveshell import InteractiveShell

    shell = InteractiveShell.instance()
    shell.run_line_magic("load_ext", "sigopt")
    shell.run_cell("import sigopt; seen = []").raise_error()


def tearDownModule():
    http.close()
    assert running.stop() == 0


class Notebook(unittest.TestCase):
    def cell(self, text):
        """What running a cell printed."""
        from sigopt.sigopt_logging import stdout_handler

        with contextlib.redirect_stdout(io.StringIO()) as screen:
            stdout_handler.setStream(screen)  # in a notebook it was the cell's from the beginning
            result = shell.run_cell(text)
        result.raise_error()
        return screen.getvalue()

    def runs(self, screen):
        """The runs that the output speaks of, as the server has them."""
        return [http.want("GET", "/v1/training_runs/" + line.split("/run/")[1])
                for line in screen.splitlines() if line.startswith("Run finished")]

    def test_config(self):
        self.assertEqual(configured[0], 0, configured[1])
        self.assertNotIn(server.TOKEN, configured[1], "a token is typed unseen")
        with open(os.path.join(os.environ["SIGOPT_HOME"], "client", "config.json"), encoding="utf-8") as file:
            self.assertEqual(json.load(file), {"api_token": server.TOKEN, "log_collection_enabled": True, "code_tracking_enabled": True})

    def test_run(self):
        run, = self.runs(self.cell("%%run My cell\n" + CELL))
        self.assertEqual((run["name"], run["state"], run["assignments"]), ("My cell", "completed", {"x": 0.5}))
        self.assertEqual((run["values"]["value"]["value"], run["source_code"]["content"]), (0.5, CELL))
        self.assertEqual(run["logs"]["stdout"]["content"], "x is 0.5\n")
        self.assertEqual(shell.user_ns["x"], 0.5)

    def test_run_that_raises(self):
        before = http.want("GET", "/v1/clients/1/projects/sigopt-examples")["training_run_count"]
        with self.assertRaises(ZeroDivisionError):
            self.cell("%%run Raises\n1 / 0\n")
        self.assertEqual(http.want("GET", "/v1/clients/1/projects/sigopt-examples")["training_run_count"], before + 1)
        last, = self.runs(self.cell("%%run After\npass\n"))
        self.assertEqual(http.want("GET", f"/v1/training_runs/{int(last['id']) - 1}")["state"], "failed")
        self.assertEqual(last["state"], "completed")

    def optimize(self, definition, n):
        said = self.cell("%%experiment\n" + definition)
        number = said.split("/aiexperiment/")[1].split("\n")[0]
        shell.user_ns["seen"].clear()
        runs = self.runs(self.cell("%%optimize Each\n" + LOOP))
        self.assertEqual([run["assignments"]["x"] for run in runs], shell.user_ns["seen"])
        self.assertEqual([(run["name"], run["experiment"]) for run in runs], [("Each", number)] * n)
        self.assertEqual([run["state"] for run in runs], ["failed" if run["assignments"]["x"] > 0.5 else "completed" for run in runs])
        observations = http.want("GET", f"/v1/experiments/{number}/observations")["data"]
        self.assertEqual([o["failed"] for o in observations][::-1], [run["state"] == "failed" for run in runs])

    def test_experiment_of_a_dictionary(self):
        self.optimize(repr(DEFINITION), 4)

    def test_experiment_of_yaml(self):
        shell.user_ns["definition"] = YAML
        self.optimize("definition", 3)

    def test_example(self):
        """The notebook of docs/examples, from its first cell to the last."""
        with open(os.path.join(server.HERE, "..", "..", "docs", "examples", "notebook.ipynb"), encoding="utf-8") as file:
            cells = ["".join(cell["source"]) for cell in json.load(file)["cells"] if cell["cell_type"] == "code"]
        screens = [self.cell(text) for text in cells]
        alone, = self.runs(screens[1])
        self.assertEqual((alone["name"], alone["assignments"]), ("By hand", {"components": 8, "neighbors": 20}))
        runs = self.runs(screens[3])
        self.assertEqual([run["state"] == "failed" for run in runs], [run["assignments"]["components"] > 64 for run in runs])
        self.assertEqual(len(runs), 12)
        self.assertGreater(max(run["values"]["accuracy"]["value"] for run in runs if run["values"]), alone["values"]["accuracy"]["value"])
        self.assertLessEqual(sum(run["state"] == "failed" for run in runs[6:]), 2)

    def test_experiment_that_is_refused(self):
        wrong = {**DEFINITION, "parameters": [{"name": "x", "type": "double", "bounds": {"min": 1, "max": 0}}]}
        self.assertRegex(self.cell(f"%%experiment\n{wrong}"), r"ApiException: .*400.*bounds")
