"""How often a memory comes back after it was perturbed."""

from __future__ import annotations

from typing import Literal

import xarray as xr
from matplotlib.axes import Axes

from plastisim.figures.page import say
from plastisim.figures.reading import stored, why_missing
from plastisim.figures.style import OWN
from plastisim.measures.spread import spread_over_cues

_SIZES = {
    "sign_flip": ("flip_fraction", "fraction of signs flipped"),
    "kick": ("kick_std", "std of the kick"),
}


def draw_returns(axes: Axes, tree: xr.DataTree, kind: Literal["sign_flip", "kick"]) -> None:
    """Fraction of returns over the size of the perturbation: mean and spread over cues."""
    back = stored(tree, f"attractors/return_after_{kind}")
    if back is None:
        say(axes, why_missing(tree, "test.perturbations"))
        return
    size, label = _SIZES[kind]
    back = back.sortby(size).transpose(size, "cue")
    spread = spread_over_cues(back.values)
    axes.fill_between(
        back[size], spread.low, spread.high, color=OWN, alpha=0.2, lw=0, gid="spread",
    )  # fmt: skip
    axes.plot(
        back[size],
        spread.mean,
        color=OWN,
        lw=1.2,
        marker="o",
        ms=3,
        mew=0,
        gid="mean",
    )
    axes.set_xlim(0, 1.05 * float(back[size].max()))
    axes.set_ylim(-0.04, 1.06)
    axes.locator_params(axis="x", nbins=5)
    axes.set_xlabel(label)
    axes.set_title("mean over cues; 10th to 90th percentile")
    axes.set_ylabel("returns to the memory")
