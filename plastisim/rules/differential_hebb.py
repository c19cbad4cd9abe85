"""Differential Hebb: what changes together is tied together."""

from __future__ import annotations

from typing import Literal

from plastisim.rules.base import LocalRule


class DifferentialHebb(LocalRule):
    r"""The product of the two changes of rate over the same step.

    .. math:: \Delta W_{ij} = \lambda\, (r_i[t] - r_i[t-\Delta t])\, (r_j[t] - r_j[t-\Delta t])

    Changes are per step, not per time. Kosko's passive decay of the weights is `decay` here.

    Source: Kosko (1986) AIP Conf Proc 151:277. Klopf (1988) Psychobiology 16:85 ties the change of
    a postsynaptic rate to *earlier* changes of the presynaptic one; that needs a trace.
    """

    kind: Literal["differential_hebb"]

    @staticmethod
    def unit(r, r_before, x, p):
        return r - r_before, r - r_before, 0.0
