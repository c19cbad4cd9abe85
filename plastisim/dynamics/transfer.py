r"""Transfer functions :math:`\phi`, each beside its derivative.

One line each in `TRANSFERS`; `x` is the drive and both functions are elementwise. `theta` is the
threshold, used by ``threshold_linear`` alone.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.floating]


@dataclass(frozen=True)
class Transfer:
    r"""One transfer function: ``rate = phi(x, theta)`` and ``derivative(x, theta)``."""

    name: str
    equation: str
    phi: Callable[[Array, float], Array]
    derivative: Callable[[Array, float], Array]


def _logistic(x: Array, theta: float) -> Array:
    # In terms of tanh, which neither overflows nor warns: 1/(1+exp(-x)) = (1 + tanh(x/2)) / 2.
    return 0.5 * (1.0 + np.tanh(0.5 * x))


TRANSFERS: dict[str, Transfer] = {
    t.name: t
    for t in (
        Transfer(
            "tanh", "tanh(x)",
            lambda x, theta: np.tanh(x),
            lambda x, theta: 1.0 - np.tanh(x) ** 2,
        ),
        Transfer(
            "relu", "max(x, 0)",
            lambda x, theta: np.maximum(x, 0.0),
            lambda x, theta: (x > 0.0).astype(x.dtype),
        ),
        Transfer(
            "logistic", "1 / (1 + exp(-x))",
            _logistic,
            lambda x, theta: _logistic(x, theta) * (1.0 - _logistic(x, theta)),
        ),
        Transfer(
            "threshold_linear", "max(x - theta, 0)",
            lambda x, theta: np.maximum(x - theta, 0.0),
            lambda x, theta: (x > theta).astype(x.dtype),
        ),
        Transfer(
            "linear", "x",
            lambda x, theta: x.copy(),
            lambda x, theta: np.ones_like(x),
        ),
    )
}  # fmt: skip
