"""How far a run is, and that somebody asked it to stop."""

from __future__ import annotations

from dataclasses import dataclass


class Interrupted(KeyboardInterrupt):
    """Somebody asked the run to stop; everything up to the last whole epoch is kept."""


@dataclass(frozen=True)
class Progress:
    """What a watcher is told after every epoch or so, and before each of the last measurements."""

    epoch: int
    epochs: int
    found: str  # what there is so far, in words; "" before anything is known
    doing: str = "learning"
