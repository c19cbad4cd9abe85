"""Participation ratios: equal shares, two by hand, covariances of a known spectrum."""

from __future__ import annotations

import numpy as np
import pytest
import xarray as xr

from plastisim.measures import change_of, participation_ratio, state_dimension


@pytest.mark.parametrize("k", [1, 2, 7])
def test_k_equal_weights_are_k(k):
    assert participation_ratio(np.r_[np.full(k, 0.3), np.zeros(5)]) == pytest.approx(k)


def test_two_weights_by_hand_at_any_scale():
    """3 and 1: 16 / 10."""
    for scale in (1.0, 1e-200, 1e200):
        assert participation_ratio(scale * np.array([3.0, 1.0])) == pytest.approx(1.6)
    rows = np.array([[3.0, 1], [1, 0], [0, 0]])
    np.testing.assert_allclose(participation_ratio(rows), [1.6, 1, np.nan])


def test_of_squared_singular_values_it_is_the_dimension_of_a_change():
    w = np.random.default_rng(0).normal(size=(5, 5))
    singular = np.linalg.svd(w, compute_uv=False)
    expected = change_of(w, 0 * w, decompose=True).dimension
    assert participation_ratio(singular**2) == pytest.approx(expected)


def test_singular_values_of_a_store_are_measured_along_their_dimension():
    values = np.random.default_rng(1).random((3, 4, 2))
    singular = xr.DataArray(
        values, {"epoch": [0, 5, 10], "seed": ("network", [7, 8])}, ("epoch", "singular", "network")
    )
    found = participation_ratio(singular, "singular")
    assert found.dims == ("epoch", "network")
    assert found.seed.values.tolist() == [7, 8]
    np.testing.assert_allclose(found, values.sum(1) ** 2 / (values**2).sum(1))


def test_negative_and_not_finite_weights_are_refused():
    with pytest.raises(ValueError, match=r"weights: got -0.5; a participation ratio is of"):
        participation_ratio(np.array([1.0, -0.5]))
    singular = xr.DataArray([[1.0, np.nan]], dims=("epoch", "singular"), name="w_rec")
    with pytest.raises(ValueError, match="w_rec: nan at epoch 0, singular 1"):
        participation_ratio(singular, "singular")


def states(seed=0):
    values = np.random.default_rng(seed).normal(size=(2, 4, 5, 6)) * [5, 3, 2, 1, 0.5, 0.2] + 9
    return xr.DataArray(
        values, {"seed": ("network", [7, 8])}, ("network", "trial", "time", "unit"), "rate"
    )


def test_states_are_as_wide_as_numpys_covariance_says():
    found = state_dimension(states())
    assert found.seed.values.tolist() == [7, 8]
    for k in range(2):
        variances = np.linalg.eigvalsh(np.cov(states().values[k].reshape(-1, 6).T))
        assert found[k] == pytest.approx(participation_ratio(np.abs(variances)), rel=1e-10)


def test_a_line_has_one_dimension_a_cross_as_many_as_its_arms():
    line = xr.DataArray(np.outer(np.arange(9), [1.0, -2, 3]) + 5, dims=("time", "unit"))
    assert state_dimension(line) == pytest.approx(1)
    arms = xr.DataArray(np.vstack([np.eye(4), -np.eye(4)]), dims=("trial", "unit"))
    assert state_dimension(arms) == pytest.approx(4)
    assert np.isnan(state_dimension(0 * arms + 0.1))


def test_neither_coordinates_nor_scale_nor_order_of_dimensions_matter():
    x = states()
    expected = state_dimension(x)
    q = np.linalg.qr(np.random.default_rng(1).normal(size=(6, 6)))[0]
    turned = x.copy(data=x.values @ q.T)
    np.testing.assert_allclose(state_dimension(turned), expected)
    for other in (-1e-200 * x, 1e200 * x, x.transpose("unit", "time", "network", "trial"), x + 3):
        np.testing.assert_allclose(state_dimension(other), expected)


def test_a_diverged_network_is_refused_with_its_place():
    x = states()
    x[1, 2, 3, 4] = np.inf
    with pytest.raises(ValueError, match="rate: inf at network 1, trial 2, time 3, unit 4"):
        state_dimension(x)
