"""How far a run is, and all it needs to go on from there.

A checkpoint is a group of its own, `checkpoint/<epoch>`, and the last two are kept.
`checkpoint/position` says which one counts; it is one small chunk, renamed into place after
everything else, and thereby makes an epoch whole at once.
"""

from __future__ import annotations

import shutil
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import zarr
from numpy.typing import NDArray
from zarr.api.asynchronous import create_group, open_array

from plastisim.errors import StoreDamagedError, StoreError
from plastisim.store.arrays import (
    WRITE_ALL,
    StrictStore,
    as_stored,
    fault,
    side_by_side,
)

CHECKPOINT = "checkpoint"
_POSITION = f"{CHECKPOINT}/position"


class Position(NamedTuple):
    """What of a run is whole."""

    epoch: int = -1  # the last whole epoch; -1: none yet
    finished: bool = False  # what is written at the end stands too


def prepare(root: zarr.Group) -> None:
    """Lay out the position of a new store, where nothing is done."""
    attrs = {"units": "1", "long_name": "last whole epoch (-1: none), finished (0, 1)"}
    start = np.array(Position(), np.int64)
    stored = as_stored(("entry",), start.dtype, start.shape, attrs=attrs, compressed=False)
    root.create_array(_POSITION, **stored)[...] = start


async def write_position(store: Path, position: Position) -> None:
    """Make all that was written so far whole."""
    array = await open_array(store=StrictStore(store), path=_POSITION, mode="r+", zarr_format=3)
    await array.with_config(WRITE_ALL).setitem(..., np.array(position))


def read_position(store: Path) -> Position:
    """How far a store is.

    Raises
    ------
    StoreDamagedError
        If that cannot be told.
    """
    try:
        epoch, finished = _read(store, _POSITION).tolist()
    except Exception as error:
        raise StoreDamagedError(f"{store}: {_POSITION}: {fault(error)}") from None
    return Position(epoch, bool(finished))


async def write_checkpoint(store: Path, epoch: int, arrays: Mapping[str, NDArray[Any]]) -> None:
    """Keep what is needed to go on after an epoch."""
    values = {name: np.asarray(array) for name, array in arrays.items()}
    for name, array in values.items():
        if array.dtype.kind not in "biufc" or not name.isidentifier():
            raise StoreError(f"{_at(epoch)}/{name}: {array.dtype} under this name cannot be stored")
    group = await create_group(
        store=StrictStore(store), path=_at(epoch), attributes={"arrays": sorted(values)},
        overwrite=True,
    )  # fmt: skip

    async def add(name: str, array: NDArray[Any]) -> None:
        dims = tuple(f"{name}_{i}" for i in range(array.ndim))
        stored = as_stored(dims, array.dtype, array.shape, compressed=False)
        await (await group.create_array(name, **stored)).setitem(..., array)

    await side_by_side(add(*item) for item in values.items())


def read_checkpoint(store: Path, epoch: int) -> dict[str, NDArray[Any]]:
    """The arrays of a checkpoint.

    Raises
    ------
    StoreDamagedError
        Naming what is missing or corrupted.
    """
    at, arrays = _at(epoch), {}
    try:
        group = zarr.open_group(StrictStore(store, read_only=True), path=at, mode="r")
        names: Any = group.attrs["arrays"]
        for name in names:
            at = f"{_at(epoch)}/{name}"
            arrays[name] = _read(store, at)
    except Exception as error:
        raise StoreDamagedError(f"{store}: {at}: {fault(error)}") from None
    return arrays


def checkpoints(store: Path) -> list[int]:
    """The epochs after which there is a checkpoint, whole or not, in order."""
    return sorted(int(p.name) for p in (store / CHECKPOINT).iterdir() if p.name.isdecimal())


def forget_checkpoints(store: Path, kept: Collection[int]) -> None:
    """Remove all checkpoints but some."""
    for epoch in checkpoints(store):
        if epoch not in kept:
            shutil.rmtree(store / _at(epoch))


def _at(epoch: int) -> str:
    return f"{CHECKPOINT}/{epoch}"


def _read(store: Path, path: str) -> NDArray[Any]:
    strict = StrictStore(store, read_only=True)
    return np.asarray(zarr.open_array(strict, path=path, mode="r", zarr_format=3)[...])
