"""One network: an epoch of training, its test, and whether it goes on. Traced by JAX."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
import optax

from plastisim.bptt.ensemble import Status
from plastisim.bptt.loss import Parts, draw_trials, loss_function, run_trials
from plastisim.bptt.optimizer import optimizer
from plastisim.protocol.bptt import BpttProtocol, FixedSet, Halve
from plastisim.regularizers.weight_decay import WeightDecay
from plastisim.tasks import Trial

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


def pieces(n_trials: int, largest: int) -> int:
    """Into how many equal pieces of at most `largest` trials a batch is cut; 1 if it cannot be."""
    found = (m for m in range(1, n_trials // 64 + 1) if n_trials % m == 0)
    return next((m for m in found if n_trials // m <= largest), 1)


class NetworkProgram:
    """The functions that train and test one network of a protocol."""

    def __init__(self, protocol: BpttProtocol) -> None:
        self.protocol = protocol
        self.cell, self.task, self.training = protocol.cell, protocol.task, protocol.training
        self.regularizers = protocol.loss.regularizers
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
        key = jax.random.wrap_key_data(constants.training_key)
        of_epoch = jax.random.fold_in(key, given.epoch)
        rate = (given.learning_rate * state.slowing).astype(self.dtype)
        indices = self._indices(of_epoch)

        def step(carried: tuple, k: jax.Array) -> tuple[tuple, tuple]:
            trained, opt = carried
            trials, start = self._batch(constants, of_epoch, k, indices)
            p = trained, state.fixed
            loss, parts, gradient = self._gradient(p, trials, start, given.strengths)
            gradient = self._with_zeros(gradient)
            norm = optax.tree.norm(gradient)
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

    def _gradient(
        self, p: tuple[Params, Params], trials: Trial, state_key: jax.Array, strengths: jax.Array
    ) -> tuple[jax.Array, Parts, Params]:
        """Loss, parts and gradient of a batch, the mean over pieces that fit into a cache."""
        n = trials.inputs.shape[-1]
        n_pieces = pieces(n, self.cell.piece)
        differentiated = jax.value_and_grad(self._loss, has_aux=True)
        if n_pieces == 1:
            (loss, parts), gradient = differentiated(*p, trials, state_key, strengths)
            return loss, parts, gradient

        def one(total: Params, of_piece: tuple[Trial, jax.Array]) -> tuple[Params, tuple]:
            (loss, parts), gradient = differentiated(*p, *of_piece, strengths)
            return jax.tree.map(lambda a, b: a + b / n_pieces, total, gradient), (loss, parts)

        def cut(x: jax.Array) -> jax.Array:
            return jnp.moveaxis(x.reshape(*x.shape[:-1], n_pieces, n // n_pieces), -2, 0)

        keys = jax.random.split(state_key, n_pieces)
        nothing = jax.tree.map(jnp.zeros_like, p[0])
        gradient, found = jax.lax.scan(one, nothing, (jax.tree.map(cut, trials), keys))
        loss, parts = jax.tree.map(lambda x: x.mean(axis=0), found)
        return loss, parts, gradient

    def _loss(
        self, trained: Params, fixed: Params, trials: Trial, state_key: jax.Array, strengths: Any
    ) -> tuple[jax.Array, Parts]:
        p = {**fixed, **trained}
        start = self.cell.initial_state(p, state_key, trials.inputs.shape[-1])
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

    # ------------------------------------------------------------------------------- the trials

    def _indices(self, of_epoch: jax.Array) -> jax.Array | None:
        """Which trials of a fixed set come when (step, trial); None where trials are fresh."""
        trials = self.training.trials
        if not isinstance(trials, FixedSet):
            return None
        order = jax.random.permutation(of_epoch, trials.n_trials)
        n = self.training.steps_per_epoch * self.training.batch
        return order[:n].reshape(self.training.steps_per_epoch, self.training.batch)

    def _batch(
        self, constants: Constants, of_epoch: jax.Array, k: jax.Array, indices: Any
    ) -> tuple[Trial, jax.Array]:
        """The trials of step k of an epoch, and the key of the states before them.

        A trial of a fixed set is known by its number, a fresh one by epoch, step and place.
        """
        keys = jax.random.split(jax.random.fold_in(of_epoch, k), self.training.batch + 1)
        of_trials = keys[1:]
        if indices is not None:
            key = jax.random.wrap_key_data(constants.training_key)
            of_trials = jax.vmap(lambda i: jax.random.fold_in(key, i))(indices[k])
        return draw_trials(self.task, of_trials, constants.shared, self.cell.dtype), keys[0]

    def test_trials(self, constants: Constants, n_trials: int) -> tuple[Trial, jax.Array]:
        """The first so many test trials, always the same, and the key of the states before them."""
        key = jax.random.wrap_key_data(constants.test_key)
        keys = jax.vmap(lambda i: jax.random.fold_in(key, i))(jnp.arange(n_trials + 1))
        return draw_trials(self.task, keys[1:], constants.shared, self.cell.dtype), keys[0]

    # --------------------------------------------------------------------------------- the test

    def test(
        self, constants: Constants, state: NetworkState
    ) -> tuple[jax.Array, dict[str, jax.Array]]:
        """Task loss and scores over all test trials."""
        p = {**state.fixed, **state.trained}
        trials, key = self.test_trials(constants, self.protocol.test.n_trials)
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
            score = scores[self.followed]
            better = tested & (score > state.best_for_rate)
            waited = jnp.where(better, 0, state.waited_for_rate + jnp.isfinite(state.best_for_rate))
            falls = waited >= rate.patience
            state = state._replace(
                best_for_rate=jnp.where(better, score, state.best_for_rate),
                waited_for_rate=jnp.where(falls, 0, waited).astype(jnp.int32),
                slowing=jnp.where(falls, state.slowing * rate.factor, state.slowing),
            )
        if stop is None:
            return state
        score = scores[stop.score]
        less_is_better = stop.below is not None
        score = -score if less_is_better else score
        better = tested & (score > state.best)
        state = state._replace(
            best=jnp.where(better, score, state.best),
            waited=jnp.where(better, 0, state.waited + jnp.isfinite(state.best)).astype(jnp.int32),
        )
        learned = given_up = jnp.array(False)
        if stop.above is not None or stop.below is not None:
            bound = -stop.below if stop.below is not None else stop.above
            met = score > jnp.asarray(bound, self.dtype)
            streak = jnp.where(tested, jnp.where(met, state.streak + 1, 0), state.streak)
            state = state._replace(streak=streak.astype(jnp.int32))
            learned = streak >= stop.tests_in_a_row
        if stop.patience is not None:
            given_up = state.waited >= stop.patience
        verdict = jnp.where(learned, Status.LEARNED, Status.GIVEN_UP).astype(jnp.int32)
        stops = (learned | given_up) & (state.status == Status.TRAINING)
        return state._replace(
            status=jnp.where(stops, verdict, state.status),
            stopped=jnp.where(stops, epoch.astype(jnp.int32), state.stopped),
        )

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
        trials, key = self.test_trials(constants, self.protocol.test.n_trials)
        start = self.cell.initial_state(p, key, self.protocol.test.n_trials)
        shown = jax.tree.map(lambda x: x[..., :n_trials], trials)
        outputs, seen = run_trials(
            self.cell, p, shown.inputs, start[:, :n_trials],
            wanted=self.cell.variables, answers_from=0,
        )  # fmt: skip
        return shown, outputs, seen
