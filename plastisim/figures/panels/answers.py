"""Which memory the network reaches from other memories, weak or novel cues, and random states."""

from __future__ import annotations

import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.colors import ListedColormap
from matplotlib.ticker import MaxNLocator

from plastisim.figures.page import say
from plastisim.figures.reading import stored, why_missing
from plastisim.figures.style import BY_OUTCOME
from plastisim.measures.outcomes import outcome, outcome_shares


def draw_switches(axes: Axes, tree: xr.DataTree) -> None:
    """What every cue leads to in every memory."""
    reached = stored(tree, "attractors/switch_reached")
    if reached is None:
        say(axes, why_missing(tree, "test.switches"))
        return
    reached = reached.transpose("attractor", "cue")
    image = axes.imshow(
        outcome(reached.values, reached.cue.values), cmap=ListedColormap(BY_OUTCOME), vmin=-0.5,
        vmax=len(BY_OUTCOME) - 0.5, interpolation="nearest", aspect="auto",
    )  # fmt: skip
    image.set_gid("switches")
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_locator(MaxNLocator(nbins=6, integer=True))
    axes.spines[:].set_visible(True)
    axes.set_xlabel("cue presented")
    axes.set_ylabel("in the memory of cue")
    success = stored(tree, "attractors/switch_success")
    if success is not None:
        axes.set_title(f"{float(success):.0%} of switches succeed")


def draw_weak_cues(axes: Axes, tree: xr.DataTree) -> None:
    """Shares of what cues lead to at a part of their amplitude."""
    reached = stored(tree, "attractors/weak_cue_reached")
    if reached is None:
        say(axes, why_missing(tree, "test.weak_cues"))
        return
    reached = reached.sortby("cue_strength").transpose("cue_strength", "cue")
    shares = outcome_shares(outcome(reached.values, reached.cue.values))
    _draw_shares(axes, shares, [f"{strength:g}" for strength in reached.cue_strength.values])
    axes.set_xlabel("share of the cue's amplitude")
    axes.set_ylabel("share of cues")


def draw_elsewhere(axes: Axes, tree: xr.DataTree) -> None:
    """Shares of what novel cues and random states lead to."""
    found = [
        (name, array)
        for name, array in (
            ("novel cues", stored(tree, "attractors/novel_cue_reached")),
            ("random states", stored(tree, "attractors/random_start_reached")),
        )
        if array is not None
    ]
    if not found:
        say(axes, why_missing(tree, "test.novel_cues"))
        return
    shares = np.concatenate([outcome_shares(outcome(a.values[None], None)) for _, a in found])
    _draw_shares(axes, shares, [f"{name}\n({array.size})" for name, array in found])
    axes.set_ylabel("share of trials")


def _draw_shares(axes: Axes, shares: np.ndarray, labels: list[str]) -> None:
    """A stacked bar for each row of `shares` (row, outcome)."""
    place = np.arange(len(labels))
    bottom = np.zeros(len(labels))
    for k, colour in enumerate(BY_OUTCOME):
        bars = axes.bar(place, shares[:, k], 0.6, bottom=bottom, color=colour, lw=0)
        for bar in bars:
            bar.set_gid(f"share_{k}")
        bottom += shares[:, k]
    axes.set_xticks(place, labels)
    axes.tick_params(axis="x", length=0)
    middle, half = (len(labels) - 1) / 2, max(len(labels), 2) / 2 + 0.1
    axes.set_xlim(middle - half, middle + half)
    axes.set_ylim(0, 1.0)
