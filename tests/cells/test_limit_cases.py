"""Cases in which the answer is known by hand."""

import math

import numpy as np
import pytest

from tests.cells import traced
from tests.cells.examples import N_INPUTS, example, trials_of

pytestmark = pytest.mark.usefixtures("x64")


def sigma(x):
    return 1 / (1 + math.exp(-x))


# ----------------------------------------------------------------- PLRNN: the manifold attractor


def test_a_manifold_attractor_integrates_its_input():
    """A = 1, W = 0, h = 0: x[t] = x[t-1] + C s[t] (Eq. S8)."""
    cell = example("plrnn", manifold_attractor_units=5)
    t = trials_of(cell)
    _, seen = traced.run(cell, t.p, t.inputs)
    right = t.p["start"][:, None] + np.cumsum(t.p["w_in"] @ t.inputs, axis=0)
    np.testing.assert_allclose(seen["state"], right, rtol=1e-12)


def test_the_first_units_alone_are_a_manifold_attractor():
    """They integrate whatever the others do, and the others are drawn as without them."""
    some, none = example("plrnn", manifold_attractor_units=2), example("plrnn")
    t, plain = trials_of(some), trials_of(none)
    _, seen = traced.run(some, t.p, t.inputs)
    right = (t.p["start"][:, None] + np.cumsum(t.p["w_in"] @ t.inputs, axis=0))[:, :2]
    np.testing.assert_allclose(seen["state"][:, :2], right, rtol=1e-12)
    for name in ("autoregression", "w_rec", "bias"):
        np.testing.assert_array_equal(t.p[name][2:], plain.p[name][2:])
    for name in ("w_in", "w_out", "bias_out", "start"):
        np.testing.assert_array_equal(t.p[name], plain.p[name])


# -------------------------------------------------------------------- leak: alpha = 1 and small


@pytest.mark.parametrize("name", ["leaky_rate, autapses", "low_rank", "rank_one"])
def test_with_dt_of_tau_a_rate_is_what_the_drive_makes_of_it(name):
    cell = example(name, tau="4 ms")
    t = trials_of(cell)
    _, seen = traced.run(cell, t.p, t.inputs)
    np.testing.assert_allclose(seen["rate"], np.tanh(seen["drive"]), rtol=1e-13)


@pytest.mark.parametrize("name", ["leaky_rate", "low_rank", "rank_one"])
def test_a_rate_without_drive_decays_by_a_factor_of_one_minus_alpha_a_step(name):
    cell = example(name)
    t = trials_of(cell)
    p = {**{k: 0 * v for k, v in t.p.items()}, "start": t.p["start"]}
    _, seen = traced.run(cell, p, t.inputs)
    right = t.p["start"] * 0.6 ** np.arange(1, 8)[:, None]
    np.testing.assert_allclose(seen["rate"], np.repeat(right[..., None], 4, -1), rtol=1e-13)


def test_a_rectified_network_begun_at_the_identity_holds_what_it_has():
    cell = example("vanilla, relu")
    t = trials_of(cell)
    p = {**t.p, "w_rec": np.eye(5), "bias": np.zeros(5), "start": np.arange(5.0)}
    _, seen = traced.run(cell, p, 0 * t.inputs)
    np.testing.assert_array_equal(seen["rate"], np.broadcast_to(p["start"][:, None], (7, 5, 4)))


# --------------------------------------------------------------------------- LSTM and GRU by hand

TWO = {"n_units": 2}
H, C, S = (0.3, -0.7), (1.1, 0.4), (0.5, -1.0, 2.0)  # hidden, cell, input


def numbers(*shape, seed):
    return np.random.default_rng(seed).uniform(-1, 1, shape)


def drive_of(unit, gate, w, c, b):
    """What a gate of a unit gets, one term after another."""
    row = 2 * gate + unit
    return w[row][0] * H[0] + w[row][1] * H[1] + sum(c[row][k] * S[k] for k in range(3)) + b[row]


@pytest.mark.parametrize("unit", [0, 1])
def test_a_unit_of_an_lstm_follows_the_published_formula(unit):
    """Gers, Schmidhuber & Cummins (2000), with tanh for both squashing functions."""
    cell = example("lstm", **TWO)
    w, c, b = numbers(8, 2, seed=1), numbers(8, 3, seed=2), numbers(8, seed=3)
    carried = {"hidden": np.array([H]).T, "cell": np.array([C]).T}
    _, seen = cell.step({"w_rec": w, "w_in": c, "bias": b}, carried, np.array([S]).T)

    y_in = sigma(drive_of(unit, 0, w, c, b))
    y_phi = sigma(drive_of(unit, 1, w, c, b))
    g = math.tanh(drive_of(unit, 2, w, c, b))
    y_out = sigma(drive_of(unit, 3, w, c, b))
    s_c = y_phi * C[unit] + y_in * g
    right = {
        "hidden": y_out * math.tanh(s_c), "cell": s_c,
        "input_gate": y_in, "forget_gate": y_phi, "candidate": g, "output_gate": y_out,
    }  # fmt: skip
    assert {k: float(v[unit, 0]) for k, v in seen.items()} == pytest.approx(right, rel=1e-14)


