"""The ensemble on its devices: epochs are run in one compiled call, networks one after another."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax.sharding import NamedSharding, PartitionSpec
from numpy.typing import NDArray

from plastisim.bptt.devices import mesh
from plastisim.bptt.ensemble import Ensemble, Status
from plastisim.bptt.network import NetworkProgram
from plastisim.bptt.optimizer import learning_rates
from plastisim.bptt.state import TEST_ONLY, Constants, Course, Inputs, NetworkState
from plastisim.protocol.bptt import BpttProtocol
from plastisim.streams import stream

Array = NDArray[Any]
BUFFER = 512  # epochs of one compiled call at most


class BpttEngine:
    """An ensemble in training.

    Networks are spread over the devices, and on each device trained one after another; every
    network gets the same bits as alone.

    Parameters
    ----------
    protocol
        Everything about the experiment.
    checkpoint
        As `checkpoint()` made it; without it, before training.
    """

    def __init__(
        self, protocol: BpttProtocol, checkpoint: Mapping[str, Array] | None = None
    ) -> None:
        self.protocol, self.ensemble = protocol, Ensemble.of(protocol)
        self.program = NetworkProgram(protocol)
        self._mesh = mesh(len(self.ensemble))
        n_devices = self._mesh.size
        n_padded = -(-len(self.ensemble) // n_devices) * n_devices
        # Neighbours go to different devices, so that arms that stop early leave none idle.
        self._order = np.arange(n_padded).reshape(-1, n_devices).T.ravel()
        with self.program.precision():
            self._constants, self._state = self._before_training()
            if checkpoint is not None:
                self._state = self._restored(checkpoint)
            self._run = self._compiled(self._epochs, n_shared=2)
            self._observe = self._compiled(self._observe_one, n_shared=0)

    # --------------------------------------------------------------------------------- the verbs

    def train(self, first: int, n_epochs: int) -> dict[str, Any]:
        """Train from an epoch on, for at most `BUFFER` epochs; what was measured.

        Returns
        -------
        dict
            The fields of `Course`, each with leading axes (epoch, network).
        """
        if not 1 <= n_epochs <= BUFFER:
            raise ValueError(f"got {n_epochs} epochs; write 1 to {BUFFER}")
        self._state, course = self._called(first, n_epochs)

        def by_epoch(buffer: jax.Array) -> Array:
            return np.swapaxes(self._unpadded(buffer)[:, :n_epochs], 0, 1).copy()

        return jax.tree.map(by_epoch, course)._asdict()

    def test(self) -> tuple[Array, dict[str, Array]]:
        """Test loss and scores (network,) as the networks stand."""
        _, course = self._called(TEST_ONLY, 1)  # the program there is: another takes long to make
        scores = course.test_scores.items()
        return self._unpadded(course.test_loss)[:, 0], {
            k: self._unpadded(v)[:, 0] for k, v in scores
        }

    def observe(self) -> dict[str, Array]:
        """Test trials in full: inputs, targets, outputs and the cell's variables.

        Returns
        -------
        dict
            Each (network, trial, time, input, output or unit); names of variables are the cell's,
            of what a trial is made of ``about_<name>``.
        """
        with self.program.precision():
            trials, outputs, seen = self._observe((self._constants, self._state))
            named = {"inputs": trials.inputs, "targets": trials.targets, "outputs": outputs, **seen}
            return {k: np.moveaxis(self._unpadded(v), -1, 1) for k, v in named.items()}

    def parameters(self) -> dict[str, Array]:
        """Every parameter (network, …)."""
        found = {**self._state.fixed, **self._state.trained}
        return {name: self._unpadded(value) for name, value in found.items()}

    @property
    def status(self) -> NDArray[np.int64]:
        """How each network stands (network,); see `Status`."""
        return self._unpadded(self._state.status).astype(np.int64)

    @property
    def stopped(self) -> NDArray[np.int64]:
        """The epoch after which each network stopped (network,), -1 while it trains."""
        return self._unpadded(self._state.stopped).astype(np.int64)

    @property
    def is_over(self) -> bool:
        """Whether no network trains any more."""
        return bool((self.status != Status.TRAINING).all())

    def checkpoint(self) -> dict[str, Array]:
        """All that changes, by name."""
        leaves = jax.tree_util.tree_leaves_with_path(self._state)
        return {_name(path): self._unpadded(leaf) for path, leaf in leaves}

    def _called(self, first: int, n_epochs: int) -> tuple[NetworkState, Course]:
        """The compiled call: states after it, and what was measured (network, epoch, …)."""
        epochs = range(max(first, 1), max(first, 1) + BUFFER)
        with self.program.precision():
            dtype = self.program.dtype
            rates = jnp.asarray(learning_rates(self.protocol.training, epochs), dtype)
            strengths = self._padded(self.ensemble.strengths_at(epochs).astype(dtype))
            own, span = (self._constants, self._state, strengths), (first, n_epochs)
            return self._run(own, tuple(map(jnp.int32, span)), rates)

    # -------------------------------------------------------------------------------- one device

    def _epochs(self, own: tuple, span: tuple, rates: jax.Array) -> tuple[NetworkState, Course]:
        """Train one network from epoch span[0] for span[1] epochs, into a buffer."""
        constants, state, strengths = own
        first, n_epochs = span

        def at(i: jax.Array) -> Inputs:
            return Inputs(first + i, rates[i], strengths[i])

        shapes = jax.eval_shape(self.program.epoch, constants, state, at(jnp.int32(0)))[1]
        buffer = jax.tree.map(lambda s: jnp.zeros((BUFFER, *s.shape), s.dtype), shapes)

        def one(i: jax.Array, carried: tuple) -> tuple:
            state, buffer = carried
            state, course = self.program.epoch(constants, state, at(i))
            return state, jax.tree.map(lambda b, c: b.at[i].set(c), buffer, course)

        return jax.lax.fori_loop(0, n_epochs, one, (state, buffer))

    def _observe_one(self, own: tuple) -> Any:
        record = self.protocol.record.trials
        return self.program.observe(*own, n_trials=record.n_trials if record else 1)

    def _compiled(self, of_one: Any, n_shared: int) -> Any:
        """`of_one` for all networks: those of a device in turn, the devices side by side."""
        networks, everywhere = PartitionSpec("network"), PartitionSpec()

        def of_all(own: Any, *shared: Any) -> Any:
            return jax.lax.map(lambda one: of_one(one, *shared), own)

        spread = jax.shard_map(
            of_all, mesh=self._mesh, in_specs=(networks, *[everywhere] * n_shared),
            out_specs=networks, check_vma=False,
        )  # fmt: skip
        # Said, since JAX has two names for one device among few, and would compile for both.
        return jax.jit(spread, out_shardings=NamedSharding(self._mesh, networks))

    # ----------------------------------------------------------------------- networks and devices

    def _before_training(self) -> tuple[Constants, NetworkState]:
        seeds = [int(seed) for seed in self.ensemble.seeds]
        known: dict[int, tuple[Constants, NetworkState]] = {}
        for seed in dict.fromkeys(seeds):
            shared = self.protocol.task.prepare(seed)
            constants = Constants(
                _key_data(seed, "training_trials"), _key_data(seed, "test_trials"),
                {k: np.asarray(v, self.program.dtype) for k, v in shared.items()},
            )  # fmt: skip
            known[seed] = constants, self.program.initial_state(seed)
        stacked = jax.tree.map(lambda *x: np.stack(x), *(known[seed] for seed in seeds))
        constants, state = jax.tree.map(self._padded, stacked)
        return constants, self._idle_padding(state)

    def _idle_padding(self, state: NetworkState) -> NetworkState:
        idle = self._order >= len(self.ensemble)
        status = np.where(idle, np.int32(Status.GIVEN_UP), np.asarray(state.status))
        return state._replace(status=jax.device_put(status, state.status.sharding))

    def _restored(self, checkpoint: Mapping[str, Array]) -> NetworkState:
        state = jax.tree_util.tree_map_with_path(
            lambda path, leaf: self._padded(checkpoint[_name(path)]), self._state
        )
        return self._idle_padding(state)

    def _padded(self, of_networks: Any) -> jax.Array:
        """An array (network, …) in the devices' order, filled up with copies of the last."""
        which = np.minimum(self._order, len(self.ensemble) - 1)
        spread = NamedSharding(self._mesh, PartitionSpec("network"))
        return jax.device_put(np.asarray(of_networks)[which], spread)

    def _unpadded(self, of_devices: jax.Array) -> Array:
        """Back to (network, …) in the ensemble's order."""
        return np.asarray(of_devices)[np.argsort(self._order)][: len(self.ensemble)]


def _key_data(seed: int, name: Any) -> NDArray[np.uint32]:
    return stream(seed, name).integers(0, 2**32, size=2, dtype=np.uint32)


def _name(path: tuple) -> str:
    """``trained__w_rec`` of the path of a leaf."""
    return "__".join(
        str(getattr(part, "name", getattr(part, "key", getattr(part, "idx", part))))
        for part in path
    )
