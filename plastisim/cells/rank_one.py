"""A leaky rate network of rank one, whose recurrence is one latent variable, and its output."""

from __future__ import annotations

from typing import Literal

import jax
import jax.numpy as jnp

from plastisim.cells.base import Cell, Params, Variables, joined
from plastisim.cells.initial import Parameter
from plastisim.cells.problems import Findings, times_fit
from plastisim.quantities import Time


class RankOne(Cell):
    r"""Firing rates with :math:`W = m n^T / N`.

    .. math::
        \kappa[t] = n^T r[t] / N, \qquad
        x[t] = m\, \kappa[t-1] + C s[t] + h

        r[t] = (1-\alpha)\, r[t-1] + \alpha \tanh(x[t]), \qquad \alpha = \Delta t / \tau, \qquad
        o[t] = \kappa[t]

    m (`left`), n (`right`) and h (`bias`) are (unit,); C (`w_in`) is (unit, input). W is never
    formed.

    Variables: `rate` r and `drive` x are (unit, trial), `latent` :math:`\kappa` is (1, trial). It
    is the only output, and there is no readout to train.

    Source: arXiv:2502.07256, Eqs 3-4 and S9-S10.
    """

    kind: Literal["rank_one"]
    tau: Time
    dt: Time

    variables = ("rate", "drive", "latent")
    reads_out = False

    def own_parameters(self, n_inputs: int) -> dict[str, Parameter]:
        n = self.n_units
        return {
            "left": Parameter((n,), ("unit",), "left vector m of the recurrent weights"),
            "right": Parameter((n,), ("unit",), "right vector n of the recurrent weights"),
            "w_in": Parameter((n, n_inputs), ("unit", "input"), "input weights"),
            "bias": Parameter((n,), ("unit",), "constant input"),
        }

    def problems(self, n_inputs: int, n_outputs: int) -> Findings:
        yield from super().problems(n_inputs, n_outputs)
        yield from times_fit(self.tau, self.dt)
        if n_outputs != 1:
            yield (
                ("kind",),
                f'got "rank_one", whose only output is its latent variable; the task has '
                f"{n_outputs} outputs: write low_rank, or a task with one",
            )

    def step(self, p: Params, carried: Variables, s: jax.Array) -> tuple[Variables, Variables]:
        alpha, r, n = self.dt / self.tau, carried["rate"], p["right"][None] / self.n_units
        x = joined((p["left"][:, None], p["w_in"], p["bias"]), (n @ r, s))
        r = (1.0 - alpha) * r + alpha * jnp.tanh(x)
        return {"rate": r}, {"rate": r, "drive": x, "latent": n @ r}

    def recurrent(self, p: Params) -> jax.Array:
        return jnp.outer(p["left"], p["right"]) / self.n_units

    def output(self, p: Params, seen: Variables) -> jax.Array:
        return seen["latent"]
