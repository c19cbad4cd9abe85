"""Where a rule must end, in networks small enough to know it beforehand."""

import numpy as np
import pytest

from plastisim.dynamics import Network, Period
from plastisim.online import OnlineEngine
from plastisim.quantities import Time
from plastisim.rules import Decay
from plastisim.testing.examples import local_rules

RULES = local_rules()
DT = Time.parse("1 ms")


def feed_forward(rule, n_inputs, w):
    """Units 0 … n-1 relay inputs to the last unit, which is linear and has the only synapses."""
    n = n_inputs + 1
    connected = np.zeros((n, n), bool)
    connected[-1, :-1] = True
    w_initial = np.zeros((n, n))
    w_initial[-1, :-1] = w
    network = Network(w_initial, np.zeros((n, 1)), np.zeros(n), 1.0, "linear", connected=connected)
    return OnlineEngine(network, RULES[rule] if isinstance(rule, str) else rule, DT)


def learn(engine, s, strength, n_steps=1):
    """One step to let the input in, then plastic steps with pre and post at its values."""
    external = np.append(s, 0.0)
    engine.present(
        [Period("arrive", 1, external, False), Period("learn", n_steps, external, True)],
        strength=strength,
    )


def test_oja_finds_the_first_principal_component_at_norm_one():
    rng = np.random.default_rng(1)
    axes = np.linalg.qr(rng.standard_normal((4, 4)))[0].T
    inputs = axes * np.array([[0.6], [2.0], [1.0], [0.3]])  # variances .36, 4, 1, .09
    engine = feed_forward("oja", 4, rng.standard_normal(4))
    for _ in range(1500):
        for s in inputs:
            learn(engine, s, strength=0.005)
    w = engine.w_rec[-1, :-1]
    assert abs(w @ axes[1]) == pytest.approx(1.0, abs=1e-10)
    assert np.linalg.norm(w) == pytest.approx(1.0, abs=1e-10)


def test_bcm_threshold_settles_at_the_squared_rate_even_when_frozen():
    engine = feed_forward("bcm", 1, [0.5])
    engine.present([Period("hold", 500, np.array([3.0, 0.0]), plastic=False)])
    assert np.allclose(engine.state().traces[0], [9.0, 1.5**2], rtol=1e-12)


@pytest.mark.parametrize("w", [0.2, 1.8])
def test_bcm_with_a_quick_threshold_brings_a_rate_to_one(w):
    """A threshold of r^2 makes r (r - theta) = r^2 (1 - r), which is zero at r = 1."""
    engine = feed_forward("bcm", 1, [w])
    learn(engine, [1.0], strength=0.01, n_steps=6000)
    assert engine.rate[-1] == pytest.approx(1.0, abs=1e-6)


def test_covariance_learns_nothing_from_constant_rates():
    engine = feed_forward("covariance", 2, [1.0, -0.5])
    external = np.array([1.0, 2.0, 0.0])
    engine.present([Period("hold", 600, external, plastic=False)])
    learn(engine, external[:2], strength=0.1, n_steps=50)
    assert np.allclose(engine.w_rec[-1], [1.0, -0.5, 0.0], atol=1e-14)


def test_covariance_of_opposite_inputs_has_opposite_signs():
    """Inputs s and -s: one synapse is potentiated by as much as the other is depressed."""
    engine = feed_forward("covariance", 2, [0.4, 0.1])
    for sign in [1.0, -1.0] * 20:
        learn(engine, [sign, -sign], strength=0.01)
    change = engine.w_rec[-1, :-1] - [0.4, 0.1]
    assert change[0] > 0.01
    assert change[0] == pytest.approx(-change[1], rel=1e-12)


def test_trace_rule_weights_settle_at_the_presynaptic_rates():
    engine = feed_forward("trace", 2, [0.5, 0.5])
    learn(engine, [1.0, 0.25], strength=0.1, n_steps=600)
    assert np.allclose(engine.w_rec[-1, :-1], [1.0, 0.25], rtol=1e-9)


def test_trace_rule_ties_an_input_to_the_rate_that_came_before_it():
    """The unit falls silent, its trace does not: the second input is learned, Hebb would not."""
    engine = feed_forward("trace", 2, [1.0, 0.0])
    learn(engine, [1.0, 0.0], strength=0.0, n_steps=20)
    learn(engine, [0.0, 1.0], strength=0.1, n_steps=1)
    assert engine.rate[-1] == 0.0
    assert engine.w_rec[-1, 1] > 0.05


@pytest.mark.parametrize("kind", ["freeze_in", "differential_hebb"])
def test_rules_of_change_learn_nothing_at_rest(kind):
    engine = feed_forward(kind, 2, [0.5, -0.25])
    engine.present([Period("settle", 5, np.array([1.0, 2.0, 0.0]), plastic=False)])
    engine.present([Period("hold", 50, np.array([1.0, 2.0, 0.0]), plastic=True)], strength=1.0)
    assert np.array_equal(engine.w_rec[-1], [0.5, -0.25, 0.0])


def test_anti_hebb_undoes_what_hebb_does():
    w = [0.5, -0.25]
    hebb, anti = feed_forward("hebb", 2, w), feed_forward("anti_hebb", 2, w)
    for engine in (hebb, anti):
        learn(engine, [1.0, 2.0], strength=0.125)
    assert np.array_equal(hebb.w_rec[-1, :-1] - w, -(anti.w_rec[-1, :-1] - w))
    assert np.array_equal(hebb.w_rec[-1, :-1], [0.5, -0.25])  # r_out = .5 - .5 = 0: no change


def test_a_decay_pulls_by_dt_over_its_time_constant_in_every_plastic_step():
    pulled = RULES["hebb"].model_copy(
        update={"decay": Decay(time_constant="8 ms", toward="zero")}  # type: ignore[arg-type]
    )
    engine = feed_forward(pulled, 1, [1.0])
    learn(engine, [1.0], strength=0.0, n_steps=10)
    assert engine.w_rec[-1, 0] == pytest.approx((7 / 8) ** 10, rel=1e-14)
