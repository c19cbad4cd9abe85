"""Weight decay: parameters are drawn toward zero."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Literal

import jax
from pydantic import Field

from plastisim.cells import Cell
from plastisim.regularizers.base import Places, Reduction, Regularizer, reduce


class WeightDecay(Regularizer):
    r"""Weight decay of the parameters named in `of`.

    .. math:: L = \sum_{p} \sum_{ij} p_{ij}^2

    summed, or with `reduction: mean` averaged, over each parameter's entries. With `decoupled:
    true` it is no part of the loss, and so of no gradient and no clipping; every step multiplies
    each p with :math:`1 - \eta \lambda`, with the learning rate :math:`\eta`, after the gradient's
    own change.

    Source: decoupled weight decay: Loshchilov & Hutter (2019) ICLR.
    """

    kind: Literal["weight_decay"]
    of: Annotated[list[str], Field(min_length=1)]  # parameters, such as w_rec
    decoupled: bool
    reduction: Reduction = "sum"

    looks_at_states = False

    def penalty(self, cell: Cell, p: Mapping[str, jax.Array], seen: Mapping[str, jax.Array]) -> Any:
        return sum(reduce(p[name] ** 2, self.reduction) for name in self.of)

    def problems(self, cell: Cell) -> Iterator[tuple[Places, str]]:
        known = list(cell.parameters(1, 1))
        for i, name in enumerate(self.of):
            if name not in known:
                yield ("of", i), f'got "{name}"; {cell.kind} has {", ".join(known)}'
            elif name not in cell.trained:
                yield ("of", i), f'got "{name}", which is not in cell.trained and stays as it is'
            elif name in self.of[:i]:
                yield ("of", i), f'got "{name}" a second time; write every parameter once'
