"""The sweeps over the weights against NumPy, with unequal numbers of post and pre."""

import numpy as np
import pytest

from plastisim.online.arrays import CACHE_LINE, aligned_zeros, padded, padded_length
from plastisim.online.period import Constraints
from plastisim.online.sweep import (
    SECOND_CACHE,
    constrained_update_and_drive,
    drive_into,
    update_and_drive,
)

SIZES = pytest.mark.parametrize(
    ("n_post", "n_pre"),
    [
        *[(1, 1), (5, 13), (13, 5), (8, 16), (30, 23)],
        *[(2500, 105), (2501, 105), (2502, 105), (2503, 105)],  # beyond the second cache
    ],
)
DECAYS = pytest.mark.parametrize("decays", [True, False])  # a kernel of its own beyond the cache
DTYPES = pytest.mark.parametrize("dtype", [np.float64, np.float32])


class Population:
    def __init__(self, n_post, n_pre, dtype, decays=True):
        rng = np.random.default_rng(n_post)

        def normal(*shape):
            return rng.standard_normal(shape).astype(dtype)

        self.w, self.w_0, self.xi = (normal(n_post, n_pre) for _ in range(3))
        self.post, self.decay = normal(n_post), decays * normal(n_post)
        self.pre, self.rate = normal(n_pre), normal(n_pre)
        self.exists = (rng.random((n_post, n_pre)) < 0.5).astype(dtype)
        self.lower, self.upper = -np.abs(normal(n_pre)), np.abs(normal(n_pre))
        self.x = np.full(n_post, 9.0, dtype)
        self.close = {"rtol": 0.0, "atol": 200 * np.finfo(dtype).eps}

    def learned(self, m):
        return self.w + m * (np.outer(self.post, self.pre) - self.decay[:, None] * self.w)


@DTYPES
def test_some_of_the_sizes_are_beyond_the_second_cache(dtype):
    assert padded(np.zeros((2500, 105), dtype)).nbytes > SECOND_CACHE
    assert padded(np.zeros((365, 365))).nbytes > SECOND_CACHE


@DTYPES
@SIZES
def test_drive(n_post, n_pre, dtype):
    a = Population(n_post, n_pre, dtype)
    drive_into(padded(a.w), padded(a.rate), a.x)
    assert np.allclose(a.x, a.w @ a.rate, **a.close)


@DTYPES
@DECAYS
@SIZES
def test_update_and_drive(n_post, n_pre, decays, dtype):
    a = Population(n_post, n_pre, dtype, decays)
    w = padded(a.w)
    update_and_drive(w, a.post, padded(a.pre), a.decay, 0.25, False, padded(a.rate), a.x)
    expected = a.learned(0.25)
    assert w.dtype == dtype
    assert np.allclose(w[:, :n_pre], expected, **a.close)
    assert np.allclose(a.x, expected @ a.rate, **a.close)
    assert not w[:, n_pre:].any()


@DECAYS
@pytest.mark.parametrize("n", [1, 2, 7, 12, 23, 365, 366, 367, 368])
def test_the_diagonal_is_cleared_and_gives_no_drive(n, decays):
    a = Population(n, n, np.float64, decays)
    w = padded(a.w)
    update_and_drive(w, a.post, padded(a.pre), a.decay, 0.25, True, padded(a.rate), a.x)
    expected = a.learned(0.25)
    np.fill_diagonal(expected, 0.0)
    assert np.allclose(w[:, :n], expected, **a.close)
    assert np.array_equal(np.diagonal(w), np.zeros(n))
    assert np.allclose(a.x, expected @ a.rate, **a.close)


@SIZES
@pytest.mark.parametrize("asked", ["pull", "initial", "noise", "mask", "bounds", "all"])
def test_constrained_update_and_drive(n_post, n_pre, asked):
    a, none = Population(n_post, n_pre, np.float64), np.zeros((0, 0))
    every = asked == "all"
    k = 0.125 if every or asked in ("pull", "initial") else 0.0
    initial = every or asked == "initial"
    noise, mask, bounds = (every or asked == what for what in ("noise", "mask", "bounds"))
    w = padded(a.w)
    constrained_update_and_drive(
        w, a.post, padded(a.pre), a.decay, 0.25, k, initial,
        Constraints(
            padded(a.w_0),
            padded(a.exists) if mask else none,
            padded(a.lower) if bounds else np.zeros(0),
            padded(a.upper) if bounds else np.zeros(0),
        ),
        padded(a.xi) if noise else none, False, padded(a.rate), a.x,
    )  # fmt: skip
    expected = a.learned(0.25) + k * ((a.w_0 if initial else 0.0) - a.w)
    if noise:
        expected += a.xi
    if mask:
        expected *= a.exists
    if bounds:
        expected = np.clip(expected, a.lower, a.upper)
    assert np.allclose(w[:, :n_pre], expected, **a.close)
    assert np.allclose(a.x, expected @ a.rate, **a.close)
    assert not w[:, n_pre:].any()


@DTYPES
@pytest.mark.parametrize("n", [1, 7, 8, 9, 16, 400])
def test_rows_begin_at_cache_lines_and_are_padded_with_zeros(n, dtype):
    w = padded(np.ones((3, n), dtype))
    assert w.shape == (3, padded_length(n, np.dtype(dtype)))
    assert w.flags.c_contiguous
    assert all(row.ctypes.data % CACHE_LINE == 0 for row in w)
    assert w[:, :n].all()
    assert not w[:, n:].any()


def test_an_array_of_nothing_can_be_padded():
    assert aligned_zeros((0, 8), np.dtype(float)).shape == (0, 8)
