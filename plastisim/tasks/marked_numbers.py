"""Trials of random numbers two of which are marked, for delayed addition and its siblings."""

from __future__ import annotations

import jax
import jax.numpy as jnp

from plastisim.draws import uniform
from plastisim.tasks.base import Trial

LATEST_FIRST = 10  # the first marked number comes before this step
TOLERANCE = 0.04  # error of an answer that counts as correct


def marked_numbers(
    key: jax.Array, n_steps: int, dtype: str
) -> tuple[jax.Array, jax.Array, jax.Array]:
    """Inputs (time, 2), numbers from U[0, 1) and marks, and the steps of the two marks.

    The first mark is in {0..9}, the second in {0..T/2-1} but not at the first; all are equally
    likely, and the second may come first.
    """
    drawn = uniform(key, (n_steps + 2,), dtype)  # one call: calls cost, numbers hardly
    first = jnp.floor(drawn[0] * LATEST_FIRST).astype(jnp.int32)
    half = n_steps // 2
    inside = first < half  # so that one of the second's steps is taken
    second = jnp.floor(drawn[1] * (half - inside)).astype(jnp.int32)
    second = second + (inside & (second >= first))
    numbers = drawn[2:]
    time = jnp.arange(n_steps, dtype=jnp.int32)
    marks = ((time == first) | (time == second)).astype(dtype)
    return jnp.stack([numbers, marks], axis=1), first, second


def fraction_correct(outputs: jax.Array, trials: Trial) -> dict[str, jax.Array]:
    """Fraction of trials whose last answer is within 0.04 of its target."""
    error = jnp.abs(outputs[-1, 0] - trials.targets[-1, 0])
    return {"fraction_correct": (error < TOLERANCE).mean(dtype=outputs.dtype)}
