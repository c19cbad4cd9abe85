"""A page measured in mm from its upper left corner, on which panels are placed."""

from __future__ import annotations

from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from plastisim.figures.style import MM, NOT_FIXED


def new_page(width: float, height: float) -> Figure:
    """An empty figure, in mm; no pyplot, so that nothing global knows of it."""
    figure = Figure(figsize=(width * MM, height * MM))
    FigureCanvasAgg(figure)
    return figure


def place(figure: Figure, left: float, top: float, width: float, height: float) -> Axes:
    """Axes on a page; the four are the frame's, in mm, labels lie outside."""
    page_width, page_height = (inches / MM for inches in figure.get_size_inches())
    bottom = page_height - top - height
    return figure.add_axes(
        (left / page_width, bottom / page_height, width / page_width, height / page_height)
    )


def columns(
    left: float, right: float, n: int, gap: float, widest: float
) -> list[tuple[float, float]]:
    """Left edge and width of `n` columns side by side, all of one width; at least one column."""
    n = max(n, 1)
    width = min((right - left - (n - 1) * gap) / n, widest)
    return [(left + k * (width + gap), width) for k in range(n)]


def letter(figure: Figure, text: str, left: float, top: float) -> None:
    """A panel's bold letter."""
    page_width, page_height = (inches / MM for inches in figure.get_size_inches())
    figure.text(
        left / page_width, 1 - top / page_height, text, weight="bold", size=10, ha="left", va="top"
    )


def say(axes: Axes, text: str) -> None:
    """Words where a panel would be."""
    axes.set_axis_off()
    axes.text(
        0.5, 0.5, text, transform=axes.transAxes, ha="center", va="center", color="#606060",
        linespacing=1.5,
        bbox={"boxstyle": "round,pad=0.8", "fc": "none", "ec": NOT_FIXED, "lw": 0.5},
    )  # fmt: skip
