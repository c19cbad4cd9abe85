"""PyTorch on the CPU, with everything in place and without autograd."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import torch
from numpy.typing import NDArray

from benchmarks.contestant import Contestant, timed
from benchmarks.problem import ALPHA, STRENGTH, Problem

NAME = "PyTorch"


def contestants(problem: Problem) -> Iterator[Contestant]:
    """One."""
    torch.set_num_threads(1)
    w, begin = torch.tensor(problem.w_initial), torch.tensor(problem.rate)
    diagonal = w.diagonal()
    rate, before, change = begin.clone(), begin.clone(), begin.clone()

    @torch.inference_mode()
    def advance(n_steps: int) -> None:
        rate.copy_(begin)
        for _ in range(n_steps):
            before.copy_(rate)
            torch.mv(w, before, out=change)
            change.tanh_().sub_(before).mul_(ALPHA)
            rate.add_(change)
            w.addr_(change, before, alpha=-STRENGTH)
            diagonal.zero_()

    def state(n_steps: int) -> tuple[NDArray[Any], NDArray[Any]]:
        advance(n_steps)
        return w.numpy().copy(), rate.numpy().copy()

    yield Contestant(NAME, timed(advance), state)
