"""What a regularizer is: a penalty on what a network does, or on what it is made of."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from typing import Any, ClassVar, Literal

import jax

from plastisim.cells import Cell
from plastisim.frozen import Frozen
from plastisim.strengths import Listed, Ramp, StrengthOrGrid, strength_at

Reduction = Literal["sum", "mean"]
Places = tuple[str | int, ...]


class Regularizer(Frozen, ABC):
    """One term of the loss: its strength times a penalty.

    A list of strengths asks for a network, or a whole ensemble, with each of them.
    """

    kind: Any  # Literal["its_name"] in a subclass
    strength: StrengthOrGrid  # never negative

    looks_at_states: ClassVar[bool]  # whether `penalty` reads `seen`

    @abstractmethod
    def penalty(self, cell: Cell, p: Mapping[str, jax.Array], seen: Mapping[str, jax.Array]) -> Any:
        """The penalty at strength 1, one number.

        Parameters
        ----------
        cell, p
            The equation and its parameters.
        seen
            Every variable of the cell over the whole trial (time, unit, trial).
        """

    def problems(self, cell: Cell) -> Iterator[tuple[Places, str]]:
        """Keys that do not fit the cell: (path within the regularizer, what would be right)."""
        return iter(())

    def strengths(self) -> list[float | Ramp | Listed]:
        """The strengths of a grid; one where there is none."""
        return list(self.strength) if isinstance(self.strength, list) else [self.strength]


def reduce(values: jax.Array, reduction: Reduction) -> jax.Array:
    """The sum or the mean of an array."""
    return values.sum() if reduction == "sum" else values.mean()


def too_many_units(asked: int | None, cell: Cell) -> Iterator[tuple[Places, str]]:
    """The finding that more units are asked for than there are."""
    if asked is not None and asked > cell.n_units:
        yield ("units",), f"got {asked}; the network has {cell.n_units} units: write that or less"


__all__ = ["Places", "Reduction", "Regularizer", "reduce", "strength_at", "too_many_units"]
