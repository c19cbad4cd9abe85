"""How often a trial ends in the memory asked for, in another, in a mirror image, or in none."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from plastisim.measures.robustness import MIRROR_OF, NONE

OUTCOMES = ("own", "other", "mirror", "none")
OWN, OTHER, MIRROR, NEITHER = range(4)  # places in OUTCOMES


def outcome(reached: NDArray[np.int64], asked: NDArray[np.int64] | None) -> NDArray[np.int64]:
    """What each trial ended in, as a place in OUTCOMES; shaped like `reached`.

    Parameters
    ----------
    reached
        As `plastisim.measures.robustness.reached` gives it.
    asked
        The memory that each trial asks for, of a shape that broadcasts to that of `reached`; None
        if they ask for no memory in particular, so that every memory is an "other".
    """
    found = np.full(reached.shape, OTHER)
    if asked is not None:
        found[reached == asked] = OWN
    found[reached == MIRROR_OF] = MIRROR
    found[reached == NONE] = NEITHER
    return found


def outcome_shares(outcomes: NDArray[np.int64]) -> NDArray[np.float64]:
    """Share of each outcome in each row of `outcomes` (row, trial): (row, outcome)."""
    return (outcomes[:, :, None] == np.arange(len(OUTCOMES))).mean(axis=1)
