"""Whether the epochs that a protocol names ever come."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from plastisim.protocol.checks import epochs
from plastisim.protocol.findings import Finding

RECORDED = {"rate": "epochs", "spectra": "full_at"}


def recorded_ones_exist(p: Any) -> Iterator[Finding]:
    """Nothing can be recorded after the last epoch."""
    last = p.schedule.epochs
    yield from epochs.that_never_come(
        epochs.recorded(p, RECORDED), last, "schedule.epochs", "learning"
    )


def recorded_ones_differ(p: Any) -> Iterator[Finding]:
    """An epoch is recorded once."""
    yield from epochs.named_twice(epochs.recorded(p, RECORDED))


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
    if stop is not None:
        yield from epochs.too_few_tests(
            stop.tests_in_a_row, ("schedule", "stop", "tests_in_a_row"),
            p.schedule.epochs, p.test.every,
        )  # fmt: skip
