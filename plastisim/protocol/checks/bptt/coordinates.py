"""Whether the networks that an expectation is about are trained."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from typing import Any

from plastisim.protocol.checks.bptt.parts import known_of_task
from plastisim.protocol.checks.expectations import selected_ones_exist
from plastisim.protocol.checks.partial import Unknown
from plastisim.protocol.findings import Finding
from plastisim.protocol.selections import Values


def selected_networks_exist(p: Any) -> Iterator[Finding]:
    """What an expectation selects is among the networks, the strengths of a grid …."""
    yield from selected_ones_exist(p, coordinates)


def coordinates(p: Any) -> dict[str, Values | None]:
    """The coordinates of a store, but for the epoch; see `plastisim.runs.bptt.layout`."""
    found: dict[str, Values | None] = {"network": None, "seed": None}
    with suppress(Unknown):
        found["seed"] = range(p.seed, p.seed + p.training.networks)
    kinds, n_arms = [], 1
    for regularizer in p.loss.regularizers:
        kinds.append(regularizer.kind)
        if isinstance(strengths := regularizer.strength, list):
            found[f"strength_{kinds[-1]}"] = strengths
            n_arms *= len(strengths)
    with suppress(Unknown):
        found["network"] = range(n_arms * p.training.networks)
    if kinds:
        found["regularizer"] = kinds
    if p.record.trials is not None:
        found["time"] = None
        with suppress(Unknown):
            found["time"] = range(known_of_task(p, "n_steps"))
    return found
