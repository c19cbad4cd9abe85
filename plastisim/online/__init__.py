"""The online engine: local rules in one recurrent network, fast."""

from plastisim.online.batch import FrozenNetwork, Relaxed
from plastisim.online.engine import OnlineEngine

__all__ = ["FrozenNetwork", "OnlineEngine", "Relaxed"]
