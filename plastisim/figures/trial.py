"""The timing of a trial."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from xarray import DataTree

    from plastisim.figures.periods import TrialPeriod

_FRAME = 68.0  # mm, the width of the trial


def draw_trial(tree: DataTree) -> Figure:
    """When the cue is on and when the weights change, in the trials of learning."""
    from plastisim.figures.page import new_page, place, say
    from plastisim.figures.periods import trial_periods
    from plastisim.figures.style import house_style

    with house_style():
        periods = trial_periods(tree)
        upright = any(
            _words_width(p) > _FRAME * (p.stop - p.start) / periods[-1].stop for p in periods
        )
        above = 4 + (max(map(_words_width, periods)) if upright else 3)
        figure = new_page(90, above + 27)
        axes = place(figure, 18, above, _FRAME, 16)
        if periods:
            _draw_periods(axes, periods, upright)
        else:
            say(axes, "the run does not say what its trials were")
    return figure


def _words_width(period: TrialPeriod) -> float:
    """Room for a period's name, in mm: letters of 6.5 points are 1.4 mm wide or less."""
    return 1.4 * len(period.name) + 1


def _draw_periods(axes: Axes, periods: list[TrialPeriod], upright: bool) -> None:
    from plastisim.figures.style import CUE, FAINT, INK, PLASTIC

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
            rotation=90 if upright else 0, size=6.5,
        )  # fmt: skip
    axes.set_xlim(0, periods[-1].stop)
    axes.set_ylim(-0.5, 1.5)
    axes.set_yticks([1, 0], ["cue", "plasticity"])
    axes.tick_params(axis="y", length=0)
    axes.set_xlabel("time in the trial (ms)")
