"""Among how many directions something is spread: participation ratios."""

from __future__ import annotations

from typing import Any

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from plastisim.measures.finite import require_finite

Array = NDArray[np.floating]


def participation_ratio(weights: Any, dim: str = "") -> Any:
    r"""Effective number of weights that are not negative, along the last axis or `dim`.

    .. math:: \mathrm{PR} = \frac{(\sum_k w_k)^2}{\sum_k w_k^2}

    n if n of them are equal and the others 0. Of the squares of singular values it is the
    `dimension` of `plastisim.measures.change_of`; of variances, the dimension of a set of states.

    Parameters
    ----------
    weights
        (…, k), an array; or a DataArray, together with the name of its dimension.

    Returns
    -------
    Array or xr.DataArray
        PR, dimensionless, from 1 to the number of weights; NaN where all are 0.

    Raises
    ------
    ValueError
        Where a weight is negative or not finite, with the place of the latter.

    Source: Gao et al. (2017) bioRxiv 214262.
    """
    if isinstance(weights, xr.DataArray):
        require_finite(weights, str(weights.name or "weights"))
        found = xr.apply_ufunc(participation_ratio, weights, input_core_dims=[[dim]])
        return found.assign_attrs(units="1", long_name="participation ratio").rename(None)
    w = np.asarray(weights, np.float64)
    require_finite(w, "weights")
    if (w < 0).any():
        raise ValueError(f"weights: got {w.min()}; a participation ratio is of numbers from 0 on")
    largest = w.max(axis=-1, keepdims=True)
    w = w / np.where(largest > 0, largest, np.nan)  # so that no square is out of range
    return w.sum(axis=-1) ** 2 / (w**2).sum(axis=-1)


def state_dimension(states: xr.DataArray) -> xr.DataArray:
    r"""Among how many directions the states of a network are spread.

    .. math:: D = \frac{(\mathrm{tr}\, S)^2}{\mathrm{tr}\, S^2}, \qquad
              S_{ij} = \langle (x_i - \bar x_i)\, (x_j - \bar x_j) \rangle

    over trials and times.

    Parameters
    ----------
    states
        x (…, trial, time, unit); of `trial` and `time`, one may be lacking.

    Returns
    -------
    xr.DataArray
        D (…), dimensionless, from 1 to the number of units; NaN where nothing varies.

    Raises
    ------
    ValueError
        Where a state is not finite, with its place.

    Source: Gao et al. (2017) bioRxiv 214262; the trace form is exact, and needs no eigenvalues.
    """
    require_finite(states, str(states.name or "states"))
    over = [dim for dim in ("trial", "time") if dim in states.dims]
    lead = [dim for dim in states.dims if dim not in (*over, "unit")]
    x = states.transpose(*lead, *over, "unit")
    flat = x.values.reshape(*x.shape[: len(lead)], -1, x.sizes["unit"]).astype(np.float64)
    largest = np.abs(flat).max(axis=(-2, -1), keepdims=True)
    away = flat - flat.mean(axis=-2, keepdims=True)
    # What rounding leaves of states that hold still is no direction.
    away = np.where(np.abs(away) > 8 * np.finfo(np.float64).eps * largest, away, 0.0)
    scale = np.abs(away).max(axis=(-2, -1), keepdims=True)
    away = away / np.where(scale > 0, scale, np.nan)
    s = np.swapaxes(away, -2, -1) @ away
    dimension = np.trace(s, axis1=-2, axis2=-1) ** 2 / (s**2).sum(axis=(-2, -1))
    coords = {name: c for name, c in x.coords.items() if set(c.dims) <= set(lead)}
    attrs = {"units": "1", "long_name": "participation ratio of the variance of states"}
    return xr.DataArray(dimension, coords, lead, "state_dimension", attrs)
