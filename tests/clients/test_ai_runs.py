"""Training runs through the AI Module of the official Python client, as programs written for it use them."""
import json
import subprocess
import sys
import threading
import unittest

import server

PROJECT = "sigopt-examples"


def setUpModule():
    global running, conn, http, sigopt
    running = server.Server("ai-runs")
    conn = running.connection()
    http = running.client()
    import sigopt


def tearDownModule():
    http.close()
    assert running.stop() == 0


def run_count(project=PROJECT):
    return http.want("GET", f"/v1/clients/1/projects/{project}")["training_run_count"]


def fetched(run):
    """The run as the server has it now, as JSON."""
    return http.want("GET", f"/v1/training_runs/{run.id}")


class Making(unittest.TestCase):
    def test_a_run_of_a_program(self):
        with sigopt.create_run(name="first", metadata={"host": "a", "cores": 2}) as run:
            self.assertEqual(dict(run.params), {})
            self.assertIsNone(run.experiment)
            made = fetched(run)
            run.params.rate = 0.1
            run.log_metric("accuracy", 0.9)
        self.assertEqual([made[k] for k in ("name", "state", "project", "experiment", "suggestion", "finished", "completed")],
                         ["first", "active", PROJECT, None, None, False, None])
        self.assertEqual(made["metadata"], {"host": "a", "cores": 2})
        done = sigopt.get_run(run.id)
        self.assertEqual((done.state, done.finished, dict(done.assignments)), ("completed", True, {"rate": 0.1}))
        self.assertEqual((done.values["accuracy"].value, done.values["accuracy"].value_stddev), (0.9, None))
        self.assertGreaterEqual(done.completed, done.created)

    def test_a_name_is_made_up(self):
        with sigopt.create_run() as run:
            pass
        self.assertRegex(fetched(run)["name"], rf"^{PROJECT} \d{{4}}-\d\d-\d\d \d\d:\d\d:\d\d$")

    def test_projects(self):
        with self.assertRaises(sigopt.exception.ProjectNotFoundException):
            sigopt.set_project("ai-runs-new")
            sigopt.create_run()
        try:
            self.assertEqual(sigopt.create_project("ai-runs-new", "New one").name, "New one")
            with sigopt.create_run() as run:
                pass
            with self.assertRaises(sigopt.exception.ConflictingProjectException):
                sigopt.create_project("ai-runs-new", "again")
        finally:
            sigopt.set_project(PROJECT)
        self.assertEqual(sigopt.get_run(run.id).project, "ai-runs-new")
        self.assertEqual(run_count("ai-runs-new"), 1)


class Parameters(unittest.TestCase):
    def assigned(self, run):
        record = fetched(run)["assignments"]
        self.assertEqual(record, dict(run.params), "the program and the server agree")
        return record

    def test_ways_to_set_them(self):
        with sigopt.create_run() as run:
            run.params.rate = 1e-3
            run.params["layers"] = 3
            run.params.update({"kind": "adam", "decay": 0.5}, batch=64)
            self.assertEqual(run.params.setdefault("layers", 9), 3)
            self.assertEqual(run.params.setdefault("width", 128), 128)
            run.params.setdefaults(rate=7, depth=2)
            self.assertEqual(self.assigned(run), {"rate": 1e-3, "layers": 3, "kind": "adam", "decay": 0.5, "batch": 64,
                                                  "width": 128, "depth": 2})
            run.params.layers = 4
            del run.params["decay"]
            self.assertEqual(run.params.pop("batch"), 64)
            self.assertEqual(self.assigned(run), {"rate": 1e-3, "layers": 4, "kind": "adam", "width": 128, "depth": 2})
            run.set_parameter("seed", 12)
            run.set_parameters({"seed": 13, "odd {'\".\\ näme": "ü", "flag": None})
        self.assertEqual(fetched(run)["assignments"],
                         {"rate": 1e-3, "layers": 4, "kind": "adam", "width": 128, "depth": 2, "seed": 13, "odd {'\".\\ näme": "ü"})

    def test_types(self):
        import numpy

        with sigopt.create_run() as run:
            run.params.update({"i": numpy.int64(2**53), "f": numpy.float64(0.1), "whole": 3.0, "text": "0.5", "small": 5e-324})
        stored = fetched(run)["assignments"]
        self.assertEqual(stored, {"i": 2**53, "f": 0.1, "whole": 3, "text": "0.5", "small": 5e-324})
        self.assertIsInstance(stored["whole"], int)

    def test_sources(self):
        with sigopt.create_run() as run:
            run.set_parameters({"a": 1, "b": 2, "c": 3})
            run.set_parameter_source("a", "Command line")
            run.set_parameters_source({"b": 0, "c": 0}, "File")
            run.set_parameters_sources_meta("Command line", sort=1, default_show=True)
            run.set_parameters_sources_meta("File", sort=2, default_show=False)
            run.set_parameter_meta("c", {"source": "Guess"})
        record = fetched(run)
        self.assertEqual({k: v["source"] for k, v in record["assignments_meta"].items()},
                         {"a": "Command line", "b": "File", "c": "Guess"})
        self.assertEqual({k: (v["sort"], v["default_show"]) for k, v in record["assignments_sources"].items()},
                         {"Command line": (1, True), "File": (2, False)})


