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
from plastisim.store.contents import Contents, read_contents
from plastisim.store.integrity import unfilled_damage
from plastisim.store.lock import acquire
from plastisim.store.writer import StoreWriter


class Resumed(NamedTuple):
    """A store taken up again."""

    writer: StoreWriter
    position: int  # the last whole epoch, -1 if there is none
    checkpoint: dict[str, NDArray[Any]]  # as given to `commit`; {} at position -1


def resume(path: Path | str) -> Resumed:
    """Take up a store whose writer was interrupted, after its last whole epoch.

    Should the last checkpoint be damaged, the one before serves, with a note. So it does when a
    chunk is damaged that is to take more epochs beside those it has: they are then done again,
    unless the chunk has some from before that checkpoint too.

    Raises
    ------
    StoreLockedError
        If it is being written.
    StoreDamagedError
        If there is no checkpoint to go on from.
    StoreError
        If it is no store, or finished.
    """
    path = Path(path).absolute()
    contents = read_contents(path, to_write=True)
    _refuse_finished(path)
    lock = acquire(path)
    try:
        position = _refuse_finished(path)  # again: it may have moved before the lock was ours
        arrays, epoch, damage = _last_usable(contents, position.epoch)
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


def _last_usable(contents: Contents, last: int) -> tuple[dict[str, NDArray[Any]], int, str]:
    """The checkpoint of an epoch or, if that is no use, one before; its epoch; the damage."""
    if last < 0:
        return {}, last, ""
    path, damages = contents.path, list[str]()
    for epoch in sorted({*checkpoints(path), last}, reverse=True):
        if epoch <= last:
            try:
                arrays = read_checkpoint(path, epoch)
            except StoreDamagedError as error:
                damages.append(str(error))
                continue
            harmed = [f"{path}: {damage}" for damage in unfilled_damage(contents, Position(epoch))]
            if not harmed:
                return arrays, epoch, "; ".join(damages)
            damages += harmed
    raise StoreDamagedError(f"{'; '.join(damages)}; there is no other checkpoint to go on from")
