"""Eigenvalues of the Jacobian where the cues lead, in the complex plane, at chosen epochs."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from numpy.typing import NDArray

from plastisim.figures.page import say
from plastisim.figures.reading import count_text, snapshots, status, stored, why_missing
from plastisim.figures.style import BY_STATUS, FAINT, INK


def recorded_eigenvalues(tree: xr.DataTree) -> xr.DataArray | None:
    """Whole spectra if the run has any, else the leading eigenvalues."""
    full = stored(tree, "full_spectra/eigenvalues")
    return full if full is not None else stored(tree, "spectra/eigenvalues")


def eigenvalue_epochs(tree: xr.DataTree) -> list[int]:
    """The epochs to be drawn, at most three."""
    found = recorded_eigenvalues(tree)
    return [] if found is None else snapshots(tree, found.epoch.values)


def draw_eigenvalues(axes: Sequence[Axes], tree: xr.DataTree) -> None:
    """A plane for each of the `eigenvalue_epochs`; words on the first axes if there are none."""
    found, epochs = recorded_eigenvalues(tree), eigenvalue_epochs(tree)
    if found is None:
        say(axes[0], why_missing(tree, "record.spectra"))
        return
    shown = found.sel(epoch=epochs).transpose("epoch", "cue", "eig").values
    left, right, height = _window(shown, _shape(axes[0]))
    for k, each in enumerate(axes):
        _draw_plane(each, shown[k], status(tree, epochs[k]))
        each.axvspan(0, max(right, 0.0), color=FAINT, alpha=0.3, lw=0, zorder=0)
        each.set_xlim(left, right)
        each.set_ylim(-height, height)
        each.set_title(count_text(tree, epochs[k]))
        each.set_xlabel("Re λ (1/τ)")
        each.locator_params(nbins=4)
        each.tick_params(labelleft=k == 0)
        each.spines[:].set_visible(True)
    whole = stored(tree, "full_spectra/eigenvalues") is not None
    n = found.sizes["eig"]
    which = "λ" if whole else "leading λ" if n == 1 else f"{n} leading λ"
    axes[0].set_ylabel(f"Im {which} (1/τ)")
    axes[0].annotate(
        "unstable", (1, 0), (-2, 3), xycoords="axes fraction", textcoords="offset points",
        ha="right", va="bottom", size=6.5, rotation=90,
    )  # fmt: skip


def _draw_plane(axes: Axes, eigenvalues: NDArray[np.complex128], found: np.ndarray) -> None:
    axes.axvline(0, color=INK, lw=0.6, zorder=3)
    axes.axhline(0, color=INK, lw=0.3, alpha=0.4, zorder=0)
    for kind, colour in enumerate(BY_STATUS):
        points = eigenvalues[found == kind].ravel()
        points = points[np.isfinite(points)]
        axes.plot(
            points.real, points.imag, ls="none", marker="o", ms=1.2, mew=0, color=colour, alpha=0.5,
            rasterized=True, gid=f"eigenvalues_{kind}",
        )  # fmt: skip


def _shape(axes: Axes) -> float:
    """Height over width, so that both parts of an eigenvalue are drawn to one scale."""
    width, height = axes.get_window_extent().size
    return float(height / width)


def _window(eigenvalues: NDArray[np.complex128], shape: float) -> tuple[float, float, float]:
    """Left, right and upper limit of a window that shows all eigenvalues and the imaginary axis."""
    points = eigenvalues[np.isfinite(eigenvalues)]
    if not points.size:
        points = np.zeros(1, np.complex128)
    left, right = min(points.real.min(), -1.0), max(points.real.max(), 0.2)
    width = max((right - left) * 1.08, 2 * np.abs(points.imag).max() * 1.08 / shape)
    middle = (left + right) / 2
    return middle - width / 2, middle + width / 2, width * shape / 2
