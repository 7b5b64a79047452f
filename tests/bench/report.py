#!/usr/bin/env python3
"""Tables and pictures of what bench_problems and peers.py measured: docs/algorithms/benchmark.md between its markers, and one SVG
for each problem in docs/algorithms/benchmark/.

usage: report.py [--results FOLDER] [--ours METHOD] [--print]

Reads FOLDER/*.csv and FOLDER/*.trace (tests/bench/results). Needs the shared library of tests/problems for names and units.
--print: the tables to standard output, nothing is written.
"""
import argparse
import collections
import csv
import glob
import itertools
import math
import os
import statistics
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)

import peer_problems  # noqa: E402 - the folder of this file
import report_chart  # noqa: E402

PAGE = os.path.join(peer_problems.ROOT, "docs", "algorithms", "benchmark.md")
BEGIN, END = "<!-- begin: script/bench report -->", "<!-- end -->"
ORDER = ["fairway", "botorch", "optuna_gp", "sigoptlite", "smac", "ax", "optuna_tpe", "random"]
LOWEST, HIGHEST = -6.0, 1.0  # log10 of the regret in units of the problem: what is better or worse than that counts as this
TIE = 0.05
FAMILIES = {"tuning": "Problems on which our constants were chosen", "further": "Further problems, not used for choosing",
            "free": "Nothing fails", "mixed": "Categories, integers, branches, mixtures, linear constraints"}


class Run:
    """One row. score: log10 of the regret in units of the problem, between LOWEST and HIGHEST."""

    def __init__(self, row, unit):
        self.method, self.problem, self.seed, self.variant = row["method"], row["problem"], int(row["seed"]), row["variant"]
        self.regret = float(row["regret"])
        self.score = HIGHEST
        if math.isfinite(self.regret):
            self.score = min(max(math.log10(max(self.regret / unit, 1e-99)), LOWEST), HIGHEST)
        for name in ("evaluations", "failures", "failures_last_third", "repeats", "repeats_before", "evaluations_before"):
            setattr(self, name, int(row[name]))
        self.seconds, self.closest_open = float(row["seconds_per_suggestion"]), float(row["closest_open"])
        self.reached = self.regret <= 1e-3 * unit


class Results:
    """Every run by (variant, problem, method), every trace by (method, problem, seed) of the plain variant."""

    def __init__(self, folder, problems):
        self.runs, self.traces = collections.defaultdict(dict), {}
        for path in sorted(glob.glob(os.path.join(folder, "*.csv"))):
            with open(path, encoding="utf-8", newline="") as file:
                for row in csv.DictReader(file):
                    if row["problem"] in problems:
                        run = Run(row, problems[row["problem"]].unit)
                        self.runs[run.variant, run.problem, run.method][run.seed] = run
        for path in sorted(glob.glob(os.path.join(folder, "*.trace"))):
            with open(path, encoding="utf-8") as file:
                for line in file:
                    method, problem, seed, variant, words = line.rstrip("\n").split(",", 4)
                    if variant == "plain":
                        self.traces[method, problem, int(seed)] = words.split()

    def variants(self):
        return sorted({variant for variant, _, _ in self.runs}, key=lambda variant: (variant != "plain", variant))

    def methods(self, variant, names):
        found = {method for v, problem, method in self.runs if v == variant and problem in names}
        return sorted(found, key=lambda method: (ORDER.index(method) if method in ORDER else len(ORDER), method))

    def of(self, variant, problem, method):
        return self.runs.get((variant, problem, method), {})


# ------------------------------------------------------------------ statistics

def wilcoxon(differences):
    """Two-sided p of the signed-rank test: exact up to 25 differences that are not 0, else the normal approximation."""
    differences = [d for d in differences if d != 0]
    n = len(differences)
    if n == 0:
        return 1.0
    ordered = sorted(abs(d) for d in differences)
    rank = {value: statistics.mean(i + 1 for i, other in enumerate(ordered) if other == value) for value in set(ordered)}
    ranks = [round(2 * rank[abs(d)]) for d in differences]  # doubled, so that ties are whole
    total = sum(ranks)
    plus = sum(r for r, d in zip(ranks, differences) if d > 0)
    low = min(plus, total - plus)
    if n > 25:
        deviation = math.sqrt(sum(r * r for r in ranks)) / 2
        return min(1.0, math.erfc((total / 2 - low) / deviation / math.sqrt(2)))
    ways = [1] + [0] * total  # of reaching each sum
    for r in ranks:
        for s in range(total, r - 1, -1):
            ways[s] += ways[s - r]
    return min(1.0, 2 * sum(ways[:low + 1]) / 2 ** n)


def number(value):
    """Three digits at most, without an exponent where it is short enough."""
    if not math.isfinite(value):
        return "none"
    if value != 0 and (abs(value) < 1e-3 or abs(value) >= 1e5):
        return f"{value:.1e}".replace("e-0", "e-").replace("e+0", "e")
    return f"{value:.2g}" if abs(value) < 100 else f"{value:.0f}"


