"""How every figure looks: one colour per meaning, one font, sizes in mm and points."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

# Okabe & Ito's palette, which the colour-blind can tell apart.
OWN = "#0072B2"  # blue: the cue's own attractor; overlap +1
OTHER = "#56B4E9"  # sky blue: another memory
SHARED = "#CC79A7"  # reddish purple: a fixed point, but shared, unstable or unlike its cue
NOT_FIXED = "#A0A0A0"  # grey: no fixed point; no memory
MIRROR = "#D55E00"  # vermillion: the mirror image of a memory; overlap -1
CUE = "#009E73"  # green: the cue, while it is on and where it leaves the network
PLASTIC = "#E69F00"  # orange: weights change
INK = "#222222"
FAINT = "#C8C8C8"

BY_STATUS = (NOT_FIXED, SHARED, OWN)  # see plastisim.figures.reading.status
STATUS_LABELS = ("not a fixed point", "fixed point, not the cue's own", "the cue's own attractor")

BY_OUTCOME = (OWN, OTHER, MIRROR, NOT_FIXED)  # see plastisim.measures.outcomes
OUTCOME_LABELS = ("the cue's own memory", "another memory", "a memory's mirror image", "none")

BY_ARM = (OWN, MIRROR, CUE, SHARED, PLASTIC, OTHER, NOT_FIXED)  # arms of a grid, in their order

WIDTH = 180.0  # mm, two columns of a journal
MM = 1 / 25.4  # inches

_RC: dict[str, Any] = {
    "axes.axisbelow": False,
    "axes.edgecolor": INK,
    "axes.labelcolor": INK,
    "axes.labelpad": 2.0,
    "axes.labelsize": 7.0,
    "axes.linewidth": 0.6,
    "axes.spines.right": False,
    "axes.spines.top": False,
    "axes.titlepad": 4.0,
    "axes.titlesize": 7.0,
    "figure.dpi": 100.0,
    "font.family": ["DejaVu Sans"],  # comes with matplotlib: the same on every machine
    "font.size": 7.0,
    "hatch.linewidth": 0.5,
    "legend.borderaxespad": 0.0,
    "legend.borderpad": 0.0,
    "legend.fontsize": 6.5,
    "legend.frameon": False,
    "legend.handlelength": 1.4,
    "legend.handletextpad": 0.6,
    "legend.labelspacing": 0.4,
    "lines.linewidth": 1.0,
    "pdf.fonttype": 42,  # text stays text
    "savefig.dpi": 200.0,
    "text.color": INK,
    "xtick.color": INK,
    "xtick.labelsize": 6.5,
    "xtick.major.pad": 2.0,
    "xtick.major.size": 2.5,
    "xtick.major.width": 0.6,
    "xtick.minor.size": 1.5,
    "xtick.minor.width": 0.4,
    "ytick.color": INK,
    "ytick.labelsize": 6.5,
    "ytick.major.pad": 2.0,
    "ytick.major.size": 2.5,
    "ytick.major.width": 0.6,
    "ytick.minor.size": 1.5,
    "ytick.minor.width": 0.4,
}


@contextmanager
def house_style() -> Iterator[None]:
    """Matplotlib's defaults and the house's settings, whatever the user's matplotlibrc says."""
    from matplotlib import style

    with style.context(["default", _RC]):
        yield


def overlap_colours() -> Any:
    """Colormap from -1, the mirror image, over white to +1, the same state."""
    from matplotlib.colors import LinearSegmentedColormap

    return LinearSegmentedColormap.from_list("overlap", [MIRROR, "#FFFFFF", OWN])


def arm_colours(n: int) -> list[str]:
    """A colour for each of `n` arms of a grid; where they are many, from dark to light."""
    if n <= len(BY_ARM):
        return list(BY_ARM[:n])
    from matplotlib import colormaps
    from matplotlib.colors import to_hex

    return [to_hex(colormaps["viridis"](0.92 * k / (n - 1))) for k in range(n)]
