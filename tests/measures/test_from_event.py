"""Courses counted from events, by hand."""

from __future__ import annotations

import numpy as np
import pytest
import xarray as xr

from plastisim.measures import from_event

NAN = float("nan")


def course(**more):
    """The epoch plus 1000 times the network; epochs 0, 5 … 30, networks 0 1 2."""
    epochs, networks = np.arange(0, 31, 5), np.arange(3)
    return xr.DataArray(
        (epochs[:, None] + 1000 * networks).astype(np.float32),
        {"epoch": epochs, "network": networks, "seed": ("network", networks + 7)},
        ("epoch", "network"), "loss", {"units": "1"},
    ).expand_dims(more)  # fmt: skip


def events(*at, networks=(0, 1, 2)):
    return xr.DataArray(list(at), {"network": list(networks)}, ("network",))


def test_each_network_is_counted_from_its_own_event():
    found = from_event(course(), events(10.0, 25.0, NAN), [-10, -5, 0, 5, 10])
    assert found.dims == ("epochs_from_event", "network")
    assert found.dtype == np.float32
    np.testing.assert_array_equal(found.sel(network=0), [0, 5, 10, 15, 20])
    np.testing.assert_array_equal(found.sel(network=1), [1015, 1020, 1025, 1030, NAN])
    assert np.isnan(found.sel(network=2)).all()
    assert found.epochs_from_event.values.tolist() == [-10, -5, 0, 5, 10]
    np.testing.assert_array_equal(found.event, [10, 25, NAN])
    assert found.seed.values.tolist() == [7, 8, 9]
    assert (found.name, found.attrs) == ("loss", {"units": "1"})


def test_what_was_not_recorded_is_not_made_up():
    found = from_event(course(), events(10.0, 12.0, 0.0), [-5, 0, 3])
    np.testing.assert_array_equal(found, [[5, NAN, NAN], [10, NAN, 2000], [NAN, 1015, NAN]])


def test_an_event_at_epoch_zero_leaves_the_course_as_it_is():
    whole = course()
    found = from_event(whole, events(0.0, 0.0, 0.0), whole.epoch.values)
    np.testing.assert_array_equal(found.values, whole.values)


def test_other_dimensions_come_along_and_networks_meet_by_label():
    found = from_event(
        course(singular=[0, 1, 2, 3]), events(20.0, 10.0, 5.0, networks=(2, 1, 0)), [0]
    )
    assert dict(found.sizes) == {"epochs_from_event": 1, "network": 3, "singular": 4}
    np.testing.assert_array_equal(found.isel(singular=3)[0], [5, 1010, 2020])


def test_whole_numbers_and_truths_become_numbers_with_holes():
    at = events(30.0, 0.0, 5.0)
    counts = from_event(course().astype(int), at, [5])
    np.testing.assert_array_equal(counts, [[NAN, 1005, 2010]])
    solved = from_event(course() > 500, at, [0, 5])
    np.testing.assert_array_equal(solved, [[0, 1, 1], [NAN, 1, 1]])


def test_a_course_without_networks_is_refused():
    with pytest.raises(ValueError, match="a course has epoch and network"):
        from_event(course().isel(network=0), events(1.0, 2.0, 3.0), [0])
