"""What is typical of a set of cues, and how far they spread."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.floating]


@dataclass(frozen=True)
class Spread:
    """One entry per row; NaN where no cue counts."""

    mean: Array
    median: Array
    low: Array  # 10th percentile
    high: Array  # 90th percentile


def spread_over_cues(values: Array, counts: NDArray[np.bool_] | None = None) -> Spread:
    """Mean, median, 10th and 90th percentile of each row of `values` (row, cue).

    Parameters
    ----------
    values
        One number a cue.
    counts
        Which values count (row, cue); all, if not given. Those that are not finite never do.
    """
    usable = np.isfinite(values) if counts is None else np.isfinite(values) & counts
    out = np.full((4, len(values)), np.nan)
    for row, (value, use) in enumerate(zip(values, usable, strict=True)):
        if use.any():
            kept = value[use]
            out[:, row] = kept.mean(), *np.percentile(kept, [50, 10, 90])
    return Spread(*out)
