"""What a run holds on disk, and how it gets there.

A store is a directory in zarr format 3, written by zarr itself; a stranger opens it with
`xarray.open_datatree(path, engine="zarr")`. `open_run` is the better door: it shows whole epochs
only, and refuses what is missing.

The format, version 1:

- The root's attributes are the caller's, `format` "plastisim store", `format_version` 1, `state`
  ("running", "interrupted", "failed: ...", "done"), `started` and `ended` (UTC, ISO 8601; `ended`
  is "" while running). Its zarr.json has a copy of the metadata of all groups but `checkpoint`
  (zarr calls this consolidated).
- Every variable has attributes `units`, `long_name` and `written`: at the "start", at each
  "epoch", or at the "end". Coordinates have no `written` and stand from the beginning.
- Each group has its own `epoch` coordinate: the numbers of the epochs recorded in it, 0 being
  before learning. A variable written at each epoch has one chunk an epoch, or several, or one
  for several epochs. The last of these may be partly filled: an epoch that is not whole has no
  value that counts, whatever stands in its place.
- Each chunk is compressed by zstd and followed by its crc32c. Nothing is left out of writing for
  being empty: a chunk that is not there was never written. Read as zarr reads it, it is NaN,
  False, or the least integer of its type.
- `checkpoint/<epoch>` holds what is needed to go on after that epoch, not compressed, one chunk an
  array; its attribute `arrays` lists them. The last two are kept.
- `checkpoint/position` is (last whole epoch or -1, finished), one chunk, renamed into place after
  all else. What it calls whole never changes its values. Where a chunk has room for more epochs,
  it is read, changed and written again, whole ones included; that is safe, since there is one
  writer, and a chunk is renamed into place whole.
- `checkpoint/position/writer.<n>.json` are the writers, first to last; see `lock`.

A killed process loses at most what it wrote since its last commit. A machine that loses its power
may lose what its system had not yet put on disk, and of a chunk of several epochs all of them;
`check_store` then names it. Nothing is forced to disk, since that would cost more than an epoch
takes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from plastisim.store.creation import create
from plastisim.store.integrity import Damage, Report, check_store
from plastisim.store.layout import Coordinate, Group, Layout, Variable
from plastisim.store.resuming import Resumed, resume
from plastisim.store.standing import Status, status
from plastisim.store.writer import StoreWriter

if TYPE_CHECKING:
    from plastisim.store.reader import open_run

__all__ = [
    "Coordinate",
    "Damage",
    "Group",
    "Layout",
    "Report",
    "Resumed",
    "Status",
    "StoreWriter",
    "Variable",
    "check_store",
    "create",
    "open_run",
    "resume",
    "status",
]


def __getattr__(name: str) -> Any:
    """Import xarray, which takes a second, only for those who read."""
    if name == "open_run":
        from plastisim.store.reader import open_run

        return open_run
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
