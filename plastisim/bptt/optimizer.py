"""Clipping, optimizers and learning rates."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
import optax
from numpy.typing import NDArray

from plastisim.bptt.state import Params
from plastisim.protocol.bptt import Adam, AdamW, Decaying, Halve, Training
from plastisim.strengths import Ramp

LARGE = 2.0**40  # a gradient beyond which squares are taken of 2^-64 times it


def gradient_norm(gradient: Params) -> jax.Array:
    """The Euclidean norm over all parameters, finite also where squares overflow.

    Chaotic networks begin with gradients of 1e18 and more, which clipping is there to tame.
    """
    largest = jnp.stack([jnp.abs(g).max() for g in gradient.values()]).max()
    shrink = jnp.where(largest > LARGE, 2.0**-64, 1.0).astype(largest.dtype)
    return optax.tree.norm(jax.tree.map(lambda g: g * shrink, gradient)) / shrink


def clipped(gradient: Params, norm: jax.Array, largest: float | None) -> Params:
    """The gradient with a norm of `largest` at most; None for no bound."""
    if largest is None:
        return gradient
    return jax.tree.map(lambda g: jnp.where(norm < largest, g, g / norm * largest), gradient)


def optimizer(training: Training) -> optax.GradientTransformation:
    """The optimizer for a learning rate of 1; what it gives is *subtracted*, times that."""
    chain = []
    chosen = training.optimizer
    if isinstance(chosen, (Adam, AdamW)):
        chain.append(optax.scale_by_adam(chosen.beta1, chosen.beta2, chosen.epsilon))
        if isinstance(chosen, AdamW):
            chain.append(optax.add_decayed_weights(chosen.weight_decay))
    else:
        chain.append(optax.trace(chosen.momentum))
    return optax.chain(*chain)


def learning_rates(training: Training, epochs: range) -> NDArray[np.float64]:
    """The learning rate of each epoch (epoch,), before what a plateau makes of it."""
    given = training.learning_rate
    if isinstance(given, Halve):
        return np.full(len(epochs), given.start)
    if isinstance(given, Decaying):
        ramp = Ramp(**given.model_dump())
        return np.array([ramp.at(epoch) for epoch in epochs])
    return np.full(len(epochs), given)
