"""A new store appears at once, with room for the whole run."""

from __future__ import annotations

import contextlib
import json
import shutil
import uuid
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from plastisim.errors import StoreDamagedError, StoreError, StoreExistsError
from plastisim.store.checkpoint import Position, prepare
from plastisim.store.contents import FORMAT, FORMAT_VERSION, WRITTEN, read_contents, read_root
from plastisim.store.files import is_full, write_json, write_whole
from plastisim.store.layout import Group, Layout
from plastisim.store.lock import acquire, utc_now
from plastisim.store.standing import status
from plastisim.store.writer import StoreWriter
from plastisim.store.zarr_v3 import (
    METADATA,
    STRING,
    StoredArray,
    array_json,
    chunk_key,
    encode,
    group_json,
)

OWN_ATTRS = ("format", "format_version", "state", "started", "ended")


def create(
    path: Path | str, layout: Layout, attrs: Mapping[str, Any], *, overwrite: bool = False
) -> StoreWriter:
    """Lay out a store and become its writer.

    Parameters
    ----------
    path
        Where; nothing, or an empty directory, unless `overwrite`.
    layout
        What it will hold.
    attrs
        Attributes of the root, JSON: the protocol, the seed, versions, ....
    overwrite
        Replace a plastisim store that stands there and is not being written.

    Raises
    ------
    StoreExistsError
        If a store stands there.
    StoreLockedError
        If it is to be overwritten while another process writes to it.
    StoreError
        If something else stands there, `attrs` are not JSON, or the disk is full.
    """
    path = Path(path).absolute()
    _refuse_attrs(attrs)
    old = _standing(path)
    if old and not overwrite:
        raise StoreExistsError(f"{path} exists: {old}; go on with it by --resume, or replace it "
                               "by --overwrite")  # fmt: skip
    path.parent.mkdir(parents=True, exist_ok=True)
    with _building(path) as new:
        _lay_out(new, layout, attrs)
        lock = acquire(new)
        try:
            if old:
                with _set_aside(path):
                    _appear(new, path)
            else:
                _appear(new, path)
        except BaseException:
            lock.release()
            raise
        lock.store = path
    return StoreWriter(read_contents(path), Position(), lock)


def _refuse_attrs(attrs: Mapping[str, Any]) -> None:
    if clash := [name for name in OWN_ATTRS if name in attrs]:
        raise StoreError(f"attrs may not hold {', '.join(clash)}: the store writes them")
    try:
        json.dumps(dict(attrs), allow_nan=False)
    except (TypeError, ValueError) as error:
        raise StoreError(f"attrs are not JSON: {error}") from None


def _standing(path: Path) -> str:
    """What stands at a path, in words; "" if nothing does."""
    if not path.exists() or (path.is_dir() and not any(path.iterdir())):
        return ""
    try:
        read_root(path)
    except StoreDamagedError:
        return "a damaged store"
    except StoreError as error:
        raise StoreError(f"{error}; it is left alone, choose another place") from None
    with contextlib.suppress(StoreError):
        return str(status(path))
    return "a damaged store"


@contextlib.contextmanager
def _building(path: Path) -> Iterator[Path]:
    new = path.with_name(f".{path.name}.{uuid.uuid4().hex[:8]}.new")
    try:
        yield new
    except OSError as error:
        if not is_full(error):
            raise
        raise StoreError(f"{path}: the disk is full; nothing was written") from error
    finally:
        shutil.rmtree(new, ignore_errors=True)  # gone by now if all went well


def _appear(new: Path, path: Path) -> None:
    try:
        new.rename(path)  # onto nothing or an empty directory
    except OSError:
        if path.exists():
            raise StoreExistsError(f"{path}: another store has just been created here") from None
        raise


@contextlib.contextmanager
def _set_aside(path: Path) -> Iterator[None]:
    """Move the old store away, and delete it once the new one stands; bring it back otherwise."""
    aside = path.with_name(f".{path.name}.{uuid.uuid4().hex[:8]}.old")
    lock = acquire(path)
    try:
        path.rename(aside)
        lock.store = aside
        try:
            yield
        except BaseException:
            aside.rename(path)
            lock.store = path
            raise
    finally:
        lock.release()
    shutil.rmtree(aside)


def _lay_out(store: Path, layout: Layout, attrs: Mapping[str, Any]) -> None:
    members: dict[str, Any] = {}
    store.mkdir()
    prepare(store)
    for name, group in layout.groups.items():
        members.update(_lay_out_group(store, name, group))
    own = {
        "format": FORMAT, "format_version": FORMAT_VERSION,
        "state": "running", "started": utc_now(), "ended": "",
    }  # fmt: skip
    write_json(store / METADATA, group_json({**attrs, **own}, members))


def _lay_out_group(store: Path, name: str, group: Group) -> dict[str, Any]:
    """Write a group's metadata and coordinates; returns the metadata by path."""
    arrays = {variable: _described(group, variable) for variable in group.variables}
    for coord, coordinate in group.coords.items():
        values = coordinate.array()
        array = StoredArray(
            dims=group.dims(coord),
            shape=values.shape,
            chunks=tuple(max(n, 1) for n in values.shape),
            dtype=STRING if values.dtype.kind == "U" else values.dtype.name,
            attrs={"units": coordinate.units, "long_name": coordinate.long_name},
        )
        arrays[coord] = array
        (store / name / coord).mkdir(parents=True)
        for index in array.indices():
            write_whole(store / name / coord / chunk_key(index), encode(array, values))
    members: dict[str, Any] = {}
    for variable, array in arrays.items():
        (store / name / variable).mkdir(parents=True, exist_ok=True)
        members[f"{name}/{variable}"] = array_json(array)
        write_json(store / name / variable / METADATA, members[f"{name}/{variable}"])
    others = [coord for coord in group.coords if group.dims(coord) != (coord,)]
    attrs = {**group.attrs, **({"coordinates": " ".join(others)} if others else {})}
    below = {path.split("/")[1]: node for path, node in members.items()}
    (store / name).mkdir(exist_ok=True)
    write_json(store / name / METADATA, group_json(attrs, below))
    return {name: group_json(attrs), **members}


def _described(group: Group, name: str) -> StoredArray:
    variable = group.variables[name]
    own = {"units": variable.units, "long_name": variable.long_name, WRITTEN: variable.at}
    return StoredArray(
        dims=variable.dims,
        shape=group.shape(name),
        chunks=group.chunks(name),
        dtype=variable.dtype,
        attrs={**variable.attrs, **own},
    )
