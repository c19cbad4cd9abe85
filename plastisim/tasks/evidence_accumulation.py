"""Evidence accumulation: the channel that pulses more often is to be named afterwards."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, ClassVar, Literal

import jax
import jax.numpy as jnp
from pydantic import Field

from plastisim.draws import uniform
from plastisim.frozen import Count, Fraction
from plastisim.tasks.base import Task, Trial
from plastisim.tasks.coherence import ListedCoherence, UniformCoherence

Step = Annotated[int, Field(ge=0)]


class EvidenceAccumulation(Task):
    r"""Tell which of two channels pulses more often, and hold the answer to the end.

    .. math::
        P(u^1_t = 1) = p\,(1 + c), \qquad P(u^2_t = 1) = p\,(1 - c)
        \qquad \text{in the evidence, else } 0

        (o^{1*}_t, o^{2*}_t) = ([c > 0], [c < 0]) \qquad \text{in the response, else } 0

    Inputs and targets are (time, 2); channels and steps are independent given the coherence c, and
    all steps count. With few pulses the channel of sign(c) is not always the one that pulsed more:
    it is right all the same. Trials with c = 0 have no right answer and are left out of the
    accuracy.

    The paper stops its search phase at a "mean squared distance between target and reconstructed
    coherence" of 0.3 and does not define it. Here the reconstructed coherence is the difference of
    the outputs averaged over the response, its target sign(c):

    .. math:: E = \Big\langle \big( \langle o^1_t - o^2_t \rangle_{t \in response}
              - \mathrm{sign}(c) \big)^2 \Big\rangle_{trials}

    so that silence has E = 1.

    Source: arXiv:2502.07256, Fig. 6A and "Task details" (in words), with the numbers of pulses;
    sign(c) and the pulse probabilities, p = 1/2: Dinc et al. (2023) NeurIPS 36 (CORNN).
    """

    kind: Literal["evidence_accumulation"]
    steps: Count
    evidence: Annotated[list[Step], Field(min_length=2, max_length=2)]  # first step, step after it
    response: Step  # first step of the response, which lasts to the end
    coherence: Annotated[UniformCoherence | ListedCoherence, Field(discriminator="kind")]
    pulse_probability: Fraction  # of each channel in a step of evidence, at coherence 0

    scores: ClassVar = {
        "accuracy": "fraction of trials with a coherence other than 0 that are told right",
        "coherence_error": "mean squared distance of the reconstructed coherence from its sign",
        "response_mse": "mean squared error in the response",
    }

    @property
    def n_steps(self) -> int:
        return self.steps

    @property
    def n_inputs(self) -> int:
        return 2

    @property
    def n_outputs(self) -> int:
        return 2

    def trial(self, key: jax.Array, shared: Mapping[str, jax.Array], dtype: str) -> Trial:
        of_coherence, of_pulses = jax.random.split(key)
        c = self.coherence.draw(of_coherence, dtype)
        first, stop = self.evidence
        p = self.pulse_probability * jnp.stack([1 + c, 1 - c])
        pulses = (uniform(of_pulses, (stop - first, 2), dtype) < p).astype(dtype)
        answer = jnp.stack([c > 0, c < 0]).astype(dtype)
        nothing = jnp.zeros((self.steps, 2), dtype)
        return Trial(
            nothing.at[first:stop].set(pulses),
            nothing.at[self.response :].set(answer),
            {"coherence": c},
        )

    def score(self, outputs: jax.Array, trials: Trial) -> dict[str, jax.Array]:
        answers, targets = outputs[self.response :], trials.targets[self.response :]
        reconstructed = (answers[:, 0] - answers[:, 1]).mean(axis=0)
        sign = jnp.sign(trials.about["coherence"])
        can_be_told = sign != 0
        told = can_be_told & (jnp.sign(reconstructed) == sign)
        n = jnp.maximum(can_be_told.sum(dtype=outputs.dtype), 1)
        return {
            "accuracy": told.sum(dtype=outputs.dtype) / n,
            "coherence_error": ((reconstructed - sign) ** 2).mean(),
            "response_mse": ((answers - targets) ** 2).mean(),
        }

    def problems(self) -> Iterator[tuple[tuple[str | int, ...], str]]:
        first, stop = self.evidence
        if first >= stop:
            yield (
                ("evidence",),
                f"got [{first}, {stop}], which holds no step; "
                "write the first step and the one after the last",
            )
        elif stop > self.steps:
            yield (
                ("evidence", 1),
                f"got {stop}; a trial has {self.steps} steps: write that or less",
            )
        if self.response >= self.steps:
            yield (
                ("response",),
                f"got {self.response}; a trial has the steps 0 to {self.steps - 1}: "
                "write one of them",
            )
        elif self.response <= first < stop:
            yield (
                ("response",),
                f"got {self.response}; evidence begins at step {first}: write a later one",
            )
        c = self.coherence
        if isinstance(c, UniformCoherence) and c.low > c.high:
            yield (
                ("coherence", "low"),
                f"got {c.low:g}; the highest coherence is {c.high:g}: write that or less",
            )
        elif c.largest() == 0:
            yield ("coherence",), "got 0 only, which has no right answer; write others too"
        largest = 1 / (1 + c.largest())
        if self.pulse_probability > largest:
            yield (
                ("pulse_probability",),
                f"got {self.pulse_probability:g}; with coherences up to {c.largest():g} a channel "
                f"would pulse with a probability above 1: write {largest:.3g} or less",
            )
