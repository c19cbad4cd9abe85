"""How the numbers of epochs read in a message, however many they are."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

_SHOWN = 8


def listed(epochs: NDArray[np.int64]) -> str:
    """In full or, if there are many, the first and the last: "[1, 2, 3, ..., 30000]"."""
    words = list(map(str, epochs.tolist()))
    if len(words) > _SHOWN:
        words[3:-1] = ["..."]
    return f"[{', '.join(words)}]"


def ranges(epochs: NDArray[np.int64], rows: NDArray[np.int64]) -> str:
    """The epochs of some rows, neighbours drawn together: "1..500,502"."""
    runs = np.split(rows, np.flatnonzero(np.diff(rows) != 1) + 1)
    words = [f"{epochs[run[0]]}" + f"..{epochs[run[-1]]}" * (len(run) > 1) for run in runs]
    if len(words) > _SHOWN:
        words[_SHOWN:] = ["..."]
    return ",".join(words)
