"""A time with its unit, kept exactly as it was written."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

UNITS = {"s": Fraction(1), "ms": Fraction(1, 1000), "us": Fraction(1, 1_000_000)}
_NUMBER = r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,3})?"
_TIME = re.compile(rf"\s*({_NUMBER})\s*([^\W\d_]*)\s*")
_LONGEST_TEXT = 40
_SHORTEST, _LONGEST = Fraction(1, 10**15), Fraction(10**9)  # a fs; thirty years


@dataclass(frozen=True)
class Time:
    """A duration, exact: ``Time.parse("50 ms").steps(Time.parse("1 ms")) == 50``."""

    value: Fraction  # in seconds
    text: str = field(compare=False)  # as written

    @classmethod
    def parse(cls, found: object) -> Time:
        """Read ``"10 ms"``, ``"2 s"`` or ``"500 us"``.

        Raises
        ------
        ValueError
            Says what was found and what would be right.
        """
        if isinstance(found, Time):
            return found
        if isinstance(found, bool) or not isinstance(found, (int, float, str)):
            raise ValueError(f'got {_named(found)}; write a time with its unit, such as "10 ms"')
        if not isinstance(found, str):
            raise ValueError(f'got {found}; a time needs its unit: write "{found} ms"')
        match = _TIME.fullmatch(found)
        if match is None or len(found) > _LONGEST_TEXT:
            shown = found if len(found) <= _LONGEST_TEXT else found[: _LONGEST_TEXT - 3] + "..."
            raise ValueError(f'got "{shown}"; write a time with its unit, such as "10 ms"')
        number, unit = match.groups()
        if not unit:
            raise ValueError(f'got "{found}"; a time needs its unit: write "{number} ms"')
        if unit not in UNITS:
            raise ValueError(
                f'got "{found}"; unit "{unit}" is not a time: write s, ms or us, '
                f'such as "{number} ms"'
            )
        value = Fraction(number) * UNITS[unit]
        if value != 0 and not _SHORTEST <= abs(value) <= _LONGEST:
            raise ValueError(f'got "{found}"; write a time between 1e-9 us and 1e9 s')
        return cls(value, f"{number} {unit}")

    @property
    def seconds(self) -> float:
        """The duration in seconds, rounded to the nearest float."""
        return float(self.value)

    @property
    def milliseconds(self) -> float:
        """The duration in milliseconds, rounded to the nearest float."""
        return float(self.value * 1000)

    def steps(self, dt: Time) -> int:
        """How many steps of `dt` fill this time.

        Raises
        ------
        ValueError
            If it is not a whole number of steps.
        """
        n = self.value / dt.value
        if n.denominator != 1:
            raise ValueError(
                f'got "{self.text}", which is {float(n):g} steps of dt = {dt.text}; '
                "write a whole multiple of dt"
            )
        return int(n)

    def __truediv__(self, other: Time) -> float:
        """Ratio of two times, as a float."""
        return float(self.value / other.value)

    def __str__(self) -> str:
        return self.text

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        def validate(found: object) -> Time:
            try:
                time = cls.parse(found)
            except ValueError as error:
                raise PydanticCustomError("time", "{why}", {"why": str(error)}) from None
            if time.value < 0:
                raise PydanticCustomError(
                    "time", "{why}", {"why": f'got "{time.text}"; a time cannot be negative'}
                )
            return time

        return core_schema.no_info_plain_validator_function(
            validate, serialization=core_schema.plain_serializer_function_ser_schema(str)
        )

    @classmethod
    def __get_pydantic_json_schema__(
        cls, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        return {
            "type": "string",
            "pattern": rf"^\s*{_NUMBER}\s*(s|ms|us)\s*$",
            "examples": ["10 ms", "2 s"],
            "description": "a time with its unit: s, ms or us",
        }


def _named(found: object) -> str:
    """A value that is no time, as YAML calls it."""
    if isinstance(found, bool):
        return "true" if found else "false"
    return {type(None): "nothing", dict: "a block", list: "a list"}.get(type(found), repr(found))
