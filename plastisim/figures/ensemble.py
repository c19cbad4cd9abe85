"""The networks of a trained ensemble: the arms of its grid, and how each network stands."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from plastisim.figures.reading import stored
from plastisim.figures.style import arm_colours

TRAINING, LEARNED, GIVEN_UP, DIVERGED = range(4)  # as the store counts them
STATUS_WORDS = {LEARNED: "learned", GIVEN_UP: "given up", DIVERGED: "diverged"}
STATUS_MARKS = {LEARNED: "o", GIVEN_UP: "s", DIVERGED: "X"}


@dataclass(frozen=True)
class Arm:
    """The networks that have the same strengths."""

    label: str  # "tcr 0.1"; "" where there is no grid
    networks: NDArray[np.int64]  # their places along `network`
    colour: str


def arms_of(tree: xr.DataTree) -> list[Arm]:
    """In the order of the store; one where there is no grid, none where there are no networks."""
    if "test" not in tree.children or "network" not in tree.children["test"].coords:
        return []
    coords = tree.children["test"].coords
    n = len(coords["network"])
    names = [str(name) for name in coords if str(name).startswith("strength_")]
    settings = list(zip(*(coords[name].values.tolist() for name in names), strict=True)) or [()] * n
    arms = list(dict.fromkeys(settings))
    kinds = [name.removeprefix("strength_").replace("_", " ") for name in names]
    return [
        Arm(
            ", ".join(f"{kind} {value:g}" for kind, value in zip(kinds, arm, strict=True)),
            np.array([k for k in range(n) if settings[k] == arm], np.int64),
            colour,
        )
        for arm, colour in zip(arms, arm_colours(len(arms)), strict=True)
    ]


def status_of(tree: xr.DataTree) -> NDArray[np.int64]:
    """How each network stands after the last whole epoch (network,)."""
    status = stored(tree, "training/status")
    if status is None:
        return np.zeros(sum(len(arm.networks) for arm in arms_of(tree)), np.int64)
    return status.transpose("epoch", "network").values[-1].astype(np.int64)


def stopped_at(tree: xr.DataTree) -> NDArray[np.int64]:
    """The epoch after which each network stopped (network,); -1 if it trains."""
    status = stored(tree, "training/status")
    if status is None:
        return np.full(len(status_of(tree)), -1)
    stopped = status.transpose("epoch", "network").values != TRAINING
    first = status.epoch.values[stopped.argmax(axis=0)]
    return np.where(stopped.any(axis=0), first, -1)


def median_network(tree: xr.DataTree, score: str) -> int:
    """The network whose last test score is the median, the lower one of two; the first if none.

    Networks that diverged have no score.
    """
    scores = stored(tree, f"test/{score}")
    if scores is None:
        return 0
    last = scores.transpose("epoch", "network").values[-1]
    ranked = np.argsort(last, kind="stable")[: np.isfinite(last).sum()]
    return int(ranked[(len(ranked) - 1) // 2]) if ranked.size else 0


def network_in_words(tree: xr.DataTree, network: int) -> str:
    """Which network it is: "network 3, tcr 0.1"."""
    labels = [arm.label for arm in arms_of(tree) if network in arm.networks]
    return ", ".join([f"network {network}", *filter(None, labels)])
