"""The courses of an ensemble, each counted from its own network's event."""

from __future__ import annotations

import numpy as np
import xarray as xr
from numpy.typing import ArrayLike


def from_event(course: xr.DataArray, event: xr.DataArray, offsets: ArrayLike) -> xr.DataArray:
    r"""A course at so many epochs from each network's event.

    .. math:: u(\Delta) = v(e + \Delta)

    No value is made up: where epoch :math:`e + \Delta` was not recorded, beyond either end or
    between two recorded epochs, u is NaN. So `offsets` has the spacing of the record.

    Parameters
    ----------
    course
        v (epoch, network, …), of numbers.
    event
        e (network,), an epoch each; NaN for a network without one, whose u is NaN throughout.
    offsets
        :math:`\Delta`, in epochs, such as ``np.arange(-500, 501, 25)``.

    Returns
    -------
    xr.DataArray
        u (epochs_from_event, network, …), float, with each network's `event` as a coordinate.

    Source: the averages over networks in arXiv:2502.07256, Figs 3C, 4B and 4C.
    """
    if set(event.dims) != {"network"} or not {"epoch", "network"} <= set(course.dims):
        raise ValueError(
            f"from_event: got a course of {tuple(course.dims)} and events of {tuple(event.dims)}; "
            "a course has epoch and network, events have network"
        )
    course, event = xr.align(course, event, join="left", exclude=["epoch"])
    lead = course.transpose("epoch", "network", ...)
    epochs = lead["epoch"].values.astype(np.float64)
    wanted = np.asarray(offsets, np.float64)[:, None] + event.values.astype(np.float64)
    place = np.clip(np.searchsorted(epochs, wanted), 0, max(len(epochs) - 1, 0))
    if not len(epochs):
        raise ValueError("from_event: the course has no epoch")
    recorded = epochs[place] == wanted  # (offset, network); never for NaN
    values = lead.values[place, np.arange(wanted.shape[1])]
    values = values.astype(np.result_type(values.dtype, np.float32), copy=False)
    recorded = recorded.reshape(*recorded.shape, *[1] * (values.ndim - 2))
    coords = {name: c for name, c in lead.coords.items() if "epoch" not in c.dims}
    return xr.DataArray(
        np.where(recorded, values, np.nan).astype(values.dtype),
        {
            **coords,
            "epochs_from_event": ("epochs_from_event", np.asarray(offsets)),
            "event": ("network", event.values),
        },
        ("epochs_from_event", *lead.dims[1:]),
        course.name,
        course.attrs,
    )
