"""The timing of a trial."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from xarray import DataTree


def draw_trial(tree: DataTree) -> Figure:
    """When the cue is on and when the weights change, in the trials of learning."""
    from plastisim.figures.page import new_page, place, say
    from plastisim.figures.periods import trial_periods
    from plastisim.figures.style import house_style

    with house_style():
        figure = new_page(90, 34)
        axes = place(figure, 18, 7, 68, 16)
        if not trial_periods(tree):
            say(axes, "the run does not say what its trials were")
        else:
            _draw_periods(axes, tree)
    return figure


def _draw_periods(axes: Axes, tree: DataTree) -> None:
    from plastisim.figures.periods import trial_periods
    from plastisim.figures.style import CUE, FAINT, INK, PLASTIC

    periods = trial_periods(tree)
    end = periods[-1].stop
    for k, period in enumerate(periods):
        for row, on, colour in ((1, period.cue_is_on, CUE), (0, period.is_plastic, PLASTIC)):
            bottom, height = (row - 0.3, 0.6) if on else (row - 0.03, 0.06)
            axes.broken_barh(
                [(period.start, period.stop - period.start)], (bottom, height), lw=0,
                color=colour if on else FAINT, gid=f"{'input' if row else 'weights'}_{k}",
            )  # fmt: skip
        axes.axvline(period.stop, color=INK, lw=0.4, ls=(0, (1, 2)))
        axes.text(
            (period.start + period.stop) / 2, 1.55, period.name, ha="center", va="bottom",
            rotation=90 if len(periods) > 6 else 0, size=6.5,
        )  # fmt: skip
    axes.set_xlim(0, end)
    axes.set_ylim(-0.5, 1.5)
    axes.set_yticks([1, 0], ["cue", "plasticity"])
    axes.tick_params(axis="y", length=0)
    axes.set_xlabel("time in the trial (ms)")
