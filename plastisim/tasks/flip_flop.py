"""Flip-flop: some bits are to be held, each of which pulses set now and then."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, Literal

import jax
import jax.numpy as jnp

from plastisim.draws import uniform
from plastisim.frozen import Count, Fraction
from plastisim.tasks.base import Task, Trial

NEAR = 0.5  # error of an answer that counts as correct


class FlipFlop(Task):
    r"""Hold the sign of the latest pulse on each of some channels.

    .. math::
        P(u^k_t = 1) = P(u^k_t = -1) = p/2, \text{ else } 0, \qquad
        o^{k*}_t = \begin{cases} u^k_t & u^k_t \ne 0 \\ o^{k*}_{t-1} & \text{otherwise}\end{cases},
        \qquad o^{k*}_{-1} = 0

    for each bit k by itself. Inputs and targets are (time, bit); a target changes at the very step
    of the pulse, is 0 until the first one, and all steps count. The correlation is Pearson's, of
    answers and targets over steps and trials, for each bit, then averaged over bits; a constant
    answer has 0.

    Source: Sussillo & Barak (2013) Neural Comput 25:626; arXiv:2502.07256, "Task details", with 3
    bits.
    """

    kind: Literal["flip_flop"]
    bits: Count
    steps: Count
    pulse_probability: Fraction  # of each bit in each step

    scores: ClassVar = {
        "correlation": "correlation of answers and targets, averaged over bits",
        "fraction_correct": "fraction of set bits, over steps and trials, with an error below 0.5",
    }

    @property
    def n_steps(self) -> int:
        return self.steps

    @property
    def n_inputs(self) -> int:
        return self.bits

    @property
    def n_outputs(self) -> int:
        return self.bits

    def trial(self, key: jax.Array, shared: Mapping[str, jax.Array], dtype: str) -> Trial:
        # One number decides on both, whether there is a pulse and its sign.
        drawn = uniform(key, (self.steps, self.bits), dtype)
        p = self.pulse_probability
        pulses = (drawn < p / 2).astype(dtype) - (drawn >= 1 - p / 2).astype(dtype)
        return Trial(pulses, jax.lax.associative_scan(_latest, pulses), {})

    def score(self, outputs: jax.Array, trials: Trial) -> dict[str, jax.Array]:
        targets = trials.targets
        is_set = targets != 0
        right = is_set & (jnp.abs(outputs - targets) < NEAR)
        n = jnp.maximum(is_set.sum(dtype=outputs.dtype), 1)
        return {
            "correlation": _correlation(outputs, targets).mean(),
            "fraction_correct": right.sum(dtype=outputs.dtype) / n,
        }


def _latest(earlier: jax.Array, later: jax.Array) -> jax.Array:
    """What a bit is after both of two pulses, either of which may be none."""
    return jnp.where(later != 0, later, earlier)


def _correlation(x: jax.Array, y: jax.Array) -> jax.Array:
    """Pearson's correlation (output,) of (time, output, trial); 0 where one is constant."""
    x, y = _centred(x), _centred(y)
    covariance = (x * y).mean(axis=(0, 2))
    stds = jnp.sqrt((x * x).mean(axis=(0, 2))) * jnp.sqrt((y * y).mean(axis=(0, 2)))
    return jnp.where(stds > 0, covariance / jnp.where(stds > 0, stds, 1), 0)


def _centred(x: jax.Array) -> jax.Array:
    """Minus its mean over time and trials, so that a constant is exactly 0."""
    x = x - x[:1, :, :1]
    return x - x.mean(axis=(0, 2), keepdims=True)
