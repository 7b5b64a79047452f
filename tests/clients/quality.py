#!/usr/bin/env python3
"""How good the suggestions are, over HTTP: regret and failures on problems on which part of the space fails.

    tests/clients/quality.py [--experiments 8] [--workers 8] [PROBLEM...]

Every problem gets a fresh database and experiments 1 to N (an experiment's id is its seed), each evaluated one after the other to
the problem's budget. Then `--workers` parallel workers share one experiment; of the suggestions that were open at the same time,
none may be closer than 0.01 x the trust box stored with the later one (largest coordinate distance, space scaled to [0, 1]).
"""
import argparse
import math
import sqlite3
import statistics
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import server
from problems import PROBLEMS

# Parallelism over experiments: as many as the server has model workers by default.
AT_ONCE = 2

# What must hold: of regrets and failures (a list each, one entry an experiment) and the budget.
RULES = {
    "branin_disk": ("regret < 1e-3 and at most 18 failures in every run",
                    lambda regrets, failures, budget: max(regrets) < 1e-3 and max(failures) <= 18),
    "hartmann6_norm1": ("regret < 0.2 in at least half of the runs, mean failures <= 38 %",
                        lambda regrets, failures, budget: 2 * sum(r < 0.2 for r in regrets) >= len(regrets)
                        and statistics.mean(failures) <= 0.38 * budget),
    "nn_oom": ("median regret <= 0.05, mean failures <= 34 %",
               lambda regrets, failures, budget: statistics.median(regrets) <= 0.05 and statistics.mean(failures) <= 0.34 * budget),
}


def report(client, at, problem, suggestion):
    value = problem.evaluate(suggestion["assignments"])
    body = {"suggestion": suggestion["id"]}
    body.update({"failed": True} if value is None else {"values": [{"name": "value", "value": value}]})
    client.want("POST", at + "/observations", body)
    return value


def optimize(running, at, problem):
    """(regret, failures, seconds waited for suggestions)"""
    client = running.client()
    best, failures, waited = math.inf, 0, 0.0
    for _ in range(problem.budget):
        began = time.monotonic()
        suggestion = client.want("POST", at + "/suggestions")
        waited += time.monotonic() - began
        value = report(client, at, problem, suggestion)
        if value is None:
            failures += 1
        else:
            best = min(best, value)
    client.close()
    return best - problem.optimum, failures, waited


def judge(name, n_experiments):
    """Prints a line; True if the rule holds."""
    problem = PROBLEMS[name]
    running = server.Server(f"quality-{name}")
    client = running.client()
    ats = ["/v1/experiments/" + client.want("POST", "/v1/experiments", problem.definition(name))["id"] for _ in range(n_experiments)]
    client.close()
    began = time.monotonic()
    with ThreadPoolExecutor(AT_ONCE) as pool:
        runs = list(pool.map(lambda at: optimize(running, at, problem), ats))
    running.stop()
    regrets, failures, waits = zip(*runs)
    text, rule = RULES[name]
    holds = rule(regrets, failures, problem.budget)
    print(f"{name}: {text}: {'holds' if holds else 'BROKEN'}")
    print("  regrets  " + " ".join(f"{r:.2g}" for r in regrets) + f"   median {statistics.median(regrets):.2g}")
    print("  failures " + " ".join(str(f) for f in failures)
          + f"   mean {statistics.mean(failures):.1f} of {problem.budget} ({100 * statistics.mean(failures) / problem.budget:.0f} %)")
    print(f"  {1000 * sum(waits) / (len(waits) * problem.budget):.0f} ms a suggestion, {time.monotonic() - began:.0f} s in all", flush=True)
    return holds


# ------------------------------------------------------------------ parallel workers

def coordinates(parameters, assignments):
    """Assignments scaled to [0, 1]; a category is one coordinate for each of its values."""
    out = []
    for p in parameters:
        value = assignments[p["name"]]
        if p["type"] == "categorical":
            out += [float(value == category) for category in p["categorical_values"]]
        elif "grid" in p:
            out.append(p["grid"].index(value) / (len(p["grid"]) - 1))
        else:
            low, high = p["bounds"]["min"], p["bounds"]["max"]
            if p.get("transformation") == "log":
                low, high, value = math.log(low), math.log(high), math.log(value)
            out.append((value - low) / (high - low))
    return out


def closest(database, experiment, parameters, suggestions):
    """Over all pairs that were open at the same time: the smallest distance / box of the later one."""
    connection = sqlite3.connect(f"file:{database}?mode=ro", uri=True)
    rows = connection.execute(
        "SELECT s.id, s.sequence, s.box, o.sequence FROM suggestion AS s LEFT JOIN observation AS o ON o.suggestion_id = s.id "
        "WHERE s.experiment_id = ? AND s.ordinal IS NOT NULL ORDER BY s.id", (experiment,)).fetchall()
    connection.close()
    smallest, pairs = math.inf, 0
    for i, (later, seen, box, _) in enumerate(rows):
        for earlier, _, _, closed in rows[:i]:
            if closed is None or closed > seen:
                a, b = (coordinates(parameters, suggestions[str(k)]) for k in (later, earlier))
                smallest = min(smallest, max(abs(u - v) for u, v in zip(a, b)) / box)
                pairs += 1
    return smallest, pairs


def judge_parallel(name, n_workers):
    problem = PROBLEMS[name]
    running = server.Server(f"parallel-{name}")
    client = running.client()
    at = "/v1/experiments/" + client.want("POST", "/v1/experiments",
                                          {**problem.definition(name), "parallel_bandwidth": n_workers})["id"]
    left, lock, values = list(range(problem.budget)), threading.Lock(), []

    def worker():
        mine = running.client()
        while True:
            with lock:
                if not left:
                    return
                left.pop()
            values.append(report(mine, at, problem, mine.want("POST", at + "/suggestions")))

    threads = [threading.Thread(target=worker) for _ in range(n_workers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    suggestions = {s["id"]: s["assignments"] for s in server.pages(client, at + "/suggestions")}
    smallest, pairs = closest(running.database, at.rsplit("/", 1)[1], problem.parameters, suggestions)
    running.stop()
    holds = smallest >= 0.01 and len(values) == problem.budget
    found = [v for v in values if v is not None]
    print(f"{name}, {n_workers} workers: closest of {pairs} pairs open together: {smallest:.3g} x box (rule: at least 0.01): "
          f"{'holds' if holds else 'BROKEN'}; regret {min(found, default=math.inf) - problem.optimum:.2g}, "
          f"{problem.budget - len(found)} failures", flush=True)
    return holds


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--experiments", type=int, default=8)
    parser.add_argument("--workers", type=int, default=8)
    parser.add_argument("problems", nargs="*", metavar="PROBLEM", help=", ".join(PROBLEMS))
    options = parser.parse_args()
    names = options.problems or list(PROBLEMS)
    held = [judge(name, options.experiments) for name in names if options.experiments > 0]
    held += [judge_parallel(name, options.workers) for name in names if options.workers > 0]
    print("everything holds" if all(held) else f"{held.count(False)} of {len(held)} broken")
    return 0 if all(held) else 1


if __name__ == "__main__":
    sys.exit(main())
