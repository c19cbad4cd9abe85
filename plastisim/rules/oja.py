"""Oja: Hebb with a decay that keeps the norm of a unit's weights at one."""

from __future__ import annotations

from typing import Literal

from plastisim.rules.base import LocalRule


class Oja(LocalRule):
    r"""Hebbian learning that finds the first principal component of what a unit receives.

    .. math:: \Delta W_{ij} = \lambda\, r_i\, (r_j - r_i W_{ij})

    Both rates are those at the end of the step. In a linear feed-forward unit
    :math:`r_i = \sum_j W_{ij} r_j`, and the row settles at the leading eigenvector of
    :math:`\langle r r^T \rangle`, of norm 1.

    Source: Oja (1982) J Math Biol 15:267, Eq. 3.
    """

    kind: Literal["oja"]

    @staticmethod
    def unit(r, r_before, x, p):
        return r, r, r * r
