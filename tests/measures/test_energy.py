"""Algorithm 1, against closed forms, differences and descents written out by hand."""

import numpy as np
import pytest

from plastisim.measures.energy import minimise_energy
from plastisim.measures.maps import map_of_cell, map_of_network
from tests.cells import plain
from tests.cells.examples import example, trials_of
from tests.networks import network_of, random_rates, random_weights

W = random_weights(6, 1.6)
BIAS = 0.3 * random_rates(6, 1, seed=4)[:, 0]
MAP = map_of_network(W, network_of(W, alpha=0.5), BIAS)


def energy(r):
    return ((0.5 * (np.tanh(W @ r + BIAS) - r)) ** 2).sum()


def test_each_step_goes_down_the_slope_that_differences_see():
    starts = random_rates(6, 3)
    found = minimise_energy(MAP, starts, alpha=0.1, n_steps=4, trajectories=True)
    way, kicks = found["trajectory"].values, 1e-6 * np.eye(6)
    assert (way[0] == starts).all()
    for k in range(4):
        for j in range(3):
            r = way[k, :, j]
            slope = np.array([energy(r + h) - energy(r - h) for h in kicks]) / 2e-6
            assert np.allclose(way[k + 1, :, j], r - 0.1 * slope, rtol=0, atol=1e-9)
    assert (found["end"].values == way[-1]).all()


def test_the_energy_is_that_of_every_state_on_the_way():
    found = minimise_energy(MAP, random_rates(6, 3), alpha=0.1, n_steps=5, trajectories=True)
    assert found["energy"].shape == (6, 3)
    for k in range(6):
        for j in range(3):
            expected = energy(found["trajectory"].values[k, :, j])
            assert found["energy"].values[k, j] == pytest.approx(expected, rel=1e-12)


def test_a_linear_map_is_descended_as_a_quadratic_form():
    """F(r) = .5 r + .5 (W r + h): r_k - r* = (I - 2 alpha A^T A)^k (r_0 - r*), A = (W - I) / 2."""
    found = minimise_energy(
        map_of_network(W, network_of(W, alpha=0.5, transfer="linear"), BIAS),
        random_rates(6, 2), alpha=0.07, n_steps=30,
    )  # fmt: skip
    a = (W - np.eye(6)) / 2
    rest = np.linalg.solve(np.eye(6) - W, BIAS)[:, None]
    once = np.eye(6) - 2 * 0.07 * a.T @ a
    expected = rest + np.linalg.matrix_power(once, 30) @ (random_rates(6, 2) - rest)
    assert np.allclose(found["end"].values, expected, rtol=0, atol=1e-12)


def test_an_lstm_descends_in_hidden_and_cell():
    cell = example("lstm")
    p, s = trials_of(cell).p, np.array([0.1, 0.2, -0.3])
    network = map_of_cell(cell, p, s)
    starts = random_rates(10, 2)
    found = minimise_energy(network, starts, alpha=0.1, n_steps=300)
    assert (np.diff(found["energy"].values, axis=0) <= 0).all()
    end = found["end"].values
    now = plain.lstm(cell, p, {"hidden": end[:5], "cell": end[5:]}, s[:, None])
    change = np.concatenate([now["hidden"], now["cell"]]) - end
    assert np.allclose(found["energy"].values[-1], (change**2).sum(axis=0), rtol=1e-9)
    assert found["variable"].values.tolist() == ["hidden"] * 5 + ["cell"] * 5
    assert found["unit"].values.tolist() == [*range(5), *range(5)]


def test_a_step_too_long_diverges_alone():
    """E = (c - 1)^2 x^2 shrinks if 2 alpha (c - 1)^2 < 2: with alpha = .1, (c - 1)^2 < 10."""
    found = {}
    for c in (4.0, 5.0):
        network = map_of_network(np.eye(2) * c, network_of(np.eye(2), alpha=1.0,
                                 transfer="linear"), np.zeros(2))  # fmt: skip
        found[c] = minimise_energy(network, np.ones((2, 1)), alpha=0.1, n_steps=2000)
    assert found[4.0]["energy"].values[-1] < 1e-12
    assert not np.isfinite(found[5.0]["energy"].values[-1])


def test_starts_that_are_not_finite_are_refused_and_those_given_keep_their_values():
    starts = random_rates(6, 3)
    before = starts.copy()
    minimise_energy(MAP, starts, alpha=0.1, n_steps=3)
    assert (starts == before).all()
    starts[2, 1] = np.nan
    with pytest.raises(ValueError, match=r"starts: nan at \[2, 1\]"):
        minimise_energy(MAP, starts, alpha=0.1, n_steps=3)
