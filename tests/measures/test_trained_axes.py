"""Axes of one epoch applied to others: crosses by hand, distances, rotations."""

from __future__ import annotations

import numpy as np
import pytest
import xarray as xr

from plastisim.measures import project_onto, trained_axes

DIMS = ("epoch", "network", "trial", "time", "unit")


def states(seed=0):
    values = np.random.default_rng(seed).normal(size=(3, 2, 4, 5, 6)) * [5, 3, 2, 1, 0.5, 0.2]
    return xr.DataArray(
        values.astype(np.float32),
        {"epoch": [0, 25, 50], "network": [0, 1], "seed": ("network", [7, 8])}, DIMS, "state",
    )  # fmt: skip


def test_a_cross_of_the_trained_network_and_what_lies_beside_it_by_hand():
    """Variances 18 and 2 along units 1 and 0, centre (5, -1, 2)."""
    arms = np.array([[5.0, 2, 2], [5, -4, 2], [6, -1, 2], [4, -1, 2]])
    frame = trained_axes(xr.DataArray(arms, dims=("trial", "unit")), 2)
    np.testing.assert_allclose(frame.centre, [5, -1, 2])
    np.testing.assert_allclose(frame.axes, [[0, 1], [1, 0], [0, 0]], atol=1e-14)
    np.testing.assert_allclose(frame.explained, [0.9, 0.1])
    points = xr.DataArray([[5.0, -1, 99], [6, 3, 2]], dims=("point", "unit"))
    found = project_onto(frame, points)
    assert found.dims == ("point", "component")
    np.testing.assert_allclose(found, [[0, 0], [4, 1]], atol=1e-13)


def test_each_network_has_axes_of_its_own_as_numpys_covariance_has_them():
    x = states()
    frame = trained_axes(x.sel(epoch=50), 3)
    assert frame.seed.values.tolist() == [7, 8]
    for k in range(2):
        flat = x.sel(epoch=50).values[k].reshape(-1, 6).astype(float)
        values, vectors = np.linalg.eigh(np.cov(flat.T))
        np.testing.assert_allclose(frame.explained[k], values[::-1][:3] / values.sum(), rtol=1e-6)
        along = np.abs(np.einsum("uc,uc->c", frame.axes[k], vectors[:, ::-1][:, :3]))
        np.testing.assert_allclose(along, 1, atol=1e-6)


def test_other_epochs_are_seen_in_the_same_frame():
    x = states()
    frame = trained_axes(x.sel(epoch=50), 3)
    found = project_onto(frame, x)
    assert found.dims == (*DIMS[:-1], "component")
    assert found.epoch.values.tolist() == [0, 25, 50]
    for epoch in (0, 50):
        for k in range(2):
            one = (x.sel(epoch=epoch, network=k) - frame.centre[k]).values @ frame.axes[k].values
            np.testing.assert_allclose(found.sel(epoch=epoch, network=k), one, atol=1e-5)
    np.testing.assert_allclose(found.sel(epoch=50).mean(["trial", "time"]), 0, atol=1e-5)
    assert abs(found.sel(epoch=0).mean(["trial", "time"])).max() > 0.05


def test_all_axes_together_keep_every_distance():
    x = states()
    found = project_onto(trained_axes(x.sel(epoch=50), 6), x)
    a, b = x.isel(trial=0, time=1), x.isel(trial=3, time=2)
    far = np.sqrt(((a - b).astype(float) ** 2).sum("unit"))
    a, b = found.isel(trial=0, time=1), found.isel(trial=3, time=2)
    seen = np.sqrt(((a - b) ** 2).sum("component"))
    np.testing.assert_allclose(seen, far, rtol=1e-5)


def test_renumbering_the_units_or_moving_all_states_changes_no_place():
    x = states()
    expected = project_onto(trained_axes(x.sel(epoch=50), 3), x)
    other = x.isel(unit=[3, 0, 5, 1, 4, 2]) + 7
    found = project_onto(trained_axes(other.sel(epoch=50), 3), other)
    np.testing.assert_allclose(found, expected, atol=1e-4)


def test_networks_meet_by_label_and_diverged_states_have_no_place():
    x = states()
    frame = trained_axes(x.sel(epoch=50), 2)
    only = project_onto(frame, x.sel(network=[1]))
    np.testing.assert_allclose(only, project_onto(frame, x).sel(network=[1]))
    x[0, 1, 2, 3, 4] = np.nan
    assert np.isnan(project_onto(frame, x)[0, 1, 2, 3]).all()
    assert np.isfinite(project_onto(frame, x)[1:]).all()


def test_axes_of_diverged_states_and_states_of_other_units_are_refused():
    x = states()
    frame = trained_axes(x.sel(epoch=50), 2)
    with pytest.raises(ValueError, match="states: got 5 units; the axes have 6"):
        project_onto(frame, x.isel(unit=slice(5)))
    x[2, 1, 2, 3, 4] = np.inf
    with pytest.raises(ValueError, match="state: inf at network 1, trial 2, time 3, unit 4"):
        trained_axes(x.sel(epoch=50), 2)
