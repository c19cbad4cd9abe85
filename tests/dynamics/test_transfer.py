"""Transfer functions against values by hand, and their derivatives against differences."""

import numpy as np
import pytest

from plastisim.dynamics import TRANSFERS

THETA = 0.5


@pytest.mark.parametrize(
    ("name", "x", "rate"),
    [
        ("tanh", np.log(2), 0.6),  # (2 - 1/2) / (2 + 1/2)
        ("tanh", -np.log(3), -0.8),
        ("relu", 3.0, 3.0),
        ("relu", -2.0, 0.0),
        ("logistic", np.log(3), 0.75),
        ("logistic", 0.0, 0.5),
        ("threshold_linear", 3.0, 2.5),
        ("threshold_linear", 0.25, 0.0),
        ("linear", -7.5, -7.5),
    ],
)
def test_values_known_by_hand(name, x, rate):
    assert TRANSFERS[name].phi(np.array([x]), THETA) == pytest.approx([rate], rel=1e-15)


@pytest.mark.parametrize("name", TRANSFERS)
def test_the_derivative_is_the_limit_of_differences(name):
    x, h = np.linspace(-4, 4, 1234), 1e-5  # no point lies within h of a kink
    phi = TRANSFERS[name].phi
    differences = (phi(x + h, THETA) - phi(x - h, THETA)) / (2 * h)
    assert np.allclose(TRANSFERS[name].derivative(x, THETA), differences, rtol=0, atol=2e-10)


@pytest.mark.parametrize("name", ["tanh", "logistic", "linear"])
def test_the_derivative_of_a_smooth_function_is_its_complex_step(name):
    x, h = np.linspace(-6, 6, 101), 1e-30
    step = TRANSFERS[name].phi(x + 1j * h, THETA).imag / h
    assert np.allclose(TRANSFERS[name].derivative(x, THETA), step, rtol=0, atol=1e-15)


@pytest.mark.parametrize("name", ["tanh", "logistic"])
def test_a_bounded_function_saturates_without_a_warning(name):
    far = TRANSFERS[name].phi(np.array([-1e4, 1e4]), THETA)
    assert far.tolist() == ([-1.0, 1.0] if name == "tanh" else [0.0, 1.0])
    assert TRANSFERS[name].derivative(np.array([-1e4, 1e4]), THETA).tolist() == [0.0, 0.0]


@pytest.mark.parametrize("name", TRANSFERS)
def test_the_drive_keeps_its_values_and_its_precision(name):
    x = np.linspace(-1, 1, 5, dtype=np.float32)
    before = x.copy()
    rate, slope = TRANSFERS[name].phi(x, THETA), TRANSFERS[name].derivative(x, THETA)
    assert rate.dtype == slope.dtype == np.float32
    rate[:] = 9.0
    assert (x == before).all()


@pytest.mark.parametrize("name", TRANSFERS)
def test_every_transfer_function_goes_by_its_own_name(name):
    assert TRANSFERS[name].name == name
