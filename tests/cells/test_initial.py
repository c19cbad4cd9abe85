"""How parameters are drawn before training."""

import numpy as np
import pytest
from pydantic import TypeAdapter

from plastisim.cells.initial import AnyInitial, Parameter, draw_parameter
from plastisim.dynamics.initial_weights import input_weights, recurrent_weights
from plastisim.schedule import build_network
from tests.cells.examples import example
from tests.schedule.small import protocol

SEED = 11
KINDS = {
    "gaussian": {"std": 0.4},
    "gaussian_gain": {"gain": 1.8},
    "uniform": {"low": -0.5, "high": 2.0},
    "uniform_sqrt_n": {},
    "xavier": {},
    "orthogonal": {"gain": 1.3},
}


def initial(kind, **keys):
    return TypeAdapter(AnyInitial).validate_python({"kind": kind, **(keys or KINDS.get(kind, {}))})


def drawn(kind, *shape, name="other", seed=SEED, n_units=None, blocks=1, **keys):
    p = Parameter((blocks * shape[0], *shape[1:]), (), "", blocks)
    return draw_parameter(initial(kind, **keys), seed, name, p, n_units or shape[0])


# ------------------------------------------------------------- the same network in every engine


def test_recurrent_weights_are_those_of_the_online_engine_bit_for_bit():
    one = drawn("gaussian_gain", 40, 40, name="w_rec")
    assert one.tobytes() == recurrent_weights(SEED, 40, 1.8).tobytes()


def test_input_weights_are_those_of_the_online_engine_bit_for_bit():
    one = drawn("gaussian", 40, 3, name="w_in")
    assert one.tobytes() == input_weights(SEED, 40, 3, 0.4).tobytes()


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_a_leaky_rate_network_is_the_online_one_of_the_same_seed_bit_for_bit(dtype):
    online = build_network(protocol("network.bias={std: 0.5}", f"network.dtype={dtype}"), 4)
    cell = example("leaky_rate", n_units=40, dtype=dtype, start="zeros").model_copy(
        update={
            "initial": {
                "w_rec": initial("gaussian_gain", gain=1.8),
                "w_in": initial("gaussian", std=1.0),
                "bias": initial("gaussian", std=0.5),
                "w_out": initial("xavier"),
                "bias_out": initial("constant", value=0.0),
            }
        }
    )
    found = cell.draw(3, 4, 2)
    assert found["w_rec"].tobytes() == online.w_initial.tobytes()
    assert found["w_in"].tobytes() == online.w_in.tobytes()
    assert found["bias"].tobytes() == online.bias.tobytes()


# ------------------------------------------------------------------------------------- streams


@pytest.mark.parametrize("kind", KINDS)
def test_no_two_parameters_share_their_numbers(kind):
    names = ["w_rec", "w_in", "bias", "start", "w_out", "left", "right"]
    found = [drawn(kind, 6, 6, name=name) for name in names]
    for i, one in enumerate(found):
        assert all(not np.isclose(one, other).any() for other in found[:i])


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind not in ("xavier", "orthogonal")])
def test_more_channels_leave_the_first_ones_as_they_were(kind):
    """But for their scale, where it depends on the number of channels."""
    few = drawn(kind, 6, 3, name="w_in", blocks=2).reshape(2, 6, 3)
    many = drawn(kind, 6, 12, name="w_in", blocks=2).reshape(2, 6, 12)
    scale = 2.0 if kind == "gaussian_gain" else 1.0
    np.testing.assert_allclose(few, scale * many[..., :3], rtol=1e-15)


@pytest.mark.parametrize("kind", KINDS)
def test_the_first_gate_is_what_a_cell_without_gates_has_and_the_others_differ(kind):
    for name in ("w_rec", "w_in"):
        gates = np.split(drawn(kind, 6, 4, name=name, n_units=6, blocks=4), 4)
        np.testing.assert_array_equal(gates[0], drawn(kind, 6, 4, name=name))
        for i, one in enumerate(gates):
            assert all(not np.isclose(one, other).any() for other in gates[:i])


