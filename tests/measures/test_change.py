"""How far the weights have moved, and in how many directions."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from plastisim.measures import change_of
from tests.networks import random_weights


def outer_products(n, k, seed=3):
    random = np.random.default_rng(seed)
    return sum(np.outer(random.standard_normal(n), random.standard_normal(n)) for _ in range(k))


def test_norm_rank_and_dimension_by_hand():
    """Singular values 3 and 4: norm 5, and 25^2 / (81 + 256) directions."""
    w = random_weights(6)
    moved = w.copy()
    moved[1, 4] += 3.0
    moved[5, 0] -= 4.0
    change = change_of(moved, w, decompose=True)
    assert change.norm == pytest.approx(5.0, rel=1e-14)
    assert change.rank == 2
    assert change.dimension == pytest.approx(625 / 337, rel=1e-12)


@given(st.integers(1, 12))
def test_equal_changes_in_k_directions_have_dimension_k(k):
    w, moved = random_weights(12), np.roll(np.eye(12), 5, axis=1)
    moved[k:] = 0.0
    change = change_of(w + 0.5 * moved, w, decompose=True)
    assert change.rank == k
    assert change.dimension == pytest.approx(k, rel=1e-12)
    assert change.norm == pytest.approx(0.5 * np.sqrt(k), rel=1e-12)


@pytest.mark.parametrize("k", [1, 3, 7])
@pytest.mark.parametrize("gain", [0.0, 1.8])
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_a_sum_of_k_outer_products_has_rank_k(k, gain, dtype):
    """Also when learning starts from no weights at all."""
    w = random_weights(40, gain, dtype=dtype)
    learned = (w + 0.1 * outer_products(40, k)).astype(dtype)
    assert change_of(learned, w, decompose=True).rank == k


def test_a_change_far_smaller_than_the_weights_is_seen():
    w = random_weights(40)
    assert change_of(w + 1e-9 * outer_products(40, 2), w, decompose=True).rank == 2


def test_no_change_has_no_direction():
    w = random_weights(5)
    change = change_of(w, w, decompose=True)
    assert (change.norm, change.rank) == (0.0, 0)
    assert np.isnan(change.dimension)


def test_directions_are_counted_only_if_asked_for():
    change = change_of(random_weights(5), random_weights(5, seed=9), decompose=False)
    assert change.norm > 0
    assert change.rank == -1
    assert np.isnan(change.dimension)


def test_float32_weights_are_subtracted_in_float64():
    w = np.full((3, 3), 1.0, np.float32)
    moved = w.copy()
    moved[0, 2] = np.nextafter(np.float32(1), np.float32(2))
    assert change_of(moved, w, decompose=False).norm == 2.0**-23
