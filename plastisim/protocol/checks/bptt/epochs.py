"""Whether the epochs that a protocol names ever come."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from plastisim.protocol.checks.partial import Unknown
from plastisim.protocol.findings import Finding
from plastisim.protocol.text import Path


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
    n_epochs = p.training.epochs
    for path, epochs in _lists(p):
        for i, epoch in enumerate(epochs):
            if epoch > n_epochs:
                yield Finding(
                    (*path, i),
                    f"got {epoch}; training.epochs is {n_epochs}: write 0 (before training) to "
                    f"{n_epochs}",
                )


def recorded_ones_differ(p: Any) -> Iterator[Finding]:
    """An epoch is recorded once."""
    for path, epochs in _lists(p):
        for i, epoch in enumerate(epochs):
            if epoch in epochs[:i]:
                yield Finding((*path, i), f"got {epoch} a second time; write every epoch once")


def _lists(p: Any) -> Iterator[tuple[Path, list[int]]]:
    for block in ("parameters", "trials"):
        try:
            asked = getattr(p.record, block)
            epochs = asked.epochs if asked is not None else []
        except Unknown:
            continue
        yield ("record", block, "epochs"), epochs
