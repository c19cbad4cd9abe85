"""Trials in time: rates of some units for one cue, overlap of every cue with its cue-end state."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection

from plastisim.figures.page import say
from plastisim.figures.periods import trial_periods
from plastisim.figures.reading import count_text, snapshots, status, stored, why_missing
from plastisim.figures.style import BY_STATUS, CUE, INK

N_UNITS = 20


def course_epochs(tree: xr.DataTree) -> list[int]:
    """The epochs to be drawn, at most three."""
    rate = stored(tree, "trajectories/rate")
    return [] if rate is None else snapshots(tree, rate.epoch.values)


def draw_courses(
    rates: Sequence[Axes], overlaps: Sequence[Axes], bar: Axes, tree: xr.DataTree
) -> None:
    """A column for each of the `course_epochs`, rates above and overlaps below; words if none."""
    rate, overlap = stored(tree, "trajectories/rate"), stored(tree, "trajectories/overlap")
    if rate is None or overlap is None:
        for each in (*rates, bar):
            each.set_axis_off()
        say(overlaps[0], why_missing(tree, "record.rate"))
        return
    epochs = course_epochs(tree)
    cue, units = _example(tree, rate)
    shown = rate.sel(epoch=epochs).isel(cue=cue, unit=units)
    largest = float(np.nanmax(np.abs(shown.values), initial=1e-9))
    scale = 1.0 if largest <= 1.0 else largest
    image: Any = None
    for k, (above, below) in enumerate(zip(rates, overlaps, strict=True)):
        image = _draw_rates(above, shown.isel(epoch=k), scale)
        _draw_overlaps(below, overlap.sel(epoch=epochs[k]), status(tree, epochs[k]))
        overlap_axis(below, overlap.sel(epoch=epochs))
        _mark_cue(above, below, tree)
        above.set_title(count_text(tree, epochs[k]), pad=6)
        below.tick_params(labelleft=k == 0)
    rates[0].set_ylabel(f"{len(units)} units,\ncue {int(rate.cue[cue])}")
    overlaps[0].set_ylabel("overlap with\ncue-end state")
    bar.figure.colorbar(image, cax=bar, label="rate", ticks=[-scale, 0, scale])
    bar.yaxis.labelpad = -1


def _example(tree: xr.DataTree, rate: xr.DataArray) -> tuple[int, np.ndarray]:
    """A cue with its own attractor in the end, if any has, and units by their rate at offset."""
    cue = int(status(tree, int(rate.epoch[-1])).argmax())
    n = rate.sizes["unit"]
    units = np.unique(np.linspace(0, n - 1, min(n, N_UNITS)).astype(int))
    cue_end = stored(tree, "attractors/cue_end")
    end = rate.isel(time=-1) if cue_end is None else cue_end
    last = end.isel(epoch=-1, cue=cue, unit=units).values
    return cue, units[np.argsort(-last, kind="stable")]


def _draw_rates(axes: Axes, rate: xr.DataArray, scale: float) -> Any:
    time = rate.time.values
    image = axes.imshow(
        rate.transpose("unit", "time"), aspect="auto", interpolation="nearest", cmap="Greys",
        vmin=-scale, vmax=scale, extent=(time[0], time[-1], rate.sizes["unit"], 0),
    )  # fmt: skip
    image.set_gid("rates")
    axes.set_yticks([])
    axes.tick_params(labelbottom=False)
    axes.spines[:].set_visible(True)
    return image


def _draw_overlaps(axes: Axes, overlap: xr.DataArray, found: np.ndarray) -> None:
    time = overlap.time.values
    for kind, colour in reversed(list(enumerate(BY_STATUS))):  # the failures on top
        courses = overlap.transpose("cue", "time").values[found == kind]
        lines = [np.column_stack([time, course]) for course in courses]
        axes.add_collection(
            LineCollection(lines, colors=colour, lw=0.6, alpha=0.7, gid=f"overlaps_{kind}")
        )
    axes.set_xlim(time[0], time[-1] if time[-1] > time[0] else time[0] + 1)
    axes.set_xlabel("time (ms)")
    axes.locator_params(axis="x", nbins=5)


def overlap_axis(axes: Axes, overlaps: xr.DataArray) -> None:
    """From 0, or less if some overlaps are less, to 1."""
    least = float(np.nanmin(overlaps.values, initial=0.0))
    axes.set_ylim(least - 0.06, 1.06)
    axes.set_yticks([tick for tick in (-1.0, -0.5, 0.0, 0.5, 1.0) if tick >= least - 0.06])
    axes.axhline(0, color=INK, lw=0.3, alpha=0.4, zorder=0)


def _mark_cue(above: Axes, below: Axes, tree: xr.DataTree) -> None:
    """A bar above the rates and a shade behind the overlaps, while the cue is on."""
    end = below.get_xlim()[1]
    for period in trial_periods(tree):
        if period.cue_is_on and period.start < end:
            stop = min(period.stop, end)
            above.plot(
                [period.start, stop], [1.06, 1.06], transform=above.get_xaxis_transform(),
                color=CUE, lw=2, solid_capstyle="butt", clip_on=False,
            )  # fmt: skip
            below.axvspan(period.start, stop, color=CUE, alpha=0.15, lw=0, zorder=0)
