"""Eigenvalues of Jacobians, against full decompositions and closed forms."""

import numpy as np
import pytest

from plastisim.measures import all_eigenvalues, leading_eigenvalues, spectral_radius
from tests.networks import chain, network_of, random_rates, random_weights, rest_of_one_unit

BOTH_WAYS = pytest.mark.parametrize("n", [20, 100, 300])  # full decomposition, ARPACK, ARPACK


def by_numpy(w, rate, bias):
    """Eigenvalues of -1 + diag(1 - tanh^2(W r + h)) W, largest real part first."""
    slope = 1 - np.tanh(w @ rate + bias) ** 2
    found = np.linalg.eigvals(-np.eye(len(w)) + np.diag(slope) @ w)
    return found[np.lexsort((-found.imag, -np.round(found.real, 9)))]


def rotations(gains, angles):
    """Blocks g [cos -sin; sin cos], whose eigenvalues are g exp(+-i angle)."""
    w = np.zeros((2 * len(gains), 2 * len(gains)))
    for k, (g, a) in enumerate(zip(gains, angles, strict=True)):
        w[2 * k : 2 * k + 2, 2 * k : 2 * k + 2] = [
            [g * np.cos(a), -g * np.sin(a)],
            [g * np.sin(a), g * np.cos(a)],
        ]
    return w


@BOTH_WAYS
def test_the_leading_ones_are_those_of_a_full_decomposition(n):
    w, rates = random_weights(n, 1.8), 0.3 * random_rates(n, 3)
    bias = 0.2 * random_rates(n, 1, seed=6)[:, 0]
    found = leading_eigenvalues(w, network_of(w, bias=bias), rates, 7)
    assert found.shape == (3, 7)
    for k in range(3):
        assert np.allclose(found[k], by_numpy(w, rates[:, k], bias)[:7], rtol=0, atol=1e-9)


@BOTH_WAYS
def test_all_of_them_are_those_of_a_full_decomposition(n):
    w, rates = random_weights(n, 1.8), 0.3 * random_rates(n, 1)
    found = all_eigenvalues(w, network_of(w), rates)[0]
    assert np.allclose(found, by_numpy(w, rates[:, 0], 0.0), rtol=0, atol=1e-9)


def test_all_of_them_add_up_to_the_trace():
    """Sum of eigenvalues = -N + sum_i phi'(x_i) W_ii."""
    w, rates = random_weights(17), random_rates(17, 2)
    found = all_eigenvalues(w, network_of(w), rates)
    for k in range(2):
        slope = 1 - np.tanh(w @ rates[:, k]) ** 2
        assert found[k].sum() == pytest.approx(-17 + (slope * np.diag(w)).sum(), abs=1e-12)


@pytest.mark.parametrize("n_blocks", [10, 50])
def test_rotations_have_the_eigenvalues_of_a_closed_form(n_blocks):
    gains = np.linspace(0.3, 1.4, n_blocks)
    angles = np.linspace(0.2, 1.1, n_blocks)
    real = gains * np.cos(angles) - 1
    order = np.argsort(-real)[:3]
    pairs = [real[k] + 1j * s * gains[k] * np.sin(angles[k]) for k in order for s in (1, -1)]
    w = rotations(gains, angles)
    network = network_of(w, transfer="linear")
    found = leading_eigenvalues(w, network, np.zeros((2 * n_blocks, 1)), 6)
    assert np.allclose(found[0], pairs, rtol=0, atol=1e-9)


@pytest.mark.parametrize("n_blocks", [10, 50])
@pytest.mark.parametrize("n_leading", [1, 2, 3, 4, 5])
def test_asking_for_fewer_gives_the_first_ones_of_more(n_blocks, n_leading):
    """Half of a conjugate pair is the one with the positive imaginary part."""
    w = rotations(np.linspace(0.3, 1.4, n_blocks), np.linspace(0.2, 1.1, n_blocks))
    network, at = network_of(w, transfer="linear"), np.zeros((2 * n_blocks, 1))
    few = leading_eigenvalues(w, network, at, n_leading)[0]
    many = leading_eigenvalues(w, network, at, 6)[0]
    assert np.allclose(few, many[:n_leading], rtol=0, atol=1e-9)
    assert few[0].imag > 0


@BOTH_WAYS
def test_they_come_largest_real_part_first_and_in_pairs(n):
    w = random_weights(n, 1.8, seed=5)
    found = all_eigenvalues(w, network_of(w), np.zeros((n, 1)))[0]
    assert (np.diff(found.real) < 1e-9).all()
    k = 0
    while k < n:
        if abs(found[k].imag) > 1e-9:
            assert found[k].imag > 0
            assert found[k + 1] == pytest.approx(found[k].conjugate(), abs=1e-12)
            k += 1
        k += 1


