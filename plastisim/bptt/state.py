"""What changes as a network trains, what does not, and what is measured."""

from __future__ import annotations

from typing import Any, NamedTuple

import jax

Params = dict[str, jax.Array]
TEST_ONLY = 0  # an epoch's number: epochs of training begin at 1


class NetworkState(NamedTuple):
    """All that changes as one network trains; numbers are scalars."""

    trained: Params
    fixed: Params
    optimizer: Any
    slowing: jax.Array  # what a plateau has made of the learning rate, 1 before any
    best_for_rate: jax.Array  # best score so far, and epochs since
    waited_for_rate: jax.Array
    status: jax.Array  # see `Status`
    stopped: jax.Array  # the epoch after which it stopped; -1 while it trains
    streak: jax.Array  # tests in a row that met the criterion
    best: jax.Array  # best score so far of the one that is followed, and epochs since
    waited: jax.Array


class Constants(NamedTuple):
    """What does not change, and differs from network to network."""

    training_key: Any  # key data (2,), uint32
    test_key: Any
    shared: dict[str, Any]  # see `Task.prepare`


class Inputs(NamedTuple):
    """What comes from outside in an epoch."""

    epoch: jax.Array
    learning_rate: jax.Array
    strengths: jax.Array  # (regularizer,)


class Course(NamedTuple):
    """What is measured in one epoch of one network; NaN where it was not, or did not train."""

    loss: jax.Array  # mean over the epoch's steps, as are the next four
    task_loss: jax.Array
    penalties: jax.Array  # (regularizer,), at strength 1
    scores: dict[str, jax.Array]
    gradient_norm: jax.Array
    largest_gradient_norm: jax.Array
    learning_rate: jax.Array
    weight_norm: jax.Array  # Frobenius norm of W
    change_norm: jax.Array  # of W(t) - W(t-1), over the epoch
    test_loss: jax.Array
    test_scores: dict[str, jax.Array]
    singular_values: jax.Array  # of W
    change_singular_values: jax.Array  # of W(t) - W(t-1)
    status: jax.Array
