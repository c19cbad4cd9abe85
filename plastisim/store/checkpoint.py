"""How far a run is, and all it needs to go on from there.

Two slots, `checkpoint/a` and `checkpoint/b`, are written in turn, so that the last whole checkpoint
stands untouched while the next is written. `checkpoint/position` says which one that is; it is one
small chunk, renamed into place after everything else, and thereby makes an epoch whole at once.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from plastisim.errors import StoreDamagedError, StoreError
from plastisim.store.files import write_json, write_whole
from plastisim.store.zarr_v3 import (
    METADATA,
    ChunkFault,
    StoredArray,
    array_from_json,
    array_json,
    checksum,
    chunk_key,
    decode,
    encode,
    group_json,
)

CHECKPOINT = "checkpoint"
SLOTS = ("a", "b")
SEAL = "seal"


class Position(NamedTuple):
    """What of a run is whole."""

    epoch: int = -1  # the last whole epoch; -1: none yet
    slot: int = -1  # index in SLOTS of its checkpoint; -1: none yet
    finished: bool = False  # what is written at the end stands too


_POSITION = StoredArray(
    dims=("entry",), shape=(3,), chunks=(3,), dtype="int64", compressed=False,
    attrs={
        "units": "1",
        "long_name": "last whole epoch (-1: none), checkpoint slot (0: a, 1: b), finished (0, 1)",
    },
)  # fmt: skip
_SEAL = StoredArray(
    dims=("entry",), shape=(2,), chunks=(2,), dtype="int64", compressed=False,
    attrs={
        "units": "1",
        "long_name": "epoch of this checkpoint, crc32c over the names and checksums of its arrays",
    },
)  # fmt: skip
_KEY = chunk_key((0,))
FIXED_METADATA = {CHECKPOINT: group_json({}), f"{CHECKPOINT}/position": array_json(_POSITION)}


def prepare(store: Path) -> None:
    """Lay out the group of a new store, at the position where nothing is done."""
    place = store / CHECKPOINT
    (place / "position").mkdir(parents=True)
    for name, node in FIXED_METADATA.items():
        write_json(store / name / METADATA, node)
    write_position(store, Position())


def write_position(store: Path, position: Position) -> None:
    """Make all that was written so far whole."""
    write_whole(store / CHECKPOINT / "position" / _KEY, encode(_POSITION, np.array(position)))


def read_position(store: Path) -> Position:
    """How far a store is.

    Raises
    ------
    StoreDamagedError
        If that cannot be told.
    """
    try:
        data = (store / CHECKPOINT / "position" / _KEY).read_bytes()
        epoch, slot, finished = decode(_POSITION, data).tolist()
    except FileNotFoundError:
        raise StoreDamagedError(f"{store}: checkpoint/position: missing") from None
    except ChunkFault as fault:
        raise StoreDamagedError(f"{store}: checkpoint/position: {fault}") from None
    return Position(epoch, slot, bool(finished))


class CheckpointWriter:
    """Writes the slots in turn; array metadata only where they are new."""

    def __init__(self, store: Path) -> None:
        self._place = store / CHECKPOINT
        self._known: dict[int, dict[str, StoredArray]] = {}

    def write(self, slot: int, epoch: int, arrays: Mapping[str, NDArray[Any]]) -> None:
        """Fill a slot; the seal comes last, so that half a checkpoint is no checkpoint."""
        described = {name: _described(name, np.asarray(a)) for name, a in sorted(arrays.items())}
        place = self._place / SLOTS[slot]
        if self._known.get(slot) != described:
            self._lay_out(place, described)
            self._known[slot] = described
        seal = b""
        for name, array in described.items():
            if not np.size(arrays[name]):
                continue  # its shape says all there is
            data = encode(array, np.asarray(arrays[name]))
            write_whole(place / name / chunk_key((0,) * len(array.shape)), data)
            seal += name.encode() + data[-4:]
        write_whole(place / SEAL / _KEY, encode(_SEAL, np.array([epoch, checksum(seal)])))

    @staticmethod
    def _lay_out(place: Path, described: Mapping[str, StoredArray]) -> None:
        for name, array in {SEAL: _SEAL, **described}.items():
            (place / name).mkdir(parents=True, exist_ok=True)
            write_json(place / name / METADATA, array_json(array))
        write_json(place / METADATA, group_json({"arrays": list(described)}))


class Checkpoint(NamedTuple):
    """What a slot holds."""

    epoch: int
    arrays: dict[str, NDArray[Any]]


def read_checkpoint(store: Path, slot: int) -> Checkpoint:
    """Read a slot, if it is whole.

    Raises
    ------
    StoreDamagedError
        Naming what is missing, corrupted or left from another epoch.
    """
    place = store / CHECKPOINT / SLOTS[slot]
    arrays: dict[str, NDArray[Any]] = {}
    seal = b""
    at = f"{CHECKPOINT}/{SLOTS[slot]}"
    try:
        for name in json.loads((place / METADATA).read_bytes())["attributes"]["arrays"]:
            at = f"{CHECKPOINT}/{SLOTS[slot]}/{name}"
            array = array_from_json(json.loads((place / name / METADATA).read_bytes()))
            if 0 in array.shape:
                arrays[name] = np.empty(array.shape, array.dtype)
                continue
            data = (place / name / chunk_key((0,) * len(array.shape))).read_bytes()
            arrays[name] = decode(array, data)
            seal += name.encode() + data[-4:]
        at = f"{CHECKPOINT}/{SLOTS[slot]}/{SEAL}"
        if json.loads((place / SEAL / METADATA).read_bytes()) != array_json(_SEAL):
            raise ValueError(SEAL)
        epoch, sealed = decode(_SEAL, (place / SEAL / _KEY).read_bytes()).tolist()
    except FileNotFoundError as error:
        what = METADATA if str(error.filename).endswith(METADATA) else "chunk"
        raise StoreDamagedError(f"{store}: {at}: {what} missing") from None
    except ChunkFault as fault:
        raise StoreDamagedError(f"{store}: {at}: {fault}") from None
    except (ValueError, TypeError, KeyError):
        raise StoreDamagedError(f"{store}: {at}: {METADATA} damaged") from None
    if sealed != checksum(seal):
        raise StoreDamagedError(f"{store}: {at}: its arrays are not all of epoch {epoch}")
    return Checkpoint(epoch, arrays)


def _described(name: str, array: NDArray[Any]) -> StoredArray:
    if array.dtype.kind not in "biufc" or name == SEAL or not name.isidentifier():
        raise StoreError(f"checkpoint/{name}: {array.dtype} under this name cannot be stored")
    return StoredArray(
        dims=tuple(f"{name}_{i}" for i in range(array.ndim)),
        shape=array.shape,
        chunks=tuple(max(n, 1) for n in array.shape),
        dtype=array.dtype.name,
        compressed=False,
    )
