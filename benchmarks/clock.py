"""Timing in turns: all run a little, in a new order each round, so that noise meets all alike."""

from __future__ import annotations

import gc
from collections.abc import Sequence

import numpy as np

from benchmarks.contestant import Contestant

TURN_S = 0.02  # about; a process of its own decides for itself
LEAST_STEPS, MOST_STEPS = 4, 1000


def microseconds_in_turns(found: Sequence[Contestant], rounds: int) -> dict[str, list[float]]:
    """Microseconds per step of each contestant, round by round."""
    order = np.random.default_rng(0)
    n_steps = {c.name: _steps_per_turn(c) for c in found}
    took: dict[str, list[float]] = {c.name: [] for c in found}
    gc.disable()
    try:
        for _ in range(rounds):
            for k in order.permutation(len(found)):
                c = found[k]
                took[c.name].append(1e6 * c.seconds_per_step(n_steps[c.name]))
    finally:
        gc.enable()
    return took


def _steps_per_turn(contestant: Contestant) -> int:
    """After a first turn, which also compiles."""
    contestant.seconds_per_step(LEAST_STEPS)
    step_s = contestant.seconds_per_step(LEAST_STEPS)
    return int(np.clip(TURN_S / step_s, LEAST_STEPS, MOST_STEPS))


def ratio(over: Sequence[float], under: Sequence[float]) -> tuple[float, float, float]:
    """Median, lower and upper quartile of a ratio taken within each round."""
    lower, middle, upper = np.quantile(np.divide(over, under), (0.25, 0.5, 0.75))
    return float(middle), float(lower), float(upper)
