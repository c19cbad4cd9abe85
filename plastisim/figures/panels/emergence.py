"""The number of attractors over the epochs of learning."""

from __future__ import annotations

from collections.abc import Sequence

import xarray as xr
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from plastisim.figures.page import say
from plastisim.figures.reading import n_cues_of, standing, stored
from plastisim.figures.style import INK, OWN, SHARED


def draw_emergence(axes: Axes, tree: xr.DataTree, marked: Sequence[int] = ()) -> None:
    """Distinct, stable, cue-faithful fixed points; `marked` epochs are those of other panels.

    Beside them, in a run that ends with another number of them, all different stable fixed points
    that cues lead to.
    """
    n, n_fixed = stored(tree, "attractors/n_attractors"), stored(tree, "attractors/n_fixed_points")
    if n is None:
        say(axes, "no test is whole yet")
        return
    n_cues = n_cues_of(tree)
    axes.axhline(n_cues, color=INK, lw=0.6, ls=(0, (4, 2)))
    axes.annotate(
        f"{n_cues} cues", (0, n_cues), (2, 2), xycoords=("axes fraction", "data"),
        textcoords="offset points", size=6.5,
    )  # fmt: skip
    if n_fixed is not None and n_fixed[-1] != n[-1]:
        axes.plot(n_fixed.epoch, n_fixed, color=SHARED, lw=1.0, gid="n_fixed_points",
                  label="different fixed points")  # fmt: skip
    axes.plot(n.epoch, n, color=OWN, lw=1.2, marker="o", ms=2.2, mew=0, gid="n_attractors",
              label="cues with their own")  # fmt: skip
    axes.set_ylim(-0.04 * n_cues, 1.12 * n_cues)
    axes.set_ylabel("attractors")
    axes.yaxis.set_major_locator(MaxNLocator(nbins=6, integer=True))
    if len(axes.lines) > 2:
        axes.legend(loc="center left", borderaxespad=0.4)
    mark_epochs(axes, marked)
    epoch_axis(axes, tree)
    axes.set_title(standing(tree), pad=7)


def mark_epochs(axes: Axes, epochs: Sequence[int]) -> None:
    """Small triangles on the upper edge."""
    if epochs:
        axes.plot(
            epochs, [1.0] * len(epochs), transform=axes.get_xaxis_transform(), ls="none",
            marker="v", ms=3, mew=0, color=INK, clip_on=False, gid="marked",
        )  # fmt: skip


def epoch_axis(axes: Axes, tree: xr.DataTree) -> None:
    """From before learning to the last epoch that the run has, or will have when it is done."""
    n = stored(tree, "attractors/n_attractors")
    last = int(n.epoch.max()) if n is not None else 1
    if tree.attrs.get("state") != "done":
        last = max(int(tree.attrs.get("epochs", last)), last)
    last = max(last, 1)
    axes.set_xlim(-0.03 * last, 1.03 * last)
    axes.xaxis.set_major_locator(MaxNLocator(nbins=6, integer=True))
    axes.set_xlabel("epoch")
