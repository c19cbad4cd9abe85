"""Microseconds per step against the number of units."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from benchmarks import numpy_peers, ours
from benchmarks.asked import STANDALONE, Measured

STYLES = {
    numpy_peers.NAIVE: {"color": "#66a182", "marker": "s"},
    "Brian2, cython": {"color": "#edae49", "marker": "v"},
    STANDALONE: {"color": "#8d6a9f", "marker": "^"},
    "PyTorch": {"color": "#e07b39", "marker": "P"},
    numpy_peers.GER: {"color": "#2e6f95", "marker": "D"},
    ours.NAME: {"color": "#d1495b", "lw": 2.4, "marker": "o", "zorder": 5},
    numpy_peers.GEMV: {"color": "0.45", "ls": "--", "marker": "."},
    ours.CUE_STEP: {"color": "#d1495b", "ls": ":", "marker": "."},
}
LABELS = {
    ours.NAME: "plastisim: freeze-in",
    numpy_peers.GEMV: "BLAS gemv: one product, no learning",
    ours.CUE_STEP: "plastisim: a frozen step, 25 cues together",
}


def draw(times: Mapping[tuple[int, str], Measured], path: Path) -> None:
    """Two panels, float64 and float32; bars are quartiles over the rounds."""
    dtypes = list(dict.fromkeys(dtype for _, dtype in times))
    figure = Figure(figsize=(4.2 * len(dtypes) + 2.8, 4.6), layout="constrained")
    axes = figure.subplots(1, len(dtypes), sharey=True, squeeze=False)[0]
    for ax, dtype in zip(axes, dtypes, strict=True):
        _panel(ax, {n: names for (n, d), names in times.items() if d == dtype})
        ax.set_title(dtype, loc="left", fontsize=11)
    axes[0].set_ylabel("time per step (µs)")
    handles, labels = axes[0].get_legend_handles_labels()
    figure.legend(handles, labels, frameon=False, fontsize=9, loc="outside right center")
    figure.savefig(path, dpi=120)


def _panel(ax: Axes, measured: Mapping[int, Measured]) -> None:
    for name, style in STYLES.items():
        sizes = [n for n in measured if name in measured[n]]
        if not sizes:
            continue
        lower, middle, upper = np.quantile(
            [measured[n][name] for n in sizes], (0.25, 0.5, 0.75), axis=1
        )
        ax.errorbar(
            sizes, middle, (middle - lower, upper - middle),
            label=LABELS.get(name, name), **({"lw": 1.4, "ms": 5} | style),
        )  # fmt: skip
    ax.set_xscale("log")
    ax.set_yscale("log")
    ax.set_xticks(list(measured), [str(n) for n in measured])
    ax.minorticks_off()
    ax.set_xlabel("units N")
    ax.grid(True, which="major", color="0.92", lw=0.8)
    ax.set_axisbelow(True)
    ax.spines[["top", "right"]].set_visible(False)
