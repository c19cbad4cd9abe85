"""Hopfield: every pattern's outer product with itself, all at once."""

from __future__ import annotations

from typing import Literal

from plastisim.rules.base import Array, OneShotRule


class Hopfield(OneShotRule):
    r"""The sum of the patterns' outer products.

    .. math:: L(B) = B + \tfrac{1}{N} (g\, \Xi - B\, \Xi)\, \Xi^T, \qquad
              L(0) = \tfrac{g}{N} \sum_\mu \xi^\mu {\xi^\mu}^T

    with :math:`\Xi` of columns :math:`\xi^\mu` and :math:`g` the gain. What is cancelled is exact
    for orthogonal patterns, else up to the patterns' overlaps.

    Source: Hopfield (1982) Proc Natl Acad Sci 79:2554, Eq. 2; for B other than 0: the
    pseudo-inverse rule with :math:`\Xi^T / N` in the place of :math:`\Xi^+`.
    """

    kind: Literal["hopfield"]

    def learn(self, xi: Array, w: Array) -> Array:
        return w + (self.gain * xi - w @ xi) @ xi.T / xi.shape[0]
