"""A leaky rate network of low rank, whose recurrence is a few latent variables."""

from __future__ import annotations

from typing import Literal

import jax
import jax.numpy as jnp

from plastisim.cells.base import Cell, Params, Variables, joined
from plastisim.cells.initial import Parameter
from plastisim.cells.problems import Findings, times_fit
from plastisim.frozen import Count
from plastisim.quantities import Time


class LowRank(Cell):
    r"""Firing rates with :math:`W = M N^T / N_{units}` of rank K.

    .. math::
        \kappa[t] = N^T r[t] / N_{units}, \qquad
        x[t] = M \kappa[t-1] + C s[t] + h

        r[t] = (1-\alpha)\, r[t-1] + \alpha \tanh(x[t]), \qquad \alpha = \Delta t / \tau, \qquad
        o[t] = W_{out}\, r[t] + b_{out}

    M (`left`) is (unit, rank); :math:`N^T` (`right`) is (rank, unit), as it leads from units to
    latent variables; C (`w_in`) is (unit, input); h (`bias`) is (unit,). W is never formed.

    Variables: `rate` r and `drive` x are (unit, trial), `latent` :math:`\kappa` is (rank, trial).

    Source: Mastrogiuseppe & Ostojic (2018) Neuron 99:609; Dubreuil et al. (2022) Nat Neurosci
    25:783, Eq. 1; with rank 1, arXiv:2502.07256, Eqs 3-4.
    """

    kind: Literal["low_rank"]
    rank: Count
    tau: Time
    dt: Time

    variables = ("rate", "drive", "latent")

    def own_parameters(self, n_inputs: int) -> dict[str, Parameter]:
        n, k = self.n_units, self.rank
        return {
            "left": Parameter((n, k), ("unit", "rank"), "left vectors of the recurrent weights"),
            "right": Parameter((k, n), ("rank", "unit"), "right vectors of the recurrent weights"),
            "w_in": Parameter((n, n_inputs), ("unit", "input"), "input weights"),
            "bias": Parameter((n,), ("unit",), "constant input"),
        }

    def problems(self, n_inputs: int, n_outputs: int) -> Findings:
        yield from super().problems(n_inputs, n_outputs)
        yield from times_fit(self.tau, self.dt)
        if self.rank > self.n_units:
            yield (
                ("rank",),
                f"got {self.rank}; the network has {self.n_units} units: write that or less",
            )

    def step(self, p: Params, carried: Variables, s: jax.Array) -> tuple[Variables, Variables]:
        alpha, r, n = self.dt / self.tau, carried["rate"], p["right"] / self.n_units
        x = joined((p["left"], p["w_in"], p["bias"]), (n @ r, s))
        r = (1.0 - alpha) * r + alpha * jnp.tanh(x)
        return {"rate": r}, {"rate": r, "drive": x, "latent": n @ r}

    def recurrent(self, p: Params) -> jax.Array:
        return p["left"] @ p["right"] / self.n_units
