"""From a protocol to what the engines run: the network, the cues, the table of trials."""

from plastisim.schedule.network import build_network
from plastisim.schedule.trials import (
    cue_order,
    plastic_steps,
    presentation,
    steps_until_cue_ends,
    tested_epochs,
    trial_steps,
)

__all__ = [
    "build_network",
    "cue_order",
    "plastic_steps",
    "presentation",
    "steps_until_cue_ends",
    "tested_epochs",
    "trial_steps",
]
