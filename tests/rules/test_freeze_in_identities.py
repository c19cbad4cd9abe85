"""What follows from the equation of freeze-in, to rounding."""

import numpy as np
import pytest

from plastisim.dynamics import Network, Period
from plastisim.online import OnlineEngine
from plastisim.quantities import Time
from plastisim.testing.examples import local_rules

N, LAMBDA = 23, 2e-3


def window(n_steps, self_connections=True, gain=1.8, strength=LAMBDA, noise=0.0):
    """Rates (time, unit) and weights (time, post, pre) over a plastic window, step by step."""
    rng = np.random.default_rng(5)
    network = Network(
        rng.standard_normal((N, N)) * gain / np.sqrt(N) * (self_connections or 1 - np.eye(N)),
        np.zeros((N, 1)), np.zeros(N), 0.1, "tanh", self_connections=self_connections,
    )  # fmt: skip
    engine = OnlineEngine(network, local_rules()["freeze_in"], Time.parse("1 ms"))
    engine.reset(rng.uniform(-1.0, 1.0, N))
    rates, weights = [engine.rate.copy()], [engine.w_rec.copy()]
    for _ in range(n_steps):
        external = noise * rng.standard_normal(N)
        engine.present([Period("freeze", 1, external, plastic=True)], strength=strength)
        rates.append(engine.rate.copy())
        weights.append(engine.w_rec.copy())
    return np.array(rates), np.array(weights)


def assert_same(found, expected):
    assert np.abs(found - expected).max() <= 1e-12 * np.abs(expected).max()


@pytest.mark.parametrize("self_connections", [True, False])
def test_over_a_window_freeze_in_is_contrastive_hebb_between_its_ends(self_connections):
    """sym(sum dW) = lambda/2 (r_0 r_0^T - r_K r_K^T) + lambda/2 sum dr dr^T."""
    r, W = window(50, self_connections)
    dr = np.diff(r, axis=0)
    change = W[-1] - W[0]
    expected = 0.5 * LAMBDA * (np.outer(r[0], r[0]) - np.outer(r[-1], r[-1]) + dr.T @ dr)
    if not self_connections:
        np.fill_diagonal(expected, 0.0)
    assert_same(0.5 * (change + change.T), expected)


def test_k_steps_change_the_weights_by_rank_k_at_most():
    _, W = window(7, noise=1.0)
    values = np.linalg.svd(W[-1] - W[0], compute_uv=False)
    assert values[6] > 1e-3 * values[0]
    assert values[7] < 1e-12 * values[0]


@pytest.mark.parametrize("self_connections", [True, False])
def test_a_step_lowers_the_drive_in_proportion_to_the_change_of_rate(self_connections):
    """It is -lambda |r_prev|^2 dr, less each unit's own share where the diagonal is 0."""
    r, W = window(20, self_connections)
    for before, after, w_before, w_after in zip(r[:-1], r[1:], W[:-1], W[1:], strict=True):
        norm = before @ before - (0.0 if self_connections else before**2)
        found = (w_after - w_before) @ before
        expected = -LAMBDA * norm * (after - before)
        assert np.abs(found - expected).max() <= 1e-12 * np.abs(w_before @ before).max()


def test_learning_stops_by_itself_once_the_state_holds_still():
    """In a network that comes to rest, the change of the weights dies with the change of rate."""
    r, W = window(400, gain=0.5)
    assert np.abs(r[-1] - r[-2]).max() < 1e-9
    assert np.abs(W[-1] - W[-2]).max() < 1e-11 < 1e-5 < np.abs(W[1] - W[0]).max()


def test_learning_slows_a_state_that_would_not_hold_still():
    def change_per_step(strength):  # lambda |r|^2 is about 0.1
        r, _ = window(600, gain=2.5, strength=strength)
        return np.linalg.norm(r[-1] - r[-2])

    assert change_per_step(0.02) < 0.1 * change_per_step(0.0)
