"""What a protocol expects, held against stores made by hand."""

import numpy as np
import pytest
import xarray as xr

from plastisim.protocol.expectations import Condition, Pick
from plastisim.protocol.selections import Selection
from plastisim.verification import compare
from plastisim.verification.numbers import NotThereError, selected
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


# ------------------------------------------------------------------------------------- selections


def ensemble():
    """Two strengths of two penalties each, of three networks with seeds 5 to 7: 12 networks.

    Network k scores k in epoch 0 and 100 + k in epoch 10; its seed, strength_mar and strength_tcr
    are the digits of k in base 3, 2 and 2.
    """
    k, epochs = np.arange(12), np.array([0, 10])
    coords = {
        "epoch": epochs,
        "network": k,
        "seed": ("network", 5 + k % 3),
        "strength_mar": ("network", np.array([0.0, 0.1], np.float32)[k // 3 % 2]),
        "strength_tcr": ("network", np.array([0.0, 0.3])[k // 6]),
    }
    scores = (("epoch", "network"), 10.0 * epochs[:, None] + k)
    penalty = (("epoch", "network", "regularizer"), np.arange(48.0).reshape(2, 12, 2))
    test = xr.Dataset({"score": scores}, coords)
    kinds = np.array(["mar", "tcr"], np.dtypes.StringDType())  # as zarr reads text
    training = xr.Dataset({"penalty": penalty}, {**coords, "kind": ("regularizer", kinds)})
    return xr.DataTree.from_dict({"/test": test, "/training": training})


@pytest.mark.parametrize(
    ("where", "pick", "measured"),
    [
        ("strength_tcr=0.3", "first_min", 6),
        ("strength_tcr=0", "last_max", 105),
        ("strength_tcr=0.0", "last_median", 102.5),
        ("strength_mar=0.1", "first_mean", 7),  # 3, 4, 5, 9, 10, 11; float32
        (" strength_tcr = 0.3 , strength_mar = 1e-1 ", "first_min", 9),
        ("strength_mar=0, strength_tcr=0.3", "last_sum", 106 + 107 + 108),
        ("seed=6", "first_sum", 1 + 4 + 7 + 10),
        ("seed=6, strength_tcr=0.3, strength_mar=0.1", "last", 110),
        ("strength_tcr=0.3, seed=7", "max", 111),
        ("network=4", "first", 4),
        ("network=4, seed=6.0", "last_min", 104),
        ("strength_tcr=0.30000001", "first_min", 6),
    ],
)
def test_networks_are_selected_by_what_tells_them_apart(where, pick, measured):
    asked = protocol().model_copy(update={"expect": {f"test.score[{where}]": {pick: measured}}})
    (found,) = compare(asked, ensemble())
    assert found.measured == measured
    assert found.variable == f"test.score[{where}]"


def test_names_are_selected_like_numbers():
    select = "training.penalty[kind=tcr, network=11]"
    asked = protocol().model_copy(update={"expect": {select: {"first": 23, "last": 47}}})
    assert [v.measured for v in compare(asked, ensemble())] == [23, 47]


@pytest.mark.parametrize(
    ("variable", "said"),
    [
        ("test.score[strength_tcr=0.3001]", "got 0.3001; strength_tcr is 0 or 0.3"),
        ("test.score[seed=5.5]", "got 5.5; seed is 5, 6 or 7"),
        ("test.score[seed=1e99]", "got 1e+99; seed is 5, 6 or 7"),
        ("test.score[seed=one]", "got one; seed is 5, 6 or 7"),
        ("test.score[network=12]", "got 12; network is 0, 1, 2 … 11"),
        ("test.score[unit=3]", 'got "unit"; test.score has the coordinates network, seed, '
                               "strength_mar and strength_tcr"),
        ("test.score[epoch=0]", "an epoch is picked by first, last or epoch_N; write that below, "
                                "in place of value"),
        ("test.score[network=4, seed=5]", "nothing in test.score has network=4 and seed=5"),
        ("training.penalty[kind=1]", "got 1; kind is mar or tcr"),
    ],
)  # fmt: skip
def test_a_selection_of_what_is_not_there_says_what_is_and_never_holds(variable, said):
    with pytest.raises(NotThereError) as caught:
        selected(ensemble(), Selection.parse(variable))
    assert str(caught.value) == said
    asked = protocol().model_copy(update={"expect": {variable: {"last_max": "< 1e9"}}})
    (found,) = compare(asked, ensemble())
    assert (found.measured, found.holds) == (None, False)


def test_an_ensemble_of_one_network_needs_no_reducing():
    one = ensemble()["test"].to_dataset().isel(network=[4])
    asked = protocol().model_copy(update={"expect": {"test.score": {"last": 104}}})
    assert compare(asked, xr.DataTree.from_dict({"/test": one}))[0].holds


# --------------------------------------------------------------------------------- in one protocol


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
    ("name", "when", "reduce"),
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
        ("last_count", "last", "count"),
        ("onset", "onset", None),
        ("onset_median", "onset", "median"),
        ("onset_count", "onset", "count"),
        ("count", None, "count"),
        ("value", None, None),
        ("min", None, "min"),
        ("max", None, "max"),
        ("mean", None, "mean"),
        ("median", None, "median"),
        ("sum", None, "sum"),
    ],
)
def test_forms_of_a_pick(name, when, reduce):
    pick = Pick.parse(name)
    assert pick == Pick(when, reduce)
    assert pick.needs_bound == ("onset" in name or "count" in name)


@pytest.mark.parametrize(
    "name",
    [
        "", "epoch", "epoch_", "epoch_x", "epoch_-1", "epoch_1.5", "17", "last_", "last_value",
        "last_std", "max_last", "value_max", "Last", "last ", "epoch_3_", "epoch_3_max_min",
        "onset_", "onset_std", "median_onset", "count_last", "onset_3",
    ],
)  # fmt: skip
def test_what_is_no_pick_is_refused(name):
    with pytest.raises(ValueError, match="write first") as caught:
        Pick.parse(name)
    assert str(caught.value) == (
        f'got "{name}"; write first, last, epoch_N or onset, then _min, _max, _mean, _median, _sum '
        "or _count where more than one number is left; or value, min, max … without an epoch"
    )
