"""The figure of test trials shows those of the store."""

from __future__ import annotations

import numpy as np
import pytest

from plastisim.figures import draw
from plastisim.figures.ensemble import median_network
from plastisim.figures.tasks import graded_window, state_name
from tests.figures.artists import named, words
from tests.figures.trained import CUES, DIVERGED, FLIP_FLOP, N_STEPS, ONE_ARM, trained


def drawn(figure, gid):
    """The values of all lines or images of that gid, row by row, three trials a row."""
    artists = named(figure, gid)
    return [
        np.asarray(artist.get_array() if hasattr(artist, "get_array") else artist.get_ydata())
        for artist in artists
    ]


def of_median(run, name, **where):
    network = median_network(
        run, next(n for n in ("correlation", "fraction_correct", "accuracy") if n in run["test"])
    )
    return run[f"trajectories/{name}"].isel(network=network).sel(**where)


def test_inputs_and_answers_are_those_of_the_median_network_at_the_first_and_last_epoch():
    run = trained()
    figure = draw(run, "trials")
    inputs = of_median(run, "inputs")
    expected = [inputs[trial, :, channel] for channel in range(2) for trial in range(3)]
    np.testing.assert_array_equal(drawn(figure, "inputs"), expected)
    outputs = of_median(run, "outputs")
    expected = [outputs.sel(epoch=epoch)[trial, :, 0] for epoch in (0, 8) for trial in range(3)]
    np.testing.assert_array_equal(drawn(figure, "outputs"), expected)
    network = median_network(run, "fraction_correct")
    assert f"network {network}, weight decay" in words(figure)
    assert "the median of 12 networks" in words(figure)


def test_the_target_is_drawn_where_it_counts_and_that_is_shaded():
    run = trained()
    figure = draw(run, "trials")
    assert graded_window(run) == (N_STEPS - 1, N_STEPS)
    targets = of_median(run, "targets")
    for k, line in enumerate(named(figure, "targets")):
        assert line.get_xdata().tolist() == [N_STEPS - 1]
        assert line.get_ydata().tolist() == [float(targets[k % 3, -1, 0])]
    shades = named(figure, "graded")
    assert len(shades) == 6
    assert (shades[0].get_x(), shades[0].get_width()) == (N_STEPS - 1.5, 1)


def test_states_are_those_of_twenty_units_in_one_order():
    run = trained()
    states = of_median(run, "hidden")
    images = drawn(draw(run, "trials"), "states")
    assert [image.shape for image in images] == [(20, N_STEPS)] * 6
    last = states.sel(epoch=8)[0, -1].values
    units = [int(np.flatnonzero(last == value)[0]) for value in images[3][:, -1]]
    assert len(set(units)) == 20
    assert (np.diff(last[units]) <= 0).all()
    expected = [states.sel(epoch=e)[trial][:, units].T for e in (0, 8) for trial in range(3)]
    np.testing.assert_array_equal(images, expected)


def test_the_state_is_the_cells_first_variable_whatever_the_order_of_the_store():
    run = trained()
    assert next(iter(run["trajectories"].data_vars)) == "candidate"
    assert state_name(run) == "hidden"


def test_every_bit_has_a_line_of_its_own_with_its_target():
    run = trained(FLIP_FLOP)
    figure = draw(run, "trials")
    outputs, targets = of_median(run, "outputs", epoch=8), of_median(run, "targets")
    lines, dashed = named(figure, "outputs"), named(figure, "targets")
    assert len(lines) == len(dashed) == 2 * 3 * 3
    for bit in range(3):
        for trial in range(3):
            k = 9 + 3 * bit + trial
            assert lines[k].axes is dashed[k].axes
            np.testing.assert_array_equal(lines[k].get_ydata(), outputs[trial, :, bit])
            np.testing.assert_array_equal(dashed[k].get_ydata(), targets[trial, :, bit])
    assert "answer 2" in words(figure)


def test_many_channels_are_images_with_the_graded_steps_between_lines():
    run = trained(CUES)
    figure = draw(run, "trials")
    targets, outputs = of_median(run, "targets"), of_median(run, "outputs", epoch=8)
    np.testing.assert_array_equal(drawn(figure, "targets"), [targets[k].T for k in range(3)])
    np.testing.assert_array_equal(drawn(figure, "outputs")[3:], [outputs[k].T for k in range(3)])
    edges = {line.get_xdata()[0] for line in named(figure, "edge")}
    assert edges == {9.5, 13.5}
    assert "25 answers" in words(figure)


@pytest.mark.parametrize(
    ("more", "window"), [(FLIP_FLOP, (0, 30)), (CUES, (10, 14)), ((), (N_STEPS - 1, N_STEPS))]
)
def test_the_graded_window_is_the_tasks(more, window):
    assert graded_window(trained(more)) == window


def test_of_a_task_that_is_not_listed_nothing_is_said_to_count():
    run = trained()
    run.attrs["protocol_resolved"] = run.attrs["protocol_resolved"].replace(
        "kind: delayed_addition", "kind: my_tasks:Addition"
    )
    figure = draw(run, "trials")
    assert not named(figure, "graded")
    assert named(figure, "targets")[0].get_xdata().tolist() == list(range(N_STEPS))
    assert "the answer counts" not in words(figure)


def test_a_run_without_trials_says_why():
    assert "has no record.trials" in words(draw(trained(("record={}",)), "trials"))
    early = trained(until=-1, state="interrupted")
    assert "not reached" in words(draw(early, "trials"))


def test_of_a_run_that_is_not_done_the_trials_so_far_are_drawn():
    figure = draw(trained(until=5, state="interrupted"), "trials")
    assert "before training" in words(figure)
    assert "epoch 4, interrupted at epoch 5 of 8" in words(figure)
    only_first = draw(trained(until=0, state="running"), "trials")
    assert len(named(only_first, "outputs")) == 3


def test_numbers_that_are_not_finite_are_left_out():
    run = trained((*ONE_ARM, "training.networks=1"), stops={0: (3, DIVERGED)})
    kept = run["trajectories"].to_dataset().copy(deep=True)
    kept.outputs[-1, 0, 0] = np.inf
    kept.hidden[-1] = np.nan
    run["trajectories"] = kept
    figure = draw(run, "trials")
    figure.draw_without_rendering()
    assert "network 0: no score" in words(figure)
