r"""The one task that every contestant computes: a network without input under freeze-in.

.. math:: r[t+1] = (1-\alpha) r[t] + \alpha \tanh(W r[t]), \qquad
          \Delta W = -\lambda (r[t+1] - r[t])\, r[t]^T, \qquad W_{ii} = 0
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]

ALPHA = 0.1
STRENGTH = 1e-3
GAIN = 1.8
STEPS_COMPARED = 200
TOLERANCE = {"float64": 1e-9, "float32": 1e-3}


@dataclass(frozen=True)
class Problem:
    """`n` units whose weights and rates are drawn from a fixed seed."""

    n: int
    dtype: str

    @cached_property
    def w_initial(self) -> Array:
        """Recurrent weights (post, pre) with a zero diagonal; do not change them."""
        w = np.random.default_rng(0).normal(0.0, GAIN / np.sqrt(self.n), (self.n, self.n))
        np.fill_diagonal(w, 0.0)
        return w.astype(self.dtype)

    @cached_property
    def rate(self) -> Array:
        """Rates to begin with (unit,); do not change them."""
        return np.random.default_rng(1).uniform(-1.0, 1.0, self.n).astype(self.dtype)


def largest_difference(a: tuple[Array, Array], b: tuple[Array, Array]) -> float:
    """Between two pairs of weights and rates."""
    return max(float(np.abs(p - q).max()) for p, q in zip(a, b, strict=True))
