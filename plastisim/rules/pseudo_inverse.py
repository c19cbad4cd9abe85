"""Pseudo-inverse: the smallest change of weights that makes every pattern its own field."""

from __future__ import annotations

from typing import Literal

import numpy as np

from plastisim.rules.base import Array, OneShotRule


class PseudoInverse(OneShotRule):
    r"""Weights under which each pattern's field is exactly the gain times the pattern.

    .. math:: L(B) = B + (g\, \Xi - B\, \Xi)\, \Xi^+, \qquad L(B)\, \Xi = g\, \Xi

    with :math:`\Xi` of columns :math:`\xi^\mu`, :math:`g` the gain, and :math:`\Xi^+` the
    Moore-Penrose inverse; the equation on the right asks for linearly independent patterns.

    Source: Personnaz, Guyon & Dreyfus (1986) Phys Rev A 34:4217, Eqs 6 and 8.
    """

    kind: Literal["pseudo_inverse"]

    def learn(self, xi: Array, w: Array) -> Array:
        return w + (self.gain * xi - w @ xi) @ np.linalg.pinv(xi)
