"""Trials of random numbers two of which are marked, for delayed addition and its siblings."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from typing import Annotated, ClassVar

import jax
import jax.numpy as jnp
from pydantic import Field

from plastisim.draws import uniform
from plastisim.tasks.base import Task, Trial

LATEST_FIRST = 10  # the first marked number comes before this step
TOLERANCE = 0.04  # error of an answer that counts as correct


class MarkedNumbers(Task):
    r"""Remember a number until another comes, and answer with something made of both.

    .. math::
        u^1_t \sim U[0, 1), \qquad u^2_t = [t = t_1 \text{ or } t = t_2], \qquad
        o^*_T = f(u^1_{t_1}, u^1_{t_2})

    with :math:`t_1 \in \{0..9\}` and :math:`t_2 \in \{0..T/2-1\} \setminus \{t_1\}`, uniform; the
    second may come first. Inputs are (time, 2), targets (time, 1), and only the last step counts.

    Source: arXiv:2502.07256, Eqs S5 and S6.
    """

    steps: Annotated[int, Field(gt=LATEST_FIRST)]  # T

    scores: ClassVar = {"fraction_correct": "fraction of trials with an error below 0.04"}

    @abstractmethod
    def answer(self, first: jax.Array, second: jax.Array) -> jax.Array:
        """f of the two marked numbers."""

    @property
    def n_steps(self) -> int:
        return self.steps

    @property
    def n_inputs(self) -> int:
        return 2

    @property
    def n_outputs(self) -> int:
        return 1

    @property
    def graded(self) -> tuple[int, int]:
        return self.steps - 1, self.steps

    def trial(self, key: jax.Array, shared: Mapping[str, jax.Array], dtype: str) -> Trial:
        drawn = uniform(key, (self.steps + 2,), dtype)  # one call: calls cost, numbers hardly
        first, second = _marked_steps(drawn[0], drawn[1], self.steps // 2)
        numbers, time = drawn[2:], jnp.arange(self.steps, dtype=jnp.int32)
        marks = ((time == first) | (time == second)).astype(dtype)
        target = self.answer(numbers[first], numbers[second])
        return Trial(
            jnp.stack([numbers, marks], axis=1),
            jnp.zeros((self.steps, 1), dtype).at[-1, 0].set(target),
            {"first": first, "second": second},
        )

    def score(self, outputs: jax.Array, trials: Trial) -> dict[str, jax.Array]:
        error = jnp.abs(outputs[-1, 0] - trials.targets[-1, 0])
        return {"fraction_correct": (error < TOLERANCE).mean(dtype=outputs.dtype)}


def _marked_steps(u: jax.Array, v: jax.Array, half: int) -> tuple[jax.Array, jax.Array]:
    """Two different steps, the second in {0..half-1}, from two numbers of U[0, 1)."""
    first = jnp.floor(u * LATEST_FIRST).astype(jnp.int32)
    inside = first < half  # so that one of the second's steps is taken
    second = jnp.floor(v * (half - inside)).astype(jnp.int32)
    return first, second + (inside & (second >= first))
