"""Latent circuits whose flow is known: identical units, no recurrence, mirror images."""

from __future__ import annotations

import numpy as np
import pytest
import xarray as xr

from plastisim.measures import latent_circuits
from plastisim.measures.latent_circuit import LatentCircuit, flatness, latent_fixed_points

GRID = np.linspace(-3, 3, 100)
PAPER = {"flow_below": 0.2, "slope_below": 0.2}


def identical(gain, n=7, bias=0.0):
    """N units with m = gain, n = 1: F = -kappa + tanh(gain kappa + bias)."""
    return LatentCircuit(np.full(n, gain), np.ones(n), np.full(n, bias))


def random(seed=0, n=40, scale=1.5):
    m, r, h = np.random.default_rng(seed).normal(size=(3, n))
    return LatentCircuit(scale * m, scale * r + m, h)


def dataset(*circuits, w_in=None):
    """Epoch after epoch, of two networks: each circuit and its mirror image."""

    def both(name, sign):
        values = [[getattr(c, name), sign * getattr(c, name)] for c in circuits]
        return ("epoch", "network", "unit"), np.array(values, np.float32)

    variables = {"left": both("left", 1), "right": both("right", 1), "bias": both("drive", -1)}
    if w_in is not None:
        variables["w_in"] = (("unit", "input"), w_in)
    coords = {"epoch": np.arange(len(circuits)) * 25, "seed": ("network", [3, 4])}
    return xr.Dataset(variables, coords)


def test_identical_units_are_one_unit():
    """tanh(2 k) = k at 0 and at +-0.95750402, by iteration; slope 2 (1 - k^2) - 1 there."""
    outer = 1.0
    for _ in range(200):
        outer = np.tanh(2 * outer)
    found = latent_fixed_points(identical(2.0), GRID)
    np.testing.assert_allclose(found.kappa, [-outer, 0, outer], atol=1e-11)
    np.testing.assert_allclose(found.slope, 2 * (1 - found.kappa**2) - 1, atol=1e-10)
    assert found.stable.tolist() == [True, False, True]
    assert latent_fixed_points(identical(0.9), GRID).stable.tolist() == [True]


def test_a_fixed_point_on_the_grid_is_counted_once():
    found = latent_fixed_points(identical(2.0), np.linspace(-3, 3, 101))
    assert len(found.kappa) == 3
    assert found.kappa[1] == pytest.approx(0, abs=1e-12)
    kink = np.array([-3.0, 0.0, 3.0])
    assert latent_fixed_points(identical(0.5), kink).kappa.tolist() == [0.0]


def test_without_recurrence_the_latent_variable_decays_to_the_mean_of_its_drive():
    n, h = np.array([1.0, 2.0, -3.0]), np.array([0.3, -0.1, 0.8])
    circuit = LatentCircuit(np.zeros(3), n, h)
    centre = n @ np.tanh(h) / 3
    found = latent_fixed_points(circuit, GRID)
    np.testing.assert_allclose(found.kappa, [centre], atol=1e-12)
    np.testing.assert_allclose(circuit.flow(GRID), centre - GRID, atol=1e-14)
    np.testing.assert_allclose(circuit.slope(GRID), -1)
    assert flatness(circuit.flow(GRID), circuit.slope(GRID), GRID, **PAPER) == 0


def test_flow_and_slope_by_hand():
    """N = 2: -0.5 + (3 tanh(1.5 + 0.1) + 5 tanh(-0.5 - 0.2)) / 2."""
    circuit = LatentCircuit(np.array([3.0, -1.0]), np.array([3.0, 5.0]), np.array([0.1, -0.2]))
    a, b = np.tanh(1.6), np.tanh(-0.7)
    assert circuit.flow(0.5) == pytest.approx(-0.5 + (3 * a + 5 * b) / 2)
    assert circuit.slope(0.5) == pytest.approx(-1 + (9 * (1 - a**2) - 5 * (1 - b**2)) / 2)


def test_the_slope_is_the_derivative_of_the_flow():
    circuit, step = random(), 1e-5
    difference = (circuit.flow(GRID + step) - circuit.flow(GRID - step)) / (2 * step)
    np.testing.assert_allclose(circuit.slope(GRID), difference, atol=1e-8)


def test_the_flow_is_what_becomes_of_the_latent_variable_of_the_whole_network():
    """One Euler step of Eq. S9 from random rates of a given kappa: n.r / N before and after."""
    circuit, dt = random(1), 1e-3
    n = len(circuit.left)
    w = np.outer(circuit.left, circuit.right) / n
    kappa = 0.7
    rate = np.random.default_rng(2).normal(size=n)
    rate += circuit.right * (kappa - circuit.right @ rate / n) * n / (circuit.right @ circuit.right)
    after = rate + dt * (-rate + np.tanh(w @ rate + circuit.drive))
    moved = circuit.right @ (after - rate) / n / dt
    assert circuit.flow(kappa) == pytest.approx(moved, abs=1e-10)


