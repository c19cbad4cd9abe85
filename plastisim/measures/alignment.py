"""Whether a change of the weights leads toward the weights at the end of training."""

from __future__ import annotations

import numpy as np
import xarray as xr

from plastisim.measures.finite import require_finite


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
    w = weights.astype(np.float64)
    now = w.isel(epoch=slice(None, -1))
    change = w.isel(epoch=slice(1, None)).assign_coords(epoch=now["epoch"]) - now
    left = final.astype(np.float64) - now
    # Of order one first, as the squares of a tiny or a huge change are no numbers.
    change, left = _scaled(change, flat), _scaled(left, flat)
    size = ((change**2).sum(flat) * (left**2).sum(flat)) ** 0.5
    cosine = ((change * left).sum(flat) / size.where(size > 0)).clip(-1.0, 1.0)
    lead = [dim for dim in ("epoch", "network") if dim in weights.dims]
    return (
        cosine.transpose(*lead)
        .assign_attrs(units="1", long_name="cosine of the change of the weights with what is left")
        .rename("alignment")
    )


def _scaled(values: xr.DataArray, flat: list) -> xr.DataArray:
    largest = abs(values).max(flat)
    return values / largest.where(largest > 0, 1.0)
