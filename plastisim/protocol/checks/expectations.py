"""Whether what a protocol expects of its run can be held against one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from plastisim.protocol.expectations import Condition, Pick
from plastisim.protocol.findings import Finding


def they_can_be_read(p: Any) -> Iterator[Finding]:
    """Every expectation is a variable, a way to pick a number from it, and a condition."""
    for variable, picks in (p.expect or {}).items():
        path = ("expect", variable)
        group, dot, name = variable.partition(".")
        if not (group and dot and name):
            yield Finding(
                path,
                "write a group and its variable, such as attractors.n_attractors",
                at_key=True,
            )
        for pick, condition in picks.items():
            if why := _refusal(Pick.parse, pick):
                yield Finding((*path, pick), why, at_key=True)
            elif why := _refusal(Condition.parse, condition):
                yield Finding((*path, pick), why)


def _refusal(parse: Callable[[Any], object], found: object) -> str:
    try:
        parse(found)
    except ValueError as error:
        return str(error)
    return ""
