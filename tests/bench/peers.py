#!/usr/bin/env python3
"""Puts other optimizers through the problems of tests/problems: one CSV row a run, as tests/bench/bench_problems writes them.

usage: peers.py --results FILE [--trace FILE] [--methods A,B] [--problems A,B] [--family tuning|further|free|mixed|all]
                [--seeds FIRST-LAST] [--noise SD] [--crash RATE] [--limit SECONDS] [--environments FOLDER]

Functions, luck and judge are those of our own runs: tests/problems as a shared library (script/build release). Each run is a
process of its own with a limit on its CPU time, and of twenty times that by the clock, so that a crash loses one row. Rows that
are in the file are not run again; a run that was lost is noted in FILE with the ending .lost, and not tried again while it stands
there. Problems with branches or linear constraints are left out: the methods here are not told of them. `script/bench peers` installs
the packages.
"""
import argparse
import csv
import json
import os
import resource
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)

import peer_methods  # noqa: E402 - the folder of this file
import peer_problems  # noqa: E402

COLUMNS = ["method", "problem", "seed", "variant", "evaluations", "failures", "failures_last_third", "regret", "repeats",
           "repeats_before", "evaluations_before", "clones", "seconds_per_suggestion", "fillers", "closest_open"]
ONE_THREAD = {name: "1" for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS")}


def variant(options):
    words = [f"noise{options.noise:g}"] if options.noise else []
    words += [f"crash{options.crash:g}"] if options.crash else []
    return "+".join(words) or "plain"


def run(method, problem, seed, options):
    """One run, in this process."""
    judge = peer_problems.Judge(problem, seed, options.noise, options.crash)
    optimizer = peer_methods.METHODS[method](problem, seed)
    began, suggestions = time.process_time(), 0
    for number in range(problem.budget):
        if number == 0 and problem.start:
            x = problem.start
        else:
            x = optimizer.suggest()
            suggestions += 1
        optimizer.report(x, judge.evaluate(x))
    seconds = (time.process_time() - began) / suggestions
    row = {"method": method, "problem": problem.name, "seed": seed, "variant": variant(options), **judge.score(),
           "seconds_per_suggestion": f"{seconds:.5f}", "fillers": 0, "closest_open": "inf"}
    row["regret"] = f"{row['regret']:.6g}"
    return row, judge.trace()


def python_of(method, options):
    packages = peer_methods.METHODS[method].packages
    return sys.executable if packages is None else os.path.join(options.environments, packages, "bin", "python")


def run_apart(method, problem, seed, options):
    """One run, in a process of its own: (row, trace, None) or (None, None, why there is none)."""
    def limit():
        resource.setrlimit(resource.RLIMIT_CPU, (options.limit, options.limit + 5))

    command = [python_of(method, options), "-W", "ignore", os.path.abspath(__file__), "--one", "--methods", method,
               "--problems", problem.name, "--seeds", str(seed), "--noise", str(options.noise), "--crash", str(options.crash)]
    try:
        done = subprocess.run(command, env={**os.environ, **ONE_THREAD}, stdin=subprocess.DEVNULL, capture_output=True, text=True,
                              preexec_fn=limit, check=False, timeout=20 * options.limit)
    except subprocess.TimeoutExpired:
        return None, None, "it hangs"
    lines = done.stdout.splitlines()
    if done.returncode == 0 and lines:
        answer = json.loads(lines[-1])
        return answer["row"], answer["trace"], None
    said = done.stderr.strip().splitlines()
    return None, None, f"exit status {done.returncode}: {said[-1][:200] if said else 'nothing was said'}"


def keys_in(path):
    if not os.path.exists(path):
        return set()
    with open(path, encoding="utf-8", newline="") as file:
        return {tuple(row[:4]) for row in csv.reader(file)}


def append(path, row, header=None):
    new = not os.path.exists(path) or os.path.getsize(path) == 0
    with open(path, "a", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        if new and header:
            writer.writerow(header)
        writer.writerow(row)


def run_all(options, chosen):
    lost = options.results + ".lost"
    known = keys_in(options.results) | keys_in(lost)
    for method in options.methods:
        for problem in chosen:
            for seed in options.seeds:
                key = (method, problem.name, str(seed), variant(options))
                if key in known:
                    continue
                row, trace, why = run_apart(method, problem, seed, options)
                if row is None:
                    append(lost, [*key, why])
                    print(f"lost: {','.join(key)}: {why}", file=sys.stderr, flush=True)
                    continue
                append(options.results, [row[column] for column in COLUMNS], COLUMNS)
                if options.trace:
                    append(options.trace, [*key, trace])


def seeds(text):
    first, _, last = text.partition("-")
    return list(range(int(first), int(last or first) + 1))


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--results")
    parser.add_argument("--trace")
    parser.add_argument("--methods", type=lambda text: text.split(","), default=list(peer_methods.METHODS))
    parser.add_argument("--problems", type=lambda text: text.split(","), default=[])
    parser.add_argument("--family", choices=["tuning", "further", "free", "mixed", "all"], default="tuning")
    parser.add_argument("--seeds", type=seeds, default=seeds("1-4"))
    parser.add_argument("--noise", type=float, default=0.0)
    parser.add_argument("--crash", type=float, default=0.0)
    parser.add_argument("--limit", type=int, default=1800)
    parser.add_argument("--environments", default=os.path.join(peer_problems.ROOT, "build", "peers"))
    parser.add_argument("--one", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    for method in options.methods:
        if method not in peer_methods.METHODS:
            parser.error(f'there is no method "{method}"; say {", ".join(peer_methods.METHODS)}')
        if not options.one and not os.path.exists(python_of(method, options)):
            parser.error(f"{method} is not installed in {options.environments}; script/bench peers does that")
    if not options.one and not options.results:
        parser.error("--results is missing")
    return options


def main():
    options = arguments()
    chosen = [problem for problem in peer_problems.problems() if not problem.structured
              and (problem.name in options.problems if options.problems else options.family in (problem.family, "all"))]
    if options.one:
        row, trace = run(options.methods[0], chosen[0], options.seeds[0], options)
        print(json.dumps({"row": row, "trace": trace}))
    else:
        run_all(options, chosen)


main()
