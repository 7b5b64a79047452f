"""One picture for one problem: the median best regret and the mean failures so far, against evaluations, a line per method."""
import math
import statistics

COLOURS = {"fairway": "#0b3d91", "botorch": "#d1495b", "optuna_gp": "#2a9d8f", "optuna_tpe": "#8ab17d", "sigoptlite": "#e09f3e",
           "smac": "#7b5ea7", "ax": "#a0694b", "random": "#777777"}
SPARE = ["#3a86ff", "#ff006e", "#606c38", "#bc6c25"]
WIDTH, HEIGHT, PANEL, TOP, BOTTOM = 820, 300, 300, 34, 44
LEFT = (62, 414)  # of the two panels
LEGEND = 728


def best_so_far(words):
    """The best regret after each evaluation; infinite before the first success."""
    best, out = math.inf, []
    for word in words:
        if word != "F":
            best = min(best, float(word.split("@")[0]))
        out.append(best)
    return out


def failures_so_far(words):
    count, out = 0, []
    for word in words:
        count += word == "F"
        out.append(count)
    return out


def median_line(traces, lowest):
    curves = [best_so_far(words) for words in traces]
    return [max(statistics.median(values), lowest) for values in zip(*curves)]


def mean_line(traces):
    return [statistics.mean(values) for values in zip(*(failures_so_far(words) for words in traces))]


def nice_step(span):
    rough = span / 5
    power = 10 ** math.floor(math.log10(rough)) if rough > 0 else 1
    return next(step * power for step in (1, 2, 5, 10) if step * power >= rough)


class Panel:
    """Axes with ticks; x counts evaluations."""

    def __init__(self, left, budget, low, high):
        self.left, self.budget, self.low, self.high = left, budget, low, high

    def x(self, n):
        return self.left + PANEL * n / self.budget

    def y(self, value):
        return HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * (value - self.low) / (self.high - self.low)

    def frame(self, title, ticks):
        out = [f'<text x="{self.left}" y="{TOP - 10}" class="t">{title}</text>']
        for value, label in ticks:
            y = self.y(value)
            out.append(f'<path d="M{self.left} {y:.1f}h{PANEL}" class="g"/>'
                       f'<text x="{self.left - 6}" y="{y + 4:.1f}" text-anchor="end">{label}</text>')
        step = nice_step(self.budget)
        for k in range(int(self.budget / step) + 1):
            x = self.x(k * step)
            out.append(f'<path d="M{x:.1f} {HEIGHT - BOTTOM}v4" class="a"/>'
                       f'<text x="{x:.1f}" y="{HEIGHT - BOTTOM + 17}" text-anchor="middle">{k * step:g}</text>')
        out.append(f'<path d="M{self.left} {TOP}V{HEIGHT - BOTTOM}h{PANEL}" class="a"/>')
        out.append(f'<text x="{self.left + PANEL / 2:.0f}" y="{HEIGHT - 10}" text-anchor="middle">evaluations</text>')
        return out

    def line(self, values, colour, weight):
        points = [(self.x(n + 1), self.y(value)) for n, value in enumerate(values) if math.isfinite(value)]
        if not points:
            return []
        path = "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in points)
        return [f'<path d="{path}" fill="none" stroke="{colour}" stroke-width="{weight}" stroke-linejoin="round"/>']


def decades(low, high):
    """Ticks of a logarithmic axis: powers of ten, and 2 and 5 times them where there are few."""
    step = max(1, math.ceil((high - low) / 6))
    if high - low < 2:
        values = [digit * 10.0 ** k for k in range(math.floor(low), math.ceil(high) + 1) for digit in (1, 2, 5)]
        return [(math.log10(value), f"{value:g}") for value in values if low <= math.log10(value) <= high]
    return [(k, f"1e{k}" if abs(k) > 2 else f"{10.0 ** k:g}") for k in range(math.ceil(low), math.floor(high) + 1, step)]


def chart(problem, lines):
    """lines: the traces of each method."""
    lowest = 1e-6 * problem.unit
    regrets = {method: median_line(traces, lowest) for method, traces in lines.items()}
    counts = {method: mean_line(traces) for method, traces in lines.items()}
    finite = [math.log10(value) for values in regrets.values() for value in values if math.isfinite(value)] or [0, 1]
    low, high = min(finite), max(max(finite), min(finite) + 1)
    most = max(1, max(values[-1] for values in counts.values()))
    margin = 0.04 * (high - low)
    left, right = Panel(LEFT[0], problem.budget, low - margin, high + margin), Panel(LEFT[1], problem.budget, 0, 1.05 * most)
    step = nice_step(most)
    out = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}">',
           f"<title>{problem.name}</title>",
           "<style>text{font:12px sans-serif;fill:#333}.t{font-weight:bold}.a{stroke:#333;fill:none}.g{stroke:#e4e4e4}</style>",
           f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#fff"/>']
    out += left.frame(f"{problem.name}: median best regret", decades(left.low, left.high))
    out += right.frame("mean failures so far", [(k * step, f"{k * step:g}") for k in range(int(1.05 * most / step) + 1)])
    spare = iter(SPARE * 9)
    colours = {method: COLOURS.get(method) or next(spare) for method in lines}
    for method in reversed(list(lines)):  # the first one on top
        values = [math.log10(value) if math.isfinite(value) else math.inf for value in regrets[method]]
        weight = 2.6 if method == "fairway" else 1.5
        out += left.line(values, colours[method], weight) + right.line(counts[method], colours[method], weight)
    for i, method in enumerate(lines):
        y = TOP + 10 + 20 * i
        out.append(f'<path d="M{LEGEND} {y}h16" stroke="{colours[method]}" stroke-width="{2.6 if method == "fairway" else 1.5}"/>'
                   f'<text x="{LEGEND + 20}" y="{y + 4}">{method}</text>')
    return "\n".join(out + ["</svg>"]) + "\n"
