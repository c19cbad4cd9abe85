"""The freeze-in figure shows the numbers of the store."""

from __future__ import annotations

import numpy as np
import pytest
import xarray as xr
from matplotlib.figure import Figure

from plastisim.figures import draw
from plastisim.figures.periods import trial_periods
from plastisim.figures.reading import snapshots, status, why_missing
from plastisim.measures.projection import principal_axes
from tests.figures.artists import named, words
from tests.figures.synthetic import N_CUES, tree


@pytest.fixture(scope="module")
def run() -> xr.DataTree:
    """A run that no test changes."""
    return tree()


@pytest.fixture(scope="module")
def figure(run: xr.DataTree) -> Figure:
    """Its figure."""
    return draw(run, "freeze_in")


def test_the_count_of_attractors_is_the_stored_one(run, figure):
    (line,) = named(figure, "n_attractors")
    stored = run["attractors/n_attractors"]
    assert line.get_xdata().tolist() == stored.epoch.values.tolist()
    assert line.get_ydata().tolist() == stored.values.tolist()


def test_different_fixed_points_are_drawn_where_a_run_ends_with_another_number_of_them():
    run = tree()
    attractors = run["attractors"].to_dataset()
    run["attractors"] = attractors.assign(n_fixed_points=attractors.n_attractors)
    assert named(draw(run, "freeze_in"), "n_fixed_points") == []
    run["attractors"] = attractors.assign(n_fixed_points=attractors.n_attractors + 1)
    (line,) = named(draw(run, "freeze_in"), "n_fixed_points")
    assert line.get_ydata().tolist() == (attractors.n_attractors + 1).values.tolist()


def test_the_matrix_is_the_stored_one_with_cues_downwards(run, figure):
    (image,) = named(figure, "overlap_matrix")
    last = run["attractors/overlap_matrix"].isel(epoch=-1).transpose("cue", "attractor")
    np.testing.assert_array_equal(image.get_array(), last)
    assert image.get_clim() == (-1, 1)


def test_states_lie_where_the_principal_axes_of_the_attractors_put_them(run, figure):
    state = run["attractors/state"].isel(epoch=-1).values.T
    cue_end = run["attractors/cue_end"].isel(epoch=-1).values.T
    frame = principal_axes(state, 3)
    for component, at, start in zip(
        (1, 2), named(figure, "attractors"), named(figure, "cue_ends"), strict=True
    ):
        np.testing.assert_array_equal(at.get_offsets(), frame.project(state)[[0, component]].T)
        np.testing.assert_array_equal(start.get_offsets(), frame.project(cue_end)[[0, component]].T)
    assert f"PC 2 ({frame.explained[1]:.0%})" in words(figure)


def test_each_abscissa_is_drawn_in_the_colour_of_what_its_cue_led_to(run, figure):
    abscissa = run["attractors/spectral_abscissa"]
    for kind in range(3):
        (points,) = named(figure, f"states_{kind}")
        expected = [
            value
            for epoch, row in zip(abscissa.epoch.values, abscissa.values, strict=True)
            for value, found in zip(row, status(run, int(epoch)), strict=True)
            if found == kind
        ]
        assert points.get_ydata().tolist() == expected


def test_a_stretch_between_two_epochs_has_the_colour_of_the_lesser():
    """A negative abscissa on the way to a fixed point says nothing yet."""
    run = tree()
    attractors = run["attractors"].to_dataset().copy(deep=True)
    attractors.is_fixed_point[:] = True
    attractors.is_own_attractor[:] = True
    attractors.is_own_attractor[0, 0] = attractors.is_fixed_point[0, 0] = False
    attractors.is_own_attractor[1, 1] = False
    run["attractors"] = attractors
    n = attractors.sizes["epoch"] - 1
    figure = draw(run, "freeze_in")
    counts = [len(named(figure, f"stretches_{kind}")[0].get_segments()) for kind in range(3)]
    assert counts == [1, 2, n * N_CUES - 3]


def test_the_eigenvalues_are_the_stored_ones(run, figure):
    stored = run["full_spectra/eigenvalues"]
    for kind in range(3):
        for epoch, points in zip((0, 4, 8), named(figure, f"eigenvalues_{kind}"), strict=True):
            expected = stored.sel(epoch=epoch).values[status(run, epoch) == kind].ravel()
            assert (points.get_xdata() + 1j * points.get_ydata()).tolist() == expected.tolist()


