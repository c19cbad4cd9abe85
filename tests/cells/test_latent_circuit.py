"""A network of low rank is a circuit of few latent variables."""

import numpy as np
import pytest

from plastisim.cells import RandomStart
from tests.cells import traced
from tests.cells.examples import N_TRIALS, N_UNITS, example, trials_of

pytestmark = pytest.mark.usefixtures("x64")


def test_the_latent_variable_of_rank_one_follows_its_own_equation():
    r"""tau dk/dt = -k + n^T tanh(m k + C u + h) / N (Eq. S10), in steps of dt: no rate is needed.

    From any rates: what of r is orthogonal to n decays unseen.
    """
    cell, (alpha, n_units) = example("rank_one"), (0.4, N_UNITS)
    t = trials_of(cell)
    m, n, h = (t.p[name][:, None] for name in ("left", "right", "bias"))
    _, seen = traced.run(cell, t.p, t.inputs)
    k = n.T @ np.repeat(t.p["start"][:, None], N_TRIALS, 1) / n_units
    for s, found in zip(t.inputs, seen["latent"], strict=True):
        k = k + alpha * (-k + n.T @ np.tanh(m @ k + t.p["w_in"] @ s + h) / n_units)
        np.testing.assert_allclose(found, k, rtol=1e-12)


def test_the_output_of_rank_one_is_its_latent_variable():
    cell = example("rank_one")
    t = trials_of(cell)
    outputs, seen = traced.run(cell, t.p, t.inputs)
    np.testing.assert_array_equal(outputs, seen["latent"])
    np.testing.assert_allclose(
        outputs[:, 0], np.einsum("u,tub->tb", t.p["right"], seen["rate"]) / N_UNITS, rtol=1e-13
    )


def test_from_rest_and_without_input_a_latent_variable_stays_where_its_equation_is_at_rest():
    """n^T tanh(m k) / N = k has the solution k = 1 for m = 1 and n = 1 / tanh(1)."""
    cell = example("rank_one")
    ones = np.ones(N_UNITS)
    p = {
        "left": ones, "right": ones / np.tanh(1.0), "bias": 0 * ones, "w_in": np.ones((N_UNITS, 3)),
        "start": np.tanh(ones),
    }  # fmt: skip
    outputs, _ = traced.run(cell, p, np.zeros((50, 3, 1)))
    np.testing.assert_allclose(outputs, 1.0, rtol=1e-13)


def test_low_rank_with_rank_one_is_rank_one():
    one, low = example("rank_one"), example("low_rank", rank=1)
    t = trials_of(one)
    p = {
        **t.p, "left": t.p["left"][:, None], "right": t.p["right"][None, :],
        "w_out": t.p["right"][None, :] / N_UNITS, "bias_out": np.zeros(1),
    }  # fmt: skip
    kappa, seen = traced.run(one, t.p, t.inputs)
    outputs, seen_low = traced.run(low, p, t.inputs)
    np.testing.assert_allclose(outputs, kappa, rtol=1e-12)
    for name, v in seen.items():
        np.testing.assert_allclose(seen_low[name], v, rtol=1e-12, err_msg=name)


def test_a_low_rank_network_is_the_leaky_one_with_its_weights():
    low = example("low_rank")
    leaky = example("leaky_rate, autapses", with_bias=True)
    t = trials_of(low)
    p = {k: v for k, v in t.p.items() if k not in ("left", "right")}
    outputs, seen = traced.run(low, t.p, t.inputs)
    right, seen_leaky = traced.run(leaky, {**p, "w_rec": low.recurrent(t.p)}, t.inputs)
    np.testing.assert_allclose(outputs, right, rtol=1e-12)
    np.testing.assert_allclose(seen["drive"], seen_leaky["drive"], rtol=1e-12)


def test_a_random_start_of_rank_one_sets_its_rates():
    cell = example("rank_one", start=RandomStart(std=1.0))
    assert cell.begin(np.ones((N_UNITS, 2))).keys() == {"rate"}
