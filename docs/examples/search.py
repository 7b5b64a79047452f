"""No best, only good enough: find many different designs that meet every requirement (metrics with strategy "constraint" only)."""
from sigopt import Connection

BUDGET = 30


def beam(a):
    """(mass in kg, deflection in mm) of a steel cantilever; None: so slender that it buckles under its own load."""
    width, height, length = a["width"], a["height"], 1.5
    if height > 9 * width:
        return None
    stiffness = 2.1e11 * width * height ** 3 / 12
    return 7850 * width * height * length, 1000 * 500 * length ** 3 / (3 * stiffness)


conn = Connection()
experiment = conn.experiments().create(
    name="Light and stiff enough",
    parameters=[{"name": "width", "type": "double", "bounds": {"min": 0.005, "max": 0.08}},
                {"name": "height", "type": "double", "bounds": {"min": 0.01, "max": 0.15}}],
    metrics=[{"name": "mass", "objective": "minimize", "strategy": "constraint", "threshold": 25},
             {"name": "deflection", "objective": "minimize", "strategy": "constraint", "threshold": 4}],
    observation_budget=BUDGET,
)

for _ in range(BUDGET):
    suggestion = conn.experiments(experiment.id).suggestions().create()
    result = beam(suggestion.assignments)
    report = {"failed": True} if result is None else {
        "values": [{"name": name, "value": value} for name, value in zip(("mass", "deflection"), result)]}
    conn.experiments(experiment.id).observations().create(suggestion=suggestion.id, **report)

good = list(conn.experiments(experiment.id).best_assignments().fetch().iterate_pages())
heights = [point.assignments["height"] for point in good]
print(f"experiment {experiment.id}: {len(good)} of {BUDGET} designs meet both requirements, heights {min(heights):.3f} to {max(heights):.3f} m")
