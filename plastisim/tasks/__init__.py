"""The catalogue of tasks: one file each, one line each."""

from plastisim.tasks.base import Task, Trial
from plastisim.tasks.cue_recall import CueRecall
from plastisim.tasks.delayed_addition import DelayedAddition
from plastisim.tasks.delayed_match import DelayedMatch
from plastisim.tasks.evidence_accumulation import EvidenceAccumulation
from plastisim.tasks.flip_flop import FlipFlop
from plastisim.tasks.multiplication import Multiplication
from plastisim.tasks.sine_wave import SineWave

TASKS: dict[str, type[Task]] = {
    "delayed_addition": DelayedAddition,
    "multiplication": Multiplication,
    "evidence_accumulation": EvidenceAccumulation,
    "flip_flop": FlipFlop,
    "cue_recall": CueRecall,
    "delayed_match": DelayedMatch,
    "sine_wave": SineWave,
}

__all__ = ["TASKS", "Task", "Trial"]
