"""The catalogue of learning rules: one file each, one line each."""

from plastisim.rules.base import Decay, LocalRule, OneShotRule, Rule
from plastisim.rules.bcm import BCM
from plastisim.rules.freeze_in import FreezeIn

RULES: dict[str, type[LocalRule] | type[OneShotRule]] = {
    "freeze_in": FreezeIn,
    "bcm": BCM,
}

__all__ = ["RULES", "Decay", "LocalRule", "OneShotRule", "Rule"]
