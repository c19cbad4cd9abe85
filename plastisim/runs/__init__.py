"""One protocol, one store: the room that wires the others together."""

from plastisim.runs.door import default_path, run
from plastisim.runs.laboratory import Interrupted, Laboratory
from plastisim.runs.online import Progress

__all__ = ["Interrupted", "Laboratory", "Progress", "default_path", "run"]
