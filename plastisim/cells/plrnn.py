"""The piecewise-linear network: its own memory on a diagonal, and rectified recurrence."""

from __future__ import annotations

from typing import Any, Literal

import jax
from numpy.typing import NDArray

from plastisim.cells.base import Cell, Params, Variables, joined, no_self_connections
from plastisim.cells.initial import Parameter
from plastisim.cells.problems import Findings
from plastisim.frozen import Count


class PLRNN(Cell):
    r"""Piecewise-linear recurrent neural network.

    .. math::
        x[t] = A\, x[t-1] + W\, \mathrm{relu}(x[t-1]) + C s[t] + h, \qquad
        o[t] = W_{out}\, x[t] + b_{out}

    A (`autoregression`, a vector for its diagonal) is (unit,); W (`w_rec`) is (post, pre) with a
    zero diagonal; C (`w_in`) is (unit, input); h (`bias`) is (unit,).

    With `manifold_attractor_units: k` (MAI), the first k units begin as perfect integrators: A = 1,
    no recurrent input, h = 0.

    Variables: `state` x, (unit, trial).

    Source: arXiv:2502.07256, Eqs 1, S1, S2 and S8; Schmidt et al. (2021) ICLR, Eq. 1.
    """

    kind: Literal["plrnn"]
    manifold_attractor_units: Count | None = None  # MAI

    variables = ("state",)
    recomputes = True  # relu(x) costs less than to fetch it

    def own_parameters(self, n_inputs: int) -> dict[str, Parameter]:
        n = self.n_units
        return {
            "autoregression": Parameter((n,), ("unit",), "diagonal of A"),
            "w_rec": Parameter(
                (n, n), ("post", "pre"), "recurrent weights", zero=no_self_connections(n)
            ),
            "w_in": Parameter((n, n_inputs), ("unit", "input"), "input weights"),
            "bias": Parameter((n,), ("unit",), "constant input"),
        }

    def draw(self, seed: int, n_inputs: int, n_outputs: int) -> dict[str, NDArray[Any]]:
        drawn = super().draw(seed, n_inputs, n_outputs)
        if k := self.manifold_attractor_units:
            drawn["autoregression"][:k] = 1.0
            drawn["w_rec"][:k] = 0.0
            drawn["bias"][:k] = 0.0
        return drawn

    def problems(self, n_inputs: int, n_outputs: int) -> Findings:
        yield from super().problems(n_inputs, n_outputs)
        k, n = self.manifold_attractor_units, self.n_units
        if k is not None and k > n:
            yield (
                ("manifold_attractor_units",),
                f"got {k}; the network has {n} units: write that or less",
            )

    def step(self, p: Params, carried: Variables, s: jax.Array) -> tuple[Variables, Variables]:
        x = carried["state"]
        weights = p["w_rec"], p["w_in"], p["bias"]
        x = p["autoregression"][:, None] * x + joined(weights, (jax.nn.relu(x), s))
        return {"state": x}, {"state": x}
