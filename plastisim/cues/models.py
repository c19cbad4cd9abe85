"""The kinds of cues that may be written in a protocol."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from plastisim.frozen import Count, Finite, Frozen, Positive


class OneChannelEach(Frozen):
    """Every cue is a rectangular pulse on an input channel of its own."""

    kind: Literal["one_channel_each"]
    n_cues: Count
    n_inputs: Count | None = None  # absent: as many channels as cues
    amplitude: Finite
    input_weights_std: Positive


class RandomPatterns(Frozen):
    """Every cue is a random Gaussian pattern over all input channels."""

    kind: Literal["random_patterns"]
    n_cues: Count
    n_inputs: Count
    amplitude: Finite
    input_weights_std: Positive


class CorrelatedPatterns(Frozen):
    """Random Gaussian patterns of which any two have the same expected correlation."""

    kind: Literal["correlated_patterns"]
    n_cues: Count
    n_inputs: Count
    correlation: Annotated[float, Field(ge=0, lt=1, allow_inf_nan=False)]
    amplitude: Finite
    input_weights_std: Positive


class FromFile(Frozen):
    """Cue patterns (cue, input) of the experimenter's own, from a .npy or .csv file."""

    kind: Literal["from_file"]
    path: str  # relative to the protocol file
    amplitude: Finite
    input_weights_std: Positive


Cues = Annotated[
    OneChannelEach | RandomPatterns | CorrelatedPatterns | FromFile, Field(discriminator="kind")
]
