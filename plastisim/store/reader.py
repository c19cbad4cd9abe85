"""Opens a run as an xarray DataTree: its whole epochs and nothing else."""

from __future__ import annotations

import itertools
import os
from pathlib import Path
from typing import Any

import numpy as np
import xarray as xr
from numpy.typing import NDArray
from xarray.backends import BackendArray, BackendEntrypoint
from xarray.core import indexing

from plastisim.errors import StoreDamagedError
from plastisim.store.checkpoint import Position, read_position
from plastisim.store.contents import WRITTEN, Contents, read_contents
from plastisim.store.lock import holder
from plastisim.store.zarr_v3 import STRING, chunk_key


def open_run(path: Path | str) -> xr.DataTree:
    """Open a run, finished, interrupted or still being written.

    The tree holds every epoch that was whole when it was opened. Values are read when they are
    asked for, and each chunk is held against its checksum then. `attrs["state"]` is "interrupted"
    for a run whose writer died; `attrs["epochs_done"]` and `attrs["epochs"]` say how far it is.

    Raises
    ------
    StoreError
        If `path` is not a plastisim store.
    StoreDamagedError
        Naming variable and region, if a chunk is missing (here) or corrupted (when it is read).
    """
    path = Path(path)
    position = read_position(path) if (path / "checkpoint").is_dir() else Position()
    contents = read_contents(path)  # after the position: what it calls whole changes no more
    _require_chunks(contents, position)
    datasets = {"/": xr.Dataset(attrs=_attrs(contents, position))}
    for group in contents.groups:
        datasets[f"/{group}"] = xr.open_dataset(
            _GroupAt(contents, position, group), engine=_Backend, chunks=None, cache=True
        )
    return xr.DataTree.from_dict(datasets, name=path.name)


def _attrs(contents: Contents, position: Position) -> dict[str, Any]:
    attrs = contents.attrs
    writer = holder(contents.path)
    if position.finished:
        attrs["state"] = "done"
    elif attrs["state"] == "running" and not (writer and writer.alive):
        attrs["state"] = "interrupted"
    return {**attrs, "epochs_done": max(position.epoch, 0), "epochs": contents.last_epoch}


def _require_chunks(contents: Contents, position: Position) -> None:
    """Raise, naming every one, if chunks are missing: they would read as fill values elsewhere."""
    missing = []
    for path in contents.arrays:
        try:
            there = set(os.listdir(contents.path / path))
        except FileNotFoundError:
            there = set()
        missing += [
            contents.place(path, index)
            for index in contents.due_chunks(path, position)
            if chunk_key(index) not in there
        ]
    if missing:
        shown = missing[:20] + ([f"and {len(missing) - 20} more"] if len(missing) > 20 else [])
        raise StoreDamagedError(f"{contents.path}: missing: " + "; ".join(shown))


class _GroupAt:
    """A group of a store at a position: what the backend opens."""

    def __init__(self, contents: Contents, position: Position, group: str) -> None:
        self.contents, self.position, self.group = contents, position, group


class _Backend(BackendEntrypoint):
    """Lets xarray do its caching and lazy indexing over `_LazyArray`."""

    def open_dataset(  # type: ignore[override]
        self, filename_or_obj: Any, *, drop_variables: Any = None
    ) -> xr.Dataset:
        at: _GroupAt = filename_or_obj
        coords, variables = {}, {}
        for name in at.contents.names(at.group):
            path = f"{at.group}/{name}"
            if not at.contents.is_due(path, at.position):
                continue
            stored = at.contents.arrays[path]
            if stored.dtype == STRING:
                data = at.contents.read_chunk(path, (0,) * len(stored.shape))
            else:
                n_whole = at.contents.n_whole(at.group, at.position)
                array = _LazyArray(at.contents, path, n_whole)
                data = indexing.LazilyIndexedArray(array)
            kind = variables if WRITTEN in stored.attrs else coords
            kind[name] = xr.Variable(stored.dims, data, dict(stored.attrs))
        attrs = dict(at.contents.groups[at.group])
        attrs.pop("coordinates", None)
        return xr.Dataset(variables, coords, attrs)

    def guess_can_open(self, filename_or_obj: Any) -> bool:
        """Only ever asked for by name."""
        return False


class _LazyArray(BackendArray):
    """An array of a store up to its whole epochs, read chunk by chunk on demand."""

    def __init__(self, contents: Contents, path: str, n_epochs: int) -> None:
        self.contents, self.path = contents, path
        self.stored = contents.arrays[path]
        self.shape = tuple(
            n_epochs if dim == "epoch" else n
            for dim, n in zip(self.stored.dims, self.stored.shape, strict=True)
        )
        self.dtype = np.dtype(self.stored.dtype)

    def __getitem__(self, key: indexing.ExplicitIndexer) -> Any:
        return indexing.explicit_indexing_adapter(
            key, self.shape, indexing.IndexingSupport.BASIC, self._read
        )

    def _read(self, key: tuple[int | slice, ...]) -> NDArray[Any]:
        """The part under a basic index: the chunks it touches are put together, then it is cut."""
        spans = [_span(k, n) for k, n in zip(key, self.shape, strict=True)]
        touched = [
            range(start // c, -(-stop // c)) if stop > start else range(0)
            for (start, stop), c in zip(spans, self.stored.chunks, strict=True)
        ]
        offset = [r.start * c for r, c in zip(touched, self.stored.chunks, strict=True)]
        size = [len(r) * c for r, c in zip(touched, self.stored.chunks, strict=True)]
        whole = np.empty(size, self.dtype)
        for index in itertools.product(*touched):
            where = tuple(
                slice(i * c - o, (i + 1) * c - o)
                for i, c, o in zip(index, self.stored.chunks, offset, strict=True)
            )
            whole[where] = self.contents.read_chunk(self.path, index)
        cut = tuple(_shifted(k, n, o) for k, n, o in zip(key, self.shape, offset, strict=True))
        return whole[cut]


def _span(key: int | slice, n: int) -> tuple[int, int]:
    """Smallest stretch that holds an index."""
    if not isinstance(key, slice):
        return int(key) % n, int(key) % n + 1
    picked = range(n)[key]
    return (min(picked[0], picked[-1]), max(picked[0], picked[-1]) + 1) if picked else (0, 0)


def _shifted(key: int | slice, n: int, offset: int) -> int | slice:
    """The index, counted from `offset`."""
    if not isinstance(key, slice):
        return int(key) % n - offset
    picked = range(n)[key]
    if not picked:
        return slice(0, 0)
    stop = picked[-1] - offset + picked.step
    return slice(picked[0] - offset, stop if stop >= 0 else None, picked.step)
