"""Exact fixed points of PLRNNs, against pencil and paper and Newton's method on the cell."""

import numpy as np
import pytest

from plastisim.measures.maps import map_of_cell
from plastisim.measures.plrnn_fixed_points import plrnn_fixed_points
from plastisim.measures.slow_points import find_fixed_points
from tests.cells.examples import example


def network(n, gain, seed):
    """A, W, h of nobody's choosing."""
    random = np.random.default_rng(seed)
    w = gain / np.sqrt(n) * random.standard_normal((n, n))
    np.fill_diagonal(w, 0.0)
    return random.uniform(-0.5, 0.9, n), w, random.standard_normal(n)


def as_a_set(points):
    return {tuple(x) for x in np.round(points["state"].values.T, 8) + 0.0}


def test_two_units_that_inhibit_each_other_have_three_fixed_points():
    """x = x/2 - w relu(y) + 1, y = y/2 - w relu(x) + 2, w = 3.

    Both on: x/2 + 3 y = 1, 3 x + y/2 = 2, so (x, y) = (22, 8) / 35, eigenvalues .5 +- 3.
    x alone on: x = 2, y = 4 - 12 = -8; y alone: y = 4, x = 2 - 24 = -22; .5 twice (defective).
    """
    w = np.array([[0.0, -3.0], [-3.0, 0.0]])
    found = plrnn_fixed_points([0.5, 0.5], w, [1.0, 2.0], marginal=1e-6)
    assert as_a_set(found) == {(2, -8), (-22, 4), tuple(np.round([22 / 35, 8 / 35], 8))}
    assert found["kind"].values.tolist() == ["stable", "stable", "repeller"]
    assert np.allclose(found["eigenvalue"].values, [[0.5, 0.5], [0.5, 0.5], [3.5, -2.5]])
    assert found.attrs == {"marginal": 1e-6, "n_regions": 4, "n_singular": 0}


def test_post_and_pre_are_not_mixed_up():
    """Only y hears x: x = x/2 + 1 = 2; y = y/2 - 3 * 2 + 1 = -10."""
    found = plrnn_fixed_points([0.5, 0.5], [[0, 0], [-3, 0]], [1, 1], marginal=1e-6)
    assert as_a_set(found) == {(2, -10)}
    assert found.attrs["n_regions"] == 2  # nobody hears y
    active = plrnn_fixed_points([0.5, 0.5], [[0, 0], [-3, 0]], [1, 9], marginal=1e-6)
    assert as_a_set(active) == {(2, 6)}


def test_a_solution_outside_its_region_is_none():
    """x = x/2 + relu(y)/2 - 1, y = relu(x)/2 - 3: both on, x = y - 2 and y = x/2 - 3, so y = -8."""
    found = plrnn_fixed_points([0.5, 0.0], [[0, 0.5], [0.5, 0]], [-1, -3], marginal=1e-6)
    assert as_a_set(found) == {(-2, -3)}


@pytest.mark.parametrize("seed", range(4))
def test_all_regions_hold_whatever_newtons_method_finds(seed):
    a, w, h = network(6, 2.0, seed)
    exact = plrnn_fixed_points(a, w, h, marginal=1e-6)
    assert (exact["residual"] < 1e-12 * np.abs(exact["state"]).max("state")).all()
    cell = example("plrnn", n_units=6)
    p = {"autoregression": a, "w_rec": w, "bias": h, "w_in": np.zeros((6, 1))}
    starts = 4 * np.random.default_rng(9).standard_normal((6, 300))
    near = find_fixed_points(map_of_cell(cell, p, [0.0]), starts, slow=0, same=1e-6, marginal=1e-6)
    assert as_a_set(near) <= as_a_set(exact)
    reachable = np.abs(exact["state"]).max("state") < 8
    assert as_a_set(near) >= as_a_set(exact.isel(point=reachable.values))


@pytest.mark.parametrize("seed", range(4))
def test_beginning_everywhere_finds_what_all_regions_hold(seed):
    a, w, h = network(7, 2.0, seed)
    starts = np.random.default_rng(5).standard_normal((7, 2000))
    exact = plrnn_fixed_points(a, w, h, marginal=1e-6)
    assert as_a_set(plrnn_fixed_points(a, w, h, states=starts, marginal=1e-6)) == as_a_set(exact)


def test_the_search_goes_on_in_the_region_of_a_solution_outside_its_own():
    """From (+, +) of a network at rest in (-, -): (I - W) x = h has x = (h1 + 2 h2, h2), both < 0.

    No other region is begun in, and the answer lies outside the first.
    """
    w = np.array([[0.0, 2.0], [0.0, 0.0]])
    found = plrnn_fixed_points([0, 0], w, [-1, -3], states=[[5.0], [5.0]], marginal=1e-6)
    assert as_a_set(found) == {(-1, -3)}
    assert found.attrs["n_regions"] == 2


def test_many_units_and_few_states_find_only_fixed_points():
    a, w, h = network(40, 0.9, 1)
    starts = 3 * np.random.default_rng(1).standard_normal((40, 200))
    found = plrnn_fixed_points(a, w, h, states=starts, marginal=1e-6, eigenvectors=True)
    assert found.sizes["point"] >= 1
    assert 1 < found.attrs["n_regions"] < 2000
    x = found["state"].values
    assert np.allclose(a[:, None] * x + w @ np.maximum(x, 0) + h[:, None], x, rtol=0, atol=1e-10)
    assert len(as_a_set(found)) == found.sizes["point"]
    on = x[:, 0] > 0
    j = np.diag(a) + w @ np.diag(on.astype(float))
    v, e = found["eigenvector"].values[0], found["eigenvalue"].values[0]
    assert np.allclose(j @ v, v * e, rtol=0, atol=1e-12)


def test_a_perfect_integrator_makes_every_region_singular():
    a, w, h = network(5, 1.0, 2)
    a[1], w[1], h[1] = 1.0, 0.0, 0.0
    found = plrnn_fixed_points(a, w, h, marginal=1e-6)
    assert found.sizes["point"] == 0
    assert found.attrs["n_singular"] == found.attrs["n_regions"] == 32


def test_a_region_may_be_singular_alone():
    """x = relu(y) - 2, y = relu(x) + 1: with both on, x - y is -2 and -1; y alone: (-1, 1)."""
    found = plrnn_fixed_points([0, 0], [[0, 1], [1, 0]], [-2, 1], marginal=1e-6)
    assert as_a_set(found) == {(-1, 1)}
    assert found.attrs["n_singular"] == 1


def test_numbers_that_are_not_finite_are_refused():
    a, w, h = network(4, 1.0, 1)
    with pytest.raises(ValueError, match=r"external: nan at \[2\]"):
        plrnn_fixed_points(a, w, np.where(np.arange(4) == 2, np.nan, h), marginal=1e-6)
    states = np.zeros((4, 3))
    states[1, 2] = np.inf
    with pytest.raises(ValueError, match=r"states: inf at \[1, 2\]"):
        plrnn_fixed_points(a, w, h, states=states, marginal=1e-6)


def test_more_regions_than_can_be_searched_are_refused():
    a, w, h = network(24, 1.0, 1)
    with pytest.raises(ValueError, match=r"24 units are heard by others.*give states"):
        plrnn_fixed_points(a, w, h, marginal=1e-6)
