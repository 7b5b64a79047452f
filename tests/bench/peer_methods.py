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
        if param.kind == GRID and param.log:  # the number of the level: it has no logarithmic integers, and loses such grids by rounding
            out["bounds"] = {"min": 0, "max": len(param.values) - 1}
            return out
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
        return [self.natural(param, values[param.name]) for param in self.params]

    @staticmethod
    def natural(param, value):
        if param.kind == CATEGORICAL:
            return float(value[1:])
        return param.values[value] if param.kind == GRID and param.log else float(value)

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


class OptunaTpe:
    """Optuna's default sampler; a failure is a trial in the state FAIL."""

    packages = "torch"

    def __init__(self, problem, seed):
        import optuna
        optuna.logging.set_verbosity(optuna.logging.ERROR)
        self.optuna, self.params, self.open = optuna, problem.params, None
        self.study = optuna.create_study(sampler=self.sampler(seed))
        self.space = {param.name: self.distribution(param) for param in problem.params}

    def sampler(self, seed):
        return self.optuna.samplers.TPESampler(seed=seed)

    def distribution(self, param):
        distributions = self.optuna.distributions
        if param.kind == CATEGORICAL:
            return distributions.CategoricalDistribution(param.values)
        if param.kind == GRID:  # the number of the level, so that neighbours are neighbours
            return distributions.IntDistribution(0, len(param.values) - 1)
        if param.kind == INT:
            return distributions.IntDistribution(int(param.lo), int(param.hi))
        return distributions.FloatDistribution(param.lo, param.hi, log=param.log)

    def suggest(self):
        self.open = self.study.ask(self.space)
        values = self.open.params
        return [param.values[values[param.name]] if param.kind == GRID else float(values[param.name]) for param in self.params]

    def start(self, x):
        """The open trial, or for a point of the user's own one that is enqueued."""
        if self.open is None:
            self.study.enqueue_trial({
                param.name: param.values.index(v) if param.kind == GRID else int(v) if param.kind == INT else v
                for param, v in zip(self.params, x)})
            self.open = self.study.ask(self.space)
        trial, self.open = self.open, None
        return trial

    def report(self, x, value):
        trial = self.start(x)
        if value is None:
            self.study.tell(trial, state=self.optuna.trial.TrialState.FAIL)
        else:
            self.study.tell(trial, value)


class OptunaGp(OptunaTpe):
    """Optuna's Gaussian process. It does not look at trials in the state FAIL, so an expert says otherwise what failed: with a
    constraint of +1, for a success -1, and the worst value so far."""

    def sampler(self, seed):
        self.worst = None
        return self.optuna.samplers.GPSampler(seed=seed, constraints_func=lambda trial: (trial.user_attrs["failed"],))

    def report(self, x, value):
        trial = self.start(x)
        if value is not None:
            self.worst = value if self.worst is None else max(self.worst, value)
        trial.set_user_attr("failed", 1.0 if value is None else -1.0)
        self.study.tell(trial, value if value is not None else self.worst if self.worst is not None else 0.0)


