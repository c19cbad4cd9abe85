"""The table of trials: which cue is on when, and for how long."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from plastisim import schedule
from plastisim.cues import cue_patterns
from plastisim.schedule import (
    build_network,
    cue_order,
    plastic_steps,
    presentation,
    steps_until_cue_ends,
    trial_steps,
)
from tests.schedule.small import PATTERNS, protocol

SHUFFLED = protocol()
THREE = (
    "schedule.trial=["
    "{period: before, duration: 5 ms, input: none, plastic: true, third_factor: -0.5}, "
    "{period: cue, duration: 20 ms, input: cue, plastic: false}, "
    "{period: gap, duration: 7 ms, input: none, plastic: true}, "
    "{period: again, duration: 11 ms, input: cue, plastic: true, third_factor: 2}, "
    "{period: freeze, duration: 30 ms, input: none, plastic: true}]"
)


# ------------------------------------------------------------------------------------------ order


@given(st.integers(1, 40), st.integers(1, 1000))
def test_every_cue_comes_once_in_an_epoch(n_cues, epoch):
    assert sorted(cue_order(SHUFFLED, n_cues, epoch)) == list(range(n_cues))


def test_epochs_have_orders_of_their_own_that_the_seed_decides():
    orders = [tuple(cue_order(SHUFFLED, 25, epoch)) for epoch in range(1, 30)]
    assert len(set(orders)) == 29
    assert orders == [tuple(cue_order(protocol(), 25, epoch)) for epoch in range(1, 30)]
    assert tuple(cue_order(protocol("seed=4"), 25, 1)) != orders[0]


def test_the_order_of_an_epoch_does_not_depend_on_how_many_there_are():
    longer = protocol("schedule.epochs=99")
    assert (cue_order(longer, 25, 7) == cue_order(SHUFFLED, 25, 7)).all()


def test_every_cue_is_first_as_often_as_any_other():
    """Of 1000 epochs with 4 cues: 250, give or take 13.7."""
    firsts = np.bincount([cue_order(SHUFFLED, 4, epoch)[0] for epoch in range(1, 1001)])
    assert np.abs(firsts - 250).max() < 5 * 13.7


def test_a_fixed_order_is_that_of_the_cues():
    assert cue_order(protocol("schedule.order=fixed"), 5, 3).tolist() == [0, 1, 2, 3, 4]


# ------------------------------------------------------------------------------------ presentation


def laid_out(*overrides, learning=True, cue=1):
    loaded = protocol(*overrides)
    patterns = cue_patterns(loaded.cues, loaded.seed)
    network = build_network(loaded, patterns.shape[1])
    return presentation(loaded, network, patterns[cue], learning=learning), network, patterns[cue]


def test_the_periods_are_those_of_the_protocol():
    periods, _, _ = laid_out(THREE)
    assert [p.name for p in periods] == ["before", "cue", "gap", "again", "freeze"]
    assert [p.n_steps for p in periods] == [5, 20, 7, 11, 30]
    assert [p.plastic for p in periods] == [True, False, True, True, True]
    assert [p.third_factor for p in periods] == [-0.5, 1.0, 1.0, 2.0, 1.0]


def test_steps_are_of_dt():
    periods, _, _ = laid_out(THREE, "network.dt=0.1 ms")
    assert [p.n_steps for p in periods] == [50, 200, 70, 110, 300]


@pytest.mark.parametrize("bias", ["0.25", "{std: 0.5}"])
def test_the_bias_is_always_on_and_the_cue_while_it_lasts(bias):
    """C s + h: the second cue is 5 on the second channel."""
    periods, network, pattern = laid_out(THREE, f"network.bias={bias}")
    assert pattern.tolist() == [0.0, 5.0, 0.0, 0.0]
    for period in periods:
        on = 5.0 * network.w_in[:, 1] if period.name in ("cue", "again") else 0.0
        assert np.allclose(period.external, on + network.bias, rtol=0, atol=1e-14)
    assert network.bias.all()


def test_a_pattern_comes_through_all_its_channels():
    periods, network, pattern = laid_out(PATTERNS, cue=3)
    by_hand = sum(pattern[k] * network.w_in[:, k] for k in range(7))
    assert np.allclose(periods[0].external, by_hand, rtol=0, atol=1e-13)


def test_in_a_test_nothing_is_plastic_and_all_else_is_as_in_learning():
    learning, _, _ = laid_out(THREE)
    tested, _, _ = laid_out(THREE, learning=False)
    assert not any(p.plastic for p in tested)
    for one, other in zip(learning, tested, strict=True):
        assert (one.name, one.n_steps) == (other.name, other.n_steps)
        assert (one.external == other.external).all()


def test_inputs_have_the_networks_precision():
    periods, _, _ = laid_out(PATTERNS, "network.dtype=float32", "network.bias=0.1")
    assert {p.external.dtype for p in periods} == {np.dtype(np.float32)}


# ----------------------------------------------------------------------------------------- counts


def test_a_cue_ends_with_the_last_period_that_has_it():
    assert steps_until_cue_ends(protocol()) == 50
    assert steps_until_cue_ends(protocol(THREE)) == 5 + 20 + 7 + 11
    assert steps_until_cue_ends(protocol(THREE, "network.dt=0.5 ms")) == 86


def test_plastic_steps_and_all_steps_of_a_trial():
    assert (plastic_steps(protocol()), trial_steps(protocol())) == (30, 80)
    assert (plastic_steps(protocol(THREE)), trial_steps(protocol(THREE))) == (53, 73)


@pytest.mark.parametrize(
    ("epochs", "every", "tested"),
    [
        (10, 4, [0, 4, 8, 10]),
        (10, 5, [0, 5, 10]),
        (10, 1, list(range(11))),
        (10, 11, [0, 10]),
        (1, 1, [0, 1]),
    ],
)
def test_epochs_are_tested_before_learning_every_so_many_and_at_the_end(epochs, every, tested):
    found = schedule.tested_epochs(protocol(f"schedule.epochs={epochs}", f"test.every={every}"))
    assert found == tested
