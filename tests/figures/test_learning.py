"""The learning figures show the numbers of the store, arm by arm."""

from __future__ import annotations

import numpy as np
import pytest
from matplotlib.colors import to_hex
from matplotlib.figure import Figure

from plastisim.figures import draw
from plastisim.figures.ensemble import arms_of, median_network
from plastisim.figures.panels.curves import N_POINTS, drawn_rows
from plastisim.figures.style import BY_ARM
from tests.figures.artists import named, words
from tests.figures.trained import DIVERGED, FLIP_FLOP, GIVEN_UP, LEARNED, ONE_ARM, trained

LOGARITHMIC = (
    "test/loss", "training/task_loss", "training/gradient_norm", "training/change_norm",
)  # fmt: skip
SCORE = "test/fraction_correct"
STOPS = {0: (5, LEARNED), 1: (6, GIVEN_UP), 5: (4, DIVERGED)}
ARM = 4  # networks


def the_one(figure: Figure, gid: str):
    (artist,) = named(figure, gid)
    return artist


@pytest.mark.parametrize("path", [SCORE, *LOGARITHMIC])
def test_every_network_is_a_line_in_its_arms_colour(path):
    run = trained()
    figure, stored = draw(run, "learning"), run[path]
    for arm in range(3):
        lines = the_one(figure, f"{path}/single_{arm}")
        assert to_hex(lines.get_color()[0]).upper() == BY_ARM[arm]
        for k, segment in enumerate(lines.get_segments()):
            np.testing.assert_array_equal(segment[:, 0], stored.epoch)
            np.testing.assert_allclose(segment[:, 1], stored.isel(network=ARM * arm + k))


@pytest.mark.parametrize("path", [SCORE, *LOGARITHMIC])
def test_the_mean_and_its_error_are_those_of_the_arms_networks(path):
    """On a logarithmic axis, of the logarithm."""
    run = trained()
    figure, stored = draw(run, "learning"), run[path].values.astype(float)
    for arm in range(3):
        own = stored[:, ARM * arm : ARM * (arm + 1)]
        own = np.log(own) if path in LOGARITHMIC else own
        mean, sem = own.mean(axis=1), own.std(axis=1, ddof=1) / 2  # sqrt of 4 networks
        out = np.exp if path in LOGARITHMIC else np.asarray
        line = the_one(figure, f"{path}/mean_{arm}")
        np.testing.assert_allclose(line.get_ydata(), out(mean))
        edge = the_one(figure, f"{path}/sem_{arm}").get_paths()[0].vertices[:, 1]
        np.testing.assert_allclose(edge.max(), out(mean + sem).max())
        np.testing.assert_allclose(edge.min(), out(mean - sem).min())


def test_a_network_that_diverged_leaves_the_mean_and_one_that_learned_stays():
    run = trained(stops=STOPS)
    figure, stored = draw(run, "learning"), run[SCORE].values.astype(float)
    assert np.isnan(stored[-1, 5])
    first, second = (the_one(figure, f"{SCORE}/mean_{arm}").get_ydata()[-1] for arm in (0, 1))
    np.testing.assert_allclose(first, stored[-1, :4].mean())
    np.testing.assert_allclose(second, stored[-1, [4, 6, 7]].mean())
    assert "weight decay 0: 4 networks, 1 learned, 1 given up" in words(figure)
    assert "weight decay 0.1: 4 networks, 1 diverged" in words(figure)


def test_a_stop_is_marked_where_it_was_by_how_it_was_at_the_last_result():
    run = trained(stops=STOPS)
    figure, stored = draw(run, "learning"), run[SCORE]
    marks = {
        (word, arm): the_one(figure, f"{word}_{arm}")
        for word in ("learned", "given up", "diverged")
        for arm in range(3)
    }
    drawn = {
        where: mark.get_xydata().tolist() for where, mark in marks.items() if len(mark.get_xdata())
    }
    assert drawn == {
        ("learned", 0): [[5, float(stored.sel(epoch=4, network=0))]],
        ("given up", 0): [[6, float(stored.sel(epoch=6, network=1))]],
        ("diverged", 1): [[4, float(stored.sel(epoch=2, network=5))]],
    }
    assert len({marks[word, 0].get_marker() for word in ("learned", "given up", "diverged")}) == 3


def test_the_number_that_trains_falls_as_networks_stop():
    figure = draw(trained(stops=STOPS), "learning")
    counts = [the_one(figure, f"training_{arm}").get_ydata().tolist() for arm in range(3)]
    assert counts == [[4] * 4 + [3] + [2] * 3, [4] * 3 + [3] * 5, [4] * 8]


def test_the_singular_values_are_the_first_networks():
    run = trained()
    figure = draw(run, "learning")
    for name in ("w_rec", "w_rec_change"):
        stored = run[f"singular_values/{name}"].sel(network=0).transpose("singular", "epoch")
        segments = the_one(figure, f"singular_values/{name}").get_segments()
        np.testing.assert_allclose([segment[:, 1] for segment in segments], stored)


