#!/usr/bin/env python3
"""The rules of the house, as a test: who may include what, sizes, words. Speaks TAP.

usage: layers.py SOURCE-FOLDER COMPILER [OPTION...]
"""
import os
import re
import subprocess
import sys

ROOT = os.path.abspath(sys.argv[1])
COMPILER = sys.argv[2:]

# A folder and the folders it may include from, besides itself.
FOLDERS = {
    "base": [],
    "optimizer": ["base"],
    "storage": ["base"],
    "api": ["optimizer", "storage", "base"],
    "server": ["api", "storage", "base"],
}
# All that one folder may see of another, where that is less than every header.
DOORS = {
    ("server", "storage"): ["storage/storage.h"],
    ("server", "api"): ["api/api.h"],
    ("api", "optimizer"): ["optimizer/problem.h", "optimizer/ranking.h", "optimizer/runtime.h", "optimizer/solutions.h",
                           "optimizer/suggest.h"],
}
# A library's headers and the only files that may include them.
LIBRARIES = {
    r"(cjson/)?cJSON\.h": r"base/json\w*\.c",
    r"nettle/.*": r"base/(digest|text)\.c",
    r"sqlite3\.h": r"storage/\w+\.[ch]",
    r"microhttpd\.h": r"server/http\w*\.[ch]",
    r"(gsl/.*|cblas\.h|lapacke\.h)": r"optimizer/(linalg|random|special|runtime)\.c",
}
# The optimizer is a pure function: no threads, clock, environment or files. Its runtime room has the one piece of process state.
PURE = re.compile(r"(pthread|time|sys/time|threads|stdio|unistd|fcntl|signal)\.h")

MAX_COLUMNS = 140  # the house writes to 130
MAX_FUNCTION = 60  # lines, of 95 % of the functions
MAX_FILE = 600

# Written in pieces, so that this file itself is clean.
WORDS = [
    ("an unfinished place", r"\b(TO" r"DO|FIX" r"ME|X" r"XX)\b"),
    ("the path of one machine", r"(?<![\w.-])/(wo" r"rk|ro" r"ot)/|/tm" r"p/fairway/"),
    ("a folder outside of the project", r"\.\./sha" r"red\b"),
    ("a package registry's host", r"(py" r"pi|pythonhos" r"ted|deb\.deb" r"ian)\.(org|net)"),
]
TEXT_FILES = re.compile(r"\.(c|h|py|md|sql|build|txt|yaml|json|sh)$|^[^.]+$")
SKIPPED = re.compile(r"^(\.git|build.*|__pycache__)$")

checks = failures = 0


def check(problems, name):
    """One TAP line; each problem is "file:line: what"."""
    global checks, failures
    checks += 1
    failures += bool(problems)
    print(f"{'not ok' if problems else 'ok'} {checks} - {name}")
    for problem in problems:
        print(f"# {problem}")


def read(path):
    with open(os.path.join(ROOT, path), encoding="utf-8") as file:
        return file.read().splitlines()


def all_files():
    for folder, folders, files in os.walk(ROOT):
        folders[:] = sorted(f for f in folders if not SKIPPED.match(f))
        for name in sorted(files):
            yield os.path.relpath(os.path.join(folder, name), ROOT)


FILES = list(all_files())
SOURCES = [f for f in FILES if f.endswith((".c", ".h")) and f.split("/")[0] in FOLDERS]
ALL_C = [f for f in FILES if f.endswith((".c", ".h"))]


def includes(path):
    """(line number, header, whether it is one of ours) of each #include."""
    for number, line in enumerate(read(path), 1):
        match = re.match(r'\s*#\s*include\s*(?:"([^"]+)"|<([^>]+)>)', line)
        if match:
            yield number, match[1] or match[2], match[1] is not None


def check_folders():
    problems = []
    for path in SOURCES:
        folder = path.split("/")[0]
        for number, header, ours in includes(path):
            if not ours:
                continue
            target = header.split("/")[0]
            if target != folder and target not in FOLDERS[folder]:
                problems.append(f"{path}:{number}: {folder}/ may not include {header}")
            elif header not in DOORS.get((folder, target), [header]):
                problems.append(f"{path}:{number}: of {target}/, {folder}/ may include only {', '.join(DOORS[folder, target])}")
            elif not os.path.exists(os.path.join(ROOT, header)):
                problems.append(f"{path}:{number}: there is no {header} (name headers from the top folder)")
    check(problems, "folders include only what stands below them")


