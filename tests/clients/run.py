#!/usr/bin/env python3
"""Runs one module of client tests and reports in TAP: run.py PATH-TO-FAIRWAY MODULE [TEST...]

The official client lives in the Python environment build/python (made by `script/setup test`), what test_contract needs in
build/contract; this program starts itself again with it. FAIRWAY_PYTHON names another interpreter.
"""
import importlib.util
import os
import sys
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))


def find_client(program, words):
    package, environment = ("schemathesis", "contract") if words[0].split(".")[0] == "test_contract" else ("sigopt", "python")
    if importlib.util.find_spec(package):
        return
    python = os.environ.get("FAIRWAY_PYTHON", os.path.join(HERE, "..", "..", "build", environment, "bin", "python"))
    if os.environ.get("FAIRWAY_CLIENT_SEARCHED") or not os.path.exists(python):
        print(f"1..0 # SKIP {package} is not installed; run script/setup test")
        sys.exit(0)
    os.environ["FAIRWAY_CLIENT_SEARCHED"] = "1"
    os.execv(python, [python, os.path.abspath(__file__), program, *words])


class TapResult(unittest.TestResult):
    """One line per test; a failed one is followed by its traceback as comments."""

    def __init__(self):
        super().__init__()
        self.count = 0

    def line(self, passed, test, comment="", directive=""):
        self.count += 1
        name = test.id().replace("#", "")
        print(f"{'ok' if passed else 'not ok'} {self.count} - {name}{directive}")
        for text in comment.rstrip().splitlines():
            print(f"# {text}")
        sys.stdout.flush()

    def addSuccess(self, test):
        self.line(True, test)

    def addFailure(self, test, err):
        super().addFailure(test, err)
        self.line(False, test, self.failures[-1][1])

    def addError(self, test, err):
        super().addError(test, err)
        self.line(False, test, self.errors[-1][1])

    def addSubTest(self, test, subtest, err):
        super().addSubTest(test, subtest, err)
        if err is not None:
            self.line(False, subtest, (self.failures + self.errors)[-1][1])

    def addSkip(self, test, reason):
        self.line(True, test, directive=f" # SKIP {reason}")


def main():
    program, words = os.path.abspath(sys.argv[1]), sys.argv[2:]
    find_client(program, words)
    os.environ["FAIRWAY_PROGRAM"] = program
    sys.path.insert(0, HERE)
    result = TapResult()
    unittest.defaultTestLoader.loadTestsFromNames(words).run(result)
    print(f"1..{result.count}")
    return 0 if result.wasSuccessful() else 1


if __name__ == "__main__":
    sys.exit(main())
