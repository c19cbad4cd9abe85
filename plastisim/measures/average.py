"""The mean over networks, and how far chance may have moved it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.floating]


@dataclass(frozen=True)
class Average:
    """One entry per row."""

    mean: Array  # NaN where no network counts
    sem: Array  # standard error of the mean; NaN where fewer than two count
    n: NDArray[np.int64]  # networks that count


def average_over_networks(values: Array) -> Average:
    r"""Mean and standard error of each row of `values` (row, network).

    .. math:: \bar v = \frac{1}{n} \sum_k v_k, \qquad
              \mathrm{s.e.m.} = \sqrt{\frac{\sum_k (v_k - \bar v)^2}{n (n - 1)}}

    Values that are not finite, of networks that diverged or rest, do not count. Both results have
    the unit of the values.
    """
    counts = np.isfinite(values)
    kept = np.where(counts, values, 0.0).astype(np.float64)
    n = counts.sum(axis=1)
    mean = kept.sum(axis=1) / np.where(n, n, np.nan)
    deviation = np.where(counts, kept - mean[:, None], 0.0)
    sem = np.sqrt((deviation**2).sum(axis=1) / np.where(n > 1, n * (n - 1), np.nan))
    return Average(mean, sem, n)
