"""The gradient engine: ensembles of networks trained by backpropagation through time.

Importing it asks JAX for a device per core, which has to be said before JAX is used, and to keep
what it compiles.
"""

from plastisim.bptt import devices, disk_cache

devices.set_up()
disk_cache.set_up()

from plastisim.bptt.engine import BpttEngine  # noqa: E402
from plastisim.bptt.ensemble import Ensemble, Status  # noqa: E402

__all__ = ["BpttEngine", "Ensemble", "Status"]
