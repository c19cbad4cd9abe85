"""Evidence accumulation, against its probabilities and scores worked out by hand."""

import numpy as np
import pytest
from pydantic import ValidationError

from plastisim.tasks import Trial
from tests.tasks.examples import draw, example, problems, scores, sigmas

NAME = "evidence_accumulation"


def uniform(low, high):
    return {"kind": "uniform", "low": low, "high": high}


def values(*listed):
    return {"kind": "values", "values": list(listed)}


@pytest.mark.parametrize("p", [0.5, 0.2])
def test_channels_pulse_with_the_probability_of_the_coherence(p):
    """p (1 + c) and p (1 - c): with p = 1/2 and c = 1, always and never."""
    trials = draw(example(NAME, pulse_probability=p), 20_000)
    first, stop = 7, 25
    for c in (-1.0, -0.4, 0.5, 0.9):
        of_c = trials.inputs[first:stop][..., trials.about["coherence"] == np.float32(c)]
        n = of_c[:, 0].size
        for channel, expected in enumerate((p * (1 + c), p * (1 - c))):
            rate = of_c[:, channel].mean(dtype=np.float64)
            assert rate == pytest.approx(expected, abs=4 * sigmas(expected, n))
        both = (of_c[:, 0] * of_c[:, 1]).mean(dtype=np.float64)  # independent channels
        expected = p**2 * (1 - c**2)
        assert both == pytest.approx(expected, abs=4 * sigmas(expected, n))


def test_pulses_are_ones_in_every_step_of_the_evidence_and_nowhere_else():
    inputs = draw(example(NAME), 20_000).inputs
    assert np.isin(inputs, (0, 1)).all()
    assert np.flatnonzero(inputs.any(axis=(1, 2))).tolist() == list(range(7, 25))


def test_the_target_is_one_on_the_channel_of_the_coherences_sign_in_the_response():
    trials = draw(example(NAME, coherence=values(-0.1, 0.0, 0.8)), 60)
    for k, c in enumerate(trials.about["coherence"]):
        by_hand = np.zeros((40, 2))
        if c != 0:
            by_hand[27:, 0 if c > 0 else 1] = 1
        assert (trials.targets[..., k] == by_hand).all()
    assert example(NAME).graded == (0, 40)


def test_listed_coherences_are_equally_likely():
    c = draw(example(NAME, coherence=values(-0.1, 0.0, 0.8)), 20_000).about["coherence"]
    found, counts = np.unique(c, return_counts=True)
    assert found == pytest.approx([-0.1, 0.0, 0.8])
    assert counts / 20_000 == pytest.approx(1 / 3, abs=4 * sigmas(1 / 3, 20_000))


def test_a_uniform_coherence_fills_its_range():
    c = draw(example(NAME, coherence=uniform(-0.2, 0.6)), 20_000).about["coherence"]
    counts, _ = np.histogram(c, bins=5, range=(-0.2, 0.6))
    assert counts.sum() == 20_000
    assert counts / 20_000 == pytest.approx(1 / 5, abs=4 * sigmas(1 / 5, 20_000))


# ------------------------------------------------------------------------------------ scores


def two_steps(coherences):
    """Trials of three steps, the last two of which are the response."""
    task = example(NAME, steps=3, evidence=[0, 1], response=1)
    c = np.array(coherences, np.float32)
    targets = np.zeros((3, 2, len(c)), np.float32)
    targets[1:, 0], targets[1:, 1] = c > 0, c < 0
    return task, Trial(np.zeros((3, 2, len(c)), np.float32), targets, {"coherence": c})


