"""One network of every cell, and of every key that changes its equation; small trials for them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np

from plastisim.cells import CELLS, Cell

N_UNITS, N_INPUTS, N_TRIALS, N_STEPS = 5, 3, 4, 7
TIMES = {"tau": "10 ms", "dt": "4 ms"}

_KEYS = {
    "plrnn": {"kind": "plrnn"},
    "leaky_rate": {
        "kind": "leaky_rate", "self_connections": False, "with_bias": True, **TIMES,
    },
    "leaky_rate, autapses": {
        "kind": "leaky_rate", "self_connections": True, "with_bias": False, **TIMES,
    },
    "rank_one": {"kind": "rank_one", **TIMES},
    "low_rank": {"kind": "low_rank", "rank": 2, **TIMES},
    "vanilla": {"kind": "vanilla", "transfer": "tanh"},
    "vanilla, relu": {"kind": "vanilla", "transfer": "relu"},
    "lstm": {"kind": "lstm"},
    "gru": {"kind": "gru"},
}  # fmt: skip
NAMES = list(_KEYS)


def n_outputs(cell: Cell) -> int:
    """Two, where the cell can have them."""
    return 2 if cell.reads_out else 1


@cache
def example(name: str, **changes) -> Cell:
    """A cell with a learned start, whose parameters are all trained and N(0, 0.6^2)."""
    keys = {
        "n_units": N_UNITS, "start": "learned", "dtype": "float64", "trained": ["w_in"],
        "initial": {}, **_KEYS[name], **changes,
    }  # fmt: skip
    cls = CELLS[keys["kind"]]
    known = cls(**keys).parameters(N_INPUTS, 1)
    keys["trained"] = list(known)
    keys["initial"] = {name: {"kind": "gaussian", "std": 0.6} for name in known}
    return cls(**keys)


@dataclass(frozen=True)
class Trials:
    """A batch: parameters, inputs (time, input, trial), targets (time, output, trial)."""

    p: dict[str, np.ndarray]
    inputs: np.ndarray
    targets: np.ndarray


def trials_of(cell: Cell, seed: int = 3) -> Trials:
    """Parameters before training, and inputs and targets of nobody's choosing."""
    random = np.random.default_rng(seed)
    return Trials(
        cell.draw(seed, N_INPUTS, n_outputs(cell)),
        random.standard_normal((N_STEPS, N_INPUTS, N_TRIALS)).astype(cell.dtype),
        random.standard_normal((N_STEPS, n_outputs(cell), N_TRIALS)).astype(cell.dtype),
    )
