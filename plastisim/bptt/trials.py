"""Which trials a network is trained and tested on: keys, one for each trial."""

from __future__ import annotations

import jax
import jax.numpy as jnp

from plastisim.bptt.loss import draw_trials
from plastisim.bptt.state import Constants
from plastisim.protocol.bptt import BpttProtocol, FixedSet
from plastisim.tasks import Trial


class Trials:
    """The trials of one network.

    A fresh trial is known by epoch, step and place in its batch, one of a fixed set or of the test
    by its number.
    """

    def __init__(self, protocol: BpttProtocol) -> None:
        self.task, self.training = protocol.task, protocol.training
        self.dtype = protocol.cell.dtype

    def of_epoch(self, constants: Constants, epoch: jax.Array) -> tuple[jax.Array, ...]:
        """What all batches of an epoch are drawn from: its key, and the order of a fixed set."""
        key = jax.random.fold_in(jax.random.wrap_key_data(constants.training_key), epoch)
        trials = self.training.trials
        if not isinstance(trials, FixedSet):
            return (key,)
        n_steps, batch = self.training.steps_per_epoch, self.training.batch
        order = jax.random.permutation(key, trials.n_trials)[: n_steps * batch]
        return key, order.reshape(n_steps, batch)

    def batch(
        self, constants: Constants, of_epoch: tuple[jax.Array, ...], k: jax.Array
    ) -> tuple[Trial, jax.Array]:
        """The trials of step k of an epoch, and the key of the states before them."""
        of_step = jax.random.split(jax.random.fold_in(of_epoch[0], k), self.training.batch + 1)
        keys = of_step[1:]
        if len(of_epoch) > 1:
            root = jax.random.wrap_key_data(constants.training_key)
            keys = _numbered(root, of_epoch[1][k])
        return draw_trials(self.task, keys, constants.shared, self.dtype), of_step[0]

    def of_test(self, constants: Constants, n_trials: int) -> tuple[Trial, jax.Array]:
        """The first so many test trials, always the same, and the key of the states before them."""
        root = jax.random.wrap_key_data(constants.test_key)
        keys = _numbered(root, jnp.arange(n_trials + 1))
        return draw_trials(self.task, keys[1:], constants.shared, self.dtype), keys[0]


def _numbered(root: jax.Array, numbers: jax.Array) -> jax.Array:
    """The keys of such numbers."""
    return jax.vmap(lambda number: jax.random.fold_in(root, number))(numbers)
