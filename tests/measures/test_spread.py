"""Typical values over cues, of those that count."""

from __future__ import annotations

import numpy as np

from plastisim.measures.spread import spread_over_cues


def test_eleven_even_steps_and_an_outlier_that_does_not_count():
    values = np.append(np.arange(11.0) ** 2, 1e9)[None]
    spread = spread_over_cues(values, np.arange(12)[None] < 11)
    assert (spread.mean, spread.median, spread.low, spread.high) == (35, 25, 1, 81)


def test_rows_are_apart_and_empty_ones_are_nan():
    values = np.array([[1.0, 3.0, np.nan], [np.inf, np.nan, np.nan]])
    spread = spread_over_cues(values)
    np.testing.assert_array_equal(spread.mean, [2, np.nan])
    np.testing.assert_array_equal(spread.median, [2, np.nan])
