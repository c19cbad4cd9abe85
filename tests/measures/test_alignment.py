"""The cosine of a change with the way that is left: in the plane, on lines, at random."""

from __future__ import annotations

import numpy as np
import pytest
import xarray as xr

from plastisim.measures import alignment
from plastisim.measures.alignment import cosines

DIMS = ("epoch", "network", "post", "pre")


def course(values, epochs=None):
    values = np.asarray(values, float)
    return xr.DataArray(
        values,
        {
            "epoch": np.arange(len(values)) if epochs is None else epochs,
            "seed": ("network", np.arange(values.shape[1]) + 3),
        },
        DIMS,
        "w_rec",
    )


def test_a_path_in_the_plane_by_hand():
    """From (0, 0) by (3, 0), (3, 4), (0, 4) to (6, 8): cosines 0.6, 0.8, -3/5 and 1."""
    path = np.array([[0, 0], [3, 0], [3, 4], [0, 4], [6, 8]], float)
    found = alignment(course(path.reshape(5, 1, 1, 2), [0, 5, 10, 15, 20]))
    assert found.dims == ("epoch", "network")
    assert found.epoch.values.tolist() == [0, 5, 10, 15]
    assert found.seed.values.tolist() == [3]
    left = np.array([[6, 8], [3, 8], [3, 4]])
    step = np.array([[3, 0], [0, 4], [-3, 0]])
    by_hand = [0.6, 4 * 8 / (4 * np.hypot(3, 8)), -9 / 15, 1.0]
    assert np.einsum("ij,ij->i", left, step).tolist() == [18, 32, -9]
    np.testing.assert_allclose(found.values[:, 0], by_hand, rtol=1e-14)


def test_a_straight_way_is_aligned_throughout_and_a_detour_begins_opposed():
    end = np.random.default_rng(0).normal(size=(1, 2, 4, 3))
    steps = np.linspace(0, 1, 6)[:, None, None, None]
    np.testing.assert_allclose(alignment(course(steps * end)), 1.0)
    away = course(np.concatenate([0 * end, -end, end]))
    np.testing.assert_allclose(alignment(away).values, [[-1, -1], [1, 1]], rtol=1e-14)


def test_a_random_change_is_as_aligned_as_chance_would_have_it():
    """Mean 0 and standard deviation 1 / sqrt(D); 400 networks, D = 12."""
    random = np.random.default_rng(1)
    w = course(random.normal(size=(2, 400, 4, 3)))
    final = w.isel(epoch=0, drop=True) + random.normal(size=(400, 4, 3))
    found = alignment(w, final).values
    assert abs(found.mean()) < 4 / np.sqrt(12 * 400)
    assert found.std() == pytest.approx(1 / np.sqrt(12), rel=0.15)


def test_neither_place_nor_scale_nor_order_matter():
    w = course(np.random.default_rng(2).normal(size=(5, 3, 4, 6)))
    expected = alignment(w)
    np.testing.assert_allclose(alignment(-1e-200 * w), expected, atol=1e-13)
    np.testing.assert_allclose(alignment(w + 5.0), expected, atol=1e-13)
    order = np.random.default_rng(3).permutation(4)
    np.testing.assert_allclose(alignment(w.isel(post=order)), expected, atol=1e-13)
    np.testing.assert_allclose(alignment(w.transpose(*DIMS[::-1])), expected, atol=1e-13)


def test_one_network_needs_no_dimension_and_final_weights_meet_by_label():
    w = course(np.random.default_rng(4).normal(size=(4, 3, 2, 5))).assign_coords(network=[0, 1, 2])
    expected = alignment(w)
    assert expected.epoch.values.tolist() == [0, 1, 2]
    one = alignment(w.sel(network=1))
    assert one.dims == ("epoch",)
    np.testing.assert_allclose(one, expected.sel(network=1), atol=1e-14)
    final = w.isel(epoch=-1, drop=True).isel(network=[2, 0])
    np.testing.assert_allclose(alignment(w, final), expected.sel(network=[0, 2]), atol=1e-14)
    rows = w.sel(network=2).values.reshape(4, -1)
    np.testing.assert_allclose(cosines(rows, rows[-1]), expected.sel(network=2), atol=1e-14)


def test_weights_that_hold_still_or_have_arrived_point_nowhere():
    w = course(np.array([0.0, 0, 1, 2, 2, 3]).reshape(6, 1, 1, 1))
    found = alignment(w, w.isel(epoch=3, drop=True)).values[:, 0]
    np.testing.assert_array_equal(found, [np.nan, 1, 1, np.nan, np.nan])


def test_a_diverged_network_is_refused_with_its_place():
    w = course(np.zeros((2, 3, 1, 2)))
    w[1, 2, 0, 1] = np.nan
    with pytest.raises(ValueError, match="w_rec: nan at epoch 1, network 2, post 0, pre 1"):
        alignment(w)
    w[1, 2, 0, 1] = 0.0
    with pytest.raises(ValueError, match="final weights: inf at post 0"):
        alignment(w, w[0, 0, :, 0].drop_vars("epoch") + np.inf)
