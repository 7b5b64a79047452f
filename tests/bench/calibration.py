#!/usr/bin/env python3
"""Can the probability of feasibility be trusted? Brier score and calibration error against simple rivals on the same data.

    python3 tests/bench/calibration.py [--seeds 1-8] [--family tuning] [--rows FILE]

Every run spends N evaluations through the HTTP API as a user would, then asks `predictions` at uniformly drawn points and compares
with what really happens there. Rivals learn from the same N evaluations: a constant (the true share of points that work, which
nobody knows: the best a constant can do), the share of successes in a Parzen window (Gaussian kernel, bandwidth by leave-one-out
likelihood), the vote of the 5 nearest neighbours, and a random forest (scikit-learn, 200 trees) when it is installed.
Also: how often suggestions worked, by the probability that they were made with.
"""
import argparse
import csv
import math
import os
import random
import statistics
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.join(HERE, "..", "clients")]
import peer_problems  # noqa: E402
import server  # noqa: E402

try:
    from sklearn.ensemble import RandomForestClassifier
except ImportError:
    RandomForestClassifier = None

N, POINTS, BATCH, BINS = 40, 10000, 1000, 10  # a request predicts at BATCH points


# ------------------------------------------------------------------ the same points in three forms

def parameter(param):
    """A parameter in the form of the API."""
    if param.kind == peer_problems.CATEGORICAL:
        return {"name": param.name, "type": "categorical", "categorical_values": [f"v{int(v)}" for v in param.values]}
    if param.kind == peer_problems.GRID:
        return {"name": param.name, "type": "double", "grid": param.values}
    kind = "int" if param.kind == peer_problems.INT else "double"
    made = {"name": param.name, "type": kind, "bounds": {"min": param.lo, "max": param.hi}}
    return {**made, "transformation": "log"} if param.log and kind == "double" else made


def assignments(problem, x):
    return {p.name: f"v{int(v)}" if p.kind == peer_problems.CATEGORICAL else v for p, v in zip(problem.params, x)}


def natural(problem, assigned):
    return [float(assigned[p.name][1:]) if p.kind == peer_problems.CATEGORICAL else float(assigned[p.name]) for p in problem.params]


def features(problem, x):
    """Coordinates scaled to [0, 1]; a category is one coordinate for each of its values."""
    out = []
    for p, v in zip(problem.params, x):
        if p.kind == peer_problems.CATEGORICAL:
            out += [float(v == category) for category in p.values]
        elif p.kind == peer_problems.GRID:
            out.append(p.values.index(v) / (len(p.values) - 1))
        elif p.log:
            out.append(math.log(v / p.lo) / math.log(p.hi / p.lo))
        else:
            out.append((v - p.lo) / (p.hi - p.lo))
    return out


# ------------------------------------------------------------------ rivals: (features, labels, points) -> probabilities

def squared_distance(a, b):
    return sum((x - y) ** 2 for x, y in zip(a, b))


def window(near, labels, bandwidth):
    """Share of successes, with one imagined success and failure so that nothing is impossible. near: [(squared distance, index)]"""
    weights = [(math.exp(-d / (2 * bandwidth ** 2)), i) for d, i in near]
    return (0.5 + sum(w for w, i in weights if labels[i])) / (1 + sum(w for w, _ in weights))


def parzen(known, labels, points):
    def likelihood(bandwidth):
        total = 0.0
        for i, a in enumerate(known):
            p = window([(squared_distance(a, b), j) for j, b in enumerate(known) if j != i], labels, bandwidth)
            total += math.log(p if labels[i] else 1 - p)
        return total
    best = max((0.03, 0.06, 0.1, 0.15, 0.2, 0.3, 0.5), key=likelihood)
    return [window([(squared_distance(a, b), j) for j, b in enumerate(known)], labels, best) for a in points]


def neighbours(known, labels, points):
    def vote(a):
        nearest = sorted((squared_distance(a, b), j) for j, b in enumerate(known))[:5]
        return sum(labels[j] for _, j in nearest) / len(nearest)
    return [vote(a) for a in points]


def forest(known, labels, points):
    if len(set(labels)) == 1:
        return [float(labels[0])] * len(points)
    model = RandomForestClassifier(200, random_state=1).fit(known, labels)
    return list(model.predict_proba(points)[:, list(model.classes_).index(True)])


RIVALS = {"parzen": parzen, "neighbours": neighbours, **({"forest": forest} if RandomForestClassifier else {})}


# ------------------------------------------------------------------ measures

def brier(probabilities, labels):
    return statistics.mean((p - y) ** 2 for p, y in zip(probabilities, labels))


def sort_in(probabilities, labels):
    """[(sum of probabilities, number that worked, number)] by probability, BINS of them."""
    parts = [[0.0, 0, 0] for _ in range(BINS)]
    for p, y in zip(probabilities, labels):
        part = parts[min(int(p * BINS), BINS - 1)]
        part[0] += p
        part[1] += y
        part[2] += 1
    return parts


