"""Test trials of one network, before and after training."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from xarray import DataTree

    from plastisim.figures.panels.examples import Examples

_LEFT, _RIGHT, _GAP = 20.0, 164.0, 4.0  # mm
_BLOCK = 6.0  # mm, above the rows of an epoch


def draw_trials(tree: DataTree) -> Figure:
    """Inputs, targets, answers and states in three test trials, before and after training.

    The first three trials kept, of the network whose last test score is the median (the lower of
    two), at the first and the last epoch kept. Up to four inputs or outputs have a line each, more
    of them an image. The steps at which the answer counts are shaded, or lie between dotted lines;
    dashed targets are drawn only there. States: some 20 units, evenly spaced, in the order of their
    values at the end of the first trial of the last epoch.
    """
    from plastisim.figures.page import columns, new_page, place, say
    from plastisim.figures.panels.examples import draw_row, example_rows, examples_of
    from plastisim.figures.reading import why_missing
    from plastisim.figures.style import WIDTH, house_style

    with house_style():
        examples = examples_of(tree)
        if examples is None:
            figure = new_page(90, 40)
            say(place(figure, 5, 5, 80, 30), why_missing(tree, "record.trials"))
            return figure
        rows = example_rows(examples)
        heights = [_BLOCK * bool(row.heading) + row.height + 2.5 for row in rows]
        figure = new_page(WIDTH, 8 + sum(heights) + 20)
        at = columns(_LEFT, _RIGHT, examples.n_trials, gap=_GAP, widest=70)
        top, frames = 6.0, []
        for k, (row, height) in enumerate(zip(rows, heights, strict=True)):
            top += _BLOCK * bool(row.heading)
            frames = [place(figure, left, top, width, row.height) for left, width in at]
            bar = place(figure, sum(at[-1]) + 2, top, 2, row.height)
            draw_row(frames, bar, row, examples)
            for trial, axes in enumerate(frames):
                axes.tick_params(labelbottom=k == len(rows) - 1)
                if k == 0:
                    axes.set_title(f"test trial {trial}")
            top += height - _BLOCK * bool(row.heading)
        for axes in frames:
            axes.set_xlabel("step of the trial")
        _draw_key(place(figure, _LEFT, top + 8, _RIGHT - _LEFT, 8), tree, examples)
    return figure


def _draw_key(axes: Axes, tree: DataTree, examples: Examples) -> None:
    """What lines and shades mean, and which network it is."""
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch

    from plastisim.figures.panels.examples import DASHED, DOTTED, FEW, GRADED, is_short
    from plastisim.figures.style import INK, OWN

    axes.set_axis_off()
    axes.text(0, 1, _which(tree, examples), transform=axes.transAxes, va="top", size=6.5)
    few = examples.outputs.shape[-1] <= FEW
    handles: list[Line2D | Patch] = []
    if few:
        circle = is_short(examples.graded, examples.outputs.shape[-2])
        target = {"marker": "o", "ms": 3.6, "mfc": "none", "mew": 0.9} if circle else {}
        handles = [
            Line2D([], [], color=OWN, lw=0.9, label="answer"),
            Line2D([], [], color=INK, lw=0.9, ls=DASHED, label="target", **target),
        ]
    if examples.graded is None:
        pass
    elif few:
        handles.append(Patch(color=GRADED, lw=0, label="steps at which the answer counts"))
    else:
        label = "the answer counts between the lines"
        handles.append(Line2D([], [], color=OWN, lw=0.8, ls=DOTTED, label=label))
    if handles:
        axes.legend(handles=handles, loc="lower left", ncols=3, columnspacing=2.0)


def _which(tree: DataTree, examples: Examples) -> str:
    """The network, and how well it did."""
    import numpy as np

    from plastisim.figures.ensemble import network_in_words
    from plastisim.figures.reading import stored
    from plastisim.figures.tasks import followed_score

    words = network_in_words(tree, examples.network)
    name = followed_score(tree)
    score = stored(tree, f"test/{name}")
    if score is None:
        return words
    last = score.isel(epoch=-1).transpose("network").values
    if not np.isfinite(last[examples.network]):
        return f"{words}: no score, like all networks"
    n = int(np.isfinite(last).sum())
    of = f", the median of {n} networks" if n > 1 else ""
    epoch = int(score.epoch[-1])
    return f"{words}: {name.replace('_', ' ')} {last[examples.network]:.3g} in epoch {epoch}{of}"
