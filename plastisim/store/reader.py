"""Opens a run as an xarray DataTree: its whole epochs and nothing else."""

from __future__ import annotations

import os
from pathlib import Path

import xarray as xr

from plastisim.errors import StoreDamagedError
from plastisim.store.arrays import fault
from plastisim.store.checkpoint import CHECKPOINT, Position, read_position
from plastisim.store.contents import Contents, read_contents, read_root
from plastisim.store.standing import status_of


def open_run(path: Path | str) -> xr.DataTree:
    """Open a run, finished, interrupted or still being written.

    The tree holds every epoch that was whole when it was opened. Values are read when they are
    asked for, and each chunk is held against its checksum then: one that is corrupted raises
    `ValueError`, and `check_store` names it. `attrs["state"]` is "interrupted" for a run whose
    writer died; `attrs["epochs_done"]` and `attrs["epochs"]` say how far it is.

    Raises
    ------
    StoreError
        If `path` is not a plastisim store.
    StoreDamagedError
        Naming variable and region, if a chunk is missing.
    """
    path = Path(path).absolute()
    read_root(path)  # is it a store, of this version?
    position = read_position(path) if (path / CHECKPOINT).is_dir() else Position()
    contents = read_contents(path)  # after the position: what it calls whole changes no more
    _require_chunks(contents, position)
    try:
        tree = xr.open_datatree(contents.root.store, engine="zarr", chunks=None)  # type: ignore[arg-type]
    except ValueError as error:
        raise StoreDamagedError(f"{path}: a coordinate: {fault(error)}") from error
    datasets = {node.path: _whole(node, contents, position) for node in tree.subtree}
    now = status_of(contents, position)
    own = {"state": now.state, "epochs_done": now.epochs_done, "epochs": now.epochs}
    datasets["/"].attrs.update(contents.attrs | own)
    return xr.DataTree.from_dict(datasets, name=path.name)


def _whole(node: xr.DataTree, contents: Contents, position: Position) -> xr.Dataset:
    """A group without what is not yet whole."""
    group, dataset = node.path.strip("/"), node.to_dataset(inherit=False)
    early = [n for n in dataset.data_vars if not contents.is_due(f"{group}/{n}", position)]
    dataset = dataset.drop_vars(early)
    if group not in contents.epochs:
        return dataset
    return dataset.isel(epoch=slice(contents.n_whole(group, position)))


def _require_chunks(contents: Contents, position: Position) -> None:
    """Raise, naming every one, if chunks are missing."""
    missing = []
    for name, array in contents.arrays.items():
        directory = contents.path / name
        there = set(os.listdir(directory)) if directory.is_dir() else set()
        missing += [
            contents.place(name, index, position)
            for index in contents.due_chunks(name, position)
            if array.metadata.encode_chunk_key(index) not in there
        ]
    if missing:
        shown = missing[:20] + ([f"and {len(missing) - 20} more"] if len(missing) > 20 else [])
        raise StoreDamagedError(f"{contents.path}: missing: " + "; ".join(shown))
