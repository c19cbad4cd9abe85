"""A run's tree without a run: the groups and variables of a real layout, filled by chance."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

import numpy as np
import xarray as xr

from plastisim.protocol import load_protocol, resolved_text, shipped
from plastisim.protocol.online import OnlineProtocol
from plastisim.runs.online import layout as online_layout
from plastisim.store import Variable

N_UNITS, N_CUES = 30, 4
OVERRIDES = (
    f"network.n_units={N_UNITS}",
    f"cues.n_cues={N_CUES}",
    "schedule.epochs=8",
    "test.every=2",
    "test.retain=1 s",
    "test.novel_cues.n_cues=10",
    "test.random_starts.n_starts=12",
    "record={rate: {epochs: [0, 4, 8], every: 10 ms, duration: 200 ms}, "
    "spectra: {leading: 3, every: 2, full_at: [0, 4, 8]}}",
    "expect={}",
)


@lru_cache
def protocol(more: tuple[str, ...] = ()) -> OnlineProtocol:
    """A small protocol that asks for everything."""
    return load_protocol(shipped()["freeze_in_small"], (*OVERRIDES, *more))


def tree(
    more: tuple[str, ...] = (),
    *,
    until: int | None = None,
    without: Iterable[str] = (),
    state: str = "done",
    seed: int = 0,
) -> xr.DataTree:
    """The tree of a run.

    Parameters
    ----------
    more
        Overrides of the protocol.
    until
        The last whole epoch, of a run that is not done: what is measured at the end is not there.
    without
        Groups ("spectra") and variables ("attractors/switch_reached") to leave out.
    state
        What the run says of itself.
    seed
        Of the numbers.
    """
    asked = protocol(more)
    n_cues = asked.cues.n_cues
    chance = np.random.default_rng(seed)
    datasets: dict[str, xr.Dataset] = {}
    for name, group in online_layout(asked).groups.items():
        coords = {c: (c, group.coords[c].array()) for c in group.coords}
        sizes = {**group.sizes, **{c: len(values) for c, (_, values) in coords.items()}}
        variables = {
            key: (variable.dims, _values(variable, sizes, n_cues, chance))
            for key, variable in group.variables.items()
            if (variable.at != "end" or until is None) and f"{name}/{key}" not in without
        }
        dataset = xr.Dataset(variables, coords)
        if until is not None and "epoch" in dataset.coords:
            dataset = dataset.sel(epoch=dataset.epoch[dataset.epoch <= until])
        if name not in without:
            datasets[f"/{name}"] = dataset
    last = asked.schedule.epochs
    attrs = {
        "title": "A synthetic run", "source": "chance", "seed": 5, "protocol_sha256": "ab" * 32,
        "protocol_resolved": resolved_text(asked), "versions": {"plastisim": "0.0"},
        "state": state, "epochs": last, "epochs_done": last if until is None else until,
    }  # fmt: skip
    return xr.DataTree.from_dict({"/": xr.Dataset(attrs=attrs), **datasets})


def _values(
    variable: Variable, sizes: dict[str, int], n_cues: int, chance: np.random.Generator
) -> np.ndarray:
    shape = tuple(sizes[dim] for dim in variable.dims)
    kind = np.dtype(variable.dtype).kind
    if kind == "b":
        return chance.random(shape) < 0.5
    if kind == "i":
        least = -2 if "reached" in variable.long_name else 0
        return chance.integers(least, n_cues, shape)
    if kind == "c":
        return chance.normal(-1, 0.5, shape) + 1j * chance.normal(0, 0.5, shape)
    return chance.uniform(-1, 1, shape).astype(variable.dtype)
