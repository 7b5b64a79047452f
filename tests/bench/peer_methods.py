"""Other optimizers behind one door: suggest() -> natural coordinates, report(x, value or None for a failure).

Each is set up as its documentation tells a user to who knows that evaluations can fail. Packages are imported only by the class
that needs them. report() is also called for the design that the user knows, before the first suggest().
"""
import math

from peer_problems import CATEGORICAL, DOUBLE, GRID, INT


class Random:
    """Uniform random search."""

    packages = None

    def __init__(self, problem, seed):
        import random
        self.problem, self.random = problem, random.Random(seed)

    def suggest(self):
        return [param.natural(self.random.random()) for param in self.problem.params]

    def report(self, x, value):
        pass


class Sigoptlite:
    """SigOpt's own optimizer in the process, told `failed`."""

    packages = "sigoptlite"

    def __init__(self, problem, seed):
        import numpy
        from sigoptlite.driver import LocalAPI
        numpy.random.seed(seed)
        self.params, self.open = problem.params, None
        self.api = LocalAPI("default")
        self.api.experiments_post({
            "name": problem.name, "parameters": [self.parameter(param) for param in problem.params],
            "metrics": [{"name": "value", "objective": "minimize"}], "observation_budget": problem.budget})

    @staticmethod
    def parameter(param):
        if param.kind == CATEGORICAL:
            return {"name": param.name, "type": "categorical", "categorical_values": [f"c{value:.0f}" for value in param.values]}
        out = {"name": param.name, "type": "double" if param.kind == DOUBLE else "int"}
        if param.kind == GRID:
            whole = all(value == int(value) for value in param.values)
            out.update(type="int" if whole else "double", grid=[int(value) if whole else value for value in param.values])
        else:
            convert = int if param.kind == INT else float
            out["bounds"] = {"min": convert(param.lo), "max": convert(param.hi)}
        if param.log:
            out["transformation"] = "log"
        return out

    def suggest(self):
        self.open = self.api.suggestions_post(None)
        values = self.open["assignments"]
        return [float(values[param.name][1:] if param.kind == CATEGORICAL else values[param.name]) for param in self.params]

    def assignments(self, x):
        def value(param, v):
            return f"c{v:.0f}" if param.kind == CATEGORICAL else float(v) if param.kind == DOUBLE else int(v)
        return {param.name: value(param, v) for param, v in zip(self.params, x)}

    def report(self, x, value):
        told = {"suggestion": self.open["id"]} if self.open else {"assignments": self.assignments(x)}
        if value is None:
            told["failed"] = True
        else:
            told["values"] = [{"name": "value", "value": value}]
        self.api.observations_post(told)
        self.open = None


METHODS = {
    "peer_random": Random,
    "sigoptlite": Sigoptlite,
}
