"""How well the memories hold, as measured at the end of a run."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from xarray import DataTree


def draw_robustness(tree: DataTree) -> Figure:
    """Returns after perturbations, switches, weak and novel cues, random starts, retention.

    A, B: return to the memory after sign flips and Gaussian kicks; mean over cues, 10th to 90th
    percentile shaded. C: what comes of every cue presented in every memory. D: what comes of weak
    cues. E: of cues never learned, and of random states. F: overlap of the memories with what they
    were, long without input.
    """
    from plastisim.figures.page import letter, new_page, place
    from plastisim.figures.panels.answers import draw_elsewhere, draw_switches, draw_weak_cues
    from plastisim.figures.panels.retention import draw_retention
    from plastisim.figures.panels.returns import draw_returns
    from plastisim.figures.style import WIDTH, house_style

    with house_style():
        figure = new_page(WIDTH, 121)
        lefts, tops = (15, 76, 137), (9, 66)
        frames = [place(figure, left, top, 38, 36) for top in tops for left in lefts]
        for k, text in enumerate("ABCDEF"):
            letter(figure, text, lefts[k % 3] - 13, tops[k // 3] - 6)
        draw_returns(frames[0], tree, "sign_flip")
        draw_returns(frames[1], tree, "kick")
        draw_switches(frames[2], tree)
        draw_weak_cues(frames[3], tree)
        draw_elsewhere(frames[4], tree)
        draw_retention(frames[5], tree)
        _draw_key(place(figure, 15, 110, 162, 5), tree)
    return figure


def _draw_key(axes: Axes, tree: DataTree) -> None:
    """What the colours mean, and what a memory is where cues have none of their own."""
    from matplotlib.patches import Patch

    from plastisim.figures.reading import n_cues_of, stored
    from plastisim.figures.style import BY_OUTCOME, OUTCOME_LABELS

    axes.set_axis_off()
    axes.legend(
        handles=[
            Patch(color=colour, lw=0, label=label)
            for colour, label in zip(BY_OUTCOME, OUTCOME_LABELS, strict=True)
        ],
        loc="center left", ncols=4, columnspacing=2.0,
    )  # fmt: skip
    n = stored(tree, "attractors/n_attractors")
    if n is not None and int(n[-1]) < n_cues_of(tree):
        axes.text(
            0, -0.1, f"A memory is where a cue leads in the end; {int(n[-1])} of {n_cues_of(tree)} "
            "cues lead to an attractor of their own.", transform=axes.transAxes, va="top",
        )  # fmt: skip
