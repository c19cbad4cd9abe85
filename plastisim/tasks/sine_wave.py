"""Sine wave: a constant input asks for an oscillation, which never comes to rest."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, ClassVar, Literal

import jax
import jax.numpy as jnp
from pydantic import Field

from plastisim.draws import uniform
from plastisim.frozen import Frozen, Positive
from plastisim.tasks.base import Task, Trial


class Periods(Frozen):
    """How many periods a trial has: any number, not only whole ones, from `low` to `high`."""

    low: Positive
    high: Positive


class SineWave(Task):
    r"""Oscillate at the frequency that a constant input asks for.

    .. math::
        u_t = n / n_{high}, \qquad o^*_t = \sin(2 \pi n t / T), \qquad
        n \sim U[n_{low}, n_{high}), \qquad t = 0..T-1

    with n the periods in a trial. Inputs and targets are (time, 1), and all steps count. It is the
    limit case for temporal consistency: an answer that has to change all the time gains nothing
    from units that do not.

    .. math:: R^2 = 1 - \langle (o - o^*)^2 \rangle / \mathrm{var}(o^*)

    both over steps and trials; the best constant answer has 0.

    Source: Sussillo & Barak (2013) Neural Comput 25:626, sine wave generator.
    """

    kind: Literal["sine_wave"]
    steps: Annotated[int, Field(ge=3)]  # T
    periods: Periods

    scores: ClassVar = {
        "r_squared": "fraction of the targets' variance that is explained",
        "mse": "mean squared error",
    }

    @property
    def n_steps(self) -> int:
        return self.steps

    @property
    def n_inputs(self) -> int:
        return 1

    @property
    def n_outputs(self) -> int:
        return 1

    def trial(self, key: jax.Array, shared: Mapping[str, jax.Array], dtype: str) -> Trial:
        n = uniform(key, (), dtype, self.periods.low, self.periods.high)
        t = jnp.arange(self.steps, dtype=dtype)[:, None]
        inputs = jnp.full((self.steps, 1), n / self.periods.high)
        return Trial(inputs, jnp.sin(2 * jnp.pi * n * t / self.steps), {"periods": n})

    def score(self, outputs: jax.Array, trials: Trial) -> dict[str, jax.Array]:
        mse = ((outputs - trials.targets) ** 2).mean()
        return {"r_squared": 1 - mse / trials.targets.var(), "mse": mse}

    def problems(self) -> Iterator[tuple[tuple[str | int, ...], str]]:
        low, high = self.periods.low, self.periods.high
        if low > high:
            yield (
                ("periods", "low"),
                f"got {low:g}; the most periods are {high:g}: write that or less",
            )
        if high >= self.steps / 2:
            yield (
                ("periods", "high"),
                f"got {high:g}; a period takes more than two of the {self.steps} steps: "
                f"write less than {self.steps / 2:g}",
            )
