"""The catalogue of learning rules: one file each, one line each."""

from plastisim.rules.anti_hebb import AntiHebb
from plastisim.rules.base import Decay, LocalRule, OneShotRule, Rule, TimeConstant
from plastisim.rules.bcm import BCM
from plastisim.rules.covariance import Covariance
from plastisim.rules.differential_hebb import DifferentialHebb
from plastisim.rules.freeze_in import FreezeIn
from plastisim.rules.hebb import Hebb
from plastisim.rules.hopfield import Hopfield
from plastisim.rules.oja import Oja
from plastisim.rules.pseudo_inverse import PseudoInverse
from plastisim.rules.storkey import Storkey
from plastisim.rules.trace import Trace
from plastisim.strengths import Listed, Ramp

RULES: dict[str, type[LocalRule] | type[OneShotRule]] = {
    "freeze_in": FreezeIn,
    "hebb": Hebb,
    "anti_hebb": AntiHebb,
    "oja": Oja,
    "covariance": Covariance,
    "bcm": BCM,
    "trace": Trace,
    "differential_hebb": DifferentialHebb,
    "hopfield": Hopfield,
    "storkey": Storkey,
    "pseudo_inverse": PseudoInverse,
}

__all__ = [
    "RULES",
    "Decay",
    "Listed",
    "LocalRule",
    "OneShotRule",
    "Ramp",
    "Rule",
    "TimeConstant",
]
