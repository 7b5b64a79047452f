"""Descent with momentum on Rosenbrock's valley. Too large steps diverge: then the run has failed.

The program knows nothing of experiments: `sigopt run` and `sigopt optimize` begin its runs; alone, it just prints.
"""
import math

import sigopt

sigopt.params.setdefaults(rate=0.001, momentum=0.5)
rate, momentum = sigopt.params.rate, sigopt.params.momentum

x, y, dx, dy, loss = -1.0, 1.5, 0.0, 0.0, 0.0
for step in range(1, 1001):
    gradient = 400 * x * (x * x - y) + 2 * (x - 1), 200 * (y - x * x)
    dx, dy = momentum * dx - rate * gradient[0], momentum * dy - rate * gradient[1]
    x, y = x + dx, y + dy
    loss = (1 - x) ** 2 + 100 * (y - x * x) ** 2
    if loss > 1e6:
        sigopt.log_metadata("diverged in step", step)
        sigopt.log_failure()
        print(f"rate {rate:.2g}, momentum {momentum:.3f}: diverged in step {step}")
        break
    if step % 100 == 0:
        sigopt.log_checkpoint({"loss": loss})
else:
    sigopt.log_metric("log_loss", math.log10(loss + 1e-12))
    print(f"rate {rate:.2g}, momentum {momentum:.3f}: loss {loss:.2g}")
