"""Spectra of waves, constants and pulses, by hand."""

from __future__ import annotations

import numpy as np
import pytest
import xarray as xr

from plastisim.measures import frequency_spectrum

TIME = np.arange(40)


def course(*units, trials=1):
    """(trial, time, unit), of which the trials are consecutive pieces."""
    values = np.stack(units, axis=-1).reshape(trials, -1, len(units))
    return xr.DataArray(values, dims=("trial", "time", "unit"), name="rate")


def at(spectrum):
    """Frequencies of which there is something."""
    there = spectrum.values > 1e-10
    return dict(zip(spectrum.frequency.values[there], spectrum.values[there], strict=True))


def test_a_cosine_is_at_its_frequency_and_a_constant_at_zero():
    wave = np.cos(2 * np.pi * TIME / 8)
    assert at(frequency_spectrum(course(wave))) == pytest.approx({-0.125: 1, 0.125: 1})
    assert at(frequency_spectrum(course(np.full(40, -3.0)))) == pytest.approx({0: 1})
    # A mean of 2 is twice as much as a wave of amplitude 2, which is shared by two frequencies.
    both = frequency_spectrum(course(2 + 2 * wave))
    assert at(both) == pytest.approx({0: 1, -0.125: 0.5, 0.125: 0.5})


def test_a_pulse_has_all_frequencies_alike():
    np.testing.assert_allclose(frequency_spectrum(course(1.0 * (TIME == 7))), 1)


def test_each_unit_counts_the_same_whatever_its_size_and_silent_ones_do_not():
    fast, slow = np.cos(np.pi * TIME), np.cos(2 * np.pi * TIME / 20)
    found = frequency_spectrum(course(1000 * fast, -0.001 * slow, 0 * fast))
    assert at(found) == pytest.approx({-0.5: 0.5, -0.05: 0.5, 0.05: 0.5})
    assert np.isnan(frequency_spectrum(course(0 * fast))).all()


def test_dividing_by_the_largest_value_first_as_the_paper_does_changes_nothing():
    x = np.random.default_rng(0).normal(size=(40, 3))
    found = frequency_spectrum(course(*x.T))
    spectra = []
    for unit in x.T:
        f = np.abs(np.fft.fftshift(np.fft.fft(unit / unit.max())))
        spectra.append(f / f.max())
    np.testing.assert_allclose(found, np.mean(spectra, axis=0), atol=1e-13)


def test_trials_are_laid_end_to_end():
    wave = np.cos(2 * np.pi * TIME / 40)  # one turn, of which each trial has a quarter
    found = frequency_spectrum(course(wave, trials=4))
    assert at(found) == pytest.approx({-0.025: 1, 0.025: 1})
    assert found.sizes["frequency"] == 40


def test_twice_as_slow_is_half_the_frequency():
    a = at(frequency_spectrum(course(np.cos(2 * np.pi * TIME / 5))))
    b = at(frequency_spectrum(course(np.cos(2 * np.pi * TIME / 10))))
    assert [f / 2 for f in a] == pytest.approx(list(b))


def test_the_sum_of_squares_is_parsevals():
    x = np.random.default_rng(1).normal(size=40)
    found = frequency_spectrum(course(x)).values
    largest = np.abs(np.fft.fft(x)).max()
    assert (found**2).sum() * largest**2 / 40 == pytest.approx((x**2).sum())


def test_networks_and_epochs_have_their_own_and_dimensions_any_order():
    values = np.random.default_rng(2).normal(size=(2, 3, 4, 5, 6))
    many = xr.DataArray(
        values, {"epoch": [0, 9], "seed": ("network", [1, 2, 3])},
        ("epoch", "network", "trial", "time", "unit"),
    )  # fmt: skip
    found = frequency_spectrum(many)
    assert found.dims == ("epoch", "network", "frequency")
    assert found.seed.values.tolist() == [1, 2, 3]
    one = frequency_spectrum(many.isel(epoch=1, network=2))
    np.testing.assert_allclose(found.isel(epoch=1, network=2), one)
    turned = frequency_spectrum(many.transpose("unit", "time", "epoch", "trial", "network"))
    np.testing.assert_allclose(turned.transpose(*found.dims), found)


def test_states_that_are_not_finite_are_refused_with_their_place():
    states = course(np.cos(TIME))
    states[0, 17, 0] = np.nan
    with pytest.raises(ValueError, match="rate: nan at trial 0, time 17, unit 0"):
        frequency_spectrum(states)
