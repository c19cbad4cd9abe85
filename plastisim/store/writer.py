"""Writes a run into its store as it goes, an epoch becoming whole at once."""

from __future__ import annotations

import contextlib
import itertools
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, NamedTuple, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from plastisim.errors import StoreDamagedError, StoreError
from plastisim.store.checkpoint import (
    SLOTS,
    CheckpointWriter,
    Position,
    read_checkpoint,
    read_position,
    write_position,
)
from plastisim.store.contents import WRITTEN, Contents, read_contents
from plastisim.store.files import is_full, write_json, write_whole
from plastisim.store.lock import Lock, acquire, utc_now
from plastisim.store.zarr_v3 import METADATA, StoredArray, chunk_key, encode


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
        self._checkpoints = CheckpointWriter(self.path)
        self._written: set[tuple[str, int]] = set()  # since the last commit; epoch -1: no epoch
        self._open = True

    @property
    def epoch(self) -> int:
        """The last whole epoch, -1 if there is none."""
        return self._position.epoch

    def write(
        self, group: str, arrays: Mapping[str, ArrayLike], *, epoch: int | None = None
    ) -> None:
        """Write variables of a group, whole.

        Parameters
        ----------
        group, arrays
            A group of the layout, and values of some of its variables by name.
        epoch
            Number of the epoch, as in the group's coordinate, for variables written at each
            epoch; absent for those written at the start or the end.

        Raises
        ------
        StoreError
            If the layout has no such place or shape, or the disk is full.
        """
        with self._disk():
            for name, value in arrays.items():
                path = f"{group}/{name}"
                array = self._array(path)
                block = _fitting(path, array, np.asarray(value), self._row(path, array, epoch))
                self._write_chunks(path, array, block, epoch)
                self._written.add((path, -1 if epoch is None else epoch))

    def commit(self, position: int, checkpoint: Mapping[str, NDArray[Any]]) -> None:
        """Make everything up to an epoch whole, and keep what is needed to go on from there.

        Raises
        ------
        StoreError
            If something that belongs to these epochs was not written, or the disk is full.
        """
        if position <= self.epoch:
            raise StoreError(f"{self.path}: epoch {position} is whole already (to {self.epoch})")
        target = Position(position, (self._position.slot + 1) % len(SLOTS))
        self._require_all(target)
        with self._disk():
            self._lock.check()
            self._checkpoints.write(target.slot, position, checkpoint)
            write_position(self.path, target)
        self._position = target
        self._written.clear()

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
        with self._disk():
            self._lock.check()
            write_position(self.path, target)
            self._position = target
        self.set_state("done")

    def set_state(self, state: str) -> None:
        """Write down how the run stands: "running", "interrupted", "failed: ...", "done"."""
        ended = "" if state == "running" else utc_now()
        self.attrs = {**self.attrs, "state": state, "ended": ended}
        with self._disk():
            self._lock.check()
            write_json(self.path / METADATA, {**self._contents.metadata, "attributes": self.attrs})

    def close(self) -> None:
        """Release the store to other writers."""
        self._open = False
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

    def _array(self, path: str) -> StoredArray:
        array = self._contents.arrays.get(path)
        if array is None or WRITTEN not in array.attrs:
            known = [p for p, a in self._contents.arrays.items() if WRITTEN in a.attrs]
            raise StoreError(f"{path}: not in the layout, which has {', '.join(known)}")
        return array

    def _row(self, path: str, array: StoredArray, epoch: int | None) -> int | None:
        """Where an epoch stands along its dimension."""
        when = array.attrs[WRITTEN]
        if (epoch is None) != (when != "epoch"):
            found = "without an epoch" if epoch is None else f"with epoch={epoch}"
            raise StoreError(f"{path}: written {found}, but the layout has at={when!r}")
        if epoch is None:
            if when == "start" and self.epoch >= 0:
                raise StoreError(f"{path}: belongs to the start, and epoch {self.epoch} is whole")
            return None
        epochs = self._contents.epochs[path.split("/")[0]]
        row = int(np.searchsorted(epochs, epoch))
        if row == len(epochs) or epochs[row] != epoch:
            raise StoreError(f"{path}: epoch {epoch} is not one of the recorded {epochs.tolist()}")
        if epoch <= self.epoch:
            raise StoreError(f"{path}: epoch {epoch} is whole already (to {self.epoch})")
        return row

    def _write_chunks(
        self, path: str, array: StoredArray, block: NDArray[Any], epoch: int | None
    ) -> None:
        row = self._row(path, array, epoch)
        grid = [range(n) for n in array.grid]
        if row is not None:
            grid[0] = range(row, row + 1)
        for index in itertools.product(*grid):
            region = array.region(index)
            if row is not None:
                region = (slice(0, 1), *region[1:])
            data = encode(array, block[region])
            write_whole(f"{self.path}/{path}/{chunk_key(index)}", data)

    def _require_all(self, target: Position) -> None:
        """Raise unless all has been written that is due at `target` and was not due before."""
        missing = []
        for path, array in self._contents.arrays.items():
            when = array.attrs.get(WRITTEN)
            if when == "epoch":
                group = path.split("/")[0]
                first = self._contents.n_whole(group, self._position)
                last = self._contents.n_whole(group, target)
                due = [int(epoch) for epoch in self._contents.epochs[group][first:last]]
            elif when is None or self._contents.is_due(path, self._position):
                due = []
            else:
                due = [-1] if self._contents.is_due(path, target) else []
            missing += [
                path if epoch < 0 else f"{path} epoch={epoch}"
                for epoch in due
                if (path, epoch) not in self._written
            ]
        if missing:
            raise StoreError(f"{self.path}: not written: {', '.join(missing)}")

    @contextlib.contextmanager
    def _disk(self) -> Iterator[None]:
        if not self._open:
            raise StoreError(f"{self.path}: closed")
        try:
            yield
        except OSError as error:
            if not is_full(error):
                raise
            kept = f"epochs up to {self.epoch} are" if self.epoch >= 0 else "no whole epoch is"
            raise StoreError(
                f"{self.path}: the disk is full; {kept} kept. Free some space, then go on with "
                "--resume"
            ) from error


