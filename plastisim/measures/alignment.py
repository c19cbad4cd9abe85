"""Whether a change of the weights leads toward the weights at the end of training."""

from __future__ import annotations

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from plastisim.measures.finite import require_finite

Array = NDArray[np.floating]


def cosines(weights: Array, final: Array) -> Array:
    r"""Cosine of each step of `weights` (epoch, weight) with what is left to `final` (weight,).

    .. math:: a_t = \frac{(w_{t+1} - w_t) \cdot (w_f - w_t)}{\|w_{t+1} - w_t\|\, \|w_f - w_t\|}

    (epoch - 1,), dimensionless; NaN where one of the two is zero.
    """
    w = weights.astype(np.float64)
    change, left = _normalised(np.diff(w, axis=0)), _normalised(final.astype(np.float64) - w[:-1])
    return np.clip(np.einsum("tw,tw->t", change, left), -1.0, 1.0)


def alignment(weights: xr.DataArray, final: xr.DataArray | None = None) -> xr.DataArray:
    r"""Cosine of each change of the weights with the way that is left, network by network.

    .. math:: a(t) = \frac{\langle W(t') - W(t),\; W_f - W(t) \rangle}
              {\|W(t') - W(t)\|_F\; \|W_f - W(t)\|_F}

    where t' is the recorded epoch after t. In a space of D weights a random change has a mean of 0
    and a standard deviation of :math:`1/\sqrt D`. Where `final` is the last recorded epoch, the
    last change is all that is left, and its cosine is 1 by definition: leave it out of means.

    Parameters
    ----------
    weights
        W (epoch, …); what is neither `epoch` nor `network` is flattened.
    final
        :math:`W_f`, without `epoch`; the last recorded weights, if not given.

    Returns
    -------
    xr.DataArray
        a (epoch, …), dimensionless, float64, for all recorded epochs t but the last. NaN where the
        weights do not change, such as of a network that has stopped, or where they have arrived.

    Raises
    ------
    ValueError
        Where a weight is not finite, with its place.

    Source: arXiv:2502.07256, Fig. 4B.
    """
    require_finite(weights, str(weights.name or "weights"))
    if final is None:
        final = weights.isel(epoch=-1, drop=True)
    require_finite(final, "final weights")
    flat = [dim for dim in weights.dims if dim not in ("epoch", "network")]
    networks = [dim for dim in ("network",) if dim in weights.dims]
    weights, final = xr.align(weights, final, join="inner", exclude=["epoch"])
    w = weights.transpose("epoch", *networks, *flat)
    end = final.broadcast_like(w.isel(epoch=0, drop=True)).transpose(*networks, *flat)
    n_networks = w.sizes["network"] if networks else 1
    rows = w.values.reshape(w.sizes["epoch"], n_networks, -1)
    ends = end.values.reshape(n_networks, -1)
    found = np.array([cosines(rows[:, k], ends[k]) for k in range(n_networks)]).T
    lead = ["epoch", *networks]
    return xr.DataArray(
        found if networks else found[:, 0],
        {
            name: c.isel(epoch=slice(None, -1), missing_dims="ignore")
            for name, c in w.coords.items()
            if set(c.dims) <= set(lead)
        },
        lead,
        "alignment",
        {"units": "1", "long_name": "cosine of the change of the weights with what is left"},
    )


def _normalised(rows: Array) -> Array:
    # Of order one first, as the squares of a tiny or a huge change are no numbers.
    largest = np.abs(rows).max(axis=1, keepdims=True, initial=0.0)
    scaled = rows / np.where(largest > 0, largest, np.nan)
    return scaled / np.linalg.norm(scaled, axis=1, keepdims=True)
