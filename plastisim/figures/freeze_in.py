"""Freeze-in learning in four panels, as in Fig. 7 of arXiv:2502.07256."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from xarray import DataTree


def draw_freeze_in(tree: DataTree) -> Figure:
    """Attractors over epochs, where they lie, how stable they are, and trials in time.

    A: how many cues have their own attractor after each epoch. B: overlap of the states at cue
    offset with the attractors, and both on the attractors' principal axes. C: spectral abscissa of
    each cue's state after each epoch, and eigenvalues before, during and after the emergence of
    attractors. D: rates and overlaps in trials of the same three epochs, and long after.
    """
    from plastisim.figures.page import columns, letter, new_page, place
    from plastisim.figures.panels.courses import course_epochs, draw_courses
    from plastisim.figures.panels.eigenvalues import draw_eigenvalues, eigenvalue_epochs
    from plastisim.figures.panels.emergence import draw_emergence
    from plastisim.figures.panels.overlaps import draw_overlaps
    from plastisim.figures.panels.projection import draw_projection
    from plastisim.figures.panels.retention import draw_retention
    from plastisim.figures.panels.stability import draw_stability
    from plastisim.figures.style import WIDTH, house_style

    with house_style():
        figure = new_page(WIDTH, 184)
        shown = course_epochs(tree), eigenvalue_epochs(tree)
        marked = sorted({*shown[0], *shown[1]})

        row = 6
        letter(figure, "A", 2, row - 4)
        draw_emergence(place(figure, 15, row, 47, 42), tree, marked)
        letter(figure, "B", 67, row - 4)
        draw_overlaps(place(figure, 77, row, 41, 42), place(figure, 120, row, 2, 42), tree)
        planes = [place(figure, 142, top, 35, 20) for top in (row, row + 22)]
        draw_projection((planes[0], planes[1]), tree)

        row = 66
        letter(figure, "C", 2, row - 7)
        draw_stability(place(figure, 15, row, 47, 37), tree, marked)
        at = columns(78, 177, len(shown[1]), gap=4, widest=40 if shown[1] else 99)
        draw_eigenvalues([place(figure, left, row, width, 37) for left, width in at], tree)

        row = 122
        letter(figure, "D", 2, row - 9)
        at = columns(15, 119, len(shown[0]), gap=4, widest=50 if shown[0] else 104)
        draw_courses(
            [place(figure, left, row, width, 20) for left, width in at],
            [place(figure, left, row + 24, width, 28) for left, width in at],
            place(figure, sum(at[-1]) + 2, row, 2, 20),
            tree,
        )
        draw_retention(place(figure, 144, row + 24, 32, 28), tree)
        _draw_key(place(figure, 136, row - 4, 41, 20))
    return figure


def _draw_key(axes: Axes) -> None:
    """What the colours of all panels mean."""
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch

    from plastisim.figures.style import BY_STATUS, CUE, INK, STATUS_LABELS

    axes.set_axis_off()
    kinds = [
        Line2D([], [], color=colour, marker="o", ms=2.5, mew=0, label=label)
        for colour, label in zip(BY_STATUS[::-1], STATUS_LABELS[::-1], strict=True)
    ]
    cue = Patch(color=CUE, lw=0, label="cue on; state at its offset")
    median = Line2D([], [], color=INK, lw=1.2, label="median of the fixed points")
    snapshot = Line2D([], [], color=INK, marker="v", ms=3, mew=0, ls="none", label="shown in C, D")
    axes.legend(handles=[*kinds, median, cue, snapshot], loc="upper left")
