"""Whether memories come back after a kick, last, answer weak cues, and yield to other cues.

Every function here relaxes a frozen network from many states at once and asks which memory, if
any, it came to. `memories` are the attractors (unit, memory); trials that a network with noise
would blur are run without it, but for `retention`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from plastisim.dynamics import Period
from plastisim.measures.overlap import overlap, overlap_matrix
from plastisim.online.batch import FrozenNetwork

Array = NDArray[np.floating]
NONE, MIRROR_OF = -1, -2  # what `reached` says besides the number of a memory


def reached(states: Array, memories: Array, same: float) -> NDArray[np.int64]:
    """Which memory each state (unit, trial) is: its number, MIRROR_OF one, or NONE (trial,)."""
    m = overlap_matrix(states, memories)
    best = m.argmax(axis=1)
    which = np.where(m.max(axis=1) >= same, best, NONE)
    return np.where((which == NONE) & (m.min(axis=1) <= -same), MIRROR_OF, which)


def flip_signs(states: Array, fraction: float, random: np.random.Generator) -> Array:
    """Copies of `states` (unit, trial) with the sign of a random fraction of the units flipped."""
    n_units, n_trials = states.shape
    n_flipped = round(fraction * n_units)
    order = random.random((n_units, n_trials)).argsort(axis=0)
    return np.where(order < n_flipped, -states, states)


def kick(states: Array, std: float, random: np.random.Generator) -> Array:
    """Copies of `states` (unit, trial) with Gaussian noise added."""
    return states + std * random.standard_normal(states.shape)


def returns(
    frozen: FrozenNetwork,
    memories: Array,
    perturb: Callable[[Array], Array],
    repeats: int,
    *,
    max_steps: int,
    at_rest: float,
    same: float,
) -> Array:
    """Fraction of perturbations after which each memory comes back (memory,).

    Cues that share an attractor each have it come back: nothing hangs on which of them `reached`
    would name.
    """
    before = np.tile(memories, repeats)
    end = frozen.relax(perturb(before), frozen.network.bias, max_steps, at_rest).rate
    back = overlap(end, before) >= same
    return back.reshape(repeats, -1).mean(axis=0)


def answers(
    frozen: FrozenNetwork,
    start: Array,
    trials: Sequence[Sequence[Period]],
    cue_steps: int,
    memories: Array,
    *,
    max_steps: int,
    at_rest: float,
    same: float,
) -> NDArray[np.int64]:
    """Which memory the network reaches when cues are presented in the states `start` (trial,)."""
    cue_end = frozen.present(start, trials, cue_steps)
    end = frozen.relax(cue_end, frozen.network.bias, max_steps, at_rest).rate
    return reached(end, memories, same)


def retention(
    frozen: FrozenNetwork,
    memories: Array,
    times: Sequence[int],
    noise: Callable[[], Array] | None,
) -> Array:
    """Overlap of a held state with the memory that it began as, at each of `times` (time, memory).

    Parameters
    ----------
    times
        Steps from the start, increasing.
    noise
        Gives the noise on the drive (unit, memory), once per step.
    """
    kept: dict[int, Array] = {}
    frozen.hold(
        memories,
        frozen.network.bias,
        times[-1],
        noise,
        watch=lambda step, rate: kept.__setitem__(step, overlap(rate, memories)),
        watch_at=times,
    )
    return np.stack([kept[step] for step in times])
