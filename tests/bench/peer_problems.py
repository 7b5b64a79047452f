"""The problems and the judge of tests/problems, called in the shared library that the build makes of them."""
import ctypes
import math
import os

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")
LIBRARY = os.environ.get("FAIRWAY_PROBLEMS") or os.path.join(
    ROOT, "build", "release", "tests", "problems", "libfairway_problems.so")

DOUBLE, INT, GRID, CATEGORICAL = range(4)


def load():
    library = ctypes.CDLL(LIBRARY)
    number, size, pointer = ctypes.c_double, ctypes.c_size_t, ctypes.c_void_p
    numbers = ctypes.POINTER(number)
    for name, result, arguments in (
            ("name", ctypes.c_char_p, [size]), ("family", ctypes.c_char_p, [size]), ("params", size, [size]),
            ("budget", size, [size]), ("unit", number, [size]), ("start", numbers, [size]), ("structured", ctypes.c_int, [size]),
            ("param", ctypes.c_int, [size, size, numbers, numbers, ctypes.POINTER(ctypes.c_int), ctypes.POINTER(size)]),
            ("grid", number, [size, size, size]), ("judge", pointer, [size, ctypes.c_uint, number, number]),
            ("evaluate", ctypes.c_int, [pointer, numbers, numbers]), ("score", None, [pointer, numbers]),
            ("trace", size, [pointer, ctypes.c_char_p, size]), ("release", None, [pointer])):
        function = getattr(library, "fairway_" + name)
        function.restype, function.argtypes = result, arguments
    return library


class Param:
    """One parameter: kind, lo, hi, log, and for a grid or a categorical one the values of its levels."""

    def __init__(self, library, problem, number):
        lo, hi, log, levels = ctypes.c_double(), ctypes.c_double(), ctypes.c_int(), ctypes.c_size_t()
        self.kind = library.fairway_param(problem, number, lo, hi, log, levels)
        self.name, self.lo, self.hi, self.log = f"x{number}", lo.value, hi.value, bool(log.value)
        self.values = []
        if self.kind == GRID:
            self.values = [library.fairway_grid(problem, number, level) for level in range(levels.value)]
        elif self.kind == CATEGORICAL:
            self.values = [float(level) for level in range(levels.value)]

    def natural(self, u):
        """The value at u in [0, 1], as a uniform design needs it: each possible value has an equal share."""
        u = min(max(u, 0.0), 1.0)
        if self.values:
            return self.values[min(int(u * len(self.values)), len(self.values) - 1)]
        if self.kind == INT:
            return min(self.lo + math.floor(u * (self.hi - self.lo + 1)), self.hi)
        if self.log:
            return min(max(math.exp(math.log(self.lo) + u * (math.log(self.hi) - math.log(self.lo))), self.lo), self.hi)
        return self.lo + u * (self.hi - self.lo)


class Problem:
    def __init__(self, library, number):
        self.library, self.number = library, number
        self.name = library.fairway_name(number).decode()
        self.family = library.fairway_family(number).decode()
        self.budget = library.fairway_budget(number)
        self.unit = library.fairway_unit(number)
        self.structured = bool(library.fairway_structured(number))  # branches or linear constraints
        self.params = [Param(library, number, i) for i in range(library.fairway_params(number))]
        start = library.fairway_start(number)
        self.start = [start[i] for i in range(len(self.params))] if start else None


def problems():
    library, found = load(), []
    while library.fairway_name(len(found)):
        found.append(Problem(library, len(found)))
    return found


class Judge:
    """Evaluates the points of one run and keeps the score."""

    SCORE = ("evaluations", "failures", "failures_last_third", "regret", "repeats", "repeats_before", "evaluations_before",
             "clones")

    def __init__(self, problem, seed, noise, crash):
        self.library, self.p = problem.library, len(problem.params)
        self.judge = self.library.fairway_judge(problem.number, seed, noise, crash)

    def evaluate(self, x):
        """What is observed, or None when the evaluation failed."""
        value = ctypes.c_double()
        worked = self.library.fairway_evaluate(self.judge, (ctypes.c_double * self.p)(*x), value)
        return value.value if worked else None

    def score(self):
        numbers = (ctypes.c_double * len(self.SCORE))()
        self.library.fairway_score(self.judge, numbers)
        return {name: value if name == "regret" else int(value) for name, value in zip(self.SCORE, numbers)}

    def trace(self):
        text = ctypes.create_string_buffer(8192)
        self.library.fairway_trace(self.judge, text, len(text))
        return text.value.decode()
