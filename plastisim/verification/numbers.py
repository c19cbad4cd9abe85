"""The numbers of a store that an expectation is about, or why there are none."""

from __future__ import annotations

from typing import cast

import numpy as np
import xarray as xr

from plastisim.measures.onset import good, onset
from plastisim.protocol.expectations import COUNT, ONSET, Beyond, Pick
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
    """The numbers that `reduced` takes: those in an epoch; for an onset, those in all epochs.

    Raises
    ------
    NotThereError
        If the epoch is not there, or several numbers are left that nothing reduces.
    """
    left = array if pick.when is None else array.isel(epoch=_place(array, pick.when))
    if not left.size:
        raise NotThereError("there is no number yet")
    if left.size > 1 and pick.reduce is None:
        dims = joined((str(dim) for dim, n in left.sizes.items() if n > 1), " and ")
        such = "max" if pick.when is None else f"{_words(pick.when)}_max"
        raise NotThereError(
            f"{left.size} numbers are left, along {dims}; reduce them, such as by {such}"
        )
    return array if pick.when == ONSET else left


def reduced(array: xr.DataArray, pick: Pick, beyond: Beyond | None = None) -> list[float]:
    """What `picked` gave, reduced to one number, in every way that it may be read.

    There is one way where all of it are numbers, and where there is no bound: then the result is
    NaN if one of them is. A NaN may lie within a bound or beyond it, and is read as either, so
    that no expectation is met because a network was lost.
    """
    if beyond is None:
        return [_reduced(array, pick.reduce)]
    found, unknown = good(array, beyond.above, beyond.below), array.isnull()
    readings = [found, found | unknown] if unknown.any() else [found]
    return [_of_those_beyond(reading, pick, beyond.tests_in_a_row) for reading in readings]


def _of_those_beyond(are_beyond: xr.DataArray, pick: Pick, tests_in_a_row: int) -> float:
    """Their number; or when they came to be, which is endlessly late for those that never did."""
    if pick.when == ONSET:
        epochs = onset(are_beyond, above=0.5, in_a_row=tests_in_a_row).fillna(np.inf)
        if pick.reduce != COUNT:
            return _reduced(epochs, pick.reduce)
        are_beyond = epochs < np.inf
    return float(are_beyond.sum())


def _reduced(array: xr.DataArray, reduce: str | None) -> float:
    return float(array.item() if reduce is None else getattr(np, reduce)(array.values))


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
    return array.real if array.dtype.kind == "c" else array


def _misnamed(found: str, known: list[str], whose: str) -> NotThereError:
    hint = did_you_mean(found, known) or f"; {whose} has {joined(known, ' and ')}"
    return NotThereError(f'got "{found}"{hint}')


def _words(epoch: str | int) -> str:
    return epoch if isinstance(epoch, str) else f"epoch_{epoch}"


def _place(array: xr.DataArray, epoch: str | int) -> int:
    """Where an epoch is along the dimension; for an onset, any of them."""
    if "epoch" not in array.dims:
        raise NotThereError("it is of no epoch; write value, or min, max …")
    epochs = array["epoch"].values
    if not epochs.size:
        raise NotThereError("no epoch is there yet")
    if not isinstance(epoch, int):
        return -1 if epoch == "last" else 0
    if epoch not in epochs:
        raise NotThereError(f"got epoch {epoch}; it is there in epochs {some_of(epochs)}")
    return int(np.flatnonzero(epochs == epoch)[0])
