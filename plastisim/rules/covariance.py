"""Covariance: what deviates from its mean together is tied together."""

from __future__ import annotations

from typing import ClassVar, Literal

from plastisim.quantities import Time
from plastisim.rules.base import LocalRule, TimeConstant


class Covariance(LocalRule):
    r"""Hebbian learning of deviations from each unit's running mean.

    .. math:: \Delta W_{ij} = \lambda\, (r_i - \bar r_i)(r_j - \bar r_j), \qquad
              \tau_m \dot{\bar r}_i = r_i - \bar r_i

    Both rates are those at the end of the step, both means those from before it. A mean begins
    at 0 and runs on while the weights are frozen.

    Source: Sejnowski (1977) J Math Biol 4:303; with running means: Dayan & Abbott (2001)
    Theoretical Neuroscience, Eqs 8.8 and 8.9.
    """

    kind: Literal["covariance"]
    mean_time_constant: TimeConstant

    traces: ClassVar = {"mean": 0.0}

    @staticmethod
    def unit(r, r_before, x, mean, p):
        deviation = r - mean
        return deviation, deviation, 0.0, mean + p.k_mean * deviation

    def parameters(self, dt: Time) -> dict[str, float]:
        return {"k_mean": dt / self.mean_time_constant}
