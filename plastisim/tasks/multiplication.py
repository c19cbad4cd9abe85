"""Multiplication: two marked numbers of a random sequence are to be multiplied at the end."""

from __future__ import annotations

from typing import Literal

import jax

from plastisim.tasks.marked_numbers import MarkedNumbers


class Multiplication(MarkedNumbers):
    r"""Remember a number until another comes, and answer with their product.

    .. math:: o^*_T = u^1_{t_1} u^1_{t_2}

    where :math:`u^1_t \sim U[0, 1)` and :math:`u^2_t` marks two steps of the first half of the
    trial (see `MarkedNumbers`); only the last step counts. A constant answer of 0.04
    scores 0.08 (1 - ln 0.08) = 0.28.

    Source: Hochreiter & Schmidhuber (1997) Neural Comput 9:1735, experiment 5; inputs and
    tolerance as in arXiv:2502.07256, Eqs S5 and S6.
    """

    kind: Literal["multiplication"]

    def answer(self, first: jax.Array, second: jax.Array) -> jax.Array:
        return first * second
