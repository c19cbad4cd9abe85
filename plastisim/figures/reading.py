"""What of a run is there to be drawn, and why something is not."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from plastisim.protocol.text import parse


def stored(tree: xr.DataTree, path: str) -> xr.DataArray | None:
    """A variable such as "attractors/overlap"; None if the run has none, or not yet."""
    array = unread(tree, path)
    return None if array is None else array.load()


def unread(tree: xr.DataTree, path: str) -> xr.DataArray | None:
    """As `stored`, but its values are read when they are asked for: for what is large."""
    group, name = path.split("/")
    if group not in tree.children or name not in tree.children[group].data_vars:
        return None
    array = tree.children[group].data_vars[name]
    return array if array.size else None


def protocol_of(tree: xr.DataTree) -> dict[str, Any]:
    """The run's protocol as plain data; nothing that it names is imported."""
    text = tree.attrs.get("protocol_resolved")
    return _parsed(text) if text else {}


@lru_cache(maxsize=4)  # one figure asks a dozen times
def _parsed(text: str) -> dict[str, Any]:
    return parse(text).data


def why_missing(tree: xr.DataTree, key: str) -> str:
    """Why what `key` of a protocol, such as "record.rate", asks for is not there."""
    asked: Any = protocol_of(tree)
    for part in key.split("."):
        asked = asked.get(part) if isinstance(asked, dict) else None
    if asked is None:
        return f"not recorded:\nthe protocol\nhas no {key}"
    done, epochs = tree.attrs.get("epochs_done"), tree.attrs.get("epochs")
    return f"not reached:\nthe run stands at\nepoch {done} of {epochs}"


def standing(tree: xr.DataTree) -> str:
    """Where a run that is not done stands: "interrupted at epoch 5 of 30"; "" if it is done."""
    state = str(tree.attrs.get("state", "done")).partition(":")[0]
    if state == "done":
        return ""
    return f"{state} at epoch {tree.attrs.get('epochs_done')} of {tree.attrs.get('epochs')}"


def n_cues_of(tree: xr.DataTree) -> int:
    """Number of cues; 0 if no test is whole yet."""
    count = stored(tree, "attractors/overlap")
    return 0 if count is None else count.sizes["cue"]


def status(tree: xr.DataTree, epoch: int) -> NDArray[np.int64]:
    """What each cue led to at an epoch (cue,): 2 its own attractor, 1 a fixed point, 0 neither.

    At an epoch without a test, all are 0.
    """
    fixed = stored(tree, "attractors/is_fixed_point")
    own = stored(tree, "attractors/is_own_attractor")
    if fixed is None or own is None or epoch not in fixed.epoch.values:
        return np.zeros(n_cues_of(tree), np.int64)
    return fixed.sel(epoch=epoch).values.astype(np.int64) + own.sel(epoch=epoch).values


def count_text(tree: xr.DataTree, epoch: int) -> str:
    """An epoch in words: when it is, and how many attractors there are."""
    when = "before learning" if epoch == 0 else f"epoch {epoch}"
    n = stored(tree, "attractors/n_attractors")
    if n is None or epoch not in n.epoch.values:
        return when
    return f"{when}: {int(n.sel(epoch=epoch))} of {n_cues_of(tree)}"


def snapshots(tree: xr.DataTree, epochs: NDArray[np.int64]) -> list[int]:
    """At most three of the recorded epochs: the first, one at emergence, the last.

    Emergence is where the number of attractors is nearest to half its greatest.
    """
    ordered = sorted(int(epoch) for epoch in epochs)
    between = ordered[1:-1]
    n = stored(tree, "attractors/n_attractors")
    if n is not None:
        tested = [epoch for epoch in between if epoch in n.epoch.values]
        if tested and int(n.max()) > 0:
            half = int(n.max()) / 2
            between = sorted(tested, key=lambda epoch: abs(int(n.sel(epoch=epoch)) - half))[:1]
    middle = between[len(between) // 2 : len(between) // 2 + 1]
    return sorted({*ordered[:1], *middle, *ordered[-1:]})
