"""Frozen data in which an unknown key is an error: what protocols are made of."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field


class Frozen(BaseModel):
    """Base of everything that can be written in a protocol; no number in it may be NaN."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        arbitrary_types_allowed=True,
        strict=True,
        allow_inf_nan=False,
    )


Finite = Annotated[float, Field(allow_inf_nan=False)]
Positive = Annotated[float, Field(allow_inf_nan=False, gt=0)]
NonNegative = Annotated[float, Field(allow_inf_nan=False, ge=0)]
Fraction = Annotated[float, Field(allow_inf_nan=False, gt=0, le=1)]
Count = Annotated[int, Field(ge=1)]
