"""What a protocol may say that it shows: a number picked from a store, and a condition on it.

``attractors.n_attractors: {epoch_17: 25, last: ">= 24"}`` picks a variable, then an epoch, then,
where dimensions are left, reduces them: ``last_max``, ``epoch_8_mean``, ``value``, ``mean`` ….
Part of a variable is selected by its coordinates; see `plastisim.protocol.selections`.

An onset, and a count, are of numbers beyond a bound, so they take a block:
``onset_median: {above: 0.5, tests_in_a_row: 3, is: "< 1000"}``, ``last_count: {below: 1, is: 8}``.
"""

from __future__ import annotations

import math
import operator
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import Discriminator, Field, Tag, WithJsonSchema

from plastisim.frozen import Count, Finite, Frozen
from plastisim.protocol import selections
from plastisim.protocol.words import shown

ONSET, COUNT = "onset", "count"  # what takes a block
REDUCERS = ("min", "max", "mean", "median", "sum", COUNT)
_REDUCERS = "|".join(REDUCERS)
_PICK = re.compile(rf"(?:(first|last|{ONSET}|epoch_(\d+))(?:_({_REDUCERS}))?)|({_REDUCERS}|value)")
_NUMBER = r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?"
_COMPARE = re.compile(rf"\s*(<=|>=|==|<|>)\s*({_NUMBER})\s*")
_ABOUT = re.compile(rf"\s*({_NUMBER})\s*(?:\+-|±)\s*({_NUMBER})\s*")
_OPERATORS: dict[str, Callable[[float, float], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "==": operator.eq,
}


@dataclass(frozen=True)
class Pick:
    """How one number is taken from a variable of a store.

    Attributes
    ----------
    when
        "first", "last" or a number: the values in that epoch; "onset": the epochs from which on
        they are beyond a bound; None where all epochs are meant or there are none.
    reduce
        One of `REDUCERS`, or None where one number is left anyhow.
    """

    when: str | int | None
    reduce: str | None

    @property
    def needs_bound(self) -> bool:
        """Whether it takes a block that says what numbers are meant."""
        return self.when == ONSET or self.reduce == COUNT

    @classmethod
    def parse(cls, name: str) -> Pick:
        """Read ``last``, ``epoch_17_max``, ``onset_median``, ``mean``, ``value`` ….

        Raises
        ------
        ValueError
            If it is none of them.
        """
        match = _PICK.fullmatch(name)
        if match is None:
            raise ValueError(
                f'got "{name}"; write first, last, epoch_N or onset, then _min, _max, _mean, '
                "_median, _sum or _count where more than one number is left; or value, min, max … "
                "without an epoch"
            )
        when, number, reduce, alone = match.groups()
        if alone:
            return cls(None, None if alone == "value" else alone)
        return cls(int(number) if number else when, reduce)


@dataclass(frozen=True)
class Condition:
    """What a number should be: ``25``, ``"< -0.3"``, ``"25 +- 1"``."""

    text: str
    holds: Callable[[float], bool]

    @classmethod
    def parse(cls, found: object) -> Condition:
        """Read a condition.

        Raises
        ------
        ValueError
            If it is none.
        """
        if isinstance(found, (int, float)) and not isinstance(found, bool) and math.isfinite(found):
            number = float(found)
            return cls(f"{found}", lambda x: x == number)
        if isinstance(found, str) and (match := _COMPARE.fullmatch(found)):
            compare, bound = _OPERATORS[match[1]], float(match[2])
            return cls(found.strip(), lambda x: compare(x, bound))
        if isinstance(found, str) and (match := _ABOUT.fullmatch(found)):
            middle, tolerance = float(match[1]), float(match[2])
            return cls(found.strip(), lambda x: abs(x - middle) <= tolerance)
        raise ValueError(f'got {shown(found)}; write a number, "< 0.5", ">= 24" or "25 +- 1"')


# ---------------------------------------------------------------------------------- the models


def _keys(pattern: str) -> Any:
    """For editors: what a key looks like."""
    return Field(json_schema_extra={"propertyNames": {"pattern": pattern}})


AnyCondition = Annotated[
    Any,  # read by `Condition`
    WithJsonSchema({
        "anyOf": [
            {"type": "number"},
            {
                "type": "string", "pattern": f"^(?:{_COMPARE.pattern}|{_ABOUT.pattern})$",
                "description": "a condition", "examples": ["< 0.5"],
            },
        ]
    }),
]  # fmt: skip


class Beyond(Frozen):
    """Which numbers are counted, or waited for, and what is expected of their count or onset."""

    above: Finite | None = None  # numbers above this ...
    below: Finite | None = None  # ... and below this
    tests_in_a_row: Count = 1  # for an onset: in so many, it being the first of them
    is_: Annotated[AnyCondition, Field(alias="is", description="the count, or the epoch")]

    def words(self) -> str:
        """``above 0.5 in 3 tests in a row``."""
        bounds = {"above": self.above, "below": self.below}
        said = " and ".join(f"{k} {bound:g}" for k, bound in bounds.items() if bound is not None)
        n = self.tests_in_a_row
        return f"{said} in {n} tests in a row" if n > 1 else said


def _how_it_is_given(wanted: object) -> str:
    return "block" if isinstance(wanted, (Mapping, Beyond)) else "condition"


Expectations = Annotated[  # variable, pick, what is expected
    dict[
        str,
        Annotated[
            dict[
                str,
                Annotated[
                    Annotated[AnyCondition, Tag("condition")] | Annotated[Beyond, Tag("block")],
                    Discriminator(_how_it_is_given),
                ],
            ],
            _keys(f"^(?:{_PICK.pattern})$"),
        ],
    ],
    _keys(selections.PATTERN),
]
