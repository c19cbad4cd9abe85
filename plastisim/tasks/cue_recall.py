"""Cue recall: one of some cues is shown, and is to be named after a delay."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, ClassVar, Literal

import jax
import jax.numpy as jnp
import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from plastisim.cues import ChannelPatterns, Patterns, cue_patterns, pattern_shape
from plastisim.frozen import Count
from plastisim.tasks.base import Task, Trial
from plastisim.tasks.classification import accuracy


class CueRecall(Task):
    r"""Report after a delay which of the cues was shown.

    .. math::
        u_t = \begin{cases} s^{(k)} & t < T_{cue} \\ 0 & \text{otherwise} \end{cases}, \qquad
        o^{j*}_t = [j = k] \text{ in the response}, \qquad k \sim U\{0..K-1\}

    The cue comes first, then the delay, then the response, which alone counts. Inputs are
    (time, input), targets (time, cue). The patterns s (cue, input) are those that a network of the
    same seed learns online, such as one that freezes its cues in; here the network's own input
    weights take the place of the fixed ones there.

    Source: delayed response, Fuster & Alexander (1971) Science 173:652; cues, arXiv:2502.07256,
    "Cue-responsive fixed point generation".
    """

    kind: Literal["cue_recall"]
    cues: Patterns
    cue_steps: Count
    delay_steps: Annotated[int, Field(ge=0)]
    response_steps: Count

    scores: ClassVar = {"accuracy": "fraction of trials whose cue has the largest answer"}
    is_classification = True

    @property
    def n_steps(self) -> int:
        return self.cue_steps + self.delay_steps + self.response_steps

    @property
    def n_inputs(self) -> int:
        return pattern_shape(self.cues)[1]

    @property
    def n_outputs(self) -> int:
        return pattern_shape(self.cues)[0]

    @property
    def graded(self) -> tuple[int, int]:
        return self.n_steps - self.response_steps, self.n_steps

    def prepare(self, seed: int) -> dict[str, NDArray[np.floating]]:
        return {"cues": cue_patterns(self.cues, seed)}

    def trial(self, key: jax.Array, shared: Mapping[str, jax.Array], dtype: str) -> Trial:
        patterns = jnp.asarray(shared["cues"], dtype)
        n_cues, n_inputs = patterns.shape
        cue = jax.random.randint(key, (), 0, n_cues, jnp.int32)
        inputs = jnp.zeros((self.n_steps, n_inputs), dtype)
        targets = jnp.zeros((self.n_steps, n_cues), dtype)
        return Trial(
            inputs.at[: self.cue_steps].set(patterns[cue]),
            targets.at[self.graded[0] :].set(jax.nn.one_hot(cue, n_cues, dtype=dtype)),
            {"cue": cue},
        )

    def score(self, outputs: jax.Array, trials: Trial) -> dict[str, jax.Array]:
        return accuracy(outputs, trials, self.graded[0])

    def problems(self) -> Iterator[tuple[tuple[str | int, ...], str]]:
        try:
            n_cues, n_inputs = pattern_shape(self.cues)
        except ValueError as error:
            yield ("cues", "path"), str(error)
            return
        if n_cues < 2:
            key = "path" if self.cues.kind == "from_file" else "n_cues"
            yield ("cues", key), "got one cue; telling cues apart takes two: give two or more"
        if isinstance(self.cues, ChannelPatterns) and n_inputs < n_cues:
            yield (
                ("cues", "n_inputs"),
                f"got {n_inputs} for {n_cues} cues with a channel each; "
                f"write {n_cues} or more, or leave it out",
            )
