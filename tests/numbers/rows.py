"""Runs a variant of freeze_in_25cues up to what a row of the table of numbers needs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from threadpoolctl import threadpool_limits

from plastisim.measures.memories import Memories
from plastisim.protocol import load_protocol
from plastisim.runs.online.laboratory import Laboratory

BARE = ("record={}", "expect={}", "test={every: 1, relax: 2 s}")


def laboratory(*overrides: str) -> Laboratory:
    """The network of freeze_in_25cues, with overrides."""
    return Laboratory(load_protocol("freeze_in_25cues", [*BARE, *overrides]))


def followed(
    lab: Laboratory, epochs: int, at: Sequence[int] = ()
) -> Iterator[tuple[int, Memories]]:
    """Learn, and test after every epoch of `at` (without: after every epoch)."""
    with threadpool_limits(1):
        for epoch in range(1, epochs + 1):
            lab.learn(epoch, lab.rule.strength_at(epoch) if lab.rule else 0.0)
            if not at or epoch in at:
                yield epoch, lab.test(1)


def last(lab: Laboratory, epochs: int) -> Memories:
    """What a test finds after so many epochs."""
    return next(memories for _, memories in followed(lab, epochs, [epochs]))


def epochs_to_all(lab: Laboratory, at_most: int, every: int = 1) -> int | None:
    """The first followed epoch in which every cue has its own attractor."""
    at = range(every, at_most + 1, every)
    for epoch, memories in followed(lab, at_most, list(at)):
        if memories.attractors.n_attractors == lab.n_cues:
            return epoch
    return None
