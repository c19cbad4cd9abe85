"""What can be read out of groups of units at each step of a trial, by linear regression."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from plastisim.measures.finite import require_finite

Array = NDArray[np.floating]


def fit(states: Array, targets: Array, ridge: float) -> tuple[Array, Array]:
    r"""Weights (unit, target) and offsets (target,) of a linear regression.

    .. math:: \hat y = \bar y + B^T (x - \bar x), \qquad
              B = (X^T X + \lambda I)^{-1} X^T Y

    with X and Y the centred states (trial, unit) and targets (trial, target); for
    :math:`\lambda = 0` the B of least norm among those of least squares.

    Parameters
    ----------
    ridge
        :math:`\lambda`, in units of the summed squares of the states; the offset is not shrunk.
    """
    x, y = states.astype(np.float64), targets.astype(np.float64)
    x_mean, y_mean = x.mean(axis=0), y.mean(axis=0)
    x, y = x - x_mean, y - y_mean
    if ridge:
        # By singular values, as the squares of states of very unequal sizes would be singular.
        u, s, vt = np.linalg.svd(x, full_matrices=False)
        weights = vt.T @ ((s / (s**2 + ridge))[:, None] * (u.T @ y))
    else:
        weights = np.linalg.lstsq(x, y)[0]
    return weights, y_mean - x_mean @ weights


def decoding(
    states: xr.DataArray,
    targets: xr.DataArray,
    *,
    groups: Mapping[str, Sequence[int] | slice | NDArray[np.integer]],
    n_train: int,
    ridge: float,
) -> xr.Dataset:
    r"""How well targets are decoded from groups of units, at each step of a trial.

    .. math:: \mathrm{MSE} = \langle (y - \hat y)^2 \rangle, \qquad
              R^2 = 1 - \frac{\mathrm{MSE}}{\langle (y - \langle y \rangle)^2 \rangle}

    over the trials of the test: a decoder of its own (see `fit`) for each step, group and target,
    fitted to the first `n_train` trials and tested on the others.

    Parameters
    ----------
    states
        x (…, trial, time, unit).
    targets
        y (…, trial, target), such as `cues_of` gives them; what they do not share with the states,
        such as `epoch`, is decoded each.
    groups
        Units by name, such as ``{"all": slice(None), "memory": slice(20), "computation":
        slice(20, None)}``: the first :math:`N_{reg}` units are the memory.
    n_train
        Trials of the training; the paper has 10,000, and 1000 for the test.
    ridge
        :math:`\lambda`; 0 for plain least squares, as in the paper.

    Returns
    -------
    xr.Dataset
        `r2`, dimensionless, NaN where a target does not vary in the test, and `mse`, in squared
        units of the targets, (…, group, time, target). An R² below 0 is worse than the mean.

    Raises
    ------
    ValueError
        Where a state or a target is not finite, with its place; or where trials of either kind are
        lacking.

    Source: arXiv:2502.07256, "Stimulus decoding experiments", Fig. S5A-C.
    """
    require_finite(states, str(states.name or "states"))
    require_finite(targets, str(targets.name or "targets"))
    n_trials = states.sizes["trial"]
    if not 0 < n_train < n_trials:
        raise ValueError(
            f"n_train: got {n_train} of {n_trials} trials; some are for training, some for the test"
        )
    for name, units in groups.items():
        if not len(np.arange(states.sizes["unit"])[units]):
            raise ValueError(f"groups: {name} has no units")
    if targets.sizes["trial"] != n_trials:
        raise ValueError(f"targets: got {targets.sizes['trial']} trials; states have {n_trials}")

    def errors(x: Array, y: Array) -> Array:
        """Mean squared error and variance (2, time, target), of x (trial, time, unit)."""
        out = np.empty((2, x.shape[1], y.shape[1]))
        test = y[n_train:].astype(np.float64)
        for t in range(x.shape[1]):
            weights, offset = fit(x[:n_train, t], y[:n_train], ridge)
            out[0, t] = ((test - x[n_train:, t] @ weights - offset) ** 2).mean(axis=0)
        out[1] = test.var(axis=0)
        return out

    found = [
        xr.apply_ufunc(
            errors, states.isel(unit=units), targets, vectorize=True,
            input_core_dims=[["trial", "time", "unit"], ["trial", "target"]],
            output_core_dims=[["kind", "time", "target"]], exclude_dims={"trial"},
        )
        for units in groups.values()
    ]  # fmt: skip
    both = xr.concat(found, xr.Variable("group", list(groups)), coords="minimal", compat="override")
    both = both.transpose(..., "group", "time", "target")
    mse, variance = (both.isel(kind=k) for k in range(2))
    r2 = 1.0 - mse / variance.where(variance > 0)
    return xr.Dataset(
        {
            "r2": r2.assign_attrs(units="1", long_name="share of the variance that is decoded"),
            "mse": mse.assign_attrs(units="1", long_name="mean squared error of the decoder"),
        },
        attrs={"n_train": n_train, "n_test": n_trials - n_train, "ridge": ridge},
    )


def cues_of(inputs: xr.DataArray) -> xr.DataArray:
    r"""The two marked numbers of each trial in their order, and their sum: (…, trial, target).

    .. math:: u_{t_1}, \quad u_{t_2}, \quad u_{t_1} + u_{t_2}, \qquad t_1 < t_2

    Parameters
    ----------
    inputs
        (…, trial, time, input) of delayed addition and its siblings: numbers, then marks.

    Raises
    ------
    ValueError
        Where a trial has not two marks.

    Source: arXiv:2502.07256, Eqs S5 and S6.
    """
    numbers = inputs.isel(input=0).transpose(..., "time")
    marks = inputs.isel(input=1).transpose(..., "time").values != 0
    if not (marks.sum(axis=-1) == 2).all():
        raise ValueError("inputs: a trial has other than two marks, so that it has not two cues")
    cues = numbers.values[marks].reshape(*marks.shape[:-1], 2).astype(np.float64)
    return xr.DataArray(
        np.concatenate([cues, cues.sum(axis=-1, keepdims=True)], axis=-1),
        {
            **{name: c for name, c in numbers.coords.items() if "time" not in c.dims},
            "target": ["cue 1", "cue 2", "sum"],
        },
        (*numbers.dims[:-1], "target"),
        "cues",
        {"units": "1", "long_name": "marked numbers and their sum"},
    )
