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
    largest = np.abs(states).max(axis=0, keepdims=True)
    usable = np.isfinite(largest) & (largest > 0)
    # Of order one first, as the squares of a diverging or a vanishing state are no numbers.
    scaled = np.where(usable, states, 0.0) / np.where(usable, largest, 1.0)
    return scaled / np.where(usable, np.linalg.norm(scaled, axis=0, keepdims=True), 1.0)
