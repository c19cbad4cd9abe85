"""What a store says it holds: its arrays, their epochs, and which chunks must be there."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import zarr
from numpy.typing import NDArray

from plastisim.errors import StoreDamagedError, StoreError
from plastisim.store.arrays import METADATA, StrictStore, fault
from plastisim.store.checkpoint import CHECKPOINT, Position
from plastisim.store.words import ranges

FORMAT = "plastisim store"
FORMAT_VERSION = 1
WRITTEN = "written"  # attribute of a variable: "start", "epoch" or "end"; coordinates have none


@dataclass(frozen=True)
class Contents:
    """A store as its metadata describe it, whatever has been written by now."""

    path: Path
    root: zarr.Group
    arrays: Mapping[str, zarr.Array]  # by path, e.g. "attractors/residual"
    epochs: Mapping[str, NDArray[np.int64]]  # epoch numbers of each group that has some

    @property
    def attrs(self) -> dict[str, Any]:
        """Attributes of the root."""
        return self.root.attrs.asdict()

    @property
    def last_epoch(self) -> int:
        """The epoch after which the run is whole."""
        return max((int(e[-1]) for e in self.epochs.values() if e.size), default=0)

    def written(self, path: str) -> Any:
        """When an array is written; None for a coordinate."""
        return self.arrays[path].attrs.get(WRITTEN)

    def n_whole(self, group: str, position: Position) -> int:
        """How many of a group's epochs are whole."""
        epochs = self.epochs.get(group)
        return 0 if epochs is None else int(np.searchsorted(epochs, position.epoch, "right"))

    def is_due(self, path: str, position: Position) -> bool:
        """Whether an array has something to show at a position."""
        written = self.written(path)
        if written == "end":
            return position.finished
        return position.epoch >= 0 if written == "start" else True

    def due_chunks(self, path: str, position: Position) -> Iterator[tuple[int, ...]]:
        """The chunks that must be there at a position."""
        if not self.is_due(path, position):
            return iter(())
        array = self.arrays[path]
        grid = [range(n) for n in array.cdata_shape]
        if self.written(path) == "epoch":
            grid[0] = range(-(-self.n_whole(path.split("/")[0], position) // array.chunks[0]))
        return itertools.product(*grid)

    def unfilled(self, path: str, position: Position) -> range:
        """The whole epochs, by row, in the one chunk that is to take others beside them."""
        if self.written(path) != "epoch":
            return range(0)
        array, n = self.arrays[path], self.n_whole(path.split("/")[0], position)
        return range(n - n % array.chunks[0], n) if n < array.shape[0] else range(0)

    def rows_in_words(self, path: str, rows: NDArray[np.int64]) -> str:
        """Some epochs of a variable, e.g. "attractors/residual epoch=7..9,12"."""
        return f"{path} epoch={ranges(self.epochs[path.split('/')[0]], rows)}"

    def place(self, path: str, index: tuple[int, ...], position: Position) -> str:
        """A chunk in words: variable and region, e.g. "attractors/residual epoch=7".

        Of a variable written at each epoch, the region has whole epochs only.
        """
        array = self.arrays[path]
        dims = getattr(array.metadata, "dimension_names", None) or ()
        parts = []
        for dim, i, size, n in zip(dims, index, array.chunks, array.shape, strict=True):
            first, last = i * size, min((i + 1) * size, n) - 1
            if dim == "epoch" and self.written(path) is not None:
                group = path.split("/")[0]
                if self.written(path) == "epoch":
                    last = min(last, self.n_whole(group, position) - 1)
                rows = np.arange(first, last + 1)
                parts.append(f"epoch={ranges(self.epochs.get(group, np.arange(n)), rows)}")
            elif n > size:
                parts.append(f"{dim}={first}:{last + 1}")
        return " ".join([path, ",".join(parts)]).rstrip()


def read_contents(path: Path, *, to_write: bool = False, lenient: bool = False) -> Contents:
    """Read a store's metadata.

    Parameters
    ----------
    to_write
        Its arrays will be written.
    lenient
        Leave out of `epochs` the groups whose epoch numbers cannot be read.

    Raises
    ------
    StoreError
        If there is no plastisim store.
    StoreDamagedError
        If there is one, but its metadata or epoch numbers cannot be read.
    """
    root = read_root(path, to_write=to_write)
    arrays = {n: a for n, a in root.members(max_depth=None) if isinstance(a, zarr.Array)}
    epochs: dict[str, NDArray[np.int64]] = {}
    for name, array in arrays.items():
        if name.endswith("/epoch"):
            try:
                epochs[name.split("/")[0]] = np.asarray(array[...], np.int64)
            except Exception as error:
                if not lenient:
                    raise StoreDamagedError(f"{path}: {name}: {fault(error)}") from None
    return Contents(path, root, arrays, epochs)


def read_root(path: Path, *, to_write: bool = False) -> zarr.Group:
    """The root, if `path` is a plastisim store that this version can read."""
    if not path.exists():
        raise StoreError(f"{path}: no such store")
    if not path.is_dir():
        raise StoreError(f"{path}: a file, not a plastisim store")
    what = "damaged" if (path / METADATA).exists() else "missing"
    try:
        store = StrictStore(path, read_only=not to_write)
        root = zarr.open_group(store, mode="r+" if to_write else "r", zarr_format=3)
        attrs = root.attrs.asdict()
    except Exception:
        if (path / CHECKPOINT / "position").is_dir():
            raise StoreDamagedError(f"{path}: {METADATA}: {what}") from None
        raise StoreError(f"{path}: not a plastisim store: its {METADATA} is {what}") from None
    if attrs.get("format") != FORMAT:
        raise StoreError(f"{path}: not a plastisim store: its format is {attrs.get('format')!r}")
    if attrs.get("format_version") != FORMAT_VERSION:
        raise StoreError(
            f"{path}: written in version {attrs.get('format_version')} of the format; this "
            f"plastisim reads version {FORMAT_VERSION}"
        )
    return root