class Resumed(NamedTuple):
    """A store taken up again."""

    writer: StoreWriter
    position: int  # the last whole epoch, -1 if there is none
    checkpoint: dict[str, NDArray[Any]]  # as given to `commit`; {} at position -1


def resume(path: Path | str) -> Resumed:
    """Take up a store whose writer was interrupted, after its last whole epoch.

    Should the last checkpoint be damaged, the one before serves, with a note.

    Raises
    ------
    StoreLockedError
        If it is being written.
    StoreDamagedError
        If no checkpoint can be read.
    StoreError
        If it is no store, or finished.
    """
    path = Path(path).absolute()
    contents = read_contents(path)
    if read_position(path).finished:
        raise StoreError(f"{path}: finished, nothing to resume")
    lock = acquire(path)
    try:
        position = read_position(path)  # again: it may have moved before the lock was ours
        if position.finished:
            raise StoreError(f"{path}: finished, nothing to resume")
        _clear_partial(contents)
        arrays, position, note = _last_readable(path, position)
        writer = StoreWriter(contents, position, lock)
        if note:
            writer.notes.append(note)
            write_position(path, position)
    except BaseException:
        lock.release()
        raise
    return Resumed(writer, position.epoch, arrays)


def _last_readable(path: Path, position: Position) -> tuple[dict[str, NDArray[Any]], Position, str]:
    """The checkpoint at a position or, if it is damaged, the one before, with a note."""
    if position.epoch < 0:
        return {}, position, ""
    try:
        found = read_checkpoint(path, position.slot)
        if found.epoch == position.epoch:
            return found.arrays, position, ""
        damage = f"{path}: checkpoint/{SLOTS[position.slot]}: of epoch {found.epoch}"
    except StoreDamagedError as error:
        damage = str(error)
    slot = (position.slot + 1) % len(SLOTS)
    try:
        found = read_checkpoint(path, slot)
    except StoreDamagedError:
        found = None
    if found is None or found.epoch > position.epoch:
        raise StoreDamagedError(f"{damage}; there is no other checkpoint to go on from")
    note = f"{damage}; went back to the checkpoint of epoch {found.epoch}"
    return found.arrays, Position(found.epoch, slot), note


def _clear_partial(contents: Contents) -> None:
    """Remove what a dead writer left half written."""
    for directory in (contents.path, *(contents.path / path for path in contents.arrays)):
        for name in os.listdir(directory):
            if name.endswith(".partial") and not name.startswith("."):
                (directory / name).unlink()


def _fitting(path: str, array: StoredArray, value: NDArray[Any], row: int | None) -> NDArray[Any]:
    """The value as the layout has it, or an error."""
    shape = array.shape if row is None else array.shape[1:]
    if value.shape != shape:
        dims = array.dims if row is None else array.dims[1:]
        raise StoreError(f"{path}: got shape {value.shape}; {dims} is {shape}")
    if not np.can_cast(value.dtype, array.dtype, "same_kind"):
        raise StoreError(f"{path}: got {value.dtype}, which {array.dtype} cannot hold")
    fitting = value.astype(array.dtype, copy=False)
    if fitting.dtype.kind == "i" and not np.array_equal(fitting, value):
        raise StoreError(f"{path}: got numbers that {array.dtype} cannot hold")
    return fitting if row is None else fitting[np.newaxis]
