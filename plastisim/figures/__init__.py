"""The catalogue of figures: a run goes in, a matplotlib Figure comes out; nothing is computed.

Numbers come from the store or from a measure. Importing this does not import matplotlib.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from plastisim.figures.freeze_in import draw_freeze_in
from plastisim.figures.learning import draw_learning, draw_learning_log
from plastisim.figures.robustness import draw_robustness
from plastisim.figures.save import save
from plastisim.figures.trial import draw_trial
from plastisim.figures.trials import draw_trials

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from xarray import DataTree

FIGURES_OF: dict[str, dict[str, Callable[[DataTree], Figure]]] = {  # by the engine of the run
    "online": {
        "freeze_in": draw_freeze_in,
        "robustness": draw_robustness,
        "trial": draw_trial,
    },
    "bptt": {
        "learning": draw_learning,
        "learning_log": draw_learning_log,
        "trials": draw_trials,
    },
}
FIGURES: dict[str, Callable[[DataTree], Figure]] = {
    kind: drawn for figures in FIGURES_OF.values() for kind, drawn in figures.items()
}


def draw(tree: DataTree, kind: str) -> Figure:
    """Draw the figure that the catalogue lists as `kind`, of a run opened by `open_run`.

    Raises
    ------
    ValueError
        If there is no such figure, or not of a run of this engine.
    """
    from plastisim.figures.reading import protocol_of

    if kind not in FIGURES:
        raise ValueError(f'got "{kind}"; there are {", ".join(FIGURES)}')
    engine = protocol_of(tree).get("engine")
    own = FIGURES_OF.get(str(engine), FIGURES)
    if kind not in own:
        raise ValueError(f'got "{kind}"; of a run of engine {engine} there are {", ".join(own)}')
    return FIGURES[kind](tree)


__all__ = ["FIGURES", "FIGURES_OF", "draw", "save"]
