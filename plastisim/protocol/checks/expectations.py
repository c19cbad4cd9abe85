"""Whether what a protocol expects of its run can be held against one."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from typing import Any

from plastisim.protocol.checks.partial import Part, Unknown
from plastisim.protocol.expectations import ONSET, Beyond, Condition, Pick
from plastisim.protocol.findings import Finding
from plastisim.protocol.selections import Selection, Values, why_not
from plastisim.protocol.text import Path
from plastisim.protocol.words import shown


def they_can_be_read(p: Any) -> Iterator[Finding]:
    """Every expectation is of a variable, and of a number picked from it."""
    for variable in p.expect or {}:
        if why := _refusal(Selection.parse, variable):
            yield Finding(("expect", variable), why, at_key=True)
    for path, pick, _ in _expectations(p):
        if why := _refusal(Pick.parse, pick):
            yield Finding(path, why, at_key=True)


def they_say_what_is_expected(p: Any) -> Iterator[Finding]:
    """What is expected is a condition; of counts and onsets, also beyond which bound."""
    for path, name, wanted in _expectations(p):
        if _refusal(Pick.parse, name):
            continue
        pick, is_block = Pick.parse(name), isinstance(wanted, (Beyond, Part))
        if pick.needs_bound and not is_block:
            message = "write which numbers are meant, such as {above: 0.5, is: "
            yield Finding(path, f'got {shown(wanted)}; {message}">= 6"}}')
        elif is_block and not pick.needs_bound:
            message = 'write a number, "< 0.5", ">= 24" or "25 +- 1", or pick a count or an onset'
            yield Finding(path, f"got a block; {message}")
        elif is_block:
            with suppress(Unknown):
                yield from _of_bound(path, pick, wanted)
            with suppress(Unknown):
                if why := _refusal(Condition.parse, wanted.is_):
                    yield Finding((*path, "is"), why)
        elif why := _refusal(Condition.parse, wanted):
            yield Finding(path, why)


def _of_bound(path: Path, pick: Pick, block: Any) -> Iterator[Finding]:
    if block.above is None and block.below is None:
        yield Finding(path, "no number is meant; write above, below or both")
    elif None not in (block.above, block.below) and block.above >= block.below:
        between = f"above: {block.above:g} and below: {block.below:g}"
        yield Finding(path, f"got {between}, between which there is no number; write one of them")
    if block.tests_in_a_row > 1 and pick.when != ONSET:
        yield Finding(
            (*path, "tests_in_a_row"),
            f"got {block.tests_in_a_row}, which is for an onset; pick onset_count, or leave it out",
        )


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


def _expectations(p: Any) -> Iterator[tuple[Path, str, Any]]:
    """Every expectation: its place, its pick, and what is wanted."""
    for variable, picks in (p.expect or {}).items():
        with suppress(Unknown):
            for pick, wanted in picks.items():
                yield ("expect", variable, pick), pick, wanted


def _refusal(parse: Callable[[Any], object], found: object) -> str:
    try:
        parse(found)
    except ValueError as error:
        return str(error)
    return ""
