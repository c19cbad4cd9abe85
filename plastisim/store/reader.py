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
from plastisim.store.standing import status_of
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
    path = Path(path).absolute()
    position = read_position(path) if (path / "checkpoint").is_dir() else Position()
    contents = read_contents(path)  # after the position: what it calls whole changes no more
    _require_chunks(contents, position)
    datasets = {"/": xr.Dataset(attrs=_attrs(contents, position))}
    for group in contents.groups:
        at: Any = _GroupAt(contents, position, group)
        datasets[f"/{group}"] = xr.open_dataset(at, engine=_Backend, chunks=None, cache=True)
    return xr.DataTree.from_dict(datasets, name=path.name)


def _attrs(contents: Contents, position: Position) -> dict[str, Any]:
    now = status_of(contents, position)
    own = {"state": now.state, "epochs_done": now.epochs_done, "epochs": now.epochs}
    return {**contents.attrs, **own}


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
        """Numpy's answer, whatever kind of index xarray brings."""
        if not isinstance(key, indexing.VectorizedIndexer):
            return self._read(key.tuple)  # the adapter stumbles over empty backward slices
        return indexing.explicit_indexing_adapter(
            key, self.shape, indexing.IndexingSupport.OUTER, self._read
        )

    def _read(self, key: tuple[Any, ...]) -> NDArray[Any]:
        """Put together the chunks that an index touches, and cut along one axis after another."""
        chunks = self.stored.chunks
        picked = [np.arange(n)[k] for k, n in zip(key, self.shape, strict=True)]
        touched = [np.unique(p // c) for p, c in zip(picked, chunks, strict=True)]
        whole = np.empty([len(t) * c for t, c in zip(touched, chunks, strict=True)], self.dtype)
        for place in itertools.product(*(range(len(t)) for t in touched)):
            index = tuple(int(t[i]) for t, i in zip(touched, place, strict=True))
            where = tuple(slice(i * c, (i + 1) * c) for i, c in zip(place, chunks, strict=True))
            whole[where] = self.contents.read_chunk(self.path, index)
        for axis in reversed(range(whole.ndim)):  # an integer removes its axis
            c = chunks[axis]
            local = np.searchsorted(touched[axis], picked[axis] // c) * c + picked[axis] % c
            whole = whole[(slice(None),) * axis + (_stretch(local),)]
        return whole


def _stretch(picked: NDArray[Any]) -> NDArray[Any] | slice:
    """Neighbours as a slice, which copies nothing."""
    if picked.ndim == 1 and picked.size and (np.diff(picked) == 1).all():
        return slice(int(picked[0]), int(picked[-1]) + 1)
    return picked
