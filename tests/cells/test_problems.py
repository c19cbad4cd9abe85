"""A cell names every key that does not go with another, what it found and what would be right."""

import pytest
from pydantic import TypeAdapter

from plastisim.cells import Cell, RandomStart
from plastisim.cells.initial import AnyInitial
from plastisim.quantities import Time
from tests.cells.examples import NAMES, example, n_outputs


def initial(kind, **keys):
    return TypeAdapter(AnyInitial).validate_python({"kind": kind, **keys})


GAUSSIAN = initial("gaussian", std=1.0)
IDENTITY = initial("identity", gain=1.0)
ORTHOGONAL = initial("orthogonal", gain=1.0)
REG_PLRNN = initial("reg_plrnn")


def problems(cell: Cell, outputs=None):
    return list(cell.problems(3, outputs or n_outputs(cell)))


def changed(name, **update):
    """An example with some keys changed; `initial` changes its own keys, None takes one away."""
    cell = example(name)
    if "initial" in update:
        merged = {**cell.initial, **update["initial"]}
        update["initial"] = {k: v for k, v in merged.items() if v is not None}
    return cell.model_copy(update=update)


def drawing(name, parameter, how):
    return changed(name, initial={parameter: how})


@pytest.mark.parametrize("start", ["learned", "zeros", RandomStart(std=1.0)], ids=str)
@pytest.mark.parametrize("name", NAMES)
def test_an_example_has_no_problem(name, start):
    assert problems(example(name, start=start)) == []


@pytest.mark.parametrize(
    ("name", "parameter", "how"),
    [
        ("plrnn", "autoregression", REG_PLRNN),
        ("plrnn", "w_rec", REG_PLRNN),
        ("plrnn", "w_in", REG_PLRNN),
        ("leaky_rate", "w_rec", REG_PLRNN),
        ("leaky_rate, autapses", "w_rec", IDENTITY),
        ("vanilla", "w_rec", IDENTITY),
        ("lstm", "w_rec", IDENTITY),
        ("lstm", "w_rec", ORTHOGONAL),
        ("gru", "w_in", ORTHOGONAL),
        ("low_rank", "left", ORTHOGONAL),
        ("vanilla", "w_out", initial("xavier")),
        ("vanilla", "bias", initial("uniform", low=1.0, high=1.0)),
    ],
    ids=str,
)
def test_what_fits_is_no_problem(name, parameter, how):
    assert problems(drawing(name, parameter, how)) == []


