"""A network that stops being finite says when, and both engines say the same."""

import numpy as np
import pytest

from plastisim import reference
from plastisim.dynamics import Network, Period, State
from plastisim.errors import DivergedError
from plastisim.online import OnlineEngine
from plastisim.quantities import Time
from plastisim.rules import RULES

DT = Time.parse("1 ms")
N = 23
HEBB = RULES["hebb"](kind="hebb", strength=1.0)


def network(dtype=np.float64, transfer="linear", **keys):
    rng = np.random.default_rng(8)
    return Network(
        (rng.standard_normal((N, N)) / np.sqrt(N)).astype(dtype),
        np.eye(N, dtype=dtype), np.zeros(N, dtype), 0.5, transfer, **keys,
    )  # fmt: skip


def by_engine(net, periods, **keys):
    OnlineEngine(net, HEBB, DT).present(periods, **keys)


def by_reference(net, periods, **keys):
    state = State.before_learning(net)
    reference.present(state, net, HEBB, DT, periods, **keys)


both_engines = pytest.mark.parametrize("run", [by_engine, by_reference])


def periods(net, plastic=True):
    one = np.ones(N, net.dtype)
    return [Period("cue", 5, one, False), Period("learn", 5, one, plastic)]


def step_of(run, net, stretch, **keys):
    with pytest.raises(DivergedError) as caught:
        run(net, stretch, **keys)
    return caught.value.step


@both_engines
@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("step", [0, 4, 5, 9])
@pytest.mark.parametrize("plastic", [True, False])
def test_the_step_is_the_one_whose_drive_is_not_finite(run, value, step, plastic):
    noise = np.zeros((10, N))
    noise[step, 17] = value
    assert step_of(run, network(), periods(network(), plastic), noise=noise) == step


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_runaway_hebb_diverges_at_the_same_step_in_both_engines(dtype):
    net = network(dtype)
    stretch = [Period("cue", 20, np.ones(N, dtype), False), *periods(net) * 20]
    steps = {step_of(run, net, stretch, strength=0.5) for run in (by_engine, by_reference)}
    assert len(steps) == 1
    assert min(steps) > 20


@both_engines
def test_with_weight_noise_steps_are_counted_alike(run):
    noise = np.zeros((10, N))
    noise[7] = np.nan
    kick = {"weight_noise": lambda: np.zeros((N, N))}
    assert step_of(run, network(), periods(network()), noise=noise, **kick) == 7


@both_engines
def test_a_weight_that_is_no_number_is_noticed_at_the_next_drive(run):
    bad = np.zeros((N, N))
    bad[3, 4] = np.nan
    assert step_of(run, network(), periods(network()), weight_noise=lambda: bad) == 6


@both_engines
def test_bounds_do_not_hide_what_is_no_number(run):
    net = network(lower=np.full(N, -1.0), upper=np.full(N, 1.0))
    bad = np.zeros((N, N))
    bad[3, 4] = np.nan
    assert step_of(run, net, periods(net), weight_noise=lambda: bad) == 6


@both_engines
def test_large_but_finite_drives_are_no_divergence(run):
    """Their sum would overflow; each of them is a number."""
    huge = 0.9 * float(np.finfo(np.float32).max)
    net = Network(
        np.zeros((N, N), np.float32), np.eye(N, dtype=np.float32), np.zeros(N, np.float32),
        0.5, "tanh",
    )  # fmt: skip
    run(net, [Period("cue", 3, np.full(N, huge, np.float32), False)])


@both_engines
def test_the_error_names_epoch_cue_and_step(run):
    noise = np.full((10, N), np.inf)
    with pytest.raises(DivergedError, match="diverged in epoch 3, cue 12, step 0: a drive is not"):
        run(network(), periods(network()), noise=noise, place=(3, 12))
