"""Fixed and slow points, against pencil and paper, scipy's root finder and its least squares."""

import numpy as np
import pytest
from scipy.optimize import least_squares, root

from plastisim.measures.maps import NetworkMap, map_of_cell, map_of_function, map_of_network
from plastisim.measures.slow_points import find_fixed_points, unique_points
from tests.cells.examples import example, trials_of
from tests.networks import chain, network_of, random_rates, random_weights, rest_of_one_unit

ASKED = {"slow": 0.0, "same": 1e-6, "marginal": 1e-6}


def network_map(w, alpha=1.0, external=None, **keys):
    external = np.zeros(len(w)) if external is None else external
    return map_of_network(w, network_of(w, alpha=alpha, **keys), external)


def nearest(points, x):
    """Distance of each column of `x` to the nearest point."""
    states = points["state"].values
    return np.linalg.norm(states[:, :, None] - x[:, None, :], axis=0).min(axis=0)


def test_two_units_that_excite_each_other_have_three_fixed_points():
    """r = tanh(g r'), r' = tanh(g r): 0 (eigenvalues +-g) and +-c (1, 1) (+-g (1 - c^2))."""
    gain = 1.7
    c, flat = rest_of_one_unit(gain), gain * (1 - rest_of_one_unit(gain) ** 2)
    starts = 0.7 * np.array([[1, 1], [-1, -1], [0.4, -0.4], [0.01, -0.02]]).T
    found = find_fixed_points(network_map(chain([1, 1], gain)), starts, **ASKED)
    assert found["kind"].values.tolist() == ["stable", "stable", "repeller"]
    assert found["index"].values.tolist() == [0, 0, 2]
    assert (found["residual"] < 1e-15).all()
    at = found["point_of_start"].values
    assert np.allclose(found["state"].values[:, at[:2]], [[c, -c], [c, -c]], rtol=0, atol=1e-14)
    assert at[2] == at[3] == 2
    assert found["n_starts"].values.tolist() == [1, 1, 2]
    assert np.allclose(found["state"].values[:, 2], 0.0, atol=1e-15)
    assert np.allclose(found["eigenvalue"].values.real,
                       [[flat, -flat], [flat, -flat], [gain, -gain]])  # fmt: skip


def test_leak_does_not_move_fixed_points_but_slows_them():
    """lambda = 1 - alpha + alpha lambda_1."""
    w, starts = chain([1, -1, -1], 1.7), random_rates(3, 30)
    fast = find_fixed_points(network_map(w), starts, **ASKED)
    slow = find_fixed_points(network_map(w, 0.2), starts, **ASKED, dt=0.002)
    assert fast.sizes["point"] == slow.sizes["point"] == 3
    assert np.abs(nearest(fast, slow["state"].values)).max() < 1e-13
    top = rest_of_one_unit(1.7) ** 2
    top = 0.8 + 0.2 * 1.7 * (1 - top)
    assert slow["time_constant"].values[0, 0] == pytest.approx(-0.002 / np.log(top), rel=1e-9)


@pytest.mark.parametrize(("gain", "n_least"), [(1.5, 1), (3.0, 3)])
def test_scipys_root_finder_agrees_from_the_same_starts(gain, n_least):
    """Wherever it arrives from a start that arrived, there is a point in the table.

    Neither finds all of them, as they jump differently; those that only one found satisfy the
    equation written out here.
    """
    w, h = random_weights(10, gain), 0.2 * random_rates(10, 1, seed=9)[:, 0]
    starts = random_rates(10, 400)
    found = find_fixed_points(network_map(w, 0.5, h), starts, **ASKED)
    states = found["state"].values
    assert found.sizes["point"] >= n_least
    assert np.abs(np.tanh(w @ states + h[:, None]) - states).max() < 1e-14
    by_root = [
        root(lambda r: np.tanh(w @ r + h) - r, r0, jac=lambda r: (1 - np.tanh(w @ r + h)[:, None]
             ** 2) * w - np.eye(10), tol=1e-13)
        for r0 in starts.T[:60]
    ]  # fmt: skip
    theirs = np.stack([r.x for r in by_root if r.success], axis=1)
    assert theirs.shape[1] > 10
    assert nearest(found, theirs).max() < 1e-8