def calibration_error(parts):
    return sum(abs(p - y) for p, y, _ in parts) / sum(n for _, _, n in parts)


def together(runs):
    """The bins of several runs as those of one."""
    return [[sum(column) for column in zip(*parts)] for parts in zip(*runs)]


def reliability(parts):
    for p, y, n in parts:
        if n:
            print(f"| {p / n:.2f} | {n} | {y / n:.2f} |")


# ------------------------------------------------------------------ a run

def evaluate(problem, seed, x):
    judge = peer_problems.Judge(problem, seed, 0.0, 0.0)
    value = judge.evaluate(x)
    problem.library.fairway_release(judge.judge)
    return value


def spend(client, at, problem, seed):
    """(points, labels, [(probability, worked)] of the suggestions that were made with one)"""
    points, labels, told = [], [], []
    for number in range(N):
        if number == 0 and problem.start:
            x, body, probability = problem.start, {"assignments": assignments(problem, problem.start)}, None
        else:
            suggestion = client.want("POST", at + "/suggestions")
            x, body = natural(problem, suggestion["assignments"]), {"suggestion": suggestion["id"]}
            probability = suggestion["fairway"]["probability_of_feasibility"]
        value = evaluate(problem, seed, x)
        body.update({"failed": True} if value is None else {"values": [{"name": "value", "value": value}]})
        client.want("POST", at + "/observations", body)
        points.append(x)
        labels.append(value is not None)
        if probability is not None:
            told.append((probability, labels[-1]))
    return points, labels, told


def run(client, problem, seed):
    """([(method, problem, seed, Brier score, bins)], told)"""
    body = {"name": f"{problem.name} {seed}", "parameters": [parameter(p) for p in problem.params],
            "metrics": [{"name": "value", "objective": "minimize"}]}
    at = "/v1/experiments/" + client.want("POST", "/v1/experiments", body)["id"]
    points, labels, told = spend(client, at, problem, seed)
    rng = random.Random(f"{problem.name} {seed}")
    asked = [[p.natural(rng.random()) for p in problem.params] for _ in range(POINTS)]
    truth = [evaluate(problem, seed, x) is not None for x in asked]
    answers = []
    for first in range(0, POINTS, BATCH):
        body = {"assignments": [assignments(problem, x) for x in asked[first:first + BATCH]]}
        answers += client.want("POST", at + "/predictions", body)["data"]
    known, wanted = [features(problem, x) for x in points], [features(problem, x) for x in asked]
    share = statistics.mean(truth)
    probabilities = {"fairway": [p["probability_of_feasibility"] for p in answers], "constant": [share] * POINTS}
    for name, rival in RIVALS.items():
        probabilities[name] = rival(known, labels, wanted)
    return [(name, problem.name, seed, brier(p, truth), sort_in(p, truth)) for name, p in probabilities.items()], told


def summary(rows, told):
    methods = list(dict.fromkeys(row[0] for row in rows))
    of = {m: [row for row in rows if row[0] == m] for m in methods}
    score = {m: statistics.mean(row[3] for row in of[m]) for m in methods}
    print("| method | Brier | of the constant's | calibration error, mean of the runs | of all runs together |\n|---|---|---|---|---|")
    for m in methods:
        error = statistics.mean(calibration_error(row[4]) for row in of[m])
        pooled = calibration_error(together([row[4] for row in of[m]]))
        print(f"| {m} | {score[m]:.4f} | {score[m] / score['constant']:.2f} | {error:.3f} | {pooled:.3f} |")
    print("\n| probability | uniform points | worked |\n|---|---|---|")
    reliability(together([row[4] for row in of["fairway"]]))
    print("\n| probability | suggestions | worked |\n|---|---|---|")
    reliability(sort_in(*zip(*told)))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", default="1-8")
    parser.add_argument("--family", default="tuning", choices=("tuning", "further"))
    parser.add_argument("--rows", help="CSV file to write")
    options = parser.parse_args()
    first, _, last = options.seeds.partition("-")
    running, rows, told = server.Server("calibration"), [], []
    client = running.client()
    for problem in peer_problems.problems():
        if problem.family != options.family:
            continue
        for seed in range(int(first), int(last or first) + 1):
            made, of_run = run(client, problem, seed)
            rows += made
            told += of_run
    running.stop()
    if options.rows:
        with open(options.rows, "w", encoding="utf-8", newline="") as file:
            csv.writer(file, lineterminator="\n").writerows(
                [("method", "problem", "seed", "brier", "calibration_error"), *((*r[:3], f"{r[3]:.5f}", f"{calibration_error(r[4]):.4f}") for r in rows)])
    summary(rows, told)


if __name__ == "__main__":
    main()
