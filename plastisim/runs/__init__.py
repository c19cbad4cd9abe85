"""One protocol, one store: the room that wires the others together."""

from plastisim.runs.door import default_path, run
from plastisim.runs.engines import engine_of
from plastisim.runs.progress import Interrupted, Progress

__all__ = ["Interrupted", "Progress", "default_path", "engine_of", "run"]
