"""Ramps, steps, waves and constants; slopes as NumPy fits them, order as SciPy ranks it."""

from __future__ import annotations

import numpy as np
import pytest
import xarray as xr
from scipy.stats import spearmanr

from plastisim.measures import ramping
from plastisim.measures.ramping import monotonicity, slopes

TIME = np.arange(20)
UNITS = {
    "rises": 0.3 * TIME - 1,
    "falls": -0.2 * TIME,
    "creeps": 0.001 * TIME,
    "holds": np.full(20, 0.7),
    "swings": 9 * np.sin(2 * np.pi * TIME / 5),
}


def states(n_trials=3):
    """Each trial a shifted copy of the others, each network the first one turned upside down."""
    trial = np.stack(list(UNITS.values()), axis=-1)
    trials = trial + np.arange(n_trials)[:, None, None]
    return xr.DataArray(
        np.stack([trials, -trials]),
        {"seed": ("network", [7, 8]), "time": TIME},
        ("network", "trial", "time", "unit"), "rate",
    )  # fmt: skip


def test_what_ramps_and_what_does_not_by_hand():
    found = ramping(states(), slope=0.01, order=0.9)
    np.testing.assert_allclose(found.slope[0, :4], [0.3, -0.2, 0.001, 0], atol=1e-14)
    np.testing.assert_allclose(found.monotonicity[0, :4], [1, -1, 1, 0], atol=1e-14)
    assert abs(found.slope[0, 4]) > 0.01
    assert abs(found.monotonicity[0, 4]) < 0.5
    np.testing.assert_array_equal(found.ramps, [[1, 1, 0, 0, 0]] * 2)
    assert found.n_ramping.values.tolist() == [2, 2]
    assert found.seed.values.tolist() == [7, 8]
    assert ramping(states(), slope=0.0, order=0.9).n_ramping.values.tolist() == [3, 3]
    assert ramping(states(), slope=0.01, order=0.0).n_ramping.values.tolist() == [3, 3]


def test_the_mirror_image_ramps_the_other_way():
    found = ramping(states(), slope=0.01, order=0.9)
    np.testing.assert_allclose(found.slope[1], -found.slope[0], atol=1e-14)
    np.testing.assert_allclose(found.monotonicity[1], -found.monotonicity[0], atol=1e-14)


def test_trials_that_ramp_in_opposite_directions_do_not_ramp_on_average():
    both = states().drop_vars("seed").rename(trial="copy").stack(trial=["network", "copy"])
    assert ramping(both, slope=0.01, order=0.9).n_ramping == 0


def test_twice_the_time_between_steps_is_half_the_slope():
    slow = states().assign_coords(time=2 * TIME + 5)
    a, b = (ramping(x, slope=0.01, order=0.9) for x in (states(), slow))
    np.testing.assert_allclose(b.slope, a.slope / 2, atol=1e-14)
    np.testing.assert_array_equal(b.monotonicity, a.monotonicity)


def test_neither_the_order_of_dimensions_nor_a_missing_coordinate_matters():
    expected = ramping(states(), slope=0.01, order=0.9)
    turned = ramping(
        states().transpose("unit", "time", "trial", "network").drop_vars("time"),
        slope=0.01, order=0.9,
    )  # fmt: skip
    for name in expected:
        np.testing.assert_allclose(
            turned[name].transpose(*expected[name].dims), expected[name], atol=1e-14
        )
    one = ramping(states().isel(trial=1), slope=0.01, order=0.9)
    np.testing.assert_allclose(one.slope, expected.slope, atol=1e-13)


def test_random_courses_with_ties_as_numpy_and_scipy_have_them():
    random = np.random.default_rng(0)
    values = random.integers(0, 6, (4, 3, 15)).astype(np.float32)
    time = np.cumsum(random.random(15))
    for where in np.ndindex(4, 3):
        fit = np.polyfit(time, values[where], 1)[0]
        assert slopes(values, time)[where] == pytest.approx(fit, rel=1e-9)
        rho = spearmanr(values[where], time).statistic
        assert monotonicity(values)[where] == pytest.approx(rho, rel=1e-12)


def test_states_that_are_not_finite_and_a_single_step_are_refused():
    spoilt = states()
    spoilt[1, 2, 3, 4] = np.nan
    with pytest.raises(ValueError, match="rate: nan at network 1, trial 2, time 3, unit 4"):
        ramping(spoilt, slope=0.0, order=0.0)
    with pytest.raises(ValueError, match="time: got 1 steps"):
        ramping(states().isel(time=[0]), slope=0.0, order=0.0)
