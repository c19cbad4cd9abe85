"""Input, rates, weights: two steps of two units, worked out with pencil and paper."""

import numpy as np
import pytest

from plastisim import reference
from plastisim.dynamics import Network, Period, State
from plastisim.online import OnlineEngine
from plastisim.quantities import Time
from plastisim.rules import RULES, Decay

DT = Time.parse("1 ms")


def by_engine(network, rule, periods, rate, **keys):
    engine = OnlineEngine(network, rule, DT)
    engine.reset(rate)
    engine.present(periods, **keys)
    return engine.state()


def by_reference(network, rule, periods, rate, **keys):
    state = State.before_learning(network, tuple(rule.traces.values()))
    state.rate[:] = rate
    reference.present(state, network, rule, DT, periods, **keys)
    return state


both_engines = pytest.mark.parametrize("run", [by_engine, by_reference])


@both_engines
def test_two_steps_of_freeze_in_by_hand(run):
    """W = [0 2; -1 0], r = (1, 0), C s = (.5, 0), alpha = 1/2, phi(x) = x, lambda = 1.

    Step 1: x = (.5, -1), r = (.75, -.5), dr = (-.25, -.5);
            dW = -dr r_before^T = [.25 0; .5 0], so W = [0 2; -.5 0] with its diagonal cleared.
    Step 2: x = (-1 + .5, -.375) from the new weights, r = (.125, -.4375), dr = (-.625, .0625);
            dW = -dr r_before^T = [. -.3125; -.046875 .], so W = [0 1.6875; -.546875 0].
    """
    network = Network(np.array([[0.0, 2.0], [-1.0, 0.0]]), np.eye(2), np.zeros(2), 0.5, "linear")
    rule = RULES["freeze_in"](kind="freeze_in", strength=1.0)
    periods = [Period("freeze", 2, np.array([0.5, 0.0]), plastic=True)]
    after = run(network, rule, periods, np.array([1.0, 0.0]), strength=1.0)
    assert after.rate.tolist() == [0.125, -0.4375]
    assert after.w_rec.tolist() == [[0.0, 1.6875], [-0.546875, 0.0]]


@both_engines
def test_the_first_step_of_a_period_already_has_its_input_and_its_noise(run):
    """From r = 0, after one step: r = alpha phi(C s + noise) = (1 + .5, 2 - 1) / 2."""
    network = Network(np.zeros((2, 2)), np.eye(2), np.zeros(2), 0.5, "linear")
    rule = RULES["hebb"](kind="hebb", strength=1.0)
    periods = [Period("cue", 1, np.array([1.0, 2.0]), plastic=False)]
    after = run(network, rule, periods, np.zeros(2), noise=np.array([[0.5, -1.0]]))
    assert after.rate.tolist() == [0.75, 0.5]


@both_engines
@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        # Hebb from (2, 1) at lambda .5 gives 1 - and the pull takes 1/4 of the weight before it.
        ({}, [[0.0, 1.75], [1.0, 0.0]]),
        ({"third_factor": 2.0}, [[0.0, 2.75], [2.0, 0.0]]),
        # Then noise of 1 everywhere,
        ({"noise": 1.0}, [[0.0, 2.75], [2.0, 0.0]]),
        # then the mask, which noise does not get past,
        ({"noise": 1.0, "connected": [[1, 1], [0, 1]]}, [[0.0, 2.75], [0.0, 0.0]]),
        # then bounds, of the presynaptic unit's, which not even noise gets past,
        ({"noise": 1.0, "upper": [1.5, 2.25]}, [[0.0, 2.25], [1.5, 0.0]]),
        # then the diagonal, which not even bounds get past.
        ({"noise": 1.0, "lower": [2.5, 1.0]}, [[0.0, 2.75], [2.5, 0.0]]),
    ],
    ids=lambda v: "-".join(v) if isinstance(v, dict) else "",
)
def test_rule_then_pull_then_noise_then_mask_then_bounds_then_diagonal(run, asked, expected):
    """W = [0 1; 0 0], r = 0, C s = (2, 1), alpha = 1: one plastic step of Hebb at lambda = 1/2."""
    network = Network(
        np.array([[0.0, 1.0], [0.0, 0.0]]), np.eye(2), np.zeros(2), 1.0, "linear",
        lower=None if "lower" not in asked else np.array(asked["lower"]),
        upper=None if "upper" not in asked else np.array(asked["upper"]),
        connected=None if "connected" not in asked else np.array(asked["connected"], bool),
    )  # fmt: skip
    pull = Decay(time_constant="4 ms", toward="zero")
    rule = RULES["hebb"](kind="hebb", strength=0.5, decay=pull)
    period = Period("learn", 1, np.array([2.0, 1.0]), True, asked.get("third_factor", 1.0))
    noise = asked.get("noise")
    after = run(
        network, rule, [period], np.zeros(2), strength=0.5,
        weight_noise=None if noise is None else lambda: np.full((2, 2), noise),
    )  # fmt: skip
    assert after.w_rec.tolist() == expected


@both_engines
def test_the_pull_toward_the_initial_weights_is_a_share_of_the_way_back(run):
    """From W = 2 with W0 = 1 and dt / time constant = 1/4: one step takes it to 1.75."""
    network = Network(np.array([[0.0, 1.0], [0.0, 0.0]]), np.eye(2), np.zeros(2), 1.0, "linear")
    pull = Decay(time_constant="4 ms", toward="initial")
    rule = RULES["hebb"](kind="hebb", strength=0.5, decay=pull)
    periods = [
        Period("learn", 1, np.array([2.0, 1.0]), True),  # to 1 + 1/2 * 2
        Period("rest", 1, np.array([0.0, 0.0]), True, third_factor=0.0),  # 1/4 of the way back
    ]
    after = run(network, rule, periods, np.zeros(2), strength=0.5)
    assert after.w_rec[0, 1] == 1.75


@both_engines
def test_traces_run_on_in_frozen_steps_and_weights_do_not(run):
    """Rates of 1 from the first step on: the mean is 1 - (1 - 1/4)^2 after two frozen steps."""
    network = Network(np.zeros((2, 2)), np.eye(2), np.zeros(2), 1.0, "linear")
    rule = RULES["covariance"](
        kind="covariance", strength=1.0, mean_time_constant=Time.parse("4 ms")
    )
    periods = [Period("hold", 2, np.ones(2), plastic=False)]
    after = run(network, rule, periods, np.zeros(2), strength=1.0)
    assert after.traces.tolist() == [[0.4375, 0.4375]]
    assert not after.w_rec.any()
