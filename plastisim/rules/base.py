r"""What a learning rule is: what one unit offers its synapses.

A rule is written for **one unit**, so it cannot look elsewhere. The engine alone writes weights:

.. math::
    W_{ij} \leftarrow W_{ij}
        + \lambda m\,(\mathrm{post}_i\, \mathrm{pre}_j - \mathrm{decay}_i W_{ij})
        + k\,(W^{*}_{ij} - W_{ij})

with :math:`\lambda` the rule's strength in this epoch, m the third factor of this period, and k the
rule-independent pull toward zero or toward the initial weights. Noise on weights, the connection
mask, bounds and the zero diagonal follow, in this order.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from plastisim.frozen import Finite, Frozen
from plastisim.quantities import Time
from plastisim.strengths import Strength, strength_at

Array = NDArray[np.floating]


def _more_than_nothing(time: Time) -> Time:
    if time.value == 0:
        raise PydanticCustomError(
            "time", "{why}", {"why": f'got "{time.text}"; a time constant is longer than 0'}
        )
    return time


TimeConstant = Annotated[Time, AfterValidator(_more_than_nothing)]


class Decay(Frozen):
    """A pull on every weight in every plastic step, whatever the rule says."""

    time_constant: TimeConstant  # of plastic time
    toward: Literal["zero", "initial"]


class LocalRule(Frozen, ABC):
    """A rule that changes weights step by step, from what two units know of themselves.

    A subclass states its keys as fields, what it remembers of a unit in `traces` (name to initial
    value), and its equation in `unit`.
    """

    kind: Any  # Literal["its_name"] in a subclass
    strength: Strength  # lambda, or learning rate, per plastic step
    decay: Decay | None = None

    traces: ClassVar[Mapping[str, float]] = {}

    @staticmethod
    @abstractmethod
    def unit(*args: Any, **kwargs: Any) -> tuple[float, ...]:
        """What one unit offers its synapses at the end of a step.

        Called as ``unit(r, r_before, x, *traces, p)``: this unit's rate, its rate one step before,
        its drive, one number per trace, and the parameters. Returns ``(post, pre, decay,
        *traces)``. It is compiled by Numba, so it is plain arithmetic on numbers.
        """

    def parameters(self, dt: Time) -> dict[str, float]:
        """What `unit` finds in ``p``: by default every field of the rule's own that is a number."""
        own = type(self).model_fields.keys() - LocalRule.model_fields.keys()
        return {k: float(v) for k in sorted(own) if isinstance(v := getattr(self, k), (int, float))}

    def strength_at(self, epoch: int) -> float:
        """The strength in an epoch, which counts from 1."""
        return strength_at(self.strength, epoch)


class OneShotRule(Frozen, ABC):
    r"""A rule that stores all patterns at once: the baseline for those that learn step by step.

    `base` says what becomes of the initial weights :math:`W_0`. With :math:`L(B)` the weights
    that the rule learns when it begins from weights B,

    ==============  =====================  ==================================================
    ``alone``       :math:`L(0)`           they are replaced
    ``added``       :math:`W_0 + L(0)`     they stay, and disturb the memories
    ``cancelling``  :math:`L(W_0)`         they stay, and the rule makes up for their fields
    ==============  =====================  ==================================================
    """

    kind: Any  # Literal["its_name"] in a subclass
    gain: Annotated[Finite, Field(gt=0)]  # slope of the stored memories, as in tanh(gain * m)
    base: Literal["alone", "added", "cancelling"]  # what becomes of the initial weights

    @abstractmethod
    def learn(self, xi: Array, w: Array) -> Array:
        """Weights (post, pre) that hold `xi` (unit, pattern), begun from `w`, which stays as is."""

    def store(self, patterns: Array, w_initial: Array) -> Array:
        """Recurrent weights (post, pre) that hold `patterns` (pattern, unit) of signs +1 and -1.

        A diagonal is left for the network to clear: without it a memory's gain is lower by the
        fraction (number of patterns) / (number of units), or nearly so.
        """
        w_0 = w_initial.astype(np.float64)
        nothing = np.zeros_like(w_0)
        w = self.learn(patterns.T.astype(np.float64), w_0 if self.base == "cancelling" else nothing)
        return (w + w_0 if self.base == "added" else w).astype(w_initial.dtype)


Rule = LocalRule | OneShotRule
