"""Whether keys of a cell that are right by themselves are right together.

A finding is (path within the cell, what was found and what would be right).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from plastisim.cells.initial import Initial, Parameter
from plastisim.quantities import Time

Places = tuple[str | int, ...]
Findings = Iterator[tuple[Places, str]]


def trained_ones_exist(kind: str, trained: Sequence[str], known: Iterable[str]) -> Findings:
    """What is trained is a parameter of the cell, named once."""
    known = list(known)
    for i, name in enumerate(trained):
        if name not in known:
            yield ("trained", i), f'got "{name}"; {kind} has {", ".join(known)}'
        elif name in trained[:i]:
            yield ("trained", i), f'got "{name}" a second time; write every parameter once'


def every_one_is_drawn(
    kind: str, initial: Mapping[str, Initial], known: Mapping[str, Parameter]
) -> Findings:
    """Every parameter, and nothing else, has a distribution that fits it."""
    if missing := [name for name in known if name not in initial]:
        given = ", ".join(initial) or "nothing"
        yield (
            ("initial",),
            f"got {given}; write also how {_joined(missing)} {_is(missing)} drawn, such as "
            f"{missing[0]}: {{kind: constant, value: 0.0}}",
        )
    for name, one in initial.items():
        if name not in known:
            yield ("initial", name), f'got "{name}"; {kind} has {", ".join(known)}'
        else:
            for places, message in one.problems(name, known[name]):
                yield ("initial", name, *places), message


def times_fit(tau: Time, dt: Time) -> Findings:
    """The share alpha = dt / tau is in (0, 1]."""
    for name, time in (("tau", tau), ("dt", dt)):
        if time.value == 0:
            yield (name,), f'got "{time}"; write a time longer than 0, such as "1 ms"'
    if dt.value > tau.value > 0:
        yield (
            ("dt",),
            f'got "{dt}", which is longer than tau = {tau}; write at most "{tau}", '
            "as alpha = dt / tau may not exceed 1",
        )


def _joined(names: Sequence[str]) -> str:
    *front, last = names
    return f"{', '.join(front)} and {last}" if front else last


def _is(names: Sequence[str]) -> str:
    return "is" if len(names) == 1 else "are"
