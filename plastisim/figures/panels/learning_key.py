"""What the colours, marks and lines of learning curves mean."""

from __future__ import annotations

import xarray as xr
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from plastisim.figures.ensemble import (
    GIVEN_UP,
    LEARNED,
    STATUS_MARKS,
    STATUS_WORDS,
    Arm,
    arms_of,
    status_of,
)
from plastisim.figures.panels.curves import N_POINTS, step_of
from plastisim.figures.reading import unread
from plastisim.figures.style import INK

_WIDTH, _LETTER = 162, 1.25  # mm, of the key and of a letter


def key_rows(tree: xr.DataTree) -> int:
    """Rows of the key: arms, marks of networks that stopped if some did, and sentences."""
    labels, marks = _labels(tree), len(_kinds(tree)) > 0
    return -(-len(labels) // _columns(labels)) + marks + len(_sentences(tree, False))


def draw_key(axes: Axes, tree: xr.DataTree, *, log_epoch: bool) -> None:
    """Arms with what became of their networks, the marks of those that stopped, and the lines."""
    axes.set_axis_off()
    labels, n_rows, sentences = _labels(tree), key_rows(tree), _sentences(tree, log_epoch)
    handles = [
        Line2D([], [], color=arm.colour, lw=1.5, label=label)
        for arm, label in zip(arms_of(tree), labels, strict=True)
    ]
    if handles:
        columns = _columns(labels)
        arms = axes.legend(handles=handles, loc="upper left", ncols=columns, columnspacing=2.0)
        if _kinds(tree):
            axes.add_artist(arms)  # or the second legend takes its place
    if kinds := _kinds(tree):
        marks = [
            Line2D([], [], ls="none", marker=STATUS_MARKS[kind], ms=3.4, mew=0, color=INK,
                   label=STATUS_WORDS[kind]) for kind in kinds
        ]  # fmt: skip
        axes.legend(
            handles=marks, loc="center left", ncols=3, columnspacing=2.0,
            bbox_to_anchor=(0, (len(sentences) + 0.5) / n_rows),
        )  # fmt: skip
    for k, sentence in enumerate(reversed(sentences)):
        axes.text(0, (k + 0.5) / n_rows, sentence, transform=axes.transAxes, va="center", size=6.5)


def _kinds(tree: xr.DataTree) -> list[int]:
    """The ways in which networks stopped."""
    return [kind for kind in STATUS_WORDS if kind in status_of(tree)]


def _sentences(tree: xr.DataTree, log_epoch: bool) -> list[str]:
    thin = "thin: a network; thick: mean of those that have a number (C to F: of its logarithm), "
    sentences = [f"{thin}± s.e.m. shaded{_thinned(tree, log_epoch)}"]
    if {LEARNED, GIVEN_UP} & set(_kinds(tree)):
        sentences.append("a network that has learned or was given up keeps its last test result")
    return sentences


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
    return (
        f"; {N_POINTS} of {n} epochs drawn" if log_epoch else f"; one epoch in {step_of(n)} drawn"
    )