def test_points_are_attractors_if_and_only_if_a_kick_dies():
    w = random_weights(12, 1.5, seed=4)
    w += 0.7 * w.T  # the more symmetric, the more attractors
    network = network_map(w, 0.5)
    found = find_fixed_points(network, random_rates(12, 200), **ASKED)
    assert set(found["kind"].values) == {"stable", "saddle"}
    kicked = found["state"].values + 1e-4 * random_rates(12, found.sizes["point"])
    for _ in range(400):
        kicked = network.step(kicked)
    back = np.linalg.norm(kicked - found["state"].values, axis=0) < 1e-6
    assert back.tolist() == (found["kind"].values == "stable").tolist()
    assert ((found["index"].values == 0) == back).all()


def test_eigenvectors_are_those_of_the_jacobian_at_their_point():
    w = random_weights(8, 2.0)
    network = network_map(w + 0.7 * w.T, 0.5)
    found = find_fixed_points(network, random_rates(8, 60), **ASKED, eigenvectors=True)
    assert found.sizes["point"] >= 2
    v, e = found["eigenvector"].values, found["eigenvalue"].values
    j = network.jacobian(found["state"].values)
    assert np.allclose(j @ v, v * e[:, None, :], rtol=0, atol=1e-12)


def saddle_node(gap):
    """x <- x + x^2 + gap, y <- y / 2: at (0, 0) the speed has a minimum, q = gap^2 / 2."""
    return map_of_function(lambda z: z * np.array([1.0, 0.5]) + np.array([1.0, 0.0])
                           * (z[0] ** 2 + gap), 2)  # fmt: skip


def test_what_is_left_of_a_saddle_and_a_node_is_a_slow_point():
    starts = np.array([[0.3, -0.2, 0.25], [0.5, -0.1, 0.0]])
    found = find_fixed_points(saddle_node(0.01), starts, slow=1e-4, same=1e-4, marginal=1e-6)
    assert found["kind"].values.tolist() == ["slow"]
    assert found["n_starts"].item() == 3
    assert found["speed"].item() == pytest.approx(5e-5, rel=1e-9)
    assert np.allclose(found["state"].values, 0.0, atol=1e-5)
    faster = find_fixed_points(saddle_node(0.01), starts, slow=4e-5, same=1e-4, marginal=1e-6)
    assert faster.sizes["point"] == 0
    assert faster.attrs["n_fast"] == 3
    assert faster["point_of_start"].values.tolist() == [-1, -1, -1]


def test_a_saddle_and_a_node_are_two_fixed_points():
    """x^2 = .01 at -.1 (slope .8) and .1 (slope 1.2)."""
    starts = np.array([[0.3, -0.2, -0.25], [0.5, -0.1, 0.0]])
    found = find_fixed_points(saddle_node(-0.01), starts, **ASKED)
    assert np.allclose(found["state"].values, [[-0.1, 0.1], [0, 0]], rtol=0, atol=1e-12)
    assert found["kind"].values.tolist() == ["stable", "saddle"]
    assert found["point_of_start"].values.tolist() == [1, 0, 0]
    assert np.allclose(found["eigenvalue"].values, [[0.8, 0.5], [1.2, 0.5]])


def test_however_slow_a_slow_point_is_it_is_no_fixed_one():
    found = find_fixed_points(
        saddle_node(1e-8), np.array([[0.3], [0.5]]), slow=1e-4, same=1e-4, marginal=1e-6
    )
    assert found["kind"].values.tolist() == ["slow"]
    assert found["residual"].item() == pytest.approx(1e-8, rel=1e-3)


def test_the_speed_falls_with_every_step_that_is_taken():
    """The descent asks for a Jacobian where it begins and wherever it has gone."""
    visited = []

    class Watched(NetworkMap):
        def jacobian(self, x):
            visited.append(x.copy())
            return super().jacobian(x)

    w = random_weights(10, 3.0)
    for start in random_rates(10, 10).T:
        visited.clear()
        find_fixed_points(Watched(w, network_of(w, alpha=1.0), np.zeros(10)), start, **ASKED)
        way = [x for x in visited if x.shape[1]]
        speeds = [((np.tanh(w @ x) - x) ** 2).sum() for x in way]
        assert len(speeds) > 5
        assert (np.diff([s for s in speeds if s > 1e-15]) < 0).all()


