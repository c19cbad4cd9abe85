"""Anti-Hebb: what is active together is driven apart."""

from __future__ import annotations

from typing import Literal

from plastisim.rules.base import LocalRule


class AntiHebb(LocalRule):
    r"""The negative product of the two rates, both at the end of the step.

    .. math:: \Delta W_{ij} = -\lambda\, r_i\, r_j

    Source: Földiák (1990) Biol Cybern 64:165, Eq. 2 with a target correlation of zero.
    """

    kind: Literal["anti_hebb"]

    @staticmethod
    def unit(r, r_before, x, p):
        return -r, r, 0.0
