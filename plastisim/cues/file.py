"""Cue patterns (cue, input) from an experimenter's own file."""

from __future__ import annotations

import warnings
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

RIGHT = "write a .npy or .csv file of finite numbers, one row per cue and one column per channel"


def read_patterns(path: Path) -> NDArray[np.float64]:
    """Patterns (cue, input), float64; nothing in the file is ever run.

    Raises
    ------
    ValueError
        If there is no such file, or it does not hold a finite matrix of numbers; says what would
        be right.
    """
    if not path.is_file():
        raise ValueError(f"{path}: there is no such file")
    if path.suffix not in (".npy", ".csv"):
        raise ValueError(f"{path} is neither .npy nor .csv; {RIGHT}")
    try:
        with path.open("rb") as file, warnings.catch_warnings():
            warnings.simplefilter("error")  # such as: the file is empty
            if path.suffix == ".csv":
                found = np.loadtxt(file, delimiter=",", ndmin=2)
            else:
                found = np.load(file, allow_pickle=False)
    except OSError as error:
        raise ValueError(f"{path} cannot be read: {error.strerror or error}") from None
    except (ValueError, EOFError, UserWarning, SyntaxError, MemoryError):
        raise ValueError(f"{path} holds no numbers; {RIGHT}") from None
    if not isinstance(found, np.ndarray) or found.dtype.kind not in "fiu":
        raise ValueError(f"{path} holds no real numbers; {RIGHT}")
    if found.ndim != 2 or 0 in found.shape:
        raise ValueError(f"{path} holds an array of shape {found.shape}; {RIGHT}")
    if not np.isfinite(found).all():
        cue, channel = np.argwhere(~np.isfinite(found))[0]
        where = f"at cue {cue}, channel {channel}"
        raise ValueError(f"{path} holds {found[cue, channel]} {where}; {RIGHT}")
    return found.astype(np.float64)
