"""How arrays stand in a store: a checksum after each chunk, and a missing chunk an error."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Iterable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from zarr.codecs import Crc32cCodec, ZstdCodec
from zarr.storage import LocalStore

from plastisim.errors import StoreDamagedError

if TYPE_CHECKING:
    from zarr.abc.buffer import Buffer
    from zarr.abc.store import ByteRequest
    from zarr.core.buffer import BufferPrototype

METADATA = "zarr.json"
WRITE_ALL: Any = {"write_empty_chunks": True}  # chunks that are all fill value too
_ZSTD_LEVEL = 1


class StrictStore(LocalStore):
    """A directory as zarr takes it, but for chunks that are not there: no fill value for them."""

    async def get(
        self,
        key: str,
        prototype: BufferPrototype | None = None,
        byte_range: ByteRequest | None = None,
    ) -> Buffer | None:
        """The bytes under a key; None only where metadata are looked for and not found."""
        return self._found(key, await super().get(key, prototype, byte_range))

    def get_sync(
        self,
        key: str,
        *,
        prototype: BufferPrototype | None = None,
        byte_range: ByteRequest | None = None,
    ) -> Buffer | None:
        """As `get`."""
        return self._found(key, super().get_sync(key, prototype=prototype, byte_range=byte_range))

    def _found(self, key: str, value: Buffer | None) -> Buffer | None:
        name = key.rpartition("/")[2]
        if value is None and (name == "c" or name.startswith("c.")):
            raise StoreDamagedError(f"{self.root}: {key}: missing")
        return value


def as_stored(
    dims: tuple[str, ...],
    dtype: np.dtype[Any],
    shape: tuple[int, ...],
    chunks: tuple[int, ...] | None = None,
    attrs: Mapping[str, Any] | None = None,
    *,
    compressed: bool = True,
) -> dict[str, Any]:
    """What zarr is to make an array with; without `chunks` it is one piece."""
    return {
        "shape": shape,
        "chunks": chunks or tuple(max(n, 1) for n in shape),
        "dtype": str if dtype.kind == "U" else dtype,
        "compressors": [*([ZstdCodec(level=_ZSTD_LEVEL)] if compressed else []), Crc32cCodec()],
        "fill_value": _fill_value(dtype),
        "attributes": dict(attrs or {}),
        "chunk_key_encoding": {"name": "default", "separator": "."},  # no directory per chunk
        "dimension_names": dims,
        "config": WRITE_ALL,
    }


async def side_by_side(jobs: Iterable[Coroutine[Any, Any, object]]) -> None:
    """Do jobs together, since zarr waits 1 ms for each; an error is raised when all are over."""
    for outcome in await asyncio.gather(*jobs, return_exceptions=True):
        if isinstance(outcome, BaseException):
            raise outcome


async def to_the_end(job: Coroutine[Any, Any, object]) -> None:
    """Do a job, and wait for what zarr has begun beside the part of it that failed."""
    try:
        await job
    finally:
        left = asyncio.all_tasks() - {asyncio.current_task()}
        await asyncio.gather(*left, return_exceptions=True)


def fault(error: Exception) -> str:
    """Why zarr could not read something, in a word where there is one."""
    if isinstance(error, StoreDamagedError | FileNotFoundError):
        return "missing"
    return "checksum wrong" if "checksum" in str(error) else f"unreadable, {error!r}"


def _fill_value(dtype: np.dtype[Any]) -> Any:
    """What a stranger reads where nothing has been written: absurd where the type allows."""
    if dtype.kind in "iu":
        info = np.iinfo(dtype)
        return int(info.min if dtype.kind == "i" else info.max)
    return {"U": "", "b": False, "f": np.nan, "c": complex("nan+nanj")}[dtype.kind]
