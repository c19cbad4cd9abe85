"""The catalogue of figures: a run goes in, a matplotlib Figure comes out; nothing is computed.

Numbers come from the store or from a measure. Importing this does not import matplotlib.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from plastisim.figures.freeze_in import draw_freeze_in
from plastisim.figures.robustness import draw_robustness
from plastisim.figures.save import save
from plastisim.figures.trial import draw_trial

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from xarray import DataTree

FIGURES: dict[str, Callable[[DataTree], Figure]] = {
    "freeze_in": draw_freeze_in,
    "robustness": draw_robustness,
    "trial": draw_trial,
}


def draw(tree: DataTree, kind: str) -> Figure:
    """Draw the figure that the catalogue lists as `kind`, of a run opened by `open_run`.

    Raises
    ------
    ValueError
        If there is no such figure.
    """
    if kind not in FIGURES:
        raise ValueError(f'got "{kind}"; there are {", ".join(FIGURES)}')
    return FIGURES[kind](tree)


__all__ = ["FIGURES", "draw", "save"]
