"""A rule as a user would write it, outside the package: freeze-in once more, to compare speeds."""

from __future__ import annotations

from typing import Literal

from plastisim.rules import LocalRule


class UserRule(LocalRule):
    """The equation of freeze-in with a factor of the user's own."""

    kind: Literal["user_rule"]
    factor: float

    @staticmethod
    def unit(r, r_before, x, p):
        """Offer minus the change of rate, scaled."""
        return p.factor * (r_before - r), r_before, 0.0
