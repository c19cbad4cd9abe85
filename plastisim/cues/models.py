"""The kinds of cues that may be written in a protocol."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from plastisim.frozen import Count, Finite, Frozen, Positive

# ------------------------------------------------------------------------- the patterns alone


class ChannelPatterns(Frozen):
    """Every pattern is one channel of its own."""

    kind: Literal["one_channel_each"]
    n_cues: Count
    n_inputs: Count | None = None  # absent: as many channels as cues
    amplitude: Finite


class GaussianPatterns(Frozen):
    """Every pattern is Gaussian over all input channels, and independent of the others."""

    kind: Literal["random_patterns"]
    n_cues: Count
    n_inputs: Count
    amplitude: Finite


class CorrelatedGaussianPatterns(Frozen):
    """Gaussian patterns with a part in common."""

    kind: Literal["correlated_patterns"]
    n_cues: Count
    n_inputs: Count
    correlation: Annotated[float, Field(ge=0, lt=1, allow_inf_nan=False)]
    amplitude: Finite


class FilePatterns(Frozen):
    """Patterns (cue, input) of the experimenter's own."""

    kind: Literal["from_file"]
    path: str  # relative to the protocol file
    amplitude: Finite


Patterns = Annotated[
    ChannelPatterns | GaussianPatterns | CorrelatedGaussianPatterns | FilePatterns,
    Field(discriminator="kind"),
]

# ------------------------------------- with the input weights, where no network brings its own


class OneChannelEach(ChannelPatterns):
    """Every cue is a rectangular pulse on an input channel of its own."""

    input_weights_std: Positive


class RandomPatterns(GaussianPatterns):
    """Every cue is a random Gaussian pattern over all input channels."""

    input_weights_std: Positive


class CorrelatedPatterns(CorrelatedGaussianPatterns):
    """Random Gaussian patterns of which any two have the same expected correlation."""

    input_weights_std: Positive


class FromFile(FilePatterns):
    """Cue patterns (cue, input) of the experimenter's own, from a .npy or .csv file."""

    input_weights_std: Positive


Cues = Annotated[
    OneChannelEach | RandomPatterns | CorrelatedPatterns | FromFile, Field(discriminator="kind")
]
