"""What is timed: something that says how long a step took it."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from numpy.typing import NDArray

Array = NDArray[Any]


@dataclass(frozen=True)
class Contestant:
    """One line of the table.

    Attributes
    ----------
    name
        As in table and figure.
    seconds_per_step
        Runs so many steps and returns the seconds that one of them took.
    state
        Weights and rates after so many steps from the beginning, asked for before any timing; None
        for what is a bound and no simulation.
    """

    name: str
    seconds_per_step: Callable[[int], float]
    state: Callable[[int], tuple[Array, Array]] | None = None


def timed(advance: Callable[[int], object]) -> Callable[[int], float]:
    """From `advance`, which takes the number of steps, in CPU time of this one thread.

    On a quiet machine that is the time by the wall; on a busy one it leaves out the time in which
    others had the core, though not what they did to the caches.
    """

    def seconds_per_step(n_steps: int) -> float:
        start = time.thread_time()
        advance(n_steps)
        return (time.thread_time() - start) / n_steps

    return seconds_per_step
