"""Whether the epochs that a protocol names ever come."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from plastisim.protocol.checks.partial import Unknown
from plastisim.protocol.findings import Finding
from plastisim.protocol.text import Path


def recorded_ones_exist(p: Any) -> Iterator[Finding]:
    """Nothing can be recorded after the last epoch."""
    n_epochs = p.schedule.epochs
    for path, epochs in _lists(p):
        for i, epoch in enumerate(epochs):
            if epoch > n_epochs:
                yield Finding(
                    (*path, i),
                    f"got {epoch}; schedule.epochs is {n_epochs}: write 0 (before learning) to "
                    f"{n_epochs}",
                )


def recorded_ones_differ(p: Any) -> Iterator[Finding]:
    """An epoch is recorded once."""
    for path, epochs in _lists(p):
        for i, epoch in enumerate(epochs):
            if epoch in epochs[:i]:
                yield Finding((*path, i), f"got {epoch} a second time; write every epoch once")


def spectra_are_taken_in_tests(p: Any) -> Iterator[Finding]:
    """Spectra are those of the attractors that a test finds."""
    spectra, every, n_epochs = p.record.spectra, p.test.every, p.schedule.epochs
    if spectra is None:
        return
    path = ("record", "spectra")
    if spectra.every % every:
        yield Finding(
            (*path, "every"),
            f"got {spectra.every}; spectra are taken in tests, which come every {every} epochs: "
            f"write a multiple of {every}",
        )
    for i, epoch in enumerate(spectra.full_at):
        if epoch % every and epoch < n_epochs:
            yield Finding(
                (*path, "full_at", i),
                f"got {epoch}; spectra are taken in tests, which come every {every} epochs: "
                f"write a multiple of {every}, or {n_epochs}, the last",
            )


def stop_can_happen(p: Any) -> Iterator[Finding]:
    """As many tests as `stop` waits for take place while the network learns."""
    stop = p.schedule.stop
    if stop is None:
        return
    n_epochs, every = p.schedule.epochs, p.test.every
    tests = -(-n_epochs // every)  # the last epoch is tested too
    if stop.tests_in_a_row > tests:
        yield Finding(
            ("schedule", "stop", "tests_in_a_row"),
            f"got {stop.tests_in_a_row}; {n_epochs} epochs with test.every = {every} hold "
            f"{tests}: write {tests} or less, or test more often",
        )


def _lists(p: Any) -> Iterator[tuple[Path, list[int]]]:
    for block, key in (("rate", "epochs"), ("spectra", "full_at")):
        try:
            asked = getattr(p.record, block)
            epochs = getattr(asked, key) if asked is not None else []
        except Unknown:
            continue
        yield ("record", block, key), epochs
