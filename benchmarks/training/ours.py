"""plastisim, one network on one core, with the drawing of trials, and without."""

from __future__ import annotations

import time

from benchmarks.contestant import Contestant
from benchmarks.training.problem import Problem
from plastisim.bptt import BpttEngine

NAME = "plastisim"
STEPS = 50  # in an epoch


def contestants(problem: Problem) -> list[Contestant]:
    """The engine as `plastisim run` uses it: trials are drawn inside the step."""
    engine = BpttEngine(problem.ask(steps=STEPS))
    engine.train(1, 1)

    def seconds_per_step(n_steps: int) -> float:
        epochs = max(round(n_steps / STEPS), 1)
        began = time.process_time()
        engine.train(2, epochs)
        return (time.process_time() - began) / (epochs * STEPS)

    return [Contestant(NAME, seconds_per_step)]
