"""Which networks are trained: seeds and strengths, network by network, and how each stands."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from itertools import product

import numpy as np
from numpy.typing import NDArray

from plastisim.protocol.bptt import BpttProtocol
from plastisim.strengths import Listed, Ramp, strength_at


class Status(IntEnum):
    """How a network stands."""

    TRAINING = 0
    LEARNED = 1  # it met the criterion to stop
    GIVEN_UP = 2  # no better score for as long as the protocol waits
    DIVERGED = 3  # a loss, gradient or parameter was no finite number


@dataclass(frozen=True)
class Ensemble:
    """The networks of a run, in their order along `network`.

    Strengths vary slowest, seeds fastest: every arm of a grid has the same seeds, and so the same
    networks and trials.

    Attributes
    ----------
    seeds
        Seed of each network (network,).
    arms
        The settings of a grid: for each, the strength of every regularizer; one where there is no
        grid.
    arm
        Number of each network's setting (network,).
    """

    seeds: NDArray[np.int64]
    arms: tuple[tuple[float | Ramp | Listed, ...], ...]
    arm: NDArray[np.int64]

    @classmethod
    def of(cls, protocol: BpttProtocol) -> Ensemble:
        """The ensemble of a protocol."""
        arms = tuple(product(*(r.strengths() for r in protocol.loss.regularizers)))
        seeds = protocol.seed + np.arange(protocol.training.networks)
        return cls(np.tile(seeds, len(arms)), arms, np.repeat(np.arange(len(arms)), len(seeds)))

    def __len__(self) -> int:
        return len(self.seeds)

    def strengths_at(self, epochs: range) -> NDArray[np.float64]:
        """Strengths (network, epoch, regularizer)."""
        found = np.array([[[strength_at(s, e) for s in arm] for e in epochs] for arm in self.arms])
        return found.reshape(len(self.arms), len(epochs), len(self.arms[0]))[self.arm]
