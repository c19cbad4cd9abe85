"""Maps of networks, against plain NumPy, and their Jacobians against differences."""

import subprocess
import sys

import numpy as np
import pytest

from plastisim.dynamics import TRANSFERS
from plastisim.measures.maps import Map, map_of_cell, map_of_function, map_of_network
from tests.cells import plain
from tests.cells.examples import N_INPUTS, NAMES, example, trials_of
from tests.networks import network_of, random_rates, random_weights

S = np.array([0.4, -1.1, 0.7])


def cell_map(name, seed=3, **changes):
    cell = example(name, **changes)
    p = trials_of(cell, seed).p
    return cell, p, map_of_cell(cell, p, S)


def by_differences(f, x, h=1e-6):
    """Central differences of a map at one state, column by column."""
    kicks = h * np.eye(len(x))
    return np.stack([(f(x + k) - f(x - k)) / (2 * h) for k in kicks], axis=1)


@pytest.fixture
def network_map():
    w = random_weights(7, 1.8)
    external = random_rates(7, 1, seed=5)[:, 0]
    return w, external, map_of_network(w, network_of(w, alpha=0.3), external)


@pytest.mark.parametrize("name", NAMES)
def test_a_step_of_a_cell_is_that_of_plain_numpy(name):
    cell, p, found = cell_map(name)
    x = random_rates(found.n_state, 3)
    before = dict(
        zip((n for n, _ in found.parts), np.split(x, [cell.n_units])[: len(found.parts)],
            strict=True)
    )  # fmt: skip
    now = plain.STEPS[cell.kind](cell, p, before, np.repeat(S[:, None], 3, axis=1))
    expected = np.concatenate([now[n] for n, _ in found.parts])
    assert np.allclose(found.step(x), expected, rtol=1e-13, atol=1e-13)


def test_the_state_of_an_lstm_is_hidden_and_then_cell():
    assert cell_map("lstm")[2].parts == (("hidden", 5), ("cell", 5))
    assert cell_map("gru")[2].parts == (("hidden", 5),)
    assert cell_map("low_rank")[2].parts == (("rate", 5),)


@pytest.mark.parametrize("name", NAMES)
def test_the_jacobian_of_a_cell_is_that_of_differences(name):
    _, _, found = cell_map(name)
    x = random_rates(found.n_state, 3, seed=8)
    j = found.jacobian(x)
    assert j.shape == (3, found.n_state, found.n_state)
    for k in range(3):
        assert np.allclose(j[k], by_differences(found.step, x[:, k]), rtol=0, atol=1e-8)


@pytest.mark.parametrize("transfer", list(TRANSFERS))
def test_the_jacobian_of_a_network_is_that_of_differences(transfer):
    w, external = random_weights(6), random_rates(6, 1, seed=4)[:, 0]
    found = map_of_network(w, network_of(w, alpha=0.3, transfer=transfer, theta=0.1), external)
    x = random_rates(6, 3)
    for k in range(3):
        expected = by_differences(found.step, x[:, k])
        assert np.allclose(found.jacobian(x)[k], expected, rtol=0, atol=1e-9)
        assert np.allclose(found.jacobian(x[:, k]), expected, rtol=0, atol=1e-9)


def test_a_step_of_a_network_is_its_equation(network_map):
    w, external, found = network_map
    r = random_rates(7, 1)[:, 0]
    assert np.allclose(found.step(r), 0.7 * r + 0.3 * np.tanh(w @ r + external), rtol=1e-14)


def test_a_leaky_cell_and_the_online_engines_network_are_one_map():
    cell, p, one = cell_map("leaky_rate")
    other = map_of_network(p["w_rec"], network_of(p["w_rec"], alpha=0.4), p["w_in"] @ S + p["bias"])
    x = random_rates(cell.n_units, 4)
    assert np.allclose(one.step(x), other.step(x), rtol=1e-13)
    assert np.allclose(one.jacobian(x), other.jacobian(x), rtol=0, atol=1e-13)


