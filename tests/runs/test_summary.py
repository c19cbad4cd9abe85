"""What a person is told of a run, from stores made by hand."""

import numpy as np
import pytest
import xarray as xr

from plastisim.runs.online.summary import summary

CUES = 4


def attractors(own, *, fixed=None, stable=None, distinct=None, faithful=None, epochs=(0, 5, 10)):
    """A group whose last test has these flags; the tests before found none."""
    own = np.array(own, bool)
    flags = {
        "is_own_attractor": own,
        "is_fixed_point": own if fixed is None else np.array(fixed, bool),
        "is_stable": own if stable is None else np.array(stable, bool),
        "is_distinct": own if distinct is None else np.array(distinct, bool),
        "is_cue_faithful": own if faithful is None else np.array(faithful, bool),
    }
    n = len(epochs)
    before = np.zeros((n - 1, CUES), bool)
    variables = {k: (("epoch", "cue"), np.vstack([before, v])) for k, v in flags.items()}
    variables["n_attractors"] = ("epoch", [*([0] * (n - 1)), int(own.sum())])
    numbers = {
        "spectral_abscissa": [-0.5, -0.25, -0.125, 0.5],
        "overlap": [0.99, 0.95, 0.92, 0.1],
        "residual": [1e-15, 3e-12, 2e-14, 0.5],
    }
    for name, values in numbers.items():
        variables[name] = (("epoch", "cue"), np.tile(values, (n, 1)))
    return xr.Dataset(variables, {"epoch": list(epochs), "cue": np.arange(CUES)})


def told(group, training=None):
    training = xr.Dataset() if training is None else training
    tree = xr.DataTree.from_dict({"/attractors": group, "/training": training})
    lines = summary(tree)
    assert all(isinstance(name, str) and isinstance(text, str) for name, text in lines)
    assert len(dict(lines)) == len(lines)
    return dict(lines)


def test_before_the_first_test_there_is_nothing_to_tell():
    empty = attractors([1, 1, 1, 1]).isel(epoch=slice(0, 0))
    assert told(empty) == {"attractors": "nothing was tested yet"}


def test_all_of_them():
    lines = told(attractors([1, 1, 1, 1]))
    assert lines["attractors"] == "4 of 4 cues have one of their own, in epoch 10"
    assert lines["all of them"] == "first in epoch 10"
    assert lines["spectral abscissa"] == "-0.500 to 0.500 per tau"
    assert "not counted" not in lines


def test_the_first_epoch_with_all_of_them_is_told_even_if_some_are_lost_again():
    group = attractors([1, 1, 0, 0])
    group["n_attractors"] = ("epoch", [0, 4, 2])
    lines = told(group)
    assert lines["attractors"] == "2 of 4 cues have one of their own, in epoch 10"
    assert lines["all of them"] == "first in epoch 5"


def test_never_all_of_them():
    group = attractors([1, 0, 0, 0])
    group["n_attractors"] = ("epoch", [0, 3, 1])
    assert told(group)["all of them"] == "never; at most 3 of 4"


def test_none():
    lines = told(attractors([0, 0, 0, 0]))
    assert lines["attractors"] == "0 of 4 cues have one of their own, in epoch 10"
    assert lines["all of them"] == "never; at most 0 of 4"
    for name in ("not counted", "spectral abscissa", "overlap with cue end", "residual"):
        assert name not in lines


def test_numbers_are_those_of_the_attractors_alone():
    """Cues 1 and 2 have one; those of cues 0 and 3 are more extreme."""
    lines = told(attractors([0, 1, 1, 0]))
    assert lines["spectral abscissa"] == "-0.250 to -0.125 per tau"
    assert lines["overlap with cue end"] == "0.920 to 0.950"
    assert lines["residual"] == "at most 3.0e-12"


def test_fixed_points_that_are_nobodys_own_are_told_with_the_reason():
    lines = told(
        attractors([1, 0, 0, 0], fixed=[1, 1, 1, 1], stable=[1, 0, 1, 1], distinct=[1, 1, 0, 0],
                   faithful=[1, 0, 1, 1])
    )  # fmt: skip
    assert lines["not counted"] == (
        "of 4 fixed points, 1 unstable, 2 shared by several cues, 1 unlike the state at cue end"
    )


def test_only_unstable_ones_are_told():
    lines = told(attractors([0] * 4, fixed=[0, 1, 1, 0], distinct=[1] * 4, faithful=[1] * 4))
    assert lines["attractors"].startswith("0 of 4")
    assert lines["not counted"] == "of 2 fixed points, 2 unstable"


def test_states_that_are_no_fixed_points_are_not_given_reasons():
    lines = told(
        attractors([1, 1, 0, 0], fixed=[1, 1, 1, 0], stable=[1, 1, 1, 0], distinct=[1, 1, 0, 0],
                   faithful=[1, 1, 1, 0])
    )  # fmt: skip
    assert lines["not counted"] == "of 3 fixed points, 1 shared by several cues"


def test_what_was_measured_at_the_end_is_told():
    group = attractors([1, 1, 1, 1]).assign_coords(
        retention_time=[0.0, 500.0, 2500.0], flip_fraction=[0.2, 0.3], kick_std=[0.5, 2.0],
        cue_strength=[0.1, 1.0],
    )  # fmt: skip
    group["n_retained"] = 3
    group["return_after_sign_flip"] = (("flip_fraction", "cue"), [[1, 1, 0.5, 0.5], [0, 0, 1, 0]])
    group["return_after_kick"] = (("kick_std", "cue"), [[1.0] * 4, [0.0] * 4])
    group["switch_success"] = 15 / 16
    group["weak_cue_reached"] = (("cue_strength", "cue"), [[0, 0, -1, -2], [0, 1, 2, 3]])
    group["novel_cue_reached"] = ("novel_cue", [0, 3, -1, -2, -2, -2, -1, 1, 1, -2])
    group["random_start_reached"] = ("random_start", [-1, -1, -2, 0])
    lines = told(group)
    assert lines["retention"] == "3 of 4 after 2.5 s"
    assert lines["return after sign flips"] == "20%: 0.75, 30%: 0.25"
    assert lines["return after kicks"] == "std 0.5: 1.00, std 2: 0.00"
    assert lines["switches"] == "15 of 16 reach the cue's memory"
    assert lines["weak cues"] == "10%: 0.25, 100%: 1.00"
    assert lines["novel cues"] == ("40% reach a memory, 40% the mirror image of one, 20% neither")
    assert lines["random starts"] == (
        "25% reach a memory, 25% the mirror image of one, 50% neither"
    )


def test_seconds_are_added_up_over_the_epochs():
    training = xr.Dataset(
        {"seconds": (("epoch", "stage"), [[1.0, 0.25], [2.0, 0.5]])},
        {"epoch": [1, 2], "stage": ["plastic steps", "test"]},
    )
    group = attractors([1, 1, 1, 1])
    assert told(group, training)["seconds"] == "plastic steps 3.00, test 0.75"
    assert "seconds" not in told(group, training.isel(epoch=slice(0, 0)))


@pytest.mark.parametrize("epochs", [(0,), (0, 7)])
def test_the_epoch_told_is_that_of_the_last_test(epochs):
    text = told(attractors([1, 1, 0, 0], epochs=epochs))["attractors"]
    assert text == f"2 of 4 cues have one of their own, in epoch {epochs[-1]}"
