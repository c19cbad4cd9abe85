"""Which cues have an attractor of their own."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from plastisim.measures.overlap import overlap, overlap_matrix

Array = NDArray[np.floating]
Flags = NDArray[np.bool_]

NEWTON_RESIDUAL = 1e-9  # a refined state with less is a fixed point
SILENT = 1e-6  # a state whose largest rate is less is the one state of no activity
NEWTON_REACH = 0.05  # and lies within this root-mean-square distance of the relaxed state


@dataclass(frozen=True)
class Attractors:
    """One entry per cue, and the number of cues with an attractor of their own."""

    cue_overlap: Array  # with the state at cue end
    is_fixed_point: Flags
    is_stable: Flags
    is_distinct: Flags  # no other cue leads to the same attractor
    is_mirror: Flags  # some other cue leads to its mirror image, -r
    is_cue_faithful: Flags
    is_own_attractor: Flags  # all of fixed point, stable, distinct, faithful
    between: Array  # overlap of each attractor with each (cue, attractor); 1 of two silent ones
    n_fixed_points: int  # stable ones that some cue leads to, each counted once

    @property
    def n_attractors(self) -> int:
        """Distinct, stable, cue-faithful fixed points."""
        return int(self.is_own_attractor.sum())


def classify(
    cue_end: Array,
    state: Array,
    residual: Array,
    moved: Array,
    abscissa: Array,
    *,
    same: float,
    faithful: float,
) -> Attractors:
    """Tell which cue has an attractor of its own.

    Parameters
    ----------
    cue_end
        States at the end of the cue (unit, cue).
    state
        States that they relaxed to, refined (unit, cue).
    residual, moved
        Of the refinement (cue,): see `plastisim.measures.fixed_points.Refined`.
    abscissa
        Spectral abscissa there (cue,), 1/tau. A negative one alone says nothing: the saturated
        state at cue end has one long before it is a fixed point.
    same, faithful
        Overlap from which two states are the same attractor, and from which an attractor is
        faithful to its cue.
    """
    is_fixed_point = (residual < NEWTON_RESIDUAL) & (moved < NEWTON_REACH)
    is_stable = is_fixed_point & (abscissa < 0)
    # What rounding leaves of a silent state points anywhere, yet it is always the same state.
    silent = np.abs(state).max(axis=0) < SILENT
    state = np.where(silent, 0.0, state)
    between = np.where(np.outer(silent, silent), 1.0, overlap_matrix(state, state))
    others = between - 2.0 * np.eye(len(residual))  # itself is no other
    others = np.where(is_fixed_point[None, :], others, -2.0)
    is_distinct = is_fixed_point & ~(others >= same).any(axis=1)
    is_another = is_fixed_point[None, :] & ~np.eye(len(residual), dtype=bool)
    is_mirror = is_fixed_point & (np.where(is_another, between, 0.0) <= -same).any(axis=1)
    cue_overlap = overlap(cue_end, state)
    is_cue_faithful = cue_overlap >= faithful
    return Attractors(
        cue_overlap=cue_overlap,
        is_fixed_point=is_fixed_point,
        is_stable=is_stable,
        is_distinct=is_distinct,
        is_mirror=is_mirror,
        is_cue_faithful=is_cue_faithful,
        is_own_attractor=is_stable & is_distinct & is_cue_faithful,
        between=between,
        n_fixed_points=_count_different(between, is_stable, same),
    )


def _count_different(between: Array, which: Flags, same: float) -> int:
    """How many of the states `which` differ, each counted with the first one it is the same as."""
    first: list[int] = []
    for k in np.flatnonzero(which):
        if all(between[k, j] < same for j in first):
            first.append(int(k))
    return len(first)