def percent(part, whole):
    return f"{100 * part / whole:.0f} %" if whole else "-"


def table(header, rows):
    lines = ["| " + " | ".join(header) + " |", "|" + "---|" * len(header)]
    return "\n".join(lines + ["| " + " | ".join(row) + " |" for row in rows]) + "\n"


# ------------------------------------------------------------------ tables

def total(runs, name):
    return sum(getattr(run, name) for run in runs)


def middle(runs, name):
    return statistics.median(getattr(run, name) for run in runs)


def summary(results, variant, names, methods):
    """One row a method: over the problems it ran on, each with the same weight."""
    rows = []
    ranks = mean_ranks(results, variant, names, methods)
    for method in methods:
        groups = [list(results.of(variant, name, method).values()) for name in names]
        groups = [group for group in groups if group]
        runs = list(itertools.chain.from_iterable(groups))
        evaluations, before = total(runs, "evaluations"), total(runs, "evaluations_before")
        late = sum(run.evaluations - 2 * run.evaluations // 3 for run in runs)
        scores = [statistics.mean(statistics.mean(max(run.score, limit) for run in group) for group in groups)
                  for limit in (-4, -2)]
        counts = sorted({len(group) for group in groups})
        most = max(total(group, "repeats_before") / total(group, "evaluations_before") for group in groups)
        rows.append([
            method, f"{scores[0]:+.2f}", f"{scores[1]:+.2f}", ranks.get(method, "-"), percent(total(runs, "reached"), len(runs)),
            percent(total(runs, "failures"), evaluations), percent(total(runs, "failures_last_third"), late),
            percent(total(runs, "repeats"), evaluations), percent(total(runs, "repeats_before"), before), percent(most, 1),
            f"{statistics.median(run.seconds for run in runs):.2g}", str(len(groups)),
            str(counts[0]) if len(counts) == 1 else f"{counts[0]}-{counts[-1]}"])
    return table(["method", "score", "score to -2", "mean rank", "goal reached", "failures", "in the last third", "repeats",
                  "before the goal", "most on a problem", "s per suggestion", "problems", "seeds"], rows)


def mean_ranks(results, variant, names, methods):
    """Mean rank of the median regret, among the methods that ran on all problems."""
    complete = [method for method in methods if all(results.of(variant, name, method) for name in names)]
    ranks = collections.defaultdict(list)
    for name in names:
        medians = {method: middle(results.of(variant, name, method).values(), "score") for method in complete}
        for method, score in medians.items():
            less = sum(other < score - 1e-12 for other in medians.values())
            equal = sum(abs(other - score) <= 1e-12 for other in medians.values())
            ranks[method].append(less + (equal + 1) / 2)
    return {method: f"{statistics.mean(values):.1f}" for method, values in ranks.items()}


def per_problem(results, variant, names, methods, problems):
    """Median regret (median failures) of each problem and method."""
    rows = []
    for name in names:
        cells, best = [], math.inf
        for method in methods:
            runs = results.of(variant, name, method).values()
            cells.append((middle(runs, "regret"), middle(runs, "failures")) if runs else None)
            best = min(best, cells[-1][0] if runs else math.inf)
        problem = problems[name]
        link = f"[{name}](benchmark/{name}.svg)" if variant == "plain" else name
        rows.append([f"{link} ({len(problem.params)}, {problem.budget})"] + [
            "-" if cell is None else ("**{}** ({:.0f})" if cell[0] == best else "{} ({:.0f})").format(number(cell[0]), cell[1])
            for cell in cells])
    return table(["problem (parameters, budget)"] + methods, rows)


def duels(results, variant, names, methods, ours, theirs):
    """Ours against each other method, on the same problems and seeds; the variant of the others is "theirs"."""
    rows = []
    for method in methods:
        if method == ours:
            continue
        failures = other_failures = 0
        runs, better, worse, gains, medians, ratios = [], [], [], [], [], []
        for name in names:
            a, b = results.of(variant, name, ours), results.of(theirs, name, method)
            seeds = sorted(set(a) & set(b))
            differences = [a[seed].score - b[seed].score for seed in seeds]
            if not seeds:
                continue
            runs += differences
            medians.append(statistics.median(a[seed].score for seed in seeds) - statistics.median(b[seed].score for seed in seeds))
            failed, other_failed = sum(a[seed].failures for seed in seeds), sum(b[seed].failures for seed in seeds)
            failures += failed
            other_failures += other_failed
            ratios += [failed / other_failed] if other_failed else []
            gains.append(statistics.mean(differences))
            if len(seeds) >= 5 and wilcoxon(differences) < 0.05:
                (better if statistics.mean(differences) < 0 else worse).append(name)
        if gains:
            ratio = f"{failures / other_failures:.2f}" if other_failures else "-"
            rows.append([method, three_ways(runs), three_ways(medians), f"{statistics.mean(gains):+.2f}", ratio,
                         f"{statistics.median(ratios):.2f}" if ratios else "-", str(len(better)), ", ".join(worse) or "none"])
    return table([f"{ours} against", "wins / ties / losses", "problems, by medians", "mean difference, log10", "failures, ratio",
                  "median of the problems' ratios", "problems better, p < 0.05", "worse, p < 0.05"], rows)


def three_ways(differences):
    """wins / ties / losses"""
    wins, losses = sum(d < -TIE for d in differences), sum(d > TIE for d in differences)
    return f"{wins} / {len(differences) - wins - losses} / {losses}"


def in_parallel(results, variant, names, ours):
    """What several workers cost at the same budget, on problems that one worker alone has been through too: a sentence."""
    ratios, closest = [], math.inf
    for name in names:
        alone, many = results.of("plain", name, ours), results.of(variant, name, ours)
        seeds = sorted(set(alone) & set(many))
        if not seeds:
            continue
        together, one = (statistics.median(runs[seed].regret for seed in seeds) for runs in (many, alone))
        ratios.append(1.0 if together == one else together / one if one else math.inf)
        closest = min(closest, min(many[seed].closest_open for seed in seeds))
    if not ratios:
        return "One worker alone was not measured."
    return (f"Median regret as a multiple of that of one worker on the same seeds: {number(statistics.median(ratios))} (median of the "
            f"problems), at most 3 on {sum(ratio <= 3 for ratio in ratios)} of {len(ratios)}. The closest two suggestions that were open "
            f"together: {closest:.4f} of the box.")


def p_values(results, names, methods, ours):
    """For each problem and method the two-sided p over seeds, with the sign of the mean difference."""
    rows = []
    for name in names:
        row = [name]
        for method in methods:
            a, b = results.of("plain", name, ours), results.of("plain", name, method)
            seeds = sorted(set(a) & set(b))
            differences = [a[seed].score - b[seed].score for seed in seeds]
            row.append("-" if len(seeds) < 5 else
                       f"{'+' if statistics.mean(differences) < 0 else '-'} {wilcoxon(differences):.2g} ({len(seeds)})")
        rows.append(row)
    return table(["problem"] + methods, rows)


def section(results, variant, family, problems, ours):
    names = [name for name, problem in problems.items() if problem.family == family]
    methods = results.methods(variant, names)
    if not methods:
        return ""
    names = [name for name in names if any(results.of(variant, name, method) for method in methods)]
    title = FAMILIES[family] if variant == "plain" else f"{FAMILIES[family]}: {variant}"
    text = f"### {title}\n\n{summary(results, variant, names, methods)}\n"
    if ours in methods and len(methods) > 1:
        text += duels(results, variant, names, methods, ours, variant) + "\n"
    if variant.startswith("workers") and ours in methods:
        text += in_parallel(results, variant, names, ours) + "\n\n"
        text += "Against the others with one worker, at the same budget:\n\n"
        text += duels(results, variant, names, results.methods("plain", names), ours, "plain") + "\n"
    text += per_problem(results, variant, names, methods, problems) + "\n"
    rivals = [method for method in methods if method != ours and any(
        len(set(results.of(variant, name, ours)) & set(results.of(variant, name, method))) >= 5 for name in names)]
    if variant == "plain" and rivals:
        text += f"p over seeds, + where {ours} is better on average (seeds):\n\n{p_values(results, names, rivals, ours)}\n"
    return text.rstrip() + "\n"


def pictures(results, problems):
    folder = os.path.join(os.path.dirname(PAGE), "benchmark")
    os.makedirs(folder, exist_ok=True)
    for name, problem in problems.items():
        lines = {}
        for method in results.methods("plain", [name]):
            traces = [words for (m, p, _), words in sorted(results.traces.items()) if (m, p) == (method, name)]
            if traces:
                lines[method] = traces
        if lines:
            with open(os.path.join(folder, name + ".svg"), "w", encoding="utf-8") as file:
                file.write(report_chart.chart(problem, lines))


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--results", default=os.path.join(HERE, "results"))
    parser.add_argument("--ours", default="fairway")
    parser.add_argument("--print", action="store_true")
    options = parser.parse_args()
    problems = {problem.name: problem for problem in peer_problems.problems()}
    results = Results(options.results, problems)
    text = "\n".join(filter(None, (section(results, variant, family, problems, options.ours)
                                   for variant in results.variants() for family in FAMILIES))).rstrip() + "\n"
    if options.print:
        print(text)
        return
    with open(PAGE, encoding="utf-8") as file:
        page = file.read()
    head, _, rest = page.partition(BEGIN)
    _, _, tail = rest.partition(END)
    with open(PAGE, "w", encoding="utf-8") as file:
        file.write(f"{head}{BEGIN}\n\n{text}\n{END}{tail}")
    pictures(results, problems)


if __name__ == "__main__":
    main()