def test_without_whole_spectra_the_leading_eigenvalues_are_drawn_and_called_so():
    run = tree(without=("full_spectra",))
    figure = draw(run, "freeze_in")
    stored = run["spectra/eigenvalues"]
    drawn = sum(
        len(p.get_xdata()) for kind in range(3) for p in named(figure, f"eigenvalues_{kind}")
    )
    assert drawn == 3 * stored.sizes["cue"] * stored.sizes["eig"]
    assert "Im 3 leading λ (1/τ)" in words(figure)


def test_both_parts_of_an_eigenvalue_are_drawn_to_one_scale_with_the_imaginary_axis_in_sight(
    figure,
):
    for points in named(figure, "eigenvalues_0"):
        axes = points.axes
        (left, right), (low, high) = axes.get_xlim(), axes.get_ylim()
        width, height = axes.get_window_extent().size
        np.testing.assert_allclose((right - left) / width, (high - low) / height)
        assert left < 0 < right


def test_rates_and_overlaps_are_the_stored_ones(run, figure):
    rate, overlap = run["trajectories/rate"], run["trajectories/overlap"]
    cue = int(status(run, 8).argmax())
    for epoch, image in zip((0, 4, 8), named(figure, "rates"), strict=True):
        shown = np.asarray(image.get_array())
        stored = rate.sel(epoch=epoch, cue=cue).transpose("unit", "time").values
        assert {tuple(row) for row in shown} <= {tuple(row) for row in stored}
        assert len(shown) == 20
    for kind in range(3):
        for epoch, lines in zip((0, 4, 8), named(figure, f"overlaps_{kind}"), strict=True):
            expected = overlap.sel(epoch=epoch).values[status(run, epoch) == kind]
            drawn = np.array([segment[:, 1] for segment in lines.get_segments()])
            np.testing.assert_array_equal(drawn, expected.reshape(drawn.shape))


def test_retention_is_the_stored_one_in_seconds(run, figure):
    kept = run["attractors/retention_overlap"]
    found = status(run, 8)
    for kind in range(3):
        segments = named(figure, f"retention_{kind}")[0].get_segments()
        for segment, cue in zip(segments, np.flatnonzero(found == kind), strict=True):
            np.testing.assert_allclose(segment[:, 0], kept.retention_time.values[1:] / 1000)
            np.testing.assert_array_equal(segment[:, 1], kept.values[1:, cue])


def test_the_snapshots_are_the_first_the_last_and_the_one_at_emergence():
    run = tree()
    attractors = run["attractors"].to_dataset()
    run["attractors"] = attractors.assign(n_attractors=("epoch", [0, 0, 1, 4, 4]))  # 0, 2, .., 8
    assert snapshots(run, np.array([0, 2, 4, 6, 8])) == [0, 4, 8]
    run["attractors"] = attractors.assign(n_attractors=("epoch", [0, 2, 4, 4, 4]))
    assert snapshots(run, np.array([0, 2, 4, 6, 8])) == [0, 2, 8]
    assert snapshots(run, np.array([0, 8])) == [0, 8]
    assert snapshots(run, np.array([4])) == [4]
    run["attractors"] = attractors.assign(n_attractors=("epoch", [0] * 5))
    assert snapshots(run, np.array([0, 2, 4, 6, 8])) == [0, 4, 8]


def test_what_is_missing_is_explained():
    bare = tree(("record={}",))
    assert why_missing(bare, "record.rate") == "not recorded:\nthe protocol\nhas no record.rate"
    assert "has no record.rate" in words(draw(bare, "freeze_in"))
    partly = tree(until=3, state="interrupted")
    assert why_missing(partly, "test.retain") == "not reached:\nthe run stands at\nepoch 3 of 8"
    assert "interrupted at epoch 3 of 8" in words(draw(partly, "freeze_in"))


def test_the_periods_are_the_protocols():
    cue, freeze = trial_periods(tree())
    assert (cue.name, cue.start, cue.stop, cue.cue_is_on, cue.is_plastic) == (
        "cue",
        0,
        50,
        True,
        False,
    )
    assert (freeze.name, freeze.start, freeze.stop) == ("freeze", 50, 100)
    assert (freeze.cue_is_on, freeze.is_plastic) == (False, True)
