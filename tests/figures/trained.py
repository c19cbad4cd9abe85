"""The tree of a trained ensemble without training: a real layout, filled by chance."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache

import numpy as np
import xarray as xr

from plastisim.protocol import protocol_from_text, resolved_text
from plastisim.protocol.bptt import BpttProtocol
from plastisim.runs.bptt.layout import layout
from plastisim.store import Variable

N_EPOCHS, N_UNITS, N_STEPS = 8, 25, 20
LEARNED, GIVEN_UP, DIVERGED = 1, 2, 3
PROTOCOL = f"""
schema: 1
title: A synthetic ensemble
source: chance
engine: bptt
seed: 5
cell:
  kind: lstm
  n_units: {N_UNITS}
  start: zeros
  dtype: float32
  trained: [w_rec, w_in, bias, w_out, bias_out]
  initial:
    w_rec: {{kind: xavier}}
    w_in: {{kind: xavier}}
    bias: {{kind: constant, value: 0.0}}
    w_out: {{kind: xavier}}
    bias_out: {{kind: constant, value: 0.0}}
task: {{kind: delayed_addition, steps: {N_STEPS}}}
loss:
  kind: mse
  regularizers: [{{kind: weight_decay, strength: [0.0, 0.1, 0.5], of: [w_rec], decoupled: false}}]
training:
  networks: 4
  optimizer: {{kind: adam}}
  learning_rate: 1.0e-3
  batch: 10
  steps_per_epoch: 5
  epochs: {N_EPOCHS}
  trials: fresh
test: {{every: 2, n_trials: 100}}
record:
  singular_values: {{every: 1}}
  trials: {{n_trials: 5, epochs: [0, 4, {N_EPOCHS}]}}
"""
ONE_ARM = ("loss={kind: mse}",)
FLIP_FLOP = ("task={kind: flip_flop, bits: 3, steps: 30, pulse_probability: 0.1}",)
CUES = (
    "task={kind: cue_recall, cues: {kind: one_channel_each, n_cues: 25, amplitude: 5.0}, "
    "cue_steps: 5, delay_steps: 5, response_steps: 4}",
    "loss.kind=cross_entropy",
)


@lru_cache
def protocol(more: tuple[str, ...] = ()) -> BpttProtocol:
    """A small protocol that asks for everything: 3 arms of 4 networks."""
    read = protocol_from_text(PROTOCOL, more)
    assert isinstance(read, BpttProtocol)
    return read


def trained(
    more: tuple[str, ...] = (),
    *,
    until: int | None = None,
    without: Iterable[str] = (),
    state: str = "done",
    stops: Mapping[int, tuple[int, int]] | None = None,
    seed: int = 0,
) -> xr.DataTree:
    """The tree of a run; `until`, `without`, `state` and `seed` as in `synthetic.tree`.

    `stops` says of some networks in which epoch they stopped, and how: (epoch, status).
    """
    asked = protocol(more)
    chance = np.random.default_rng(seed)
    datasets: dict[str, xr.Dataset] = {}
    for name, group in layout(asked).groups.items():
        coords = {c: (group.dims(c), group.coords[c].array()) for c in group.coords}
        variables = {
            key: (variable.dims, _values(variable, group.shape(key), chance))
            for key, variable in sorted(group.variables.items())  # as a store gives them
            if (variable.at != "end" or until is None) and f"{name}/{key}" not in without
        }
        dataset = xr.Dataset(variables, coords)
        for network, (epoch, kind) in (stops or {}).items():
            _stop(name, dataset, network, epoch, kind)
        if until is not None and "epoch" in dataset.coords:
            dataset = dataset.sel(epoch=dataset.epoch[dataset.epoch <= until])
        if name not in without:
            datasets[f"/{name}"] = dataset
    last = asked.training.epochs
    attrs = {
        "title": asked.title, "source": asked.source, "seed": asked.seed,
        "protocol_sha256": "cd" * 32, "protocol_resolved": resolved_text(asked),
        "versions": {"plastisim": "0.0"}, "state": state, "epochs": last,
        "epochs_done": last if until is None else until,
    }  # fmt: skip
    return xr.DataTree.from_dict({"/": xr.Dataset(attrs=attrs), **datasets})


def _values(variable: Variable, shape: tuple[int, ...], chance: np.random.Generator) -> np.ndarray:
    if np.dtype(variable.dtype).kind == "i":
        return np.zeros(shape, variable.dtype)
    least = -1 if "trial" in variable.dims else 0.01
    return chance.uniform(least, 1, shape).astype(variable.dtype)


def _stop(group: str, dataset: xr.Dataset, network: int, epoch: int, kind: int) -> None:
    """As the engine has it: training has no numbers afterwards, tests the last unless diverged."""
    if group not in ("training", "test", "singular_values"):
        return
    epochs = dataset.epoch.values
    for name, array in dataset.data_vars.items():
        if "network" not in array.dims:
            continue
        numbers = array.values[:, network]
        if name == "status":
            numbers[epochs >= epoch] = kind
        elif group == "test" and kind != DIVERGED:
            numbers[epochs > epoch] = numbers[epochs <= epoch][-1]
        else:
            numbers[epochs >= epoch if kind == DIVERGED else epochs > epoch] = np.nan