class Botorch:
    """BoTorch as an expert would use it: a Gaussian process on the values of the successes, standardised, one on the labels +1
    and -1 of all, whose being above 0 is an outcome constraint, and qLogExpectedImprovement; first a Sobol design as long as
    ours."""

    packages = "torch"

    def __init__(self, problem, seed):
        import torch
        torch.set_num_threads(1)
        torch.set_default_dtype(torch.double)
        torch.manual_seed(seed)
        self.torch, self.params = torch, problem.params
        self.mixed = any(param.kind != DOUBLE for param in problem.params)
        self.sobol = torch.quasirandom.SobolEngine(len(problem.params), scramble=True, seed=seed)
        self.n_initial = min(max(2 * len(problem.params), 4), 12)
        self.u, self.labels, self.values = [], [], []

    # A coordinate of the models: a double in [0, 1], on a logarithmic scale where the problem says so; an integer or a level of a
    # grid likewise from the first to the last; a category its number.
    @staticmethod
    def unit(param, v):
        if param.kind == CATEGORICAL:
            return v
        if param.kind == GRID:
            return param.values.index(v) / (len(param.values) - 1)
        if param.log:
            return math.log(v / param.lo) / math.log(param.hi / param.lo)
        return (v - param.lo) / (param.hi - param.lo)

    @staticmethod
    def natural(param, u):
        if param.kind == CATEGORICAL:
            return param.values[round(u)]
        if param.kind == GRID:
            return param.values[round(u * (len(param.values) - 1))]
        if param.kind == INT:
            return float(round(param.lo + u * (param.hi - param.lo)))
        if param.log:
            return min(max(param.lo * math.exp(u * math.log(param.hi / param.lo)), param.lo), param.hi)
        return param.lo + u * (param.hi - param.lo)

    def suggest(self):
        if len(self.labels) < self.n_initial or not self.values:
            return [param.natural(u) for param, u in zip(self.params, self.sobol.draw(1)[0].tolist())]
        return [self.natural(param, u) for param, u in zip(self.params, self.candidate())]

    def report(self, x, value):
        self.u.append([self.unit(param, v) for param, v in zip(self.params, x)])
        self.labels.append(-1.0 if value is None else 1.0)
        if value is not None:
            self.values.append(value)

    def fit(self, x, y, standardize):
        from botorch.fit import fit_gpytorch_mll
        from botorch.models import MixedSingleTaskGP, SingleTaskGP
        from botorch.models.transforms import Normalize, Standardize
        from gpytorch.mlls import ExactMarginalLogLikelihood
        categories = [i for i, param in enumerate(self.params) if param.kind == CATEGORICAL]
        numbers = [i for i in range(len(self.params)) if i not in categories]
        transforms = {"input_transform": Normalize(len(self.params), indices=numbers, bounds=self.bounds()),
                      "outcome_transform": Standardize(m=1) if standardize else None}
        model = MixedSingleTaskGP(x, y, cat_dims=categories, **transforms) if categories else SingleTaskGP(x, y, **transforms)
        fit_gpytorch_mll(ExactMarginalLogLikelihood(model.likelihood, model))
        return model

    def bounds(self):
        highest = [len(param.values) - 1.0 if param.kind == CATEGORICAL else 1.0 for param in self.params]
        return self.torch.tensor([[0.0] * len(self.params), highest])

    def candidate(self):
        from botorch.acquisition import qLogExpectedImprovement
        from botorch.acquisition.objective import GenericMCObjective
        from botorch.models import ModelListGP
        from botorch.sampling import SobolQMCNormalSampler
        torch = self.torch
        x, labels = torch.tensor(self.u), torch.tensor(self.labels).unsqueeze(-1)
        worked = labels.squeeze(-1) > 0
        models, constraints = [self.fit(x[worked], torch.tensor(self.values).unsqueeze(-1), True)], None
        if not bool(worked.all()):
            models.append(self.fit(x, labels, False))
            constraints = [lambda samples: -samples[..., 1]]
        acquisition = qLogExpectedImprovement(
            ModelListGP(*models), best_f=-min(self.values), sampler=SobolQMCNormalSampler(torch.Size([256])),
            objective=GenericMCObjective(lambda samples, X=None: -samples[..., 0]), constraints=constraints)
        return self.best_of(acquisition)[0].tolist()

    def best_of(self, acquisition):
        from botorch.optim import optimize_acqf
        from botorch.optim.optimize_mixed import optimize_acqf_mixed_alternating
        if not self.mixed:
            return optimize_acqf(acquisition, self.bounds(), q=1, num_restarts=10, raw_samples=512,
                                 options={"batch_limit": 10, "init_batch_limit": 512})[0]
        discrete, categories = {}, {}
        for i, param in enumerate(self.params):
            if param.kind == CATEGORICAL:
                categories[i] = param.values
            elif param.kind != DOUBLE:
                count = len(param.values) if param.kind == GRID else int(param.hi - param.lo) + 1
                discrete[i] = [k / (count - 1) for k in range(count)]
        return optimize_acqf_mixed_alternating(acquisition, self.bounds(), discrete_dims=discrete, cat_dims=categories, q=1,
                                               num_restarts=4, raw_samples=256,
                                               options={"batch_limit": 10, "init_batch_limit": 512})[0]


