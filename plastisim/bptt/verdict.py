"""What a test decides: whether a network has learned, is given up, or slows its learning."""

from __future__ import annotations

import jax
import jax.numpy as jnp

from plastisim.bptt.ensemble import Status
from plastisim.bptt.state import NetworkState
from plastisim.protocol.bptt import Halve, StopWhen

Scores = dict[str, jax.Array]


def slowed(rule: Halve, score: jax.Array, tested: jax.Array, state: NetworkState) -> NetworkState:
    """The state with a lower learning rate, if there was no better score for long enough."""
    better = tested & (score > state.best_for_rate)
    waited = _waited(state.best_for_rate, state.waited_for_rate, better)
    falls = waited >= rule.patience
    return state._replace(
        best_for_rate=jnp.where(better, score, state.best_for_rate),
        waited_for_rate=jnp.where(falls, 0, waited),
        slowing=jnp.where(falls, state.slowing * rule.factor, state.slowing),
    )


def judged(
    rule: StopWhen, scores: Scores, tested: jax.Array, epoch: jax.Array, state: NetworkState
) -> NetworkState:
    """The state with its status, after an epoch in which it was tested or not."""
    less_is_better = rule.below is not None
    score = -scores[rule.score] if less_is_better else scores[rule.score]
    bound = -rule.below if rule.below is not None else rule.above
    better = tested & (score > state.best)
    state = state._replace(
        best=jnp.where(better, score, state.best),
        waited=_waited(state.best, state.waited, better),
    )
    learned = given_up = jnp.array(False)
    if bound is not None:
        met = jnp.where(score > jnp.asarray(bound, score.dtype), state.streak + 1, 0)
        streak = jnp.where(tested, met, state.streak).astype(jnp.int32)
        state = state._replace(streak=streak)
        learned = streak >= rule.tests_in_a_row
    if rule.patience is not None:
        given_up = state.waited >= rule.patience
    verdict = jnp.where(learned, Status.LEARNED, Status.GIVEN_UP).astype(jnp.int32)
    stops = (learned | given_up) & (state.status == Status.TRAINING)
    return state._replace(
        status=jnp.where(stops, verdict, state.status),
        stopped=jnp.where(stops, epoch.astype(jnp.int32), state.stopped),
    )


def _waited(best: jax.Array, waited: jax.Array, better: jax.Array) -> jax.Array:
    """Epochs since the best score; 0 as long as there is none."""
    return jnp.where(better, 0, waited + jnp.isfinite(best)).astype(jnp.int32)
