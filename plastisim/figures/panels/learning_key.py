"""What the colours, marks and lines of learning curves mean."""

from __future__ import annotations

import xarray as xr
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from plastisim.figures.ensemble import STATUS_MARKS, STATUS_WORDS, Arm, arms_of, status_of
from plastisim.figures.panels.curves import N_POINTS, step_of
from plastisim.figures.reading import unread
from plastisim.figures.style import INK

_WIDTH, _LETTER = 162, 1.25  # mm, of the key and of a letter


def key_rows(tree: xr.DataTree) -> int:
    """Rows of the key: arms, marks, and a sentence."""
    labels = _labels(tree)
    return -(-len(labels) // _columns(labels)) + 2


def draw_key(axes: Axes, tree: xr.DataTree, *, log_epoch: bool) -> None:
    """Arms with what became of their networks, the marks of those that stopped, and the lines."""
    axes.set_axis_off()
    labels, n_rows = _labels(tree), key_rows(tree)
    handles = [
        Line2D([], [], color=arm.colour, lw=1.5, label=label)
        for arm, label in zip(arms_of(tree), labels, strict=True)
    ]
    if handles:
        first = axes.legend(
            handles=handles, loc="upper left", ncols=_columns(labels), columnspacing=2.0
        )
        axes.add_artist(first)
    marks = [
        Line2D([], [], ls="none", marker=STATUS_MARKS[kind], ms=3.4, mew=0, color=INK, label=word)
        for kind, word in STATUS_WORDS.items()
    ]
    axes.legend(
        handles=marks, loc="center left", bbox_to_anchor=(0, 1.5 / n_rows), ncols=3,
        columnspacing=2.0,
    )  # fmt: skip
    axes.text(
        0, 0.5 / n_rows, f"thin: a network; thick: mean of those that have a number, ± s.e.m. "
        f"shaded{_thinned(tree, log_epoch)}",
        transform=axes.transAxes, va="center", size=6.5,
    )  # fmt: skip


def _labels(tree: xr.DataTree) -> list[str]:
    return [_label(tree, arm) for arm in arms_of(tree)]


def _label(tree: xr.DataTree, arm: Arm) -> str:
    """An arm's strengths, and what became of its networks."""
    n, status = len(arm.networks), status_of(tree)[arm.networks]
    counts = [f"{m} {word}" for kind, word in STATUS_WORDS.items() if (m := (status == kind).sum())]
    found = ", ".join([f"{n} network{'' if n == 1 else 's'}", *counts])
    return f"{arm.label}: {found}" if arm.label else found


def _columns(labels: list[str]) -> int:
    longest = max(map(len, labels), default=0)
    return max(int(_WIDTH // (10 + _LETTER * longest)), 1)


def _thinned(tree: xr.DataTree, log_epoch: bool) -> str:
    """How many of the epochs are drawn, if not all."""
    found = unread(tree, "training/status")
    n = 0 if found is None else found.sizes["epoch"]
    if n <= N_POINTS:
        return ""
    return f"; {N_POINTS} of {n} epochs drawn" if log_epoch else f"; one epoch in {step_of(n)} drawn"
