"""Arrays laid out for the kernels: 64-byte aligned rows, padded with zeros to whole cache lines."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

CACHE_LINE = 64


def padded_length(n: int, dtype: np.dtype[Any]) -> int:
    """`n` rounded up to a whole number of cache lines."""
    per_line = CACHE_LINE // dtype.itemsize
    return -(-n // per_line) * per_line


def aligned_zeros(shape: tuple[int, ...], dtype: np.dtype[Any]) -> NDArray[Any]:
    """Zeros that begin at a cache line."""
    n_bytes = int(np.prod(shape)) * dtype.itemsize
    raw = np.zeros(n_bytes + CACHE_LINE, np.uint8)
    start = -raw.ctypes.data % CACHE_LINE
    return raw[start : start + n_bytes].view(dtype).reshape(shape)


def padded(array: NDArray[Any]) -> NDArray[Any]:
    """A copy whose last axis is padded with zeros to whole cache lines."""
    shape = (*array.shape[:-1], padded_length(array.shape[-1], array.dtype))
    out = aligned_zeros(shape, array.dtype)
    out[..., : array.shape[-1]] = array
    return out
