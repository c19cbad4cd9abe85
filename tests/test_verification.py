"""What a protocol expects, held against stores made by hand."""

import numpy as np
import pytest
import xarray as xr

from plastisim.protocol.expectations import Condition, Pick
from plastisim.verification import compare
from tests.schedule.small import protocol

NAN = float("nan")


def store():
    """Tested in epochs 0, 4 and 10, with three cues."""
    epoch = {"epoch": [0, 4, 10]}
    training = xr.Dataset(
        {
            "weight_norm": ("epoch", [1.5, 2.5, NAN]),
            "doubtful": (("epoch", "cue"), [[1.0, NAN, 3.0]] * 3),
        },
        epoch,
    )
    attractors = xr.Dataset(
        {
            "n_attractors": ("epoch", [0, 2, 3]),
            "overlap": (("epoch", "cue"), [[0.1, 0.2, 0.6], [0.5, 0.7, 0.9], [0.9, 0.95, 1.0]]),
            "is_stable": (("epoch", "cue"), [[False] * 3, [True, False, True], [True] * 3]),
            "n_retained": ((), 3),
            "switch_reached": (("attractor", "cue"), [[0, 1, 2], [0, 1, -1], [-2, 1, 2]]),
        },
        epoch,
    )
    spectra = xr.Dataset(
        {"eigenvalues": (("epoch", "cue", "eig"), np.full((3, 3, 2), -0.5 + 2j))}, epoch
    )
    nothing = spectra[["epoch"]].isel(epoch=[]).assign(loss=(("epoch", "cue"), np.zeros((0, 3))))
    return xr.DataTree.from_dict(
        {
            "/": xr.Dataset(), "/training": training, "/attractors": attractors,
            "/spectra": spectra, "/nothing": nothing, "/training/deeper": attractors,
        }
    )  # fmt: skip


def verdict(variable, pick, wanted):
    """Of one expectation."""
    asked = protocol().model_copy(update={"expect": {variable: {pick: wanted}}})
    (found,) = compare(asked, store())
    assert (found.variable, found.pick) == (variable, pick)
    return found


# ------------------------------------------------------------------------------------------ picks


@pytest.mark.parametrize(
    ("variable", "pick", "measured"),
    [
        ("attractors.n_attractors", "first", 0),
        ("attractors.n_attractors", "last", 3),
        ("attractors.n_attractors", "epoch_0", 0),
        ("attractors.n_attractors", "epoch_4", 2),
        ("attractors.n_attractors", "epoch_10", 3),
        ("attractors.n_attractors", "epoch_4_max", 2),
        ("attractors.n_attractors", "max", 3),
        ("attractors.n_attractors", "sum", 5),
        ("attractors.overlap", "first_min", 0.1),
        ("attractors.overlap", "last_min", 0.9),
        ("attractors.overlap", "epoch_4_mean", 0.7),
        ("attractors.overlap", "first_mean", 0.3),
        ("attractors.overlap", "first_median", 0.2),
        ("attractors.overlap", "epoch_4_sum", 2.1),
        ("attractors.overlap", "max", 1.0),
        ("attractors.overlap", "median", 0.7),
        ("attractors.is_stable", "epoch_4_sum", 2),
        ("attractors.is_stable", "epoch_4_min", 0),
        ("attractors.n_retained", "value", 3),
        ("attractors.n_retained", "max", 3),
        ("attractors.switch_reached", "min", -2),
        ("spectra.eigenvalues", "last_max", -0.5),  # the real part
        ("training.weight_norm", "first", 1.5),
    ],
)
def test_a_number_is_picked(variable, pick, measured):
    found = verdict(variable, pick, measured)
    assert found.measured == pytest.approx(measured, rel=1e-15)


@pytest.mark.parametrize(
    ("variable", "pick"),
    [
        ("attractors.no_such", "last"),
        ("no_such.n_attractors", "last"),
        ("no.such.variable", "last"),
        ("n_attractors", "last"),
        ("attractors", "last"),
        ("training.deeper", "max"),  # a group
        ("attractors.n_attractors", "epoch_5"),  # not tested then
        ("attractors.n_attractors", "epoch_11"),
        ("attractors.n_attractors", "value"),  # three numbers
        ("attractors.overlap", "last"),  # three numbers
        ("attractors.overlap", "epoch_4"),
        ("attractors.n_retained", "last"),  # of no epoch
        ("attractors.n_retained", "epoch_0"),
        ("attractors.switch_reached", "value"),
        ("nothing.loss", "last"),
        ("nothing.loss", "first_max"),
        ("nothing.loss", "epoch_0"),
        ("nothing.loss", "max"),
        ("nothing.loss", "mean"),
    ],
)
@pytest.mark.parametrize("wanted", [0, "< 1e9", ">= -1e9", "0 +- 1e9"])
def test_what_is_not_there_never_holds(variable, pick, wanted):
    found = verdict(variable, pick, wanted)
    assert found.measured is None
    assert found.holds is False


@pytest.mark.parametrize("wanted", [0, "< 1e9", "<= 1e9", "> -1e9", ">= -1e9", "== 0", "0 +- 1e9"])
@pytest.mark.parametrize(
    ("variable", "pick"),
    [
        ("training.weight_norm", "last"),
        ("training.weight_norm", "max"),
        ("training.doubtful", "first_min"),
        ("training.doubtful", "first_mean"),
        ("training.doubtful", "first_median"),
    ],
)
def test_what_is_no_number_never_holds(variable, pick, wanted):
    found = verdict(variable, pick, wanted)
    assert np.isnan(found.measured)
    assert found.holds is False


