"""Cue recall: the cues of a network that learns online, given to one that is trained."""

import numpy as np
import pytest
from pydantic import TypeAdapter, ValidationError

from plastisim.cues import Cues, cue_patterns
from tests.tasks.examples import draw, example, problems, scores, sigmas

NAME = "cue_recall"
KINDS = {
    "one_channel_each": {"n_cues": 4, "amplitude": 5.0},
    "silent_channels": {
        "kind": "one_channel_each",
        "n_cues": 4,
        "n_inputs": 6,
        "amplitude": 5.0,
    },
    "random_patterns": {"n_cues": 4, "n_inputs": 6, "amplitude": 2.0},
    "correlated_patterns": {"n_cues": 4, "n_inputs": 6, "correlation": 0.3, "amplitude": 2.0},
}


def online(cues):
    return TypeAdapter(Cues).validate_python({**cues, "input_weights_std": 1.0})


def shows_the_cues_of(cues, seed):
    """Check the inputs of trials against the patterns that the online engine would learn."""
    patterns = cue_patterns(online(cues), seed)
    task = example(NAME, cues=cues)
    assert (task.n_outputs, task.n_inputs) == patterns.shape
    trials = draw(task, 40, seed=seed, dtype="float64")
    assert set(trials.about["cue"]) == set(range(len(patterns)))
    for k, cue in enumerate(trials.about["cue"]):
        assert (trials.inputs[:3, :, k] == patterns[cue]).all()
        assert not trials.inputs[3:, :, k].any()
        assert (trials.targets[8:, :, k] == np.eye(len(patterns))[cue]).all()


@pytest.mark.parametrize("kind", KINDS)
def test_cues_are_those_that_a_network_of_the_same_seed_learns_online(kind):
    shows_the_cues_of({"kind": kind, **KINDS[kind]}, seed=5)


def test_cues_may_come_from_a_file(tmp_path):
    np.save(tmp_path / "own.npy", np.array([[1.0, 0.0, -2.5], [0.0, 3.0, 1e-3]]))
    shows_the_cues_of(
        {"kind": "from_file", "path": str(tmp_path / "own.npy"), "amplitude": 2.0}, seed=5
    )


def test_cues_are_equally_likely():
    counts = np.bincount(draw(example(NAME), 20_000).about["cue"])
    assert counts / 20_000 == pytest.approx(1 / 4, abs=4 * sigmas(1 / 4, 20_000))


def test_only_the_response_counts():
    assert example(NAME).graded == (8, 10)
    assert example(NAME, delay_steps=0).graded == (3, 5)


def test_the_answer_is_the_largest_output_on_average_over_the_response():
    """Two cues, two steps: 3 + 0 against 1 + 1 for the right one, then 0 + 1.5."""
    cues = {"kind": "one_channel_each", "n_cues": 2, "amplitude": 1.0}
    task = example(NAME, cues=cues)
    trials = draw(task, 30)
    right = trials.targets.astype(bool)[8:]
    answers = np.zeros_like(trials.targets)
    answers[8:] = np.where(right, 1.0, [[[3.0]], [[0.0]]])
    assert scores(task, answers, trials) == {"accuracy": 0.0}
    answers[8:] = np.where(right, 1.0, [[[0.0]], [[1.5]]])
    assert scores(task, answers, trials) == {"accuracy": 1.0}


# ---------------------------------------------------------------------------------- problems


@pytest.mark.parametrize(
    ("cues", "path", "said"),
    [
        (
            {"kind": "one_channel_each", "n_cues": 4, "n_inputs": 3, "amplitude": 1.0},
            ("cues", "n_inputs"),
            "got 3 for 4 cues with a channel each; write 4 or more, or leave it out",
        ),
        (
            {"kind": "one_channel_each", "n_cues": 1, "amplitude": 1.0},
            ("cues", "n_cues"),
            "got one cue",
        ),
        (
            {"kind": "from_file", "path": "none.npy", "amplitude": 1.0},
            ("cues", "path"),
            "none.npy: there is no such file",
        ),
    ],
)
def test_cues_that_cannot_be_told_apart_or_read_are_named(cues, path, said):
    ((found, message),) = problems(NAME, cues=cues).items()
    assert found == path
    assert said in message


def test_a_file_of_one_cue_is_named(tmp_path):
    (tmp_path / "one.csv").write_text("1,2,3\n")
    cues = {"kind": "from_file", "path": str(tmp_path / "one.csv"), "amplitude": 1.0}
    assert "got one cue" in problems(NAME, cues=cues)["cues", "path"]


def test_the_network_brings_its_input_weights_itself():
    cues = {"kind": "one_channel_each", "n_cues": 4, "amplitude": 1.0, "input_weights_std": 1.0}
    with pytest.raises(ValidationError, match="input_weights_std"):
        example(NAME, cues=cues)
