"""Peaks: planted ones are found, and nothing else is."""

from __future__ import annotations

import numpy as np
import pytest
import xarray as xr

from plastisim.measures import peaks
from plastisim.measures.peaks import NORMAL, robust_z

NAN = float("nan")


def epochs_of(found, network=0):
    one = found.peak.isel(network=network)
    return one.epoch.values[one.values].tolist()


def noisy(n=400, seed=0, spikes=()):
    """Normal noise with spikes, on a slope in network 1 and upside down in network 2."""
    values = np.random.default_rng(seed).normal(size=n)
    values[list(spikes)] += 20.0
    values = np.stack([values, values + 0.5 * np.arange(n), -values], axis=1)
    return xr.DataArray(
        values, {"epoch": np.arange(n) * 5 + 5, "seed": ("network", [1, 2, 3])},
        ("epoch", "network"),
    )  # fmt: skip


def test_z_by_hand():
    """Median 3, absolute deviations 2 1 0 1 97, of which the median is 1."""
    z = robust_z(np.array([1.0, 2, 3, 4, 100]), None)
    np.testing.assert_allclose(z * NORMAL, [-2, -1, 0, 1, 97])
    diverged = robust_z(np.array([1.0, 2, 3, 4, 100, np.inf, np.inf]), None)
    np.testing.assert_array_equal(diverged, [*z, NAN, NAN])
    # Each is the median of its three but the ends, whose only neighbour is their own.
    np.testing.assert_array_equal(robust_z(np.array([1.0, 2, 3, 4, 100]), 3), 0)
    # Baselines 0 2 4 2 4 3 3; deviations 0 3 -2 2 -3 3 0, of whose sizes 2 is the median.
    z = robust_z(np.array([0.0, 5, 2, 4, 1, 6, 3]), 3)
    np.testing.assert_allclose(z * NORMAL, [0, 1.5, -1, 1, -1.5, 1.5, 0])


def test_z_of_normal_noise_is_in_standard_deviations():
    z = robust_z(np.random.default_rng(0).normal(3.0, 7.0, 20_000), None)
    assert z.std() == pytest.approx(1, rel=0.03)
    assert abs(z.mean()) < 0.03


def test_planted_spikes_are_found_and_no_others():
    course = noisy(spikes=(50, 53, 200, 390))
    found = peaks(course, above=8, apart=5, window=None, log=False)
    assert epochs_of(found)[1:] == [1005, 1955]
    assert epochs_of(found)[0] in (255, 270)  # the larger of two that lie too close
    assert len(epochs_of(peaks(course, above=8, apart=3, window=None, log=False))) == 4
    assert epochs_of(found, 2) == []
    assert found.z.values[200, 0] > 15
    assert found.seed.values.tolist() == [1, 2, 3]
    assert found.peak.dims == course.dims
    assert not peaks(noisy(), above=8, apart=5, window=None, log=False).peak.any()


def test_a_running_median_takes_the_slope_out():
    course = noisy(spikes=(50, 200))
    wide = peaks(course, above=8, apart=5, window=None, log=False)
    local = peaks(course, above=8, apart=5, window=41, log=False)
    assert epochs_of(wide, 1) == []
    assert epochs_of(local, 1) == epochs_of(local, 0) == [255, 1005]


def test_the_logarithm_of_a_growing_course_is_what_its_scale_does_not_matter_to():
    course = np.exp(0.1 * noisy(spikes=(100,)))
    a = peaks(course, above=8, apart=5, window=41, log=True)
    b = peaks(1e6 * course, above=8, apart=5, window=41, log=True)
    np.testing.assert_allclose(a.z, b.z, atol=1e-8)
    assert epochs_of(a, 1) == epochs_of(b, 1) == [505]


def test_gaps_and_diverged_networks_have_no_peaks_and_spoil_none():
    course = noisy(spikes=(50, 200))
    course[100:120, 0] = NAN
    course[300:, 0] = np.inf
    course[:, 1] = NAN
    found = peaks(course, above=8, apart=5, window=41, log=False)
    assert epochs_of(found) == [255, 1005]
    assert epochs_of(found, 1) == []
    assert np.isnan(found.z[100:120, 0]).all()
    assert np.isnan(found.z[300:, 0]).all()
    assert np.isfinite(found.z[120:300, 0]).all()


def test_what_cannot_be_is_refused():
    for window in (4, 0, -3):
        with pytest.raises(ValueError, match=f"window: got {window}"):
            peaks(noisy(), above=3, apart=1, window=window, log=False)
    with pytest.raises(ValueError, match="negative values"):
        peaks(noisy(), above=3, apart=1, window=None, log=True)
