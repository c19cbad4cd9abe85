"""Newton's refinement of fixed points that can be solved by other means."""

from itertools import pairwise

import numpy as np
import pytest

from plastisim.dynamics import velocity
from plastisim.measures import refine
from plastisim.measures.memories import refine_candidates
from tests.networks import chain, network_of, random_weights, rest_of_one_unit

SIGNS = np.array([1, -1, -1, 1, 1.0])
GAIN = 1.7
REST = SIGNS * rest_of_one_unit(GAIN)


def refined_chain(rate, **keys):
    w = chain(SIGNS, GAIN)
    return refine(w, network_of(w), rate[:, None], **keys)


@pytest.mark.parametrize("sign", [1, -1])
def test_it_finds_the_fixed_point_of_a_chain(sign):
    kick = np.array([0.02, -0.03, 0.01, 0.0, 0.04])
    found = refined_chain(sign * REST + kick)
    assert np.allclose(found.rate[:, 0], sign * REST, rtol=0, atol=1e-13)
    assert found.residual[0] < 1e-13


def test_moved_is_the_root_mean_square_of_the_way():
    """A kick of 3 and -4 hundredths among five units: .05 / sqrt(5)."""
    kick = np.array([0.0, 0.03, 0.0, -0.04, 0.0])
    assert refined_chain(REST + kick).moved[0] == pytest.approx(0.05 / np.sqrt(5), rel=1e-9)


def test_the_error_is_squared_by_each_step():
    start = REST + np.array([0.05, -0.04, 0.03, 0.05, -0.02])
    errors = [
        np.abs(refined_chain(start, max_iterations=n).rate[:, 0] - REST).max() for n in range(4)
    ]
    assert errors[0] == pytest.approx(0.05)
    for before, after in pairwise(errors):
        assert after < 3 * before**2 + 1e-15  # |phi''| W^2 |J^-1| / 2 is 1 to 2 here
    assert errors[3] < 1e-9


def test_five_steps_are_enough_for_rounding():
    start = REST + np.array([0.05, -0.04, 0.03, 0.05, -0.02])
    assert refined_chain(start, max_iterations=5).residual[0] < 1e-13


def test_the_bias_is_part_of_the_equation():
    """At r = (.6, -.8) the drive is (ln 2, -ln 3), of which the recurrent part is (-1.2, -.3)."""
    w = np.array([[0.0, 1.5], [-0.5, 0.0]])
    network = network_of(w, bias=[np.log(2) + 1.2, 0.3 - np.log(3)])
    found = refine(w, network, np.array([[0.63], [-0.78]]))
    assert np.allclose(found.rate[:, 0], [0.6, -0.8], rtol=0, atol=1e-13)


def test_the_weights_are_the_ones_given_and_not_the_initial_ones():
    w = chain(SIGNS, GAIN)
    found = refine(w, network_of(np.zeros_like(w)), 1.02 * REST[:, None])
    assert np.allclose(found.rate[:, 0], REST, rtol=0, atol=1e-13)


def test_a_linear_network_is_solved_in_one_step():
    w, bias = random_weights(6, 0.5), np.arange(6.0)
    network = network_of(w, transfer="linear", bias=bias)
    found = refine(w, network, np.zeros((6, 1)), max_iterations=1)
    assert np.allclose(found.rate[:, 0], np.linalg.solve(np.eye(6) - w, bias), rtol=1e-12)


def test_float32_networks_are_refined_in_float64():
    w = chain(SIGNS, GAIN).astype(np.float32)
    found = refine(w, network_of(w), (1.02 * REST[:, None]).astype(np.float32))
    exact = network_of(w.astype(np.float64))
    assert found.rate.dtype == np.float64
    at_rest = velocity(exact.w_initial, found.rate[:, 0], exact.bias, exact.phi, exact.theta)
    assert np.abs(at_rest).max() < 1e-13


def test_a_state_with_a_singular_jacobian_stays_where_it_is():
    """phi(W r + h) - r = h for phi(x) = x and W = 1: no fixed point, and J = 0."""
    network = network_of(np.eye(3), transfer="linear", bias=[0.5, -0.25, 0.0])
    found = refine(np.eye(3), network, np.array([[0.1], [0.2], [0.3]]))
    assert found.rate[:, 0].tolist() == [0.1, 0.2, 0.3]
    assert found.residual[0] == pytest.approx(0.5)
    assert found.moved[0] == 0.0


def test_a_step_that_leads_away_is_not_taken():
    """Where g phi'(g r) is close to 1 the velocity is far from linear, and J close to 0."""
    gain = 2.0
    flat = np.arccosh(np.sqrt(gain)) / gain  # g sech^2(g r) = 1
    w = chain([1, 1, 1], gain)
    start = np.full((3, 1), flat * 1.0001)
    found = refine(w, network_of(w), start)
    assert (found.rate == start).all()
    assert found.residual[0] == pytest.approx(np.tanh(gain * start[0, 0]) - start[0, 0])


def test_states_are_refined_each_for_itself():
    starts = np.stack([REST * 1.03, -REST * 0.96, np.full(5, 0.01)], axis=1)
    w = chain(SIGNS, GAIN)
    together = refine(w, network_of(w), starts)
    for k in range(3):
        alone = refine(w, network_of(w), starts[:, [k]])
        assert (alone.rate[:, 0] == together.rate[:, k]).all()
        assert alone.residual[0] == together.residual[k]


def test_the_states_given_keep_their_values():
    start = REST[:, None] * 1.03
    before = start.copy()
    w = chain(SIGNS, GAIN)
    refine(w, network_of(w), start)
    assert (start == before).all()


def test_only_states_nearly_at_rest_are_candidates():
    w = chain(SIGNS, GAIN)
    rates = np.stack([REST * 1.01, REST * 1.01, np.full(5, np.inf)], axis=1)
    residual = np.array([9e-4, 2e-3, np.nan])
    state, after, moved = refine_candidates(w, network_of(w), rates, residual)
    assert np.allclose(state[:, 0], REST, rtol=0, atol=1e-13)
    assert after[0] < 1e-13
    assert moved[0] == pytest.approx(0.01 * rest_of_one_unit(GAIN), rel=1e-6)
    assert (state[:, 1] == rates[:, 1]).all()
    assert np.isinf(state[:, 2]).all()
    assert after[1] == 2e-3
    assert np.isnan(after[2])
    assert moved[1:].tolist() == [0.0, 0.0]
