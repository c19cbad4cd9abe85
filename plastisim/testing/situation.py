"""The small random network in which a rule is tried out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from plastisim import reference
from plastisim.dynamics import Network, Period, State
from plastisim.quantities import Time
from plastisim.rules import LocalRule

Array = NDArray[Any]
DT = Time.parse("1 ms")


@dataclass(frozen=True)
class Situation:
    """A rule, a network in some state, and what is about to happen to it."""

    rule: LocalRule
    network: Network
    state: State
    external: Array
    noise: Array  # on the drive (time, unit)

    def periods(self, plastic: bool) -> list[Period]:
        return [Period("all", len(self.noise), self.external, plastic)]

    def by(self, engine: Any, *, plastic: bool = True, strength: float = 2.0**-8) -> State:
        """The state after all steps, by an engine of this class."""
        running = engine(self.network, self.rule, DT, self.state)
        running.present(self.periods(plastic), strength=strength, noise=self.noise)
        return running.state()

    def by_reference(self, *, plastic: bool = True, strength: float = 2.0**-8) -> State:
        """The state after all steps, by the plain reference."""
        state = self.state.copy()
        reference.present(
            state, self.network, self.rule, DT, self.periods(plastic),
            strength=strength, noise=self.noise,
        )  # fmt: skip
        return state


def situation(
    rule: LocalRule, n_units: int, n_steps: int, dtype: type[np.floating[Any]] = np.float64
) -> Situation:
    """Rates between -0.9 and 0.9 in a network below the onset of chaos, the same each time.

    Units may have synapses onto themselves, and no weight is bounded, so nothing hides what the
    rule does.
    """
    rng = np.random.default_rng(20)

    def normal(*shape: int) -> Array:
        return rng.standard_normal(shape).astype(dtype)

    network = Network(
        w_initial=(0.9 / np.sqrt(n_units) * normal(n_units, n_units)).astype(dtype),
        w_in=normal(n_units, 2),
        bias=np.zeros(n_units, dtype),
        alpha=0.125,
        transfer="tanh",
        self_connections=True,
    )
    state = State.before_learning(network, tuple(rule.traces.values()))
    state.rate[:] = rng.uniform(-0.9, 0.9, n_units)
    return Situation(rule, network, state, normal(n_units), normal(n_steps, n_units))
