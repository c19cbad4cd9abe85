"""The rate equation and its Jacobian, in networks that are not symmetric."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from plastisim.dynamics import TRANSFERS, drive, jacobian, next_rate, velocity
from tests.networks import random_rates, random_weights

THETA = 0.3
BIAS = np.linspace(-0.7, 0.9, 7)


def test_the_drive_of_a_unit_comes_through_its_row():
    """Only unit 0 drives unit 1, with weight 2: w_rec[post, pre]."""
    w = np.array([[0.0, 0.0, 0.0], [2.0, 0.0, 0.0], [0.0, 0.0, 0.0]])
    x = drive(w, np.array([0.5, 0.25, 0.125]), np.array([0.0, 0.1, 0.0]))
    assert x.tolist() == [0.0, 1.1, 0.0]


def test_trials_are_columns():
    w, rates = random_weights(7), random_rates(7, 3)
    together = drive(w, rates, BIAS[:, None])
    for k in range(3):
        assert np.allclose(together[:, k], w @ rates[:, k] + BIAS, rtol=0, atol=1e-15)


@pytest.mark.parametrize("name", TRANSFERS)
def test_with_alpha_1_the_next_rate_is_the_response_to_the_drive(name):
    x, phi = np.linspace(-2, 2, 9), TRANSFERS[name]
    assert (next_rate(np.full(9, 0.7), x, 1.0, phi, THETA) == phi.phi(x, THETA)).all()


def test_with_a_smaller_alpha_a_rate_goes_that_share_of_the_way():
    """From r = .2 with phi(ln 2) = .6, alpha = 1/4: .2 + .4 / 4 = .3."""
    assert next_rate(np.array([0.2]), np.log([2.0]), 0.25, TRANSFERS["tanh"], 0.0) == (
        pytest.approx([0.3], rel=1e-15)
    )


@pytest.mark.parametrize("name", TRANSFERS)
@given(st.floats(0.01, 1.0), st.integers(0, 1000))
def test_a_step_is_alpha_times_the_velocity(name, alpha, seed):
    w, r, phi = random_weights(7), random_rates(7, 1, seed)[:, 0], TRANSFERS[name]
    step = next_rate(r, drive(w, r, BIAS), alpha, phi, THETA) - r
    assert np.allclose(step, alpha * velocity(w, r, BIAS, phi, THETA), rtol=0, atol=1e-15)


def test_the_velocity_vanishes_at_a_fixed_point_solved_by_hand():
    """At r = (.6, -.8) the drive is (ln 2, -ln 3); W = [0 3/2; -1/2 0] gives (-1.2, -.3)."""
    w, r = np.array([[0.0, 1.5], [-0.5, 0.0]]), np.array([0.6, -0.8])
    h = np.array([np.log(2) + 1.2, -np.log(3) + 0.3])
    assert np.abs(velocity(w, r, h, TRANSFERS["tanh"], 0.0)).max() < 1e-15


def test_a_jacobian_by_hand():
    """At that fixed point phi' = 1 - r^2 = (.64, .36)."""
    w, r = np.array([[0.0, 1.5], [-0.5, 0.0]]), np.array([0.6, -0.8])
    h = np.array([np.log(2) + 1.2, -np.log(3) + 0.3])
    by_hand = [[-1.0, 0.96], [-0.18, -1.0]]
    assert np.allclose(jacobian(w, r, h, TRANSFERS["tanh"], 0.0), by_hand, rtol=0, atol=1e-15)


@pytest.mark.parametrize("name", TRANSFERS)
@pytest.mark.parametrize("seed", range(5))
def test_the_jacobian_is_the_derivative_of_the_velocity(name, seed):
    w, r, phi, h = random_weights(7, 2.0), random_rates(7, 1, seed)[:, 0], TRANSFERS[name], 1e-6
    assert min(abs(drive(w, r, BIAS) - kink).min() for kink in (0.0, THETA)) > 1e-4
    columns = [
        (velocity(w, r + e, BIAS, phi, THETA) - velocity(w, r - e, BIAS, phi, THETA)) / (2 * h)
        for e in h * np.eye(7)
    ]
    found = jacobian(w, r, BIAS, phi, THETA)
    assert np.allclose(found, np.stack(columns, axis=1), rtol=0, atol=1e-8)


@pytest.mark.parametrize("name", ["tanh", "logistic", "linear"])
def test_the_jacobian_of_a_smooth_network_is_its_complex_step(name):
    w, r, phi, h = random_weights(7, 2.0), random_rates(7, 1)[:, 0], TRANSFERS[name], 1e-30
    columns = [velocity(w, r + 1j * e, BIAS, phi, THETA).imag / h for e in h * np.eye(7)]
    found = jacobian(w, r, BIAS, phi, THETA)
    assert np.allclose(found, np.stack(columns, axis=1), rtol=0, atol=1e-14)


def test_a_float32_network_keeps_its_precision():
    w, r = random_weights(5, dtype=np.float32), random_rates(5, 1, dtype=np.float32)[:, 0]
    bias, tanh = np.zeros(5, np.float32), TRANSFERS["tanh"]
    assert next_rate(r, drive(w, r, bias), 0.1, tanh, 0.0).dtype == np.float32
    assert jacobian(w, r, bias, tanh, 0.0).dtype == np.float32