def test_scores_are_those_of_the_averages_over_the_response():
    """Averages of the difference: .5, -.25, .1; all tell the sign but the last."""
    task, trials = two_steps([0.3, -0.7, -0.2])
    answers = np.zeros((3, 2, 3), np.float32)
    answers[0] = 99.0  # before the response: nobody looks
    answers[1:, 0] = [[1.2, 0.0, 0.3], [0.0, 0.5, 0.0]]
    answers[1:, 1] = [[0.2, 1.0, 0.0], [0.0, 0.0, 0.1]]
    found = scores(task, answers, trials)
    assert found["accuracy"] == pytest.approx(2 / 3)
    assert found["coherence_error"] == pytest.approx((0.5**2 + 0.75**2 + 1.1**2) / 3)
    squares = [0.2**2, 1, 0.2**2, 0, 0, 0.5**2, 0, 1, 0.3**2, 0, 1, 0.9**2]
    assert found["response_mse"] == pytest.approx(sum(squares) / 12)


def test_silence_has_a_coherence_error_of_one():
    trials = draw(example(NAME), 64)
    found = scores(example(NAME), 0 * trials.targets, trials)
    assert found == {"accuracy": 0.0, "coherence_error": 1.0, "response_mse": 0.5}


def test_what_has_no_right_answer_is_left_out_of_the_accuracy():
    task, trials = two_steps([0.0, 0.0, 0.4, -0.4])
    answers = np.ones((3, 2, 4), np.float32) * np.array([[1.0], [0.0]], np.float32)
    assert scores(task, answers, trials)["accuracy"] == 0.5
    assert scores(task, 0 * answers, trials)["accuracy"] == 0.0
    task, trials = two_steps([0.0])
    assert scores(task, answers[..., :1], trials)["accuracy"] == 0.0


# ---------------------------------------------------------------------------------- problems


@pytest.mark.parametrize(
    ("keys", "path", "said"),
    [
        ({"evidence": [9, 9]}, ("evidence",), "got [9, 9], which holds no step"),
        ({"evidence": [25, 7]}, ("evidence",), "got [25, 7], which holds no step"),
        ({"evidence": [7, 41]}, ("evidence", 1), "got 41; a trial has 40 steps"),
        ({"response": 40}, ("response",), "got 40; a trial has the steps 0 to 39"),
        ({"response": 7}, ("response",), "got 7; evidence begins at step 7"),
        ({"coherence": uniform(0.5, 0.1)}, ("coherence", "low"), "the highest coherence is 0.1"),
        ({"coherence": values(0.0, 0.0)}, ("coherence",), "got 0 only"),
        ({"coherence": uniform(0.0, 0.0)}, ("coherence",), "got 0 only"),
        ({"pulse_probability": 0.6}, ("pulse_probability",), "write 0.5 or less"),
        (
            {"pulse_probability": 0.9, "coherence": values(-0.25, 0.0)},
            ("pulse_probability",),
            "got 0.9; with coherences up to 0.25 a channel would pulse with a probability "
            "above 1: write 0.8 or less",
        ),
    ],
)
def test_keys_that_do_not_go_together_are_named(keys, path, said):
    ((found, message),) = problems(NAME, **keys).items()
    assert found == path
    assert said in message


def test_all_problems_are_told_at_once():
    found = problems(NAME, evidence=[9, 3], response=99, coherence=uniform(1.0, 0.0))
    assert list(found) == [("evidence",), ("response",), ("coherence", "low")]


def test_the_last_step_of_a_trial_may_be_evidence_and_response_may_begin_in_it():
    assert problems(NAME, evidence=[39, 40], response=39) != {}
    assert problems(NAME, evidence=[38, 40], response=39) == {}
    assert problems(NAME, coherence=uniform(0.2, 0.2)) == {}


@pytest.mark.parametrize(
    "keys",
    [
        {"coherence": values(1.5)},
        {"coherence": values()},
        {"coherence": uniform(-1.1, 1.0)},
        {"evidence": [1, 2, 3]},
        {"evidence": [-1, 3]},
        {"pulse_probability": 0.0},
    ],
)
def test_impossible_values_are_refused(keys):
    with pytest.raises(ValidationError):
        example(NAME, **keys)
