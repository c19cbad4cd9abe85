"""Trace rule: a unit learns what it receives while it still remembers having been active."""

from __future__ import annotations

from typing import ClassVar, Literal

from plastisim.quantities import Time
from plastisim.rules.base import LocalRule, TimeConstant


class Trace(LocalRule):
    r"""Hebbian learning with a low-pass filtered postsynaptic rate: what comes in turn is tied.

    .. math:: \Delta W_{ij} = \lambda\, \bar r_i\, (r_j - W_{ij}), \qquad
              \bar r_i[t] = (1-\delta)\, \bar r_i[t-\Delta t] + \delta\, r_i[t], \qquad
              \delta = \Delta t / \tau_{tr}

    The presynaptic rate is the one at the end of the step, and the trace already contains it.
    Meant for rates that are not negative: where a trace is negative, the last term drives weights
    away from :math:`r_j`.

    Source: Földiák (1991) Neural Comput 3:194, Eqs 1 and 2.
    """

    kind: Literal["trace"]
    trace_time_constant: TimeConstant

    traces: ClassVar = {"trace": 0.0}

    @staticmethod
    def unit(r, r_before, x, trace, p):
        trace = trace + p.delta * (r - trace)
        return trace, r, trace, trace

    def parameters(self, dt: Time) -> dict[str, float]:
        return {"delta": dt / self.trace_time_constant}
