"""PyTorch on the CPU: the fused ``nn.RNN``, and the loop over a cell that the paper used.

Both train on a batch drawn once, so that drawing trials is not among what they do.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

import torch
from torch import nn

from benchmarks.contestant import Contestant
from benchmarks.training.problem import CLIP, LEARNING_RATE, TCR, Problem

FUSED, LOOP = "PyTorch, fused nn.RNN", "PyTorch, loop over the cell"


class PLRNNLoop(nn.Module):
    """x <- A x + W relu(x) + C s + h, the answer at the last step."""

    def __init__(self, n_units: int) -> None:
        super().__init__()
        self.a = nn.Parameter(torch.rand(n_units))
        self.w = nn.Parameter(torch.randn(n_units, n_units) * 0.01)
        self.c = nn.Parameter(torch.randn(n_units, 2) * 0.1)
        self.h = nn.Parameter(torch.zeros(n_units))
        self.start = nn.Parameter(torch.rand(n_units))
        self.out = nn.Linear(n_units, 1)
        self.mask = 1 - torch.eye(n_units)

    def loss(self, s: torch.Tensor, target: torch.Tensor) -> torch.Tensor:
        x = self.start.expand(s.shape[1], -1)
        w = (self.w * self.mask).T
        for t in range(s.shape[0]):
            x = self.a * x + torch.relu(x) @ w + s[t] @ self.c.T + self.h
        return ((self.out(x) - target) ** 2).mean()


class LeakyLoop(nn.Module):
    """r <- (1 - alpha) r + alpha tanh(W r + C s), half of the units temporally consistent."""

    def __init__(self, n_units: int) -> None:
        super().__init__()
        self.w = nn.Parameter(torch.randn(n_units, n_units) / n_units**0.5)
        self.c = nn.Parameter(torch.randn(n_units, 2))
        self.out = nn.Linear(n_units, 2)
        self.mask = 1 - torch.eye(n_units)
        self.n_units = n_units

    def loss(self, s: torch.Tensor, target: torch.Tensor) -> torch.Tensor:
        r = torch.zeros(s.shape[1], self.n_units)
        w, rates, drives = (self.w * self.mask).T, [], []
        for t in range(s.shape[0]):
            x = r @ w + s[t] @ self.c.T
            r = 0.2 * r + 0.8 * torch.tanh(x)
            rates.append(r)
            drives.append(x)
        r, x = torch.stack(rates), torch.stack(drives)
        half = self.n_units // 2
        consistency = sum(((v[1:, :, :half] - v[:-1, :, :half]) ** 2).mean() for v in (r, x))
        return ((self.out(r) - target) ** 2).mean() + TCR * consistency


class Fused(nn.Module):
    """``nn.RNN``: tanh, no leak, no mask, no regularizer; the nearest thing that is fused."""

    def __init__(self, n_units: int, n_outputs: int, at_last: bool) -> None:
        super().__init__()
        self.rnn = nn.RNN(2, n_units, nonlinearity="tanh")
        self.out = nn.Linear(n_units, n_outputs)
        self.at_last = at_last

    def loss(self, s: torch.Tensor, target: torch.Tensor) -> torch.Tensor:
        states, _ = self.rnn(s)
        return ((self.out(states[-1] if self.at_last else states) - target) ** 2).mean()


def contestants(problem: Problem) -> Iterator[Contestant]:
    """Both, on one thread."""
    torch.set_num_threads(1)
    torch.manual_seed(0)
    s = torch.rand(problem.n_steps, problem.batch, 2)
    if problem.with_tcr:
        target = torch.rand(problem.n_steps, problem.batch, 2)
        yield Contestant(LOOP, _timed(LeakyLoop(problem.n_units), s, target))
        yield Contestant(FUSED, _timed(Fused(problem.n_units, 2, False), s, target))
    else:
        target = torch.rand(problem.batch, 1)
        yield Contestant(LOOP, _timed(PLRNNLoop(problem.n_units), s, target))
        yield Contestant(FUSED, _timed(Fused(problem.n_units, 1, True), s, target))


def _timed(
    model: PLRNNLoop | LeakyLoop | Fused, s: torch.Tensor, target: torch.Tensor
) -> Callable[[int], float]:
    optimizer = torch.optim.Adam(model.parameters(), lr=LEARNING_RATE)

    def seconds_per_step(n_steps: int) -> float:
        began = time.process_time()
        for _ in range(n_steps):
            optimizer.zero_grad(set_to_none=True)
            model.loss(s, target).backward()
            nn.utils.clip_grad_norm_(model.parameters(), CLIP)
            optimizer.step()
        return (time.process_time() - began) / n_steps

    return seconds_per_step
