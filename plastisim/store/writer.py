"""Writes a run into its store as it goes, epochs becoming whole at once."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Coroutine, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray
from zarr import AsyncArray
from zarr.api.asynchronous import open_group

from plastisim.errors import StoreError
from plastisim.store.arrays import WRITE_ALL, StrictStore, side_by_side, to_the_end
from plastisim.store.checkpoint import (
    Position,
    forget_checkpoints,
    write_checkpoint,
    write_position,
)
from plastisim.store.contents import Contents
from plastisim.store.disk import naming_a_full_disk
from plastisim.store.lock import Lock, utc_now
from plastisim.store.rows import write_rows
from plastisim.store.words import listed


class StoreWriter:
    """The one writer of a store, from `create` or `resume` until `close`.

    As a context manager it closes the store, and writes down why it was left: "done" after
    `finish`, "interrupted" after KeyboardInterrupt or without an error, else "failed: ...".

    Attributes
    ----------
    path
        The store's directory.
    attrs
        Attributes of its root.
    epoch
        The last whole epoch, -1 before the first `commit`.
    notes
        What happened on the way and people should know: a dead writer's lock taken over, ....
    """

    def __init__(self, contents: Contents, position: Position, lock: Lock) -> None:
        self.path = contents.path
        self.attrs = contents.attrs
        self.notes = list(lock.notes)
        self._contents, self._position, self._lock = contents, position, lock
        self._arrays = {
            path: array.with_config(WRITE_ALL).async_array
            for path, array in contents.arrays.items()
            if contents.written(path) is not None
        }
        self._thread = ThreadPoolExecutor(1, "plastisim store writer")
        self._runner = asyncio.Runner()
        self._written: dict[str, NDArray[np.bool_]] = {}  # rows by path, since the last commit
        self._open = True

    @property
    def epoch(self) -> int:
        """The last whole epoch, -1 if there is none."""
        return self._position.epoch

    def write(
        self,
        group: str,
        arrays: Mapping[str, ArrayLike],
        *,
        epoch: int | None = None,
        epochs: Sequence[int] | NDArray[np.integer] | None = None,
    ) -> None:
        """Write variables of a group, whole or for some epochs.

        Parameters
        ----------
        group, arrays
            A group of the layout, and values of some of its variables by name.
        epoch
            Number of the epoch, as in the group's coordinate, for variables written at each
            epoch; absent for those written at the start or the end.
        epochs
            Instead of `epoch`, the numbers of several epochs that follow each other in the
            group's coordinate. Each array has them as its first dimension.

        Raises
        ------
        StoreError
            If the layout has no such place or shape, or the disk is full.
        StoreDamagedError
            If whole epochs that share a chunk with these cannot be read.
        """
        numbers = _numbers(group, epoch, epochs)
        jobs = []
        for name, value in arrays.items():
            path = f"{group}/{name}"
            array, rows = self._array(path), self._rows(path, numbers)
            shape = array.shape if numbers is None else array.shape[1:]
            given = _fitting(path, array, value, shape if epochs is None else (len(rows), *shape))
            if numbers is not None:
                given = given.reshape(len(rows), *shape)
            jobs.append((path, array, rows, given))
        self._do(self._write, jobs)
        for path, _, rows, _ in jobs:
            written = self._written.setdefault(path, np.zeros(self._n_rows(path), np.bool_))
            written[rows.start : rows.stop] = True

    def commit(self, position: int, checkpoint: Mapping[str, NDArray[Any]]) -> None:
        """Make everything up to an epoch whole, and keep what is needed to go on from there.

        Raises
        ------
        StoreError
            If something that belongs to these epochs was not written, or the disk is full.
        """
        if position <= self.epoch:
            raise StoreError(f"{self.path}: epoch {position} is whole already (to {self.epoch})")
        target = Position(position)
        self._require_all(target)
        self._lock.check()
        self._do(write_checkpoint, self.path, position, checkpoint)
        self._do(write_position, self.path, target)
        forget_checkpoints(self.path, {self.epoch, position})
        self._position = target
        self._written.clear()

    def go_back(self, position: Position, note: str) -> None:
        """Let an earlier epoch be the last whole one, and note why."""
        self._do(write_position, self.path, position)
        self._position = position
        self.notes.append(note)

    def finish(self) -> None:
        """Declare a run done, of which everything due at the end has been written.

        It may be done before the last epoch of the layout; `status` then says after which.

        Raises
        ------
        StoreError
            If something of the end was not written, no epoch is whole, or the disk is full.
        """
        if self.epoch < 0:
            raise StoreError(f"{self.path}: finished before any epoch was whole")
        target = self._position._replace(finished=True)
        self._require_all(target)
        self._lock.check()
        self._do(write_position, self.path, target)
        self._position = target
        self.set_state("done")

    def set_state(self, state: str) -> None:
        """Write down how the run stands: "running", "interrupted", "failed: ...", "done"."""
        ended = "" if state == "running" else utc_now()
        now = {"state": state, "ended": ended}
        self._lock.check()
        self._do(_update_attrs, self.path, now)
        self.attrs |= now

    def close(self) -> None:
        """Release the store to other writers."""
        if self._open:
            self._open = False
            self._thread.submit(self._runner.close)
        self._thread.shutdown()  # waits, should an interrupt have left it at work
        self._lock.release()

    def __enter__(self) -> Self:
        if self.attrs["state"] != "running":  # not before: a caller may yet refuse to go on
            self.set_state("running")
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self._open and self.attrs["state"] == "running":
            leaving = kind is None or not issubclass(kind, Exception)
            state = "interrupted" if leaving else f"failed: {type(error).__name__}: {error}"
            with contextlib.suppress(StoreError, OSError):  # the first error is the one to tell
                self.set_state(state)
        self.close()

    def _array(self, path: str) -> AsyncArray:
        if path not in self._arrays:
            raise StoreError(f"{path}: not in the layout, which has {', '.join(self._arrays)}")
        return self._arrays[path]

    def _rows(self, path: str, numbers: NDArray[np.int64] | None) -> range:
        """Where epochs stand along their dimension; range(1) for what has no epoch."""
        when = self._contents.written(path)
        if (numbers is None) != (when != "epoch"):
            found = "without an epoch" if numbers is None else f"with {_epochs(numbers)}"
            raise StoreError(f"{path}: written {found}, but the layout has at={when!r}")
        if numbers is None:
            if when == "start" and self.epoch >= 0:
                raise StoreError(f"{path}: belongs to the start, and epoch {self.epoch} is whole")
            return range(1)
        recorded = self._contents.epochs[path.split("/")[0]]
        if (strange := ~np.isin(numbers, recorded)).any():
            epoch = numbers[strange][0]
            raise StoreError(f"{path}: epoch {epoch} is not one of the recorded {listed(recorded)}")
        if (whole := numbers <= self.epoch).any():
            epoch = numbers[whole][0]
            raise StoreError(f"{path}: epoch {epoch} is whole already (to {self.epoch})")
        first = int(np.searchsorted(recorded, numbers[0]))
        rows = range(first, first + len(numbers))
        if not np.array_equal(right := recorded[rows.start : rows.stop], numbers):
            raise StoreError(
                f"{path}: got epochs {listed(numbers)}; those recorded from {numbers[0]} on are "
                f"{listed(right)}, one after another"
            )
        return rows

    def _n_rows(self, path: str) -> int:
        """How many epochs a variable has; 1 if it has none."""
        at_epochs = self._contents.written(path) == "epoch"
        return self._arrays[path].shape[0] if at_epochs else 1

    def _kept(self, path: str) -> NDArray[np.bool_]:
        """Which rows of a variable count: they are whole, or written since the last commit."""
        kept = np.zeros(self._n_rows(path), np.bool_)
        kept[: self._contents.n_whole(path.split("/")[0], self._position)] = True
        return kept | self._written.get(path, False)

    def _require_all(self, target: Position) -> None:
        """Raise unless all has been written that is due at `target` and was not due before."""
        missing = []
        for path in self._arrays:
            when, group = self._contents.written(path), path.split("/")[0]
            if when == "epoch":
                due = self._contents.n_whole(group, target)
                if (rows := np.flatnonzero(~self._kept(path)[:due])).size:
                    missing.append(self._contents.rows_in_words(path, rows))
            elif self._contents.is_due(path, target):
                done = self._contents.is_due(path, self._position) or path in self._written
                missing += [] if done else [path]
        if missing:
            raise StoreError(f"{self.path}: not written: {', '.join(missing)}")

    async def _write(self, jobs: Iterable[tuple[str, AsyncArray, range, NDArray[Any]]]) -> None:
        await side_by_side(
            write_rows(self._contents, path, array, rows.start, values, self._kept(path))
            if self._contents.written(path) == "epoch"
            else array.setitem(..., values)
            for path, array, rows, values in jobs
        )

    def _do(self, job: Callable[..., Coroutine[Any, Any, None]], *args: Any) -> None:
        """Have the writing thread, which Ctrl-C does not reach, do a job."""
        if not self._open:
            raise StoreError(f"{self.path}: closed")
        with naming_a_full_disk(self._full):
            self._thread.submit(lambda: self._runner.run(to_the_end(job(*args)))).result()

    def _full(self) -> str:
        kept = f"epochs up to {self.epoch} are" if self.epoch >= 0 else "no whole epoch is"
        return (
            f"{self.path}: the disk is full; {kept} kept. Free some space, then go on with --resume"
        )


async def _update_attrs(store: Path, attrs: dict[str, Any]) -> None:
    root = await open_group(store=StrictStore(store), mode="r+", zarr_format=3)
    await root.update_attributes(attrs)


def _numbers(
    group: str, epoch: int | None, epochs: Sequence[int] | NDArray[np.integer] | None
) -> NDArray[np.int64] | None:
    """The epochs to be written; None for what has no epoch."""
    if epochs is None:
        return None if epoch is None else np.array([epoch], np.int64)
    numbers = np.asarray(epochs)
    if epoch is not None:
        raise StoreError(f"{group}: written with epoch={epoch} and epochs too; give one of them")
    if numbers.ndim != 1 or numbers.size == 0 or numbers.dtype.kind not in "iu":
        raise StoreError(f"{group}: got epochs={epochs}; give one or more whole numbers")
    return numbers.astype(np.int64)


def _epochs(numbers: NDArray[np.int64]) -> str:
    return f"epoch={numbers[0]}" if len(numbers) == 1 else f"epochs={listed(numbers)}"


def _fitting(
    path: str, array: AsyncArray, given: ArrayLike, shape: tuple[int, ...]
) -> NDArray[Any]:
    """The value as the layout has it, or an error."""
    value = np.asarray(given)
    if value.shape != shape:
        names = getattr(array.metadata, "dimension_names", None) or ()
        dims = names[len(names) - len(shape) :]
        raise StoreError(f"{path}: got shape {value.shape}; {dims} is {shape}")
    if not np.can_cast(value.dtype, array.dtype, "same_kind"):
        raise StoreError(f"{path}: got {value.dtype}, which {array.dtype} cannot hold")
    fitting = value.astype(array.dtype, copy=False)
    if fitting.dtype.kind == "i" and not np.array_equal(fitting, value):
        raise StoreError(f"{path}: got numbers that {array.dtype} cannot hold")
    return fitting
