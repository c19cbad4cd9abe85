"""How arrays and groups stand on disk: zarr.json and chunks, by the zarr v3 specification.

Written out here, and not through the zarr package, because zarr spends 2 ms on each array it
writes or reads, whatever its size, and a run writes thirty small arrays an epoch. The tests hold
every byte against zarr's own.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import google_crc32c
import numpy as np
from numcodecs.zstd import Zstd
from numpy.typing import NDArray

METADATA = "zarr.json"
STRING = "string"
ZSTD_LEVEL = 1
_ZSTD = Zstd(level=ZSTD_LEVEL)
_CHECKSUM_BYTES = 4


class ChunkFault(Exception):
    """Why a chunk cannot be read: "missing", "checksum wrong", ..."""


@dataclass(frozen=True)
class StoredArray:
    """What an array's zarr.json says."""

    dims: tuple[str, ...]
    shape: tuple[int, ...]
    chunks: tuple[int, ...]
    dtype: str  # a numpy name, or "string"
    compressed: bool = True
    attrs: Mapping[str, Any] = field(default_factory=dict)

    @property
    def grid(self) -> tuple[int, ...]:
        """Number of chunks along each dimension."""
        return tuple(-(-n // c) for n, c in zip(self.shape, self.chunks, strict=True))

    def indices(self) -> Iterator[tuple[int, ...]]:
        """Of all chunks, in C order."""
        return itertools.product(*(range(n) for n in self.grid))

    def region(self, index: tuple[int, ...]) -> tuple[slice, ...]:
        """The part of the array that a chunk holds."""
        return tuple(
            slice(i * c, min((i + 1) * c, n))
            for i, c, n in zip(index, self.chunks, self.shape, strict=True)
        )


def chunk_key(index: tuple[int, ...]) -> str:
    """Name of a chunk's file, beside the array's zarr.json: no directory per chunk."""
    return ".".join(("c", *map(str, index)))


def fill_value(dtype: str) -> Any:
    """What a stranger reads where nothing has been written: absurd where the type allows."""
    if dtype == STRING:
        return ""
    kind = np.dtype(dtype).kind
    if kind in "iu":
        info = np.iinfo(dtype)
        return int(info.min if kind == "i" else info.max)
    return {"b": False, "f": "NaN", "c": ["NaN", "NaN"]}[kind]


def array_json(array: StoredArray) -> dict[str, Any]:
    """The zarr.json of an array."""
    if array.dtype == STRING:
        codecs: list[dict[str, Any]] = [{"name": "vlen-utf8"}]
    elif np.dtype(array.dtype).itemsize == 1:
        codecs = [{"name": "bytes"}]
    else:
        codecs = [{"name": "bytes", "configuration": {"endian": "little"}}]
    if array.compressed:
        zstd = {"level": ZSTD_LEVEL, "checksum": False}
        codecs.append({"name": "zstd", "configuration": zstd})
    codecs.append({"name": "crc32c"})
    return {
        "zarr_format": 3,
        "node_type": "array",
        "shape": list(array.shape),
        "data_type": array.dtype,
        "chunk_grid": {"name": "regular", "configuration": {"chunk_shape": list(array.chunks)}},
        "chunk_key_encoding": {"name": "default", "configuration": {"separator": "."}},
        "fill_value": fill_value(array.dtype),
        "codecs": codecs,
        "attributes": dict(array.attrs),
        **({"dimension_names": list(array.dims)} if array.dims else {}),
        "storage_transformers": [],
    }


def array_from_json(metadata: Mapping[str, Any]) -> StoredArray:
    """The inverse of `array_json`.

    Raises
    ------
    KeyError, TypeError, ValueError
        If the metadata are not those of an array that `array_json` wrote.
    """
    array = StoredArray(
        dims=tuple(metadata.get("dimension_names", ())),
        shape=tuple(metadata["shape"]),
        chunks=tuple(metadata["chunk_grid"]["configuration"]["chunk_shape"]),
        dtype=metadata["data_type"],
        compressed=any(codec["name"] == "zstd" for codec in metadata["codecs"]),
        attrs=metadata["attributes"],
    )
    if array_json(array) != dict(metadata):
        raise ValueError("not an array as plastisim writes them")
    return array


def group_json(
    attrs: Mapping[str, Any], members: Mapping[str, Mapping[str, Any]] | None = None
) -> dict[str, Any]:
    """The zarr.json of a group.

    Parameters
    ----------
    attrs
        Its attributes.
    members
        Metadata of all that is below, by path, kept in one place (zarr calls this consolidated),
        so that a store opens without a search.
    """
    metadata: dict[str, Any] = {
        "zarr_format": 3,
        "node_type": "group",
        "attributes": dict(attrs),
    }
    if members is not None:
        metadata["consolidated_metadata"] = {
            "kind": "inline",
            "must_understand": False,
            "metadata": dict(members),
        }
    return metadata


def encode(array: StoredArray, block: NDArray[Any]) -> bytes:
    """A chunk's bytes: little-endian, zstd, and last a crc32c of all before it."""
    if array.dtype == STRING:
        words = [str(word).encode() for word in block.ravel()]
        parts = [len(words).to_bytes(4, "little")]
        for word in words:
            parts += [len(word).to_bytes(4, "little"), word]
        raw = b"".join(parts)
    else:
        dtype = np.dtype(array.dtype).newbyteorder("<")
        raw = np.ascontiguousarray(_padded(array, block), dtype).tobytes()
    data = bytes(_ZSTD.encode(raw)) if array.compressed else raw
    return data + checksum(data).to_bytes(_CHECKSUM_BYTES, "little")


def decode(array: StoredArray, data: bytes) -> NDArray[Any]:
    """The whole chunk that `encode` wrote, padding included.

    Raises
    ------
    ChunkFault
        If one bit of it has changed.
    """
    raw = verified(data)
    if array.compressed:
        raw = _ZSTD.decode(raw)
    if array.dtype == STRING:
        words, at = [], 4
        for _ in range(int.from_bytes(raw[:4], "little")):
            n = int.from_bytes(raw[at : at + 4], "little")
            words.append(bytes(raw[at + 4 : at + 4 + n]).decode())
            at += 4 + n
        return np.array(words, np.str_).reshape(array.chunks)
    dtype = np.dtype(array.dtype)
    if len(raw) != math.prod(array.chunks) * dtype.itemsize:
        raise ChunkFault("wrong size")
    values = np.frombuffer(raw, dtype.newbyteorder("<")).astype(dtype, copy=False)
    return values.reshape(array.chunks)


def verified(data: bytes) -> bytes:
    """A chunk's bytes without its checksum, if that is right."""
    body, stored = data[:-_CHECKSUM_BYTES], data[-_CHECKSUM_BYTES:]
    if len(data) <= _CHECKSUM_BYTES or checksum(body).to_bytes(4, "little") != stored:
        raise ChunkFault("checksum wrong")
    return body


def checksum(data: bytes) -> int:
    """crc32c, as RFC 3720 has it."""
    return google_crc32c.value(data)


def _padded(array: StoredArray, block: NDArray[Any]) -> NDArray[Any]:
    """The block, filled up to a whole chunk at the array's far edges."""
    if block.shape == array.chunks:
        return block
    fill = fill_value(array.dtype)
    whole = np.full(array.chunks, complex("nan+nanj") if isinstance(fill, list) else fill,
                    array.dtype)  # fmt: skip
    whole[tuple(slice(0, n) for n in block.shape)] = block
    return whole
