"""A strength, constant or changing over epochs: a rule's, a regularizer's, a learning rate."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

import numpy as np
from pydantic import Discriminator, Field, Tag, model_validator
from pydantic_core import PydanticCustomError

from plastisim.frozen import Finite, Frozen, NonNegative


class Ramp(Frozen):
    """A strength that goes from one value to another over the first epochs, then stays."""

    schedule: Literal["linear", "exponential", "cosine"]
    start: Finite
    end: Finite
    epochs: Annotated[int, Field(ge=1)]

    @model_validator(mode="after")
    def _an_exponential_keeps_its_sign(self) -> Ramp:
        if self.schedule == "exponential" and not self.start * self.end > 0.0:
            raise PydanticCustomError(
                "ramp",
                "{why}",
                {
                    "why": f"got an exponential from {self.start:g} to {self.end:g}, which would "
                    "touch or cross 0; write two values of one sign, or schedule: linear"
                },
            )
        return self

    def at(self, epoch: int) -> float:
        """The strength in an epoch, which counts from 1."""
        done = min((epoch - 1) / max(self.epochs - 1, 1), 1.0)
        if self.schedule == "linear":
            return self.start + (self.end - self.start) * done
        if self.schedule == "cosine":
            return self.end + (self.start - self.end) * 0.5 * (1.0 + float(np.cos(np.pi * done)))
        return self.start * (self.end / self.start) ** done


class Listed(Frozen):
    """A strength given epoch by epoch; the last value stays."""

    schedule: Literal["list"]
    values: Annotated[list[Finite], Field(min_length=1)]

    def at(self, epoch: int) -> float:
        """The strength in an epoch, which counts from 1."""
        return self.values[min(epoch, len(self.values)) - 1]


def _how_it_is_given(strength: Any) -> str:
    """Which form of a strength is meant, so that one mistake is one message."""
    if not isinstance(strength, (Mapping, Ramp, Listed)):
        return "constant"
    if isinstance(strength, Listed):
        return "list"
    if isinstance(strength, Ramp):
        return "ramp"
    given = strength.get("schedule")
    if given in ("linear", "exponential", "cosine"):
        return "ramp"
    return "list" if given == "list" or "values" in strength else "ramp"


Strength = Annotated[
    Annotated[Finite, Tag("constant")]
    | Annotated[Ramp, Tag("ramp")]
    | Annotated[Listed, Tag("list")],
    Discriminator(_how_it_is_given),
]


def _how_a_grid_is_given(strength: Any) -> str:
    return "grid" if isinstance(strength, list) else _how_it_is_given(strength)


StrengthOrGrid = Annotated[
    Annotated[NonNegative, Tag("constant")]
    | Annotated[Ramp, Tag("ramp")]
    | Annotated[Listed, Tag("list")]
    | Annotated[list[NonNegative], Field(min_length=1), Tag("grid")],
    Discriminator(_how_a_grid_is_given),
]


def strength_at(strength: float | Ramp | Listed, epoch: int) -> float:
    """The strength in an epoch, which counts from 1."""
    return float(strength) if isinstance(strength, (int, float)) else strength.at(epoch)
