"""What an experimenter may write of networks that are trained by gradients on a task.

Every field is a key of the YAML file. Nothing that could change a result has a default here that
is not nothing (no regularizer, no clipping, no early stop).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Literal, Union

from pydantic import Discriminator, Field, Tag

from plastisim.cells import CELLS, Cell
from plastisim.frozen import Count, Finite, Frozen, NonNegative, Positive
from plastisim.protocol.foreign import OpenCatalogue
from plastisim.protocol.head import Protocol
from plastisim.regularizers import REGULARIZERS, Regularizer
from plastisim.tasks import TASKS, Task

TASK = OpenCatalogue("task", "plastisim.tasks", TASKS, (Task,))
if TYPE_CHECKING:
    AnyCell = Cell
    AnyRegularizer = Regularizer
else:
    AnyCell = Annotated[Union[*CELLS.values()], Field(discriminator="kind")]
    AnyRegularizer = Annotated[Union[*REGULARIZERS.values()], Field(discriminator="kind")]

# ---------------------------------------------------------------------------------- the loss


class Loss(Frozen):
    """What training makes small: the task's error in its graded window, and regularizers.

    `mse` is the squared error, averaged over graded steps, outputs and trials; `cross_entropy` is
    minus the log of the softmax at the right output, averaged over graded steps and trials.
    """

    kind: Literal["mse", "cross_entropy"]
    regularizers: list[AnyRegularizer] = Field(default_factory=list)


# ------------------------------------------------------------------------------ the training


class Adam(Frozen):
    """Kingma & Ba (2015)."""

    kind: Literal["adam"]
    beta1: Annotated[float, Field(ge=0, lt=1)] = 0.9
    beta2: Annotated[float, Field(ge=0, lt=1)] = 0.999
    epsilon: Positive = 1e-8


class AdamW(Frozen):
    """Adam with decoupled weight decay of all trained parameters; Loshchilov & Hutter (2019)."""

    kind: Literal["adamw"]
    beta1: Annotated[float, Field(ge=0, lt=1)] = 0.9
    beta2: Annotated[float, Field(ge=0, lt=1)] = 0.999
    epsilon: Positive = 1e-8
    weight_decay: NonNegative


class SGD(Frozen):
    """Stochastic gradient descent with momentum (0 for none)."""

    kind: Literal["sgd"]
    momentum: Annotated[float, Field(ge=0, lt=1)]


class Halve(Frozen):
    """Multiply the learning rate after so many epochs without a better test score."""

    schedule: Literal["on_plateau"]
    start: Positive
    factor: Annotated[float, Field(gt=0, lt=1)]  # 0.5 halves
    patience: Count  # epochs without a better score


class Decaying(Frozen):
    """From one learning rate to another over the first epochs, then constant."""

    schedule: Literal["linear", "exponential", "cosine"]
    start: Positive
    end: Positive
    epochs: Count


def _how_it_is_given(rate: object) -> str:
    """Which form of a learning rate is meant, so that one mistake is one message."""
    if not isinstance(rate, (Mapping, Halve, Decaying)):
        return "constant"
    if isinstance(rate, Halve):
        return "halve"
    if isinstance(rate, Decaying):
        return "decaying"
    given = rate.get("schedule")
    if given in ("linear", "exponential", "cosine"):
        return "decaying"
    return "halve" if given == "on_plateau" or {"factor", "patience"} & set(rate) else "decaying"


LearningRate = Annotated[
    Annotated[Positive, Tag("constant")]
    | Annotated[Halve, Tag("halve")]
    | Annotated[Decaying, Tag("decaying")],
    Discriminator(_how_it_is_given),
]


class FixedSet(Frozen):
    """So many trials, drawn once, presented in a new order every epoch."""

    n_trials: Count


class StopWhen(Frozen):
    """When a network has learned, or learns no more; it keeps its parameters from then on."""

    score: str  # one of the task's
    above: Finite | None = None  # learned: the score is above this ...
    below: Finite | None = None  # ... or below this, for scores of which less is better
    tests_in_a_row: Count = 1
    patience: Count | None = None  # epochs without a better score, after which it is given up


class Training(Frozen):
    """How the networks of an ensemble are trained; network k is that of the seed `seed` + k."""

    networks: Count
    optimizer: Annotated[Adam | AdamW | SGD, Field(discriminator="kind")]
    learning_rate: LearningRate
    clip: Positive | None = None  # largest norm of the gradient; absent: none
    batch: Count  # trials a step
    steps_per_epoch: Count
    epochs: Count
    trials: Literal["fresh"] | FixedSet
    stop: StopWhen | None = None


# ---------------------------------------------------------------------------------- the test


class BpttTest(Frozen):
    """How the score is measured on trials that are never trained on, the same at every test."""

    every: Count  # epochs; 0 (before learning) and the last are always tested
    n_trials: Count


# -------------------------------------------------------------------------------- the record


class RecordParameters(Frozen):
    """Parameters are always kept before learning and after the last epoch."""

    every: Count | None = None  # epochs
    epochs: list[Annotated[int, Field(ge=0)]] = Field(default_factory=list)


class RecordSingularValues(Frozen):
    """Of the recurrent weights, and of their change in the epoch."""

    every: Count  # epochs


class RecordTrials(Frozen):
    """States, inputs, targets and answers in so many test trials.

    They are kept before learning and after the last epoch, as parameters are.
    """

    n_trials: Count
    epochs: list[Annotated[int, Field(ge=0)]] = Field(default_factory=list)  # and in these


class BpttRecord(Frozen):
    """What is kept besides the learning curves; absent keys keep nothing."""

    parameters: RecordParameters = RecordParameters()
    singular_values: RecordSingularValues | None = None
    trials: RecordTrials | None = None


# ------------------------------------------------------------------------------ the protocol


class BpttProtocol(Protocol):
    """One experiment with networks trained on a task by backpropagation through time."""

    engine: Literal["bptt"]
    cell: AnyCell
    task: Annotated[Task, TASK]  # or, until it is imported, a `Foreign`
    loss: Loss
    training: Training
    test: BpttTest
    record: BpttRecord = BpttRecord()
