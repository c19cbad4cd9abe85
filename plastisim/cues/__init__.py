"""Cues: what may be written of them, and the patterns (cue, input) that follow from it."""

from plastisim.cues.models import (
    CorrelatedPatterns,
    Cues,
    FromFile,
    OneChannelEach,
    RandomPatterns,
)
from plastisim.cues.patterns import cue_patterns, novel_patterns

__all__ = [
    "CorrelatedPatterns",
    "Cues",
    "FromFile",
    "OneChannelEach",
    "RandomPatterns",
    "cue_patterns",
    "novel_patterns",
]
