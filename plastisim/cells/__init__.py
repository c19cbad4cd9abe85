"""The catalogue of network equations for training by gradients: one file each, one line each."""

from plastisim.cells.base import Cell, RandomStart
from plastisim.cells.leaky_rate import LeakyRate
from plastisim.cells.plrnn import PLRNN

CELLS: dict[str, type[Cell]] = {
    "plrnn": PLRNN,
    "leaky_rate": LeakyRate,
}

__all__ = ["CELLS", "Cell", "RandomStart"]
