"""Activity: units are drawn toward silence."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Literal

import jax
from pydantic import Field

from plastisim.cells import Cell
from plastisim.frozen import Count
from plastisim.regularizers.base import Places, Reduction, Regularizer, reduce, too_many_units


class Activity(Regularizer):
    r"""A penalty on the square of what units do.

    .. math:: L = \sum_v \sum_{i \le N_{reg}} \sum_t v_i[t]^2

    over the variables v named in `of`, the first `units` units (all, if absent), and the steps of
    a trial; always a mean over trials, with `reduction: mean` over units and steps too.
    """

    kind: Literal["activity"]
    of: Annotated[list[str], Field(min_length=1)]  # variables of the cell, such as rate
    units: Count | None = None  # the first so many; absent: all
    reduction: Reduction

    looks_at_states = True

    def penalty(self, cell: Cell, p: Mapping[str, jax.Array], seen: Mapping[str, jax.Array]) -> Any:
        squares = (seen[name][:, : self.units] ** 2 for name in self.of)
        return sum(reduce(square.mean(axis=-1), self.reduction) for square in squares)

    def problems(self, cell: Cell) -> Iterator[tuple[Places, str]]:
        for i, name in enumerate(self.of):
            if name not in cell.variables:
                yield ("of", i), f'got "{name}"; {cell.kind} has {", ".join(cell.variables)}'
        yield from too_many_units(self.units, cell)
