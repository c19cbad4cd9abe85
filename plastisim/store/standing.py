"""How a run stands: how far it is, and whether anybody is writing to it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from plastisim.store.checkpoint import Position, read_position
from plastisim.store.contents import Contents, read_contents
from plastisim.store.lock import Holder, holder


@dataclass(frozen=True)
class Status:
    """How a run stands."""

    path: Path
    state: str  # "running", "interrupted", "failed: ...", "done"
    epochs_done: int
    epochs: int
    writer: Holder | None  # the last one

    @property
    def finished(self) -> bool:
        """Whether nothing is left to do."""
        return self.state == "done"

    def __str__(self) -> str:
        """The status in words."""
        if self.finished and self.epochs_done < self.epochs:
            return f"a run that ended after epoch {self.epochs_done} of at most {self.epochs}"
        if self.finished:
            return f"a finished run of {self.epochs} epochs"
        text = f"a run of {self.epochs} epochs, {self.state} after epoch {self.epochs_done}"
        if self.state == "running" and self.writer is not None:
            text = f"a run of {self.epochs} epochs, {self.epochs_done} done; {self.writer.note}"
        return text


def status(path: Path | str) -> Status:
    """How a run stands.

    Raises
    ------
    StoreError
        If `path` is not a plastisim store.
    StoreDamagedError
        If it is one but cannot say how far it is.
    """
    path = Path(path)
    contents = read_contents(path)
    return status_of(contents, read_position(path))


def status_of(contents: Contents, position: Position) -> Status:
    """How a run stands whose metadata and position have been read."""
    writer = holder(contents.path)
    state = contents.attrs["state"]
    if position.finished:
        state = "done"
    elif state == "running" and not (writer is not None and writer.alive):
        state = "interrupted"  # its writer died without a word
    return Status(contents.path, state, max(position.epoch, 0), contents.last_epoch, writer)
