"""Means around an event, by hand."""

from __future__ import annotations

import numpy as np
import pytest
import xarray as xr

from plastisim.measures import mean_in_window

NAN = float("nan")


def squares():
    """The square of the epoch in network 0, and twice that in network 1; epochs 0, 10 … 100."""
    epochs = np.arange(0, 101, 10)
    return xr.DataArray(
        np.stack([epochs**2, 2 * epochs**2], axis=1).astype(float),
        {"epoch": epochs, "seed": ("network", [4, 5])},
        ("epoch", "network"),
        attrs={"units": "1"},
    )


def at(*epochs):
    return xr.DataArray(list(epochs), {"seed": ("network", [4, 5])}, ("network",))


def test_each_network_is_looked_at_around_its_own_event():
    """(20^2 + 30^2 + 40^2) / 3 and, about 60 rather than 50, 2 (30^2 + 40^2 + 50^2) / 3."""
    found = mean_in_window(squares(), at(50.0, 60.0), (-30, -10))
    np.testing.assert_allclose(found, [2900 / 3, 10000 / 3])
    assert found.seed.values.tolist() == [4, 5]
    assert found.attrs == {"units": "1"}


def test_epochs_between_the_recorded_ones_move_the_window():
    np.testing.assert_allclose(mean_in_window(squares(), 54, (5, 20)), [(3600 + 4900) / 2, 8500])


def test_no_event_no_whole_window_or_nothing_in_it_is_no_mean():
    found = mean_in_window(squares(), at(NAN, 20.0), (-30, -10))
    assert np.isnan(found).all()
    assert np.isnan(mean_in_window(squares(), at(85.0, 80.0), (10, 20))).values.tolist() == [1, 0]
    assert np.isnan(mean_in_window(squares(), 50, (1, 9))).all()


def test_values_that_are_not_finite_do_not_count():
    course = squares()
    course[3, 0], course[4, 1] = NAN, np.inf
    np.testing.assert_allclose(mean_in_window(course, 50, (-20, 0)), [(1600 + 2500) / 2, 3400])


def test_a_window_goes_forward():
    with pytest.raises(ValueError, match=r"window: got \(50, -50\); it goes from low to high"):
        mean_in_window(squares(), 50, (50, -50))
