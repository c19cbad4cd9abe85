"""Says whether every piece of a store is there, and as it was written."""

from __future__ import annotations

import contextlib
import itertools
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import zarr

from plastisim.errors import StoreDamagedError
from plastisim.store.arrays import METADATA, fault
from plastisim.store.checkpoint import CHECKPOINT, Position, read_checkpoint, read_position
from plastisim.store.contents import Contents, read_contents
from plastisim.store.layout import LARGEST_CHUNK
from plastisim.store.standing import Status, status_of


@dataclass(frozen=True, order=True)
class Damage:
    """A piece that is missing or not as it was written."""

    place: str  # variable and region, e.g. "attractors/residual epoch=7"
    fault: str  # "missing", "checksum wrong", ...

    def __str__(self) -> str:
        """One line."""
        return f"{self.place}: {self.fault}"


@dataclass(frozen=True)
class Report:
    """What a check of a store found."""

    path: Path
    status: Status | None  # None where the store cannot tell
    damages: tuple[Damage, ...]
    notes: tuple[str, ...]
    n_chunks: int  # read and held against their checksums
    n_files: int
    nbytes: int  # on disk

    @property
    def ok(self) -> bool:
        """Whether all that must be there is there and whole."""
        return not self.damages

    def __str__(self) -> str:
        """The report for people."""
        lines = [
            f"{self.path}: {self.status or 'a damaged run'}",
            f"{self.nbytes / 1e6:.1f} MB in {self.n_files} files; {self.n_chunks} chunks checked",
            *self.notes,
            *map(str, self.damages),
        ]
        n = len(self.damages)
        lines.append(f"{n} damaged or missing" if n else "nothing is damaged or missing")
        return "\n".join(lines)


def check_store(path: Path | str) -> Report:
    """Read a whole store, and name all that is damaged or missing.

    What belongs to the epoch under way is not looked at: it is written anew when the run goes on.
    A store may be checked while it is written.

    Raises
    ------
    StoreError
        If `path` is not a plastisim store.
    """
    path = Path(path)
    position, damages = _check_checkpoint(path)
    notes: list[str] = []
    n_chunks, status = 0, None
    try:
        contents = read_contents(path, lenient=True)
    except StoreDamagedError as error:
        damages.append(_damage(path, error))
        notes.append("the arrays were not checked, for want of what it says of them")
    else:
        if not damages:
            status = status_of(contents, position)
        damages += _check_metadata(contents)
        for name in contents.arrays:
            damages += _check_chunks(contents, name, position)
            n_chunks += sum(1 for _ in contents.due_chunks(name, position))
        groups = {name.split("/")[0] for name in contents.arrays if name.endswith("/epoch")}
        for group in groups - set(contents.epochs):
            status = None
            notes.append(f"{group}: not checked epoch by epoch, for want of their numbers")
    n_files, nbytes, n_partial = _on_disk(path)
    if n_partial:
        notes.append(f"{n_partial} half-written files, of no consequence")
    return Report(path, status, tuple(damages), tuple(notes), n_chunks, n_files, nbytes)


def _check_chunks(contents: Contents, name: str, position: Position) -> Iterator[Damage]:
    """Read the due chunks of an array, as many epochs at once as there is room for."""
    array, due = contents.arrays[name], contents.due_chunks(name, position)
    if contents.written(name) != "epoch":
        yield from _damaged_chunks(contents, name, due, position)
        return
    size = array.chunks[0]
    n = max(1, LARGEST_CHUNK * array.shape[0] // max(1, array.nbytes) // size)
    for _, several in itertools.groupby(due, lambda index: index[0] // n):
        indices = list(several)
        try:
            _ = array[indices[0][0] * size : (indices[-1][0] + 1) * size]
        except Exception:
            yield from _damaged_chunks(contents, name, indices, position)


def unfilled_damage(contents: Contents, position: Position) -> Iterator[Damage]:
    """What is damaged of the chunks that hold the last whole epochs and are to take the next."""
    for name, array in contents.arrays.items():
        if rows := contents.unfilled(name, position):
            chunk = rows.start // array.chunks[0]
            due = (i for i in contents.due_chunks(name, position) if i[0] == chunk)
            yield from _damaged_chunks(contents, name, due, position)


def _damaged_chunks(
    contents: Contents, name: str, indices: Iterable[tuple[int, ...]], position: Position
) -> Iterator[Damage]:
    for index in indices:
        try:
            _ = contents.arrays[name].blocks[index] if index else contents.arrays[name][()]
        except Exception as error:
            yield Damage(contents.place(name, index, position), fault(error))


def _check_metadata(contents: Contents) -> Iterator[Damage]:
    """Hold each zarr.json against the root's copy of it."""
    for name, member in contents.root.members(max_depth=None):
        there = (contents.path / name / METADATA).exists()
        try:
            own = zarr.open(contents.root.store, path=name, mode="r", zarr_format=3)
            same = _described(own) == _described(member)
        except Exception:
            same = False
        if not same:
            yield Damage(name, f"{METADATA} {'damaged' if there else 'missing'}")


def _described(node: zarr.Array | zarr.Group) -> dict[str, Any]:
    metadata = node.metadata.to_dict()
    metadata.pop("consolidated_metadata", None)
    return metadata


def _check_checkpoint(path: Path) -> tuple[Position, list[Damage]]:
    """Where the run is, and whether it could go on from there."""
    if not (path / CHECKPOINT).is_dir():
        return Position(), [Damage(CHECKPOINT, "missing")]
    position = Position()
    while True:
        try:
            position = read_position(path)
            if position.epoch >= 0:
                read_checkpoint(path, position.epoch)
            return position, []
        except StoreDamagedError as error:
            with contextlib.suppress(StoreDamagedError):
                if read_position(path) != position:
                    continue  # it moved on while it was read
            return position, [_damage(path, error)]


def _damage(path: Path, error: StoreDamagedError) -> Damage:
    place, _, what = str(error).removeprefix(f"{path}: ").partition(": ")
    return Damage(place, what)


def _on_disk(path: Path) -> tuple[int, int, int]:
    """Files, bytes, and how many of the files are half written."""
    n_files = nbytes = n_partial = 0
    for directory, _, names in os.walk(path):
        for name in names:
            n_files += 1
            n_partial += name.endswith(".partial")
            try:
                stat = os.stat(os.path.join(directory, name))
            except FileNotFoundError:  # renamed in between
                n_files -= 1
                continue
            nbytes += 512 * stat.st_blocks if hasattr(stat, "st_blocks") else stat.st_size
    return n_files, nbytes, n_partial
