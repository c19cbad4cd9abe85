"""What a protocol may say that it shows: a number picked from a store, and a condition on it.

``attractors.n_attractors: {epoch_17: 25, last: ">= 24"}`` picks a variable, then an epoch, then,
where dimensions are left, reduces them: ``last_max``, ``epoch_8_mean``, ``value``, ``mean`` ….
Part of a variable is selected by its coordinates; see `plastisim.protocol.selections`.
"""

from __future__ import annotations

import math
import operator
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import Field

from plastisim.protocol import selections
from plastisim.protocol.words import shown

REDUCERS = ("min", "max", "mean", "median", "sum")
_PICK = re.compile(
    rf"(?:(first|last|epoch_(\d+))(?:_({'|'.join(REDUCERS)}))?)|({'|'.join(REDUCERS)}|value)"
)


def _keys(pattern: str) -> Any:
    """For editors: what a key looks like."""
    return Field(json_schema_extra={"propertyNames": {"pattern": pattern}})


Expectations = Annotated[  # variable, pick, condition
    dict[str, Annotated[dict[str, Any], _keys(f"^(?:{_PICK.pattern})$")]],
    _keys(selections.PATTERN),
]
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
    epoch
        "first", "last", a number, or None where all are meant or there are none.
    reduce
        One of `REDUCERS`, or None where one number is left anyhow.
    """

    epoch: str | int | None
    reduce: str | None

    @classmethod
    def parse(cls, name: str) -> Pick:
        """Read ``last``, ``epoch_17_max``, ``mean``, ``value`` ….

        Raises
        ------
        ValueError
            If it is none of them.
        """
        match = _PICK.fullmatch(name)
        if match is None:
            raise ValueError(
                f'got "{name}"; write first, last or epoch_N, then _min, _max, _mean, _median or '
                "_sum where more than one number is left; or value, min, max … without an epoch"
            )
        epoch, number, reduce, alone = match.groups()
        if alone:
            return cls(None, None if alone == "value" else alone)
        return cls(int(number) if number else epoch, reduce)


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
