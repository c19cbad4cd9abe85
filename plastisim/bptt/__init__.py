"""The gradient engine: ensembles of networks trained by backpropagation through time."""

from plastisim.bptt.engine import BpttEngine
from plastisim.bptt.ensemble import Ensemble, Status

__all__ = ["BpttEngine", "Ensemble", "Status"]
