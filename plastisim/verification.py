"""Does a run show what its protocol says it shows?"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import xarray as xr

from plastisim.protocol import Protocol, load_protocol
from plastisim.protocol.expectations import Condition, Pick
from plastisim.runs import Progress, run
from plastisim.store import open_run


@dataclass(frozen=True)
class Verdict:
    """One expectation beside what was measured."""

    variable: str
    pick: str
    expected: str
    measured: float | None  # None: the store has no such number
    holds: bool


def verify(
    protocol: str | Path,
    overrides: Iterable[str] = (),
    *,
    allow: Iterable[str] = (),
    should_stop: Callable[[], bool] = lambda: False,
    watch: Callable[[Progress], None] = lambda progress: None,
) -> list[Verdict]:
    """Run a protocol in a temporary store and compare with its `expect`.

    Raises
    ------
    ProtocolError, DivergedError
        As `plastisim.run` does.
    """
    loaded = load_protocol(protocol, overrides, allow=allow, entry_points=True)
    with tempfile.TemporaryDirectory() as folder:
        path = run(loaded, out=Path(folder) / "run.zarr", should_stop=should_stop, watch=watch)
        return compare(loaded, open_run(path))


def compare(protocol: Protocol, tree: xr.DataTree) -> list[Verdict]:
    """Hold a store against what a protocol expects, expectation by expectation."""
    verdicts = []
    for variable, picks in (protocol.expect or {}).items():
        for pick, wanted in picks.items():
            condition = Condition.parse(wanted)
            measured = _measured(tree, variable, Pick.parse(pick))
            holds = measured is not None and condition.holds(measured)
            verdicts.append(Verdict(variable, pick, condition.text, measured, holds))
    return verdicts


def _measured(tree: xr.DataTree, variable: str, pick: Pick) -> float | None:
    """The number picked, or None where the store has none such."""
    path = variable.replace(".", "/")
    if "/" + path.rpartition("/")[0] not in tree.groups:
        return None
    try:
        array = tree[path]
    except KeyError:
        return None
    if not isinstance(array, xr.DataArray) or array.dtype.kind not in "biufc":
        return None
    if pick.epoch is not None:
        if "epoch" not in array.dims or not array.sizes["epoch"]:
            return None
        if isinstance(pick.epoch, int):
            if pick.epoch not in array["epoch"].values:
                return None
            array = array.sel(epoch=pick.epoch)
        else:
            array = array.isel(epoch=0 if pick.epoch == "first" else -1)
    values = np.real(array.values)
    if pick.reduce is not None and values.size:
        values = getattr(np, pick.reduce)(values)
    return float(values) if np.ndim(values) == 0 else None
