"""What a run will hold, said before it begins: groups of variables over named dimensions."""

from __future__ import annotations

import functools
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from plastisim.errors import StoreError

When = Literal["start", "epoch", "end"]

DTYPES = (
    "bool", "int8", "int16", "int32", "int64",
    "float32", "float64", "complex64", "complex128",
)  # fmt: skip
LARGEST_CHUNK = 64 * 2**20  # bytes
RESERVED = {"checkpoint"}
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
# xarray turns variables with these units into dates or durations; "s" and "ms" it leaves alone.
_TIME_WORDS = {"days", "hours", "minutes", "seconds", "milliseconds", "microseconds", "nanoseconds"}
_OWN_ATTRS = {"units", "long_name", "written", "coordinates", "_FillValue", "dtype"}


@dataclass(frozen=True)
class Variable:
    """One array to be filled as the run goes.

    Parameters
    ----------
    dims
        Names of the dimensions; their sizes are the group's. A variable written at each epoch
        has `epoch` first.
    dtype
        One of `DTYPES`.
    units, long_name
        What a stranger needs to label an axis; "1" where there is no unit.
    chunks
        Shape of the pieces the array is stored in. Without it: one epoch a piece, and the other
        dimensions whole unless a piece would pass 64 MB. A piece of several epochs is written
        anew whenever some of them are, so they should be written many at a time.
    at
        When it is written: at each recorded "epoch", once at the "start", once at the "end".
    attrs
        Further attributes, JSON.
    """

    dims: tuple[str, ...]
    dtype: str
    units: str
    long_name: str
    chunks: tuple[int, ...] | None = None
    at: When = "epoch"
    attrs: Mapping[str, Any] = field(default_factory=dict)

    def problem(self) -> str:
        """What is wrong with it by itself; "" if nothing is."""
        if self.dtype not in DTYPES:
            return f"dtype is {self.dtype!r}; it must be one of {', '.join(DTYPES)}"
        if len(set(self.dims)) < len(self.dims):
            return f"dims {self.dims} name a dimension twice"
        if self.at == "epoch" and self.dims[:1] != ("epoch",):
            return f"is written at each epoch, so 'epoch' must come first in {self.dims}"
        if self.at == "start" and "epoch" in self.dims:
            return "is written at the start, so it cannot have the dimension 'epoch'"
        if self.chunks is not None and len(self.chunks) != len(self.dims):
            return f"chunks {self.chunks} and dims {self.dims} differ in length"
        if self.chunks is not None and min(self.chunks, default=1) < 1:
            return f"chunks {self.chunks} must be positive"
        if clash := _OWN_ATTRS & self.attrs.keys():
            return f"attrs may not hold {', '.join(sorted(clash))}: the store writes them"
        return _units_problem(self.units)


@dataclass(frozen=True)
class Coordinate:
    """Values along a dimension, known before the run: numbers or strings.

    `dims` is for a coordinate that is named otherwise than its dimension.
    """

    values: Any  # anything numpy makes an array of
    units: str
    long_name: str
    dims: tuple[str, ...] | None = None

    def array(self) -> NDArray[Any]:
        """The values as they are stored: int64 for any integers, strings for text."""
        return self._array

    @functools.cached_property  # since there may be very many, and they are asked for again
    def _array(self) -> NDArray[Any]:
        values = np.array(self.values)
        if values.dtype.kind in "iu":
            values = values.astype(np.int64)
        elif values.dtype.kind == "O":
            values = values.astype(np.str_)
        values.flags.writeable = False
        return values