def test_how_one_parameter_is_drawn_changes_no_other():
    cell = example("gru")
    other = cell.model_copy(
        update={"initial": {**cell.initial, "w_rec": initial("orthogonal", gain=1.0)}}
    )
    one, another = cell.draw(SEED, 3, 2), other.draw(SEED, 3, 2)
    assert not (one["w_rec"] == another["w_rec"]).any()
    for name in one.keys() - {"w_rec"}:
        np.testing.assert_array_equal(one[name], another[name])


# ------------------------------------------------------------------------------------- moments


@pytest.mark.parametrize(
    ("kind", "mean", "std"),
    [
        ("gaussian", 0.0, 0.4),
        ("gaussian_gain", 0.0, 1.8 / np.sqrt(100)),
        ("uniform", 0.75, 2.5 / np.sqrt(12)),
        ("uniform_sqrt_n", 0.0, 1 / np.sqrt(3 * 400)),
        ("xavier", 0.0, np.sqrt(2 / (400 + 100))),
    ],
)
@pytest.mark.parametrize("name", ["w_rec", "w_in", "w_out"])
def test_mean_and_standard_deviation(kind, mean, std, name):
    """Within five standard errors; kurtosis 3 is the most of them."""
    values = drawn(kind, 400, 100, name=name)
    assert abs(values.mean() - mean) < 5 * std / np.sqrt(values.size)
    assert abs(values.std() / std - 1) < 5 / np.sqrt(2 * values.size)


@pytest.mark.parametrize(
    ("kind", "low", "high"),
    [
        ("uniform", -0.5, 2.0),
        ("uniform_sqrt_n", -1 / 20, 1 / 20),
        ("xavier", -np.sqrt(6 / 500), np.sqrt(6 / 500)),
    ],
)
def test_uniform_numbers_fill_their_range_and_do_not_leave_it(kind, low, high):
    values = drawn(kind, 400, 100)
    assert low <= values.min() < low + 1e-3 * (high - low)
    assert high >= values.max() > high - 1e-3 * (high - low)


@pytest.mark.parametrize("kind", ["gaussian", "gaussian_gain"])
def test_normal_numbers_have_the_tails_of_normal_numbers(kind):
    values = drawn(kind, 400, 100)
    z = values / values.std()
    assert (z**4).mean() == pytest.approx(3.0, abs=5 * np.sqrt(96 / z.size))


def test_a_gain_is_of_the_number_of_units_a_weight_comes_from():
    """Not of those it leads to: w_out has few outputs, w_in few inputs."""
    wide, tall = drawn("gaussian_gain", 10, 4000), drawn("gaussian_gain", 4000, 10)
    assert wide.std() == pytest.approx(1.8 / np.sqrt(4000), rel=0.02)
    assert tall.std() == pytest.approx(1.8 / np.sqrt(10), rel=0.02)


# --------------------------------------------------------------------------- exact properties


@pytest.mark.parametrize("shape", [(7, 7), (9, 4), (4, 9)])
def test_an_orthogonal_matrix_keeps_lengths_up_to_its_gain(shape):
    q = drawn("orthogonal", *shape) / 1.3
    small = q.T @ q if shape[0] >= shape[1] else q @ q.T
    np.testing.assert_allclose(small, np.eye(min(shape)), atol=1e-14)


def test_every_gate_is_orthogonal():
    for q in np.split(drawn("orthogonal", 5, 5, name="w_rec", blocks=4, gain=1.0), 4):
        np.testing.assert_allclose(q.T @ q, np.eye(5), atol=1e-14)


