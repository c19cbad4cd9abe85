"""Manifold attractor: some units of a PLRNN are drawn toward perfect integrators."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Literal

import jax

from plastisim.cells import Cell
from plastisim.frozen import Count
from plastisim.regularizers.base import Places, Reduction, Regularizer, reduce, too_many_units


class ManifoldAttractor(Regularizer):
    r"""Manifold attractor regularization (MAR), of a cell with a diagonal A.

    .. math:: L = \sum_{i \le N_{reg}} \Big[ (A_i - 1)^2 + \sum_j W_{ij}^2 + h_i^2 \Big]

    over the first `units` units. With `reduction: mean`, each of the three terms is the mean of
    its entries, as in the reference code; the paper prints sums.

    Source: arXiv:2502.07256, Eq. S7; Schmidt et al. (2021) ICLR, Eq. 5.
    """

    kind: Literal["mar"]
    units: Count
    reduction: Reduction

    looks_at_states = False

    def penalty(self, cell: Cell, p: Mapping[str, jax.Array], seen: Mapping[str, jax.Array]) -> Any:
        k = self.units
        terms = ((p["autoregression"][:k] - 1.0), p["w_rec"][:k], p["bias"][:k])
        return sum(reduce(term**2, self.reduction) for term in terms)

    def problems(self, cell: Cell) -> Iterator[tuple[Places, str]]:
        if cell.kind != "plrnn":
            yield (
                ("kind",),
                f'got "mar", which draws the diagonal A of a plrnn toward 1; {cell.kind} has none: '
                "write tcr, or cell.kind: plrnn",
            )
        yield from too_many_units(self.units, cell)
