"""Departures from normality: chains, rotations and triangles by hand, growth by SciPy's expm."""

from __future__ import annotations

import numpy as np
import pytest
import xarray as xr
from scipy.linalg import expm, schur

from plastisim.measures import henrici_departure, numerical_abscissa


def random(*shape, seed=0):
    return np.random.default_rng(seed).normal(size=shape)


def orthogonal(n, seed=1):
    return np.linalg.qr(random(n, n, seed=seed))[0]


def test_a_triangle_by_hand():
    """(1 b; 0 -2): norm 5 + b^2, eigenvalues 1 and -2; abscissa -1/2 + sqrt(9 + b^2) / 2."""
    b = 3.0
    w = np.array([[1.0, b], [0, -2]])
    assert henrici_departure(w) == pytest.approx(b / np.sqrt(5 + b**2))
    assert numerical_abscissa(w) == pytest.approx(-0.5 + np.sqrt(9 + b**2) / 2)


def test_normal_matrices_have_none_and_chains_nothing_else():
    symmetric, skew = random(6, 6) + random(6, 6).T, random(6, 6) - random(6, 6).T
    for normal in (symmetric, skew, orthogonal(6), np.eye(4), np.diag([3.0, -1, 2])):
        assert henrici_departure(normal) == pytest.approx(0, abs=1e-6)
    assert henrici_departure(np.eye(7, k=-1) * 5) == 1
    assert numerical_abscissa(skew) == pytest.approx(0, abs=1e-12)
    # A chain of n units grows at cos(pi / (n + 1)), the largest eigenvalue of its path.
    assert numerical_abscissa(np.eye(7, k=-1)) == pytest.approx(np.cos(np.pi / 8))


def test_it_is_the_strictly_upper_part_of_schurs_form():
    w = random(9, 9, seed=3)
    t, _ = schur(w, output="complex")
    upper = np.linalg.norm(np.triu(t, 1)) / np.linalg.norm(w)
    assert henrici_departure(w) == pytest.approx(upper, rel=1e-10)


def test_the_abscissa_is_how_fast_the_norm_can_grow_at_first():
    w, dt = random(5, 5, seed=4), 1e-6
    growth = (np.linalg.norm(expm(dt * w), 2) - 1) / dt
    assert numerical_abscissa(w) == pytest.approx(growth, abs=1e-4)


def test_an_orthogonal_change_of_coordinates_matters_to_neither_and_scale_as_it_should():
    w, q = random(6, 6, seed=5), orthogonal(6)
    turned = q @ w @ q.T
    assert henrici_departure(turned) == pytest.approx(henrici_departure(w))
    assert numerical_abscissa(turned) == pytest.approx(numerical_abscissa(w))
    for scale in (1e-200, 1e200):
        assert henrici_departure(scale * w) == pytest.approx(henrici_departure(w))
    assert numerical_abscissa(3 * w) == pytest.approx(3 * numerical_abscissa(w))
    assert numerical_abscissa(w - 2 * np.eye(6)) == pytest.approx(numerical_abscissa(w) - 2)
    # The mirrored and the transposed matrix: the same departure.
    assert henrici_departure(-w.T) == pytest.approx(henrici_departure(w))


def test_ensembles_keep_their_labels_whatever_the_order_of_dimensions():
    w = xr.DataArray(
        random(3, 2, 5, 5).astype(np.float32),
        {"epoch": [0, 25, 50], "seed": ("network", [7, 8])}, ("epoch", "network", "post", "pre"),
    )  # fmt: skip
    w[1, 1] = 0.0
    for measure in (henrici_departure, numerical_abscissa):
        found = measure(w)
        assert found.dims == ("epoch", "network")
        assert found.seed.values.tolist() == [7, 8]
        alone = measure(w.values[2, 1].astype(float))
        assert found[2, 1] == pytest.approx(alone)
        turned = measure(w.transpose("pre", "network", "epoch", "post"))
        np.testing.assert_allclose(turned.transpose(*found.dims), found, atol=1e-7)
    assert np.isnan(henrici_departure(w)[1, 1])
    assert numerical_abscissa(w)[1, 1] == 0


def test_what_is_not_square_or_not_finite_is_refused():
    for measure in (henrici_departure, numerical_abscissa):
        with pytest.raises(ValueError, match=r"matrix: got \(3, 4\); eigenvalues need as many"):
            measure(random(3, 4))
        with pytest.raises(ValueError, match="eigenvalues need as many post as pre units"):
            measure(xr.DataArray(random(3, 3), dims=("post", "unit")))
        w = random(2, 3, 3)
        w[1, 2, 0] = np.nan
        with pytest.raises(ValueError, match=r"w_rec: nan at network 1, post 2, pre 0"):
            measure(xr.DataArray(w, dims=("network", "post", "pre"), name="w_rec"))
        with pytest.raises(ValueError, match=r"matrix: nan at \[1, 2, 0\]"):
            measure(w)
