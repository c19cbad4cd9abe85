"""What a run holds on disk, and how it gets there."""

from plastisim.store.create import create
from plastisim.store.layout import Coordinate, Group, Layout, Variable
from plastisim.store.reader import open_run
from plastisim.store.writer import Resumed, StoreWriter, resume

__all__ = [
    "Coordinate",
    "Group",
    "Layout",
    "Resumed",
    "StoreWriter",
    "Variable",
    "create",
    "open_run",
    "resume",
]
