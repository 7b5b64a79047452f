#!/usr/bin/env python3
"""Adds up what `meson test` ran: shows what failed, then prints "N passed, N failed" as the last line.

usage: tally.py [--failed-builds N] BUILD-FOLDER...

A check is one TAP line. A program that ended badly without a failed check (a crash, a timeout, a sanitizer's complaint) counts
as one failure, and so does a build that failed. The exit status is 0 when nothing failed and something passed.
"""
import argparse
import json
import os
import re
import sys

ENDED_WELL = ("OK", "SKIP", "EXPECTEDFAIL")
LINES_SHOWN = 25  # of the standard error of a program that failed


def records(folder):
    try:
        with open(os.path.join(folder, "meson-logs", "testlog.json")) as log:
            return [json.loads(line) for line in log]
    except FileNotFoundError:
        return []


def failed_checks(output):
    """Each "not ok" line, with the comments that follow it."""
    lines = output.splitlines()
    for number, line in enumerate(lines):
        if line.startswith("not ok"):
            yield line
            for comment in lines[number + 1:]:
                if not comment.startswith("# "):
                    break
                yield "    " + comment


def count(record):
    """(passed, failed, skipped) of one program."""
    passed = failed = skipped = 0
    for line in record.get("stdout", "").splitlines():
        match = re.match(r"(not )?ok\b(.*?)(# *skip\b.*)?$", line, re.IGNORECASE)
        if match and match[3]:
            skipped += 1
        elif match and match[1]:
            failed += 1
        elif match:
            passed += 1
    if record["result"] not in ENDED_WELL and not failed:
        failed = 1
    elif record["result"] == "SKIP" and not skipped:
        skipped = 1
    elif passed + failed + skipped == 0:
        passed = 1
    return passed, failed, skipped


def show_failure(folder, record):
    print(f"\n{folder}: {record['name']}: {record['result']} after {record['duration']:.0f} s")
    for line in failed_checks(record.get("stdout", "")):
        print("  " + line)
    for line in record.get("stderr", "").splitlines()[-LINES_SHOWN:]:
        print("  | " + line)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--failed-builds", type=int, default=0)
    parser.add_argument("folders", nargs="+")
    options = parser.parse_args()
    total = [0, options.failed_builds, 0]
    for folder in options.folders:
        sums = [0, 0, 0]
        programs = records(folder)
        for record in programs:
            counts = count(record)
            sums = [a + b for a, b in zip(sums, counts)]
            if counts[1]:
                show_failure(folder, record)
        if not programs and not options.failed_builds:
            print(f"\n{folder}: no test ran; see {folder}.test.log")
            sums[1] += 1
        slowest = max(programs, key=lambda r: r["duration"], default=None)
        text = f"; slowest: {slowest['name']}, {slowest['duration']:.0f} s" if slowest else ""
        print(f"{folder}: {len(programs)} programs, {sums[0]} checks passed, {sums[1]} failed{text}")
        total = [a + b for a, b in zip(total, sums)]
    skipped = f", {total[2]} skipped" if total[2] else ""
    print(f"\n{total[0]} passed, {total[1]} failed{skipped}", flush=True)
    return 0 if total[0] and not total[1] else 1


sys.exit(main())