class Logging(unittest.TestCase):
    def test_metrics(self):
        import numpy

        with sigopt.create_run() as run:
            run.log_metric("accuracy", 0.5)
            run.log_metric("accuracy", 0.75, stddev=0.125)
            run.log_metric("text", "1.5")
            run.log_metrics({"val-mean squared error": 2.0, "n": numpy.float32(0.5)}, seconds=3)
            for wrong in (float("nan"), float("inf"), None, "much"):
                with self.assertRaises((ValueError, TypeError)):
                    run.log_metric("wrong", wrong)
        record = fetched(run)
        self.assertEqual({k: (v["value"], v["value_stddev"]) for k, v in record["values"].items()},
                         {"accuracy": (0.75, 0.125), "text": (1.5, None), "val-mean squared error": (2, None), "n": (0.5, None),
                          "seconds": (3, None)})
        self.assertTrue(all(k == v["name"] for k, v in record["values"].items()))

    def test_metadata(self):
        with sigopt.create_run(metadata={"kept": "yes"}) as run:
            run.log_metadata("host", "b")
            run.log_metadata("threads", 8)
            run.log_metadata("quick", True)
            run.log_metadata("shape", (3, 4))
            run.log_metadata("host", "c")
            run.log_dev_metadata("tool", "mine")
            run.log_sys_metadata("feature_importances", {"type": "weight", "scores": {"f0": 3.0, "f1": 1.5}})
            run.log_sys_metadata("as metadata", 1, mode="metadata")
            run.log_sys_metadata("as dev", 2, mode="dev")
        record = fetched(run)
        self.assertEqual(record["metadata"], {"kept": "yes", "host": "c", "threads": 8, "quick": 1, "shape": "(3, 4)", "as metadata": 1})
        self.assertEqual(record["dev_metadata"], {"tool": "mine", "as dev": 2})
        self.assertEqual(record["sys_metadata"], {"feature_importances": {"type": "weight", "scores": {"f0": 3.0, "f1": 1.5}}})

    def test_what_it_was_made_of(self):
        with sigopt.create_run() as run:
            run.log_dataset("train.csv")
            run.log_dataset("test.csv")
            run.log_model(list)
            run.log_source_code(content="print(1)\n", hash="1f3c")
            run.log_source_code(content="print(2)\n")
            run.set_logs({"stdout": "begin\n", "stderr": ""})
            run.set_logs({"stdout": "x" * 5000, "other": "ö"})
        seen = sigopt.get_run(run.id)
        self.assertEqual(set(seen.datasets), {"train.csv", "test.csv"})
        self.assertEqual(seen.model.type, "<class 'list'>")
        self.assertEqual((seen.source_code.content, seen.source_code.hash), ("print(2)\n", "1f3c"))
        self.assertEqual((seen.logs["stderr"], seen.logs["other"]), ("", "ö"))
        self.assertIn("... truncated ...", seen.logs["stdout"])
        self.assertTrue(seen.logs["stdout"].endswith("x" * 512))

    def test_no_model_is_a_model_of_no_type(self):
        with sigopt.create_run() as run:
            run.log_model()
        self.assertEqual(fetched(run)["model"], {"object": "model", "type": None})

    def test_checkpoints(self):
        with sigopt.create_run() as run:
            for epoch in range(12):
                run.log_checkpoint({"loss": 1 / (epoch + 1), "skipped": None, "epoch": epoch})
            run.log_checkpoint({})
        self.assertEqual(sigopt.get_run(run.id).checkpoint_count, 13)
        listed = list(conn.training_runs(run.id).checkpoints().fetch(limit=5).iterate_pages())[::-1]
        self.assertEqual([{v.name: v.value for v in c.values} for c in listed],
                         [{"loss": 1 / (e + 1), "epoch": e} for e in range(12)] + [{}])
        one = conn.training_runs(run.id).checkpoints(listed[3].id).fetch()
        self.assertEqual((one.training_run, one.values[1].value), (run.id, 0.25))

    def test_the_answer_is_skipped(self):
        run = sigopt.create_run()
        skip = {**http.headers, "X-Response-Content": "skip"}
        status, _, text = http.raw("MERGE", f"/v1/training_runs/{run.id}", b'{"values": {"a": {"value": 1}}}', skip)
        self.assertEqual((status, text), (204, ""))
        status, _, text = http.raw("POST", f"/v1/training_runs/{run.id}/checkpoints", b'{"values": []}', skip)
        self.assertEqual((status, text), (204, ""))
        self.assertEqual(fetched(run)["values"]["a"]["value"], 1)


