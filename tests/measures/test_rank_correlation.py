"""Rank correlations by hand, and as SciPy has them."""

from __future__ import annotations

import numpy as np
import pytest
import xarray as xr
from scipy.stats import spearmanr

from plastisim.measures import rank_correlation


def series(values, **coords):
    values = np.asarray(values, float)
    epochs = np.arange(len(values)) * 25
    return xr.DataArray(values, {"epoch": epochs, **coords}, ("epoch", "network")[: values.ndim])


def test_four_pairs_by_hand():
    """Ranks 1 2 3 4 and 1 3 2 4: 1 - 6 * 2 / (4 * 15) = 0.8."""
    found = rank_correlation(series([1, 10, 100, 1e9]), series([-5, 3, 2, 8]), "epoch")
    assert found.rho == pytest.approx(0.8)
    assert found.n == 4


def test_each_network_as_scipy_has_it_with_ties():
    random = np.random.default_rng(0)
    x, y = random.integers(0, 5, (12, 3)), random.normal(size=(12, 3))
    found = rank_correlation(series(x, seed=("network", [5, 6, 7])), series(y), "epoch")
    assert found.rho.dims == ("network",)
    assert found.seed.values.tolist() == [5, 6, 7]
    for k in range(3):
        assert found.rho[k] == pytest.approx(spearmanr(x[:, k], y[:, k]).statistic)


def test_one_course_may_be_compared_with_many():
    found = rank_correlation(series(np.arange(5)), series(np.outer(np.arange(5), [1, -2])), "epoch")
    np.testing.assert_allclose(found.rho, [1, -1])


def test_pairs_with_a_hole_do_not_count_and_epochs_meet_by_label():
    x = series([1, 2, np.nan, 4, 3, 9])
    y = series([1, 2, 5, 3, 4, np.inf]).isel(epoch=slice(None, None, -1))
    found = rank_correlation(x, y, "epoch")
    assert found.rho == pytest.approx(0.8)
    assert found.n == 4


def test_what_does_not_vary_rises_with_nothing():
    for x in (series([2, 2, 2]), series([1, np.nan, np.nan]), series([np.nan] * 3)):
        assert np.isnan(rank_correlation(x, series([1, 2, 3]), "epoch").rho)
