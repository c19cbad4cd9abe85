"""Whether one number rises with another: Spearman's rank correlation along a dimension."""

from __future__ import annotations

import numpy as np
import xarray as xr
from numpy.typing import NDArray

Array = NDArray[np.floating]


def rank_correlation(x: xr.DataArray, y: xr.DataArray, dim: str) -> xr.Dataset:
    r"""Spearman correlation of x with y along one dimension.

    .. math:: \rho = \mathrm{corr}\bigl(R(x),\, R(y)\bigr)

    where R ranks the values of the pairs that count, ties sharing their mean rank. The two meet by
    label along all dimensions that they share. A pair of which one is not finite, of a network
    that has diverged or of an epoch beyond the record, does not count.

    Returns
    -------
    xr.Dataset
        Without `dim`: `rho`, NaN where one of the two does not vary or fewer than two pairs count,
        and `n`, the pairs that count. No p-value: neighbouring epochs of one network are not
        independent.

    Source: the associations of arXiv:2502.07256, Fig. 3D.
    """
    x, y = xr.align(x, y, join="inner")
    x, y = xr.broadcast(x, y)
    counts = xr.apply_ufunc(lambda a, b: np.isfinite(a) & np.isfinite(b), x, y)
    rho = xr.apply_ufunc(_spearman, x, y, input_core_dims=[[dim], [dim]], vectorize=True)
    return xr.Dataset(
        {
            "rho": rho.assign_attrs(units="1", long_name=f"rank correlation along {dim}"),
            "n": counts.sum(dim).assign_attrs(units="1", long_name="pairs that count"),
        }
    )


def _spearman(x: Array, y: Array) -> float:
    from scipy.stats import rankdata  # half a second that only this needs

    counts = np.isfinite(x) & np.isfinite(y)
    a, b = (rankdata(v[counts]) - (counts.sum() + 1) / 2 for v in (x, y))
    size = np.sqrt((a @ a) * (b @ b))
    return float(a @ b / size) if size > 0 else float("nan")
