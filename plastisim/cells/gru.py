"""Gated recurrent unit: one gate mixes old and new, another forgets before the new is made."""

from __future__ import annotations

from typing import Literal

import jax
import jax.numpy as jnp

from plastisim.cells.base import Cell, Params, Variables
from plastisim.cells.initial import Parameter


class GRU(Cell):
    r"""GRU, the equations of PyTorch.

    .. math::
        \begin{pmatrix} u_r \\ u_z \\ u_n \end{pmatrix} = W h[t-1], \qquad
        \begin{pmatrix} v_r \\ v_z \\ v_n \end{pmatrix} = C s[t] + b

        r = \sigma(u_r + v_r), \quad z = \sigma(u_z + v_z), \quad
        n = \tanh\big(v_n + r \odot (u_n + b_n)\big)

        h[t] = (1 - z) \odot n + z \odot h[t-1], \qquad
        y[t] = W_{out}\, h[t] + b_{out}

    with the logistic function :math:`\sigma`. Rows are stacked gate by gate in the order r, z, n: W
    (`w_rec`) is (3 units, pre); C (`w_in`) is (3 units, input); b (`bias`) is (3 units,), for r and
    z the sum of PyTorch's two. The reset gate multiplies the candidate's own recurrent bias
    :math:`b_n` (`bias_rec`, (unit,)), which therefore cannot be part of b. Each gate is drawn by
    itself.

    Variables, all (unit, trial): `hidden` h, which `start` sets; `reset_gate` r, `update_gate` z,
    `candidate` n.

    Source: Cho et al. (2014) arXiv:1406.1078, Eqs 5-8, but with the reset after the product W h, as
    in their first version, so that there is one product a step.
    """

    kind: Literal["gru"]

    variables = ("hidden", "reset_gate", "update_gate", "candidate")

    def own_parameters(self, n_inputs: int) -> dict[str, Parameter]:
        n, of = self.n_units, "of reset gate, update gate and candidate"
        return {
            "w_rec": Parameter((3 * n, n), ("gate_unit", "pre"), f"recurrent weights {of}", 3),
            "w_in": Parameter((3 * n, n_inputs), ("gate_unit", "input"), f"input weights {of}", 3),
            "bias": Parameter((3 * n,), ("gate_unit",), f"constant input {of}", 3),
            "bias_rec": Parameter((n,), ("unit",), "constant input of the candidate to be reset"),
        }

    def step(self, p: Params, carried: Variables, s: jax.Array) -> tuple[Variables, Variables]:
        h = carried["hidden"]
        u_r, u_z, u_n = jnp.split(p["w_rec"] @ h, 3)
        v_r, v_z, v_n = jnp.split(p["w_in"] @ s + p["bias"][:, None], 3)
        r, z = jax.nn.sigmoid(u_r + v_r), jax.nn.sigmoid(u_z + v_z)
        n = jnp.tanh(v_n + r * (u_n + p["bias_rec"][:, None]))
        h = (1.0 - z) * n + z * h
        return {"hidden": h}, {"hidden": h, "reset_gate": r, "update_gate": z, "candidate": n}
