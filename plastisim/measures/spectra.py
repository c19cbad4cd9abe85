r"""Eigenvalues of the Jacobian at given states, in units of :math:`1/\tau`."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse.linalg import ArpackError, eigs

from plastisim.dynamics import Network, jacobian

Array = NDArray[np.floating]
ComplexArray = NDArray[np.complex128]
ARPACK_TOLERANCE = 1e-10  # relative; what it gives is better by another two digits
SMALL = 64  # units, below which a full decomposition is as fast


def leading_eigenvalues(
    w_rec: Array, network: Network, rate: Array, n_leading: int
) -> ComplexArray:
    """The eigenvalues with the largest real part at each state, largest first (state, eig).

    By ARPACK, from a starting vector that is always the same, as are the random ones with which it
    goes on where that one happens to be an eigenvector. Where ARPACK does not converge, and
    in networks too small for it, by a full decomposition.

    Parameters
    ----------
    w_rec
        Recurrent weights (post, pre).
    rate
        States (unit, state); the input is the bias alone.
    n_leading
        How many, at most the number of units.
    """
    out = np.full((rate.shape[1], n_leading), np.nan, np.complex128)
    for k in range(rate.shape[1]):
        j = _jacobian(w_rec, network, rate[:, k])
        if np.isfinite(j).all():
            found = _by_arpack(j, n_leading + 1, "LR")  # one more never cuts a conjugate pair
            out[k] = _sorted(np.linalg.eigvals(j) if found is None else found)[:n_leading]
    return out


def all_eigenvalues(w_rec: Array, network: Network, rate: Array) -> ComplexArray:
    """Every eigenvalue at each state, largest real part first (state, unit)."""
    out = np.full((rate.shape[1], w_rec.shape[0]), np.nan, np.complex128)
    for k in range(rate.shape[1]):
        j = _jacobian(w_rec, network, rate[:, k])
        if np.isfinite(j).all():
            out[k] = _sorted(np.linalg.eigvals(j))
    return out


def spectral_radius(w_rec: Array) -> float:
    """Largest modulus of the eigenvalues of the recurrent weights."""
    w_rec = w_rec.astype(np.float64)
    found = _by_arpack(w_rec, 4, "LM")
    return float(np.abs(np.linalg.eigvals(w_rec) if found is None else found).max())


def _by_arpack(matrix: Array, n_asked: int, which: str) -> NDArray[Any] | None:
    """Some eigenvalues of a matrix; None if it is too small, or if they do not converge."""
    n = matrix.shape[0]
    if n < SMALL or n_asked > n - 2:
        return None
    arpack: Any = eigs  # its stubs take no tolerance but whole numbers
    try:
        return arpack(
            matrix, n_asked, which=which, v0=np.full(n, 1.0 / np.sqrt(n)),
            ncv=min(max(2 * n_asked, 40), n), tol=ARPACK_TOLERANCE,
            return_eigenvectors=False, rng=np.random.default_rng(0),
        )  # fmt: skip
    except ArpackError:
        return None


def _jacobian(w_rec: Array, network: Network, rate: Array) -> Array:
    with np.errstate(all="ignore"):
        return jacobian(
            w_rec.astype(np.float64), rate.astype(np.float64),
            network.bias.astype(np.float64), network.phi, network.theta,
        )  # fmt: skip


def _sorted(eigenvalues: Any) -> ComplexArray:
    """Largest real part first; of a conjugate pair, the positive imaginary part first."""
    order = np.lexsort((-eigenvalues.imag, -np.round(eigenvalues.real, 10)))
    return eigenvalues[order]
