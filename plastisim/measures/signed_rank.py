"""Whether one of two measurements of the same networks is larger: Wilcoxon's signed ranks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import xarray as xr
from numpy.typing import ArrayLike


@dataclass(frozen=True)
class SignedRank:
    """What the test found."""

    statistic: float  # the smaller sum of ranks, of the positive or of the negative differences
    p: float  # two-sided, uncorrected
    n_pairs: int  # pairs that count: both finite
    n_larger: int  # of these, pairs of which the second is larger
    median_difference: float  # second minus first


def signed_rank(first: ArrayLike, second: ArrayLike) -> SignedRank:
    r"""Two-sided Wilcoxon signed-rank test of pairs (network,).

    .. math:: T = \min\Bigl(\sum_{d_i > 0} R_i,\; \sum_{d_i < 0} R_i\Bigr), \qquad
              d_i = b_i - a_i

    with :math:`R_i` the rank of :math:`|d_i|`; exact for few pairs without ties. Pairs that do not
    differ have no rank, but count as pairs. Pairs of which one is not finite, such as of networks
    without an event, are left out; p and statistic are NaN where no pair differs.

    Two arrays with a labelled `network` are paired by its labels.

    Raises
    ------
    ValueError
        Where the two are not of the same length, or not of one dimension.
    """
    if isinstance(first, xr.DataArray) and isinstance(second, xr.DataArray):
        first, second = xr.align(first, second, join="inner")
    a, b = np.asarray(first, np.float64), np.asarray(second, np.float64)
    if a.ndim != 1 or a.shape != b.shape:
        raise ValueError(f"pairs: got shapes {a.shape} and {b.shape}; both are (network,)")
    both = np.isfinite(a) & np.isfinite(b)
    difference = b[both] - a[both]
    n, n_larger = int(both.sum()), int((difference > 0).sum())
    if not difference.any():
        nothing = 0.0 if n else float("nan")
        return SignedRank(float("nan"), float("nan"), n, n_larger, nothing)
    from scipy.stats import wilcoxon  # half a second that only this needs

    found: Any = wilcoxon(difference)
    median = float(np.median(difference))
    return SignedRank(float(found.statistic), float(found.pvalue), n, n_larger, median)
