"""Lyapunov exponents, against closed forms, determinants, the literature and theory."""

import numpy as np
import pytest

from plastisim.measures.lyapunov import entropy_rate, kaplan_yorke_dimension, lyapunov_spectrum
from plastisim.measures.maps import Map, map_of_cell, map_of_function, map_of_network
from tests.cells.examples import example, trials_of
from tests.networks import network_of, random_rates, random_weights


def network_map(w, alpha=1.0, transfer="tanh"):
    return map_of_network(w, network_of(w, alpha=alpha, transfer=transfer), np.zeros(len(w)))


class Linear(Map):
    """x <- M x, with nothing but what every map must have."""

    def __init__(self, matrix):
        self.matrix, self.parts = np.array(matrix, float), (("x", len(matrix)),)

    def step(self, x):
        return self.matrix @ x

    def jacobian(self, x):
        if x.ndim == 1:
            return self.matrix
        return np.broadcast_to(self.matrix, (x.shape[1], *self.matrix.shape))


def henon(z):
    """x <- 1 - 1.4 x^2 + y, y <- .3 x."""
    import jax.numpy as jnp

    return jnp.stack([1.0 - 1.4 * z[0] ** 2 + z[1], 0.3 * z[0]])


def lorenz(n_small=20, h=0.005):
    """The flow over n_small steps of RK4: sigma = 10, rho = 28, beta = 8/3."""
    import jax
    import jax.numpy as jnp

    def velocity(z):
        x, y, w = z
        return jnp.stack([10.0 * (y - x), x * (28.0 - w) - y, x * y - 8.0 / 3.0 * w])

    def rk4(_, z):
        k1 = velocity(z)
        k2 = velocity(z + h / 2 * k1)
        k3 = velocity(z + h / 2 * k2)
        k4 = velocity(z + h * k3)
        return z + h / 6 * (k1 + 2 * k2 + 2 * k3 + k4)

    return map_of_function(lambda z: jax.lax.fori_loop(0, n_small, rk4, z), 3)


# ----------------------------------------------------------------------------- closed forms


@pytest.mark.parametrize("every", [1, 3, 10])
def test_a_linear_map_has_the_log_moduli_of_its_eigenvalues(every):
    """Triangular, so that its stretches are not its eigenvalues."""
    m = np.diag([0.3, -1.2, 0.9]) + np.triu(np.ones((3, 3)), 1)
    found = lyapunov_spectrum(
        Linear(m), np.zeros(3), n_steps=60, transient=0, alignment=150, every=every
    )
    assert np.allclose(found["exponent"].values, np.log([1.2, 0.9, 0.3]), rtol=0, atol=1e-10)
    assert np.allclose(found["standard_error"].values, 0.0, atol=1e-10)


def test_a_leaky_linear_network_has_the_exponents_of_its_weights():
    w = random_weights(7, 0.8)
    w = w + w.T  # real eigenvalues, so that each direction has its own
    found = lyapunov_spectrum(
        network_map(w, 0.3, "linear"), np.zeros(7), n_steps=200, transient=0, alignment=3000
    )
    expected = np.sort(np.log(np.abs(0.7 + 0.3 * np.linalg.eigvalsh(w))))[::-1]
    assert np.allclose(found["exponent"].values, expected, rtol=0, atol=1e-8)


def test_at_a_fixed_point_they_are_the_log_moduli_of_its_eigenvalues():
    """A complex pair has one modulus, to which its two exponents come as 1 / steps."""
    w = random_weights(6, 0.9)
    network = network_map(w, 0.5)
    found = lyapunov_spectrum(
        network, random_rates(6, 1)[:, 0], n_steps=4000, transient=500, alignment=500
    )
    expected = np.sort(np.log(np.abs(np.linalg.eigvals(np.eye(6) / 2 + w / 2))))[::-1]
    assert np.allclose(found["exponent"].values, expected, rtol=0, atol=2e-3)
    assert np.abs(found["end"].values).max() < 1e-12


def test_a_cycle_has_an_exponent_of_0():
    """z <- z e^{i w} (1 + mu - |z|^2) / (...): radius 1 attracts with slope 1 - 2 a, a = .2."""
    import jax.numpy as jnp

    turn = jnp.array([[np.cos(0.7), -np.sin(0.7)], [np.sin(0.7), np.cos(0.7)]])
    network = map_of_function(lambda z: (turn @ z) * (1.0 + 0.2 * (1.0 - (z**2).sum())), 2)
    found = lyapunov_spectrum(
        network, np.array([0.3, 0.1]), n_steps=2000, transient=200, alignment=200, dt=0.005
    )
    assert np.allclose(found["exponent"].values, [0.0, np.log(0.6)], rtol=0, atol=1e-3)
    assert np.allclose(found["exponent_per_second"].values, found["exponent"].values / 0.005)
    assert found["exponent_per_second"].attrs["units"] == "1 / s"


