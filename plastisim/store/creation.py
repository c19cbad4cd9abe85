"""A new store appears at once, with room for the whole run."""

from __future__ import annotations

import contextlib
import glob
import json
import shutil
import threading
import time
import uuid
import warnings
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import zarr
import zarr.errors

from plastisim.errors import StoreDamagedError, StoreError, StoreExistsError
from plastisim.store.arrays import StrictStore, as_stored
from plastisim.store.checkpoint import Position, prepare
from plastisim.store.contents import FORMAT, FORMAT_VERSION, WRITTEN, read_contents, read_root
from plastisim.store.disk import naming_a_full_disk
from plastisim.store.layout import Group, Layout
from plastisim.store.lock import acquire, holder, utc_now
from plastisim.store.standing import status
from plastisim.store.writer import StoreWriter

_QUIET = threading.Lock()  # warnings are caught for all threads at once
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
    _clear_leftovers(path)
    with _building(path) as new:
        lock = acquire(new)  # before anything else: it tells others that this is no leftover
        try:
            _lay_out(new, layout, attrs)
            with _set_aside(path) if old else contextlib.nullcontext():
                _appear(new, path)
        except BaseException:
            lock.release()
            raise
        lock.store = path
    return StoreWriter(read_contents(path, to_write=True), Position(), lock)


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


def _clear_leftovers(path: Path) -> None:
    """Remove what creators that were killed left beside a store."""
    for left in path.parent.glob(f".{glob.escape(path.name)}.*.new"):
        with contextlib.suppress(FileNotFoundError):  # it has just become a store
            builder = holder(left)
            if builder is not None and not builder.alive:
                shutil.rmtree(left, ignore_errors=True)


@contextlib.contextmanager
def _building(path: Path) -> Iterator[Path]:
    new = path.with_name(f".{path.name}.{uuid.uuid4().hex[:8]}.new")
    try:
        with naming_a_full_disk(lambda: f"{path}: the disk is full; nothing was written"):
            yield new
    except BaseException:
        _remove(new)
        raise


def _remove(folder: Path) -> None:
    """Also what zarr is yet to finish of the writes that it began beside the one that failed."""
    for _ in range(10):
        shutil.rmtree(folder, ignore_errors=True)
        time.sleep(0.02)
        if not folder.exists():
            return


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
    own = {
        "format": FORMAT, "format_version": FORMAT_VERSION,
        "state": "running", "started": utc_now(), "ended": "",
    }  # fmt: skip
    root = zarr.create_group(StrictStore(store), attributes={**attrs, **own})
    for name, group in layout.groups.items():
        _lay_out_group(root, name, group)
    with _QUIET, warnings.catch_warnings():  # that zarr's standard does not have it yet
        warnings.simplefilter("ignore", zarr.errors.ZarrUserWarning)
        zarr.consolidate_metadata(StrictStore(store), zarr_format=3)
    prepare(root)  # after the copy: the checkpoint is nothing for strangers


def _lay_out_group(root: zarr.Group, name: str, group: Group) -> None:
    others = [coord for coord in group.coords if group.dims(coord) != (coord,)]
    attrs = {**group.attrs, **({"coordinates": " ".join(others)} if others else {})}
    place = root.create_group(name, attributes=attrs)
    for coord, coordinate in group.coords.items():
        values = coordinate.array()
        described = {"units": coordinate.units, "long_name": coordinate.long_name}
        stored = as_stored(group.dims(coord), values.dtype, values.shape, attrs=described)
        place.create_array(coord, **stored)[...] = values
    for variable, v in group.variables.items():
        described = {**v.attrs, "units": v.units, "long_name": v.long_name, WRITTEN: v.at}
        shape, chunks = group.shape(variable), group.chunks(variable)
        stored = as_stored(v.dims, np.dtype(v.dtype), shape, chunks, described)
        place.create_array(variable, **stored)
