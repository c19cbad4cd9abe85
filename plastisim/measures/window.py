"""What a course is on average in a window of epochs around each network's event."""

from __future__ import annotations

import numpy as np
import xarray as xr


def mean_in_window(
    course: xr.DataArray, event: xr.DataArray | float, window: tuple[float, float]
) -> xr.DataArray:
    r"""Mean over the recorded epochs from `event` + low to `event` + high, ends included.

    .. math:: \bar v = \frac{1}{|E|} \sum_{t \in E} v(t), \qquad
              E = \{\, t : e + \mathrm{low} \le t \le e + \mathrm{high} \,\}

    Parameters
    ----------
    course
        v (epoch, …), such as the alignment; not finite values do not count.
    event
        e, an epoch, in general one per network; NaN for none.
    window
        (low, high) in epochs from the event: the paper compares (-100, -50) with (50, 100).

    Returns
    -------
    xr.DataArray
        Without `epoch`, in the unit of the course. NaN where there is no event, where the window
        reaches beyond the recorded epochs, or where no value in it is finite.

    Source: arXiv:2502.07256, Fig. 4B.
    """
    low, high = window
    if not low <= high:
        raise ValueError(f"window: got {window}; it goes from low to high")
    epoch = course["epoch"].astype(np.float64)
    since = epoch - event
    inside = (since >= low) & (since <= high)
    whole = (event + low >= epoch.min()) & (event + high <= epoch.max())
    counts = inside & np.isfinite(course)
    n = counts.sum("epoch")
    total = course.astype(np.float64).where(counts, 0.0).sum("epoch")
    return (total / n.where((n > 0) & whole)).assign_attrs(course.attrs)