def test_a_singular_jacobian_annihilates_directions_for_good():
    random = np.random.default_rng(4)
    u, v = random.standard_normal((4, 2)), random.standard_normal((2, 4))
    m = u @ np.linalg.solve(v @ u, [[2.0, 1.0], [0.0, 0.5]]) @ v  # m u = u B, B ~ [[2, 1], [0, .5]]
    found = lyapunov_spectrum(Linear(m), np.zeros(4), n_steps=50, transient=0, alignment=50)
    assert np.allclose(found["exponent"].values[:2], np.log([2.0, 0.5]), rtol=0, atol=1e-8)
    assert np.isneginf(found["exponent"].values[2:]).all()
    assert found["kaplan_yorke_dimension"].item() == pytest.approx(2.0)


# ------------------------------------------------------------------------------ the literature


def test_henon_map():
    """.41922 and log .3 - .41922 (Sprott 2003, Chaos and Time-Series Analysis)."""
    found = lyapunov_spectrum(
        map_of_function(henon, 2), np.array([0.1, 0.1]), n_steps=20000, transient=100,
        alignment=50,
    )  # fmt: skip
    largest, error = found["exponent"].values[0], found["standard_error"].values[0]
    assert largest == pytest.approx(0.41922, abs=4 * error)
    assert 3e-4 < error < 5e-3
    assert found["exponent"].values.sum() == pytest.approx(np.log(0.3), abs=1e-10)
    d = found["kaplan_yorke_dimension"].item()
    assert d == pytest.approx(1 + largest / (largest - np.log(0.3)), rel=1e-9)
    assert d == pytest.approx(1.258, abs=0.01)
    assert found["entropy_rate"].item() == largest


def test_lorenz_attractor():
    """.9056, 0, -14.5723 per time; they add up to -(10 + 1 + 8/3) (Sprott 2003)."""
    found = lyapunov_spectrum(
        lorenz(), np.array([1.0, 2.0, 20.0]), n_steps=4000, transient=200, alignment=50, dt=0.1
    )
    exponents, errors = (
        found[k].values for k in ("exponent_per_second", "standard_error_per_second")
    )
    assert exponents[0] == pytest.approx(0.9056, abs=4 * errors[0])
    assert errors[0] < 0.02
    assert exponents[1] == pytest.approx(0.0, abs=5e-3)
    assert exponents[2] == pytest.approx(-14.5723, abs=4 * errors[2] + 5e-3)
    assert exponents.sum() == pytest.approx(-41 / 3, abs=1e-3)
    assert found["kaplan_yorke_dimension"].item() == pytest.approx(2.062, abs=3e-3)


# ---------------------------------------------------------------------------------- networks


@pytest.mark.parametrize(("gain", "is_chaotic"), [(0.8, False), (1.8, True)])
def test_random_networks_turn_chaotic_as_g_passes_1(gain, is_chaotic):
    """Sompolinsky, Crisanti & Sommers (1988) Phys Rev Lett 61:259."""
    network = network_map(random_weights(200, gain), 0.2)
    found = lyapunov_spectrum(
        network, random_rates(200, 1)[:, 0], n_steps=1500, transient=500, alignment=200,
        n_exponents=3,
    )  # fmt: skip
    largest, error = found["exponent"].values[0], found["standard_error"].values[0]
    if is_chaotic:
        assert largest > 5 * error > 0
    else:
        assert largest == pytest.approx(np.log(0.8 + 0.2 * spectral_abscissa(gain)), abs=5e-3)
        assert found["entropy_rate"].item() == 0.0


def spectral_abscissa(gain):
    return np.linalg.eigvals(random_weights(200, gain)).real.max()


@pytest.mark.parametrize(("name", "rest"), [("the online engine", 3), ("vanilla", 0)])
def test_all_of_them_add_up_to_the_mean_log_determinant(name, rest):
    """Whatever the numbers of steps, also those that decompositions and blocks do not divide."""
    if name == "vanilla":
        cell = example(name)
        network = map_of_cell(cell, trials_of(cell).p, np.array([0.1, 0.2, -0.3]))
    else:
        network = network_map(random_weights(12, 2.5), 0.4)
    before, n = 30 - rest, 200 + rest
    found = lyapunov_spectrum(
        network, random_rates(network.n_state, 1)[:, 0], n_steps=n, transient=20,
        alignment=before - 20, n_blocks=5,
    )  # fmt: skip
    way = network.walk(random_rates(network.n_state, 1)[:, 0], before + n)
    determinants = np.linalg.slogdet(network.jacobian(way[:, before:-1]))[1]
    assert found["exponent"].values.sum() == pytest.approx(determinants.mean(), rel=1e-9)
    assert np.allclose(found["end"].values, way[:, -1], rtol=0, atol=1e-6)


