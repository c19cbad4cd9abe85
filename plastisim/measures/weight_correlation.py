"""How alike the weights of any two recorded epochs are."""

from __future__ import annotations

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from plastisim.measures.finite import require_finite

Array = NDArray[np.floating]


def correlation_matrix(weights: Array) -> Array:
    r"""Pearson correlation of every two rows of `weights` (row, weight): (row, row).

    .. math:: \rho_{ij} = \frac{(w_i - \bar w_i) \cdot (w_j - \bar w_j)}
              {\|w_i - \bar w_i\|\, \|w_j - \bar w_j\|}

    Dimensionless. Weights that are all the same correlate with nothing: NaN.
    """
    w = weights.astype(np.float64)
    deviation = w - w.mean(axis=1, keepdims=True)
    norm = np.linalg.norm(deviation, axis=1, keepdims=True)
    # What rounding leaves of weights that are all the same is no direction.
    varies = norm > np.finfo(np.float64).eps * np.linalg.norm(w, axis=1, keepdims=True)
    unit = deviation / np.where(varies, norm, np.nan)
    return np.clip(unit @ unit.T, -1.0, 1.0)


def weight_correlation(
    weights: xr.DataArray, *, mask: NDArray[np.bool_] | None = None
) -> xr.DataArray:
    r"""Correlation of the flattened weights between any two recorded epochs, network by network.

    .. math:: \rho(t, t') = \mathrm{corr}\bigl(\mathrm{vec}\, W(t),\, \mathrm{vec}\, W(t')\bigr)

    Blocks along the diagonal are stretches in which the geometry of the weights holds; what
    separates them is a restructuring.

    Parameters
    ----------
    weights
        W (epoch, …, post, pre), or another parameter: what is neither `epoch` nor `network` is
        flattened.
    mask
        Which weights count, with the shape of what is flattened, such as ``~np.eye(n, dtype=bool)``
        where no unit is wired to itself; all, if not given.

    Returns
    -------
    xr.DataArray
        (…, epoch, other_epoch), dimensionless, float64.

    Raises
    ------
    ValueError
        Where a weight is not finite, with its place.

    Source: arXiv:2502.07256, Fig. 2F.
    """
    require_finite(weights, str(weights.name or "weights"))
    flat = [dim for dim in weights.dims if dim not in ("epoch", "network")]
    stacked = weights.transpose("network", "epoch", *flat, missing_dims="ignore")
    lead = [dim for dim in ("network", "epoch") if dim in weights.dims]
    shape = tuple(stacked.sizes[dim] for dim in lead)
    values = stacked.values.reshape(*shape, -1)
    if mask is not None:
        values = values[..., np.asarray(mask).ravel()]
    rows = values.reshape(-1, *values.shape[-2:])
    n = shape[-1]
    found = np.array([correlation_matrix(of) for of in rows]).reshape(*shape[:-1], n, n)
    coords = {
        name: c
        for name, c in weights.coords.items()
        if name == "epoch" or set(c.dims) == {"network"}
    }
    return xr.DataArray(
        found,
        {**coords, "other_epoch": ("other_epoch", weights["epoch"].values)},
        (*lead, "other_epoch"),
        "weight_correlation",
        {"units": "1", "long_name": "correlation of the weights of two epochs"},
    )
