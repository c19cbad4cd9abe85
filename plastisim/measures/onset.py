"""From which epoch on a score is good in so many tests in a row."""

from __future__ import annotations

import numpy as np
import xarray as xr
from numpy.typing import NDArray


def good(score: xr.DataArray, above: float | None, below: float | None) -> xr.DataArray:
    """Where a score lies above one bound and below another; None for no bound. NaN never does."""
    found = score.notnull()
    if above is not None:
        found &= score > above
    return found if below is None else found & (score < below)


def onset(
    score: xr.DataArray,
    *,
    above: float | None = None,
    below: float | None = None,
    in_a_row: int,
) -> xr.DataArray:
    r"""The first epoch of the first run of good tests, network by network.

    .. math:: t = e_i, \qquad i = \min\, \{\, i :\;
              \mathrm{above} < s_{i+j} < \mathrm{below}
              \;\text{ for all }\; j = 0 \dots n - 1 \,\}

    where test i took place after epoch :math:`e_i`, and n is `in_a_row`.

    Parameters
    ----------
    score
        s (…, epoch, …) with the coordinate `epoch`, one entry a test. NaN is never good.
    above, below
        What a good score lies between; None for no bound.

    Returns
    -------
    xr.DataArray
        Epochs, float64, without the dimension `epoch`; NaN where there is no such run.
    """
    epochs = score["epoch"].values.astype(np.float64)

    def first(is_good: NDArray[np.bool_]) -> NDArray[np.float64]:
        if is_good.shape[-1] < in_a_row:
            return np.full(is_good.shape[:-1], np.nan)
        runs = np.lib.stride_tricks.sliding_window_view(is_good, in_a_row, axis=-1).all(axis=-1)
        return np.where(runs.any(axis=-1), epochs[runs.argmax(axis=-1)], np.nan)

    found = xr.apply_ufunc(
        first, good(score, above, below), input_core_dims=[["epoch"]], keep_attrs=False
    )
    return found.assign_attrs(units="1", long_name="epoch of onset").rename("onset")
