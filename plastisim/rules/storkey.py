"""Storkey: one pattern after another, each less what the weights already make of it."""

from __future__ import annotations

from typing import Literal

import numpy as np

from plastisim.rules.base import Array, OneShotRule


class Storkey(OneShotRule):
    r"""A local, incremental rule of higher capacity than Hopfield's.

    .. math:: W_{ij} \leftarrow W_{ij}
                  + \tfrac{1}{N} (g\, \xi_i \xi_j - \xi_i h_{ji} - h_{ij} \xi_j), \qquad
              h_{ij} = \sum_{k \ne i, j} W_{ik} \xi_k

    for one pattern after another, with :math:`h` from the weights before it and :math:`g` the gain,
    which is 1 in the source. L(B) begins from W = B: the last term takes away, to first order, the
    field that B gives a pattern. The order of the patterns matters a little.

    Source: Storkey (1997) ICANN'97, LNCS 1327:451; Storkey & Valabregue (1999) Neural Netw 12:869.
    """

    kind: Literal["storkey"]

    def learn(self, xi: Array, w: Array) -> Array:
        n = xi.shape[0]
        for pattern in xi.T:
            sent = w * pattern  # (i, k): what unit k gives unit i
            others = sent.sum(axis=1) - np.diagonal(sent)
            h = others[:, None] - sent
            np.fill_diagonal(h, others)
            change = self.gain * np.outer(pattern, pattern)
            change -= pattern[:, None] * h.T + h * pattern
            w = w + change / n
        return w
