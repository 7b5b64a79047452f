"""The contract, docs/openapi.yaml, as the server gives it: it is valid OpenAPI, and Schemathesis, which makes thousands of right and wrong
requests from it by chance, finds no 5xx, no reply that breaks its schema, no status that is not described.

Needs the Python environment build/contract (script/setup test).
"""
import base64
import collections
import hashlib
import json
import os
import re
import subprocess
import sys
import unittest

import server

SEED = 5
X = {"name": "x", "type": "double", "bounds": {"min": 0, "max": 1}}
Y = {"name": "y", "type": "double", "bounds": {"min": 0, "max": 1}}
LOSS = {"name": "loss", "objective": "minimize"}
CONTENT = b"content of a file"
KINDS = {
    "plain": {"parameters": [X, {"name": "k", "type": "int", "bounds": {"min": 1, "max": 9}},
                             {"name": "c", "type": "categorical", "categorical_values": ["a", "b"]}],
              "metrics": [LOSS, {"name": "seconds", "strategy": "store"}]},
    "conditional": {"parameters": [X, {**Y, "conditions": {"kind": ["two"]}}], "conditionals": [{"name": "kind", "values": ["one", "two"]}],
                    "metrics": [LOSS]},
    "constrained": {"parameters": [X, {**Y, "prior": {"name": "normal", "mean": 0.4, "scale": 0.2}},
                                   {"name": "g", "type": "double", "grid": [0.5, 1, 2]}], "metrics": [LOSS],
                    "linear_constraints": [{"type": "less_than", "threshold": 1.5,
                                            "terms": [{"name": "x", "weight": 1}, {"name": "y", "weight": 1}]}]},
    "multimetric": {"parameters": [X, Y],
                    "metrics": [LOSS, {"name": "seconds", "threshold": 50}, {"name": "size", "strategy": "constraint", "threshold": 1}]},
    "solutions": {"parameters": [X, Y], "metrics": [LOSS], "num_solutions": 3},
    "tasks": {"parameters": [X, Y], "metrics": [LOSS], "tasks": [{"name": "half", "cost": 0.5}, {"name": "full", "cost": 1}]},
}


def report(experiment, suggestion, i):
    if i % 4 == 0:
        return {"suggestion": suggestion["id"], "failed": True}
    return {"suggestion": suggestion["id"], "metadata": {"worker": i},
            "values": [{"name": name, "value": suggestion["assignments"]["x"] + i, "value_stddev": 0.1} for name in experiment["metrics"]]}


def make_experiment(client, name, definition):
    """An experiment with everything, so that there is something behind each path."""
    body = {"name": name, "project": "default", "observation_budget": 30, **definition}
    made = client.want("POST", "/v1/experiments", body)
    path = f"/v1/experiments/{made['id']}"
    experiment = {"id": made["id"], "metrics": [metric["name"] for metric in made["metrics"]],
                  "suggestions": [], "observations": [], "queued_suggestions": []}
    for i in range(20):  # as many as importances need
        suggestion = client.want("POST", path + "/suggestions")
        experiment["suggestions"].append(suggestion["id"])
        experiment["observations"].append(client.want("POST", path + "/observations", report(experiment, suggestion, i))["id"])
    open_one = client.want("POST", path + "/suggestions", {"metadata": {"worker": 9}})
    experiment["suggestions"].append(open_one["id"])
    experiment["assignments"], experiment["task"] = open_one["assignments"], open_one.get("task")
    for _ in range(3):
        queued = client.want("POST", path + "/queued_suggestions", {key: experiment[key] for key in ("assignments", "task")})
        experiment["queued_suggestions"].append(queued["id"])
    return experiment


def make_runs(client):
    """Runs and what is below them. A checkpoint belongs to one run, so there is one run to look at."""
    def run(name):
        return client.want("POST", "/v1/clients/1/projects/default/training_runs", {"name": name})["id"]

    def announce():
        return client.want("POST", f"/v1/training_runs/{kept}/files",
                           {"name": "f", "content_type": "application/octet-stream", "content_length": len(CONTENT),
                            "content_md5": base64.b64encode(hashlib.md5(CONTENT).digest()).decode()})

    def ai_experiment(name):
        return client.want("POST", "/v1/clients/1/projects/default/aiexperiments",
                           {"name": name, "parameters": [X], "metrics": [{"name": "loss", "objective": "minimize"}]})["id"]

    def secret(url):
        return url.rsplit("/", 1)[1]

    kept = run("kept")
    checkpoint = client.want("POST", f"/v1/training_runs/{kept}/checkpoints", {"values": [{"name": "loss", "value": 1}]})
    tag = client.want("POST", "/v1/clients/1/tags", {"name": "contract", "color": "#010203"})
    file = announce()
    status, _, text = client.raw("PUT", "/v1/uploads/" + secret(file["upload"]["url"]), CONTENT, {})
    assert status == 200, text
    download = client.want("GET", f"/v1/files/{file['id']}")["download"]["url"]
    return {"training_runs": [kept], "spare_training_runs": [run("spare") for _ in range(10)], "checkpoints": [checkpoint["id"]],
            "tags": [tag["id"]], "files": [file["id"]], "upload": secret(announce()["upload"]["url"]), "upload_content": CONTENT.decode(),
            "download": secret(download), "aiexperiments": [ai_experiment("kept")],
            "spare_aiexperiments": [ai_experiment("spare") for _ in range(5)]}


