"""Puts epochs into chunks that may hold other epochs too, which stay as they are."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from zarr import AsyncArray

from plastisim.errors import StoreDamagedError
from plastisim.store.arrays import fault
from plastisim.store.contents import Contents


async def write_rows(
    contents: Contents, path: str, array: AsyncArray, first: int, values: NDArray[Any],
    kept: NDArray[np.bool_],
) -> None:  # fmt: skip
    """Write rows of an array, whole chunks at a time.

    A chunk at either end that holds more rows is read, changed, and written again. zarr writes
    every chunk under another name and renames it, so the old one stands until the new one does.

    Parameters
    ----------
    array
        The array at `path`, of `contents`, to be written.
    first, values
        The row to begin with, and the rows' values.
    kept
        For every row of the array, whether its value counts. A chunk that cannot be read and has
        no such row is begun anew: a writer left it who was killed.

    Raises
    ------
    StoreDamagedError
        If a chunk cannot be read that has rows to keep.
    """
    last, size, n = first + len(values), array.chunks[0], array.shape[0]
    begin, end = first - first % size, min(last + -last % size, n)
    if (begin, end) == (first, last):
        await array.setitem(slice(first, last), values)
        return
    rows = np.full((end - begin, *array.shape[1:]), array.metadata.fill_value, array.dtype)
    for start in {begin, last - 1 - (last - 1) % size}:
        stop = min(start + size, n)
        if start < first or last < stop:
            try:
                rows[start - begin : stop - begin] = await array.getitem(slice(start, stop))
            except Exception as error:
                here = np.flatnonzero(kept[start:stop]) + start
                if here.size:
                    place = contents.rows_in_words(path, here)
                    raise StoreDamagedError(f"{contents.path}: {place}: {fault(error)}") from error
    rows[first - begin : last - begin] = values
    await array.setitem(slice(begin, end), rows)
