"""Whether what a protocol expects of its run can be held against one."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from typing import Any

from plastisim.protocol.checks.partial import Unknown
from plastisim.protocol.expectations import Condition, Pick
from plastisim.protocol.findings import Finding
from plastisim.protocol.selections import Selection, Values, why_not


def they_can_be_read(p: Any) -> Iterator[Finding]:
    """Every expectation is a variable, a way to pick a number from it, and a condition."""
    for variable, picks in (p.expect or {}).items():
        path = ("expect", variable)
        if why := _refusal(Selection.parse, variable):
            yield Finding(path, why, at_key=True)
        with suppress(Unknown):
            for pick, condition in picks.items():
                if why := _refusal(Pick.parse, pick):
                    yield Finding((*path, pick), why, at_key=True)
                elif why := _refusal(Condition.parse, condition):
                    yield Finding((*path, pick), why)


def selected_ones_exist(
    p: Any, coordinates: Callable[[Any], Mapping[str, Values | None]]
) -> Iterator[Finding]:
    """What is selected by is a coordinate of the engine's stores, and has the value.

    Parameters
    ----------
    coordinates
        Those that some variable of the protocol's store will have, with their values, None where
        they are not known before the run.
    """
    asked: list[tuple[str, str, float | str]] = []
    for variable in p.expect or {}:
        with suppress(ValueError):
            asked += [(variable, *pair) for pair in Selection.parse(variable).where]
    known = coordinates(p) if asked else {}
    for variable, name, value in asked:
        if why := why_not(name, value, known, "this protocol"):
            yield Finding(("expect", variable), why, at_key=True)


def _refusal(parse: Callable[[Any], object], found: object) -> str:
    try:
        parse(found)
    except ValueError as error:
        return str(error)
    return ""
