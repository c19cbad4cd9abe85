"""What an experimenter may write of a network that learns online, as strict, frozen data.

Every field is a key of the YAML file. Nothing that could change a result has a default here that
is not either nothing (no noise, no bias, no test) or stated in the field's comment.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from plastisim.cues.models import Cues
from plastisim.frozen import Count, Finite, Fraction, Frozen, NonNegative, Positive
from plastisim.protocol.foreign import Foreign, OpenCatalogue
from plastisim.protocol.head import Protocol
from plastisim.quantities import Time
from plastisim.rules import RULES, LocalRule, OneShotRule

RULE = OpenCatalogue("rule", "plastisim.rules", RULES, (LocalRule, OneShotRule))
Epochs = list[Annotated[int, Field(ge=0)]]  # 0 is before learning


# ------------------------------------------------------------------------------- the network


class ThresholdLinear(Frozen):
    """max(x - threshold, 0)."""

    kind: Literal["threshold_linear"]
    threshold: Finite


class RandomBias(Frozen):
    """A constant input to each unit, drawn from N(0, std^2)."""

    std: NonNegative


class Dale(Frozen):
    """Every unit excites or inhibits, never both."""

    excitatory_fraction: Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]


class Constraints(Frozen):
    """What recurrent weights must obey at all times; absent keys ask for nothing."""

    bounds: Annotated[list[Finite], Field(min_length=2, max_length=2)] | None = None
    dale: Dale | None = None
    density: Fraction | None = None  # fraction of the possible synapses that exist


class NetworkModel(Frozen):
    """A leaky rate network."""

    n_units: Annotated[int, Field(ge=2)]
    gain: NonNegative  # std of the recurrent weights is gain / sqrt(n_units)
    tau: Time
    dt: Time
    transfer: Literal["tanh", "relu", "logistic", "linear"] | ThresholdLinear
    self_connections: bool
    noise: NonNegative = 0.0  # std of the noise inside the transfer function
    weight_noise: NonNegative = 0.0  # std of the random change per weight and plastic step
    bias: Finite | RandomBias = 0.0
    constraints: Constraints = Constraints()
    dtype: Literal["float64", "float32"] = "float64"


# ------------------------------------------------------------------------------ the schedule


class PeriodModel(Frozen):
    """A named stretch of a trial."""

    period: Annotated[
        str,
        Field(pattern=r"^[a-z][a-z0-9_]*$", description="a lower-case name", examples=["cue"]),
    ]
    duration: Time
    input: Literal["cue", "none"]
    plastic: bool
    third_factor: Finite = 1.0  # multiplies the rule's strength


class Stop(Frozen):
    """What happens once every cue has its own attractor in so many tests in a row."""

    when: Literal["all_cues_are_attractors"]
    tests_in_a_row: Count
    then: Literal["freeze", "end"]


class Schedule(Frozen):
    """How often, in which order and for how long the cues are presented."""

    epochs: Count
    order: Literal["shuffled", "fixed"]
    reset: Literal["zero", "keep", "random"]  # the rates before each cue
    trial: Annotated[list[PeriodModel], Field(min_length=1)]
    stop: Stop | None = None


# ---------------------------------------------------------------------------------- the test


class SignFlips(Frozen):
    """Attractors from which a random fraction of the units has its sign flipped."""

    kind: Literal["sign_flip"]
    fractions: Annotated[list[Fraction], Field(min_length=1)]
    repeats: Count
    at: Literal["last"]


class GaussianKicks(Frozen):
    """Attractors to which Gaussian noise is added."""

    kind: Literal["gaussian"]
    stds: Annotated[list[Positive], Field(min_length=1)]
    repeats: Count
    at: Literal["last"]


Perturbation = Annotated[SignFlips | GaussianKicks, Field(discriminator="kind")]


class Criteria(Frozen):
    """When a relaxed state counts as a cue's own attractor."""

    at_rest: Positive = 1e-5  # largest |phi(x) - r| of a state at rest
    same: Annotated[float, Field(gt=0, lt=1)] = 0.99  # overlap of one attractor met twice
    faithful: Annotated[float, Field(gt=0, lt=1)] = 0.9  # overlap with the cue-end state


class NovelCues(Frozen):
    n_cues: Count
    at: Literal["last"]


class WeakCues(Frozen):
    """The learned cues at a fraction of their amplitude."""

    fractions: Annotated[list[Fraction], Field(min_length=1)]
    at: Literal["last"]


class Switches(Frozen):
    """Every cue presented in every other cue's attractor."""

    at: Literal["last"]


class RandomStarts(Frozen):
    """Relaxation from random states, which finds attractors besides the memories."""

    n_starts: Count
    at: Literal["last"]


class Test(Frozen):
    """What is measured with plasticity off."""

    every: Count  # epochs; the last epoch is always tested, and so is the network before learning
    relax: Time  # at most; it stops early once at rest
    criteria: Criteria = Criteria()
    perturbations: Perturbation | Annotated[list[Perturbation], Field(min_length=1)] | None = None
    retain: Time | None = None
    novel_cues: NovelCues | None = None
    switches: Switches | None = None
    weak_cues: WeakCues | None = None
    random_starts: RandomStarts | None = None


# -------------------------------------------------------------------------------- the record


class RecordWeights(Frozen):
    every: Count  # epochs; 0 and the last are always recorded


class RecordRate(Frozen):
    epochs: Epochs
    every: Time
    duration: Time | None = None  # from cue onset; absent: twice the trial


class RecordSpectra(Frozen):
    leading: Count  # eigenvalues per cue
    every: Count  # epochs
    full_at: Epochs = Field(default_factory=list)


class Record(Frozen):
    """What is kept besides the summary; absent keys keep nothing."""

    w_rec: RecordWeights | None = None
    rate: RecordRate | None = None
    spectra: RecordSpectra | None = None


# ------------------------------------------------------------------------------ the protocol


class OnlineProtocol(Protocol):
    """One experiment with a local rule: a network that learns while cues are presented to it."""

    engine: Literal["online"]
    network: NetworkModel
    cues: Cues
    rule: Annotated[LocalRule | OneShotRule | Foreign, RULE]
    schedule: Schedule
    test: Test
    record: Record = Record()
