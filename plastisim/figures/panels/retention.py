"""How long the states that the cues led to stay what they are, without input."""

from __future__ import annotations

import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter

from plastisim.figures.page import say
from plastisim.figures.panels.courses import overlap_axis
from plastisim.figures.reading import n_cues_of, status, stored, why_missing
from plastisim.figures.style import BY_STATUS

SECONDS = 1e-3  # per ms


def draw_retention(axes: Axes, tree: xr.DataTree) -> None:
    """Overlap of each with what it was, over the logarithm of time."""
    kept = stored(tree, "attractors/retention_overlap")
    if kept is None:
        say(axes, why_missing(tree, "test.retain"))
        return
    later = kept.isel(retention_time=kept.retention_time.values > 0)
    time = later.retention_time.values * SECONDS
    found = status(tree, int(tree.attrs.get("epochs_done", _last_tested(tree))))
    for kind, colour in reversed(list(enumerate(BY_STATUS))):
        courses = later.transpose("cue", "retention_time").values[found == kind]
        lines = [np.column_stack([time, course]) for course in courses]
        axes.add_collection(
            LineCollection(lines, colors=colour, lw=0.6, alpha=0.7, gid=f"retention_{kind}")
        )
    axes.set_xscale("log")
    axes.set_xlim(time[0], max(time[-1], 10 * time[0]))
    overlap_axis(axes, later)
    axes.xaxis.set_major_locator(LogLocator(100.0))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    axes.xaxis.set_minor_locator(LogLocator(10.0))
    axes.xaxis.set_minor_formatter(NullFormatter())
    axes.set_xlabel("time without input (s)")
    axes.set_ylabel("overlap with\nthe memory held")
    n = stored(tree, "attractors/n_retained")
    if n is not None:
        axes.set_title(f"{int(n)} of {n_cues_of(tree)} kept for {time[-1]:g} s")


def _last_tested(tree: xr.DataTree) -> int:
    n = stored(tree, "attractors/n_attractors")
    return 0 if n is None else int(n.epoch[-1])
