#!/usr/bin/env python3
"""The benchmark counts as it says. Speaks TAP.

usage: test_bench.py SHARED-LIBRARY BENCH-PROBLEMS
"""
import csv
import os
import subprocess
import sys
import tempfile

os.environ["FAIRWAY_PROBLEMS"] = os.path.abspath(sys.argv[1])
BENCH = os.path.abspath(sys.argv[2])
HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)

import peer_problems  # noqa: E402 - the folder of this file
import report  # noqa: E402
import report_chart  # noqa: E402

checks = failures = 0


def ok(condition, name):
    global checks, failures
    checks += 1
    failures += not condition
    print(f"{'ok' if condition else 'not ok'} {checks} - {name}")


def rows_of(path):
    with open(path, encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def bench(*arguments):
    return subprocess.run([BENCH, *arguments], capture_output=True, text=True, check=False)


def peers(*arguments):
    program = os.path.join(HERE, "peers.py")
    return subprocess.run([sys.executable, program, *arguments], capture_output=True, text=True, check=False)


def test_statistics():
    # Exact: all 5 of one sign have 2 of the 32 orders of signs; differences of 0 do not count.
    ok(report.wilcoxon([1, 2, 3, 4, 5]) == 2 / 32, "5 of one sign")
    ok(report.wilcoxon([-1, -2, -3, 0, -4, -5]) == 2 / 32, "a difference of 0")
    ok(abs(report.wilcoxon([1, 2, 3, 4, 5, -6]) - 28 / 64) < 1e-12, "the largest of six the other way")
    ok(abs(report.wilcoxon([1, 1, -1, 1]) - 10 / 16) < 1e-12, "ties share their rank")
    ok(report.wilcoxon([]) == 1 and report.wilcoxon([1, -1]) == 1, "no evidence")
    ok(abs(report.wilcoxon(list(range(1, 31))) - 1.73e-6) < 1e-8, "30 of one sign, by the normal approximation")


def test_problems():
    problems = {problem.name: problem for problem in peer_problems.problems()}
    network = problems["nn_oom"]
    ok([problem.family for problem in problems.values()].count("tuning") == 18, "18 problems in the first family")
    ok([problem.name for problem in problems.values() if problem.structured] == ["learners", "alloy", "polymer", "pipeline"],
       "branches and linear constraints")
    ok([param.kind for param in network.params] == [1, 1, 2, 0, 0, 3, 3], "kinds of parameters")
    ok(network.params[2].values[-1] == 1024 and network.params[3].log, "a grid and a logarithmic scale")
    ok(problems["tension_spring"].start == [0.07, 0.9, 8.0] and network.start is None, "the design that the user knows")
    ok(network.params[0].natural(0.999) == 12 and network.params[0].natural(0) == 1, "integers have equal shares")
    judge = peer_problems.Judge(problems["branin"], 1, 0, 0)
    ok(abs(judge.evaluate([3.14159265, 2.275]) - 0.397887) < 1e-6 and judge.score()["evaluations_before"] == 1, "the judge")


def test_bench(folder):
    results, trace = os.path.join(folder, "ours.csv"), os.path.join(folder, "ours.trace")
    arguments = ["--method", "random", "--seeds", "1-2", "--crash", "0.3", "--results", results, "--trace", trace, "branin_disk"]
    bench(*arguments)
    bench(*arguments[:3], "1-3", *arguments[4:])
    rows = rows_of(results)
    ok([(row["method"], row["seed"], row["variant"]) for row in rows] == [("random", str(k), "crash0.3") for k in (1, 2, 3)],
       "rows that are there are left out")
    with open(trace, encoding="utf-8") as file:
        lines = file.read().splitlines()
    words = lines[0].split(",", 4)[4].split()
    ok(len(lines) == 3 and len(words) == 50 and words.count("F") == int(rows[0]["failures"]), "a trace has what was counted")
    ok(abs(report_chart.best_so_far(words)[-1] / float(rows[0]["regret"]) - 1) < 1e-5, "and the regret")
    ok(bench("--family", "nothing").returncode == 2 and bench("--seeds").returncode == 2 and bench("nothing").returncode == 2,
       "wrong arguments")


def test_peers(folder):
    results, trace = os.path.join(folder, "peers.csv"), os.path.join(folder, "peers.trace")
    arguments = ["--methods", "peer_random", "--problems", "tension_spring,nn_oom", "--seeds", "1", "--noise", "0.1",
                 "--results", results, "--trace", trace]
    peers(*arguments)
    again = peers(*arguments)
    rows = rows_of(results)
    ok(again.returncode == 0 and [row["problem"] for row in rows] == ["tension_spring", "nn_oom"], "peers: rows once only")
    ours = bench("branin", "--seeds", "1", "--method", "random").stdout.splitlines()
    ok(list(rows[0]) == ours[0].split(","), "the same columns")
    with open(trace, encoding="utf-8") as file:
        ok("@" in file.readline().split(" ")[0], "the design that the user knows comes first, and with noise")
    missing = peers(*arguments[:1], "botorch", *arguments[2:], "--environments", folder)
    ok(missing.returncode == 2 and "script/bench peers" in missing.stderr, "an optimizer that is not installed")
    python = os.path.join(folder, "torch", "bin", "python")
    os.makedirs(os.path.dirname(python))
    with open(python, "w", encoding="utf-8") as file:
        file.write("#!/bin/sh\necho out of luck >&2\nexit 3\n")
    os.chmod(python, 0o755)
    peers(*arguments[:1], "botorch", *arguments[2:], "--environments", folder)
    with open(results + ".lost", encoding="utf-8") as file:
        lost = file.read().splitlines()
    ok(lost[0] == "botorch,tension_spring,1,noise0.1,exit status 3: out of luck" and len(rows_of(results)) == 2,
       "a lost run is noted")


def test_report(folder):
    problems = {problem.name: problem for problem in peer_problems.problems()}
    bench("--method", "random", "--seeds", "1-6", "--results", os.path.join(folder, "a.csv"), "branin", "alimo")
    with open(os.path.join(folder, "a.csv"), encoding="utf-8") as file:
        text = file.read()
    with open(os.path.join(folder, "b.csv"), "w", encoding="utf-8") as file:
        file.write(text.replace("random,", "fairway,"))
    results = report.Results(folder, problems)
    text = report.section(results, "plain", "further", problems, "fairway")
    ok("| random | 0 / 6 / 0 | 0 / 1 / 0 | +0.00 | 1.00 | 1.00 | 0 | none |" in text, "a method against itself")
    ok("[alimo](benchmark/alimo.svg) (2, 50)" in text and "branin_masked" not in text, "a row for each problem that was run")
    with open(os.path.join(folder, "c.csv"), "w", encoding="utf-8") as file:
        with open(os.path.join(folder, "b.csv"), encoding="utf-8") as plain:
            file.write(plain.read().replace(",plain,", ",workers8,"))
    text = report.section(report.Results(folder, problems), "workers8", "further", problems, "fairway")
    ok("same seeds: 1 (median of the problems), at most 3 on 1 of 1." in text, "workers who find the same as one")
    os.remove(os.path.join(folder, "a.csv"))
    os.remove(os.path.join(folder, "b.csv"))
    text = report.section(report.Results(folder, problems), "workers8", "further", problems, "fairway")
    ok("One worker alone was not measured." in text, "workers without one alone")
    picture = report_chart.chart(problems["alimo"], {"fairway": [["F", "1.5", "0.1"]], "random": [["F", "F", "F"]]})
    ok(picture.startswith("<svg ") and picture.count("<path d=\"M") >= 8 and "nan" not in picture, "a picture")


test_statistics()
test_problems()
for test in (test_bench, test_peers, test_report):
    with tempfile.TemporaryDirectory() as temporary:
        test(temporary)
print(f"1..{checks}")
sys.exit(failures > 0)