class Global(unittest.TestCase):
    """The functions of the module itself, which speak of the run that the command line or a notebook has begun."""

    def log(self):
        sigopt.params.setdefaults(width=32, depth=2)
        sigopt.log_metric("loss", 0.25, stddev=0.5)
        sigopt.log_metrics(a=1, b=2)
        sigopt.log_metadata("key", "value")
        sigopt.log_dataset("digits")
        sigopt.log_model("forest")
        sigopt.log_checkpoint({"loss": 0.5})

    def test_outside_of_a_run_nothing_happens(self):
        self.addCleanup(sigopt.params.clear)
        before = run_count()
        self.log()
        sigopt.log_failure()
        self.assertIsNone(sigopt.get_run_id())
        self.assertEqual(run_count(), before)
        with sigopt.create_run() as run:
            self.assertEqual(dict(run.params), {"width": 32, "depth": 2}, "but parameters are the next run's defaults")

    def test_in_a_run(self):
        from sigopt.run_context import global_run_context

        with sigopt.create_run() as run:
            global_run_context.set_run_context(run)
            try:
                self.assertEqual(sigopt.get_run_id(), run.id)
                self.log()
                sigopt.params.depth += 1
                sigopt.log_failure()
            finally:
                global_run_context.clear_run_context()
        record = fetched(run)
        self.assertEqual(record["assignments"], {"width": 32, "depth": 3})
        self.assertEqual({k: v["value"] for k, v in record["values"].items()}, {"loss": 0.25, "a": 1, "b": 2})
        self.assertEqual((record["metadata"], set(record["datasets"]), record["model"]["type"], record["checkpoint_count"]),
                         ({"key": "value"}, {"digits"}, "forest", 1))
        self.assertEqual(record["state"], "failed")


class Ends(unittest.TestCase):
    def test_failures(self):
        with sigopt.create_run(name="told") as told:
            told.log_metric("before", 1)
            told.log_failure()
            told.log_metadata("reason", "memory")
        with self.assertRaises(ZeroDivisionError):
            with sigopt.create_run(name="raised") as raised:
                raised.log_metric("before", 1 / 0)
        ended = sigopt.create_run(name="ended")
        ended.end(exception=MemoryError("no more"))
        for run in (told, raised, ended):
            self.assertEqual([fetched(run)[k] for k in ("state", "finished", "observation")], ["failed", True, None])
            self.assertIsNotNone(fetched(run)["completed"])
        self.assertEqual((fetched(told)["values"]["before"]["value"], fetched(told)["metadata"]), (1, {"reason": "memory"}))

    def test_a_failed_run_stays_failed(self):
        run = sigopt.create_run()
        run.log_failure()
        run.end()
        run.end()
        self.assertEqual(sigopt.get_run(run.id).state, "failed")

    def test_a_completed_run_may_still_fail(self):
        with sigopt.create_run() as run:
            pass
        completed = fetched(run)["completed"]
        run.end(exception=ValueError())
        self.assertEqual([fetched(run)[k] for k in ("state", "completed")], ["failed", completed])

    def test_archive(self):
        with sigopt.create_run() as run:
            run.log_metric("kept", 1)
        self.assertIs(sigopt.get_run(run.id).deleted, False)
        sigopt.archive_run(run.id)
        archived = sigopt.get_run(run.id)
        self.assertEqual((archived.deleted, archived.values["kept"].value), (True, 1))
        sigopt.unarchive_run(run.id)
        self.assertIs(sigopt.get_run(run.id).deleted, False)

    def test_changed_as_a_whole(self):
        with sigopt.create_run() as run:
            run.log_metadata("old", 1)
        changed = conn.training_runs(run.id).update(name="renamed", metadata={"new": 2}, favorite=True)
        self.assertEqual((changed.name, dict(changed.metadata), changed.state), ("renamed", {"new": 2}, "completed"))
        self.assertTrue(fetched(run)["favorite"])
        with self.assertRaises(sigopt.exception.ApiException) as caught:
            conn.training_runs(run.id).update(nmae="typing error")
        self.assertEqual(caught.exception.status_code, 400)
        self.assertIn("nmae", caught.exception.message)


