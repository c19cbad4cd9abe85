"""Transfer functions, compiled and plain, and their derivatives."""

import numpy as np
import pytest

from plastisim.dynamics import TRANSFERS
from plastisim.online.simd import tanh_into
from plastisim.online.transfer import CODES, transfer_into

THETA = 0.375
X = np.concatenate(
    [np.linspace(-30, 30, 20011), np.random.default_rng(0).standard_normal(5000), [0.0, THETA]]
)
SPECIAL = np.array([np.nan, np.inf, -np.inf, 0.0, -0.0, 1e300, -1e300, 5e-324, -5e-324])
DTYPES = pytest.mark.parametrize("dtype", [np.float64, np.float32])


def compiled(name, x):
    out = np.full_like(x, 7.0)
    transfer_into(CODES[name], THETA, x, out)
    return out


@DTYPES
@pytest.mark.parametrize("name", TRANSFERS)
def test_compiled_and_plain_agree(name, dtype):
    x = X.astype(dtype)
    expected = TRANSFERS[name].phi(x, dtype(THETA))
    assert expected.dtype == dtype
    eps = np.finfo(dtype).eps
    assert np.abs(compiled(name, x) - expected).max() <= 4 * eps * np.abs(expected).max()


@DTYPES
@pytest.mark.parametrize("name", TRANSFERS)
def test_what_is_no_number_stays_none_and_infinities_have_their_limits(name, dtype):
    with np.errstate(over="ignore"):
        x = SPECIAL.astype(dtype)
    assert np.array_equal(compiled(name, x), TRANSFERS[name].phi(x, dtype(THETA)), equal_nan=True)


@pytest.mark.parametrize("name", TRANSFERS)
def test_the_derivative_is_the_slope(name):
    """Central differences, away from the corner of what has one."""
    h = 1e-6
    x = X[np.abs(X - THETA) > 1e-3]
    x = x[np.abs(x) > 1e-3]
    phi = TRANSFERS[name].phi
    slope = (phi(x + h, THETA) - phi(x - h, THETA)) / (2 * h)
    assert np.allclose(TRANSFERS[name].derivative(x, THETA), slope, rtol=0.0, atol=1e-8)


@pytest.mark.parametrize("name", ["tanh", "logistic"])
def test_the_derivative_of_an_analytic_function_is_exact(name):
    """A complex step has no cancellation: phi'(x) = Im phi(x + ih) / h."""
    x = np.linspace(-8.0, 8.0, 1001)
    slope = TRANSFERS[name].phi(x + 1e-30j, THETA).imag / 1e-30
    assert np.allclose(TRANSFERS[name].derivative(x, THETA), slope, rtol=0.0, atol=4e-16)


def test_values_known_by_heart():
    x = np.array([-1.0, 0.0, 2.0])
    assert np.allclose(compiled("tanh", x), [-0.7615941559557649, 0.0, 0.9640275800758169])
    assert np.allclose(compiled("logistic", x), [0.2689414213699951, 0.5, 0.8807970779778823])
    assert compiled("relu", x).tolist() == [0.0, 0.0, 2.0]
    assert compiled("threshold_linear", x).tolist() == [0.0, 0.0, 1.625]
    assert compiled("linear", x).tolist() == x.tolist()


@pytest.mark.parametrize(("dtype", "wider"), [(np.float64, np.longdouble), (np.float32, float)])
def test_tanh_is_within_three_units_in_the_last_place(dtype, wider):
    rng = np.random.default_rng(1)
    smallest = np.log10(float(np.finfo(dtype).tiny))
    x = np.concatenate(
        [
            rng.uniform(-22.0, 22.0, 200_000),
            rng.uniform(-1.0, 1.0, 200_000),
            10.0 ** rng.uniform(smallest, 1.5, 200_000) * rng.choice([-1, 1], 200_000),
            np.log(2.0) / 4.0 * np.arange(-120, 121),  # where the range reduction jumps
        ]
    ).astype(dtype)
    out = np.empty_like(x)
    tanh_into(x, out)
    exact = np.tanh(x.astype(wider))
    ulp = np.spacing(np.abs(exact).astype(dtype)).astype(wider)
    assert float((np.abs(out.astype(wider) - exact) / ulp).max()) <= 3.0


@DTYPES
def test_tanh_is_odd_bounded_and_keeps_the_sign_of_zero(dtype):
    x = np.concatenate([X, 10.0 ** np.linspace(-37, 37, 999), [0.0]]).astype(dtype)
    up, down = np.empty_like(x), np.empty_like(x)
    tanh_into(x, up)
    tanh_into(-x, down)
    assert np.array_equal(up, -down)
    assert np.abs(up).max() == 1.0
    assert np.signbit(down[-1])
    assert not np.signbit(up[-1])
