"""Delayed match-to-sample: a stimulus is to be compared with one that is gone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, ClassVar, Literal

import jax
import jax.numpy as jnp
from pydantic import Field

from plastisim.frozen import Count
from plastisim.tasks.base import Task, Trial
from plastisim.tasks.classification import accuracy


class DelayedMatch(Task):
    r"""Say after a delay whether a second stimulus is the same as the first.

    .. math::
        u^j_t = \begin{cases} [j = a] & \text{in the sample} \\ [j = b] & \text{in the test} \\
        0 & \text{otherwise} \end{cases}, \qquad
        o^*_t = \begin{cases} (1, 0) & a = b \\ (0, 1) & a \ne b \end{cases}
        \text{ in the response}

    A trial is: waiting, sample, delay, test, response. The delay d is uniform on
    :math:`\{d_{min}..d_{max}\}`, and the wait takes what it leaves, :math:`d_{max} - d`, so that
    test and response are at the same steps in every trial. The sample a is uniform; with
    probability 1/2 the test b is the same, else it is any of the others. Inputs are
    (time, stimulus), targets (time, 2), and only the response counts.

    Source: Miller, Erickson & Desimone (1996) J Neurosci 16:5154; for trained networks, Yang et
    al. (2019) Nat Neurosci 22:297.
    """

    kind: Literal["delayed_match"]
    n_stimuli: Annotated[int, Field(ge=2)]
    sample_steps: Count
    delay_steps: Annotated[
        list[Annotated[int, Field(ge=0)]], Field(min_length=2, max_length=2)
    ]  # shortest, longest
    test_steps: Count
    response_steps: Count

    scores: ClassVar = {"accuracy": "fraction of trials that are told right"}
    is_classification = True

    @property
    def n_steps(self) -> int:
        _, longest = self.delay_steps
        return self.sample_steps + longest + self.test_steps + self.response_steps

    @property
    def n_inputs(self) -> int:
        return self.n_stimuli

    @property
    def n_outputs(self) -> int:
        return 2

    @property
    def graded(self) -> tuple[int, int]:
        return self.n_steps - self.response_steps, self.n_steps

    def trial(self, key: jax.Array, shared: Mapping[str, jax.Array], dtype: str) -> Trial:
        n = self.n_stimuli
        shortest, longest = self.delay_steps
        least, beyond = jnp.array([[0, 0, 1, shortest], [n, 2, n, longest + 1]], jnp.int32)
        sample, is_match, others, delay = jax.random.randint(key, (4,), least, beyond, jnp.int32)
        test = jnp.where(is_match, sample, (sample + others) % n)

        response, _ = self.graded
        time = jnp.arange(self.n_steps, dtype=jnp.int32)[:, None]
        stimulus = jnp.arange(n, dtype=jnp.int32)
        begin = longest - delay
        in_sample = (time >= begin) & (time < begin + self.sample_steps)
        in_test = (time >= response - self.test_steps) & (time < response)
        shown = (in_sample & (stimulus == sample)) | (in_test & (stimulus == test))
        answer = (time >= response) & jnp.stack([sample == test, sample != test])
        return Trial(
            shown.astype(dtype),
            answer.astype(dtype),
            {"sample": sample, "test": test, "delay": delay},
        )

    def score(self, outputs: jax.Array, trials: Trial) -> dict[str, jax.Array]:
        return accuracy(outputs, trials, self.graded[0])

    def problems(self) -> Iterator[tuple[tuple[str | int, ...], str]]:
        shortest, longest = self.delay_steps
        if shortest > longest:
            yield (
                ("delay_steps",),
                f"got [{shortest}, {longest}]; the shortest comes first: "
                f"write [{longest}, {shortest}]",
            )