def test_text_is_no_number():
    asked = protocol().model_copy(update={"expect": {"training.stage": {"max": 1, "first": 1}}})
    stages = xr.Dataset(coords={"stage": ("stage", ["test", "store"])})
    found = compare(asked, xr.DataTree.from_dict({"/training": stages}))
    assert [(v.measured, v.holds) for v in found] == [(None, False), (None, False)]


def test_a_deeper_group_is_found():
    assert verdict("training.deeper.n_attractors", "last", 3).holds


def test_every_expectation_has_its_verdict_in_the_order_written():
    expect = {
        "attractors.n_attractors": {"last": 3, "first": "> 0"},
        "attractors.overlap": {"last_min": ">= 0.9"},
        "attractors.gone": {"value": 1},
    }
    found = compare(protocol().model_copy(update={"expect": expect}), store())
    assert [(v.variable, v.pick, v.expected, v.measured, v.holds) for v in found] == [
        ("attractors.n_attractors", "last", "3", 3.0, True),
        ("attractors.n_attractors", "first", "> 0", 0.0, False),
        ("attractors.overlap", "last_min", ">= 0.9", 0.9, True),
        ("attractors.gone", "value", "1", None, False),
    ]


@pytest.mark.parametrize("expect", [None, {}])
def test_who_expects_nothing_is_not_disappointed(expect):
    assert compare(protocol().model_copy(update={"expect": expect}), store()) == []


# ------------------------------------------------------------------------------------- conditions


@pytest.mark.parametrize(
    ("wanted", "held_by", "missed_by"),
    [
        (25, [25], [24, 25.1, NAN]),
        (0.1, [0.1], [0.1000001]),
        (-3, [-3], [3]),
        ("< 0.5", [0.4, -1e9], [0.5, 0.6, NAN]),
        ("<= 0.5", [0.4, 0.5], [0.6, NAN]),
        ("> -0.3", [-0.2], [-0.3, -0.4]),
        (">= 24", [24, 25], [23, NAN]),
        ("== 3", [3], [3.1, NAN]),
        ("<1e-9", [1e-10], [1e-9]),
        (" >= +2.5 ", [2.5], [2.4]),
        ("< .5", [0.4], [0.5]),
        ("25 +- 1", [24, 25, 26], [23.9, 26.1, NAN]),
        ("25±1", [24, 26], [27]),
        ("-0.5 +- 0.25", [-0.75, -0.25], [0.0, -0.8]),
        ("1e3 +- 1e1", [990, 1010], [1011]),
    ],
)
def test_a_condition_holds_for_these_and_not_for_those(wanted, held_by, missed_by):
    condition = Condition.parse(wanted)
    assert condition.text == str(wanted).strip()
    assert [condition.holds(x) for x in held_by] == [True] * len(held_by)
    assert [condition.holds(x) for x in missed_by] == [False] * len(missed_by)


@pytest.mark.parametrize(
    ("found", "shown"),
    [
        *((text, f'"{text}"') for text in (
            "25", "", "<", "< x", "0.5 <", "=> 3", "!= 3", "< 1 2", "25 + 1", "25 +-", "+- 1",
            "< nan", "> inf", "1 < x < 2",
        )),
        (True, "true"), (False, "false"), (None, "nothing"), (NAN, ".nan"), (float("inf"), ".inf"),
        ([1], "a list of 1"), ({"last": 1}, "a block"),
    ],
)  # fmt: skip
def test_what_is_no_condition_is_refused(found, shown):
    with pytest.raises(ValueError, match="write a number") as caught:
        Condition.parse(found)
    assert str(caught.value) == f'got {shown}; write a number, "< 0.5", ">= 24" or "25 +- 1"'


# ------------------------------------------------------------------------------- forms of a pick


@pytest.mark.parametrize(
    ("name", "epoch", "reduce"),
    [
        ("first", "first", None),
        ("last", "last", None),
        ("epoch_0", 0, None),
        ("epoch_17", 17, None),
        ("last_max", "last", "max"),
        ("first_mean", "first", "mean"),
        ("epoch_17_min", 17, "min"),
        ("epoch_8_median", 8, "median"),
        ("epoch_8_sum", 8, "sum"),
        ("value", None, None),
        ("min", None, "min"),
        ("max", None, "max"),
        ("mean", None, "mean"),
        ("median", None, "median"),
        ("sum", None, "sum"),
    ],
)
def test_forms_of_a_pick(name, epoch, reduce):
    assert Pick.parse(name) == Pick(epoch, reduce)


@pytest.mark.parametrize(
    "name",
    [
        "", "epoch", "epoch_", "epoch_x", "epoch_-1", "epoch_1.5", "17", "last_", "last_value",
        "last_std", "max_last", "value_max", "Last", "last ", "epoch_3_", "epoch_3_max_min",
    ],
)  # fmt: skip
def test_what_is_no_pick_is_refused(name):
    with pytest.raises(ValueError, match="write first") as caught:
        Pick.parse(name)
    assert str(caught.value) == (
        f'got "{name}"; write first, last or epoch_N, then _min, _max, _mean, _median or _sum '
        "where more than one number is left; or value, min, max … without an epoch"
    )
