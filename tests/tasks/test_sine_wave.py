"""The sine wave, against its spectrum and scores worked out by hand."""

import numpy as np
import pytest
from pydantic import ValidationError

from tests.tasks.examples import draw, example, problems, scores, sigmas

NAME = "sine_wave"


def periods(low, high):
    return {"low": low, "high": high}


def test_the_answer_to_a_whole_number_of_periods_has_one_frequency():
    """sin(2 pi 3 t / 30): T/2 at the third frequency, nothing else."""
    trials = draw(example(NAME, periods=periods(3.0, 3.0)), 2, dtype="float64")
    spectrum = np.fft.rfft(trials.targets[:, 0, 0])
    expected = np.zeros(16, complex)
    expected[3] = -15j
    assert spectrum == pytest.approx(expected, abs=1e-12)


def test_periods_are_uniform_and_the_input_tells_them():
    trials = draw(example(NAME), 20_000)
    n = trials.about["periods"]
    counts, _ = np.histogram(n, bins=5, range=(1.5, 4.0))
    assert counts.sum() == 20_000
    assert counts / 20_000 == pytest.approx(1 / 5, abs=4 * sigmas(1 / 5, 20_000))
    np.testing.assert_allclose(trials.inputs[:, 0], np.broadcast_to(n / 4, (30, 20_000)), rtol=1e-6)


def test_the_answer_follows_the_phase_from_zero():
    trials = draw(example(NAME), 64, dtype="float64")
    for k, n in enumerate(trials.about["periods"]):
        by_hand = [np.sin(2 * np.pi * n * t / 30) for t in range(30)]
        assert trials.targets[:, 0, k] == pytest.approx(np.array(by_hand), abs=1e-12)
    assert not trials.targets[0].any()


def test_the_best_constant_answer_explains_nothing_and_half_the_wave_three_quarters():
    """Whole periods have mean 0 and variance 1/2."""
    task = example(NAME, periods=periods(3.0, 3.0))
    trials = draw(task, 5)
    found = scores(task, 0 * trials.targets, trials)
    assert found == pytest.approx({"r_squared": 0.0, "mse": 0.5}, abs=1e-6)
    found = scores(task, trials.targets / 2, trials)
    assert found == pytest.approx({"r_squared": 0.75, "mse": 0.125}, abs=1e-6)
    found = scores(task, trials.targets + np.float32(0.5), trials)
    assert found == pytest.approx({"r_squared": 0.5, "mse": 0.25}, abs=1e-6)


@pytest.mark.parametrize(
    ("keys", "path", "said"),
    [
        (
            {"periods": periods(4.0, 1.5)},
            ("periods", "low"),
            "got 4; the most periods are 1.5: write that or less",
        ),
        (
            {"periods": periods(4.0, 15.0)},
            ("periods", "high"),
            "got 15; a period takes more than two of the 30 steps: write less than 15",
        ),
    ],
)
def test_periods_that_cannot_be_are_named(keys, path, said):
    assert problems(NAME, **keys) == {path: said}


@pytest.mark.parametrize("keys", [{"periods": periods(0.0, 1.0)}, {"steps": 2}])
def test_impossible_values_are_refused(keys):
    with pytest.raises(ValidationError):
        example(NAME, **keys)
