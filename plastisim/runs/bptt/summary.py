"""What a person wants to know of an ensemble once it is trained."""

from __future__ import annotations

import numpy as np
import xarray as xr

STOPPED = {1: "learned", 2: "given up", 3: "diverged"}


def summary(tree: xr.DataTree) -> list[tuple[str, str]]:
    """Lines of a summary, each a name and a value in words; arm by arm where there is a grid.

    Parameters
    ----------
    tree
        A run, as `plastisim.open_run` gives it; finished or not.
    """
    test = tree["test"].to_dataset()
    if not test.sizes.get("epoch"):
        return [("networks", "nothing was tested yet")]
    training = tree["training"].to_dataset()
    lines = []
    words = STOPPED | {0: "trained to the end" if tree.attrs["state"] == "done" else "in training"}
    for name, which in _arms(test):
        epoch, scores = int(test.epoch[-1]), [v for v in test.data_vars if v != "loss"]
        head = f"{name}: " if name else ""
        if training.sizes.get("epoch"):
            status = training.status.isel(epoch=-1).values[which]
            counts = [f"{n} {w}" for s, w in words.items() if (n := int((status == s).sum()))]
            lines.append((f"{head}networks", f"{which.sum()}: {', '.join(counts)}"))
        for score in ("loss", *scores):
            values = test[score].isel(epoch=-1).values[which]
            lines.append((f"{head}{score}", _spread(values, epoch)))
    if training.sizes.get("epoch"):
        lines.append(("seconds", f"{float(training.seconds.sum()):.1f}"))
    return lines


def _arms(test: xr.Dataset) -> list[tuple[str, np.ndarray]]:
    """Every setting of a grid: its strengths in words, and which networks have it."""
    names = [str(name) for name in test.coords if str(name).startswith("strength_")]
    if not names:
        return [("", np.ones(test.sizes["network"], bool))]
    strengths = np.stack([test[name].values for name in names], axis=1)
    arms = []
    for row in dict.fromkeys(map(tuple, strengths)):
        pairs = zip(names, row, strict=True)
        words = ", ".join(f"{name.removeprefix('strength_')} {value:g}" for name, value in pairs)
        arms.append((words, (strengths == row).all(axis=1)))
    return arms


def _spread(values: np.ndarray, epoch: int) -> str:
    finite = values[np.isfinite(values)]
    if not finite.size:
        return f"no finite number in epoch {epoch}"
    low, middle, high = np.quantile(finite, (0.0, 0.5, 1.0))
    return f"median {middle:.4g} ({low:.4g} to {high:.4g}) in epoch {epoch}"
