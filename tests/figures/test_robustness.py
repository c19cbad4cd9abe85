"""The robustness figure shows the numbers of the store."""

from __future__ import annotations

import numpy as np

from plastisim.figures import draw
from tests.figures.artists import named, words
from tests.figures.synthetic import tree


def test_returns_are_the_mean_over_cues():
    run = tree()
    figure = draw(run, "robustness")
    flips, kicks = named(figure, "mean")
    for line, name in ((flips, "return_after_sign_flip"), (kicks, "return_after_kick")):
        stored = run[f"attractors/{name}"]
        np.testing.assert_array_equal(line.get_xdata(), stored[stored.dims[0]])
        np.testing.assert_allclose(line.get_ydata(), stored.mean("cue"))


def test_a_switch_is_judged_by_the_cue_presented_and_not_by_where_it_began():
    run = tree()
    attractors = run["attractors"].to_dataset().copy(deep=True)
    n = attractors.sizes["cue"]
    attractors.switch_reached[:] = np.arange(n)  # (attractor, cue): every cue wins
    attractors.switch_reached[2, 0] = 2  # stays where it was
    attractors.switch_reached[1, 3] = -2
    attractors.switch_reached[3, 1] = -1
    run["attractors"] = attractors.assign(switch_success=1 - 3 / n**2)
    figure = draw(run, "robustness")
    expected = np.zeros((n, n))
    expected[2, 0], expected[1, 3], expected[3, 1] = 1, 2, 3
    np.testing.assert_array_equal(named(figure, "switches")[0].get_array(), expected)
    assert "81% of switches succeed" in words(figure)


def test_bars_are_the_shares_of_what_was_reached():
    run = tree(without=("attractors/weak_cue_reached",))
    attractors = run["attractors"].to_dataset().copy(deep=True)
    attractors.novel_cue_reached[:] = [0, 1, 2, 3, 0, -2, -2, -1, -1, -1]
    attractors.random_start_reached[:] = [-2] * 9 + [1] * 3
    run["attractors"] = attractors
    figure = draw(run, "robustness")
    heights = [[bar.get_height() for bar in named(figure, f"share_{k}")] for k in range(4)]
    np.testing.assert_allclose(heights, [[0, 0], [0.5, 0.25], [0.2, 0.75], [0.3, 0]])


def test_a_memory_that_is_no_attractor_is_owned_up_to():
    run = tree()
    attractors = run["attractors"].to_dataset()
    run["attractors"] = attractors.assign(n_attractors=("epoch", [0, 0, 0, 0, 1]))
    assert "1 of 4 cues lead to an attractor of their own" in words(draw(run, "robustness"))
    run["attractors"] = attractors.assign(n_attractors=("epoch", [0, 0, 0, 0, 4]))
    assert "attractor of their own" not in words(draw(run, "robustness"))
