"""The network that a protocol describes: what is drawn, and what holds from the start."""

import numpy as np
import pytest

from plastisim.schedule import build_network
from plastisim.streams import stream
from tests.schedule.small import protocol


def built(*overrides, n_inputs=4):
    return build_network(protocol(*overrides), n_inputs)


def bits(network):
    arrays = (network.w_initial, network.w_in, network.bias)
    return [None if a is None else a.tobytes() for a in arrays]


OFF_DIAGONAL = ~np.eye(40, dtype=bool)


# ----------------------------------------------------------------------------------------- chance


def test_the_same_seed_gives_the_same_network():
    assert bits(built("network.bias={std: 0.5}")) == bits(built("network.bias={std: 0.5}"))


def test_another_seed_gives_another_one():
    one, other = built("network.bias={std: 1}"), built("network.bias={std: 1}", "seed=4")
    assert not (one.w_initial == other.w_initial)[OFF_DIAGONAL].any()
    assert not (one.w_in == other.w_in).any()
    assert not (one.bias == other.bias).any()


@pytest.mark.parametrize(
    "override",
    [
        "network.noise=0.5",
        "network.weight_noise=0.01",
        "network.bias={std: 2}",
        "network.transfer=relu",
        "network.tau=20 ms",
        "rule.strength=1",
        "schedule.epochs=99",
        "schedule.reset=random",
        "test.random_starts={n_starts: 50, at: last}",
    ],
)
def test_nothing_else_changes_the_initial_weights(override):
    """More noise above all."""
    assert (built(override).w_initial == built().w_initial).all()
    assert (built(override).w_in == built().w_in).all()


def test_more_channels_leave_the_first_ones_as_they_were():
    few, many = built(n_inputs=3), built(n_inputs=8)
    assert few.w_in.shape == (40, 3)
    assert many.w_in.shape == (40, 8)
    assert (many.w_in[:, :3] == few.w_in).all()
    assert (many.w_initial == few.w_initial).all()


def test_a_density_removes_synapses_and_changes_no_other():
    whole, sparse = built().w_initial, built("network.constraints.density=0.3").w_initial
    assert (sparse == np.where(sparse == 0, 0, whole)).all()


def test_weights_bias_and_connections_come_from_streams_of_their_own():
    net = built("network.bias={std: 0.5}", "network.constraints.density=0.3")
    drawn = {name: stream(3, name) for name in ("weights", "bias", "connections")}
    w = drawn["weights"].standard_normal((40, 40)) * 1.8 / np.sqrt(40)
    exists = drawn["connections"].random((40, 40)) < 0.3
    assert np.allclose(net.w_initial, w * exists * OFF_DIAGONAL, rtol=1e-15)
    assert (net.connected == exists).all()
    assert (net.bias == 0.5 * drawn["bias"].standard_normal(40)).all()


def test_float32_weights_are_the_float64_ones_rounded():
    single = built("network.dtype=float32", "network.bias={std: 0.5}")
    double = built("network.bias={std: 0.5}")
    for name in ("w_initial", "w_in", "bias"):
        assert getattr(single, name).dtype == np.float32
        assert (getattr(single, name) == getattr(double, name).astype(np.float32)).all()


# ----------------------------------------------------------------------------------------- sizes


@pytest.mark.parametrize("gain", [0.5, 1.8])
@pytest.mark.parametrize("n", [50, 200])
def test_the_gain_is_the_standard_deviation_times_root_n(gain, n):
    """Of M = n(n-1) numbers: the mean is known to 1/sqrt(M), the deviation to 1/sqrt(2 M)."""
    w = built(f"network.gain={gain}", f"network.n_units={n}").w_initial
    drawn = w[~np.eye(n, dtype=bool)] * np.sqrt(n) / gain
    assert drawn.std() == pytest.approx(1.0, abs=5 / np.sqrt(2 * drawn.size))
    assert drawn.mean() == pytest.approx(0.0, abs=5 / np.sqrt(drawn.size))
    assert (drawn**4).mean() == pytest.approx(3.0, abs=5 * np.sqrt(96 / drawn.size))  # Gaussian


