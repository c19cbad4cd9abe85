"""The flip-flop, against its probabilities, an independent loop and NumPy's correlation."""

import numpy as np
import pytest

from plastisim.tasks import Trial
from tests.tasks.examples import draw, example, scores, sigmas

NAME = "flip_flop"


def trials_of(targets):
    return Trial(targets, targets, {})


@pytest.mark.parametrize("p", [0.05, 0.4, 1.0])
def test_every_bit_pulses_as_often_as_it_should_either_way(p):
    pulses = draw(example(NAME, pulse_probability=p), 2000).inputs
    assert np.isin(pulses, (-1, 0, 1)).all()
    n = 50 * 2000
    for sign in (-1, 1):
        rate = (pulses == sign).mean(axis=(0, 2))
        assert rate == pytest.approx(p / 2, abs=4 * sigmas(p / 2, n))
        at_each_step = (pulses == sign).mean(axis=(1, 2))
        assert at_each_step == pytest.approx(p / 2, abs=4 * sigmas(p / 2, 3 * 2000))


def test_bits_pulse_independently():
    pulses = draw(example(NAME, pulse_probability=0.4), 2000).inputs
    same = (pulses[:, 0] * pulses[:, 2] == 1).mean()
    assert same == pytest.approx(0.4**2 / 2, abs=4 * sigmas(0.08, 50 * 2000))


def test_a_bit_is_the_sign_of_its_latest_pulse_from_that_step_on():
    trials = draw(example(NAME), 64)
    unset = 0
    for k in range(64):
        for bit in range(3):
            held = 0.0
            for t in range(50):
                if trials.inputs[t, bit, k] != 0:
                    held = trials.inputs[t, bit, k]
                unset += held == 0
                assert trials.targets[t, bit, k] == held
    assert unset > 0


# ------------------------------------------------------------------------------------ scores


def test_the_correlation_is_that_of_numpy_averaged_over_bits():
    trials = draw(example(NAME), 64)
    noise = np.random.default_rng(0).standard_normal(trials.targets.shape).astype(np.float32)
    answers = 0.2 * trials.targets + noise * [[0.1], [0.3], [2.0]] + [[5.0], [0.0], [-1.0]]
    by_numpy = [
        np.corrcoef(answers[:, bit].ravel(), trials.targets[:, bit].ravel())[0, 1]
        for bit in range(3)
    ]
    found = scores(example(NAME), answers.astype(np.float32), trials)
    assert found["correlation"] == pytest.approx(np.mean(by_numpy), abs=1e-4)


@pytest.mark.parametrize("constant", [0.0, 0.1, -3.7, 1e6])
def test_a_constant_answer_has_no_correlation(constant):
    trials = draw(example(NAME), 64)
    found = scores(example(NAME), np.full_like(trials.targets, constant), trials)
    assert found["correlation"] == 0.0
    answers = trials.targets.copy()
    answers[:, 1] = constant
    found = scores(example(NAME), answers, trials)
    assert found["correlation"] == pytest.approx(2 / 3, abs=1e-6)


def test_the_opposite_has_a_correlation_of_minus_one_and_nothing_right():
    trials = draw(example(NAME), 64)
    found = scores(example(NAME), -trials.targets, trials)
    assert found == pytest.approx({"correlation": -1.0, "fraction_correct": 0.0}, abs=1e-6)


def test_trials_without_a_pulse_have_scores_of_zero():
    silent = np.zeros((50, 3, 4), np.float32)
    found = scores(example(NAME), silent + 0.2, trials_of(silent))
    assert found == {"correlation": 0.0, "fraction_correct": 0.0}


def test_set_bits_are_right_within_a_half_and_others_do_not_count():
    """Of five set bits: two right (1.4 and -.6), three wrong (.4, 1.6, -.8 for +1)."""
    targets = np.array([[[0, 1]], [[1, 1]], [[-1, 1]], [[0, 0]]], np.float32)
    answers = np.array([[[7, 1.4]], [[0.4, 1.6]], [[-0.6, -0.8]], [[0, 1]]], np.float32)
    task = example(NAME, bits=1, steps=4)
    assert scores(task, answers, trials_of(targets))["fraction_correct"] == pytest.approx(2 / 5)
