#!/usr/bin/env python3
"""What the server does in a second, as ratios within one run, so that they say something on any machine.

usage: http_bench.py [PATH-TO-FAIRWAY]

The clients run in this process and share the processors with the server: the figures are lower bounds.
"""
import os
import statistics
import sys
import threading
import time

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
        client.close()
        running.stop()
    return 0 if fine else 1


sys.exit(main())
