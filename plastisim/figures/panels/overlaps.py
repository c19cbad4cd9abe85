"""How much every cue-end state overlaps with every attractor."""

from __future__ import annotations

import xarray as xr
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from plastisim.figures.page import say
from plastisim.figures.reading import stored
from plastisim.figures.style import overlap_colours


def draw_overlaps(axes: Axes, bar: Axes, tree: xr.DataTree) -> None:
    """The overlap matrix of the last test, and its colour bar."""
    matrix = stored(tree, "attractors/overlap_matrix")
    if matrix is None:
        bar.set_axis_off()
        say(axes, "no test is whole yet")
        return
    last = matrix.isel(epoch=-1).transpose("cue", "attractor")
    image = axes.imshow(
        last, vmin=-1, vmax=1, cmap=overlap_colours(), interpolation="nearest", aspect="auto"
    )
    image.set_gid("overlap_matrix")
    axes.set_xlabel("attractor, by its cue")
    axes.set_ylabel("state at cue offset, by cue")
    axes.spines[:].set_visible(True)
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_locator(MaxNLocator(nbins=6, integer=True))
    axes.figure.colorbar(image, cax=bar, ticks=[-1, 0, 1], label="overlap")
    bar.yaxis.labelpad = 0
    bar.set_yticks([-1, 0, 1], ["−1", "0", "+1"])