@dataclass(frozen=True)
class Group:
    """Variables that share dimensions: one xarray Dataset of the run's tree.

    `sizes` is for dimensions that have no coordinate.
    """

    variables: Mapping[str, Variable]
    coords: Mapping[str, Coordinate] = field(default_factory=dict)
    sizes: Mapping[str, int] = field(default_factory=dict)
    attrs: Mapping[str, Any] = field(default_factory=dict)

    def dims(self, name: str) -> tuple[str, ...]:
        """Dimensions of a variable or coordinate."""
        if name not in self.coords:
            return self.variables[name].dims
        dims = self.coords[name].dims
        return (name,) if dims is None else dims

    def all_sizes(self) -> dict[str, int]:
        """The size of every dimension, from `sizes` and from the coordinates."""
        sizes = dict(self.sizes)
        for name, coordinate in self.coords.items():
            for dim, n in zip(self.dims(name), coordinate.array().shape, strict=True):
                if sizes.setdefault(dim, n) != n:
                    raise StoreError(f"{name}: {dim} has {n} values here and {sizes[dim]} before")
        return sizes

    def shape(self, name: str) -> tuple[int, ...]:
        """Shape of a variable."""
        sizes = self.all_sizes()
        return tuple(sizes[dim] for dim in self.variables[name].dims)

    def chunks(self, name: str) -> tuple[int, ...]:
        """Shape of the pieces a variable is stored in."""
        variable, shape = self.variables[name], self.shape(name)
        if variable.chunks is not None:
            return tuple(min(c, max(n, 1)) for c, n in zip(variable.chunks, shape, strict=True))
        chunks = [max(n, 1) for n in shape]
        if variable.at == "epoch":
            chunks[0] = 1
        while math.prod(chunks) * np.dtype(variable.dtype).itemsize > LARGEST_CHUNK:
            longest = chunks.index(max(chunks))
            chunks[longest] = -(-chunks[longest] // 2)
        return tuple(chunks)

    def epochs(self) -> tuple[int, ...]:
        """The epoch numbers recorded here, () where the group has none."""
        if "epoch" not in self.coords:
            return ()
        return tuple(self.coords["epoch"].array().tolist())


@dataclass(frozen=True)
class Layout:
    """All groups of a run.

    Raises
    ------
    StoreError
        Naming every variable that cannot be stored as it is described.
    """

    groups: Mapping[str, Group]

    def __post_init__(self) -> None:
        problems = [f"{place}: {problem}" for place, problem in _problems(self.groups) if problem]
        if problems:
            raise StoreError("a layout that cannot be stored:\n    " + "\n    ".join(problems))

    @property
    def last_epoch(self) -> int:
        """The epoch after which the run is whole; 0 for a layout without epochs."""
        return max((epoch for group in self.groups.values() for epoch in group.epochs()), default=0)

    def nbytes(self, checkpoint: int = 0) -> int:
        """Bytes before compression, an upper bound but for the metadata.

        Parameters
        ----------
        checkpoint
            Bytes of one checkpoint; the store keeps two.
        """
        total = 2 * checkpoint
        for group in self.groups.values():
            total += sum(c.array().nbytes for c in group.coords.values())
            total += sum(
                math.prod(group.shape(name)) * np.dtype(variable.dtype).itemsize
                for name, variable in group.variables.items()
            )
        return total

    def n_files(self) -> int:
        """Files the variables will be kept in, one a chunk."""
        return sum(
            math.prod(
                -(-n // c) for n, c in zip(group.shape(name), group.chunks(name), strict=True)
            )
            for group in self.groups.values()
            for name in group.variables
        )


def _problems(groups: Mapping[str, Group]) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for group_name, group in groups.items():
        if not _NAME.fullmatch(group_name) or group_name in RESERVED:
            found.append((group_name, "cannot be the name of a group"))
        try:
            sizes = group.all_sizes()
        except StoreError as error:
            found.append((f"{group_name}/{error}".split(":")[0], str(error).split(": ", 1)[1]))
            continue
        for name, coordinate in group.coords.items():
            found.append((f"{group_name}/{name}", _coordinate_problem(group, name, coordinate)))
        for name, variable in group.variables.items():
            problem = variable.problem()
            if not _NAME.fullmatch(name) or name in group.coords or name in sizes:
                problem = "cannot be the name of a variable: a coordinate or dimension has it"
            if missing := [dim for dim in variable.dims if dim not in sizes]:
                problem = problem or f"the size of {', '.join(missing)} is not known"
            found.append((f"{group_name}/{name}", problem))
    return found


def _coordinate_problem(group: Group, name: str, coordinate: Coordinate) -> str:
    values = coordinate.array()
    if values.dtype.kind != "U" and values.dtype.name not in DTYPES:
        return f"dtype is {values.dtype}; it must be one of {', '.join(DTYPES)}, or strings"
    if not _NAME.fullmatch(name):
        return "cannot be the name of a coordinate"
    if name == "epoch":
        if group.dims(name) != ("epoch",) or values.dtype.kind != "i":
            return "must be whole numbers along 'epoch'"
        if (values < 0).any() or (np.diff(values) <= 0).any():
            return "must grow, from 0 or more"
    return _units_problem(coordinate.units)


def _units_problem(units: str) -> str:
    if units in _TIME_WORDS or " since " in units:
        return f"units are {units!r}, which xarray would decode as a date; write s or ms"
    return "" if units else 'units are missing; write "1" where there is none'
