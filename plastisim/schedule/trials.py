"""When which cue is on: the table of trials, never one big input array."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from plastisim.dynamics import Network, Period
from plastisim.protocol.online import OnlineProtocol
from plastisim.streams import stream

Array = NDArray[np.float64]


def presentation(
    protocol: OnlineProtocol, network: Network, pattern: Array, *, learning: bool
) -> list[Period]:
    """The periods of one trial with one cue.

    Parameters
    ----------
    pattern
        Input to every channel while the cue is on (input,).
    learning
        False leaves every period frozen, as in a test.
    """
    on = network.w_in @ pattern.astype(network.dtype) + network.bias
    return [
        Period(
            name=period.period,
            n_steps=period.duration.steps(protocol.network.dt),
            external=on if period.input == "cue" else network.bias,
            plastic=period.plastic and learning,
            third_factor=period.third_factor,
        )
        for period in protocol.schedule.trial
    ]


def cue_order(protocol: OnlineProtocol, n_cues: int, epoch: int) -> NDArray[np.int64]:
    """Which cue is presented when in an epoch (presentation,); epochs count from 1."""
    if protocol.schedule.order == "fixed":
        return np.arange(n_cues)
    return stream(protocol.seed, "order", epoch).permutation(n_cues)


def steps_until_cue_ends(protocol: OnlineProtocol) -> int:
    """Steps from the start of a trial to the end of its last period with a cue."""
    last = max(i for i, p in enumerate(protocol.schedule.trial) if p.input == "cue")
    dt = protocol.network.dt
    return sum(p.duration.steps(dt) for p in protocol.schedule.trial[: last + 1])


def plastic_steps(protocol: OnlineProtocol) -> int:
    """Plastic steps of one trial."""
    dt = protocol.network.dt
    return sum(p.duration.steps(dt) for p in protocol.schedule.trial if p.plastic)


def trial_steps(protocol: OnlineProtocol) -> int:
    """Steps of one trial."""
    return sum(p.duration.steps(protocol.network.dt) for p in protocol.schedule.trial)


def tested_epochs(protocol: OnlineProtocol) -> list[int]:
    """Epochs after which the network is tested: 0, every so many, and the last."""
    n, every = protocol.schedule.epochs, protocol.test.every
    return sorted({0, *range(every, n + 1, every), n})
