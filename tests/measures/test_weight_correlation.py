"""The correlation of the weights of two epochs: by hand, and as NumPy has it."""

from __future__ import annotations

import numpy as np
import pytest
import xarray as xr

from plastisim.measures import weight_correlation
from plastisim.measures.weight_correlation import correlation_matrix


def course(n_epochs=4, n_networks=3, n=5, seed=0):
    values = np.random.default_rng(seed).normal(size=(n_epochs, n_networks, n, n + 2))
    return xr.DataArray(
        values + 0.3,
        {"epoch": np.arange(n_epochs) * 25, "seed": ("network", np.arange(n_networks) + 7)},
        ("epoch", "network", "post", "pre"),
    )


def test_three_matrices_by_hand():
    """(1 2 3 4) against its reverse, and against (1 1 1 3): 3 / sqrt(5 * 3)."""
    found = correlation_matrix(np.array([[1, 2, 3, 4], [4, 3, 2, 1], [1, 1, 1, 3.0]]))
    third = 3 / np.sqrt(15)
    np.testing.assert_allclose(found, [[1, -1, third], [-1, 1, -third], [third, -third, 1]])


def test_it_is_numpys_correlation_network_by_network():
    w = course()
    found = weight_correlation(w)
    assert found.dims == ("network", "epoch", "other_epoch")
    assert found.seed.values.tolist() == [7, 8, 9]
    assert found.other_epoch.values.tolist() == [0, 25, 50, 75]
    for k in range(3):
        expected = np.corrcoef(w.values[:, k].reshape(4, -1))
        np.testing.assert_allclose(found.isel(network=k), expected, atol=1e-14)


def test_the_order_of_dimensions_does_not_matter_nor_do_scale_and_sign_and_shift():
    w = course()
    expected = weight_correlation(w)
    other = weight_correlation(w.transpose("pre", "network", "post", "epoch"))
    np.testing.assert_allclose(other, expected, atol=1e-14)
    np.testing.assert_allclose(weight_correlation(-3 * w + 2), expected, atol=1e-13)


def test_units_may_be_renumbered():
    w = course()
    order = np.random.default_rng(1).permutation(5)
    np.testing.assert_allclose(
        weight_correlation(w.isel(post=order)), weight_correlation(w), atol=1e-14
    )


def test_weights_that_a_mask_leaves_out_do_not_count():
    w, mask = course(), np.ones((5, 7), bool)
    mask[2, 3] = mask[0, 6] = False
    changed = w.copy()
    changed[:, :, 2, 3] = 100.0
    np.testing.assert_array_equal(
        weight_correlation(w, mask=mask), weight_correlation(changed, mask=mask)
    )
    assert abs(weight_correlation(w) - weight_correlation(changed)).max() > 0.1


def test_one_network_needs_no_dimension_for_it():
    w = course().isel(network=1, drop=True)
    assert weight_correlation(w).dims == ("epoch", "other_epoch")


def test_weights_that_are_all_the_same_correlate_with_nothing():
    found = correlation_matrix(np.array([[0.1] * 7, np.arange(7.0)]))
    assert np.isnan(found[0]).all()
    assert found[1, 1] == pytest.approx(1)


def test_a_diverged_network_is_refused_with_its_place():
    w = course().rename("w_rec")
    w[2, 1, 4, 0] = np.inf
    with pytest.raises(ValueError, match="w_rec: inf at epoch 50, network 1, post 4, pre 0"):
        weight_correlation(w)
