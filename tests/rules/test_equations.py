"""Every local rule against its equation in matrix form, in a network that is not symmetric."""

import numpy as np
import pytest

from plastisim.dynamics import Network, Period, State
from plastisim.online import OnlineEngine
from plastisim.quantities import Time
from plastisim.testing.examples import local_rules

RULES = local_rules()
LAMBDA, ALPHA = 0.125, 0.3
K = 0.1  # 1 ms over the 10 ms of the examples' time constants


def column(v):
    return v[:, None]


def bcm(W, r, b, theta):
    return column(r * (r - theta)) * r, theta + K * (r**2 - theta)


def covariance(W, r, b, mean):
    return np.outer(r - mean, r - mean), (1 - K) * mean + K * r


def trace(W, r, b, y):
    y = (1 - K) * y + K * r
    return np.outer(y, r) - column(y) * W, y


# Weight change over lambda (and the new trace), from weights, rates, rates before and trace.
EQUATIONS = {
    "freeze_in": lambda W, r, b, t: (-np.outer(r - b, b), t),
    "hebb": lambda W, r, b, t: (np.outer(r, r), t),
    "anti_hebb": lambda W, r, b, t: (-np.outer(r, r), t),
    "oja": lambda W, r, b, t: (np.outer(r, r) - np.diag(r**2) @ W, t),
    "covariance": covariance,
    "bcm": bcm,
    "trace": trace,
    "differential_hebb": lambda W, r, b, t: (np.outer(r - b, r - b), t),
}


def test_every_local_rule_has_its_equation_here():
    assert EQUATIONS.keys() == RULES.keys()


@pytest.mark.parametrize("self_connections", [True, False])
@pytest.mark.parametrize("kind", EQUATIONS)
def test_five_steps_follow_the_equation(kind, self_connections):
    n, rng = 7, np.random.default_rng(3)
    W = rng.standard_normal((n, n))
    if not self_connections:
        np.fill_diagonal(W, 0.0)
    h = rng.standard_normal(n)
    rule = RULES[kind]
    traces = rng.uniform(0.2, 1.0, (len(rule.traces), n))
    network = Network(
        W.copy(), np.zeros((n, 1)), np.zeros(n), ALPHA, "tanh", self_connections=self_connections
    )
    engine = OnlineEngine(
        network, rule, Time.parse("1 ms"), State(W.copy(), np.full(n, 0.25), traces.copy())
    )
    engine.present([Period("all", 5, h, plastic=True)], strength=LAMBDA)

    r, t = np.full(n, 0.25), traces[0] if len(traces) else None
    for _ in range(5):
        b, r = r, (1 - ALPHA) * r + ALPHA * np.tanh(W @ r + h)
        change, t = EQUATIONS[kind](W, r, b, t)
        W = W + LAMBDA * change
        if not self_connections:
            np.fill_diagonal(W, 0.0)
    after = engine.state()
    assert np.allclose(after.w_rec, W, rtol=0.0, atol=1e-14 * np.abs(W).max() * 10)
    assert np.allclose(after.rate, r, rtol=0.0, atol=1e-13)
    if t is not None:
        assert np.allclose(after.traces[0], t, rtol=0.0, atol=1e-13)
