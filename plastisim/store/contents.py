"""What a store says it holds: its arrays, their epochs, and which chunks must be there."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from plastisim.errors import StoreDamagedError, StoreError
from plastisim.store.checkpoint import Position
from plastisim.store.zarr_v3 import (
    METADATA,
    ChunkFault,
    StoredArray,
    array_from_json,
    chunk_key,
    decode,
)

FORMAT = "plastisim store"
FORMAT_VERSION = 1
WRITTEN = "written"  # attribute of a variable: "start", "epoch" or "end"; coordinates have none


@dataclass(frozen=True)
class Contents:
    """A store as its metadata describe it, whatever has been written by now."""

    path: Path
    metadata: Mapping[str, Any]  # the root's zarr.json
    arrays: Mapping[str, StoredArray]  # by path, e.g. "attractors/residual"
    epochs: Mapping[str, NDArray[np.int64]]  # epoch numbers of each group that has some

    @property
    def attrs(self) -> dict[str, Any]:
        """Attributes of the root."""
        return dict(self.metadata["attributes"])

    @property
    def groups(self) -> dict[str, dict[str, Any]]:
        """Attributes of each group."""
        members = self.metadata["consolidated_metadata"]["metadata"]
        return {
            path: node["attributes"]
            for path, node in members.items()
            if node["node_type"] == "group"
        }

    @property
    def last_epoch(self) -> int:
        """The epoch after which the run is whole."""
        return max((int(e[-1]) for e in self.epochs.values() if e.size), default=0)

    def names(self, group: str) -> list[str]:
        """Arrays of a group, coordinates among them."""
        return [path.split("/")[1] for path in self.arrays if path.split("/")[0] == group]

    def n_whole(self, group: str, position: Position) -> int:
        """How many of a group's epochs are whole."""
        epochs = self.epochs.get(group)
        return 0 if epochs is None else int(np.searchsorted(epochs, position.epoch, "right"))

    def is_due(self, path: str, position: Position) -> bool:
        """Whether an array has something to show at a position."""
        written = self.arrays[path].attrs.get(WRITTEN)
        if written == "end":
            return position.finished
        return position.epoch >= 0 if written == "start" else True

    def due_chunks(self, path: str, position: Position) -> Iterator[tuple[int, ...]]:
        """The chunks that must be there at a position."""
        array = self.arrays[path]
        if not self.is_due(path, position):
            return
        if array.attrs.get(WRITTEN) != "epoch":
            yield from array.indices()
            return
        n_whole = self.n_whole(path.split("/")[0], position)
        for index in array.indices():
            if index[0] >= n_whole:
                return
            yield index

    def chunk_path(self, path: str, index: tuple[int, ...]) -> Path:
        """File of a chunk."""
        return self.path / path / chunk_key(index)

    def place(self, path: str, index: tuple[int, ...]) -> str:
        """A chunk in words: variable and region, e.g. "attractors/residual epoch=7"."""
        array = self.arrays[path]
        parts = []
        for dim, n, n_chunks, part in zip(
            array.dims, array.shape, array.grid, array.region(index), strict=True
        ):
            if dim == "epoch" and WRITTEN in array.attrs:
                unknown = np.arange(n)  # rows, where a damaged coordinate cannot give the numbers
                epochs = self.epochs.get(path.split("/")[0], unknown)[part]
                if len(epochs) == 1:
                    parts.append(f"epoch={epochs[0]}")
                elif n_chunks > 1:
                    parts.append(f"epoch={epochs[0]}..{epochs[-1]}")
            elif n_chunks > 1:
                parts.append(f"{dim}={part.start}:{min(part.stop, n)}")
        return " ".join([path, ",".join(parts)]).rstrip()

    def read_chunk(self, path: str, index: tuple[int, ...]) -> NDArray[Any]:
        """One chunk, padding included.

        Raises
        ------
        StoreDamagedError
            Naming variable and region.
        """
        try:
            return decode(self.arrays[path], read_file(self.chunk_path(path, index)))
        except ChunkFault as fault:
            raise StoreDamagedError(f"{self.path}: {self.place(path, index)}: {fault}") from None


def read_file(path: Path) -> bytes:
    """A file's bytes; a file that is not there is a fault like any other."""
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise ChunkFault("missing") from None


def read_contents(path: Path) -> Contents:
    """Read a store's metadata.

    Raises
    ------
    StoreError
        If there is no plastisim store.
    StoreDamagedError
        If there is one, but its metadata or coordinates cannot be read.
    """
    contents = read_arrays(path, read_root(path))
    groups = [group for group in contents.groups if f"{group}/epoch" in contents.arrays]
    return replace(contents, epochs={group: read_epochs(contents, group) for group in groups})


def read_arrays(path: Path, metadata: Mapping[str, Any]) -> Contents:
    """The contents as the root's metadata tell them, the epoch numbers yet to be read."""
    try:
        arrays = {
            name: array_from_json(node)
            for name, node in metadata["consolidated_metadata"]["metadata"].items()
            if node["node_type"] == "array"
        }
        return Contents(path, metadata, arrays, {})
    except (KeyError, TypeError, ValueError) as error:
        raise StoreDamagedError(f"{path}: {METADATA}: damaged, {error!r}") from None


def read_epochs(contents: Contents, group: str) -> NDArray[np.int64]:
    """Epoch numbers of a group."""
    array = contents.arrays[f"{group}/epoch"]
    if array.shape == (0,):
        return np.empty(0, np.int64)
    return contents.read_chunk(f"{group}/epoch", (0,))


def read_root(path: Path) -> dict[str, Any]:
    """The root's zarr.json, if `path` is a plastisim store that this version can read."""
    if not path.exists():
        raise StoreError(f"{path}: no such store")
    if not path.is_dir():
        raise StoreError(f"{path}: a file, not a plastisim store")
    try:
        metadata = json.loads((path / METADATA).read_bytes())
        attrs = metadata["attributes"]
    except FileNotFoundError:
        if (path / "checkpoint" / METADATA).exists():
            raise StoreDamagedError(f"{path}: {METADATA}: missing") from None
        raise StoreError(f"{path}: not a plastisim store: it has no {METADATA}") from None
    except (ValueError, TypeError, KeyError):
        raise StoreDamagedError(f"{path}: {METADATA}: damaged, it is not metadata") from None
    if attrs.get("format") != FORMAT:
        raise StoreError(f"{path}: not a plastisim store: its format is {attrs.get('format')!r}")
    if attrs.get("format_version") != FORMAT_VERSION:
        raise StoreError(
            f"{path}: written in version {attrs.get('format_version')} of the format; this "
            f"plastisim reads version {FORMAT_VERSION}"
        )
    return metadata
