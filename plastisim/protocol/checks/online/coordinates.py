"""Whether the cues, or the conditions of a test, that an expectation is about are there."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from typing import Any

from plastisim.cues import pattern_shape
from plastisim.protocol.checks.expectations import selected_ones_exist
from plastisim.protocol.checks.partial import Unknown, as_model
from plastisim.protocol.findings import Finding
from plastisim.protocol.selections import Values


def selected_cues_exist(p: Any) -> Iterator[Finding]:
    """What an expectation selects is among the cues, the perturbations …."""
    yield from selected_ones_exist(p, coordinates)


def coordinates(p: Any) -> dict[str, Values | None]:
    """The coordinates of a store, but for the epoch; see `plastisim.runs.online.layout`."""
    cues: Values | None = None
    with suppress(Unknown, AttributeError, ValueError, MemoryError):  # a key is wrong, or the file
        cues = range(pattern_shape(as_model(p.cues))[0])
    found: dict[str, Values | None] = dict.fromkeys(("cue", "attractor", "presentation"), cues)
    found["stage"] = None
    kinds = p.test.perturbations or []
    for kind in kinds if isinstance(kinds, list) else [kinds]:
        if kind.kind == "sign_flip":
            found["flip_fraction"] = kind.fractions
        else:
            found["kick_std"] = kind.stds
    if p.test.weak_cues is not None:
        found["cue_strength"] = p.test.weak_cues.fractions
    if p.test.retain is not None:
        found["retention_time"] = None  # about ten a decade, up to the end
    if p.record.rate is not None:
        found["time"] = None
    return found
