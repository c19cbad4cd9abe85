"""The spectral abscissa of the state that each cue leads to, over the epochs of learning."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection

from plastisim.figures.page import say
from plastisim.figures.panels.emergence import epoch_axis, mark_epochs
from plastisim.figures.reading import status, stored
from plastisim.figures.style import BY_STATUS, INK
from plastisim.measures.spread import spread_over_cues


def draw_stability(axes: Axes, tree: xr.DataTree, marked: Sequence[int] = ()) -> None:
    """One thin line a cue, coloured by what it led to, and the median of the fixed points.

    A negative abscissa counts only at a fixed point: a stretch of line has the colour of the lesser
    of its ends.
    """
    abscissa = stored(tree, "attractors/spectral_abscissa")
    if abscissa is None:
        say(axes, "no test is whole yet")
        return
    value = abscissa.transpose("epoch", "cue").values
    epochs = abscissa.epoch.values
    found = np.stack([status(tree, int(epoch)) for epoch in epochs])
    axes.axhline(0, color=INK, lw=0.6)
    lesser = np.minimum(found[:-1], found[1:])
    at = np.broadcast_to(epochs[:, None], value.shape)
    points = np.stack([at, value], axis=-1)
    stretches = np.stack([points[:-1], points[1:]], axis=2)
    for kind, colour in enumerate(BY_STATUS):
        chosen = stretches[lesser == kind]
        axes.add_collection(
            LineCollection(list(chosen), colors=colour, lw=0.5, alpha=0.55, gid=f"stretches_{kind}")
        )
        axes.plot(
            at[found == kind], value[found == kind], ls="none", marker="o", ms=1.3, mew=0,
            color=colour, alpha=0.8, gid=f"states_{kind}",
        )  # fmt: skip
    median = spread_over_cues(value, found > 0).median
    axes.plot(epochs, median, color=INK, lw=1.2, marker="o", ms=1.8, mew=0, gid="median")
    axes.set_ylabel("spectral abscissa (1/τ)")
    axes.margins(y=0.08)
    axes.autoscale_view(scalex=False)
    mark_epochs(axes, marked)
    epoch_axis(axes, tree)
