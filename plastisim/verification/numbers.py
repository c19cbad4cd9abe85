"""The numbers of a store that an expectation is about, or why there are none."""

from __future__ import annotations

from typing import Any, cast

import numpy as np
import xarray as xr

from plastisim.protocol.expectations import Pick
from plastisim.protocol.selections import Selection, equal, some_of, why_not
from plastisim.protocol.words import did_you_mean, joined


class NotThereError(Exception):
    """A store has nothing such; the message says what it has instead."""


def selected(tree: xr.DataTree, selection: Selection) -> xr.DataArray:
    """The part of a variable that is selected, real numbers.

    Raises
    ------
    NotThereError
        If there is no such variable, or nothing in it with these coordinates.
    """
    array = _variable(tree, selection.variable)
    named = {str(k): c for k, c in array.coords.items() if c.ndim == 1 and k != "epoch"}
    for name, wanted in selection.where:
        known = {k: c.values for k, c in named.items()}
        if why := why_not(name, wanted, known, selection.variable):
            raise NotThereError(why)
    for name, wanted in selection.where:
        (dim,) = named[name].dims
        array = array.isel({dim: equal(array[name].values, wanted)})
    if selection.where and not array.size:
        words = " and ".join(f"{name}={wanted}" for name, wanted in selection.where)
        raise NotThereError(f"nothing in {selection.variable} has {words}")
    return array


def picked(array: xr.DataArray, pick: Pick) -> xr.DataArray:
    """The numbers that `pick` reduces to one.

    Raises
    ------
    NotThereError
        If the epoch is not there, or several numbers are left that nothing reduces.
    """
    if pick.epoch is not None:
        array = array.isel(epoch=_place(array, pick.epoch))
    if not array.size:
        raise NotThereError("there is no number yet")
    if array.size > 1 and pick.reduce is None:
        dims = joined((str(dim) for dim, n in array.sizes.items() if n > 1), " and ")
        such = "max" if pick.epoch is None else f"{_words(pick.epoch)}_max"
        raise NotThereError(
            f"{array.size} numbers are left, along {dims}; reduce them, such as by {such}"
        )
    return array


def reduced(array: xr.DataArray, pick: Pick) -> float:
    """One number of what `picked` gave; NaN if one of them is."""
    values = np.real(array.values)
    return float(values.item() if pick.reduce is None else getattr(np, pick.reduce)(values))


def _variable(tree: xr.DataTree, path: str) -> xr.DataArray:
    group, _, name = path.replace(".", "/").rpartition("/")
    groups = [place.strip("/").replace("/", ".") for place in tree.groups if place != "/"]
    if "/" + group not in tree.groups:
        group = group.replace("/", ".")
        raise _misnamed(group, groups, "the store")
    node = tree[group]
    known = [str(name) for name in node.data_vars]
    if name not in node.data_vars and name not in node.coords:
        raise _misnamed(name, known, group)
    array = cast(xr.DataArray, node[name])
    if array.dtype.kind not in "biufc":
        raise NotThereError(f"{path} holds text")
    return array


def _misnamed(found: str, known: list[str], whose: str) -> NotThereError:
    hint = did_you_mean(found, known) or f"; {whose} has {joined(known, ' and ')}"
    return NotThereError(f'got "{found}"{hint}')


def _words(epoch: str | int) -> str:
    return epoch if isinstance(epoch, str) else f"epoch_{epoch}"


def _place(array: xr.DataArray, epoch: str | int) -> Any:
    """Where an epoch is along the dimension."""
    if "epoch" not in array.dims:
        raise NotThereError("it is of no epoch; write value, or min, max …")
    epochs = array["epoch"].values
    if not epochs.size:
        raise NotThereError("no epoch is there yet")
    if epoch in ("first", "last"):
        return 0 if epoch == "first" else -1
    if epoch not in epochs:
        raise NotThereError(f"got epoch {epoch}; it is there in epochs {some_of(epochs)}")
    return int(np.flatnonzero(epochs == epoch)[0])
