r"""The leaky rate equation, and its Jacobian.

.. math::
    \tau \dot r = -r + \phi(x), \qquad x = W r + C s + h + \varepsilon

    r[t+1] = (1-\alpha)\, r[t] + \alpha\, \phi(W r[t] + C s[t+1] + h + \varepsilon[t+1]),
    \qquad \alpha = \Delta t / \tau

Units are rows, trials are columns: `rate` is (unit,) or (unit, trial). ``external`` stands for
C s + h, of a shape that broadcasts against `rate`.

Source: arXiv:2502.07256, Eqs S11 and S12.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from plastisim.dynamics.transfer import Transfer

Array = NDArray[np.floating]


def drive(w_rec: Array, rate: Array, external: Array | float) -> Array:
    """Total input to each unit before the transfer function, x = W r + C s + h."""
    return w_rec @ rate + external


def next_rate(rate: Array, x: Array, alpha: float, transfer: Transfer, theta: float) -> Array:
    """Rates one step later, given the drive `x` (Eq. S12)."""
    return (1.0 - alpha) * rate + alpha * transfer.phi(x, theta)


def velocity(
    w_rec: Array, rate: Array, external: Array | float, transfer: Transfer, theta: float
) -> Array:
    """tau dr/dt = phi(W r + C s + h) - r; zero at a fixed point (Eq. S11)."""
    return transfer.phi(drive(w_rec, rate, external), theta) - rate


def jacobian(
    w_rec: Array, rate: Array, external: Array | float, transfer: Transfer, theta: float
) -> Array:
    r"""Jacobian of the rate equation at one state, (unit, unit), in units of 1/tau.

    .. math:: J_{ij} = -\delta_{ij} + \phi'(x_i) W_{ij}
    """
    slope = transfer.derivative(drive(w_rec, rate, external), theta)
    return slope[:, None] * w_rec - np.eye(w_rec.shape[0], dtype=w_rec.dtype)
