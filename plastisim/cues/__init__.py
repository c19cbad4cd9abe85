"""Cues: what may be written of them, and the patterns (cue, input) that follow from it."""

from plastisim.cues.models import (
    ChannelPatterns,
    CorrelatedGaussianPatterns,
    CorrelatedPatterns,
    Cues,
    FilePatterns,
    FromFile,
    GaussianPatterns,
    OneChannelEach,
    Patterns,
    RandomPatterns,
)
from plastisim.cues.patterns import cue_patterns, novel_patterns, pattern_shape

__all__ = [
    "ChannelPatterns",
    "CorrelatedGaussianPatterns",
    "CorrelatedPatterns",
    "Cues",
    "FilePatterns",
    "FromFile",
    "GaussianPatterns",
    "OneChannelEach",
    "Patterns",
    "RandomPatterns",
    "cue_patterns",
    "novel_patterns",
    "pattern_shape",
]
