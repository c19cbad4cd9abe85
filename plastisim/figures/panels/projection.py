"""Attractors and cue-end states on the principal axes of the attractors."""

from __future__ import annotations

import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection

from plastisim.figures.page import say
from plastisim.figures.reading import status, stored
from plastisim.figures.style import BY_STATUS, CUE, INK
from plastisim.measures.projection import principal_axes


def draw_projection(axes: tuple[Axes, Axes], tree: xr.DataTree) -> None:
    """The first three principal axes: 2 over 1, and below it 3 over 1."""
    state, cue_end = stored(tree, "attractors/state"), stored(tree, "attractors/cue_end")
    if state is None or cue_end is None:
        for each in axes:
            each.set_axis_off()
        say(axes[0], "no test is whole yet")
        return
    last_state = state.isel(epoch=-1).transpose("unit", "cue").values
    last_cue_end = cue_end.isel(epoch=-1).transpose("unit", "cue").values
    frame = principal_axes(last_state, 3)
    ends, starts = frame.project(last_state), frame.project(last_cue_end)
    colours = [BY_STATUS[s] for s in status(tree, int(state.epoch[-1]))]
    for each, component in zip(axes, (1, 2), strict=True):
        _draw_plane(each, starts[[0, component]].T, ends[[0, component]].T, colours)
        each.set_ylabel(f"PC {component + 1} ({frame.explained[component]:.0%})")
        each.locator_params(nbins=4)
        each.spines[:].set_visible(True)
    axes[0].tick_params(labelbottom=False)
    axes[1].set_xlabel(f"PC 1 ({frame.explained[0]:.0%} of variance)")
    axes[1].set_xlim(axes[0].get_xlim())
    for each in axes:
        each.yaxis.set_label_coords(-0.22, 0.5)


def _draw_plane(axes: Axes, starts: np.ndarray, ends: np.ndarray, colours: list[str]) -> None:
    axes.add_collection(
        LineCollection(list(np.stack([starts, ends], axis=1)), colors=INK, linewidths=0.5, zorder=1)
    )
    axes.scatter(*ends.T, s=16, c="none", edgecolors=colours, lw=0.9, zorder=2, gid="attractors")
    axes.scatter(*starts.T, s=3, c=CUE, lw=0, zorder=3, gid="cue_ends")
    axes.margins(0.08)
    least = 0.1 * np.abs(ends[:, 0]).max(initial=1e-9)  # not to blow up what does not vary
    low, high = axes.get_ylim()
    axes.set_ylim(min(low, -least), max(high, least))
