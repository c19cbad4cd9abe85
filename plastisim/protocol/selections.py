"""What an expectation is about: a variable of a store, and which part of it.

``test.correlation[strength_tcr=0.3, seed=0]`` is the variable `correlation` of the group `test`,
where the coordinates `strength_tcr` and `seed` have these values.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from plastisim.protocol.text import plain_scalar
from plastisim.protocol.words import did_you_mean, joined

_NAME, _VALUE = r"[A-Za-z]\w*", r"[^\[\],=\s](?:[^\[\],=]*[^\[\],=\s])?"
_PAIR = rf"\s*{_NAME}\s*=\s*{_VALUE}\s*"
_GROUP_AND_NAME = r"[^.\[\]]+(?:\.[^.\[\]]+)+"
PATTERN = rf"^{_GROUP_AND_NAME}(?:\[{_PAIR}(?:,{_PAIR})*\])?$"
SAME = 1e-6  # relative: 0.3 in float32 is 0.3

Values = Sequence[Any] | NDArray[Any]


@dataclass(frozen=True)
class Selection:
    """A variable, and where in it to look.

    Attributes
    ----------
    variable
        Groups and name, such as ``test.correlation``.
    where
        Coordinates and the values they shall have; all of a variable where there are none.
    """

    variable: str
    where: tuple[tuple[str, float | str], ...] = ()

    @classmethod
    def parse(cls, text: str) -> Selection:
        """Read ``test.correlation[strength_tcr=0.3, seed=0]``.

        Raises
        ------
        ValueError
            If it is no such thing.
        """
        variable, bracket, _ = text.partition("[")
        if not re.fullmatch(_GROUP_AND_NAME, variable):
            raise ValueError("write a group and its variable, such as attractors.n_attractors")
        if not re.fullmatch(PATTERN, text):
            raise ValueError(
                f'got "{text[len(variable) :]}"; write coordinates and their values, such as '
                "[seed=0] or [strength_tcr=0.3, seed=0]"
            )
        pairs = re.findall(rf"({_NAME})\s*=\s*({_VALUE})", text[len(variable) :]) if bracket else []
        names = [name for name, _ in pairs]
        if twice := [name for i, name in enumerate(names) if name in names[:i]]:
            raise ValueError(f"got {twice[0]} a second time; write every coordinate once")
        return cls(variable, tuple((name, _value(value)) for name, value in pairs))


def why_not(name: str, wanted: float | str, known: Mapping[str, Values | None], whose: str) -> str:
    """What is wrong with a coordinate and its value, in words; nothing if they are there.

    Parameters
    ----------
    known
        The coordinates that there are, with their values, None where these are not known.
    whose
        Whose coordinates they are.
    """
    if name == "epoch":
        return "an epoch is picked by first, last or epoch_N; write that below, in place of value"
    if name not in known:
        has = f"has the coordinates {joined(known, ' and ')}" if known else "has no coordinates"
        return f'got "{name}"; {whose} {has}{did_you_mean(name, known)}'
    values = known[name]
    if values is None or _is_among(wanted, values):
        return ""
    return f"got {_shown(wanted)}; {name} is {some_of(values)}"


def equal(values: NDArray[Any], wanted: float | str) -> NDArray[np.bool_]:
    """Where a coordinate has a value; floats to within rounding, whole numbers and text exactly."""
    if isinstance(wanted, str) or values.dtype.kind not in "biuf":
        return np.array([str(value) == str(wanted) for value in values.tolist()], bool)
    if values.dtype.kind == "f":
        return np.isclose(values, float(wanted), rtol=SAME, atol=0.0)
    return values == wanted


def some_of(values: Values) -> str:
    """``0, 0.1 or 0.3``; of many, the first and the last: ``0, 1, 2 … 31``."""
    if not isinstance(values, range):  # which may be endless
        values = list(dict.fromkeys(np.asarray(values).tolist()))
    first = [_shown(value) for value in values[:9]]
    if len(first) < 9:
        return joined(first)
    return f"{', '.join(first[:3])} … {_shown(values[-1])}"


def _is_among(wanted: float | str, values: Values) -> bool:
    if isinstance(values, range):
        return not isinstance(wanted, str) and float(wanted).is_integer() and int(wanted) in values
    return bool(equal(np.asarray(values), wanted).any())


def _value(text: str) -> float | str:
    value = plain_scalar(text)
    return value if isinstance(value, (int, float)) and not isinstance(value, bool) else text


def _shown(value: Any) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)
