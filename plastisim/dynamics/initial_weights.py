"""Initial weights, drawn from a seed: the same seed gives the same weights in every engine."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from plastisim.streams import stream

Array = NDArray[np.float64]


def recurrent_weights(seed: int, n_units: int, gain: float) -> Array:
    r"""W (post, pre), :math:`W_{ij} \sim N(0, g^2 / N)`, float64, its diagonal drawn too."""
    drawn = stream(seed, "weights").standard_normal((n_units, n_units))
    return drawn * (gain / np.sqrt(n_units))


def input_weights(seed: int, n_units: int, n_inputs: int, std: float) -> Array:
    r"""C (unit, input), :math:`C_{ij} \sim N(0, \mathrm{std}^2)`, float64.

    Drawn channel by channel, so that more channels leave the first ones as they were.
    """
    return stream(seed, "input_weights").standard_normal((n_inputs, n_units)).T * std
