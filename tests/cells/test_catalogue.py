"""What every cell in the catalogue inherits by being listed."""

import inspect
from pathlib import Path
from typing import get_args

import jax
import numpy as np
import pytest

from plastisim.cells import CELLS, RandomStart
from tests.cells import traced
from tests.cells.examples import (
    N_INPUTS,
    N_STEPS,
    N_TRIALS,
    N_UNITS,
    NAMES,
    example,
    n_outputs,
    trials_of,
)

SIZES = {"unit": N_UNITS, "post": N_UNITS, "pre": N_UNITS, "input": N_INPUTS, "rank": 2}


def parameters_of(cell):
    return cell.parameters(N_INPUTS, n_outputs(cell))


# --------------------------------------------------------------------------------- the catalogue


def test_there_is_an_example_of_every_cell():
    assert {example(name).kind for name in NAMES} == {*CELLS}


@pytest.mark.parametrize("kind", CELLS)
def test_a_cell_is_listed_under_the_kind_it_answers_to(kind):
    assert get_args(CELLS[kind].model_fields["kind"].annotation) == (kind,)


@pytest.mark.parametrize("kind", CELLS)
def test_a_cell_has_a_file_of_its_own_with_its_equation_variables_and_source(kind):
    assert Path(inspect.getfile(CELLS[kind])).name == f"{kind}.py"
    text = CELLS[kind].__doc__ or ""
    assert ".. math::" in text
    assert "Source: " in text
    for name in CELLS[kind].variables:
        assert f"`{name}`" in text.split("Variables")[1], name


@pytest.mark.parametrize("name", NAMES)
def test_every_parameter_stands_in_the_docstring(name):
    text = CELLS[example(name).kind].__doc__ or ""
    for parameter in example(name).own_parameters(N_INPUTS):
        assert f"`{parameter}`" in text, parameter


# ------------------------------------------------------------------------------------- parameters


@pytest.mark.parametrize("name", NAMES)
def test_a_parameter_has_the_sizes_of_its_dimensions(name):
    cell = example(name)
    sizes = {**SIZES, "output": n_outputs(cell)}
    for key, p in parameters_of(cell).items():
        assert p.shape == tuple(
            p.blocks * N_UNITS if dim == "gate_unit" else sizes[dim] for dim in p.dims
        ), key
        assert p.dims.count("gate_unit") == (p.blocks > 1), key
        assert p.long_name, key
        assert p.zero is None or p.zero.shape == p.shape, key


@pytest.mark.parametrize("name", NAMES)
def test_all_parameters_are_drawn_and_no_other(name):
    cell = example(name)
    drawn, described = cell.draw(0, N_INPUTS, n_outputs(cell)), parameters_of(cell)
    assert {key: value.shape for key, value in drawn.items()} == {
        key: p.shape for key, p in described.items()
    }


@pytest.mark.parametrize("name", NAMES)
def test_zeros_are_in_place_and_nothing_else_is_zero(name):
    cell = example(name)
    drawn = cell.draw(0, N_INPUTS, n_outputs(cell))
    for key, p in parameters_of(cell).items():
        zero = np.zeros(p.shape, bool) if p.zero is None else p.zero
        np.testing.assert_array_equal(drawn[key] == 0, zero, err_msg=key)


@pytest.mark.parametrize(
    ("name", "has_zeros"), [("plrnn", True), ("leaky_rate", True), ("leaky_rate, autapses", False)]
)
def test_where_there_are_no_self_connections_the_diagonal_is_zero_for_good(name, has_zeros):
    zero = parameters_of(example(name))["w_rec"].zero
    assert (zero is not None) == has_zeros
    if has_zeros:
        np.testing.assert_array_equal(zero, np.eye(N_UNITS, dtype=bool))


@pytest.mark.parametrize("name", NAMES)
def test_the_same_seed_gives_the_same_network_and_another_seed_another(name):
    cell = example(name)
    one, again, other = (cell.draw(seed, N_INPUTS, n_outputs(cell)) for seed in (5, 5, 6))
    for key, p in parameters_of(cell).items():
        np.testing.assert_array_equal(one[key], again[key])
        differs = (one[key] != other[key]) | (False if p.zero is None else p.zero)
        assert differs.all(), key


def test_a_start_is_a_parameter_only_if_it_is_learned():
    assert "start" in parameters_of(example("lstm", start="learned"))
    assert "start" not in parameters_of(example("lstm", start="zeros"))
    assert "start" not in parameters_of(example("lstm", start=RandomStart(std=1.0)))


# ------------------------------------------------------------------------------- a trial, its start


