"""The plain recurrent network: no leak, the rates are what the drive makes of them."""

from __future__ import annotations

from typing import Literal

import jax
import jax.numpy as jnp

from plastisim.cells.base import Cell, Params, Variables, joined
from plastisim.cells.initial import Parameter


class Vanilla(Cell):
    r"""Vanilla RNN.

    .. math::
        x[t] = W r[t-1] + C s[t] + h, \qquad r[t] = \phi(x[t]), \qquad
        o[t] = W_{out}\, r[t] + b_{out}

    :math:`\phi` (`transfer`) is tanh or relu; W (`w_rec`) is (post, pre), its diagonal included; C
    (`w_in`) is (unit, input); h (`bias`) is (unit,).

    Variables: `rate` r and `drive` x, (unit, trial).

    Source: Elman (1990) Cogn Sci 14:179; relu, begun at the identity: Le, Jaitly & Hinton (2015)
    arXiv:1504.00941.
    """

    kind: Literal["vanilla"]
    transfer: Literal["tanh", "relu"]

    variables = ("rate", "drive")

    def own_parameters(self, n_inputs: int) -> dict[str, Parameter]:
        n = self.n_units
        return {
            "w_rec": Parameter((n, n), ("post", "pre"), "recurrent weights"),
            "w_in": Parameter((n, n_inputs), ("unit", "input"), "input weights"),
            "bias": Parameter((n,), ("unit",), "constant input"),
        }

    def step(self, p: Params, carried: Variables, s: jax.Array) -> tuple[Variables, Variables]:
        x = joined((p["w_rec"], p["w_in"], p["bias"]), (carried["rate"], s))
        r = jnp.tanh(x) if self.transfer == "tanh" else jax.nn.relu(x)
        return {"rate": r}, {"rate": r, "drive": x}
