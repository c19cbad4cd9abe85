"""How far a matrix is from having orthogonal eigenvectors, and what that lets a state do."""

from __future__ import annotations

from typing import Any

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from plastisim.measures.finite import require_finite

Array = NDArray[np.floating]


def henrici_departure(w: Any) -> Any:
    r"""Henrici's departure from normality, relative to the norm of the matrix: (…).

    .. math:: d = \frac{\sqrt{\|W\|_F^2 - \sum_k |\lambda_k|^2}}{\|W\|_F}

    From 0, of a normal matrix, whose eigenvectors are orthogonal, to 1, of one whose eigenvalues
    are all 0, such as a chain. As the difference of two nearly equal numbers it is not known to
    better than about 1e-7 where it is 0.

    Parameters
    ----------
    w
        (…, post, pre), an array, or a DataArray with these dimensions. Of a recurrent matrix or of
        a Jacobian; the choice of units matters, an orthogonal change of coordinates does not.

    Returns
    -------
    Array or xr.DataArray
        d, dimensionless; NaN for a matrix of zeros.

    Raises
    ------
    ValueError
        Where an entry is not finite, with its place.

    Source: Henrici (1962) Numer Math 4:24; Trefethen & Embree (2005) Spectra and Pseudospectra,
    ch. 48.
    """
    return _of_matrices(_departure, w, "Henrici's departure from normality")


def numerical_abscissa(w: Any) -> Any:
    r"""Largest eigenvalue of the symmetric part of a matrix: (…).

    .. math:: \omega = \lambda_{\max}\Bigl(\frac{W + W^T}{2}\Bigr)
              = \frac{d}{dt} \bigl\|e^{tW}\bigr\| \Big|_{t = 0}

    The fastest rate at which the norm of a state of :math:`\dot x = W x` can grow at first. Where
    it is positive and the spectral abscissa is not, states grow before they decay.

    Parameters, Raises
        As for `henrici_departure`; a Jacobian in units of 1/tau gives a rate per tau.

    Source: Trefethen & Embree (2005) Spectra and Pseudospectra, ch. 17.
    """
    return _of_matrices(_abscissa, w, "numerical abscissa")


def _departure(w: Array) -> Array:
    largest = np.abs(w).max(axis=(-2, -1), keepdims=True)
    w = w / np.where(largest > 0, largest, np.nan)  # so that no square is out of range
    out = np.full(w.shape[:-2], np.nan)
    some = np.isfinite(w).all(axis=(-2, -1))
    norm = (w[some] ** 2).sum(axis=(-2, -1))
    normal = (np.abs(np.linalg.eigvals(w[some])) ** 2).sum(axis=-1)
    out[some] = np.sqrt(np.clip(1.0 - normal / norm, 0.0, 1.0))
    return out


def _abscissa(w: Array) -> Array:
    return np.linalg.eigvalsh((w + np.swapaxes(w, -2, -1)) / 2)[..., -1]


def _of_matrices(function: Any, w: Any, long_name: str) -> Any:
    what = str(getattr(w, "name", None) or "matrix")
    require_finite(w, what)
    sizes = (
        (w.sizes.get("post"), w.sizes.get("pre")) if isinstance(w, xr.DataArray) else w.shape[-2:]
    )
    if len(sizes) != 2 or None in sizes or sizes[0] != sizes[1]:
        raise ValueError(f"{what}: got {w.shape}; eigenvalues need as many post as pre units")
    if not isinstance(w, xr.DataArray):
        return function(np.asarray(w, np.float64))
    found = xr.apply_ufunc(function, w.astype(np.float64), input_core_dims=[["post", "pre"]])
    return found.assign_attrs(units="1", long_name=long_name).rename(None)