@pytest.mark.parametrize("n", [20, 100])
def test_a_state_that_is_no_number_has_no_eigenvalues_and_spares_the_others(n):
    w, rates = random_weights(n), random_rates(n, 3)
    network = network_of(w)
    whole = leading_eigenvalues(w, network, rates, 2)
    rates[4, 1] = np.nan
    for found in (leading_eigenvalues(w, network, rates, 2), all_eigenvalues(w, network, rates)):
        assert np.isnan(found[1]).all()
        assert np.allclose(found[[0, 2], :2], whole[[0, 2]], rtol=0, atol=1e-9)


def test_the_weights_are_the_ones_given_and_not_the_initial_ones():
    w = np.triu(np.ones((5, 5)), 1) + np.diag([0.5, 0.25, -1.0, 0.0, 2.0])
    network = network_of(np.zeros((5, 5)), transfer="linear")
    found = leading_eigenvalues(w, network, np.zeros((5, 1)), 2)[0]
    assert np.allclose(found, [1.0, -0.5], rtol=0, atol=1e-12)


@pytest.mark.parametrize("n", [5, 90])
def test_a_chain_at_rest_decays_along_its_attractor_at_a_known_rate(n):
    """Around a ring all units have the slope g (1 - c^2): its eigenvalues times roots of unity."""
    signs, gain = np.where(np.arange(n) % 3, 1.0, -1.0), 1.7
    w = chain(signs, gain)
    slope = gain * (1 - rest_of_one_unit(gain) ** 2)
    state = (signs * rest_of_one_unit(gain))[:, None]
    found = leading_eigenvalues(w, network_of(w), state, 3)[0]
    root = slope * np.exp(2j * np.pi / n)
    assert np.allclose(found, np.array([slope, root, root.conjugate()]) - 1, rtol=0, atol=1e-9)


def test_tanh_networks_have_the_same_spectrum_at_a_state_and_its_mirror_image():
    w, rates = random_weights(80), random_rates(80, 1)
    network = network_of(w)
    plus, minus = (leading_eigenvalues(w, network, s * rates, 4) for s in (1, -1))
    assert np.allclose(plus, minus, rtol=0, atol=1e-9)


@pytest.mark.parametrize(
    "w",
    [np.zeros((90, 90)), np.full((90, 90), 0.02), rotations([1.3] * 45, [0.4] * 45), -np.eye(90)],
    ids=["no weights", "constant row sums", "equal blocks", "alone"],
)
def test_a_state_has_the_same_bits_of_eigenvalues_every_time(w):
    """The starting vector is an eigenvector here, so that ARPACK goes on from random ones."""
    network, at = network_of(w, transfer="linear"), np.zeros((90, 1))
    first = leading_eigenvalues(w, network, at, 3), spectral_radius(w)
    for _ in range(3):
        assert leading_eigenvalues(w, network, at, 3).tobytes() == first[0].tobytes()
        assert spectral_radius(w) == first[1]
    largest = np.sort(np.linalg.eigvals(w).real)[-3:][::-1] - 1
    assert np.allclose(first[0].real, largest, rtol=0, atol=1e-8)


@pytest.mark.parametrize("n", [20, 100])
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_the_spectral_radius_is_the_largest_modulus_even_of_a_negative_eigenvalue(n, dtype):
    diagonal = np.linspace(-3, 2, n)
    w = (np.diag(diagonal) + 0.125 * np.eye(n, k=1)).astype(dtype)
    assert spectral_radius(w) == pytest.approx(3.0, abs=1e-9)


@pytest.mark.parametrize("n", [20, 100])
def test_the_spectral_radius_sees_a_complex_pair(n):
    gains = np.linspace(0.1, 1.3, n // 2)
    w = rotations(gains, np.full(n // 2, 2.0))
    assert spectral_radius(w) == pytest.approx(1.3, abs=1e-9)


@pytest.mark.parametrize("n", [20, 100])
def test_no_weights_have_a_spectral_radius_of_zero(n):
    assert spectral_radius(np.zeros((n, n))) == 0.0


def test_random_weights_fill_a_disc_of_radius_g():
    """The circular law at N = 300; the radius fluctuates by about 1/sqrt(N)."""
    g = 1.8
    w = random_weights(300, g)
    assert spectral_radius(w) == pytest.approx(g, rel=0.12)
    modulus = np.abs(all_eigenvalues(w, network_of(w), np.zeros((300, 1)))[0] + 1)
    for share in (0.25, 0.5, 0.75):
        assert (modulus < g * np.sqrt(share)).mean() == pytest.approx(share, abs=0.06)
