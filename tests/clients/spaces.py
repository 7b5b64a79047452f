"""Spaces of experiments, as the official Python client shows them, and whether assignments belong to one."""

PARAMETERS = [
    {"name": "a", "type": "int", "bounds": {"min": 1, "max": 50}},
    {"name": "b", "type": "double", "bounds": {"min": -50, "max": 0}},
    {"name": "c", "type": "categorical", "categorical_values": ["d", "e"]},
]


def within(case, experiment, assignments):
    """Every active parameter has a value of its kind, and nothing else is there."""
    values = dict(assignments)
    active = set()
    for conditional in experiment.conditionals:
        case.assertIn(values[conditional.name], conditional.values)
        active.add(conditional.name)
    for parameter in experiment.parameters:
        conditions = parameter.conditions.to_json() if parameter.conditions is not None else {}
        if all(values[name] in wanted for name, wanted in conditions.items()):
            active.add(parameter.name)
        else:
            continue
        value = values[parameter.name]
        if parameter.type == "categorical":
            case.assertIn(value, [v.name for v in parameter.categorical_values])
        else:
            case.assertIsInstance(value, int if parameter.type == "int" else float)
            case.assertLessEqual(parameter.bounds.min, value)
            case.assertLessEqual(value, parameter.bounds.max)
            if parameter.grid is not None:  # the client knows grids of numbers only
                case.assertIn(value, parameter.grid)
    case.assertEqual(set(values), active)
