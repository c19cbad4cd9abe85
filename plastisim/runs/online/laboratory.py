"""A network on the bench: its protocol laid out, ready to learn an epoch or to be tested."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import perf_counter
from typing import Any

import numpy as np
from numpy.typing import NDArray

from plastisim.cues import cue_patterns
from plastisim.dynamics import State
from plastisim.measures.memories import Memories, probe_memories
from plastisim.online import FrozenNetwork, OnlineEngine, Relaxed
from plastisim.protocol import OnlineProtocol
from plastisim.rules import LocalRule, OneShotRule
from plastisim.runs.progress import Interrupted
from plastisim.schedule import (
    build_network,
    cue_order,
    presentation,
    steps_until_cue_ends,
    trial_steps,
)
from plastisim.streams import stream

Array = NDArray[Any]


class Laboratory:
    """One network, its cues and its engine.

    Parameters
    ----------
    protocol
        Everything about the experiment.
    state
        Where to go on; without it, before learning.
    should_stop
        Asked between presentations; a true answer raises `Interrupted`.
    """

    def __init__(
        self,
        protocol: OnlineProtocol,
        state: State | None = None,
        should_stop: Callable[[], bool] = lambda: False,
    ) -> None:
        self.protocol = protocol
        self.patterns = cue_patterns(protocol.cues, protocol.seed)
        self.n_cues, self.n_inputs = self.patterns.shape
        self.network = build_network(protocol, self.n_inputs)
        self.rule = protocol.rule if isinstance(protocol.rule, LocalRule) else None
        self.engine = OnlineEngine(self.network, self.rule, protocol.network.dt, state)
        self.seconds: dict[str, float] = {}
        self._should_stop = should_stop
        self._trials = [
            presentation(protocol, self.network, p, learning=True) for p in self.patterns
        ]
        self.test_trials = [
            presentation(protocol, self.network, p, learning=False) for p in self.patterns
        ]

    def relax_steps(self) -> int:
        """Steps of relaxation at most."""
        return self.protocol.test.relax.steps(self.protocol.network.dt)

    def learn(self, epoch: int, strength: float, *, frozen: bool = False) -> NDArray[np.int64]:
        """Present every cue once; the order of presentation (presentation,).

        Parameters
        ----------
        strength
            lambda in this epoch.
        frozen
            Present the cues without any change of weights.

        Raises
        ------
        DivergedError
            Naming epoch, cue and step.
        Interrupted
            Between two presentations.
        """
        order = cue_order(self.protocol, self.n_cues, epoch)
        self.engine.seconds = dict.fromkeys(self.engine.seconds, 0.0)
        for place, cue in enumerate(order):
            self.check_stop()
            self._reset(epoch, place)
            self.engine.present(
                (self.test_trials if frozen else self._trials)[cue],
                strength=strength,
                noise=self._noise(epoch, place),
                weight_noise=self._weight_noise(epoch, place),
                place=(epoch, int(cue)),
            )
        for stage, seconds in self.engine.seconds.items():
            self.seconds[stage] = self.seconds.get(stage, 0.0) + seconds
        if isinstance(self.protocol.rule, OneShotRule) and epoch == 1:
            self._store_at_once(self.protocol.rule)
        return order

    def test(self, n_leading: int) -> Memories:
        """What becomes of every cue, with plasticity off and without noise."""
        self.check_stop()
        criteria = self.protocol.test.criteria
        with self.timed("test"):
            cue_end, relaxed = self.relaxed_from_cues()
        with self.timed("fixed points and spectra"):
            return probe_memories(
                self.frozen(), cue_end, relaxed,
                same=criteria.same, faithful=criteria.faithful, n_leading=n_leading,
            )  # fmt: skip

    def cue_end(self) -> Array:
        """States when each cue goes off, in a frozen trial from rest (unit, cue)."""
        n_steps = steps_until_cue_ends(self.protocol)
        return self.frozen().present(self.resting(self.n_cues), self.test_trials, n_steps)

    def relaxed_from_cues(self) -> tuple[Array, Relaxed]:
        """States when each cue goes off (unit, cue), and where they relax to without input."""
        cue_end, at_rest = self.cue_end(), self.protocol.test.criteria.at_rest
        bias = self.network.bias
        return cue_end, self.frozen().relax(cue_end, bias, self.relax_steps(), at_rest)

    @contextmanager
    def timed(self, stage: str) -> Iterator[None]:
        """Add the seconds spent inside to a stage."""
        began = perf_counter()
        yield
        self.seconds[stage] = self.seconds.get(stage, 0.0) + perf_counter() - began

    def frozen(self) -> FrozenNetwork:
        """The network as it stands, no longer learning."""
        return FrozenNetwork(self.network, self.engine.w_rec)

    def resting(self, n_trials: int) -> Array:
        """States before a test trial: rates of zero (unit, trial)."""
        return np.zeros((self.network.n_units, n_trials), self.network.dtype)

    def record(self, n_steps: int, every: int) -> Array:
        """Rates in a frozen trial with each cue (cue, time, unit)."""
        return self.frozen().record(self.resting(self.n_cues), self.test_trials, n_steps, every)

    def check_stop(self) -> None:
        """Raise `Interrupted` if somebody asked for it."""
        if self._should_stop():
            raise Interrupted

    def _reset(self, epoch: int, place: int) -> None:
        how = self.protocol.schedule.reset
        if how == "zero":
            self.engine.reset(0.0)
        elif how == "random":
            drawn = stream(self.protocol.seed, "reset", epoch, place)
            self.engine.reset(drawn.uniform(-1.0, 1.0, self.network.n_units))

    def _noise(self, epoch: int, place: int) -> Array | None:
        if not self.network.noise:
            return None
        shape = (trial_steps(self.protocol), self.network.n_units)
        drawn = stream(self.protocol.seed, "noise", epoch, place).standard_normal(shape)
        return (self.network.noise * drawn).astype(self.network.dtype)

    def _weight_noise(self, epoch: int, place: int) -> Callable[[], Array] | None:
        if not self.network.weight_noise:
            return None
        random, n = stream(self.protocol.seed, "weight_noise", epoch, place), self.network.n_units
        std, dtype = self.network.weight_noise, self.network.dtype
        return lambda: (std * random.standard_normal((n, n))).astype(dtype)

    def _store_at_once(self, rule: OneShotRule) -> None:
        """Store the signs of the cues' inputs, the state that a saturating cue imposes."""
        signs = np.sign(self.network.w_in.astype(np.float64) @ self.patterns.T).T
        w_rec = rule.store(signs, self.network.w_initial.astype(np.float64))
        w_rec = w_rec.astype(self.network.dtype)
        self.network.constrain(w_rec)
        self.engine.replace_weights(w_rec)