def check_libraries():
    problems = []
    for path in SOURCES:
        for number, header, ours in includes(path):
            for library, door in LIBRARIES.items():
                if not ours and re.fullmatch(library, header) and not re.fullmatch(door, path):
                    problems.append(f"{path}:{number}: <{header}> belongs to {door}")
            if not ours and PURE.fullmatch(header) and path.startswith("optimizer/") and path != "optimizer/runtime.c":
                problems.append(f"{path}:{number}: the optimizer is pure and has no use for <{header}>")
    check(problems, "each library has one door")


def check_headers():
    problems = []
    for path in [p for p in SOURCES if p.endswith(".h")]:
        lines = read(path)
        if not lines or not lines[0].startswith("//"):
            problems.append(f"{path}:1: a header begins with a comment that says what it is about")
        if "#pragma once" not in lines:
            problems.append(f"{path}:1: #pragma once is missing")
        done = subprocess.run(
            [*COMPILER, "-std=c17", "-D_POSIX_C_SOURCE=200809L", "-Wall", "-Wextra", "-Werror", "-fsyntax-only", "-I", ROOT,
             "-x", "c", "-"], input=f'#include "{path}"\n', text=True, capture_output=True)
        if done.returncode != 0:
            problems.append(f"{path}:1: does not compile alone: {done.stderr.strip().splitlines()[0]}")
    check(problems, "each header compiles alone and says what it is about")


def functions(path):
    """(first line, name, number of lines) of each function: its body is between a "{" and a "}" in the first column."""
    lines = read(path)
    start = None
    for number, line in enumerate(lines):
        if line == "{":
            start = number
        elif line == "}" and start is not None:
            first = start
            while first > 0 and re.match(r"[\w\s].*|__attribute__.*", lines[first - 1]) and lines[first - 1].strip():
                first -= 1
            name = re.search(r"(\w+)\(", " ".join(lines[first:start]))
            yield first + 1, name[1] if name else "?", number - first + 1
            start = None


def check_sizes():
    found = [(size, f"{path}:{line}: {name}() has {size} lines") for path in SOURCES if path.endswith(".c")
             for line, name, size in functions(path)]
    found.sort(reverse=True)
    long = [text for size, text in found if size > MAX_FUNCTION]
    share = 100 * (1 - len(long) / max(1, len(found)))
    print(f"# {len(found)} functions, median {found[len(found) // 2][0] if found else 0} lines, {share:.1f} % have at most {MAX_FUNCTION}")
    check(long if share < 95 else [], f"95 % of the functions have at most {MAX_FUNCTION} lines")
    check([f"{path}:1: {len(read(path))} lines" for path in ALL_C if len(read(path)) > MAX_FILE],
          f"no file has more than {MAX_FILE} lines")
    check([f"{path}:{number}: {len(line)} columns" for path in SOURCES for number, line in enumerate(read(path), 1)
           if len(line) > MAX_COLUMNS], f"no line has more than {MAX_COLUMNS} columns")


def check_words():
    texts = [path for path in FILES if TEXT_FILES.search(os.path.basename(path)) and path != "LICENSE"]
    for what, pattern in WORDS:
        problems = []
        for path in texts:
            try:
                problems += [f"{path}:{number}: {line.strip()[:90]}" for number, line in enumerate(read(path), 1)
                             if re.search(pattern, line)]
            except UnicodeDecodeError:
                continue
        check(problems, f"nothing names {what}")


def check_rooms():
    """A room is x.h and x.c, and no room is a drawer for everything."""
    problems = [f"{path}:1: not a name of one concept" for path in SOURCES
                if re.match(r"(util|utils|common|misc|helper|helpers)\b", os.path.basename(path))]
    check(problems, "every room is named after what it is")


check_folders()
check_libraries()
check_rooms()
check_headers()
check_sizes()
check_words()
print(f"1..{checks}")
sys.exit(failures > 0)
