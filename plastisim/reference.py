"""The online engine in plain NumPy, slow and short enough to read aloud."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from types import SimpleNamespace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from plastisim.dynamics import Network, Period, State, drive, next_rate
from plastisim.errors import DivergedError
from plastisim.quantities import Time
from plastisim.rules import LocalRule

Array = NDArray[Any]


@np.errstate(all="ignore")  # what diverges is named by an error, not by warnings
def present(
    state: State,
    network: Network,
    rule: LocalRule | None,
    dt: Time,
    periods: Sequence[Period],
    *,
    strength: float = 0.0,
    noise: Array | None = None,
    weight_noise: Callable[[], Array] | None = None,
    place: tuple[int, int] = (0, 0),
) -> None:
    """Present one cue; `state` is changed in place.

    Order within a step: **input, rates, weights, record**.

    Parameters
    ----------
    strength
        lambda in this epoch.
    noise
        Noise on the drive (time, unit), over all periods together.
    weight_noise
        Gives the noise on the weights (post, pre), once per plastic step.
    place
        Epoch and cue, for errors.

    Raises
    ------
    DivergedError
        At the first drive that is not finite.
    """
    p = SimpleNamespace(**rule.parameters(dt)) if rule else None
    pull = dt / rule.decay.time_constant if rule and rule.decay else 0.0
    step = 0
    for period in periods:
        for _ in range(period.n_steps):
            external = period.external if noise is None else period.external + noise[step]
            x = drive(state.w_rec, state.rate, external)
            if not np.isfinite(x).all():
                raise DivergedError(
                    epoch=place[0], cue=place[1], step=step, what="a drive is not finite"
                )
            before = state.rate
            state.rate = next_rate(before, x, network.alpha, network.phi, network.theta)
            if rule is not None:
                post, pre, decay = _units(rule, state, before, x, p)
                if period.plastic:
                    _learn(
                        state.w_rec, network, rule, post, pre, decay,
                        strength * period.third_factor, pull, weight_noise,
                    )  # fmt: skip
            step += 1


def _units(
    rule: LocalRule, state: State, before: Array, x: Array, p: Any
) -> tuple[Array, Array, Array]:
    """What every unit offers, one unit at a time; its traces are advanced in place."""
    offered = np.array(
        [
            rule.unit(state.rate[i], before[i], x[i], *state.traces[:, i], p)
            for i in range(state.rate.size)
        ],
        dtype=state.rate.dtype,
    )
    state.traces[:] = offered[:, 3:].T
    return offered[:, 0], offered[:, 1], offered[:, 2]


def _learn(
    w_rec: Array,
    network: Network,
    rule: LocalRule,
    post: Array,
    pre: Array,
    decay: Array,
    m: float,
    pull: float,
    weight_noise: Callable[[], Array] | None,
) -> None:
    """Rule, pull, noise, constraints, in this order; `w_rec` is changed in place."""
    target = network.w_initial if rule.decay and rule.decay.toward == "initial" else 0.0
    change = m * (np.outer(post, pre) - decay[:, None] * w_rec) + pull * (target - w_rec)
    w_rec += change
    if weight_noise is not None:
        w_rec += weight_noise()
    network.constrain(w_rec)
