"""Multiplication: two marked numbers of a random sequence are to be multiplied at the end."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, ClassVar, Literal

import jax
import jax.numpy as jnp
from pydantic import Field

from plastisim.tasks.base import Task, Trial
from plastisim.tasks.marked_numbers import LATEST_FIRST, fraction_correct, marked_numbers


class Multiplication(Task):
    r"""Remember a number until another comes, and answer with their product.

    .. math::
        u^1_t \sim U[0, 1), \qquad u^2_t = [t = t_1 \text{ or } t = t_2], \qquad
        o^*_T = u^1_{t_1} u^1_{t_2}

    with the inputs (time, 2) of delayed addition, targets (time, 1), and only the last step
    counting. A constant answer of 0.04 scores 0.08 (1 - ln 0.08) = 0.28.

    Source: Hochreiter & Schmidhuber (1997) Neural Comput 9:1735, experiment 5; inputs and
    tolerance as in arXiv:2502.07256, Eqs S5 and S6.
    """

    kind: Literal["multiplication"]
    steps: Annotated[int, Field(gt=LATEST_FIRST)]  # T

    scores: ClassVar = {"fraction_correct": "fraction of trials with an error below 0.04"}

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
        inputs, first, second = marked_numbers(key, self.steps, dtype)
        u = inputs[:, 0]
        target = u[first] * u[second]
        return Trial(
            inputs,
            jnp.zeros((self.steps, 1), dtype).at[-1, 0].set(target),
            {"first": first, "second": second},
        )

    def score(self, outputs: jax.Array, trials: Trial) -> dict[str, jax.Array]:
        return fraction_correct(outputs, trials)
