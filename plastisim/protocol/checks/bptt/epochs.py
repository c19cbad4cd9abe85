"""Whether the epochs that a protocol names ever come."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from plastisim.protocol.checks import epochs
from plastisim.protocol.findings import Finding

RECORDED = {"parameters": "epochs", "trials": "epochs"}


def tests_come(p: Any) -> Iterator[Finding]:
    """The interval between tests is no longer than training."""
    every, n_epochs = p.test.every, p.training.epochs
    if every > n_epochs:
        yield Finding(
            ("test", "every"),
            f"got {every}; training.epochs is {n_epochs}: write that or less",
        )


def recorded_ones_exist(p: Any) -> Iterator[Finding]:
    """Nothing can be recorded after the last epoch."""
    last = p.training.epochs
    yield from epochs.that_never_come(
        epochs.recorded(p, RECORDED), last, "training.epochs", "training"
    )


def recorded_ones_differ(p: Any) -> Iterator[Finding]:
    """An epoch is recorded once."""
    yield from epochs.named_twice(epochs.recorded(p, RECORDED))
