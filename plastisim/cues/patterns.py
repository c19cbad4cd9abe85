"""The cues that a protocol describes, as amplitudes (cue, input)."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from plastisim.cues.file import read_patterns
from plastisim.cues.models import (
    ChannelPatterns,
    CorrelatedGaussianPatterns,
    FilePatterns,
    Patterns,
)
from plastisim.streams import Name, stream

Array = NDArray[np.float64]


def cue_patterns(cues: Patterns, seed: int) -> Array:
    """Input of every cue to every channel while it is on (cue, input), float64.

    Raises
    ------
    ValueError
        If patterns from a file cannot be read: see `plastisim.cues.file`.
    """
    if isinstance(cues, ChannelPatterns):
        return cues.amplitude * np.eye(cues.n_cues, cues.n_inputs or cues.n_cues)
    if isinstance(cues, FilePatterns):
        return cues.amplitude * read_patterns(Path(cues.path))
    return cues.amplitude * _gaussian(cues, cues.n_cues, seed, "cues")


def pattern_shape(cues: Patterns) -> tuple[int, int]:
    """Numbers of cues and of input channels; no pattern is drawn, and only a file is read.

    Raises
    ------
    ValueError, MemoryError
        As `cue_patterns`, or if so many patterns do not fit in memory.
    """
    if isinstance(cues, FilePatterns):
        n_cues, n_inputs = read_patterns(Path(cues.path)).shape
        return n_cues, n_inputs
    n_cues, n_inputs = cues.n_cues, cues.n_inputs or cues.n_cues
    np.empty((n_cues, n_inputs))  # asks for the memory, and touches none of it
    return n_cues, n_inputs


def novel_patterns(cues: Patterns, n_cues: int, n_inputs: int, seed: int) -> Array:
    """Cues on the learned channels that are never learned (cue, input), float64.

    Drawn as the learned ones are; for patterns from a file, random Gaussian ones of the norm that
    the learned patterns have on average. Cues with a channel each have no such novel cues: theirs
    come on channels of their own.
    """
    if isinstance(cues, ChannelPatterns):
        raise ValueError("a novel cue of kind one_channel_each comes on a channel of its own")
    if isinstance(cues, FilePatterns):
        drawn = stream(seed, "novel_cues").standard_normal((n_cues, n_inputs))
        norm = np.linalg.norm(cue_patterns(cues, seed), axis=1).mean()
        return drawn * (norm / np.linalg.norm(drawn, axis=1, keepdims=True))
    return cues.amplitude * _gaussian(cues, n_cues, seed, "novel_cues")


def _gaussian(cues: Patterns, n_cues: int, seed: int, name: Name) -> Array:
    """Patterns with N(0, 1) entries, cue by cue, so that more cues leave the first as they were."""
    assert not isinstance(cues, (ChannelPatterns, FilePatterns))
    own = stream(seed, name).standard_normal((n_cues, cues.n_inputs))
    if not isinstance(cues, CorrelatedGaussianPatterns):
        return own
    common = stream(seed, "cues", 1).standard_normal(cues.n_inputs)
    c = cues.correlation
    return np.sqrt(c) * common + np.sqrt(1.0 - c) * own
