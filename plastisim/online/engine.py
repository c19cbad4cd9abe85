"""One network learning online: cues go in one at a time, weights change step by step."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from time import perf_counter
from typing import Any

import numpy as np
from numpy.typing import NDArray

from plastisim.dynamics import Network, Period, State
from plastisim.errors import DivergedError
from plastisim.online.arrays import aligned_zeros, padded
from plastisim.online.binding import bind
from plastisim.online.period import Constants, Constraints, Units, loop_for
from plastisim.online.proof import prove
from plastisim.online.transfer import CODES
from plastisim.quantities import Time
from plastisim.rules import LocalRule

Array = NDArray[Any]


class OnlineEngine:
    """The fused Numba engine for one network and one rule; `plastisim.reference` is its twin.

    Parameters
    ----------
    network, rule, dt
        The network, the rule that changes it (None: nothing does), and the length of a step.
    state
        Where to begin; it is copied. Without it, before learning.
    """

    def __init__(
        self, network: Network, rule: LocalRule | None, dt: Time, state: State | None = None
    ) -> None:
        self._network = network
        self._n = n = network.n_units
        dtype = network.dtype
        traces = tuple(rule.traces.values()) if rule else ()
        parameters = rule.parameters(dt) if rule else {}
        unit = rule.unit if rule else _offers_nothing
        self._rule = bind(unit, len(traces), parameters, dtype)
        self._run_period = loop_for(self._rule)
        prove(self._rule, unit, traces, parameters, dtype)
        self._learns = rule is not None
        self._pull = dt / rule.decay.time_constant if rule and rule.decay else 0.0
        self._toward_initial = bool(rule and rule.decay and rule.decay.toward == "initial")
        self._constraints = _constraints(network)
        self._none = np.zeros((0, 0), dtype)
        self.seconds = {"plastic steps": 0.0, "frozen steps": 0.0}  # spent in the kernel
        state = state or State.before_learning(network, traces)
        self._w = _fitted(state.w_rec, dtype)
        width = (self._w.shape[1],)
        self._units = Units(
            rate=_fitted(state.rate, dtype),
            pre=aligned_zeros(width, dtype),
            traces=np.array(state.traces, dtype, order="C"),
            **{k: aligned_zeros((n,), dtype) for k in ("before", "x", "phi", "post", "decay")},
        )

    @property
    def w_rec(self) -> Array:
        """The recurrent weights as they stand (post, pre): a view, not a copy."""
        return self._w[:, : self._n]

    @property
    def rate(self) -> Array:
        """The rates as they stand (unit,): a view, not a copy."""
        return self._units.rate[: self._n]

    def state(self) -> State:
        """A copy of everything that learning has changed."""
        return State(self.w_rec.copy(), self.rate.copy(), self._units.traces.copy())

    def reset(self, rate: Array | float) -> None:
        """Put the rates somewhere, as before a cue; weights and traces stay."""
        self._units.rate[: self._n] = rate

    def replace_weights(self, w_rec: Array) -> None:
        """Put other recurrent weights (post, pre) in place, as a one-shot rule does."""
        self._w[:, : self._n] = w_rec

    def present(
        self,
        periods: Sequence[Period],
        *,
        strength: float = 0.0,
        noise: Array | None = None,
        weight_noise: Callable[[], Array] | None = None,
        place: tuple[int, int] = (0, 0),
    ) -> None:
        """Present one cue. Order within a step: **input, rates, weights, record**.

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
        ValueError
            If inputs or noise are not of the network's size, which the kernel would not notice.
        """
        self._check_shapes(periods, noise)
        # Arrays and numbers of any other type would have the kernel compiled anew for them.
        if noise is not None:
            noise = np.require(noise, self._w.dtype, ("C", "W"))
        start = 0
        for period in periods:
            external = np.require(period.external, self._w.dtype, ("C", "W"))
            plastic = period.plastic and self._learns
            kicked = plastic and weight_noise is not None
            chunk = 1 if kicked else max(period.n_steps, 1)
            constants = Constants(
                alpha=float(self._network.alpha),
                theta=float(self._network.theta),
                transfer=CODES[self._network.transfer],
                plastic=plastic,
                strength=float(strength * period.third_factor),
                pull=self._pull,
                toward_initial=self._toward_initial,
                zero_diagonal=not self._network.self_connections,
                constrained=self._network.is_constrained or self._pull > 0.0 or kicked,
            )
            began = perf_counter()
            for first in range(0, period.n_steps, chunk):
                here = start + first
                bad = self._run_period(
                    chunk,
                    self._w,
                    self._constraints,
                    self._units,
                    external,
                    self._none if noise is None else noise[here : here + chunk],
                    _fitted(weight_noise(), self._w.dtype)
                    if kicked and weight_noise
                    else self._none,
                    constants,
                    self._rule,
                )
                if bad >= 0:
                    raise DivergedError(
                        epoch=place[0], cue=place[1], step=here + bad, what="a drive is not finite"
                    )
            kind = "plastic steps" if period.plastic else "frozen steps"
            self.seconds[kind] += perf_counter() - began
            start += period.n_steps

    def _check_shapes(self, periods: Sequence[Period], noise: Array | None) -> None:
        for period in periods:
            if period.external.shape != (self._n,):
                raise ValueError(
                    f"the input of period {period.name} has shape {period.external.shape}; "
                    f"({self._n},) is needed"
                )
        needed = (sum(period.n_steps for period in periods), self._n)
        if noise is not None and noise.shape != needed:
            raise ValueError(f"noise has shape {noise.shape}; {needed} is needed")


def _offers_nothing(r, r_before, x, p):
    return 0.0, 0.0, 0.0


def _fitted(array: Array, dtype: np.dtype[Any]) -> Array:
    """Padded in the network's dtype: the width of a row depends on it, and kernels do not check."""
    return padded(np.asarray(array, dtype))


def _constraints(network: Network) -> Constraints:
    """Padded for the kernel; where only one bound is given the other is infinite."""
    dtype, n = network.dtype, network.n_units
    none = np.zeros((0, 0), dtype)
    lower = upper = np.zeros(0, dtype)
    if network.lower is not None or network.upper is not None:
        unbounded = np.full(n, np.inf, dtype)
        lower = _fitted(-unbounded if network.lower is None else network.lower, dtype)
        upper = _fitted(unbounded if network.upper is None else network.upper, dtype)
    return Constraints(
        initial=_fitted(network.w_initial, dtype),
        connected=none if network.connected is None else _fitted(network.connected, dtype),
        lower=lower,
        upper=upper,
    )
