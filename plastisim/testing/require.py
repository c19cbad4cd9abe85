"""Assertions with a sentence that also hold under ``python -O``."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray


def require(holds: object, sentence: str) -> None:
    """Raise AssertionError with `sentence` unless `holds`."""
    if not holds:
        raise AssertionError(sentence)


def require_close(
    found: NDArray[Any], expected: NDArray[Any], tolerance: float, sentence: str
) -> None:
    """Require equality within `tolerance` of the largest expected number; NaN is never equal."""
    scale = np.abs(expected).max(initial=1e-300)
    with np.errstate(all="ignore"):
        off = np.where(found == expected, 0.0, np.abs(found - expected)).max(initial=0.0)
    require(off <= tolerance * scale, f"{sentence}: off by {off:.3g}, where {scale:.3g} is found")
