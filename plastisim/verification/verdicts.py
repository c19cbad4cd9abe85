"""Every expectation of a protocol beside what its store shows."""

from __future__ import annotations

from dataclasses import dataclass

import xarray as xr

from plastisim.protocol import Protocol
from plastisim.protocol.expectations import Condition, Pick
from plastisim.protocol.selections import Selection
from plastisim.verification.numbers import NotThereError, picked, reduced, selected


@dataclass(frozen=True)
class Verdict:
    """One expectation beside what was measured."""

    variable: str
    pick: str
    expected: str
    measured: float | None  # None: the store has no such number
    holds: bool


def compare(protocol: Protocol, tree: xr.DataTree) -> list[Verdict]:
    """Hold a store against what a protocol expects, expectation by expectation."""
    verdicts = []
    for variable, picks in (protocol.expect or {}).items():
        for pick, wanted in picks.items():
            condition = Condition.parse(wanted)
            measured = _measured(tree, variable, Pick.parse(pick))
            holds = measured is not None and condition.holds(measured)
            verdicts.append(Verdict(variable, pick, condition.text, measured, holds))
    return verdicts


def _measured(tree: xr.DataTree, variable: str, pick: Pick) -> float | None:
    try:
        return reduced(picked(selected(tree, Selection.parse(variable)), pick), pick)
    except NotThereError:
        return None
