"""Where and how networks stopped training, and how many still train."""

from __future__ import annotations

import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from plastisim.figures.ensemble import (
    STATUS_MARKS,
    STATUS_WORDS,
    TRAINING,
    arms_of,
    status_of,
    stopped_at,
)
from plastisim.figures.page import say
from plastisim.figures.panels.curves import drawn_rows, epoch_axis
from plastisim.figures.reading import stored


def mark_stops(axes: Axes, tree: xr.DataTree, path: str) -> None:
    """A mark at the epoch where a network stopped, at its last finite test result before."""
    found = stored(tree, path)
    if found is None:
        return
    epochs, values = found.epoch.values, found.transpose("epoch", "network").values
    status, stopped = status_of(tree), stopped_at(tree)
    for k, arm in enumerate(arms_of(tree)):
        for kind, word in STATUS_WORDS.items():
            at = [n for n in arm.networks if status[n] == kind]
            heights = [_last_finite(values[epochs <= stopped[n], n]) for n in at]
            axes.plot(
                stopped[at], heights, ls="none", marker=STATUS_MARKS[kind], ms=3.4,
                mfc=arm.colour, mec="white", mew=0.4, zorder=4, clip_on=False,
                gid=f"{word}_{k}",
            )  # fmt: skip


def draw_training(axes: Axes, tree: xr.DataTree, *, log_epoch: bool) -> None:
    """The number of networks that still train, arm by arm."""
    status = stored(tree, "training/status")
    if status is None:
        say(axes, "no epoch is whole yet")
        return
    trains = status.transpose("epoch", "network").values == TRAINING
    rows = drawn_rows(status.epoch.values, log_epoch)
    arms = arms_of(tree)
    for k, arm in enumerate(arms):
        axes.plot(
            status.epoch.values[rows], trains[rows][:, arm.networks].sum(axis=1), color=arm.colour,
            lw=1.0 + 0.9 * (len(arms) - 1 - k) / len(arms),  # so that one shows behind another
            drawstyle="steps-post", gid=f"training_{k}",
        )  # fmt: skip
    most = max(len(arm.networks) for arm in arms)
    axes.set_ylim(-0.04 * most, 1.06 * most)
    axes.yaxis.set_major_locator(MaxNLocator(nbins=6, steps=[1, 2, 5, 10], integer=True))
    epoch_axis(axes, tree, log_epoch)
    axes.set_ylabel("networks that train")


def _last_finite(values: np.ndarray) -> float:
    finite = values[np.isfinite(values)]
    return float(finite[-1]) if finite.size else np.nan
