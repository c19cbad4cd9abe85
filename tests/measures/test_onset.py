"""When a score is good for some tests in a row, by hand."""

from __future__ import annotations

import numpy as np
import pytest
import xarray as xr

from plastisim.measures.onset import onset

NAN = float("nan")
# Tested in epochs 0, 5, 10, 20 and 23; what is good lies above 0.5.
COURSES = {
    "never": [0.1, 0.2, 0.3, 0.4, 0.5],
    "always": [0.6, 0.7, 0.8, 0.9, 0.9],
    "late": [0.0, 0.0, 0.0, 0.0, 0.9],
    "relapses": [0.0, 0.9, 0.4, 0.9, 0.9],
    "twice": [0.9, 0.9, 0.2, 0.9, 0.9],
    "diverges": [0.0, 0.9, 0.9, NAN, NAN],
    "is interrupted": [0.9, NAN, 0.9, 0.9, 0.9],
}


def scores(values=None):
    values = values or list(COURSES.values())
    return xr.DataArray(
        np.array(values, np.float32).T,
        {"epoch": [0, 5, 10, 20, 23], "seed": ("network", np.arange(len(values)) + 7)},
        ("epoch", "network"),
    )


@pytest.mark.parametrize(
    ("in_a_row", "epochs"),
    [
        (1, [NAN, 0, 23, 5, 0, 5, 0]),
        (2, [NAN, 0, NAN, 20, 0, 5, 10]),
        (3, [NAN, 0, NAN, NAN, NAN, NAN, 10]),
        (5, [NAN, 0, NAN, NAN, NAN, NAN, NAN]),
        (6, [NAN] * 7),
    ],
)
def test_the_first_test_of_the_first_run_that_is_long_enough(in_a_row, epochs):
    found = onset(scores(), above=0.5, in_a_row=in_a_row)
    assert dict(zip(COURSES, found.values, strict=True)) == pytest.approx(
        dict(zip(COURSES, epochs, strict=True)), nan_ok=True
    )


def test_less_may_be_better_and_between_two_bounds_best():
    errors = scores([[0.9, 0.5, 0.4, 0.1, 0.0]])
    assert onset(errors, below=0.5, in_a_row=1).item() == 10
    assert onset(errors, above=0.0, below=0.5, in_a_row=2).item() == 10
    assert np.isnan(onset(errors, above=0.0, below=0.5, in_a_row=3).item())
    assert onset(-errors, above=-0.5, in_a_row=3).item() == 10


def test_infinite_scores_lie_beyond_every_bound():
    scores = xr.DataArray([NAN, -np.inf, np.inf], {"epoch": [0, 1, 2]}, ("epoch",))
    assert onset(scores, above=0.0, in_a_row=1).item() == 2
    assert onset(scores, below=0.0, in_a_row=1).item() == 1
    assert onset(scores, in_a_row=2).item() == 1


def test_networks_keep_what_tells_them_apart_and_only_the_epoch_goes():
    found = onset(scores().expand_dims(cue=3), above=0.5, in_a_row=2)
    assert dict(found.sizes) == {"cue": 3, "network": 7}
    assert found.seed.values.tolist() == list(range(7, 14))
    assert "epoch" not in found.coords
    assert (found.isel(cue=2, network=3) == 20).all()


@pytest.mark.parametrize("n", [0, 1])
def test_too_few_tests_make_no_run(n):
    found = onset(scores().isel(epoch=slice(n)), above=0.5, in_a_row=2)
    assert found.dims == ("network",)
    assert np.isnan(found.values).all()


def test_the_order_of_dimensions_does_not_matter():
    found = onset(scores().transpose(), above=0.5, in_a_row=2)
    xr.testing.assert_identical(found, onset(scores(), above=0.5, in_a_row=2))


def test_whole_numbers_are_scores_too():
    counts = xr.DataArray([0, 3, 25, 25], {"epoch": [0, 4, 8, 10]}, ("epoch",))
    assert onset(counts, above=24, in_a_row=2).item() == 8
