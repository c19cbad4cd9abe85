"""The loop over the steps of one period, compiled for each rule and found in the disk cache.

Order within a step, stated once: **input, rates, weights, record**.
"""

from __future__ import annotations

from functools import cache
from typing import Any, NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from plastisim.online.binding import advance_units, renamed, stamp_of
from plastisim.online.sweep import (
    REORDER_SUMS,
    constrained_update_and_drive,
    drive_into,
    update_and_drive,
)
from plastisim.online.transfer import transfer_into

Array = NDArray[Any]


class Constraints(NamedTuple):
    """What bounds the weights, padded like them; an empty array where it asks for nothing."""

    initial: Array  # (post, pre)
    connected: Array  # (post, pre), ones and zeros
    lower: Array  # (pre,)
    upper: Array  # (pre,)


class Units(NamedTuple):
    """One number per unit and purpose; `rate` and `pre` are padded, the kernels fill the others."""

    rate: Array
    before: Array
    x: Array
    phi: Array
    post: Array
    pre: Array
    decay: Array
    traces: Array  # (trace, unit)


class Constants(NamedTuple):
    """Numbers that hold throughout a period."""

    alpha: float
    theta: float
    transfer: int  # a code of `plastisim.online.transfer`
    plastic: bool
    strength: float  # lambda times the third factor
    pull: float  # dt over the time constant of the decay
    toward_initial: bool
    zero_diagonal: bool
    constrained: bool


def loop_for(p: np.void) -> Any:
    """`run_period`, compiled for the rule that `p` carries."""
    return _loop_named(f"run_period_{stamp_of(p)}")


@cache
def _loop_named(name: str) -> Any:
    loop = renamed(run_period, name)  # a file of its own in the disk cache, too
    return njit(cache=True, fastmath=REORDER_SUMS, error_model="numpy")(loop)


def run_period(n_steps, w, constraints, units, external, noise, xi, constants, p):
    """Advance the network through `n_steps` steps with one input throughout.

    Parameters
    ----------
    w
        Recurrent weights (post, padded pre); changed in place if the period is plastic.
    units
        `Units`; rates and traces are changed in place.
    external
        C s + h (unit,).
    noise
        Noise on the drive (time, unit), or an array of size 0.
    xi
        Noise on the weights (post, padded pre), the same for all steps, or an array of size 0.
    p
        The rule, as `plastisim.online.binding.bind` gives it.

    Returns
    -------
    The first step with a drive that is not finite, or -1.
    """
    rate, before, x, phi, post, pre, decay, traces = units
    n = w.shape[0]
    number = w.dtype.type
    alpha = number(constants.alpha)
    rest = number(1) - alpha
    pending = False
    for step in range(n_steps):
        if pending:
            if constants.constrained:
                constrained_update_and_drive(
                    w, post, pre, decay, constants.strength, constants.pull,
                    constants.toward_initial, constraints, xi, constants.zero_diagonal, rate, x,
                )  # fmt: skip
            else:
                update_and_drive(
                    w, post, pre, decay, constants.strength, constants.zero_diagonal, rate, x
                )
        else:
            drive_into(w, rate, x)
        if noise.size:
            for i in range(n):
                x[i] += external[i] + noise[step, i]
        else:
            for i in range(n):
                x[i] += external[i]
        total = number(0)
        for i in range(n):
            total += x[i] * number(0)  # 0, or NaN from the first x that is not finite
        if total != number(0):
            return step
        transfer_into(constants.transfer, constants.theta, x, phi)
        for i in range(n):
            before[i] = rate[i]
            rate[i] = rest * rate[i] + alpha * phi[i]
        if constants.plastic or traces.shape[0]:
            advance_units(rate[:n], before, x, traces, p, post, pre[:n], decay)
            pending = constants.plastic
    if pending:  # weights are whole between calls; phi is scratch for a drive nobody asks for
        if constants.constrained:
            constrained_update_and_drive(
                w, post, pre, decay, constants.strength, constants.pull,
                constants.toward_initial, constraints, xi, constants.zero_diagonal, rate, phi,
            )  # fmt: skip
        else:
            update_and_drive(
                w, post, pre, decay, constants.strength, constants.zero_diagonal, rate, phi
            )
    return -1
