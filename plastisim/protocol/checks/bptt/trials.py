"""Whether there are as many trials as are asked for."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from plastisim.protocol.findings import Finding


def fixed_set_lasts_an_epoch(p: Any) -> Iterator[Finding]:
    """No trial of a fixed set comes twice in an epoch."""
    training = p.training
    if training.trials == "fresh":
        return
    n, batch, steps = training.trials.n_trials, training.batch, training.steps_per_epoch
    if batch > n:
        yield Finding(
            ("training", "batch"),
            f"got {batch}; the fixed set, training.trials, has {n} trials: write {n} or less",
        )
    elif batch * steps > n:
        yield Finding(
            ("training", "steps_per_epoch"),
            f"got {steps}, which with a batch of {batch} takes {batch * steps} trials; the fixed "
            f"set, training.trials, has {n}: write {n // batch} or less",
        )


def recorded_ones_are_tested(p: Any) -> Iterator[Finding]:
    """Recorded trials are test trials."""
    recorded, tested = p.record.trials, p.test.n_trials
    if recorded is not None and recorded.n_trials > tested:
        yield Finding(
            ("record", "trials", "n_trials"),
            f"got {recorded.n_trials}; they are test trials, and test.n_trials is {tested}: "
            f"write {tested} or less",
        )
