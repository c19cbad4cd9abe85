"""One protocol, one store: the room that wires the others together."""

from plastisim.run.door import default_path, run
from plastisim.run.laboratory import Interrupted, Laboratory
from plastisim.run.online import Progress

__all__ = ["Interrupted", "Laboratory", "Progress", "default_path", "run"]
