"""NumPy and BLAS: the bound that no plastic step beats by much, and two loops written by hand."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.linalg.blas import dger, sger  # pyright: ignore[reportAttributeAccessIssue]

from benchmarks.contestant import Contestant, timed
from benchmarks.problem import ALPHA, STRENGTH, Problem
from plastisim.online.simd import tanh_into

Array = NDArray[Any]
GEMV = "BLAS gemv"
TANH = "SIMD tanh"
NAIVE = "NumPy, np.outer"
GER = "NumPy, BLAS ger"


def contestants(problem: Problem) -> Iterator[Contestant]:
    """The two parts of the bound, then the two loops."""
    w, rate, x = problem.w_initial, problem.rate, np.empty_like(problem.rate)
    phi = np.empty_like(x)

    def gemv(n_steps: int) -> None:
        for _ in range(n_steps):
            np.dot(w, rate, out=x)

    def tanh(n_steps: int) -> None:
        for _ in range(n_steps):
            tanh_into(rate, phi)

    tanh(1)  # compiles
    yield Contestant(GEMV, timed(gemv))
    yield Contestant(TANH, timed(tanh))
    yield _naive(problem)
    yield _ger(problem)


def _naive(problem: Problem) -> Contestant:
    """As the equation stands on paper."""
    w = problem.w_initial.copy()

    def advance(n_steps: int) -> Array:
        rate = problem.rate
        for _ in range(n_steps):
            before = rate
            rate = (1.0 - ALPHA) * before + ALPHA * np.tanh(w @ before)
            w[:] -= STRENGTH * np.outer(rate - before, before)
            np.fill_diagonal(w, 0.0)
        return rate

    def state(n_steps: int) -> tuple[Array, Array]:
        rate = advance(n_steps)
        return w.copy(), rate

    return Contestant(NAIVE, timed(advance), state)


def _ger(problem: Problem) -> Contestant:
    """Everything in place: BLAS rank-one update of columns, BLAS product, NumPy's SIMD tanh."""
    w = problem.w_initial.copy(order="F")
    diagonal = w.ravel(order="K")[:: problem.n + 1]
    ger = dger if problem.dtype == "float64" else sger
    rate, before, change = (np.empty_like(problem.rate) for _ in range(3))

    def advance(n_steps: int) -> None:
        rate[:] = problem.rate
        for _ in range(n_steps):
            before[:] = rate
            np.dot(w, before, out=change)
            np.tanh(change, out=change)
            np.subtract(change, before, out=change)
            np.multiply(change, ALPHA, out=change)
            np.add(before, change, out=rate)
            ger(-STRENGTH, change, before, a=w, overwrite_x=1, overwrite_y=1, overwrite_a=1)
            diagonal[:] = 0.0

    def state(n_steps: int) -> tuple[Array, Array]:
        advance(n_steps)
        return w.copy(), rate.copy()

    return Contestant(GER, timed(advance), state)