def test_input_weights_and_bias_have_their_own_standard_deviations():
    net = built(
        "network.n_units=400", "cues.input_weights_std=0.25", "network.bias={std: 3}", n_inputs=20
    )
    assert net.w_in.std() == pytest.approx(0.25, rel=5 / np.sqrt(2 * 8000))
    assert net.bias.std() == pytest.approx(3.0, rel=5 / np.sqrt(2 * 400))


def test_a_bias_can_be_one_number():
    assert (built("network.bias=-0.25").bias == -0.25).all()
    assert not built().bias.any()


def test_alpha_is_dt_over_tau():
    assert built("network.tau=8 ms", "network.dt=1 ms").alpha == 0.125
    assert built("network.dt=10 ms").alpha == 1.0
    assert built("network.dt=0.1 ms", "network.tau=0.3 ms").alpha == 1 / 3


def test_what_the_protocol_says_of_a_network_is_in_it():
    net = built("network.noise=0.125", "network.weight_noise=0.5", "network.self_connections=true")
    assert (net.noise, net.weight_noise, net.self_connections) == (0.125, 0.5, True)
    assert (net.transfer, net.theta) == ("tanh", 0.0)
    linear = built("network.transfer={kind: threshold_linear, threshold: 0.75}")
    assert (linear.transfer, linear.theta) == ("threshold_linear", 0.75)


# ------------------------------------------------------------------------------------ constraints


def test_the_diagonal_is_zero_unless_self_connections_are_allowed():
    assert not np.diag(built().w_initial).any()
    assert np.diag(built("network.self_connections=true").w_initial).all()
    assert built().w_initial[OFF_DIAGONAL].all()


def test_bounds_hold_at_the_start():
    net, free = built("network.constraints.bounds=[-0.1, 0.3]").w_initial, built().w_initial
    assert (net == np.clip(free, -0.1, 0.3)).all()
    assert net.min() == -0.1
    assert net.max() == 0.3


@pytest.mark.parametrize("fraction", [0.8, 0.0, 1.0, 0.33])
def test_a_unit_excites_or_inhibits_all_others(fraction):
    """A column holds what leaves a unit; .33 of 40 are 13."""
    net = built(f"network.constraints.dale={{excitatory_fraction: {fraction}}}")
    w, n = net.w_initial, round(fraction * 40)
    assert (w[:, :n][OFF_DIAGONAL[:, :n]] > 0).all()
    assert (w[:, n:][OFF_DIAGONAL[:, n:]] < 0).all()
    assert (np.abs(w) == np.abs(built().w_initial)).all()
    flipped = -w.copy()
    net.constrain(flipped)
    assert not flipped.any()


def test_dale_and_bounds_hold_together():
    w = built(
        "network.constraints={bounds: [-0.1, 0.3], dale: {excitatory_fraction: 0.5}}"
    ).w_initial
    assert w[:, :20].min() == 0.0
    assert w[:, :20].max() == 0.3
    assert w[:, 20:].min() == -0.1
    assert w[:, 20:].max() == 0.0


@pytest.mark.parametrize("density", [0.1, 0.6])
def test_a_fraction_of_the_synapses_exists(density):
    """Of 200 x 199 synapses; they stay away when weights are constrained again."""
    net = built("network.n_units=200", f"network.constraints.density={density}")
    share = (net.w_initial[~np.eye(200, dtype=bool)] != 0).mean()
    assert share == pytest.approx(density, abs=5 * np.sqrt(density * (1 - density) / 39800))
    filled = np.ones((200, 200))
    net.constrain(filled)
    assert ((filled != 0) == (net.w_initial != 0)).all()


def test_connections_are_not_symmetric():
    exists = built("network.constraints.density=0.5").connected
    assert (exists != exists.T).any()


def test_full_density_leaves_everything():
    assert (built("network.constraints.density=1").w_initial == built().w_initial).all()
