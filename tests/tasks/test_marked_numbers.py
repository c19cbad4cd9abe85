"""Delayed addition and multiplication, against probabilities worked out by hand."""

import numpy as np
import pytest
from pydantic import ValidationError

from tests.tasks.examples import draw, example, scores, sigmas

N = 200_000
both = pytest.mark.parametrize("name", ["delayed_addition", "multiplication"])


def drawn(name, steps):
    return draw(example(name, steps=steps), N)


@pytest.mark.parametrize(
    ("name", "answer", "chance"),
    [
        # The sum of two uniform numbers has the density 1 - |z - 1|: .0784, which is where the
        # paper takes its search phase to end.
        ("delayed_addition", 1.0, 2 * (0.04 - 0.04**2 / 2)),
        # Their product has the density -ln z; .04 takes all from 0 to .08.
        ("multiplication", 0.04, 0.08 * (1 - np.log(0.08))),
    ],
)
def test_the_best_constant_answer_is_right_by_chance(name, answer, chance):
    trials = drawn(name, 12)
    found = scores(example(name, steps=12), np.full_like(trials.targets, answer), trials)
    assert found["fraction_correct"] == pytest.approx(chance, abs=4 * sigmas(chance, N))


@pytest.mark.parametrize("steps", [11, 12, 40])
def test_the_first_is_anywhere_in_ten_steps_and_the_second_elsewhere_in_the_first_half(steps):
    """The joint table of both: every allowed cell of a row is as likely as any other."""
    about, half = drawn("delayed_addition", steps).about, steps // 2
    table = np.zeros((10, half))
    np.add.at(table, (about["first"], about["second"]), 1 / N)
    for first, row in enumerate(table):
        allowed = np.arange(half) != first
        expected = allowed / allowed.sum() / 10
        assert (row[~allowed] == 0).all()
        assert (np.abs(row - expected) <= 4 * sigmas(expected, N)).all()
    assert (about["second"] < about["first"]).any()


@both
def test_numbers_are_uniform_and_two_are_marked(name):
    trials = drawn(name, 12)
    numbers, marks = trials.inputs[:, 0], trials.inputs[:, 1]
    assert numbers.min() >= 0
    assert numbers.max() < 1
    counts, _ = np.histogram(numbers, bins=8, range=(0, 1))
    assert counts / numbers.size == pytest.approx(1 / 8, abs=4 * sigmas(1 / 8, numbers.size))
    assert np.isin(marks, (0, 1)).all()
    assert (marks.sum(axis=0) == 2).all()


@pytest.mark.parametrize(
    ("name", "combine"), [("delayed_addition", np.add), ("multiplication", np.multiply)]
)
def test_the_target_combines_the_marked_numbers_and_counts_at_the_end_alone(name, combine):
    task, trials = example(name), draw(example(name), 64)
    assert task.graded == (20, 21)
    for k in range(64):
        first, second = trials.inputs[trials.inputs[:, 1, k] == 1, 0, k]
        assert trials.targets[-1, 0, k] == pytest.approx(combine(first, second), rel=1e-6)
        assert {trials.about["first"][k], trials.about["second"][k]} == set(
            np.flatnonzero(trials.inputs[:, 1, k])
        )


@both
@pytest.mark.parametrize(("error", "right"), [(0.039, 1.0), (-0.039, 1.0), (0.041, 0.0)])
def test_an_answer_is_right_within_four_hundredths(name, error, right):
    trials = draw(example(name), 64)
    found = scores(example(name), trials.targets + np.float32(error), trials)
    assert found == {"fraction_correct": right}


@both
def test_a_trial_outlasts_the_steps_of_the_first_number(name):
    with pytest.raises(ValidationError, match="greater than 10"):
        example(name, steps=10)
