"""Delayed addition: two marked numbers of a random sequence are to be added at the end."""

from __future__ import annotations

from typing import Literal

import jax

from plastisim.tasks.marked_numbers import MarkedNumbers


class DelayedAddition(MarkedNumbers):
    r"""Remember a number until another comes, and answer with their sum.

    .. math:: o^*_T = u^1_{t_1} + u^1_{t_2}

    where :math:`u^1_t \sim U[0, 1)` and :math:`u^2_t` marks two steps of the first half of the
    trial (see `MarkedNumbers`); only the last step counts. A constant answer of 1 scores
    2 (0.04 - 0.0008) = 0.0784.

    Source: arXiv:2502.07256, Eqs S5 and S6.
    """

    kind: Literal["delayed_addition"]

    def answer(self, first: jax.Array, second: jax.Array) -> jax.Array:
        return first + second
