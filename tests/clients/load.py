#!/usr/bin/env python3
"""Many clients at once on two experiments, while a third one is nearly idle: counts errors, repeats, and waits.

    tests/clients/load.py [--seconds 60] [--clients 64]

Each client asks for a suggestion, evaluates it and reports, without pause. One more client asks the third experiment once a second.
Judged: no error and no 5xx, no suggestion twice, everything acknowledged is stored; in a minute at least 500 observations, the idle
experiment served within 2 s and no suggestion later than 8 s.
"""
import argparse
import json
import math
import statistics
import sys
import threading
import time
from collections import Counter

import server
from problems import PROBLEMS

PROBLEM = PROBLEMS["branin_disk"]


class Experiment:
    def __init__(self, client, name):
        self.at = "/v1/experiments/" + client.want("POST", "/v1/experiments", PROBLEM.definition(name))["id"]
        self.lock = threading.Lock()
        self.points = Counter()
        self.sources = Counter()
        self.acknowledged = set()
        self.waits = []

    def cycle(self, client, errors):
        """One suggestion, one report."""
        began = time.monotonic()
        status, suggestion = client.ask("POST", self.at + "/suggestions", {})
        waited = time.monotonic() - began
        if status != 200:
            errors.append((status, suggestion))
            return
        value = PROBLEM.evaluate(suggestion["assignments"])
        body = {"suggestion": suggestion["id"]}
        body.update({"failed": True} if value is None else {"values": [{"name": "value", "value": value}]})
        status, made = client.ask("POST", self.at + "/observations", body)
        with self.lock:
            self.waits.append(waited)
            self.points[json.dumps(suggestion["assignments"], sort_keys=True)] += 1
            self.sources[suggestion["fairway"]["source"]] += 1
            if status == 200:
                self.acknowledged.add(made["id"])
            else:
                errors.append((status, made))


def work(running, experiment, until, errors, pause=0.0):
    client = running.client()
    while time.monotonic() < until:
        try:
            experiment.cycle(client, errors)
        except (server.Unanswered, ValueError) as problem:
            errors.append((0, str(problem)))
            if running.process.poll() is not None:
                break
        time.sleep(pause)
    client.close()


def measure(seconds, n_clients, options=()):
    running = server.Server(f"load-{time.monotonic_ns()}", options)
    client = running.client()
    busy = [Experiment(client, name) for name in ("first", "second")]
    idle = Experiment(client, "idle")
    errors = []
    until = time.monotonic() + seconds
    threads = [threading.Thread(target=work, args=(running, busy[i % 2], until, errors)) for i in range(n_clients)]
    threads.append(threading.Thread(target=work, args=(running, idle, until, errors, 1.0)))
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    everything = [*busy, idle]
    stored = {e.at: {o["id"] for o in server.pages(client, e.at + "/observations")} for e in everything}
    report = {
        "errors": len(errors),
        "first_errors": errors[:5],
        "server_errors": sum(status >= 500 for status, _ in errors),
        "repeated_suggestions": sum(n - 1 for e in everything for n in e.points.values()),
        "lost_observations": sum(len(e.acknowledged - stored[e.at]) for e in everything),
        "observations": sum(len(stored[e.at]) for e in busy),
        "longest_wait": max((w for e in everything for w in e.waits), default=math.inf),
        "median_wait": statistics.median([w for e in busy for w in e.waits] or [math.inf]),
        "longest_wait_idle": max(idle.waits, default=math.inf),
        "idle_suggestions": len(idle.waits),
        "sources": dict(sum((e.sources for e in everything), Counter())),
    }
    client.close()
    report["ended_with"] = running.stop()
    return report


def wrong(report, seconds=None):
    """What breaks the rules; with seconds also the ones about time."""
    found = [name for name in ("errors", "repeated_suggestions", "lost_observations", "ended_with") if report[name] != 0]
    if seconds is not None:
        found += ["observations"] if report["observations"] < 500 * seconds / 60 else []
        found += ["longest_wait_idle"] if report["longest_wait_idle"] > 2 else []
        found += ["longest_wait"] if report["longest_wait"] > 8 else []
    return found


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--clients", type=int, default=64)
    options = parser.parse_args()
    report = measure(options.seconds, options.clients)
    for name, value in report.items():
        print(f"{name:22} {f'{value:.3f}' if isinstance(value, float) else value}")
    found = wrong(report, options.seconds)
    print("broken: " + ", ".join(found) if found else "everything holds")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
