"""The singular values of one network's recurrent weights, or of their change, over epochs."""

from __future__ import annotations

import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection

from plastisim.figures.ensemble import arms_of, network_in_words
from plastisim.figures.page import say
from plastisim.figures.panels.curves import drawn_rows, epoch_axis, value_axis
from plastisim.figures.reading import unread, why_missing

SMALLEST = 1e-6  # of the largest: what is less is rounding


def draw_singular_values(
    axes: Axes, tree: xr.DataTree, name: str, label: str, *, log_epoch: bool
) -> None:
    """A line for each, of the first network; a logarithmic axis, down to `SMALLEST`."""
    found = unread(tree, f"singular_values/{name}")
    if found is None:
        say(axes, why_missing(tree, "record.singular_values"))
        return
    rows = drawn_rows(found.epoch.values, log_epoch)
    values = found.isel(network=0, epoch=rows).transpose("epoch", "singular").values
    values = np.where(np.isfinite(values) & (values > 0), values, np.nan).astype(np.float64)
    epochs = found.epoch.values[rows]
    lines = [np.column_stack([epochs, line]) for line in values.T]
    axes.add_collection(
        LineCollection(
            lines, colors=arms_of(tree)[0].colour, lw=0.5, alpha=0.7, rasterized=True,
            gid=f"singular_values/{name}",
        ),
        autolim=False,
    )  # fmt: skip
    largest = np.nanmax(values, initial=0.0)
    value_axis(axes, values[values >= SMALLEST * largest], logarithmic=True)
    epoch_axis(axes, tree, log_epoch)
    axes.set_ylabel(label)
    axes.set_title(network_in_words(tree, 0))
