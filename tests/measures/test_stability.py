"""What kind a point is, of matrices whose eigenvalues are known."""

import numpy as np
import pytest

from plastisim.measures.stability import points_of_a_map

ROTATION = 0.9 * np.array([[np.cos(0.3), -np.sin(0.3)], [np.sin(0.3), np.cos(0.3)]])


def points(*jacobians, fixed=True, **keys):
    j = np.array(jacobians, float)
    n_points, n, _ = j.shape
    x = np.arange(n * n_points, dtype=float).reshape(n, n_points)
    keys = {"marginal": 1e-3, **keys}
    return points_of_a_map(x, 0 * x, j, np.full(n_points, fixed), **keys)


def triangular(*diagonal):
    """Not normal, so that its singular values are no eigenvalues."""
    return np.diag(diagonal) + np.triu(np.ones((len(diagonal),) * 2), 1)


@pytest.mark.parametrize(
    ("diagonal", "kind", "index"),
    [
        ((0.5, -0.9, 0.1), "stable", 0),
        ((0.5, -1.1, 0.1), "saddle", 1),
        ((1.2, -1.1, 0.1), "saddle", 2),
        ((1.2, -1.1, 3.0), "repeller", 3),
        ((0.5, 1.0005, 0.1), "marginal", 0),
        ((0.5, -0.9995, 2.0), "marginal", 1),
    ],
)
def test_the_kind_is_told_by_the_moduli_of_the_eigenvalues(diagonal, kind, index):
    found = points(triangular(*diagonal))
    assert found["kind"].values.tolist() == [kind]
    assert found["index"].values.tolist() == [index]


def test_what_is_neutral_is_what_the_tolerance_says():
    near = triangular(0.5, 1.0005, 0.1)
    assert points(near, marginal=1e-4)["kind"].item() == "saddle"
    assert points(near, marginal=1e-3)["kind"].item() == "marginal"


def test_a_point_that_is_not_fixed_is_slow_whatever_its_eigenvalues():
    assert points(triangular(0.5, 0.2), triangular(1.5, 0.2), fixed=False)[
        "kind"
    ].values.tolist() == ["slow", "slow"]


def test_eigenvalues_come_largest_modulus_first():
    found = points(triangular(0.5, -1.5, 0.1), triangular(-0.2, 0.4, 0.3))["eigenvalue"].values
    assert np.allclose(found, [[-1.5, 0.5, 0.1], [0.4, 0.3, -0.2]])
    pair = points(ROTATION)["eigenvalue"].values[0]
    assert np.allclose(pair, 0.9 * np.exp([0.3j, -0.3j]))


def test_a_kick_shrinks_to_one_over_e_in_the_time_scale():
    """.5^T = 1/e at T = 1 / log 2; 2^T = e at the same, and then it is negative."""
    found = points(triangular(2.0, 0.5, 0.0), dt=0.004)
    t = 1 / np.log(2)
    assert np.allclose(found["time_scale"].values, [[-t, t, 0.0]])
    assert np.allclose(found["time_constant"].values, [[-0.004 * t, 0.004 * t, 0.0]])
    assert found["time_constant"].attrs["units"] == "s"
    assert points(np.eye(2))["time_scale"].values.tolist() == [[np.inf, np.inf]]
    assert "time_constant" not in points(np.eye(2))


def test_residual_and_speed():
    """A change of (3, -4): 4 at most, 25 / 2."""
    found = points_of_a_map(
        np.zeros((2, 1)), np.array([[3.0], [-4.0]]), np.zeros((1, 2, 2)), np.array([False]),
        marginal=0.0,
    )  # fmt: skip
    assert found["residual"].item() == 4.0
    assert found["speed"].item() == 12.5


def test_eigenvectors_belong_to_their_eigenvalues():
    j = np.stack([triangular(0.5, -1.5, 0.1), triangular(-0.2, 0.4, 0.3)])
    found = points(*j, eigenvectors=True)
    v, e = found["eigenvector"].values, found["eigenvalue"].values
    assert np.allclose(j @ v, v * e[:, None, :])
    assert np.allclose(np.linalg.norm(v, axis=1), 1.0)


@pytest.mark.parametrize("eigenvectors", [False, True])
def test_no_points_are_an_empty_table(eigenvectors):
    found = points_of_a_map(
        np.zeros((3, 0)), np.zeros((3, 0)), np.zeros((0, 3, 3)), np.zeros(0, bool),
        marginal=1e-3, eigenvectors=eigenvectors,
    )  # fmt: skip
    assert dict(found.sizes) == {"state": 3, "point": 0, "eigenvalue": 3}
