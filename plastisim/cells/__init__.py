"""The catalogue of network equations for training by gradients: one file each, one line each."""

from plastisim.cells.base import Cell, RandomStart
from plastisim.cells.gru import GRU
from plastisim.cells.leaky_rate import LeakyRate
from plastisim.cells.low_rank import LowRank
from plastisim.cells.lstm import LSTM
from plastisim.cells.plrnn import PLRNN
from plastisim.cells.rank_one import RankOne
from plastisim.cells.vanilla import Vanilla

CELLS: dict[str, type[Cell]] = {
    "plrnn": PLRNN,
    "leaky_rate": LeakyRate,
    "rank_one": RankOne,
    "low_rank": LowRank,
    "vanilla": Vanilla,
    "lstm": LSTM,
    "gru": GRU,
}

__all__ = ["CELLS", "Cell", "RandomStart"]
