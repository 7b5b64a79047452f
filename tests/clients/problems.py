"""Problems with a known optimum on which part of the space fails. To be minimised.

    problem = PROBLEMS["branin_disk"]
    value = problem.evaluate({"x1": 3.1, "x2": 2.2})     # None: this point fails

Whoever optimises learns of a failure that it happened, and nothing else. `parameters` is in the form of the API.
"""
import math
from dataclasses import dataclass
from typing import Callable


@dataclass
class Problem:
    parameters: list
    objective: Callable
    feasible: Callable
    optimum: float  # the best value of a point that does not fail
    budget: int

    def evaluate(self, assignments):
        return self.objective(assignments) if self.feasible(assignments) else None

    def definition(self, name):
        """The body that creates an experiment on this problem."""
        return {"name": name, "parameters": self.parameters, "metrics": [{"name": "value", "objective": "minimize"}],
                "observation_budget": self.budget}


def double(name, low, high, **more):
    return {"name": name, "type": "double", "bounds": {"min": low, "max": high}, **more}


def integer(name, low, high):
    return {"name": name, "type": "int", "bounds": {"min": low, "max": high}}


# ------------------------------------------------------------------ Branin inside a disk (Gelbart, Snoek, Adams 2014)

def branin(a):
    x, y = a["x1"], a["x2"]
    return ((y - 5.1 / (4 * math.pi ** 2) * x * x + 5 / math.pi * x - 6) ** 2 + 10 * (1 - 1 / (8 * math.pi)) * math.cos(x) + 10)


def in_branin_disk(a):
    return (a["x1"] - 2.5) ** 2 + (a["x2"] - 7.5) ** 2 <= 50


# ------------------------------------------------------------------ Hartmann in six dimensions, inside a ball (Letham et al. 2019)

HARTMANN_WEIGHT = (1.0, 1.2, 3.0, 3.2)
HARTMANN_SCALE = ((10, 3, 17, 3.5, 1.7, 8), (0.05, 10, 17, 0.1, 8, 14), (3, 3.5, 1.7, 10, 17, 8), (17, 8, 0.05, 10, 0.1, 14))
HARTMANN_CENTRE = ((0.1312, 0.1696, 0.5569, 0.0124, 0.8283, 0.5886), (0.2329, 0.4135, 0.8307, 0.3736, 0.1004, 0.9991),
                   (0.2348, 0.1451, 0.3522, 0.2883, 0.3047, 0.6650), (0.4047, 0.8828, 0.8732, 0.5743, 0.1091, 0.0381))


def vector(a):
    return [a[f"x{i}"] for i in range(1, 7)]


def hartmann(a):
    x = vector(a)
    return -sum(weight * math.exp(-sum(s * (v - c) ** 2 for s, v, c in zip(scale, x, centre)))
                for weight, scale, centre in zip(HARTMANN_WEIGHT, HARTMANN_SCALE, HARTMANN_CENTRE))


def in_unit_ball(a):
    return math.hypot(*vector(a)) <= 1


# ------------------------------------------------------------------ tuning a network: out of memory, or a diverging loss

BEST_RATE = {"sgd": (-0.6, 0.35), "adam": (-2.8, 0.0), "rmsprop": (-3.2, 0.10)}  # log10 of the best rate, penalty
ACTIVATION = {"relu": 0.0, "tanh": 0.12}


def network_loss(a):
    layers, batch, dropout = a["layers"], a["batch"], a["dropout"]
    best, penalty = BEST_RATE[a["optimizer"]]
    best += 0.35 * math.log2(batch / 64) * 0.3 - 0.12 * (layers - 4)
    capacity = math.log2(a["width"]) + 1.3 * math.log2(layers)
    bias = 2.2 * math.exp(-0.33 * (capacity - 4.0))
    overfit = 0.018 * max(0.0, capacity - 12.5) ** 2 * (1 + 2 * (0.5 - dropout) ** 2) + 0.25 * max(0.0, dropout - 0.35) ** 2
    rate = 0.11 * (math.log10(a["lr"]) - best) ** 2
    noise = 0.04 * abs(math.log2(batch / 128))
    return 0.2 + penalty + ACTIVATION[a["activation"]] * (1 + 0.15 * layers) + bias + overfit + rate + noise


def network_trains(a):
    layers, width, batch = a["layers"], a["width"], a["batch"]
    adaptive = a["optimizer"] != "sgd"
    mebibytes = (layers * width * width * (5 if adaptive else 3) * 4 + 14.0 * batch * layers * width * 4) / 2 ** 20
    return mebibytes <= 180 and math.log10(a["lr"]) <= BEST_RATE[a["optimizer"]][0] + 1.1 - 0.10 * (layers - 1)


PROBLEMS = {
    "branin_disk": Problem([double("x1", -5, 10), double("x2", 0, 15)], branin, in_branin_disk, 0.39788735772973816, 50),
    "hartmann6_norm1": Problem([double(f"x{i}", 0, 1) for i in range(1, 7)], hartmann, in_unit_ball, -3.322368011, 80),
    "nn_oom": Problem(
        [integer("layers", 1, 12), integer("width", 16, 2048),
         {"name": "batch", "type": "int", "grid": [8, 16, 32, 64, 128, 256, 512, 1024]},
         double("lr", 1e-5, 1.0, transformation="log"), double("dropout", 0.0, 0.8),
         {"name": "optimizer", "type": "categorical", "categorical_values": ["sgd", "adam", "rmsprop"]},
         {"name": "activation", "type": "categorical", "categorical_values": ["relu", "tanh"]}],
        network_loss, network_trains, 0.31406872509378675, 80),
}
