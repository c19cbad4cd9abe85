"""A learning curve: every network thin, each arm's mean thick, its standard error shaded."""

from __future__ import annotations

import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.ticker import FuncFormatter, LogLocator, MaxNLocator, NullFormatter
from numpy.typing import NDArray

from plastisim.figures.ensemble import DIVERGED, arms_of, status_of
from plastisim.figures.page import say
from plastisim.figures.reading import stored
from plastisim.measures.average import average_over_networks

N_POINTS = 600  # of a line, about: as many as can be seen
Array = NDArray[np.floating]


def draw_curves(
    axes: Axes, tree: xr.DataTree, path: str, label: str, *, log_value: bool, log_epoch: bool
) -> None:
    """Draw a variable (epoch, network), such as "test/loss", over epochs.

    The mean is over the networks that have a number: those that diverged have none, and in
    training those that rest have none. On a logarithmic axis, it is that of the logarithm, or the
    largest network would be all that is seen. The axis spans the networks that have not diverged.
    At most about `N_POINTS` epochs are drawn, see `drawn_rows`.
    """
    found = stored(tree, path)
    if found is None:
        say(axes, "no epoch is whole yet")
        return
    rows = drawn_rows(found.epoch.values, log_epoch)
    epochs = found.epoch.values[rows]
    values = found.transpose("epoch", "network").values[rows].astype(np.float64)
    values[~np.isfinite(values) | (log_value & (values <= 0))] = np.nan
    for k, arm in enumerate(arms_of(tree)):
        own = values[:, arm.networks]
        lines = [np.column_stack([epochs, line]) for line in own.T]
        axes.add_collection(
            LineCollection(
                lines, colors=arm.colour, lw=0.4, alpha=_alpha(len(lines)), rasterized=True,
                zorder=1, gid=f"{path}/single_{k}",
            ),
            autolim=False,
        )  # fmt: skip
        average = average_over_networks(np.log10(own) if log_value else own)
        low, mean, high = (average.mean - average.sem, average.mean, average.mean + average.sem)
        if log_value:
            low, mean, high = (10.0**curve for curve in (low, mean, high))
        if np.isfinite(low).any():
            axes.fill_between(
                epochs, low, high, color=arm.colour, alpha=0.25, lw=0, zorder=2,
                gid=f"{path}/sem_{k}",
            )  # fmt: skip
        axes.plot(
            epochs, mean, color=arm.colour, lw=1.1, marker=_dot(len(epochs)), ms=2.2, mew=0,
            zorder=3, gid=f"{path}/mean_{k}",
        )  # fmt: skip
    sound = values[:, status_of(tree) != DIVERGED]
    value_axis(axes, sound if np.isfinite(sound).any() else values, log_value)
    epoch_axis(axes, tree, log_epoch)
    axes.set_ylabel(label)


def drawn_rows(epochs: NDArray[np.int64], log_epoch: bool) -> NDArray[np.int64]:
    """Which of the epochs are drawn: all if they are few, else every k-th and the last.

    On a logarithmic axis they are evenly spaced in the logarithm, and epoch 0 is left out.
    """
    n = len(epochs)
    if log_epoch:
        later = np.flatnonzero(epochs > 0)
        if len(later) <= N_POINTS:
            return later
        at = np.geomspace(epochs[later[0]], epochs[-1], N_POINTS)
        return np.unique(np.minimum(np.searchsorted(epochs, at.round()), n - 1))
    return np.unique(np.append(np.arange(0, n, step_of(n)), n - 1))


def step_of(n: int) -> int:
    """Every how many-th of `n` epochs is drawn."""
    return max(-(-n // N_POINTS), 1)


def value_axis(axes: Axes, values: Array, logarithmic: bool) -> None:
    """Span all values, by decades if asked; a score far below -1 runs off the axis."""
    finite = values[np.isfinite(values)]
    if not finite.size:
        finite = np.ones(1)
    low, high = float(finite.min()), float(finite.max())
    if logarithmic:
        log_ticks(axes, "y", low, high)
        return
    if high <= 1.0:
        low = max(low, -1.0)
    room = 0.06 * max(high - low, 0.1 * abs(high), 1e-3)
    axes.set_ylim(low - room, high + room)
    axes.yaxis.set_major_locator(MaxNLocator(nbins=6, steps=[1, 2, 5, 10]))


def log_ticks(axes: Axes, which: str, low: float, high: float) -> None:
    """A logarithmic axis from `low` to `high` and a little more, with at least three ticks."""
    axis = axes.yaxis if which == "y" else axes.xaxis
    (axes.set_yscale if which == "y" else axes.set_xscale)("log")
    decades = np.log10(high / low)
    room = 10.0 ** max(0.05 * decades, 0.05)
    (axes.set_ylim if which == "y" else axes.set_xlim)(low / room, high * room)
    if decades < 2:
        axis.set_major_locator(LogLocator(10.0, subs=(1.0, 2.0, 5.0)))
        axis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:.4g}"))
    else:
        axis.set_major_locator(LogLocator(10.0, numticks=6))
    axis.set_minor_formatter(NullFormatter())


def epoch_axis(axes: Axes, tree: xr.DataTree, logarithmic: bool) -> None:
    """From before training, or epoch 1, to the last epoch that the run has, or will have."""
    done = tree.attrs.get("state") == "done"
    last = max(int(tree.attrs.get("epochs_done" if done else "epochs", 1)), 1)
    if logarithmic:
        axes.set_xscale("log")
        axes.set_xlim(0.9, max(1.1 * last, 10.0))
        axes.xaxis.set_minor_formatter(NullFormatter())
    else:
        axes.set_xlim(-0.03 * last, 1.03 * last)
        axes.xaxis.set_major_locator(MaxNLocator(nbins=5, steps=[1, 2, 5, 10], integer=True))
    axes.set_xlabel("epoch")


def _dot(n: int) -> str:
    """Epochs are dots where they are so few that a line would hide them."""
    return "o" if n <= 12 else ""


def _alpha(n: int) -> float:
    """Many networks are fainter than a few, so that their mean can be seen."""
    return min(0.4, max(4.0 / max(n, 1), 0.12))
