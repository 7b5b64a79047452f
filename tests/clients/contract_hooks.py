"""What Schemathesis (test_contract.py) sends is made by chance from docs/openapi.yaml. Here it is put onto objects that exist, so that it
reaches beyond 404: environment variable FAIRWAY_CONTRACT_OBJECTS, made by test_contract.py.

Everything is a function of the number of the request, so that the same seed sends the same requests.
"""
import json
import os
import random

import schemathesis

OBJECTS = json.loads(os.environ["FAIRWAY_CONTRACT_OBJECTS"])
TALLY = open(os.environ["FAIRWAY_CONTRACT_TALLY"], "w", encoding="utf-8")
DESTRUCTIVE = ("DELETE", "PUT")
chance = random.Random(OBJECTS["seed"])


def positive(case, part):
    """Whether this part of the request was made to be right."""
    for location, component in case.meta.components.items():
        if location.value == part:
            return component.mode.is_positive
    return True


def pick_experiment(case):
    """Changes and deletions fall on experiments that the other requests can do without; so does what needs a queue that others empty."""
    path = case.operation.path
    if case.method == "DELETE" and path.endswith(("{experiment}", "s")):
        group = "doomed"
    elif case.method in DESTRUCTIVE or "queued_suggestion}" in path:
        group = "expendable"
    else:
        group = "kept"
    return chance.choice(OBJECTS[group])


def place(case, experiment):
    names = case.path_parameters
    for name in names:
        if name == "experiment":
            names[name] = experiment["id"]
        elif name in ("suggestion", "observation", "queued_suggestion"):
            names[name] = chance.choice(experiment[name + "s"])
        elif name == "client":
            names[name] = OBJECTS["client"]
        elif name == "project":
            names[name] = chance.choice(OBJECTS["spare_projects" if case.method in DESTRUCTIVE else "projects"])
        elif name == "token":
            names[name] = chance.choice(OBJECTS["guest_tokens"]) if case.method in DESTRUCTIVE else "self"
        elif name == "organization":
            names[name] = OBJECTS["organization"]
        elif name in ("training_run", "aiexperiment"):
            names[name] = chance.choice(OBJECTS["spare_" + name + "s" if case.method in DESTRUCTIVE else name + "s"])
        elif name in ("checkpoint", "tag", "file"):
            names[name] = chance.choice(OBJECTS[name + "s"])
        elif name == "secret":
            names[name] = OBJECTS["upload" if case.method == "PUT" else "download"]


def fill_report(body, experiment):
    """Makes a report one of an observation of this experiment: of a suggestion or of assignments, failed or with values."""
    source = chance.choice(("suggestion", "assignments"))
    body["suggestion"] = chance.choice(experiment["suggestions"]) if source == "suggestion" else None
    body["assignments"] = dict(experiment["assignments"]) if source == "assignments" else None
    body["task"] = experiment["task"] if source == "assignments" else None
    values = [value["value"] for value in body.get("values") or ()]
    body["failed"] = not values
    body["values"] = [{"name": name, "value": values[i % len(values)]} for i, name in enumerate(experiment["metrics"])] if values else None
    for key in ("value", "value_stddev"):
        body.pop(key, None)


def fill(case, experiment):
    body, operation = case.body, case.operation.definition.raw["operationId"]
    if body.get("project"):
        body["project"] = OBJECTS["projects"][0]
    if operation in ("observation_create", "observation_change"):
        fill_report(body, experiment)
    elif operation == "observation_create_batch":
        for item in body.get("observations", ()):
            fill_report(item, experiment)
    elif operation == "file_create":
        body["name"] = body.get("name") or "file"
        body["content_length"] = 1 + body["content_length"] % 1000
        body["content_type"] = "image/png"
        body["content_md5"] = "XUFAKrxLKna5cZ2REBfFkg=="
    elif operation == "prediction_create":
        body["assignments"] = [dict(experiment["assignments"]) for _ in body["assignments"]]
    elif operation in ("suggestion_create", "queued_suggestion_create") and body.get("assignments") is not None:
        body["assignments"] = dict(experiment["assignments"])
        body["task"] = experiment["task"]


@schemathesis.hook
def before_call(context, case, kwargs):
    # Both are tested elsewhere; here they would hide members of the reply, or all of it, from the check of its schema.
    if isinstance(case.query, dict):
        case.query.pop("fields", None)
    if case.headers and chance.random() < 0.9:
        case.headers.pop("X-Response-Content", None)
    if isinstance(case.body, dict) and isinstance(case.body.get("fields"), (str, type(None))):
        case.body.pop("fields", None)
    experiment = pick_experiment(case)
    if case.path_parameters and positive(case, "path") and chance.random() < 0.9:
        place(case, experiment)
    if case.operation.definition.raw["operationId"] == "file_upload" and positive(case, "body") and chance.random() < 0.8:
        case.body = OBJECTS["upload_content"].encode()
    if isinstance(case.body, dict) and positive(case, "body") and chance.random() < 0.8:
        fill(case, experiment)


@schemathesis.hook
def after_call(context, case, response):
    TALLY.write(json.dumps([case.method, case.operation.path, response.status_code]) + "\n")
    TALLY.flush()
