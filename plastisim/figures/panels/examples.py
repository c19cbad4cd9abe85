"""Examples of test trials: rows of lines or images, a column for each trial."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator
from numpy.typing import NDArray

from plastisim.figures.ensemble import median_network
from plastisim.figures.reading import standing, unread
from plastisim.figures.style import INK, OWN
from plastisim.figures.tasks import followed_score, graded_window, state_name

N_TRIALS, N_UNITS = 3, 20
FEW = 4  # channels that are lines
GRADED = "#E4E4E4"
DASHED, DOTTED = (0, (2.5, 1.5)), (0, (1, 1.5))
_IMAGE, _ONE_LINE, _LINE = 18.0, 16.0, 11.0  # mm, heights of rows

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
    """One kind of number in all trials: an image of many channels, or one channel as a line."""

    gid: str
    label: str
    values: Array  # (trial, time, channel), or (trial, time) of one channel
    span: tuple[float, float]
    height: float  # mm
    heading: str = ""  # stands above it
    targets: Array | None = None  # (trial, time), drawn into it
    shows_graded: bool = False


def examples_of(tree: xr.DataTree) -> Examples | None:
    """The first trials kept of the median network; None if the run has none, or not yet."""
    inputs, targets, outputs = (
        unread(tree, f"trajectories/{name}") for name in ("inputs", "targets", "outputs")
    )
    if inputs is None or targets is None or outputs is None:
        return None
    network = median_network(tree, followed_score(tree))
    epochs = outputs.epoch.values
    ends = sorted({0, len(epochs) - 1})
    name = state_name(tree)
    kept = unread(tree, f"trajectories/{name}") if name else None
    states = None if kept is None else _some(kept, network, ends)
    label = ""
    if states is not None:
        units = _units(states)
        label = f"{name.replace('_', ' ')},\n{_of(len(units), states.shape[-1])}"
        states = states[..., units]
    shown = [int(epochs[k]) for k in ends]
    return Examples(
        network, shown, [_heading(tree, epoch) for epoch in shown],
        _some(inputs, network, ends), _some(targets, network, ends), _some(outputs, network, ends),
        states, label, graded_window(tree),
    )  # fmt: skip


def example_rows(examples: Examples) -> list[Row]:
    """Inputs; targets, where they are too many for lines; answers and states of each epoch."""
    few = examples.targets.shape[-1] <= FEW
    rows = _rows("inputs", "input", examples.inputs)
    if not few:
        rows += _rows("targets", "target", examples.targets, shows_graded=True)
    for k, heading in enumerate(examples.headings):
        targets = examples.targets if few else None
        block = _rows("outputs", "answer", examples.outputs[k], targets, shows_graded=True)
        if examples.states is not None:
            states = examples.states[k]
            span = _image_span(states)
            block.append(Row("states", examples.state_label, states, span, _IMAGE))
        rows += [replace(block[0], heading=heading), *block[1:]]
    return rows


def _rows(
    gid: str, label: str, values: Array, targets: Array | None = None, *, shows_graded: bool = False
) -> list[Row]:
    """A row for each channel, all of one span; one row for all channels if they are many."""
    n = values.shape[-1]
    if n > FEW:
        span = _image_span(values)
        return [Row(gid, f"{n} {label}s", values, span, _IMAGE, shows_graded=shows_graded)]
    numbers = [values] if targets is None else [values, targets]
    span, height = _line_span(*numbers), _ONE_LINE if n == 1 else _LINE
    return [
        Row(
            gid, label if n == 1 else f"{label} {channel}", values[..., channel], span, height,
            targets=None if targets is None else targets[..., channel], shows_graded=shows_graded,
        )
        for channel in range(n)
    ]  # fmt: skip


def draw_row(frames: Sequence[Axes], bar: Axes, row: Row, examples: Examples) -> None:
    """A row of all trials to one scale; `bar` is for the colours of an image."""
    graded = examples.graded if row.shows_graded else None
    is_image = row.values.ndim == 3
    for k, axes in enumerate(frames):
        if is_image:
            _draw_image(axes, row, k, graded)
        else:
            _draw_line(axes, row, k, graded)
            axes.tick_params(labelleft=k == 0)
        axes.set_xlim(-0.5, row.values.shape[1] - 0.5)
        axes.xaxis.set_major_locator(MaxNLocator(nbins=5, steps=[1, 2, 5, 10], integer=True))
    frames[0].set_ylabel(row.label)
    frames[0].yaxis.set_label_coords(-0.17, 0.5)
    if row.heading:
        frames[0].set_title(row.heading, loc="left", weight="bold", pad=3)
    if is_image:
        bar.figure.colorbar(frames[0].images[0], cax=bar)
        bar.yaxis.set_major_locator(MaxNLocator(nbins=2, steps=[1, 2, 5, 10]))
    else:
        bar.set_axis_off()


def _draw_image(axes: Axes, row: Row, trial: int, graded: tuple[int, int] | None) -> None:
    """Channels downwards; the graded steps between dotted lines."""
    n_steps, n_channels = row.values.shape[1:]
    image = axes.imshow(
        row.values[trial].T, aspect="auto", interpolation="nearest", cmap="Greys",
        vmin=row.span[0], vmax=row.span[1], extent=(-0.5, n_steps - 0.5, n_channels, 0),
    )  # fmt: skip
    image.set_gid(row.gid)
    axes.set_yticks([])
    axes.spines[:].set_visible(True)
    for edge in graded or ():
        axes.axvline(edge - 0.5, color=OWN, lw=0.8, ls=DOTTED, gid="edge")


def _draw_line(axes: Axes, row: Row, trial: int, graded: tuple[int, int] | None) -> None:
    """An input, or an answer with its target where it counts: dashed, a circle if that is short."""
    n_steps = row.values.shape[1]
    steps, line = np.arange(n_steps), _finite_or_nan(row.values[trial])
    if graded is not None:
        axes.axvspan(graded[0] - 0.5, graded[1] - 0.5, color=GRADED, lw=0, zorder=0, gid="graded")
    if row.targets is None:
        axes.plot(steps, line, color=INK, lw=0.8, drawstyle="steps-mid", gid=row.gid)
    else:
        axes.plot(steps, line, color=OWN, lw=0.9, gid=row.gid, zorder=2)
        at = steps[slice(*(graded or (0, n_steps)))]
        short = is_short(graded, n_steps)
        axes.plot(
            at, row.targets[trial][at], color=INK, lw=0.9, ls=DASHED, gid="targets", zorder=3,
            drawstyle="steps-mid", marker="o" if short else "", ms=3.6, mfc="none", mew=0.9,
            clip_on=False,
        )  # fmt: skip
        if short:
            axes.plot(at, line[at], ls="none", marker="o", ms=2.0, mew=0, color=OWN, zorder=4,
                      clip_on=False)  # fmt: skip
    room = 0.08 * (row.span[1] - row.span[0])
    axes.set_ylim(row.span[0] - room, row.span[1] + room)
    axes.yaxis.set_major_locator(MaxNLocator(nbins=4, steps=[1, 2, 5, 10]))


def is_short(graded: tuple[int, int] | None, n_steps: int) -> bool:
    """Whether the graded steps are too few for a dashed line."""
    return graded is not None and graded[1] - graded[0] < 0.08 * n_steps


def _some(array: xr.DataArray, network: int, ends: list[int]) -> Array:
    """The first trials of a network (epoch, trial, time, ...), at the epochs numbered `ends`."""
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


def _line_span(*arrays: Array) -> tuple[float, float]:
    """From the least to the largest finite number."""
    finite = np.concatenate([array[np.isfinite(array)] for array in arrays])
    low, high = (float(finite.min()), float(finite.max())) if finite.size else (0.0, 1.0)
    return (low, high) if high > low else (low - 0.5, high + 0.5)


def _image_span(values: Array) -> tuple[float, float]:
    """From or to 0, or around it where there are both signs, so that 0 has always one shade."""
    finite = values[np.isfinite(values)]
    low, high = float(finite.min(initial=0.0)), float(finite.max(initial=0.0))
    if low < 0 < high:
        return min(low, -high), max(high, -low)
    return (low, high) if high > low else (0.0, 1.0)


def _finite_or_nan(values: Array) -> Array:
    return np.where(np.isfinite(values), values, np.nan)