@pytest.mark.parametrize(
    ("cell", "path", "message"),
    [
        (
            changed("vanilla", trained=["start", "w_rek"]),
            ("trained", 1),
            'got "w_rek"; vanilla has w_rec, w_in, bias, start, w_out, bias_out',
        ),
        (
            changed("vanilla", trained=["w_rec", "start", "w_rec"]),
            ("trained", 2),
            'got "w_rec" a second time; write every parameter once',
        ),
        (
            example("rank_one", start="zeros").model_copy(update={"trained": ["start"]}),
            ("trained", 0),
            'got "start"; rank_one has left, right, w_in, bias',
        ),
        (
            changed("leaky_rate, autapses", trained=["start", "bias"]),
            ("trained", 1),
            'got "bias"; leaky_rate has w_rec, w_in, start, w_out, bias_out',
        ),
        (
            changed("gru", initial={"bias_rec": None, "w_out": None, "start": None}),
            ("initial",),
            "got w_rec, w_in, bias, bias_out; write also how bias_rec, start and w_out are drawn, "
            "such as bias_rec: {kind: constant, value: 0.0}",
        ),
        (
            changed("rank_one", initial={"left": None}),
            ("initial",),
            "got right, w_in, bias, start; write also how left is drawn, such as "
            "left: {kind: constant, value: 0.0}",
        ),
        (
            example("low_rank").model_copy(update={"initial": {}}),
            ("initial",),
            "got nothing; write also how left, right, w_in, bias, start, w_out and bias_out are "
            "drawn, such as left: {kind: constant, value: 0.0}",
        ),
        (
            drawing("lstm", "bias_rec", GAUSSIAN),
            ("initial", "bias_rec"),
            'got "bias_rec"; lstm has w_rec, w_in, bias, start, w_out, bias_out',
        ),
        (
            changed("plrnn", trained=["w_rec"]),
            ("start",),
            'got "learned"; write start among the trained, or start: zeros',
        ),
        (
            drawing("vanilla", "bias", ORTHOGONAL),
            ("initial", "bias"),
            'got "orthogonal" for bias, which is no matrix; write gaussian, for one',
        ),
        (
            drawing("vanilla", "w_in", IDENTITY),
            ("initial", "w_in"),
            'got "identity" for w_in; write it for w_rec alone',
        ),
        (
            drawing("vanilla", "bias", IDENTITY),
            ("initial", "bias"),
            'got "identity" for bias; write it for w_rec alone',
        ),
        (
            drawing("leaky_rate", "w_rec", IDENTITY),
            ("initial", "w_rec"),
            'got "identity" for w_rec, whose diagonal is 0; write gaussian, for one',
        ),
        (
            drawing("plrnn", "bias", REG_PLRNN),
            ("initial", "bias"),
            'got "reg_plrnn" for bias; write it for autoregression, w_rec or w_in alone',
        ),
        (
            drawing("lstm", "w_rec", REG_PLRNN),
            ("initial", "w_rec"),
            'got "reg_plrnn" for w_rec of 4 gates; write it for a plrnn',
        ),
        (
            drawing("vanilla", "bias", initial("uniform", low=1.0, high=0.5)),
            ("initial", "bias", "low"),
            "got 1, above high = 0.5; write that or less",
        ),
        (
            changed("plrnn", manifold_attractor_units=6),
            ("manifold_attractor_units",),
            "got 6; the network has 5 units: write that or less",
        ),
        (
            changed("low_rank", rank=6),
            ("rank",),
            "got 6; the network has 5 units: write that or less",
        ),
    ],
    ids=lambda v: str(v) if isinstance(v, tuple) else "",
)
def test_a_problem_is_named(cell, path, message):
    assert problems(cell) == [(path, message)]


@pytest.mark.parametrize("name", ["leaky_rate", "rank_one", "low_rank"])
@pytest.mark.parametrize(
    ("key", "time", "message"),
    [
        (
            "dt", "12 ms",
            'got "12 ms", which is longer than tau = 10 ms; write at most "10 ms", '
            "as alpha = dt / tau may not exceed 1",
        ),
        ("dt", "0 ms", 'got "0 ms"; write a time longer than 0, such as "1 ms"'),
        ("tau", "0 s", 'got "0 s"; write a time longer than 0, such as "1 ms"'),
    ],
)  # fmt: skip
def test_times_that_do_not_fit_are_named(name, key, time, message):
    assert problems(changed(name, **{key: Time.parse(time)})) == [((key,), message)]


def test_dt_may_be_as_long_as_tau():
    assert problems(changed("leaky_rate", dt=Time.parse("0.01 s"))) == []


@pytest.mark.parametrize("outputs", [2, 8])
def test_a_network_of_rank_one_has_one_output(outputs):
    assert problems(example("rank_one"), outputs) == [
        (
            ("kind",),
            'got "rank_one", whose only output is its latent variable; the task has '
            f"{outputs} outputs: write low_rank, or a task with one",
        )
    ]


def test_as_many_manifold_attractor_units_as_units_are_fine():
    assert problems(changed("plrnn", manifold_attractor_units=5)) == []


def test_all_problems_are_named_at_once():
    cell = changed(
        "rank_one",
        trained=["w_rec"],
        dt=Time.parse("1 s"),
        initial={"left": IDENTITY, "bias": None},
    )
    paths = [path for path, _ in problems(cell, outputs=3)]
    assert paths == [
        ("trained", 0), ("initial",), ("initial", "left"), ("start",), ("dt",), ("kind",),
    ]  # fmt: skip