def test_one_exponent_of_a_traced_map_alone():
    found = lyapunov_spectrum(
        map_of_function(henon, 2), np.array([0.1, 0.1]), n_steps=4000, transient=100,
        alignment=50, every=10, n_exponents=1,
    )  # fmt: skip
    assert found["exponent"].values == pytest.approx([0.41922], abs=0.02)
    assert np.isnan(found["kaplan_yorke_dimension"])


def test_rounding_asks_for_more_decompositions_of_a_network_too():
    """Near an attractor of g = 4 some slopes are small, others are not."""
    network, start = network_map(random_weights(30, 4.0), 1.0), random_rates(30, 1)[:, 0]
    keys = {"n_steps": 100, "transient": 30, "alignment": 30}
    often = lyapunov_spectrum(network, start, **keys, every=1)
    rarely = lyapunov_spectrum(network, start, **keys, every=30)
    assert rarely.attrs["every"] < 30
    assert np.allclose(often["exponent"], rarely["exponent"], rtol=0, atol=1e-5)


def test_a_few_leading_ones_are_the_first_of_all():
    network, start = network_map(random_weights(20, 2.5), 0.4), random_rates(20, 1)[:, 0]
    keys = {"n_steps": 200, "transient": 50, "alignment": 50}
    whole = lyapunov_spectrum(network, start, **keys)["exponent"].values
    few = lyapunov_spectrum(network, start, **keys, n_exponents=4)["exponent"].values
    assert whole[0] == pytest.approx(few[0], abs=5e-2)
    assert np.allclose(few, whole[:4], rtol=0, atol=5e-2)


def test_rounding_asks_for_more_decompositions():
    """2^k / .01^k is 1e23 for k = 10: the small ones would be lost in the large."""
    m = np.diag([2.0, 0.5, 0.01]) + np.triu(np.ones((3, 3)), 1)
    found = lyapunov_spectrum(Linear(m), np.zeros(3), n_steps=40, transient=0, alignment=40)
    assert np.allclose(found["exponent"].values, np.log([2.0, 0.5, 0.01]), rtol=0, atol=1e-8)
    assert found.attrs["every"] < 5


# ------------------------------------------------------------------ dimension, entropy, errors


def test_the_kaplan_yorke_dimension_by_hand():
    """1 + .5 - .75 = .75 >= 0 > .75 - 1.5, so 3 + .75 / 1.5."""
    exponents = np.array([1.0, 0.5, -0.75, -1.5, -9.0])
    assert kaplan_yorke_dimension(exponents) == pytest.approx(3.5)
    assert kaplan_yorke_dimension(exponents[:4], is_whole=False) == pytest.approx(3.5)
    assert np.isnan(kaplan_yorke_dimension(exponents[:3], is_whole=False))
    assert kaplan_yorke_dimension(exponents[:3]) == 3.0
    assert kaplan_yorke_dimension(np.array([-0.1, -0.2])) == 0.0
    assert kaplan_yorke_dimension(np.array([0.0, -0.2])) == 1.0


def test_the_entropy_rate_by_hand():
    assert entropy_rate(np.array([1.0, 0.5, -0.75])) == 1.5
    assert entropy_rate(np.array([1.0, 0.5, -0.75]), is_whole=False) == 1.5
    assert np.isnan(entropy_rate(np.array([1.0, 0.5]), is_whole=False))
    assert entropy_rate(np.array([1.0, 0.5])) == 1.5


def test_a_trajectory_that_diverges_is_refused_where_it_does():
    network = Linear(np.diag([3.0, 10.0]))
    keys = {"n_steps": 900, "transient": 100, "alignment": 10}
    with pytest.raises(ValueError, match=r"trajectory after step 309: inf at \[1\]"):
        lyapunov_spectrum(network, np.ones(2), **keys)
    with pytest.raises(ValueError, match=r"start: nan at \[0\]"):
        lyapunov_spectrum(network, np.array([np.nan, 1.0]), **keys)


@pytest.mark.parametrize(
    ("change", "found"),
    [({"n_exponents": 4}, "n_exponents: got 4; write 1 to 3"),
     ({"n_blocks": 1}, "n_blocks: got 1; write 2 to 20"),
     ({"every": 0}, "every: got 0; write 1 or more")],
)  # fmt: skip
def test_numbers_that_make_no_sense_are_refused(change, found):
    keys = {"n_steps": 20, "transient": 0, "alignment": 0}
    with pytest.raises(ValueError, match=found):
        lyapunov_spectrum(Linear(np.eye(3)), np.ones(3), **keys, **change)
