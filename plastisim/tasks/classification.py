"""How often the right one of several answers is the largest."""

from __future__ import annotations

import jax

from plastisim.tasks.base import Trial


def accuracy(outputs: jax.Array, trials: Trial, first: int) -> dict[str, jax.Array]:
    """Fraction of trials whose largest output, averaged over the response, is the target.

    Parameters
    ----------
    outputs
        Answers in the response (time, output, trial).
    trials
        Their targets are one-hot from step `first` to the end.
    """
    answer = outputs.mean(axis=0).argmax(axis=0)
    target = trials.targets[first].argmax(axis=0)
    return {"accuracy": (answer == target).mean(dtype=outputs.dtype)}
