"""The principal axes of each network's states at one epoch, and where other states lie on them."""

from __future__ import annotations

import numpy as np
import xarray as xr

from plastisim.measures.finite import require_finite
from plastisim.measures.projection import principal_axes


def trained_axes(states: xr.DataArray, n_components: int) -> xr.Dataset:
    r"""Principal axes of the states of each network, such as of the trained one.

    See `plastisim.measures.projection.principal_axes` for the equation and the signs.

    Parameters
    ----------
    states
        x (…, unit), such as ``trajectories.state.sel(epoch=last)``: all states of a network, that
        is, along all dimensions but `network`, are taken together. The paper takes 100 trials.
    n_components
        How many axes, the widest first.

    Returns
    -------
    xr.Dataset
        `centre` (…, unit), `axes` (…, unit, component), orthonormal, and `explained`
        (…, component), shares of the variance; with `network` if the states have it.

    Raises
    ------
    ValueError
        Where a state is not finite, with its place.

    Source: arXiv:2502.07256, methods of Figs 1 and 2.
    """
    require_finite(states, str(states.name or "states"))
    lead = [dim for dim in ("network",) if dim in states.dims]
    x = states.transpose(*lead, "unit", ...)
    sets = x.values.reshape(-1, x.sizes["unit"], int(np.prod(x.shape[len(lead) + 1 :])))
    frames = [principal_axes(of, n_components) for of in sets]
    shape = tuple(x.sizes[dim] for dim in lead)

    def of(name: str, *dims: str, long_name: str) -> xr.DataArray:
        values = np.array([getattr(frame, name) for frame in frames])
        return xr.DataArray(
            values.reshape(*shape, *values.shape[1:]),
            dims=(*lead, *dims), attrs={"units": "1", "long_name": long_name},
        )  # fmt: skip

    kept = {name: c for name, c in x.coords.items() if set(c.dims) <= {*lead, "unit"} and c.dims}
    return xr.Dataset(
        {
            "centre": of("centre", "unit", long_name="mean of the states"),
            "axes": of("axes", "unit", "component", long_name="principal axes"),
            "explained": of("explained", "component", long_name="share of the variance"),
        },
        kept,
    )


def project_onto(frame: xr.Dataset, states: xr.DataArray) -> xr.DataArray:
    r"""Coordinates of states, or of fixed or slow points, on the axes of each network.

    .. math:: y_k = \sum_i a_{ik} (x_i - \bar x_i)

    Parameters
    ----------
    frame
        As `trained_axes` gives it.
    states
        x (…, unit), of any epochs, networks, trials, times or points. States and frame meet by
        label of `network`. States that are not finite have no place: NaN.

    Returns
    -------
    xr.DataArray
        y (…, component), in the unit of the states.

    Source: arXiv:2502.07256, methods of Figs 1 and 2: states and slow points of every checkpoint on
    the axes of the trained network.
    """
    if states.sizes["unit"] != frame.sizes["unit"]:
        raise ValueError(
            f"states: got {states.sizes['unit']} units; the axes have {frame.sizes['unit']}"
        )
    away = states.astype(np.float64) - frame["centre"]
    order = [dim for dim in states.dims if dim != "unit"]
    found = xr.dot(away, frame["axes"], dim="unit")
    attrs = {"units": states.attrs.get("units", "1"), "long_name": "place on the principal axes"}
    return found.transpose(*order, ..., "component").assign_attrs(attrs).rename("projection")
