"""A cell computes its equation, and its gradient is that of its equation."""

from functools import cache

import jax
import numpy as np
import pytest

from plastisim.dynamics import TRANSFERS, drive, next_rate
from tests.cells import adjoint, plain, traced
from tests.cells.examples import N_TRIALS, NAMES, example, trials_of

pytestmark = pytest.mark.usefixtures("x64")


def assert_close(found, right, rtol):
    """Equal by name, each to a part of its largest entry."""
    assert {*found} == {*right}
    for name, value in right.items():
        assert found[name].shape == value.shape, name
        off = np.abs(np.asarray(found[name]) - value).max() / np.abs(value).max()
        assert off <= rtol, f"{name} is off by {off:.1e}"


# ------------------------------------------------------------------------------------- forward


@pytest.mark.parametrize("name", NAMES)
def test_one_step_is_the_equation(name):
    """From a state in the middle of a trial, so that all that is carried counts."""
    cell = example(name)
    t = trials_of(cell)
    _, course = plain.run(cell, t.p, t.inputs[:3])
    before = {v: course[v][-1] for v in cell.variables}
    carried = {v: before[v] for v in cell.begin(before[cell.variables[0]])}
    right = plain.STEPS[cell.kind](cell, t.p, before, t.inputs[3])

    carried_on, seen = cell.step(t.p, carried, t.inputs[3])

    assert tuple(seen) == cell.variables
    assert_close(seen, right, 1e-14)
    assert_close(carried_on, {v: right[v] for v in carried}, 1e-14)


@pytest.mark.parametrize("name", NAMES)
def test_a_whole_trial_is_the_equation(name):
    cell = example(name)
    t = trials_of(cell)
    outputs, seen = traced.run(cell, t.p, t.inputs)
    right_outputs, right = plain.run(cell, t.p, t.inputs)
    assert_close({"output": outputs, **seen}, {"output": right_outputs, **right}, 1e-13)


def test_a_leaky_rate_network_is_that_of_the_online_engine():
    cell = example("leaky_rate")
    t = trials_of(cell)
    r, alpha, tanh = np.repeat(t.p["start"][:, None], N_TRIALS, 1), 0.4, TRANSFERS["tanh"]
    rates = []
    for s in t.inputs:
        x = drive(t.p["w_rec"], r, t.p["w_in"] @ s + t.p["bias"][:, None])
        r = next_rate(r, x, alpha, tanh, 0.0)
        rates.append(r)
    np.testing.assert_allclose(traced.run(cell, t.p, t.inputs)[1]["rate"], rates, rtol=1e-13)


def test_a_leaky_rate_network_without_bias_is_one_with_a_bias_of_zero():
    without, with_one = (
        example("leaky_rate, autapses", with_bias=with_bias) for with_bias in (False, True)
    )
    t = trials_of(without)
    outputs, _ = traced.run(without, t.p, t.inputs)
    biased, _ = traced.run(with_one, {**t.p, "bias": np.zeros(5)}, t.inputs)
    np.testing.assert_allclose(outputs, biased, rtol=1e-14)


@pytest.mark.parametrize("name", ["rank_one", "low_rank"])
def test_the_recurrent_weights_that_are_recorded_are_those_that_act(name):
    """x - C s - h = W r one step before."""
    cell = example(name)
    t = trials_of(cell)
    r = np.random.default_rng(0).standard_normal((5, N_TRIALS))
    _, seen = cell.step(t.p, {"rate": r}, t.inputs[0])
    recurrent = seen["drive"] - t.p["w_in"] @ t.inputs[0] - t.p["bias"][:, None]
    w = cell.recurrent(t.p)
    np.testing.assert_allclose(w @ r, recurrent, rtol=1e-12)
    assert np.linalg.matrix_rank(w) == (1 if name == "rank_one" else 2)


@pytest.mark.parametrize("name", [n for n in NAMES if "rank" not in n])
def test_the_recurrent_weights_that_are_recorded_are_the_parameter(name):
    cell = example(name)
    p = trials_of(cell).p
    assert cell.recurrent(p) is p["w_rec"]


# ------------------------------------------------------------------------------------ backward


@cache
def gradient(name):
    """As JAX finds it, of the loss in `traced`."""
    cell = example(name)
    t = trials_of(cell)
    return jax.jit(jax.grad(lambda p: traced.loss(cell, p, t.inputs, t.targets)))(t.p)


@pytest.mark.parametrize("name", NAMES)
def test_the_gradient_is_that_of_the_adjoint_equations(name):
    cell = example(name)
    t = trials_of(cell)
    assert_close(gradient(name), adjoint.gradient(cell, t.p, t.inputs, t.targets), 1e-12)


@pytest.mark.parametrize("name", NAMES)
def test_the_gradient_is_what_the_loss_changes_by(name):
    """Central differences of the plain loss, whose error is about 1e-10."""
    cell, h = example(name), 1e-6
    t = trials_of(cell)
    differences = {}
    for parameter, value in t.p.items():
        found = np.zeros_like(value)
        for place in np.ndindex(value.shape):
            beside = {}
            for sign in (1, -1):
                moved = value.copy()
                moved[place] += sign * h
                beside[sign] = plain.loss(cell, {**t.p, parameter: moved}, t.inputs, t.targets)
            found[place] = (beside[1] - beside[-1]) / (2 * h)
        differences[parameter] = found
    assert_close(gradient(name), differences, 1e-6)


@pytest.mark.parametrize("name", NAMES)
def test_no_parameter_is_idle(name):
    for parameter, value in gradient(name).items():
        assert (value != 0).any(), parameter
