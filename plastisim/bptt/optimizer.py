"""Optimizers and learning rates."""

from __future__ import annotations

import numpy as np
import optax
from numpy.typing import NDArray

from plastisim.protocol.bptt import Adam, AdamW, Decaying, Halve, Training
from plastisim.strengths import Ramp


def optimizer(training: Training) -> optax.GradientTransformation:
    """Clipping by the global norm, then the optimizer, for a learning rate of 1.

    What it gives is *subtracted*, times the learning rate.
    """
    chain = [] if training.clip is None else [optax.clip_by_global_norm(training.clip)]
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
