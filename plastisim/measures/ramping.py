"""Units that ramp: whose state rises or falls throughout a trial."""

from __future__ import annotations

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from plastisim.measures.finite import require_finite

Array = NDArray[np.floating]


def slopes(states: Array, time: Array) -> Array:
    r"""Least-squares slope of `states` (…, time) over `time` (time,): (…), per unit of time.

    .. math:: b = \frac{\sum_t (t - \bar t)\, x_t}{\sum_t (t - \bar t)^2}
    """
    since = np.asarray(time, np.float64) - np.mean(time)
    return states.astype(np.float64) @ since / (since @ since)


def monotonicity(states: Array) -> Array:
    r"""Spearman correlation of `states` (…, time) with the order of its samples: (…).

    .. math:: \rho = \mathrm{corr}(R(x_t),\, t)

    where R ranks the samples of one course, ties sharing their mean rank. 1 where it rises
    throughout, -1 where it falls; 0 where it holds still, as a constant does not ramp.
    """
    from scipy.stats import rankdata  # half a second that only this needs

    n = states.shape[-1]
    ranks = rankdata(states, axis=-1) - (n + 1) / 2
    order = np.arange(n) - (n - 1) / 2
    size = np.sqrt((ranks**2).sum(axis=-1) * (order @ order))
    return ranks @ order / np.where(size > 0, size, 1.0)


def ramping(states: xr.DataArray, *, slope: float, order: float) -> xr.Dataset:
    r"""How far each unit ramps within trials, and how many do.

    .. math:: b_i = \langle b_i^k \rangle_k, \qquad \rho_i = \langle \rho_i^k \rangle_k, \qquad
              i \text{ ramps} \iff |b_i| > \mathrm{slope} \text{ and } |\rho_i| > \mathrm{order}

    with :math:`b_i^k` the least-squares slope of unit i in trial k (see `slopes`), and
    :math:`\rho_i^k` its rank correlation with time (see `monotonicity`), which an oscillation does
    not have, however large.

    Parameters
    ----------
    states
        x (…, trial, time, unit); without `trial`, one trial. `time` is its coordinate, if there is
        one, and counts steps otherwise. Select a stretch of the trial beforehand, such as
        the delay.
    slope, order
        Thresholds; the paper does not print its own.

    Returns
    -------
    xr.Dataset
        `slope` (…, unit), in the unit of the states per that of time, `monotonicity` (…, unit),
        `ramps` (…, unit) and `n_ramping` (…).

    Raises
    ------
    ValueError
        Where a state is not finite, with its place, or where there are fewer than two steps.

    Source: arXiv:2502.07256, Fig. 4C.
    """
    require_finite(states, str(states.name or "states"))
    if states.sizes["time"] < 2:
        raise ValueError(f"time: got {states.sizes['time']} steps; a slope needs two")
    time = states["time"].values  # counts where there is no coordinate
    trials = [dim for dim in ("trial",) if dim in states.dims]
    rest = [dim for dim in states.dims if dim not in ("trial", "time")]
    b = xr.apply_ufunc(lambda v: slopes(v, time), states, input_core_dims=[["time"]])
    rho = xr.apply_ufunc(monotonicity, states, input_core_dims=[["time"]])
    b, rho = (v.mean(trials).transpose(*rest) for v in (b, rho))
    ramps = (abs(b) > slope) & (abs(rho) > order)
    return xr.Dataset(
        {
            "slope": b.assign_attrs(units="1", long_name="slope within trials, mean over trials"),
            "monotonicity": rho.assign_attrs(
                units="1", long_name="rank correlation with time, mean over trials"
            ),
            "ramps": ramps.assign_attrs(units="1", long_name="whether the unit ramps"),
            "n_ramping": ramps.sum("unit").assign_attrs(units="1", long_name="units that ramp"),
        },
        attrs={"slope_above": slope, "monotonicity_above": order},
    )