@pytest.mark.parametrize("bound", [0.05, 0.2, 0.5])
def test_the_flat_part_of_the_critical_unit_has_a_known_length(bound):
    """Gain 1: F' = -tanh^2, so that |F'| < b within atanh(sqrt b) of 0, where |F| is smaller."""
    grid = np.linspace(-3, 3, 6001)
    circuit = identical(1.0)
    assert len(latent_fixed_points(circuit, grid).kappa) == 1
    found = flatness(
        circuit.flow(grid), circuit.slope(grid), grid, flow_below=1.0, slope_below=bound
    )
    assert found == pytest.approx(2 * np.arctanh(np.sqrt(bound)), abs=0.002)


def test_a_flow_that_is_slow_everywhere_is_flat_over_the_whole_grid():
    grid = np.array([-1.0, 0.0, 0.5, 3.0])
    nothing = np.zeros((2, 4))
    np.testing.assert_array_equal(flatness(nothing, nothing, grid, **PAPER), [4, 4])
    only = np.array([1.0, 0.0, 1.0, 1.0])
    assert flatness(only, 0 * only, grid, **PAPER) == 0.75
    assert flatness(-only, 0 * only, grid, **PAPER) == 0.75
    assert flatness(0 * only, only, grid, **PAPER) == 0.75
    assert flatness(0 * only, -only, grid, **PAPER) == 0.75


def test_ensembles_agree_with_single_circuits_and_mirror_images_with_each_other():
    circuits = [identical(0.5, 40), random(3), random(4), identical(2.0, 40)]
    found = latent_circuits(dataset(*circuits), GRID, **PAPER)
    assert found.flow.dims == ("epoch", "network", "kappa")
    assert found.seed.values.tolist() == [3, 4]
    for k, circuit in enumerate(circuits):
        alone = latent_fixed_points(circuit, GRID)
        n = len(alone.kappa)
        one = found.isel(epoch=k, network=0)
        assert one.n_fixed_points == n
        assert one.n_stable == alone.stable.sum()
        np.testing.assert_allclose(one.fixed_point[:n], alone.kappa, atol=1e-5)
        np.testing.assert_allclose(one.fixed_point_slope[:n], alone.slope, atol=1e-5)
        assert np.isnan(one.fixed_point[n:]).all()
        np.testing.assert_allclose(one.flow, circuit.flow(GRID), atol=1e-5)
    a, b = found.isel(network=0), found.isel(network=1)
    np.testing.assert_allclose(b.flow, -a.flow[:, ::-1], atol=1e-12)
    np.testing.assert_allclose(b.slope, a.slope[:, ::-1], atol=1e-12)
    np.testing.assert_allclose(b.flatness, a.flatness, atol=1e-12)
    np.testing.assert_array_equal(b.n_fixed_points, a.n_fixed_points)


def test_units_may_be_renumbered():
    weights = dataset(random(5), random(6))
    order = np.random.default_rng(0).permutation(40)
    a, b = (latent_circuits(w, GRID, **PAPER) for w in (weights, weights.isel(unit=order)))
    xr.testing.assert_allclose(a, b, atol=1e-11)


def test_a_constant_input_adds_to_the_bias():
    w_in = np.random.default_rng(7).normal(size=(40, 2)).astype(np.float32)
    weights = dataset(random(5), w_in=w_in)
    s = xr.DataArray([[0.0, 0.0], [0.4, 1.0]], dims=("held", "input"))
    found = latent_circuits(weights, GRID, **PAPER, inputs=s)
    shifted = weights.assign(bias=weights.bias + w_in @ [0.4, 1.0])
    expected = latent_circuits(shifted, GRID, **PAPER)
    np.testing.assert_allclose(found.flow.sel(held=1), expected.flow, atol=1e-6)
    plain = latent_circuits(weights, GRID, **PAPER)
    np.testing.assert_allclose(found.flow.sel(held=0), plain.flow, atol=1e-12)


def test_what_cannot_be_looked_at_is_refused():
    weights = dataset(random(5))
    with pytest.raises(ValueError, match="grid: latent states ascend"):
        latent_circuits(weights, GRID[::-1], **PAPER)
    weights.left[0, 1, 2] = np.nan
    with pytest.raises(ValueError, match="left: nan at epoch 0, network 1, unit 2"):
        latent_circuits(weights, GRID, **PAPER)
