"""One network: an epoch of training, its test, and whether it goes on. Traced by JAX."""

from __future__ import annotations

from contextlib import AbstractContextManager
from functools import partial
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from plastisim.bptt.ensemble import Status
from plastisim.bptt.gradient import loss_and_gradient
from plastisim.bptt.loss import Parts, loss_function, run_trials
from plastisim.bptt.optimizer import clipped, gradient_norm, optimizer
from plastisim.bptt.state import TEST_ONLY, Constants, Course, Inputs, NetworkState, Params
from plastisim.bptt.trials import Trials
from plastisim.bptt.verdict import judged, slowed
from plastisim.protocol.bptt import BpttProtocol, Halve
from plastisim.regularizers.weight_decay import WeightDecay
from plastisim.tasks import Trial


class NetworkProgram:
    """The functions that train and test one network of a protocol."""

    def __init__(self, protocol: BpttProtocol) -> None:
        self.protocol = protocol
        self.cell, self.task, self.training = protocol.cell, protocol.task, protocol.training
        self.regularizers, self.trials = protocol.loss.regularizers, Trials(protocol)
        self.dtype = jnp.dtype(self.cell.dtype)
        self.loss = loss_function(self.cell, self.task, protocol.loss.kind, self.regularizers)
        self.optimizer = optimizer(self.training)
        parameters = self.cell.parameters(self.task.n_inputs, self.task.n_outputs)
        self.zero = {name: p.zero for name, p in parameters.items() if p.zero is not None}
        self.followed = next(iter(self.task.scores))

    # -------------------------------------------------------------------------- before training

    def initial_state(self, seed: int) -> NetworkState:
        """A network before training."""
        with self.precision():
            return self._initial_state(seed)

    def precision(self) -> AbstractContextManager[None]:
        """JAX computes in float64 inside, if the cell does."""
        return jax.enable_x64(self.dtype == np.float64)

    def _initial_state(self, seed: int) -> NetworkState:
        drawn = self.cell.draw(seed, self.task.n_inputs, self.task.n_outputs)
        trained = {name: jnp.asarray(drawn.pop(name)) for name in sorted(self.cell.trained)}
        fixed = {name: jnp.asarray(value) for name, value in sorted(drawn.items())}

        def number(x: float) -> jax.Array:
            return jnp.asarray(x, self.dtype)

        def count(x: int) -> jax.Array:
            return jnp.asarray(x, jnp.int32)

        return NetworkState(
            trained, fixed, self.optimizer.init(trained),
            slowing=number(1.0), best_for_rate=number(-np.inf), waited_for_rate=count(0),
            status=count(Status.TRAINING), stopped=count(-1), streak=count(0),
            best=number(-np.inf), waited=count(0),
        )  # fmt: skip

    # -------------------------------------------------------------------------------- an epoch

    def epoch(
        self, constants: Constants, state: NetworkState, given: Inputs
    ) -> tuple[NetworkState, Course]:
        """Train for an epoch, measure, and decide whether to go on; a stopped network rests.

        In epoch `TEST_ONLY` no network trains and every one is tested.
        """
        before = self.cell.recurrent({**state.fixed, **state.trained})
        trains = (state.status == Status.TRAINING) & (given.epoch != TEST_ONLY)
        slowing = state.slowing
        state, measured = jax.lax.cond(
            trains,
            lambda s: self._train(constants, s, given),
            lambda s: (s, self._nothing()),
            state,
        )
        after = self.cell.recurrent({**state.fixed, **state.trained})
        due = trains & (state.status != Status.DIVERGED) & self._is_tested(given.epoch)
        due |= given.epoch == TEST_ONLY
        test_loss, test_scores = jax.lax.cond(
            due, lambda: self.test(constants, state), self._untested
        )
        state = self._follow(state, given.epoch, test_scores)
        svd, change_svd = self._singular_values(after, after - before, given.epoch, trains)
        course = Course(
            *measured,
            learning_rate=jnp.where(trains, given.learning_rate * slowing, jnp.nan),
            weight_norm=jnp.where(trains, jnp.linalg.norm(after), jnp.nan),
            change_norm=jnp.where(trains, jnp.linalg.norm(after - before), jnp.nan),
            test_loss=test_loss,
            test_scores=test_scores,
            singular_values=svd,
            change_singular_values=change_svd,
            status=state.status,
        )
        return state, course

    def _train(
        self, constants: Constants, state: NetworkState, given: Inputs
    ) -> tuple[NetworkState, tuple]:
        """All steps of an epoch; a network that diverges goes back to where the epoch began."""
        of_epoch = self.trials.of_epoch(constants, given.epoch)
        rate = (given.learning_rate * state.slowing).astype(self.dtype)

        def step(carried: tuple, k: jax.Array) -> tuple[tuple, tuple]:
            trained, opt = carried
            trials, key = self.trials.batch(constants, of_epoch, k)
            loss, parts, gradient = loss_and_gradient(
                partial(self._loss, state.fixed, given.strengths),
                trained, trials, key, self.cell.piece,
            )  # fmt: skip
            gradient = self._with_zeros(gradient)
            norm = gradient_norm(gradient)
            gradient = clipped(gradient, norm, self.training.clip)
            update, opt = self.optimizer.update(gradient, opt, trained)
            trained = self._decay(
                jax.tree.map(lambda p, u: p - rate * u, trained, update), rate, given.strengths
            )
            return (trained, opt), (loss, *parts, norm)

        steps = jnp.arange(self.training.steps_per_epoch)
        (trained, opt), courses = jax.lax.scan(step, (state.trained, state.optimizer), steps)
        loss, error, penalties, scores, norm = jax.tree.map(lambda c: c.mean(axis=0), courses)
        finite = jnp.isfinite(loss) & jnp.isfinite(norm)
        for p in trained.values():
            finite &= jnp.isfinite(p).all()
        kept = jax.tree.map(
            lambda new, old: jnp.where(finite, new, old),
            (trained, opt), (state.trained, state.optimizer),
        )  # fmt: skip
        state = state._replace(
            trained=kept[0],
            optimizer=kept[1],
            status=jnp.where(finite, state.status, jnp.int32(Status.DIVERGED)),
            stopped=jnp.where(finite, state.stopped, given.epoch.astype(jnp.int32)),
        )
        return state, (loss, error, penalties, scores, norm, courses[-1].max())

    def _loss(
        self, fixed: Params, strengths: Any, trained: Params, trials: Trial, key: jax.Array
    ) -> tuple[jax.Array, Parts]:
        p = {**fixed, **trained}
        start = self.cell.initial_state(p, key, trials.inputs.shape[-1])
        return self.loss(p, trials, start, strengths)

    def _with_zeros(self, gradient: Params) -> Params:
        return {
            name: jnp.where(self.zero[name], 0, g) if name in self.zero else g
            for name, g in gradient.items()
        }

    def _decay(self, trained: Params, rate: jax.Array, strengths: jax.Array) -> Params:
        """The decoupled weight decay, p <- p (1 - rate * strength)."""
        for k, r in enumerate(self.regularizers):
            if isinstance(r, WeightDecay) and r.decoupled:
                for name in r.of:
                    trained = {**trained, name: trained[name] * (1.0 - rate * strengths[k])}
        return trained

    # --------------------------------------------------------------------------------- the test

    def test(
        self, constants: Constants, state: NetworkState
    ) -> tuple[jax.Array, dict[str, jax.Array]]:
        """Task loss and scores over all test trials."""
        p = {**state.fixed, **state.trained}
        trials, key = self.trials.of_test(constants, self.protocol.test.n_trials)
        start = self.cell.initial_state(p, key, self.protocol.test.n_trials)
        plain = loss_function(self.cell, self.task, self.protocol.loss.kind, ())
        nothing = jnp.zeros(0, self.dtype)
        _, parts = plain(p, trials, start, nothing)
        return parts.task, parts.scores

    def _is_tested(self, epoch: jax.Array) -> jax.Array:
        return (epoch % self.protocol.test.every == 0) | (epoch == self.training.epochs)

    def _follow(
        self, state: NetworkState, epoch: jax.Array, scores: dict[str, jax.Array]
    ) -> NetworkState:
        """After a test: has it learned, is it to be given up, is its learning rate to fall?"""
        tested = self._is_tested(epoch)
        rate, stop = self.training.learning_rate, self.training.stop
        if isinstance(rate, Halve):
            state = slowed(rate, scores[self.followed], tested, state)
        return state if stop is None else judged(stop, scores, tested, epoch, state)

    # -------------------------------------------------------------------------- what is measured

    def _singular_values(
        self, w: jax.Array, change: jax.Array, epoch: jax.Array, trains: jax.Array
    ) -> tuple[jax.Array, jax.Array]:
        record = self.protocol.record.singular_values
        if record is None:
            return jnp.zeros(0, self.dtype), jnp.zeros(0, self.dtype)
        n = min(w.shape)
        nothing = jnp.full(n, jnp.nan, self.dtype)

        def measured() -> tuple[jax.Array, jax.Array]:
            return (
                jnp.linalg.svd(w, compute_uv=False),
                jnp.linalg.svd(change, compute_uv=False),
            )

        due = trains & ((epoch % record.every == 0) | (epoch == self.training.epochs))
        return jax.lax.cond(due, measured, lambda: (nothing, nothing))

    def _nothing(self) -> tuple:
        """What an epoch without training measures."""
        nan = jnp.asarray(jnp.nan, self.dtype)
        penalties = jnp.full(len(self.regularizers), jnp.nan, self.dtype)
        return nan, nan, penalties, dict.fromkeys(self.task.scores, nan), nan, nan

    def _untested(self) -> tuple[jax.Array, dict[str, jax.Array]]:
        nan = jnp.asarray(jnp.nan, self.dtype)
        return nan, dict.fromkeys(self.task.scores, nan)

    def observe(
        self, constants: Constants, state: NetworkState, n_trials: int
    ) -> tuple[Trial, jax.Array, dict[str, jax.Array]]:
        """The first so many test trials: trials, answers (time, output, trial), all variables."""
        p = {**state.fixed, **state.trained}
        trials, key = self.trials.of_test(constants, self.protocol.test.n_trials)
        start = self.cell.initial_state(p, key, self.protocol.test.n_trials)
        shown = jax.tree.map(lambda x: x[..., :n_trials], trials)
        outputs, seen = run_trials(
            self.cell, p, shown.inputs, start[:, :n_trials],
            wanted=self.cell.variables, answers_from=0,
        )  # fmt: skip
        return shown, outputs, seen
