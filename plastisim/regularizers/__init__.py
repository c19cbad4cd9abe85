"""The catalogue of regularizers: one file each, one line each."""

from plastisim.regularizers.activity import Activity
from plastisim.regularizers.base import Regularizer
from plastisim.regularizers.mar import ManifoldAttractor
from plastisim.regularizers.tcr import TemporalConsistency
from plastisim.regularizers.weight_decay import WeightDecay

REGULARIZERS: dict[str, type[Regularizer]] = {
    "tcr": TemporalConsistency,
    "mar": ManifoldAttractor,
    "weight_decay": WeightDecay,
    "activity": Activity,
}

__all__ = ["REGULARIZERS", "Regularizer"]
