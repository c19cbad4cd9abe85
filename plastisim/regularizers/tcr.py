"""Temporal consistency: what some units do is to change little from step to step."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Literal

import jax
from pydantic import Field

from plastisim.cells import Cell
from plastisim.frozen import Count
from plastisim.regularizers.base import Places, Reduction, Regularizer, reduce, too_many_units


class TemporalConsistency(Regularizer):
    r"""Temporal consistency regularization (TCR).

    .. math:: L = \sum_v \sum_{i \le N_{reg}} \sum_t (v_i[t] - v_i[t-1])^2

    over the variables v named in `of`, the first `units` units (all, if absent), and the steps of
    a trial; always a mean over trials. With `reduction: mean` it is a mean over units and steps
    too, so that its strength does not depend on their number. The step from the state before the
    trial is not among them.

    Source: arXiv:2502.07256, Eq. 5.
    """

    kind: Literal["tcr"]
    of: Annotated[list[str], Field(min_length=1)]  # variables of the cell, such as rate and drive
    units: Count | None = None  # the first so many; absent: all
    reduction: Reduction

    looks_at_states = True

    def penalty(self, cell: Cell, p: Mapping[str, jax.Array], seen: Mapping[str, jax.Array]) -> Any:
        total = 0.0
        for name in self.of:
            v = seen[name][:, : self.units]
            change = (v[1:] - v[:-1]) ** 2
            total = total + reduce(change.mean(axis=-1), self.reduction)
        return total

    def problems(self, cell: Cell) -> Iterator[tuple[Places, str]]:
        for i, name in enumerate(self.of):
            if name not in cell.variables:
                yield ("of", i), f'got "{name}"; {cell.kind} has {", ".join(cell.variables)}'
            elif name in self.of[:i]:
                yield ("of", i), f'got "{name}" a second time; write every variable once'
        yield from too_many_units(self.units, cell)
