#!/usr/bin/env python3
"""What the server does in a second, as ratios within one run, so that they say something on any machine.

usage: http_bench.py [PATH-TO-FAIRWAY]

The clients run in this process and share the processors with the server: the figures are lower bounds.
"""
import json
import os
import statistics
import sys
import threading
import time
import urllib.parse

if len(sys.argv) > 1:
    os.environ["FAIRWAY_PROGRAM"] = os.path.abspath(sys.argv[1])
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "clients"))

import server  # noqa: E402 - the folder beside this one

SECONDS = 4.0
DEFINITION = {"name": "bench", "parameters": [{"name": "x", "type": "double", "bounds": {"min": 0, "max": 1}}]}


def rate(running, n_clients, request):
    """(requests a second, median seconds of one) with that many clients at once, each without pause."""
    times, until = [], time.monotonic() + SECONDS

    def work():
        client = running.client()
        while time.monotonic() < until:
            began = time.monotonic()
            client.want(*request)
            times.append(time.monotonic() - began)
        client.close()

    threads = [threading.Thread(target=work) for _ in range(n_clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return len(times) / SECONDS, statistics.median(times)


def measure_pages(client, n_observations=100_000, limit=1000, repeats=9):
    """What the last page of a long list costs, compared with the first; the count of all is part of both."""
    at = "/v1/experiments/" + client.want("POST", "/v1/experiments", DEFINITION)["id"] + "/observations"
    batch = {"observations": [{"assignments": {"x": i / 2500}, "values": [{"value": i}]} for i in range(2500)], "fields": "id"}
    for _ in range(n_observations // 2500):
        client.want("POST", at + "/batch", batch)
    first = last = f"{at}?limit={limit}"
    n_pages = 1
    while before := (page := client.want("GET", last))["paging"]["before"]:
        last = f"{at}?limit={limit}&before={before}"
        n_pages += 1
    times = {first: [], last: []}
    for _ in range(repeats):
        for target in times:
            began = time.monotonic()
            page = client.want("GET", target)
            times[target].append(time.monotonic() - began)
            assert page["count"] == n_observations and len(page["data"]) == limit
    one, hundred = (statistics.median(times[target]) for target in (first, last))
    print(f"GET  observations, {limit} of {n_observations}: page 1 {1000 * one:.1f} ms, page {n_pages} {1000 * hundred:.1f} ms, "
          f"{hundred / one:.2f} times (at most 2)")
    return hundred <= 2 * one


def run_body(i):
    """One run of a project; 30 entries."""
    words = ["adam", "sgd", "rmsprop", "lion"]
    return {
        "name": f"run {i} of the sweep", "state": ["active", "completed", "failed"][i % 3],
        "assignments": {f"parameter_{k}": words[i % 4] if k == 0 else (i * (k + 7919)) % 10007 / 10 for k in range(12)},
        "values": {f"metric_{k}": {"value": (i * 7919 + k) % 10007, "value_stddev": 0.5} for k in range(4)},
        "metadata": {f"key_{k}": words[(i + k) % 4] for k in range(9)},
        "logs": {"stdout": {"content": f"epoch 1 of run {i}" * 20}, "stderr": {"content": ""}},
        "model": {"type": words[i % 4]}, "source_code": {"hash": f"{i:040x}", "content": "import sigopt\n" * 100}}


def run_lists(experiment):
    """What is measured: (name, query of a list of runs)."""
    def filtered(*conditions, **rest):
        items = [dict(zip(("field", "operator", "value"), c)) for c in conditions]
        return urllib.parse.urlencode({"filters": json.dumps(items), **rest})

    words = ("metadata.key_3", "==", "adam"), ("values.metric_1.value", ">", 5000)
    return [
        ("as they are", "limit=100"),
        ("by a metric", "limit=100&sort=values.metric_1.value"),
        ("by a text", "limit=100&sort=metadata.key_3"),
        ("by name, ascending", "limit=100&sort=name&ascending=true"),
        ("by source code", "limit=100&sort=source_code.content"),
        ("search", "limit=100&search=77"),
        ("two filters", filtered(*words, limit=100)),
        ("two filters, by a parameter", filtered(*words, limit=100, sort="assignments.parameter_5")),
        ("five filters, by a metric", filtered(*words, ("state", "==", "completed"), ("assignments.parameter_0", "!=", "lion"),
                                               ("logs.stdout.content", ">", "epoch"), limit=100, sort="values.metric_2.value")),
        ("of an experiment", filtered(("experiment", "==", str(experiment)))),
        ("1000 of them", "limit=1000"),
        ("1000, id and values", "limit=1000&fields=id,values"),
    ]


def processor_seconds(running):
    """What the server has used of the processors."""
    with open(f"/proc/{running.process.pid}/stat", encoding="utf-8") as stat:
        words = stat.read().rpartition(")")[2].split()
    return (int(words[11]) + int(words[12])) / os.sysconf("SC_CLK_TCK")


def measure_runs(running, client, n_runs=10_000, repeats=41):
    """Lists of the runs of a project: with filters, in orders, with the fields that occur in all of them."""
    team = f"/v1/clients/{client.want('GET', '/v1/tokens/self')['client']}"
    client.want("POST", team + "/projects", {"id": "runs", "name": "runs"})
    at = f"{team}/projects/runs/training_runs"
    experiment = client.want("POST", f"{team}/projects/runs/aiexperiments", {
        "name": "runs", "budget": 200, "metrics": [{"name": "metric_1", "objective": "maximize"}],
        "parameters": [{"name": "x", "type": "double", "bounds": {"min": 0, "max": 1}}]})["id"]
    for i in range(200):
        client.want("POST", f"/v1/aiexperiments/{experiment}/training_runs",
                    {"name": f"evaluation {i}", "state": "completed", "assignments": {"x": i / 200}, "values": {"metric_1": {"value": i}}})
    for start in range(0, n_runs, 1000):
        client.want("POST", at + "/batch", {"runs": [run_body(i) for i in range(start, start + 1000)], "fields": "id"})
    first, fine = None, True
    print(f"GET  training_runs, {n_runs} with 30 entries each, 100 a page unless said otherwise: ms, with those of the server's processor")
    print(f"     {'':28} {'count':>6} {'fields':>6} {'median':>8} {'95 %':>8} {'server':>8} {'ratio':>6}")
    for name, query in run_lists(experiment):
        times, used = [], processor_seconds(running)
        for _ in range(repeats):
            began = time.monotonic()
            page = client.want("GET", f"{at}?{query}")
            times.append(1000 * (time.monotonic() - began))
        used = 1000 * (processor_seconds(running) - used) / repeats
        first = first or used
        print(f"     {name:28} {page['count']:6} {len(page['defined_fields']):6} {statistics.median(times):8.1f} "
              f"{sorted(times)[int(0.95 * repeats)]:8.1f} {used:8.1f} {used / first:6.2f}")
        fine = fine and page["count"] > 0
    return fine


def main():
    with server.Server("bench") as running:
        client = running.client()
        at = "/v1/experiments/" + client.want("POST", "/v1/experiments", DEFINITION)["id"]
        # After the first reply: the log is read beside.
        kernel = [word for line in running.log for word in line.split() if word.startswith("blas_kernel=")]
        report = ("POST", at + "/observations", {"assignments": {"x": 0.5}, "values": [{"value": 1}]})
        print(f"{kernel[0] if kernel else 'blas_kernel=?'}   {SECONDS:.0f} s each")
        rates = {}
        for name, request in (("token", ("GET", "/v1/tokens/self")), ("experiment", ("GET", at)), ("observation", report)):
            for n_clients in 1, 8, 64:
                a_second, middle = rates[name, n_clients] = rate(running, n_clients, request)
                print(f"{request[0]:4} {name:12} {n_clients:3} clients  {a_second:8.0f} a second   median {1000 * middle:7.2f} ms")
        stored = client.want("GET", at)["progress"]["observation_count"]
        writes = rates["observation", 64][0] / rates["observation", 1][0]
        print(f"durable writes, 64 clients to 1: {writes:.1f} (above 1: clients share a commit)")
        print(f"a durable write to a read, one client: {rates['observation', 1][1] / rates['token', 1][1]:.1f} times as long")
        print(f"{stored} observations stored")
        fine = measure_pages(client)
        fine = measure_runs(running, client) and fine
        client.close()
        running.stop()
    return 0 if fine else 1


sys.exit(main())
