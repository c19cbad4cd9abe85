"""Says whether every piece of a store is there, and as it was written."""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from plastisim.errors import StoreDamagedError
from plastisim.store.checkpoint import (
    CHECKPOINT,
    FIXED_METADATA,
    SLOTS,
    Position,
    read_checkpoint,
    read_position,
)
from plastisim.store.contents import Contents, read_arrays, read_epochs, read_root
from plastisim.store.files import PARTIAL
from plastisim.store.standing import Status, status_of
from plastisim.store.zarr_v3 import METADATA, array_from_json, array_json, group_json

_ATTEMPTS = 5  # at a checkpoint that moves on while it is read


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
    damages: list[Damage] = []
    position, checkpoint_damage = _check_checkpoint(path)
    contents, root_damage = _contents(path)
    damages += root_damage
    damages += checkpoint_damage
    damages += _check_metadata(contents)
    epochs, unknown = {}, set()
    for group in contents.groups:
        if f"{group}/epoch" in contents.arrays:
            try:
                epochs[group] = read_epochs(contents, group)
            except StoreDamagedError:  # named among the chunks, below
                unknown.add(group)
    contents = replace(contents, epochs=epochs)
    n_chunks = 0
    for name in contents.arrays:
        for index in contents.due_chunks(name, position):
            n_chunks += 1
            try:
                contents.read_chunk(name, index)
            except StoreDamagedError as error:
                damages.append(_damage(path, error))
    notes = [f"{group}: not checked epoch by epoch, for want of their numbers" for group in unknown]
    n_files, nbytes, n_partial = _on_disk(path)
    if n_partial:
        notes.append(f"{n_partial} half-written files, of no consequence")
    known = not root_damage and not unknown and not checkpoint_damage
    return Report(
        path=path,
        status=status_of(contents, position) if known else None,
        damages=tuple(dict.fromkeys(damages)),
        notes=tuple(notes),
        n_chunks=n_chunks,
        n_files=n_files,
        nbytes=nbytes,
    )


def _contents(path: Path) -> tuple[Contents, list[Damage]]:
    """The contents as the root tells them or, if it cannot, as the groups do."""
    try:
        return read_arrays(path, read_root(path)), []
    except StoreDamagedError as error:
        damage = _damage(path, error)
    members: dict[str, Any] = {}
    for group in sorted(path.iterdir()):
        if group.name == CHECKPOINT or not group.is_dir():
            continue
        members[group.name] = group_json(_json(group).get("attributes", {}))
        for array in sorted(group.iterdir()):
            node = _json(array)
            with contextlib.suppress(KeyError, TypeError, ValueError):
                array_from_json(node)
                members[f"{group.name}/{array.name}"] = node
    contents = read_arrays(path, group_json({}, members))
    return contents, [damage]


def _check_metadata(contents: Contents) -> Iterator[Damage]:
    """Hold each zarr.json against the root's copy of it."""
    members = contents.metadata["consolidated_metadata"]["metadata"]
    expected: dict[str, Mapping[str, Any]] = {
        name: array_json(array) for name, array in contents.arrays.items()
    }
    for group, attrs in contents.groups.items():
        below = {name: members[f"{group}/{name}"] for name in contents.names(group)}
        expected[group] = group_json(attrs, below)
    expected |= FIXED_METADATA
    for name, node in expected.items():
        if not (contents.path / name / METADATA).exists():
            yield Damage(name, f"{METADATA} missing")
        elif _json(contents.path / name) != node:
            yield Damage(name, f"{METADATA} damaged")


def _check_checkpoint(path: Path) -> tuple[Position, list[Damage]]:
    """Where the run is, and whether it could go on from there."""
    if not (path / CHECKPOINT).is_dir():
        return Position(), [Damage(CHECKPOINT, "missing")]
    damage = Damage(CHECKPOINT, "")
    position = Position()
    for _ in range(_ATTEMPTS):
        try:
            position = read_position(path)
            if position.epoch < 0:
                return position, []
            found = read_checkpoint(path, position.slot)
            if found.epoch == position.epoch:
                return position, []
            damage = Damage(f"{CHECKPOINT}/{SLOTS[position.slot]}", f"of epoch {found.epoch}")
        except StoreDamagedError as error:
            damage = _damage(path, error)
            if _position_or_none(path) == position:
                break
    return position, [damage]


def _position_or_none(path: Path) -> Position | None:
    try:
        return read_position(path)
    except StoreDamagedError:
        return None


def _damage(path: Path, error: StoreDamagedError) -> Damage:
    place, _, fault = str(error).removeprefix(f"{path}: ").rpartition(": ")
    return Damage(place, fault)


def _json(directory: Path) -> dict[str, Any]:
    """A directory's zarr.json, {} where that cannot be read."""
    try:
        content = json.loads((directory / METADATA).read_bytes())
    except (OSError, ValueError):
        return {}
    return content if isinstance(content, dict) else {}


def _on_disk(path: Path) -> tuple[int, int, int]:
    """Files, bytes, and how many of the files are half written."""
    n_files = nbytes = n_partial = 0
    for directory, _, names in os.walk(path):
        for name in names:
            n_files += 1
            n_partial += name.endswith(PARTIAL)
            try:
                stat = os.stat(os.path.join(directory, name))
            except FileNotFoundError:  # renamed in between
                n_files -= 1
                continue
            nbytes += 512 * stat.st_blocks if hasattr(stat, "st_blocks") else stat.st_size
    return n_files, nbytes, n_partial
