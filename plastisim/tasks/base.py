"""What a task is: how a trial is drawn, and how an answer to it is scored.

A task is written for **one trial**; the engine draws a batch by giving each trial a key of its own,
so that a fixed set of trials is a fixed set of keys, and nothing is ever kept in memory. Everything
here is traced by JAX: plain ``jax.numpy`` and ``jax.random``, no branch on drawn
values; `plastisim.draws` has the same numbers, written for a CPU.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from typing import Any, ClassVar, NamedTuple

import jax
import numpy as np
from numpy.typing import NDArray

from plastisim.frozen import Frozen


class Trial(NamedTuple):
    """One trial; in a batch, every array has a last axis more, the trial.

    Attributes
    ----------
    inputs
        (time, input).
    targets
        (time, output); outside the graded window they do not matter.
    about
        What the trial is made of, by name: cue times, coherence … of any shape.
    """

    inputs: jax.Array
    targets: jax.Array
    about: dict[str, jax.Array]


class Task(Frozen, ABC):
    """One task.

    A subclass states its keys as fields, and answers the questions below. Times are in steps.

    Attributes
    ----------
    scores
        Names of the scores, with what each is in words; the first is the one that is followed, and
        more of it is better.
    is_classification
        Whether targets are one-hot, so that a cross-entropy makes sense.
    """

    kind: Any  # Literal["its_name"] in a subclass

    scores: ClassVar[Mapping[str, str]]
    is_classification: ClassVar[bool] = False

    @property
    @abstractmethod
    def n_steps(self) -> int:
        """Steps of a trial."""

    @property
    @abstractmethod
    def n_inputs(self) -> int: ...

    @property
    @abstractmethod
    def n_outputs(self) -> int: ...

    @property
    def graded(self) -> tuple[int, int]:
        """The steps at which the answer counts, from the first to before the last."""
        return 0, self.n_steps

    def prepare(self, seed: int) -> dict[str, NDArray[np.floating]]:
        """What all trials of one network share, such as its cue patterns, drawn before training."""
        return {}

    @abstractmethod
    def trial(self, key: jax.Array, shared: Mapping[str, jax.Array], dtype: str) -> Trial:
        """Draw one trial; `shared` is what `prepare` gave, arrays are to be of `dtype`."""

    @abstractmethod
    def score(self, outputs: jax.Array, trials: Trial) -> dict[str, jax.Array]:
        """Every score of a batch, each one number.

        Parameters
        ----------
        outputs
            Answers in the graded window (time, output, trial).
        trials
            The batch, over all of its steps.
        """

    def problems(self) -> Iterator[tuple[tuple[str | int, ...], str]]:
        """Keys that do not go together: (path within the task, what would be right)."""
        return iter(())
