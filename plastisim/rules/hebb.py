"""Hebb: what is active together is tied together."""

from __future__ import annotations

from typing import Literal

from plastisim.rules.base import LocalRule


class Hebb(LocalRule):
    r"""The plain product of the two rates, both at the end of the step.

    .. math:: \Delta W_{ij} = \lambda\, r_i\, r_j

    Nothing bounds it: give it weight bounds or a decay.

    Source: Hebb (1949) The Organization of Behavior, p. 62; as an equation: Dayan & Abbott (2001)
    Theoretical Neuroscience, Eq. 8.2.
    """

    kind: Literal["hebb"]

    @staticmethod
    def unit(r, r_before, x, p):
        return r, r, 0.0
