"""Delayed match-to-sample, against its probabilities and an independent loop."""

import numpy as np
import pytest
from pydantic import ValidationError

from tests.tasks.examples import draw, example, problems, scores, sigmas

NAME = "delayed_match"
N = 20_000


def about():
    return draw(example(NAME), N).about


def frequencies(drawn, n_values, first=0):
    return np.bincount(drawn - first, minlength=n_values) / len(drawn)


def test_half_of_the_trials_match():
    match = (about()["sample"] == about()["test"]).mean()
    assert match == pytest.approx(1 / 2, abs=4 * sigmas(1 / 2, N))


def test_delays_are_uniform_from_the_shortest_to_the_longest():
    found = frequencies(about()["delay"], 5, first=3)
    assert found == pytest.approx(np.full(5, 1 / 5), abs=4 * sigmas(1 / 5, N))


def test_any_stimulus_is_the_sample_and_any_other_the_test():
    sample, test = about()["sample"], about()["test"]
    assert frequencies(sample, 5) == pytest.approx(np.full(5, 1 / 5), abs=4 * sigmas(1 / 5, N))
    differ = sample != test
    ahead = (test - sample)[differ] % 5
    found = frequencies(ahead, 4, first=1)
    assert found == pytest.approx(np.full(4, 1 / 4), abs=4 * sigmas(1 / 4, differ.sum()))


def test_whether_they_match_tells_nothing_of_sample_and_delay():
    match = about()["sample"] == about()["test"]
    for name, first, n_values in (("sample", 0, 5), ("delay", 3, 5)):
        one = frequencies(about()[name][match], n_values, first)
        assert one == pytest.approx(np.full(n_values, 0.2), abs=4 * sigmas(0.2, match.sum()))


def test_a_trial_is_wait_sample_delay_test_response():
    task, trials = example(NAME), draw(example(NAME), 64)
    assert task.n_steps == 2 + 7 + 4 + 3
    assert task.graded == (13, 16)
    for k in range(64):
        sample, test, delay = (int(trials.about[name][k]) for name in ("sample", "test", "delay"))
        steps = [None] * (7 - delay) + [sample] * 2 + [None] * delay + [test] * 4 + [None] * 3
        by_hand = [[float(j == shown) for j in range(5)] for shown in steps]
        assert trials.inputs[..., k].tolist() == by_hand
        answer = [1.0, 0.0] if sample == test else [0.0, 1.0]
        assert trials.targets[..., k].tolist() == [[0.0, 0.0]] * 13 + [answer] * 3


def test_a_fixed_delay_leaves_no_wait():
    trials = draw(example(NAME, delay_steps=[4, 4]), 30)
    assert (trials.about["delay"] == 4).all()
    assert trials.inputs[0].any(axis=0).all()


def test_always_saying_match_is_right_in_half_of_the_trials():
    trials = draw(example(NAME), N)
    answers = np.zeros_like(trials.targets)
    answers[:, 0] = 1
    found = scores(example(NAME), answers, trials)["accuracy"]
    assert found == pytest.approx((trials.about["sample"] == trials.about["test"]).mean())


def test_a_longest_delay_below_the_shortest_is_named():
    assert problems(NAME, delay_steps=[7, 3]) == {
        ("delay_steps",): "got [7, 3]; the shortest comes first: write [3, 7]"
    }
    assert problems(NAME, delay_steps=[0, 0]) == {}


@pytest.mark.parametrize("keys", [{"n_stimuli": 1}, {"delay_steps": [3]}, {"delay_steps": [-1, 3]}])
def test_impossible_values_are_refused(keys):
    with pytest.raises(ValidationError):
        example(NAME, **keys)