@pytest.mark.usefixtures("x64")
@pytest.mark.parametrize("name", NAMES)
def test_states_have_units_as_rows_and_trials_as_columns(name):
    cell = example(name)
    t = trials_of(cell)
    outputs, seen = traced.run(cell, t.p, t.inputs)
    assert outputs.shape == (N_STEPS, n_outputs(cell), N_TRIALS)
    rows = {"rank_one": 1, "low_rank": 2}
    for key, v in seen.items():
        n = rows[cell.kind] if key == "latent" else N_UNITS
        assert v.shape == (N_STEPS, n, N_TRIALS), key


@pytest.mark.usefixtures("x64")
@pytest.mark.parametrize("name", NAMES)
def test_a_trial_does_not_know_of_the_others(name):
    """Last digits aside: a product may be summed in another order where there are fewer columns."""
    cell = example(name)
    t = trials_of(cell)
    together, _ = traced.run(cell, t.p, t.inputs)
    alone, _ = traced.run(cell, t.p, t.inputs[..., 2:3])
    np.testing.assert_allclose(together[..., 2:3], alone, rtol=1e-12)


@pytest.mark.parametrize("name", NAMES)
def test_a_start_sets_the_first_variable_alone(name):
    cell = example(name)
    state = np.ones((N_UNITS, N_TRIALS), np.float32)
    carried = cell.begin(state)
    for key, value in carried.items():
        right = state if key == cell.variables[0] else np.zeros_like(state)
        np.testing.assert_array_equal(value, right, err_msg=key)


@pytest.mark.usefixtures("x64")
def test_starts_are_zeros_or_learned_or_random():
    key, many = jax.random.key(0), 4000
    p = {"start": np.arange(5.0)}
    zeros = example("lstm", start="zeros").initial_state(p, key, 3)
    learned = example("lstm", start="learned").initial_state(p, key, 3)
    random = example("lstm", start=RandomStart(std=0.5)).initial_state(p, key, many)
    np.testing.assert_array_equal(zeros, np.zeros((5, 3)))
    np.testing.assert_array_equal(learned, np.repeat(p["start"][:, None], 3, 1))
    assert random.shape == (5, many)
    assert abs(random.mean()) < 5 * 0.5 / np.sqrt(5 * many)
    assert abs(random.std() / 0.5 - 1) < 5 / np.sqrt(2 * 5 * many)
    other = example("lstm", start=RandomStart(std=0.5)).initial_state(p, jax.random.key(1), many)
    assert not (random == other).any()


# -------------------------------------------------------------------------------------- symmetry


@pytest.mark.usefixtures("x64")
@pytest.mark.parametrize("name", NAMES)
def test_renumbering_the_units_renumbers_the_states(name):
    cell = example(name)
    t = trials_of(cell)
    order = np.array([3, 0, 4, 1, 2])
    orders = {dim: order for dim in ("unit", "post", "pre")}
    renumbered = {}
    for key, p in parameters_of(cell).items():
        value = t.p[key]
        for axis, dim in enumerate(p.dims):
            orders["gate_unit"] = np.concatenate([order + k * N_UNITS for k in range(p.blocks)])
            value = value.take(orders[dim], axis) if dim in orders else value
        renumbered[key] = value

    outputs, seen = traced.run(cell, t.p, t.inputs)
    same_outputs, found = traced.run(cell, renumbered, t.inputs)

    np.testing.assert_allclose(same_outputs, outputs, rtol=1e-11)
    for key, v in seen.items():
        right = v if key == "latent" else v[:, order]
        np.testing.assert_allclose(found[key], right, rtol=1e-11, err_msg=key)


# ------------------------------------------------------------------------------------- precision


@pytest.mark.parametrize("x64", [False, True])
@pytest.mark.parametrize("start", ["zeros", "learned", RandomStart(std=1.0)], ids=str)
@pytest.mark.parametrize("name", NAMES)
def test_float32_stays_float32(name, start, x64):
    assert dtypes(example(name, dtype="float32", start=start), x64) == {"float32"}


@pytest.mark.parametrize("start", ["zeros", "learned", RandomStart(std=1.0)], ids=str)
@pytest.mark.parametrize("name", NAMES)
def test_float64_stays_float64(name, start):
    assert dtypes(example(name, dtype="float64", start=start), x64=True) == {"float64"}


def dtypes(cell, x64):
    """Every dtype in a trial and its gradient; nothing is computed."""
    t = trials_of(cell)
    with jax.enable_x64(x64):

        def of(p, inputs, key):
            outputs, seen = traced.run(cell, p, inputs, key)
            return (outputs**2).sum(), (outputs, seen, cell.recurrent(p))

        key = jax.random.key(0)
        found = jax.eval_shape(jax.value_and_grad(of, has_aux=True), t.p, t.inputs, key)
    return {str(x.dtype) for x in [*jax.tree.leaves(found), *t.p.values()]}
