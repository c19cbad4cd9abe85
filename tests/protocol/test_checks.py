"""Every limit that a check draws is itself allowed; what lies beyond is in `bad/`."""

from pathlib import Path

import pytest

from plastisim.errors import ProtocolError
from plastisim.protocol import load_protocol
from plastisim.protocol.engines import ENGINES

GOOD = Path(__file__).parent / "good.yaml"
GOOD_BPTT = Path(__file__).parent / "good_bptt.yaml"


@pytest.mark.parametrize(
    "overrides",
    [
        ["network.dt=10 ms", "record.rate.every=10 ms"],  # alpha = 1
        ["network.constraints.bounds=[0.0, 1.0]"],
        ["network.constraints.bounds=[0.5, 1.0]", "network.self_connections=true"],
        ["record.spectra.leading=40"],
        ["record.spectra.full_at=[10]", "test.every=3", "record.spectra.every=3"],  # the last
        ["cues.n_inputs=4"],
        ["cues.n_cues=2", "test.switches={at: last}"],
        ["schedule.stop={when: all_cues_are_attractors, tests_in_a_row: 5, then: freeze}"],
        ["record.rate.every=200 ms"],  # as long as twice the trial
        ["network.dtype=float32", "test.criteria.at_rest=2.4e-6"],
        ["test.perturbations={kind: sign_flip, fractions: [0.025], repeats: 1, at: last}"],
        ["schedule.trial.1.third_factor=-1"],
        ["rule={kind: hopfield, gain: 4, base: alone}", "schedule.trial.1.plastic=false"],
    ],
    ids=lambda overrides: overrides[0],
)
def test_what_lies_just_within_a_limit_is_allowed(overrides):
    load_protocol(GOOD, overrides)


@pytest.mark.parametrize(
    "overrides",
    [
        ["cell.manifold_attractor_units=12"],
        ["loss.regularizers.0.units=12", "loss.regularizers.1.units=12"],
        ["loss.regularizers.0.strength={schedule: linear, start: 1, end: 0, epochs: 20}"],
        ["loss.regularizers.0.strength=[0]"],
        ["training.trials={n_trials: 50}"],
        ["training.trials=fresh", "training.batch=1000"],
        ["training.learning_rate.patience=2"],
        ["training.learning_rate={schedule: cosine, start: 1, end: 0.1, epochs: 30}"],
        ["training.stop.tests_in_a_row=10"],
        ["training.stop.tests_in_a_row=7", "test.every=3"],  # the last
        ["training.stop={score: fraction_correct, patience: 2}"],
        ["training.stop={score: fraction_correct, below: 0.1, patience: 2}"],
        ["test.every=20", "training.stop=null", "training.learning_rate=1"],
        ["record.trials={n_trials: 100, epochs: [20]}"],
        ["task={kind: delayed_match, n_stimuli: 2, sample_steps: 1, delay_steps: [0, 1], "
         "test_steps: 1, response_steps: 1}", "loss.kind=cross_entropy",
         "training.stop.score=accuracy"],
    ],
    ids=lambda overrides: overrides[0],
)  # fmt: skip
def test_what_lies_just_within_a_limit_of_training_is_allowed(overrides):
    load_protocol(GOOD_BPTT, overrides)


def test_a_wrong_key_silences_only_the_checks_that_ask_for_it():
    with pytest.raises(ProtocolError) as caught:
        load_protocol(GOOD, ["network.tau=ten", "record.spectra.leading=41", "test.relax=1.5 ms"])
    assert [problem.key for problem in caught.value.problems] == [
        "network.tau=ten",
        "record.spectra.leading=41",
        "test.relax=1.5 ms",
    ]


def test_what_a_cell_finds_wrong_is_told_as_far_as_a_wrong_key_of_it_lets():
    with pytest.raises(ProtocolError) as caught:
        load_protocol(
            GOOD_BPTT, ["cell.dtype=half", "cell.trained=[a]", "loss.regularizers.0.units=13"]
        )
    assert [problem.key for problem in caught.value.problems if problem.origin] == [
        "cell.dtype=half",
        "cell.trained=[a]",
        "loss.regularizers.0.units=13",
    ]


@pytest.mark.parametrize("engine", ENGINES)
def test_checks_are_named_by_what_they_hold_and_say_why(engine):
    checks = ENGINES[engine]().checks
    assert len({check.__name__ for check in checks}) == len(checks)
    assert all(check.__doc__ for check in checks)
