"""How fast units vary: their amplitude spectra, averaged over units."""

from __future__ import annotations

import numpy as np
import xarray as xr

from plastisim.measures.finite import require_finite


def frequency_spectrum(states: xr.DataArray) -> xr.DataArray:
    r"""Amplitude of each frequency in trials laid end to end, the largest 1, mean over units.

    .. math:: A_i(f) = \frac{|\hat x_i(f)|}{\max_{f'} |\hat x_i(f')|}, \qquad
              A(f) = \langle A_i(f) \rangle_i

    with :math:`\hat x_i` the discrete Fourier transform of unit i, the zero frequency in the
    middle. The mean of a unit is not taken off, and is its zero frequency. The paper also divides
    each course by its largest value beforehand, which the division by the largest amplitude takes
    back, so that it is left out.

    Parameters
    ----------
    states
        x (…, trial, time, unit), of all units or of some; without `trial`, one trial. A new trial
        that starts anew jumps: the paper simulates one long trial of many inputs.

    Returns
    -------
    xr.DataArray
        A (…, frequency), dimensionless, from 0 to 1, symmetric in the frequency, which is in
        cycles per step, of [-1/2, 1/2). Units that are 0 throughout have no spectrum and do not
        count; NaN where all of them are.

    Raises
    ------
    ValueError
        Where a state is not finite, with its place.

    Source: arXiv:2502.07256, "Frequency analysis", Fig. S4C.
    """
    require_finite(states, str(states.name or "states"))
    trials = [dim for dim in ("trial",) if dim in states.dims]
    x = states.astype(np.float64).transpose(..., "unit", *trials, "time")
    lead = x.dims[: x.dims.index("unit")]
    courses = x.values.reshape(*x.shape[: len(lead) + 1], -1)  # (…, unit, all times)
    amplitude = np.abs(np.fft.fftshift(np.fft.fft(courses, axis=-1), axes=-1))
    largest = amplitude.max(axis=-1, keepdims=True)
    counts = largest > 0
    relative = amplitude / np.where(counts, largest, 1.0)
    n = counts.sum(axis=-2)
    coords = {name: c for name, c in x.coords.items() if set(c.dims) <= set(lead)}
    steps = courses.shape[-1]
    return xr.DataArray(
        relative.sum(axis=-2) / np.where(n > 0, n, np.nan),
        {
            **coords,
            "frequency": (
                "frequency",
                np.fft.fftshift(np.fft.fftfreq(steps)),
                {"units": "1", "long_name": "cycles per step"},
            ),
        },
        (*lead, "frequency"),
        "frequency_spectrum",
        {"units": "1", "long_name": "amplitude relative to the largest, mean over units"},
    )
