"""plastisim's contestants, through the doors that everybody uses."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.contestant import Contestant, timed
from benchmarks.problem import ALPHA, STRENGTH, Problem
from benchmarks.user_rule import UserRule
from plastisim.dynamics import Network, Period, State
from plastisim.online import OnlineEngine
from plastisim.online.batch import FrozenNetwork
from plastisim.quantities import Time
from plastisim.rules import RULES, LocalRule

Array = NDArray[Any]
DT = Time.parse("1 ms")
CUES = 25
NAME = "plastisim"
FROZEN = "plastisim, frozen step"
USER = "plastisim, a user's rule"
CONSTRAINED = "plastisim, mask and bounds"
CUE_STEP = f"plastisim, cue-step of {CUES} together"


def rule(kind: str, **keys: Any) -> LocalRule:
    """A rule of the catalogue."""
    built = RULES[kind](**{"kind": kind, "strength": STRENGTH, **keys})
    assert isinstance(built, LocalRule)
    return built


def network(problem: Problem, **keys: Any) -> Network:
    """The problem's network, with what else it shall have."""
    w, dtype = problem.w_initial, problem.w_initial.dtype
    none = np.zeros(problem.n, dtype)
    return Network(w, none[:, None], none, ALPHA, "tanh", **keys)


def simulation(
    name: str, problem: Problem, learning: LocalRule | None, plastic: bool = True, **keys: Any
) -> Contestant:
    """An `OnlineEngine` on the problem."""
    net = network(problem, **keys)
    traces = tuple(learning.traces.values()) if learning else ()
    begin = State.before_learning(net, traces)
    begin.rate[:] = problem.rate
    engine = OnlineEngine(net, learning, DT, begin)

    def advance(n_steps: int) -> None:
        engine.reset(problem.rate)
        engine.present([Period("freeze", n_steps, net.bias, plastic)], strength=STRENGTH)

    def state(n_steps: int) -> tuple[Array, Array]:
        advance(n_steps)
        return engine.w_rec.copy(), engine.rate.copy()

    return Contestant(name, timed(advance), state)


def contestants(problem: Problem) -> Iterator[Contestant]:
    """Freeze-in, other rules, constraints, and steps in which nothing is learned."""
    freeze_in = rule("freeze_in")
    yield simulation(NAME, problem, freeze_in)
    yield simulation(USER, problem, UserRule(kind="user_rule", strength=STRENGTH, factor=1.0))
    yield simulation("plastisim, hebb", problem, rule("hebb"))
    yield simulation("plastisim, oja", problem, rule("oja"))
    bcm = rule("bcm", threshold_time_constant=Time.parse("100 ms"))
    yield simulation("plastisim, bcm", problem, bcm)
    bounds = np.full(problem.n, 10.0, problem.dtype)
    everywhere = np.ones((problem.n, problem.n), bool)
    yield simulation(
        CONSTRAINED, problem, freeze_in, lower=-bounds, upper=bounds, connected=everywhere
    )
    yield simulation(FROZEN, problem, freeze_in, plastic=False)
    yield cue_steps(problem)


def cue_steps(problem: Problem) -> Contestant:
    """One network stepped from many states at once, as a test phase does; seconds per cue."""
    frozen = FrozenNetwork(network(problem), problem.w_initial)
    rates = np.repeat(problem.rate[:, None], CUES, axis=1)

    seconds_per_step = timed(lambda n: frozen.advance(rates, frozen.network.bias, n))

    def seconds_per_cue_step(n_steps: int) -> float:
        return seconds_per_step(max(1, n_steps // CUES)) / CUES

    return Contestant(CUE_STEP, seconds_per_cue_step)
