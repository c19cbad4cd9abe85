"""How alike two states are: the cosine of the angle between them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.floating]


def overlap_matrix(a: Array, b: Array) -> Array:
    r"""Overlap of every column of `a` (unit, i) with every column of `b` (unit, j): (i, j).

    .. math:: m_{ij} = \frac{a_i \cdot b_j}{\|a_i\|\,\|b_j\|}

    A state of norm zero, or one that is not finite, overlaps with nothing: 0.
    """
    return _normalised(a).T @ _normalised(b)


def overlap(a: Array, b: Array) -> Array:
    """Overlap of each column of `a` with the same column of `b` (unit, i): (i,)."""
    return np.einsum("ui,ui->i", _normalised(a), _normalised(b))


def _normalised(states: Array) -> Array:
    norm = np.linalg.norm(states, axis=0, keepdims=True)
    usable = np.isfinite(norm) & (norm > 0)
    return np.where(usable, states, 0.0) / np.where(usable, norm, 1.0)
