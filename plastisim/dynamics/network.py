"""What a network is (Network, which never changes) and what learning changes (State)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from plastisim.dynamics.transfer import TRANSFERS, Transfer

Array = NDArray[np.floating]


@dataclass(frozen=True)
class Network:
    """The fixed part of a leaky rate network; every array has the network's dtype.

    Attributes
    ----------
    w_initial
        Recurrent weights before learning (post, pre).
    w_in
        Weights from the input channels (unit, input).
    bias
        Constant input h to each unit (unit,).
    alpha
        dt / tau, the share of the way a rate goes in one step, in (0, 1].
    transfer, theta
        Name of the transfer function in `TRANSFERS`, and its threshold.
    noise
        Standard deviation of the noise inside the transfer function.
    weight_noise
        Standard deviation of the random change of every weight in every plastic step.
    self_connections
        Whether a unit may have a synapse onto itself.
    lower, upper
        Bounds of the weights that leave each presynaptic unit (pre,); Dale's law is a bound at 0.
    connected
        Which synapses exist (post, pre), or None where all do.
    """

    w_initial: Array
    w_in: Array
    bias: Array
    alpha: float
    transfer: str
    theta: float = 0.0
    noise: float = 0.0
    weight_noise: float = 0.0
    self_connections: bool = False
    lower: Array | None = None
    upper: Array | None = None
    connected: NDArray[np.bool_] | None = None

    @property
    def n_units(self) -> int:
        return self.w_initial.shape[0]

    @property
    def dtype(self) -> np.dtype[Any]:
        return self.w_initial.dtype

    @property
    def phi(self) -> Transfer:
        return TRANSFERS[self.transfer]

    @property
    def is_constrained(self) -> bool:
        """Whether weights have bounds, a sign or a connection mask (a zero diagonal aside)."""
        return self.lower is not None or self.upper is not None or self.connected is not None

    def constrain(self, w_rec: Array) -> None:
        """Impose mask, bounds and zero diagonal, in this order; `w_rec` is changed in place."""
        if self.connected is not None:
            w_rec *= self.connected
        if self.lower is not None or self.upper is not None:
            np.clip(w_rec, self.lower, self.upper, out=w_rec)
        if not self.self_connections:
            np.fill_diagonal(w_rec, 0.0)


@dataclass
class State:
    """All that changes as a network runs and learns; engines change it in place.

    Attributes
    ----------
    w_rec
        Recurrent weights (post, pre).
    rate
        Rates r (unit,).
    traces
        What the rule remembers of each unit (trace, unit).
    """

    w_rec: Array
    rate: Array
    traces: Array

    @classmethod
    def before_learning(cls, network: Network, traces: tuple[float, ...] = ()) -> State:
        """Initial weights, rates of zero, and every trace at its initial value."""
        n, dtype = network.n_units, network.dtype
        filled = [np.full(n, value, dtype) for value in traces]
        stacked = np.stack(filled) if filled else np.zeros((0, n), dtype)
        return cls(network.w_initial.copy(), np.zeros(n, dtype), stacked)

    def copy(self) -> State:
        return State(self.w_rec.copy(), self.rate.copy(), self.traces.copy())
