"""Examples of test trials: rows of lines or images, a column for each trial."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator
from numpy.typing import NDArray

from plastisim.figures.ensemble import median_network
from plastisim.figures.reading import standing, unread
from plastisim.figures.style import BY_CHANNEL, INK
from plastisim.figures.tasks import followed_score, graded_window, state_name

N_TRIALS, N_UNITS = 3, 20
FEW = 4  # channels that are lines
GRADED = "#ECECEC"

Array = NDArray[np.floating]


@dataclass(frozen=True)
class Examples:
    """Trials of one network; the last axis is the channel or the unit."""

    network: int
    epochs: list[int]
    headings: list[str]  # the epochs in words
    inputs: Array  # (trial, time, input)
    targets: Array  # (trial, time, output)
    outputs: Array  # (epoch, trial, time, output)
    states: Array | None  # (epoch, trial, time, unit), of some units
    state_label: str
    graded: tuple[int, int] | None

    @property
    def n_trials(self) -> int:
        """How many there are."""
        return len(self.inputs)


@dataclass(frozen=True)
class Row:
    """One kind of number in all trials."""

    gid: str
    label: str
    values: Array  # (trial, time, channel)
    height: float  # mm
    is_image: bool
    heading: str = ""  # stands above it
    targets: Array | None = None  # drawn into it
    shows_graded: bool = False


def examples_of(tree: xr.DataTree) -> Examples | None:
    """The first trials kept of the median network; None if the run has none, or not yet."""
    found = [unread(tree, f"trajectories/{name}") for name in ("inputs", "targets", "outputs")]
    if any(array is None for array in found):
        return None
    network = median_network(tree, followed_score(tree))
    epochs = found[2].epoch.values  # type: ignore[union-attr]
    ends = sorted({0, len(epochs) - 1})
    inputs, targets, outputs = (_some(array, network, ends) for array in found)
    name = state_name(tree)
    kept = unread(tree, f"trajectories/{name}") if name else None
    states = None if kept is None else _some(kept, network, ends)
    label = ""
    if states is not None:
        units = _units(states)
        label = f"{name.replace('_', ' ')}s,\n{_of(len(units), states.shape[-1])}"
        states = states[..., units]
    shown = [int(epochs[k]) for k in ends]
    return Examples(
        network, shown, [_heading(tree, epoch) for epoch in shown], inputs, targets, outputs,
        states, label, graded_window(tree),
    )  # fmt: skip


def example_rows(examples: Examples) -> list[Row]:
    """Inputs; targets, where they are too many for lines; answers and states of each epoch."""
    many_inputs, many = (a.shape[-1] > FEW for a in (examples.inputs, examples.targets))
    rows = [Row("inputs", "inputs", examples.inputs, 16 if many_inputs else 12, many_inputs)]
    if many:
        targets = examples.targets
        rows.append(Row("targets", "targets", targets, 16, True, shows_graded=True))
    for k, heading in enumerate(examples.headings):
        outputs = examples.outputs[k]
        into = None if many else examples.targets
        rows.append(Row("outputs", "answers" if outputs.shape[-1] > 1 else "answer", outputs,
                        18, many, heading, into, True))  # fmt: skip
        if examples.states is not None:
            rows.append(Row("states", examples.state_label, examples.states[k], 18, True))
    return rows


def draw_row(frames: Sequence[Axes], bar: Axes, row: Row, examples: Examples) -> None:
    """A row of all trials to one scale; `bar` is for the colours of an image."""
    low, high = _range(row)
    graded = examples.graded if row.shows_graded else None
    for k, axes in enumerate(frames):
        if row.is_image:
            image = axes.imshow(
                row.values[k].T, aspect="auto", interpolation="nearest", cmap="Greys", vmin=low,
                vmax=high, extent=_extent(row.values[k]),
            )  # fmt: skip
            image.set_gid(row.gid)
            axes.set_yticks([])
            axes.spines[:].set_visible(True)
            for edge in graded or ():
                axes.axvline(edge - 0.5, color=BY_CHANNEL[0], lw=0.8, ls=(0, (1, 1.5)), gid="edge")
        else:
            _draw_lines(axes, row, k, graded)
            room = 0.08 * (high - low)
            axes.set_ylim(low - room, high + room)
            axes.yaxis.set_major_locator(MaxNLocator(nbins=4))
            axes.tick_params(labelleft=k == 0)
        axes.set_xlim(-0.5, row.values.shape[1] - 0.5)
        axes.xaxis.set_major_locator(MaxNLocator(nbins=5, integer=True))
    frames[0].set_ylabel(row.label)
    if row.heading:
        frames[0].set_title(row.heading, loc="left", weight="bold", pad=3)
    if row.is_image:
        bar.figure.colorbar(frames[0].images[0], cax=bar)
        bar.yaxis.set_major_locator(MaxNLocator(nbins=3))
    else:
        bar.set_axis_off()


def _draw_lines(axes: Axes, row: Row, trial: int, graded: tuple[int, int] | None) -> None:
    """A line for each channel; targets dashed where they count, circles where that is short."""
    n_steps = row.values.shape[1]
    steps = np.arange(n_steps)
    if graded is not None:
        axes.axvspan(graded[0] - 0.5, graded[1] - 0.5, color=GRADED, lw=0, zorder=0, gid="graded")
    values = np.where(np.isfinite(row.values[trial]), row.values[trial], np.nan)
    single = values.shape[-1] == 1
    for channel, line in enumerate(values.T):
        colour = BY_CHANNEL[channel]
        is_input = row.targets is None
        axes.plot(
            steps, line, color=colour, lw=0.9, drawstyle="steps-mid" if is_input else "default",
            gid=row.gid, zorder=2,
        )  # fmt: skip
        if row.targets is None:
            continue
        first, stop = graded or (0, n_steps)
        target, at = row.targets[trial, first:stop, channel], steps[first:stop]
        short = stop - first < 0.08 * n_steps
        axes.plot(
            at, target, color=INK if single else colour, lw=1.0, ls=(0, (2.5, 1.5)), gid="targets",
            marker="o" if short else "", ms=3.6, mfc="none", mew=0.9, clip_on=False, zorder=3,
        )  # fmt: skip
        if short:
            axes.plot(at, line[first:stop], ls="none", marker="o", ms=2.0, mew=0, color=colour,
                      clip_on=False, zorder=4)  # fmt: skip


def _some(array: xr.DataArray | None, network: int, ends: list[int]) -> Array:
    """The first trials of a network (epoch, trial, time, ...), at the epochs numbered `ends`."""
    assert array is not None
    part = array.isel(network=network, trial=slice(N_TRIALS))
    if "epoch" in part.dims:
        return part.isel(epoch=ends).transpose("epoch", "trial", "time", ...).values
    return part.transpose("trial", "time", ...).values


def _units(states: Array) -> NDArray[np.int64]:
    """Some units, in the order of their values at the end of the first trial of the last epoch."""
    n = states.shape[-1]
    units = np.unique(np.linspace(0, n - 1, min(n, N_UNITS)).astype(int))
    return units[np.argsort(-states[-1, 0, -1, units], kind="stable")]


def _of(shown: int, n: int) -> str:
    return f"{n} units" if shown == n else f"{shown} of {n} units"


def _heading(tree: xr.DataTree, epoch: int) -> str:
    """An epoch in words; of a run that is not done, where it stands."""
    if epoch == 0:
        return "before training"
    return ", ".join([f"epoch {epoch}", *filter(None, [standing(tree)])])


def _range(row: Row) -> tuple[float, float]:
    """From the least to the largest number of a row; around 0 for an image with both signs."""
    finite = np.concatenate(list(_finite(row)))
    low, high = (float(finite.min()), float(finite.max())) if finite.size else (0.0, 1.0)
    if row.is_image:
        low, high = min(low, 0.0), max(high, 0.0)
        if low < 0 < high:
            high = max(-low, high)
            low = -high
    return (low, high) if high > low else (low - 0.5, high + 0.5)


def _finite(row: Row) -> Iterator[Array]:
    for array in (row.values, row.targets):
        if array is not None:
            yield array[np.isfinite(array)].ravel()


def _extent(values: Array) -> tuple[float, float, float, float]:
    """Steps from left to right, channels downwards."""
    return -0.5, values.shape[0] - 0.5, values.shape[1], 0