@pytest.mark.parametrize("unit", [0, 1])
def test_a_unit_of_a_gru_follows_the_published_formula(unit):
    """Cho et al. (2014), Eqs 5-8, with the reset of PyTorch: n = tanh(C s + b + r (W h + b_n))."""
    cell = example("gru", **TWO)
    w, c, b, b_n = numbers(6, 2, seed=1), numbers(6, 3, seed=2), numbers(6, seed=3), (0.9, -0.2)
    p = {"w_rec": w, "w_in": c, "bias": b, "bias_rec": np.array(b_n)}
    _, seen = cell.step(p, {"hidden": np.array([H]).T}, np.array([S]).T)

    r = sigma(drive_of(unit, 0, w, c, b))
    z = sigma(drive_of(unit, 1, w, c, b))
    from_units = w[4 + unit][0] * H[0] + w[4 + unit][1] * H[1]
    from_input = sum(c[4 + unit][k] * S[k] for k in range(3)) + b[4 + unit]
    n = math.tanh(from_input + r * (from_units + b_n[unit]))
    right = {
        "hidden": z * H[unit] + (1 - z) * n, "reset_gate": r, "update_gate": z, "candidate": n,
    }  # fmt: skip
    assert {k: float(v[unit, 0]) for k, v in seen.items()} == pytest.approx(right, rel=1e-14)


def with_gates(cell, **drives):
    """Parameters whose gates get a constant drive only, where one is given."""
    t = trials_of(cell)
    order = {
        "lstm": ["input_gate", "forget_gate", "candidate", "output_gate"],
        "gru": ["reset_gate", "update_gate", "candidate"],
    }[cell.kind]
    p = {k: v.copy() for k, v in t.p.items()}
    for name, value in drives.items():
        rows = slice(5 * order.index(name), 5 * order.index(name) + 5)
        p["w_rec"][rows], p["w_in"][rows], p["bias"][rows] = 0.0, 0.0, value
    return p, t.inputs


def test_an_lstm_whose_cell_is_neither_written_nor_forgotten_stays_empty():
    cell = example("lstm")
    p, inputs = with_gates(cell, input_gate=-800.0, forget_gate=800.0)
    _, seen = traced.run(cell, p, inputs)
    np.testing.assert_array_equal(seen["cell"], 0.0)
    np.testing.assert_array_equal(seen["hidden"], 0.0)


def test_an_lstm_that_forgets_nothing_adds_up_its_candidates():
    cell = example("lstm")
    p, inputs = with_gates(cell, input_gate=800.0, forget_gate=800.0)
    _, seen = traced.run(cell, p, inputs)
    np.testing.assert_allclose(seen["cell"], np.cumsum(seen["candidate"], axis=0), rtol=1e-12)


def test_a_gru_whose_update_gate_is_open_keeps_its_state():
    cell = example("gru")
    p, inputs = with_gates(cell, update_gate=800.0)
    _, seen = traced.run(cell, p, inputs)
    right = np.broadcast_to(p["start"][:, None], seen["hidden"].shape)
    np.testing.assert_array_equal(seen["hidden"], right)


def test_a_gru_that_resets_hears_of_its_input_alone():
    """The recurrent bias is reset with the rest."""
    cell = example("gru")
    p, inputs = with_gates(cell, reset_gate=-800.0)
    _, seen = traced.run(cell, p, inputs)
    right = np.tanh(p["w_in"][10:] @ inputs + p["bias"][10:, None])
    np.testing.assert_allclose(seen["candidate"], right, rtol=1e-13)


def test_the_recurrent_bias_of_a_gru_cannot_be_had_from_the_other():
    """Where nothing is reset, it can; where something is, not."""
    cell = example("gru")
    shift = np.random.default_rng(0).standard_normal(5)
    for reset, is_same in ((800.0, True), (0.0, False)):
        p, inputs = with_gates(cell, reset_gate=reset)
        moved = {**p, "bias": p["bias"].copy(), "bias_rec": p["bias_rec"] - shift}
        moved["bias"][10:] += shift
        one, other = (traced.run(cell, q, inputs)[0] for q in (p, moved))
        assert np.allclose(one, other, rtol=1e-11) == is_same


def test_inputs_have_as_many_weights_as_there_are_channels():
    assert example("gru").parameters(N_INPUTS + 4, 2)["w_in"].shape == (15, N_INPUTS + 4)