def make_objects(client):
    for name in ("kept", "spare-1", "spare-2"):
        client.want("POST", "/v1/clients/1/projects", {"id": name, "name": name, "metadata": {"colour": "red", "size": 2}})
    groups = {group: [make_experiment(client, f"{group} {kind}", definition) for kind, definition in KINDS.items()]
              for group in ("kept", "expendable", "doomed")}
    guest = f"/v1/experiments/{groups['kept'][0]['id']}/tokens"
    return {"seed": SEED, "client": "1", "organization": "1", "projects": ["default", "kept"], "spare_projects": ["spare-1", "spare-2"],
            "guest_tokens": [client.want("POST", guest)["token"] for _ in range(40)], **groups, **make_runs(client)}


def drive(url, objects, tally):
    """(exit status, output) of Schemathesis."""
    env = {**os.environ, "SCHEMATHESIS_HOOKS": "contract_hooks", "PYTHONPATH": server.HERE, "COLUMNS": "200",
           "FAIRWAY_CONTRACT_OBJECTS": json.dumps(objects), "FAIRWAY_CONTRACT_TALLY": tally}
    program = os.path.join(os.path.dirname(sys.executable), "schemathesis")
    command = [program, "--config-file", os.path.join(server.HERE, "schemathesis.toml"), "run",
               url + "/openapi.json", "--auth", server.TOKEN + ":", "--no-color"]
    done = subprocess.run(command, cwd=server.folder, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=500)
    return done.returncode, done.stdout


class Contract(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = server.Server("contract")
        cls.client = cls.server.client()
        cls.document = cls.client.want("GET", "/openapi.json")

    @classmethod
    def tearDownClass(cls):
        cls.server.stop()

    def operations(self):
        return {(method.upper(), path) for path, item in self.document["paths"].items() for method in item
                if method in ("get", "head", "post", "put", "delete")}

    def test_document_is_valid(self):
        from openapi_spec_validator import validate

        validate(self.document)
        self.assertEqual(self.document["openapi"], "3.1.0")

    def test_page_on_compatibility(self):
        """docs/compatibility.md has a row for each operation, and says of no other one that it is served."""
        served, rows = set(), set()
        for method, path in self.operations():
            if path.startswith("/v1/"):
                served.add((method, re.sub(r"{\w+}", "*", path.removeprefix("/v1"))))
        with open(os.path.join(server.HERE, "..", "..", "docs", "compatibility.md"), encoding="utf-8") as page:
            for line in page:
                row = re.match(r"\| `([A-Z]+) (\S+)` \| (same|better) \|", line)
                if row and row[1] != "MERGE":  # no method of OpenAPI
                    rows.add((row[1], re.sub(r"\b[A-Z]\b", "*", row[2])))
        self.assertEqual(rows, served)

    def test_table_of_behaviours(self):
        """What tests/behaviours.md names is there."""
        tests = os.path.join(server.HERE, "..")
        with open(os.path.join(tests, "behaviours.md"), encoding="utf-8") as page:
            named = re.findall(r"`(\w+/\w+\.(?:c|py))(?:: (\w+))?`", page.read())
        self.assertGreater(len(named), 50)
        for file, name in named:
            with open(os.path.join(tests, file), encoding="utf-8") as source:
                self.assertRegex(source.read(), rf"\b(void|def|class) {name}\b" if name else "main|class", (file, name))

    def test_server_keeps_it(self):
        tally = os.path.join(server.folder, "contract.tally")
        status, output = drive(self.server.url, make_objects(self.client), tally)
        replies = collections.defaultdict(collections.Counter)
        with open(tally, encoding="utf-8") as lines:
            for line in lines:
                method, path, code = json.loads(line)
                replies[method, path][code] += 1
        self.assertEqual(status, 0, output[-20000:])
        # What setUpClass has fetched is not fetched again.
        never = sorted(o for o in self.operations() if not replies[o][200] + replies[o][204] and o[1] != "/openapi.json")
        self.assertEqual(never, [], "these never succeeded, so little of them was seen")
        seen = {code for counter in replies.values() for code in counter}
        self.assertLessEqual({200, 204, 400, 404, 405, 409}, seen)
        print(f"# {sum(sum(c.values()) for c in replies.values())} requests")
        self.assertEqual(self.server.stop(), 0)


if __name__ == "__main__":
    unittest.main()
