"""A leaky rate network, the equation of the online engine."""

from __future__ import annotations

from typing import Literal

import jax
import jax.numpy as jnp

from plastisim.cells.base import Cell, Params, Variables, joined, no_self_connections
from plastisim.cells.initial import Parameter
from plastisim.cells.problems import Findings, times_fit
from plastisim.quantities import Time


class LeakyRate(Cell):
    r"""Firing rates with one time constant (lfRNN).

    .. math::
        x[t] = W r[t-1] + C s[t] + h, \qquad
        r[t] = (1-\alpha)\, r[t-1] + \alpha \tanh(x[t]), \qquad \alpha = \Delta t / \tau

        o[t] = W_{out}\, r[t] + b_{out}

    W (`w_rec`) is (post, pre), with a zero diagonal unless there are `self_connections`; C (`w_in`)
    is (unit, input); h (`bias`) is (unit,), and is there only if `with_bias`.

    Variables: `rate` r and `drive` x, (unit, trial).

    Source: arXiv:2502.07256, Eqs 6 and S4.
    """

    kind: Literal["leaky_rate"]
    tau: Time
    dt: Time
    self_connections: bool
    with_bias: bool  # whether there is h

    variables = ("rate", "drive")

    def own_parameters(self, n_inputs: int) -> dict[str, Parameter]:
        n = self.n_units
        zero = None if self.self_connections else no_self_connections(n)
        found = {
            "w_rec": Parameter((n, n), ("post", "pre"), "recurrent weights", zero=zero),
            "w_in": Parameter((n, n_inputs), ("unit", "input"), "input weights"),
        }
        if self.with_bias:
            found["bias"] = Parameter((n,), ("unit",), "constant input")
        return found

    def problems(self, n_inputs: int, n_outputs: int) -> Findings:
        yield from super().problems(n_inputs, n_outputs)
        yield from times_fit(self.tau, self.dt)

    def step(self, p: Params, carried: Variables, s: jax.Array) -> tuple[Variables, Variables]:
        alpha, r = self.dt / self.tau, carried["rate"]
        bias = (p["bias"],) if self.with_bias else ()
        x = joined((p["w_rec"], p["w_in"], *bias), (r, s))
        r = (1.0 - alpha) * r + alpha * jnp.tanh(x)
        return {"rate": r}, {"rate": r, "drive": x}
