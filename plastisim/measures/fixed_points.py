r"""Fixed points near given states, refined by Newton's method with the exact Jacobian."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from plastisim.dynamics import Network, jacobian, velocity

Array = NDArray[np.floating]


@dataclass(frozen=True)
class Refined:
    r"""Arrays over the states that were refined.

    Attributes
    ----------
    rate
        Refined states (unit, state).
    residual
        Largest :math:`|\phi(W r + h) - r|` over the units (state,).
    moved
        Root mean square over the units of the way from the given to the refined state (state,).
    """

    rate: Array
    residual: Array
    moved: Array


def refine(
    w_rec: Array, network: Network, rate: Array, *, max_iterations: int = 20, tol: float = 1e-13
) -> Refined:
    r"""Newton's method on :math:`F(r) = \phi(W r + h) - r`, from each column of `rate`.

    .. math:: r \leftarrow r - J^{-1} F(r), \qquad J = -I + \mathrm{diag}(\phi'(x))\, W

    Computed in float64 whatever the network's dtype. A state whose Jacobian is singular, or whose
    residual a full step would increase, stays where it was.

    Parameters
    ----------
    w_rec
        Recurrent weights (post, pre).
    rate
        States to begin from (unit, state).
    max_iterations, tol
        Newton steps at most, and the residual at which to stop.
    """
    w_rec = w_rec.astype(np.float64)
    start = rate.astype(np.float64)
    refined, residual = start.copy(), np.empty(start.shape[1])
    bias = network.bias.astype(np.float64)
    for k in range(start.shape[1]):
        r = start[:, k]
        f = velocity(w_rec, r, bias, network.phi, network.theta)
        for _ in range(max_iterations):
            if not np.isfinite(f).all() or np.abs(f).max() < tol:
                break
            try:
                step = np.linalg.solve(jacobian(w_rec, r, bias, network.phi, network.theta), f)
            except np.linalg.LinAlgError:
                break
            f_next = velocity(w_rec, r - step, bias, network.phi, network.theta)
            if not np.abs(f_next).max() < np.abs(f).max():
                break
            r, f = r - step, f_next
        refined[:, k], residual[k] = r, np.abs(f).max()
    return Refined(refined, residual, np.sqrt(np.mean((refined - start) ** 2, axis=0)))
