"""Long short-term memory: a cell state that gates write to, keep and show."""

from __future__ import annotations

from typing import Literal

import jax
import jax.numpy as jnp

from plastisim.cells.base import Cell, Params, Variables, joined
from plastisim.cells.initial import Parameter


class LSTM(Cell):
    r"""LSTM with a forget gate, without peepholes: the equations of PyTorch.

    .. math::
        \begin{pmatrix} a_i \\ a_f \\ a_g \\ a_o \end{pmatrix} = W h[t-1] + C s[t] + b

        i = \sigma(a_i), \quad f = \sigma(a_f), \quad g = \tanh(a_g), \quad o = \sigma(a_o)

        c[t] = f \odot c[t-1] + i \odot g, \qquad h[t] = o \odot \tanh(c[t]), \qquad
        y[t] = W_{out}\, h[t] + b_{out}

    with the logistic function :math:`\sigma`. Rows are stacked gate by gate in the order i, f, g,
    o: W (`w_rec`) is (4 units, pre); C (`w_in`) is (4 units, input); b (`bias`) is (4 units,), the
    sum of PyTorch's two. Each gate is drawn by itself.

    Variables, all (unit, trial): `hidden` h, which `start` sets; `cell` c, 0 before a trial;
    `input_gate` i, `forget_gate` f, `candidate` g, `output_gate` o.

    Source: Hochreiter & Schmidhuber (1997) Neural Comput 9:1735; the forget gate: Gers,
    Schmidhuber & Cummins (2000) Neural Comput 12:2451.
    """

    kind: Literal["lstm"]

    variables = ("hidden", "cell", "input_gate", "forget_gate", "candidate", "output_gate")

    def own_parameters(self, n_inputs: int) -> dict[str, Parameter]:
        n, of = self.n_units, "of input gate, forget gate, candidate and output gate"
        return {
            "w_rec": Parameter((4 * n, n), ("gate_unit", "pre"), f"recurrent weights {of}", 4),
            "w_in": Parameter((4 * n, n_inputs), ("gate_unit", "input"), f"input weights {of}", 4),
            "bias": Parameter((4 * n,), ("gate_unit",), f"constant input {of}", 4),
        }

    def begin(self, state: jax.Array) -> Variables:
        return {"hidden": state, "cell": jnp.zeros_like(state)}

    def step(self, p: Params, carried: Variables, s: jax.Array) -> tuple[Variables, Variables]:
        a = joined((p["w_rec"], p["w_in"], p["bias"]), (carried["hidden"], s))
        a_i, a_f, a_g, a_o = jnp.split(a, 4)
        i, f, o = jax.nn.sigmoid(a_i), jax.nn.sigmoid(a_f), jax.nn.sigmoid(a_o)
        g = jnp.tanh(a_g)
        c = f * carried["cell"] + i * g
        h = o * jnp.tanh(c)
        gates = {"input_gate": i, "forget_gate": f, "candidate": g, "output_gate": o}
        return {"hidden": h, "cell": c}, {"hidden": h, "cell": c, **gates}
