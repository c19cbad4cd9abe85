"""What happens to a network while one cue is presented: a few periods, each with one input."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.floating]


@dataclass(frozen=True)
class Period:
    """A stretch of a presentation during which the input does not change.

    Attributes
    ----------
    name
        The experimenter's word for it, such as cue or freeze.
    n_steps
        Length in steps of dt.
    external
        C s + h, the input to each unit (unit,).
    plastic
        Whether the weights change.
    third_factor
        What the rule's strength is multiplied with, the same for all synapses.
    """

    name: str
    n_steps: int
    external: Array
    plastic: bool
    third_factor: float = 1.0
