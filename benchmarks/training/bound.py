"""The bound: nothing but the matrix products of forward and backward pass, 6 N^2 B T operations."""

from __future__ import annotations

import time

import numpy as np

from benchmarks.contestant import Contestant
from benchmarks.training.problem import Problem

NAME = "matrix products alone, BLAS"


def contestants(problem: Problem) -> list[Contestant]:
    """Three products of (N, N) and (N, batch) for each step of the trial, float32."""
    random = np.random.default_rng(0)
    n, batch = problem.n_units, problem.batch
    w = random.standard_normal((n, n)).astype(np.float32)
    x = random.standard_normal((n, batch)).astype(np.float32)
    out = np.empty_like(x)

    def seconds_per_step(n_steps: int) -> float:
        began = time.process_time()
        for _ in range(3 * problem.n_steps * n_steps):
            np.dot(w, x, out=out)
        return (time.process_time() - began) / n_steps

    return [Contestant(NAME, seconds_per_step)]