class Uploads(unittest.TestCase):
    @staticmethod
    def past(i):
        return {"name": f"old {i}", "state": "failed" if i % 5 == 0 else "completed", "assignments": {"x": i / 4, "kind": "ab"[i % 2]},
                "values": {} if i % 5 == 0 else {"loss": {"value": i * 0.5, "value_stddev": 0.25}}, "metadata": {"i": i},
                "datasets": {"d": {}}, "logs": {"stdout": {"content": "done"}}, "source_code": {"hash": str(i)}, "model": {"type": "m"}}

    def check(self, run, i):
        record, wanted = fetched(run), self.past(i)
        for key in ("name", "state", "assignments", "metadata"):
            self.assertEqual(record[key], wanted[key])
        self.assertEqual({k: v["value"] for k, v in record["values"].items()}, {k: v["value"] for k, v in wanted["values"].items()})
        self.assertTrue(record["finished"])

    def test_few(self):
        made = sigopt.upload_runs([self.past(i) for i in range(25)], max_batch_size=10)
        self.assertEqual(len({run.id for run in made}), 25)
        for i, run in enumerate(made):
            self.check(run, i)

    def test_many(self):
        self.addCleanup(sigopt.set_project, PROJECT)
        sigopt.create_project("ai-runs-many")
        made = sigopt.upload_runs([self.past(i) for i in range(10050)])
        ids = [int(run.id) for run in made]
        self.assertEqual((len(ids), ids), (10050, sorted(set(ids))))
        for i in (0, 1, 9999, 10000, 10049):
            self.check(made[i], i)
        self.assertEqual(run_count("ai-runs-many"), 10050)

        self.check_lists()

    def check_lists(self):
        """What is asked of the ten thousand by the client's one call for lists, with everything that it can take."""
        def listed(filters=(), **more):
            text = json.dumps([dict(zip(("field", "operator", "value"), f)) for f in filters])
            runs = conn.clients("1").projects("ai-runs-many").training_runs()
            return list(runs.fetch(filters=text, **more).iterate_pages())
        cheap = listed([("values.loss.value", "<", 10), ("assignments.kind", "==", "b")], sort="values.loss.value", limit=3)
        self.assertEqual([run.name for run in cheap], [f"old {i}" for i in range(19, 0, -1) if i % 2 and i % 5])
        self.assertEqual([run.name for run in listed([("metadata.i", ">=", 10047)], sort="created", ascending=True)],
                         ["old 10047", "old 10048", "old 10049"])
        self.assertEqual(len(listed([("state", "==", "failed"), ("metadata.i", "<", 1000)])), 200)
        self.assertEqual([run.name for run in listed(search="OLD 1004", sort="name", ascending=True)],
                         ["old 1004"] + [f"old 1004{i}" for i in range(10)])
        with self.assertRaises(sigopt.exception.ApiException) as caught:
            listed([("colour", "==", "red")])
        self.assertEqual(caught.exception.status_code, 400)
        self.assertIn("colour", caught.exception.message)

    def test_one_bad_run_stores_none(self):
        before = run_count()
        with self.assertRaises(sigopt.exception.ApiException) as caught:
            sigopt.upload_runs([self.past(1), {**self.past(2), "state": "lost"}])
        self.assertEqual(caught.exception.status_code, 400)
        self.assertEqual(run_count(), before)


WRITER = """
import sys
from sigopt import Connection
from sigopt.run_context import RunContext

conn = Connection()
run = RunContext(conn, conn.training_runs(sys.argv[1]).fetch())
print("ready", flush=True)
sys.stdin.readline()
for i in range(200):
    run.log_metadata(f"{sys.argv[2]} {i}", i)
"""


class Together(unittest.TestCase):
    """Several programs say different things of one run at the same time, and each thing is kept."""

    def test_threads(self):
        from sigopt.run_context import RunContext

        run = sigopt.create_run()
        start = threading.Barrier(2)

        def log(thread):
            mine = RunContext(sigopt.Connection(), run.run)
            start.wait()
            for i in range(200):
                mine.set_parameter(f"{thread} {i}", i)
        threads = [threading.Thread(target=log, args=name) for name in "ab"]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(fetched(run)["assignments"], {f"{name} {i}": i for name in "ab" for i in range(200)})

    def test_processes(self):
        run = sigopt.create_run()
        programs = [subprocess.Popen([sys.executable, "-c", WRITER, run.id, name], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
                    for name in "ab"]
        for program in programs:
            self.assertEqual(program.stdout.readline(), "ready\n")
        for program in programs:
            program.stdin.write("\n")
            program.stdin.flush()
        for program in programs:
            program.communicate(timeout=60)
            self.assertEqual(program.returncode, 0)
        self.assertEqual(fetched(run)["metadata"], {f"{name} {i}": i for name in "ab" for i in range(200)})
