"""Whether the loss can be computed, and its terms be told apart."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from plastisim.protocol.checks.bptt.parts import known_of_task
from plastisim.protocol.checks.partial import Unknown
from plastisim.protocol.findings import Finding
from plastisim.protocol.text import Path
from plastisim.protocol.words import joined
from plastisim.strengths import Listed, Ramp
from plastisim.tasks import TASKS

TERMS = ("loss", "regularizers")


def something_is_graded(p: Any) -> Iterator[Finding]:
    """An answer counts at one step at least."""
    (first, stop), n_steps = known_of_task(p, "graded"), known_of_task(p, "n_steps")
    if not 0 <= first < stop <= n_steps:
        yield Finding(
            ("task",),
            f"its answers count from step {first} to before {stop} of {n_steps}; "
            "they have to count at one step at least",
        )


def cross_entropy_has_classes(p: Any) -> Iterator[Finding]:
    """A cross-entropy takes targets that are one of several classes."""
    if p.loss.kind == "cross_entropy" and not known_of_task(p, "is_classification"):
        ones = joined(name for name, task in TASKS.items() if task.is_classification)
        yield Finding(
            ("loss", "kind"),
            f'got "cross_entropy", which tells classes apart; {p.task.kind} has none: write mse, '
            f"or a task with classes, such as {ones}",
        )


def kinds_of_regularizers_differ(p: Any) -> Iterator[Finding]:
    """One kind of regularizer is one block: its strength is known by its kind."""
    seen: set[str] = set()
    for i, regularizer in _terms(p):
        try:
            kind = regularizer.kind
        except Unknown:
            continue
        if kind in seen:
            yield Finding(
                (*TERMS, i, "kind"),
                f'got "{kind}" a second time; write one block of it',
            )
        seen.add(kind)


def strengths_of_a_grid_differ(p: Any) -> Iterator[Finding]:
    """A list of strengths names each of them once."""
    for path, strength in _strengths(p):
        for i, value in enumerate(strength if isinstance(strength, list) else ()):
            if value in strength[:i]:
                yield Finding((*path, i), f"got {value:g} a second time; write every value once")


def strengths_are_not_negative(p: Any) -> Iterator[Finding]:
    """A regularizer makes its penalty small, never large, in every epoch."""
    for path, strength in _strengths(p):
        values: list[tuple[Path, float]] = []
        if isinstance(strength, Ramp):
            values = [(("start",), strength.start), (("end",), strength.end)]
        elif isinstance(strength, Listed):
            values = [(("values", i), value) for i, value in enumerate(strength.values)]
        for below, value in values:
            if value < 0:
                yield Finding((*path, *below), f"got {value:g}; write a number at least 0")


def _terms(p: Any) -> Iterator[tuple[int, Any]]:
    yield from enumerate(p.loss.regularizers)


def _strengths(p: Any) -> Iterator[tuple[Path, Any]]:
    for i, regularizer in _terms(p):
        try:
            yield (*TERMS, i, "strength"), regularizer.strength
        except Unknown:
            continue