def test_orthogonal_matrices_are_uniform_over_the_group():
    """Then the trace has mean 0 and variance 1; that of a bare QR decomposition does not."""
    traces = [np.trace(drawn("orthogonal", 4, 4, seed=k, gain=1.0)) for k in range(1000)]
    assert abs(np.mean(traces)) < 5 / np.sqrt(1000)
    assert np.var(traces) == pytest.approx(1.0, abs=5 * np.sqrt(2 / 1000))


def test_identity_and_constant_are_what_they_say():
    np.testing.assert_array_equal(
        drawn("identity", 3, 3, name="w_rec", gain=-0.5), -0.5 * np.eye(3)
    )
    np.testing.assert_array_equal(drawn("constant", 2, 4, value=0.25), np.full((2, 4), 0.25))
    gates = drawn("identity", 3, 3, name="w_rec", gain=2.0, blocks=2)
    np.testing.assert_array_equal(gates, np.concatenate([2 * np.eye(3)] * 2))


# -------------------------------------------------------------------------------- reg_plrnn


def reg_plrnn(name, *shape, seed, n_units):
    return drawn("reg_plrnn", *shape, name=name, seed=seed, n_units=n_units)


@pytest.mark.parametrize("seed", range(5))
def test_a_and_w_of_reg_plrnn_are_one_matrix_of_spectral_radius_at_most_one(seed):
    n = 40
    w = reg_plrnn("w_rec", n, n, seed=seed, n_units=n)
    a = reg_plrnn("autoregression", n, seed=seed, n_units=n)
    assert a.tobytes() == np.diag(w).tobytes()
    assert np.abs(np.linalg.eigvals(w)).max() <= 1.0


def test_reg_plrnn_divides_only_while_the_spectral_radius_is_above_one():
    """By 1 + sqrt(N), at most once for these, and by nothing where N(0, 1/N) is small enough."""
    n, divided = 40, []
    for seed in range(20):
        raw = recurrent_weights(seed, n, 1.0)
        found = reg_plrnn("w_rec", n, n, seed=seed, n_units=n)
        too_large = np.abs(np.linalg.eigvals(raw)).max() > 1.0
        np.testing.assert_allclose(found, raw / (1 + np.sqrt(n)) if too_large else raw, rtol=1e-14)
        divided.append(too_large)
    assert {*divided} == {True, False}


def test_reg_plrnn_divides_again_where_once_is_not_enough():
    """One of two units, in a rare seed: its spectral radius is 3.3."""
    raw = recurrent_weights(856, 2, 1.0)
    assert np.abs(np.linalg.eigvals(raw)).max() > 1 + np.sqrt(2)
    found = reg_plrnn("w_rec", 2, 2, seed=856, n_units=2)
    np.testing.assert_allclose(found, raw / (1 + np.sqrt(2)) ** 2, rtol=1e-14)


@pytest.mark.parametrize("n", [4, 40])
def test_input_weights_of_reg_plrnn_have_their_scale(n):
    """N(0, 1/N) sqrt(2) exp(1.2 / max(N, 6) - 2.4)."""
    std = np.sqrt(2 / n) * np.exp(1.2 / (6 if n == 4 else 40) - 2.4)
    values = reg_plrnn("w_in", n, 5000, seed=SEED, n_units=n)
    assert values.std() == pytest.approx(std, rel=5 / np.sqrt(2 * values.size))


def test_a_plrnn_of_the_reference_code_has_a_in_one_place_and_w_in_the_other():
    cell = example("plrnn", n_units=8)
    update = dict.fromkeys(("autoregression", "w_rec", "w_in"), initial("reg_plrnn"))
    p = cell.model_copy(update={"initial": {**cell.initial, **update}}).draw(SEED, 3, 2)
    whole = reg_plrnn("w_rec", 8, 8, seed=SEED, n_units=8)
    np.testing.assert_array_equal(p["w_rec"] + np.diag(p["autoregression"]), whole)
    np.testing.assert_array_equal(np.diag(p["w_rec"]), 0.0)
