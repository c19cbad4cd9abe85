"""Epochs at which a course peaks above its surroundings: candidates of restructuring events."""

from __future__ import annotations

import numpy as np
import xarray as xr
from numpy.typing import NDArray

Array = NDArray[np.floating]
NORMAL = 1.482602218505602  # standard deviations per median absolute deviation, 1 / Phi^-1(3/4)


def robust_z(course: Array, window: int | None) -> Array:
    r"""How far each value lies above the median of its surroundings, in robust deviations.

    .. math:: z_t = \frac{v_t - m_t}{1.4826\; \mathrm{median}_s |v_s - m_s|}, \qquad
              m_t = \mathrm{median}_{|s - t| \le h} v_s, \quad h = (\mathrm{window} - 1) / 2

    Parameters
    ----------
    course
        v (time,), evenly sampled; what is not finite counts for nothing, and has no z.
    window
        Odd number of samples around each whose median is the baseline, fewer on both sides toward
        the two ends, so that a slope is no peak there; None for the median of the whole course.

    Returns
    -------
    Array
        z (time,), dimensionless; 0 throughout where more than half of the values lie on the
        baseline, as there is then no deviation to measure with.
    """
    v = np.where(np.isfinite(course), course, np.nan).astype(np.float64)
    if np.isnan(v).all():
        return v
    if window is None:
        baseline = np.full_like(v, np.nanmedian(v))
    else:
        baseline = np.full_like(v, np.nan)
        for t in np.flatnonzero(np.isfinite(v)):
            half = min(window // 2, t, len(v) - 1 - t)
            baseline[t] = np.nanmedian(v[t - half : t + half + 1])
    deviation = v - baseline
    scale = NORMAL * np.nanmedian(np.abs(deviation))
    return deviation / scale if scale > 0 else np.where(np.isnan(v), np.nan, 0.0)


def peaks(
    course: xr.DataArray, *, above: float, apart: int, window: int | None, log: bool
) -> xr.Dataset:
    """Where a course peaks, network by network.

    A peak is a sample that is larger than both its neighbours, or the middle of a plateau; it
    counts if its robust z score is at least `above` and if no larger one lies closer than `apart`
    samples. A spike of the gradient norm, or of a singular value of the change of the weights, that
    no jump of the loss accompanies, is what the paper calls a hidden event: peaks are candidates,
    and whether the weights hold another geometry on their two sides is for `weight_correlation`.

    Parameters
    ----------
    course
        v (epoch, …), evenly sampled, such as `training.gradient_norm`, or
        ``singular_values.w_rec_change.isel(singular=0)``. A value that is not finite is no
        peak, nor is one beside it.
    above
        Robust z score of a peak (see `robust_z`).
    apart
        Samples between two peaks, at least.
    window
        Odd number of samples whose median is the baseline; None for the whole course, whose trend
        then counts too.
    log
        Whether the logarithm of the course is looked at: for one that is positive and spans orders
        of magnitude. Zeros then count as not finite.

    Returns
    -------
    xr.Dataset
        `peak` (epoch, …), whether there is one, and `z` (epoch, …), its height.

    Raises
    ------
    ValueError
        For a window that is even or not positive, or for negative values under `log`.

    Source: the events of arXiv:2502.07256, Fig. 2A-C, which were found by eye.
    """
    if window is not None and (window < 1 or window % 2 == 0):
        raise ValueError(f"window: got {window}; a median needs an odd number of samples")
    if log and bool((course < 0).any()):
        raise ValueError("log: the course has negative values, which have no logarithm")
    values = course.astype(np.float64)
    if log:
        values = xr.apply_ufunc(np.log, values.where(values > 0))
    z = xr.apply_ufunc(
        lambda v: robust_z(v, window), values, vectorize=True,
        input_core_dims=[["epoch"]], output_core_dims=[["epoch"]],
    )  # fmt: skip
    found = xr.apply_ufunc(
        lambda s: _peaks_of(s, above, apart), z, vectorize=True,
        input_core_dims=[["epoch"]], output_core_dims=[["epoch"]], output_dtypes=[np.bool_],
    )  # fmt: skip
    z = z.transpose(*course.dims).assign_attrs(units="1", long_name="robust z score")
    found = found.transpose(*course.dims).assign_attrs(units="1", long_name="whether it peaks here")
    return xr.Dataset({"peak": found, "z": z})


def _peaks_of(z: Array, above: float, apart: int) -> NDArray[np.bool_]:
    from scipy.signal import find_peaks  # a second that only this needs

    out = np.zeros(len(z), np.bool_)
    found, _ = find_peaks(z, height=above, distance=apart)  # NaN is no peak
    out[found] = True
    return out