@pytest.mark.parametrize("name", ["plrnn", "lstm", "the online engine"])
def test_push_and_pull_are_products_with_the_jacobian(name, network_map):
    """Columns of unequal numbers, and the order of a product of matrices that do not commute."""
    found = network_map[2] if name == "the online engine" else cell_map(name)[2]
    n = found.n_state
    x, v, q = random_rates(n, 3), random_rates(n, 3, seed=6), random_rates(n, 2, seed=7)
    j = found.jacobian(x)
    pulled = np.stack([j[k].T @ v[:, k] for k in range(3)], axis=1)
    assert np.allclose(found.pull(x, v), pulled, rtol=0, atol=1e-12)
    assert np.allclose(found.push(x, q), j[2] @ j[1] @ j[0] @ q, rtol=0, atol=1e-12)
    assert np.allclose(Map.pull(found, x, v), pulled, rtol=0, atol=1e-12)
    assert np.allclose(Map.push(found, x, q), j[2] @ j[1] @ j[0] @ q, rtol=0, atol=1e-12)


@pytest.mark.parametrize("name", ["plrnn", "the online engine"])
def test_a_walk_is_one_step_after_another(name, network_map):
    found = network_map[2] if name == "the online engine" else cell_map(name)[2]
    x = random_rates(found.n_state, 1)[:, 0]
    way = found.walk(x, 3)
    assert way.shape == (found.n_state, 4)
    assert (way[:, 0] == x).all()
    for k in range(3):
        assert np.allclose(way[:, k + 1], found.step(way[:, k]), rtol=1e-14)


def test_tangent_vectors_that_are_pushed_keep_their_values(network_map):
    for order in "CF":
        q = np.array(random_rates(7, 2), order=order)
        before = q.copy()
        network_map[2].push(random_rates(7, 3), q)
        assert (q == before).all()


@pytest.mark.parametrize("name", ["plrnn", "lstm", "the online engine"])
def test_a_state_does_not_hear_of_the_others(name, network_map):
    found = network_map[2] if name == "the online engine" else cell_map(name)[2]
    x = random_rates(found.n_state, 5)
    for k in range(5):
        assert np.allclose(found.step(x)[:, k], found.step(x[:, k]), rtol=1e-14)
        assert np.allclose(found.jacobian(x)[k], found.jacobian(x[:, k]), rtol=0, atol=1e-14)


def test_float32_cells_are_mapped_in_float64():
    _, _, found = cell_map("leaky_rate", dtype="float32")
    x = random_rates(5, 2).astype(np.float32)
    assert found.step(x).dtype == found.jacobian(x).dtype == np.float64
    wide = x.astype(np.float64)
    j = by_differences(found.step, wide[:, 0])
    assert np.allclose(found.jacobian(wide)[0], j, rtol=0, atol=1e-9)


def test_another_network_of_the_same_cell_has_parameters_of_its_own():
    cell, p, one = cell_map("vanilla")
    other = map_of_cell(cell, {**p, "bias": p["bias"] + 0.5}, S)
    x = random_rates(5, 1)
    assert np.allclose(np.arctanh(other.step(x)) - np.arctanh(one.step(x)), 0.5, rtol=0, atol=1e-12)


def test_any_function_that_jax_traces_is_a_map():
    found = map_of_function(lambda x: x[::-1] * x[0], 2)
    x = np.array([3.0, 5.0])
    assert found.step(x).tolist() == [15.0, 9.0]
    assert found.jacobian(x).tolist() == [[5.0, 3.0], [6.0, 0.0]]


def test_states_of_the_wrong_length_or_not_finite_are_refused():
    found = cell_map("lstm")[2]
    with pytest.raises(ValueError, match=r"starts: got the shape \(5, 2\).*10 values, 5 of hidden"):
        found.checked(np.zeros((5, 2)), "starts")
    x = np.zeros((10, 4))
    x[7, 2] = np.nan
    with pytest.raises(ValueError, match=r"starts: nan at \[7, 2\]"):
        found.checked(x, "starts")


def test_parameters_and_weights_that_are_not_finite_are_refused():
    cell, p, _ = cell_map("plrnn")
    w = p["w_rec"].copy()
    w[1, 4] = np.inf
    with pytest.raises(ValueError, match=r"parameter w_rec: inf at \[1, 4\]"):
        map_of_cell(cell, {**p, "w_rec": w}, S)
    with pytest.raises(ValueError, match=r"input: nan at \[0\]"):
        map_of_cell(cell, p, [np.nan] * N_INPUTS)
    with pytest.raises(ValueError, match=r"w_rec: inf at \[1, 4\]"):
        map_of_network(w, network_of(w), np.zeros(5))


def test_measures_import_no_jax():
    code = "import sys, plastisim.measures; print('jax' in sys.modules)"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "False"
