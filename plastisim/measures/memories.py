"""One test of everything a network has learned: what becomes of each cue with plasticity off."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from plastisim.dynamics import Network
from plastisim.measures.attractors import Attractors, classify
from plastisim.measures.fixed_points import refine
from plastisim.measures.spectra import leading_eigenvalues
from plastisim.online.batch import FrozenNetwork, Relaxed

Array = NDArray[np.floating]


@dataclass(frozen=True)
class Memories:
    r"""What a test found; cues are columns of `cue_end` and `state`.

    Attributes
    ----------
    cue_end
        State when the cue goes off (unit, cue).
    state
        Where it came to rest, refined by Newton's method; where it did not come to rest, the state
        at the end of the relaxation (unit, cue).
    relaxed_residual, residual
        Largest :math:`|\phi(x) - r|` after relaxation, and after refinement (cue,).
    steps_to_rest
        Steps from cue offset to rest (cue,); -1 where it did not come to rest.
    eigenvalues
        The leading ones at `state` (cue, eig), 1/tau.
    attractors
        The verdicts.
    """

    cue_end: Array
    state: Array
    relaxed_residual: Array
    residual: Array
    steps_to_rest: NDArray[np.int64]
    eigenvalues: NDArray[np.complex128]
    attractors: Attractors


REFINE_BELOW = 1e-3  # a state farther from rest than this is no candidate for a fixed point


def probe_memories(
    frozen: FrozenNetwork,
    cue_end: Array,
    relaxed: Relaxed,
    *,
    same: float,
    faithful: float,
    n_leading: int,
) -> Memories:
    """Look at where the network came to after every cue, without input.

    Parameters
    ----------
    cue_end
        State when each cue goes off (unit, cue).
    relaxed
        Where each went from there.
    same, faithful
        See `plastisim.measures.attractors.classify`.
    n_leading
        Number of leading eigenvalues.
    """
    network = frozen.network
    state, residual, moved = refine_candidates(
        frozen.w_rec, network, relaxed.rate, relaxed.residual
    )
    eigenvalues = leading_eigenvalues(frozen.w_rec, network, state, n_leading)
    attractors = classify(
        cue_end.astype(np.float64), state, residual, moved, eigenvalues[:, 0].real,
        same=same, faithful=faithful,
    )  # fmt: skip
    return Memories(
        cue_end=cue_end,
        state=state,
        relaxed_residual=relaxed.residual,
        residual=residual,
        steps_to_rest=relaxed.steps,
        eigenvalues=eigenvalues,
        attractors=attractors,
    )


def refine_candidates(
    w_rec: Array, network: Network, rate: Array, residual: Array
) -> tuple[Array, Array, Array]:
    """Refine the states that are nearly at rest: states (unit, trial), residuals and moves."""
    state, after = rate.astype(np.float64), residual.astype(np.float64)
    moved = np.zeros(len(residual))
    near = np.flatnonzero(residual < REFINE_BELOW)
    if near.size:
        refined = refine(w_rec, network, rate[:, near])
        state[:, near], after[near], moved[near] = refined.rate, refined.residual, refined.moved
    return state, after, moved
