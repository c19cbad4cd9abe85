"""Takes up a store whose writer was interrupted."""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple

from numpy.typing import NDArray

from plastisim.errors import StoreDamagedError, StoreError
from plastisim.store.checkpoint import (
    Position,
    checkpoints,
    forget_checkpoints,
    read_checkpoint,
    read_position,
)
from plastisim.store.contents import read_contents
from plastisim.store.lock import acquire
from plastisim.store.writer import StoreWriter


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
    contents = read_contents(path, to_write=True)
    _refuse_finished(path)
    lock = acquire(path)
    try:
        position = _refuse_finished(path)  # again: it may have moved before the lock was ours
        arrays, epoch, damage = _last_readable(path, position.epoch)
        writer = StoreWriter(contents, position, lock)
        if damage:
            note = f"{damage}; went back to the checkpoint of epoch {epoch}"
            writer.go_back(Position(epoch), note)
        for left in path.rglob("*.partial"):  # half written by a dead writer
            left.unlink()
        forget_checkpoints(path, [e for e in checkpoints(path) if e <= epoch][-2:])
    except BaseException:
        lock.release()
        raise
    return Resumed(writer, epoch, arrays)


def _refuse_finished(path: Path) -> Position:
    position = read_position(path)
    if position.finished:
        raise StoreError(f"{path}: finished, nothing to resume")
    return position


def _last_readable(path: Path, last: int) -> tuple[dict[str, NDArray[Any]], int, str]:
    """The checkpoint of an epoch or, if it is damaged, one before; its epoch; the damage."""
    if last < 0:
        return {}, last, ""
    damages: list[str] = []
    for epoch in sorted({*checkpoints(path), last}, reverse=True):
        if epoch <= last:
            try:
                return read_checkpoint(path, epoch), epoch, "; ".join(damages)
            except StoreDamagedError as error:
                damages.append(str(error))
    raise StoreDamagedError(f"{'; '.join(damages)}; there is no other checkpoint to go on from")