class Ax:
    """Ax with its defaults; a failure is mark_trial_failed."""

    packages = "torch"

    def __init__(self, problem, seed):
        import logging
        import torch
        from ax.api.client import Client
        from ax.api.configs import ChoiceParameterConfig, RangeParameterConfig
        logging.disable(logging.ERROR)
        torch.set_num_threads(1)
        torch.manual_seed(seed)
        self.params, self.open, self.client = problem.params, None, Client(random_seed=seed)

        def parameter(param):
            if param.values:
                return ChoiceParameterConfig(name=param.name, values=param.values, parameter_type="float",
                                             is_ordered=param.kind == GRID)
            if param.kind == INT:
                return RangeParameterConfig(name=param.name, bounds=(int(param.lo), int(param.hi)), parameter_type="int")
            return RangeParameterConfig(name=param.name, bounds=(param.lo, param.hi), parameter_type="float",
                                        scaling="log" if param.log else None)

        self.client.configure_experiment(parameters=[parameter(param) for param in problem.params])
        self.client.configure_optimization(objective="-value")

    def suggest(self):
        (self.open, values), = self.client.get_next_trials(max_trials=1).items()
        return [float(values[param.name]) for param in self.params]

    def report(self, x, value):
        if self.open is None:
            self.open = self.client.attach_trial(
                {param.name: int(v) if param.kind == INT else v for param, v in zip(self.params, x)})
        if value is None:
            self.client.mark_trial_failed(self.open)
        else:
            self.client.complete_trial(self.open, raw_data={"value": (value, None)})
        self.open = None


class Smac:
    """SMAC's facade for expensive functions of few parameters; a failure is StatusType.CRASHED with the worst cost so far."""

    packages = "smac"

    def __init__(self, problem, seed):
        import logging
        import tempfile
        from ConfigSpace import ConfigurationSpace
        from smac import BlackBoxFacade, Scenario
        logging.disable(logging.ERROR)
        self.params, self.open, self.worst = problem.params, None, None
        self.space = ConfigurationSpace(seed=seed)
        self.space.add([self.parameter(param) for param in problem.params])
        self.folder = tempfile.TemporaryDirectory()
        scenario = Scenario(self.space, deterministic=True, n_trials=problem.budget, seed=seed, output_directory=self.folder.name)
        self.smac = BlackBoxFacade(scenario, lambda config, seed=0: 0.0, overwrite=True, logging_level=False)

    @staticmethod
    def parameter(param):
        from ConfigSpace import CategoricalHyperparameter, OrdinalHyperparameter, UniformFloatHyperparameter
        from ConfigSpace import UniformIntegerHyperparameter
        if param.kind == CATEGORICAL:
            return CategoricalHyperparameter(param.name, [f"c{value:.0f}" for value in param.values])
        if param.kind == GRID:
            return OrdinalHyperparameter(param.name, param.values)
        if param.kind == INT:
            return UniformIntegerHyperparameter(param.name, int(param.lo), int(param.hi))
        return UniformFloatHyperparameter(param.name, param.lo, param.hi, log=param.log)

    def suggest(self):
        self.open = self.smac.ask()
        values = dict(self.open.config)
        return [float(values[param.name][1:] if param.kind == CATEGORICAL else values[param.name]) for param in self.params]

    def report(self, x, value):
        from ConfigSpace import Configuration
        from smac.runhistory import StatusType, TrialInfo, TrialValue
        if self.open is None:
            values = {param.name: f"c{v:.0f}" if param.kind == CATEGORICAL else int(v) if param.kind == INT else v
                      for param, v in zip(self.params, x)}
            self.open = TrialInfo(Configuration(self.space, values=values), seed=0)
        if value is not None:
            self.worst = value if self.worst is None else max(self.worst, value)
        cost = value if value is not None else self.worst if self.worst is not None else 0.0
        self.smac.tell(self.open, TrialValue(cost=cost, status=StatusType.CRASHED if value is None else StatusType.SUCCESS))
        self.open = None


METHODS = {
    "peer_random": Random,
    "sigoptlite": Sigoptlite,
    "optuna_tpe": OptunaTpe,
    "optuna_gp": OptunaGp,
    "botorch": Botorch,
    "ax": Ax,
    "smac": Smac,
}
