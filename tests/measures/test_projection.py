"""Principal axes: a frame in which states lie as far apart as in the whole space."""

from __future__ import annotations

import numpy as np

from plastisim.measures.projection import principal_axes


def test_a_cross_in_the_plane():
    """Variances 2 * 9 and 2 * 1 along the axes of the cross."""
    centre = np.array([[5.0], [-1.0], [2.0]])
    arms = np.array([[0, 0, 1, -1], [3, -3, 0, 0], [0, 0, 0, 0]], float)
    frame = principal_axes(centre + arms, 3)
    np.testing.assert_allclose(frame.centre, centre[:, 0])
    np.testing.assert_allclose(frame.axes, [[0, 1, 0], [1, 0, 0], [0, 0, 0]], atol=1e-12)
    np.testing.assert_allclose(frame.explained, [0.9, 0.1, 0.0], atol=1e-12)
    np.testing.assert_allclose(
        frame.project(centre + arms), [[3, -3, 0, 0], [0, 0, 1, -1], [0, 0, 0, 0]], atol=1e-12
    )


def test_all_axes_together_keep_every_distance():
    states = np.random.default_rng(0).normal(size=(7, 5))
    at = principal_axes(states, 4).project(states)
    for i in range(5):
        for j in range(5):
            distance = np.linalg.norm(states[:, i] - states[:, j])
            np.testing.assert_allclose(np.linalg.norm(at[:, i] - at[:, j]), distance, atol=1e-12)


def test_the_mirror_image_of_the_states_has_the_same_axes():
    states = np.random.default_rng(1).normal(size=(6, 9))
    a, b = principal_axes(states, 3), principal_axes(-states, 3)
    np.testing.assert_allclose(a.axes, b.axes, atol=1e-12)
    np.testing.assert_allclose(a.explained, b.explained)


def test_states_that_are_not_finite_are_left_out():
    states = np.random.default_rng(2).normal(size=(4, 6))
    spoilt = np.column_stack([states[:, :2], [np.nan, 0, 0, 0], states[:, 2:], [np.inf, 0, 0, 0]])
    a, b = principal_axes(states, 2), principal_axes(spoilt, 2)
    np.testing.assert_array_equal(a.axes, b.axes)


def test_where_nothing_varies_nothing_is_explained():
    for states in (np.full((5, 3), 0.1), np.ones((5, 1)), np.full((5, 2), np.nan), np.ones((5, 0))):
        frame = principal_axes(states, 3)
        np.testing.assert_array_equal(frame.explained, 0)
        np.testing.assert_array_equal(frame.axes, 0)
