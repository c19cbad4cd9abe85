"""Every expectation of a protocol beside what its store shows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import xarray as xr

from plastisim.protocol import Protocol
from plastisim.protocol.expectations import Beyond, Condition, Pick
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
    return [
        _verdict(tree, variable, pick, wanted)
        for variable, picks in (protocol.expect or {}).items()
        for pick, wanted in picks.items()
    ]


def _verdict(tree: xr.DataTree, variable: str, name: str, wanted: Any) -> Verdict:
    beyond = wanted if isinstance(wanted, Beyond) else None
    condition, pick = Condition.parse(beyond.is_ if beyond else wanted), Pick.parse(name)
    expected = f"{condition.text} ({beyond.words()})" if beyond else condition.text
    try:
        array = picked(selected(tree, Selection.parse(variable)), pick)
    except NotThereError:
        return Verdict(variable, name, expected, None, False)
    measured = reduced(array, pick, beyond)
    missed = [number for number in measured if not condition.holds(number)]
    return Verdict(variable, name, expected, (missed or measured)[0], not missed)
