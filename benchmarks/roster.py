"""Who takes part: always plastisim and NumPy, and each peer that is installed and asked for."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path

from benchmarks import numpy_peers, ours
from benchmarks.contestant import Contestant
from benchmarks.problem import STEPS_COMPARED, TOLERANCE, Problem, largest_difference

PEERS = ("brian2", "torch")


def absent(peers: Sequence[str]) -> list[str]:
    """Those asked for that are not installed."""
    return [peer for peer in peers if find_spec(peer) is None]


def contestants(problem: Problem, peers: Sequence[str], directory: Path) -> list[Contestant]:
    """All on one problem; `directory` is for files that live as long as the benchmark."""
    found = [*ours.contestants(problem), *numpy_peers.contestants(problem)]
    present = set(peers) - set(absent(peers))
    if "torch" in present:
        from benchmarks import torch_peer

        found += torch_peer.contestants(problem)
    if "brian2" in present:
        from benchmarks import brian2_peer

        found += brian2_peer.contestants(problem, directory)
    return found


SAME = {ours.USER, ours.CONSTRAINED}  # those of ours that must agree with `ours.NAME`


def differences(problem: Problem, found: Sequence[Contestant]) -> dict[str, float]:
    """Largest difference in weights and rates from plastisim, of all that compute the same.

    Raises
    ------
    ValueError
        If one is beyond the tolerance: what computes something else is not timed.
    """
    ours_state, *_ = (c.state for c in found if c.name == ours.NAME)
    assert ours_state is not None
    expected = ours_state(STEPS_COMPARED)
    off = {
        c.name: largest_difference(c.state(STEPS_COMPARED), expected)
        for c in found
        if c.state and (c.name in SAME or not c.name.startswith(ours.NAME))
    }
    wrong = {name: d for name, d in off.items() if not d <= TOLERANCE[problem.dtype]}
    if wrong:
        raise ValueError(
            f"n = {problem.n}, {problem.dtype}: after {STEPS_COMPARED} steps these differ from "
            f"plastisim by more than {TOLERANCE[problem.dtype]:g}: {wrong}"
        )
    return off