def test_the_axis_spans_the_networks_that_have_not_diverged():
    run = trained(stops={2: (4, DIVERGED)})
    training = run["training"].to_dataset().copy(deep=True)
    training.task_loss[1, 2] = 1e30
    run["training"] = training
    axes = the_one(draw(run, "learning"), "training/task_loss/mean_0").axes
    assert axes.get_ylim()[1] < 10


def test_the_followed_score_is_the_tasks_first_whatever_the_order_of_the_store():
    figure = draw(trained(FLIP_FLOP), "learning")
    assert named(figure, "test/correlation/mean_0")
    assert not named(figure, "test/fraction_correct/mean_0")


def test_on_the_logarithm_of_epochs_all_begin_after_epoch_0():
    figure = draw(trained(), "learning_log")
    for path, first in ((SCORE, 2), ("test/loss", 2), ("training/task_loss", 1)):
        line = the_one(figure, f"{path}/mean_0")
        assert line.axes.get_xscale() == "log"
        assert line.get_xdata()[0] == first


def test_without_a_grid_there_is_one_arm_and_one_network_has_no_band():
    figure = draw(trained((*ONE_ARM, "training.networks=1")), "learning")
    assert len(named(figure, f"{SCORE}/mean_0")) == 1
    assert not named(figure, f"{SCORE}/mean_1")
    assert not named(figure, f"{SCORE}/sem_0")
    assert "\n1 network\n" in words(figure)


def test_the_arms_of_two_strengths_are_named_by_both():
    weight_decay = "{kind: weight_decay, strength: [0.0, 0.1], of: [w_rec], decoupled: false}"
    tcr = "{kind: tcr, strength: [1.0, 2.0], of: [hidden], units: 6, reduction: mean}"
    arms = arms_of(trained((f"loss.regularizers=[{weight_decay}, {tcr}]",)))
    assert [arm.label for arm in arms] == [
        "weight decay 0, tcr 1", "weight decay 0, tcr 2",
        "weight decay 0.1, tcr 1", "weight decay 0.1, tcr 2",
    ]  # fmt: skip
    assert [arm.networks.tolist() for arm in arms] == np.arange(16).reshape(4, 4).tolist()


def test_a_run_that_is_not_done_is_drawn_as_far_as_it_is():
    figure = draw(trained(until=3, state="interrupted"), "learning")
    line = the_one(figure, "training/task_loss/mean_0")
    assert line.get_xdata().tolist() == [1, 2, 3]
    assert line.axes.get_xlim()[1] > 8
    assert "interrupted at epoch 3 of 8" in words(figure)


def test_what_is_missing_is_explained():
    figure = draw(trained(("record={}",)), "learning")
    assert "has no record.singular_values" in words(figure)
    assert "no epoch is whole yet" in words(draw(trained(until=-1, state="failed: x"), "learning"))


@pytest.mark.parametrize("logarithmic", [False, True])
def test_of_many_epochs_some_are_drawn_with_the_first_and_the_last(logarithmic):
    epochs = np.arange(1, 30_001)
    shown = epochs[drawn_rows(epochs, logarithmic)]
    assert (shown[0], shown[-1]) == (1, 30_000)
    assert N_POINTS / 2 < len(shown) <= N_POINTS + 1
    steps = np.diff(shown)
    assert set(steps[:-1]) == {50} if not logarithmic else set(steps[:50]) == {1}
    assert drawn_rows(epochs[:N_POINTS], False).tolist() == list(range(N_POINTS))


def test_long_runs_of_many_networks_make_small_figures_that_say_what_is_drawn(tmp_path):
    more = ("training.epochs=30000", "training.networks=20", "record={}")
    run = trained(more)
    figure = draw(run, "learning")
    assert len(the_one(figure, f"{SCORE}/single_0").get_segments()[0]) <= N_POINTS + 1
    assert "one epoch in 50 drawn" in words(figure)
    assert f"{N_POINTS} of 30000 epochs drawn" in words(draw(run, "learning_log"))
    path = tmp_path / "long.pdf"
    figure.savefig(path, dpi=100)
    assert path.stat().st_size < 1e6


def test_the_median_network_is_the_lower_of_two_and_none_that_diverged():
    run = trained(ONE_ARM)
    test = run["test"].to_dataset().copy(deep=True)
    test.fraction_correct[-1] = [0.3, 0.9, np.nan, 0.4]
    run["test"] = test
    assert median_network(run, "fraction_correct") == 3
    test.fraction_correct[-1] = [0.3, 0.9, 0.8, 0.4]
    run["test"] = test
    assert median_network(run, "fraction_correct") == 3
    test.fraction_correct[-1] = np.nan
    run["test"] = test
    assert median_network(run, "fraction_correct") == 0