def test_slow_points_are_minima_of_the_speed_to_scipys_least_squares():
    w = random_weights(10, 3.0)
    found = find_fixed_points(network_map(w), random_rates(10, 100), **(ASKED | {"slow": 0.1}))
    assert found.attrs["n_unfinished"] == 0
    slow = found["state"].values[:, found["kind"].values == "slow"]
    assert slow.shape[1] >= 2
    speeds = found["speed"].values[found["kind"].values == "slow"]
    for x, q in zip(slow.T, speeds, strict=True):
        theirs = least_squares(lambda r: np.tanh(w @ r) - r, x, xtol=1e-15, gtol=1e-14)
        assert theirs.cost == pytest.approx(q, rel=1e-9)
        assert np.linalg.norm(theirs.x - x) < 1e-4


def test_a_line_of_fixed_points_is_found_where_the_starts_are_and_is_marginal():
    """x <- x, y <- y / 2 + x: every (x, 2 x)."""
    w = np.array([[1.0, 0.0], [1.0, 0.5]])
    network = network_map(w, transfer="linear")
    found = find_fixed_points(network, random_rates(2, 5), **ASKED)
    assert found["kind"].values.tolist() == ["marginal"] * 5
    assert np.allclose(found["state"].values[1], 2 * found["state"].values[0], atol=1e-9)


def test_a_fixed_point_of_an_lstm_holds_in_all_its_variables():
    cell = example("lstm")
    network = map_of_cell(cell, trials_of(cell).p, np.array([0.1, 0.2, -0.3]))
    found = find_fixed_points(network, random_rates(10, 20), **ASKED)
    assert found.sizes["point"] >= 1
    x = found["state"].values
    assert np.abs(network.step(x) - x).max() < 1e-12
    theirs = root(lambda x: network.step(x) - x, random_rates(10, 1)[:, 0], tol=1e-12)
    assert nearest(found, theirs.x[:, None]).max() < 1e-8
    assert found["variable"].values.tolist() == ["hidden"] * 5 + ["cell"] * 5


def test_points_far_from_1_are_judged_relative_to_their_size():
    """Rounding of a state of 1e8 alone is more than 1e-10."""
    w, h = random_weights(30, 0.6), 1e8 * random_rates(30, 1)[:, 0]
    found = find_fixed_points(
        network_map(w, external=h, transfer="linear"), np.zeros((30, 2)), **ASKED
    )
    expected = np.linalg.solve(np.eye(30) - w, h)
    assert np.allclose(found["state"].values[:, 0], expected, rtol=1e-12)


def test_points_within_reach_are_the_one_with_the_smallest_residual():
    x = np.array([[0.0, 0.09, 0.18, 1.0], [0.0, 0.0, 0.0, 0.0]])
    chosen, which = unique_points(x, np.array([3.0, 1.0, 2.0, 0.5]), 0.1)
    assert chosen.tolist() == [3, 1]
    assert which.tolist() == [1, 1, 1, 0]
    chosen, which = unique_points(x, np.array([1.0, 3.0, 2.0, 0.5]), 0.1)
    assert chosen.tolist() == [3, 0, 2]
    assert which.tolist() == [1, 1, 2, 0]


def test_starts_do_not_hear_of_each_other():
    w = random_weights(8, 2.5)
    starts = random_rates(8, 12)
    together = find_fixed_points(network_map(w), starts, **(ASKED | {"slow": 0.1}))
    for k in range(12):
        alone = find_fixed_points(network_map(w), starts[:, [k]], **(ASKED | {"slow": 0.1}))
        at = together["point_of_start"].values[k]
        if at < 0:
            assert alone.sizes["point"] == 0
        else:
            assert nearest(alone, together["state"].values[:, [at]]) < 1e-6


def test_starts_that_are_not_finite_are_refused_and_those_given_keep_their_values():
    w, starts = random_weights(5), random_rates(5, 4)
    before = starts.copy()
    find_fixed_points(network_map(w), starts, **ASKED)
    assert (starts == before).all()
    starts[3, 2] = np.inf
    with pytest.raises(ValueError, match=r"starts: inf at \[3, 2\]"):
        find_fixed_points(network_map(w), starts, **ASKED)


def test_no_starts_find_nothing():
    found = find_fixed_points(network_map(random_weights(5)), np.zeros((5, 0)), **ASKED)
    assert found.sizes["point"] == found.sizes["start"] == 0
