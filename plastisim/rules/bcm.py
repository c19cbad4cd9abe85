"""BCM: a sliding threshold decides between potentiation and depression."""

from __future__ import annotations

from typing import ClassVar, Literal

from plastisim.quantities import Time
from plastisim.rules.base import LocalRule, TimeConstant


class BCM(LocalRule):
    r"""Hebbian above a threshold that follows the squared rate, anti-Hebbian below it.

    .. math:: \Delta W_{ij} = \lambda\, r_i (r_i - \theta_i)\, r_j, \qquad
              \tau_\theta \dot\theta_i = r_i^2 - \theta_i

    Both rates are those at the end of the step, and so is the threshold's input; the threshold
    itself is the one from before it. For a constant rate it settles at :math:`r_i^2`.

    Source: Bienenstock, Cooper & Munro (1982) J Neurosci 2:32; squared-rate threshold:
    Intrator & Cooper (1992) Neural Networks 5:3.
    """

    kind: Literal["bcm"]
    threshold_time_constant: TimeConstant

    traces: ClassVar = {"threshold": 0.0}

    @staticmethod
    def unit(r, r_before, x, theta, p):
        return r * (r - theta), r, 0.0, theta + p.k_theta * (r * r - theta)

    def parameters(self, dt: Time) -> dict[str, float]:
        return {"k_theta": dt / self.threshold_time_constant}
