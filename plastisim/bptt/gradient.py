"""The gradient of a batch, piece by piece where its states would not fit into a cache."""

from __future__ import annotations

from collections.abc import Callable

import jax
import jax.numpy as jnp

from plastisim.bptt.loss import Parts
from plastisim.bptt.state import Params
from plastisim.tasks import Trial

SMALLEST = 64  # trials of a piece

# (trained, trials, key of the states before them) -> (loss, its parts)
Loss = Callable[[Params, Trial, jax.Array], tuple[jax.Array, Parts]]


def pieces(n_trials: int, largest: int) -> int:
    """Into how many equal pieces of at most `largest` trials a batch is cut; 1 if it cannot be."""
    found = (m for m in range(1, n_trials // SMALLEST + 1) if n_trials % m == 0)
    return next((m for m in found if n_trials // m <= largest), 1)


def loss_and_gradient(
    loss: Loss, trained: Params, trials: Trial, key: jax.Array, largest_piece: int
) -> tuple[jax.Array, Parts, Params]:
    """Loss, its parts and its gradient by the trained parameters: means over the batch's pieces.

    Parameters
    ----------
    trials
        The batch; the trial is the last axis.
    key
        For random states before the trials.
    """
    n = trials.inputs.shape[-1]
    n_pieces = pieces(n, largest_piece)
    differentiated = jax.value_and_grad(loss, has_aux=True)
    if n_pieces == 1:
        (total, parts), gradient = differentiated(trained, trials, key)
        return total, parts, gradient

    def one(sum_so_far: Params, of_piece: tuple[Trial, jax.Array]) -> tuple[Params, tuple]:
        (total, parts), gradient = differentiated(trained, *of_piece)
        added = jax.tree.map(lambda a, b: a + b / n_pieces, sum_so_far, gradient)
        return added, (total, parts)

    def cut(x: jax.Array) -> jax.Array:
        return jnp.moveaxis(x.reshape(*x.shape[:-1], n_pieces, n // n_pieces), -2, 0)

    keys = jax.random.split(key, n_pieces)
    nothing = jax.tree.map(jnp.zeros_like, trained)
    gradient, found = jax.lax.scan(one, nothing, (jax.tree.map(cut, trials), keys))
    total, parts = jax.tree.map(lambda x: x.mean(axis=0), found)
    return total, parts, gradient
