"""Freeze-in: every unit is slowed by a local step against its own change of rate."""

from __future__ import annotations

from typing import Literal

from plastisim.rules.base import LocalRule


class FreezeIn(LocalRule):
    r"""The online, local form of temporal consistency regularization.

    .. math:: \Delta W_{ij} = -\lambda\, (r_i[t] - r_i[t-\Delta t])\, r_j[t-\Delta t]

    Over a window, :math:`\mathrm{sym}(\sum \Delta W) = \tfrac{\lambda}{2}(r_0 r_0^T - r_K r_K^T)
    + \tfrac{\lambda}{2} \sum \Delta r \Delta r^T`: contrastive Hebb between the first and the last
    state, which stops by itself once the state holds still.

    Source: arXiv:2502.07256, Eqs 7 and S14.
    """

    kind: Literal["freeze_in"]

    @staticmethod
    def unit(r, r_before, x, p):
        return -(r - r_before), r_before, 0.0
