"""The cosine of the angle between two states."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from plastisim.measures import overlap, overlap_matrix
from tests.networks import random_rates


def columns(*states):
    return np.array(states, float).T


def test_an_angle_by_hand():
    """(3, 4) . (4, 3) = 24, and both have norm 5."""
    assert overlap(columns([3, 4]), columns([4, 3])) == pytest.approx([0.96], rel=1e-15)


def test_every_column_of_the_first_against_every_column_of_the_second():
    a, b = columns([1, 0, 0], [3, 4, 0]), columns([0, 2, 0], [0, 0, 7], [-5, 0, 0])
    by_hand = [[0.0, 0.0, -1.0], [0.8, 0.0, -0.6]]
    assert np.allclose(overlap_matrix(a, b), by_hand, rtol=0, atol=1e-15)


def test_column_by_column_is_the_diagonal_of_every_pair():
    a, b = random_rates(9, 4), random_rates(9, 4, seed=8)
    assert np.allclose(overlap(a, b), np.diag(overlap_matrix(a, b)), rtol=0, atol=1e-15)


def test_a_mirror_image_is_opposite():
    a = random_rates(9, 4)
    assert np.allclose(overlap(a, -a), -1.0, rtol=0, atol=1e-15)


@pytest.mark.parametrize("nothing", [0.0, np.nan, np.inf, -np.inf])
def test_a_state_without_direction_overlaps_with_nothing(nothing):
    a = random_rates(5, 3)
    b = a.copy()
    b[:, 1] = nothing
    assert overlap(a, b) == pytest.approx([1.0, 0.0, 1.0], abs=1e-15)
    assert overlap(b, b) == pytest.approx([1.0, 0.0, 1.0], abs=1e-15)
    assert (overlap_matrix(a, b)[:, 1] == 0.0).all()


def test_one_rate_that_is_no_number_spoils_a_state():
    a = random_rates(5, 1)
    b = a.copy()
    b[2] = np.nan
    assert overlap(a, b).tolist() == [0.0]


@given(st.floats(-300, 300), st.floats(-300, 300))
def test_the_length_of_a_state_does_not_matter(p, q):
    """However long: a diverging network has rates of 1e200 before they overflow."""
    a, b = columns([0.5, -0.25, 1.0]), columns([-1.0, 0.5, 0.75])
    assert overlap(a * 10**p, b * 10**q) == pytest.approx(overlap(a, b), rel=1e-12)


def test_float32_states_are_compared_to_their_precision():
    a = random_rates(400, 3, dtype=np.float32)
    assert overlap(a, a) == pytest.approx(1.0, abs=1e-6)
    assert overlap(a, np.float32(1e30) * a) == pytest.approx(1.0, abs=1e-6)
