r"""Eigenvalues of the Jacobian at given states, in units of :math:`1/\tau`."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.sparse.linalg import ArpackError, eigs

from plastisim.dynamics import Network, jacobian

Array = NDArray[np.floating]
ComplexArray = NDArray[np.complex128]
ARPACK_TOLERANCE = 1e-10  # relative; what it gives is better by another two digits
SMALL = 64  # units, below which a full decomposition is as fast


def leading_eigenvalues(w_rec: Array, network: Network, rate: Array, n_leading: int) -> ComplexArray:
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
    n = w_rec.shape[0]
    out = np.empty((rate.shape[1], n_leading), np.complex128)
    v0 = np.full(n, 1.0 / np.sqrt(n))
    ask = n_leading + 1  # never cut a conjugate pair
    for k in range(rate.shape[1]):
        j = _jacobian(w_rec, network, rate[:, k])
        if not np.isfinite(j).all():
            out[k] = np.nan
            continue
        try:
            if ask > n - 2 or n < SMALL:
                raise ArpackError(-1)
            found = eigs(
                j, ask, which="LR", v0=v0, ncv=min(max(2 * ask, 40), n), tol=ARPACK_TOLERANCE,
                return_eigenvectors=False, rng=np.random.default_rng(0),
            )  # fmt: skip
        except ArpackError:
            found = np.linalg.eigvals(j)
        out[k] = _sorted(found)[:n_leading]
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
    n, w_rec = w_rec.shape[0], w_rec.astype(np.float64)
    try:
        if n < SMALL:
            raise ArpackError(-1)
        found = eigs(
            w_rec, 4, which="LM", v0=np.full(n, 1.0 / np.sqrt(n)), ncv=32,
            return_eigenvectors=False, rng=np.random.default_rng(0),
        )  # fmt: skip
    except ArpackError:
        found = np.linalg.eigvals(w_rec)
    return float(np.abs(found).max())


def _jacobian(w_rec: Array, network: Network, rate: Array) -> Array:
    with np.errstate(all="ignore"):
        return jacobian(
            w_rec.astype(np.float64), rate.astype(np.float64),
            network.bias.astype(np.float64), network.phi, network.theta,
        )  # fmt: skip


def _sorted(eigenvalues: ComplexArray) -> ComplexArray:
    """Largest real part first; of a conjugate pair, the positive imaginary part first."""
    order = np.lexsort((-eigenvalues.imag, -np.round(eigenvalues.real, 10)))
    return eigenvalues[order]
