"""How many networks reach a bound, and when, held against ensembles that are counted by hand."""

from __future__ import annotations

import numpy as np
import pytest
import xarray as xr

from plastisim.protocol.expectations import Beyond
from plastisim.verification import compare
from tests.schedule.small import protocol

NAN, INF = float("nan"), float("inf")
LEARNS = {
    "at once": [0.6, 0.7, 0.8, 0.9, 0.9],
    "soon": [0.1, 0.6, 0.7, 0.8, 0.9],
    "relapses": [0.6, 0.7, 0.2, 0.8, 0.9],
    "late": [0.1, 0.2, 0.3, 0.6, 0.7],
    "never": [0.1, 0.2, 0.3, 0.4, 0.5],
}


def store(*scores):
    """Networks tested in epochs 0, 100, 200, 300 and 400."""
    array = xr.DataArray(
        np.array(scores, np.float32).T, {"epoch": 100 * np.arange(5)}, ("epoch", "network")
    )
    status = xr.DataArray(np.arange(len(scores)) % 3, dims="network")
    test = xr.Dataset({"score": array, "eigenvalue": array + 2j})
    return xr.DataTree.from_dict({"/test": test, "/final": xr.Dataset({"status": status})})


def verdict(tree, pick, wanted, variable="test.score", **bound):
    block = Beyond.model_validate({**bound, "is": wanted})
    expect = {variable: {pick: block}}
    (found,) = compare(protocol().model_copy(update={"expect": expect}), tree)
    return found


@pytest.mark.parametrize(
    ("pick", "bound", "measured"),
    [
        ("first_count", {"above": 0.5}, 2),
        ("last_count", {"above": 0.5}, 4),
        ("epoch_200_count", {"above": 0.5}, 2),
        ("epoch_200_count", {"below": 0.5}, 3),
        ("last_count", {"above": 0.5, "below": 0.8}, 1),
        ("count", {"above": 0.75}, 7),
        ("onset_count", {"above": 0.5}, 4),
        ("onset_count", {"above": 0.5, "tests_in_a_row": 2}, 4),
        ("onset_count", {"above": 0.5, "tests_in_a_row": 3}, 2),
        ("onset_count", {"above": 0.5, "tests_in_a_row": 5}, 1),
        ("onset_count", {"above": 0.95}, 0),
        ("onset_min", {"above": 0.5, "tests_in_a_row": 2}, 0),
        ("onset_median", {"above": 0.5}, 100),
        ("onset_median", {"above": 0.5, "tests_in_a_row": 2}, 100),
        ("onset_median", {"above": 0.5, "tests_in_a_row": 3}, INF),
        ("onset_max", {"above": 0.5}, INF),  # one never does
        ("onset_mean", {"above": 0.5}, INF),
        ("onset_max", {"above": 0.05, "tests_in_a_row": 5}, 0),
        ("onset_min", {"below": 0.25}, 0),
        ("onset_count", {"below": 0.25, "tests_in_a_row": 2}, 2),
        ("onset_max", {"above": 0.25, "below": 0.95}, 200),
    ],
)
def test_numbers_beyond_a_bound_are_counted_and_waited_for(pick, bound, measured):
    tree = store(*LEARNS.values())
    found = verdict(tree, pick, "> -1", **bound)
    assert found.measured == measured
    assert found.holds
    assert not verdict(tree, pick, "< 0", **bound).holds


@pytest.mark.parametrize(
    ("name", "tests_in_a_row", "epoch"),
    [("soon", 3, 100), ("soon", 4, 100), ("soon", 5, INF), ("relapses", 1, 0), ("relapses", 2, 0),
     ("relapses", 3, INF), ("late", 2, 300), ("never", 1, INF)],
)  # fmt: skip
def test_one_network_needs_no_reducing(name, tests_in_a_row, epoch):
    tree = store(LEARNS[name])
    found = verdict(tree, "onset", "< 350", above=0.5, tests_in_a_row=tests_in_a_row)
    assert (found.measured, found.holds) == (epoch, epoch < 350)


def test_the_median_is_late_when_half_of_the_networks_never_get_there():
    soon, never = LEARNS["soon"], LEARNS["never"]
    for n_never, median in ((1, 100), (2, INF), (3, INF)):
        tree = store(*[soon] * 2, *[never] * n_never)
        assert verdict(tree, "onset_median", "< 1000", above=0.5).measured == median


def test_what_has_no_epoch_is_counted_too():
    tree = store(*LEARNS.values())  # status 0, 1, 2, 0, 1
    found = verdict(tree, "count", 2, "final.status", above=0, below=2)
    assert (found.measured, found.holds) == (2, True)
    assert verdict(tree, "onset_count", ">= 0", "final.status", above=0).measured is None


def test_of_complex_numbers_the_real_part_counts():
    tree = store(*LEARNS.values())
    assert verdict(tree, "last_count", 4, "test.eigenvalue", above=0.5).holds
    assert verdict(tree, "onset_min", 200, "test.eigenvalue", above=0.75, below=0.85).holds


def test_a_verdict_says_what_was_counted():
    tree = store(*LEARNS.values())
    found = verdict(tree, "onset_count", " >= 2 ", above=0.5, tests_in_a_row=3)
    assert found.expected == ">= 2 (above 0.5 in 3 tests in a row)"
    found = verdict(tree, "last_count", 1, above=0.5, below=0.8)
    assert found.expected == "1 (above 0.5 and below 0.8)"


# ------------------------------------------------------------------------------ networks lost

LOST = [0.0, 0.0, NAN, NAN, NAN]
LOST_ONCE_GOOD = [0.0, 0.9, 0.9, NAN, NAN]


@pytest.mark.parametrize(
    ("scores", "pick", "bound", "holding", "missed"),
    [
        # Two are good at the end, and the lost one is neither good nor not good.
        ((LOST, "soon", "late", "never"), "last_count", {"above": 0.5},
         [">= 2", "> 1", "<= 3", "2.5 +- 0.5"], ["<= 2", 2, 3, ">= 3", "2 +- 0.9"]),
        ((LOST,) * 3, "last_count", {"above": 0.5}, [">= 0", "<= 3"], ["<= 2", 0, 3]),
        ((LOST, "soon"), "onset_count", {"above": 0.5}, [">= 1", "<= 2"], [1, 2, "<= 1"]),
        ((LOST_ONCE_GOOD,), "onset_count", {"above": 0.5, "tests_in_a_row": 2}, [1, ">= 1"], [0]),
        # It may have become good in the test that it was lost in, or never.
        ((LOST,), "onset", {"above": 0.5}, [">= 200", "> 150"], ["< 1e9", "> 200", "< 300", 200]),
        ((LOST, "soon", "soon"), "onset_median", {"above": 0.5}, [">= 100", "< 300"], [">= 101"]),
        ((LOST, "soon"), "onset_max", {"above": 0.5}, [">= 200"], ["< 1e9", "> 200"]),
    ],
)  # fmt: skip
def test_a_network_that_was_lost_helps_no_expectation(scores, pick, bound, holding, missed):
    tree = store(*(LEARNS.get(str(score), score) for score in scores))
    for wanted in holding:
        assert verdict(tree, pick, wanted, **bound).holds, wanted
    for wanted in missed:
        assert not verdict(tree, pick, wanted, **bound).holds, wanted


def test_the_number_shown_of_a_lost_network_is_the_one_that_misses():
    tree = store(LOST, LEARNS["soon"])
    for wanted, measured in ((">= 1", 1), (">= 2", 1), ("<= 1", 2), ("<= 2", 1)):
        assert verdict(tree, "last_count", wanted, above=0.5).measured == measured
