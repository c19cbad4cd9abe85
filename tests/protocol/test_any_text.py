"""Whatever is written, the answer is a protocol or a `ProtocolError`."""

import contextlib
from pathlib import Path

import hypothesis.strategies as st
import pytest
from hypothesis import given, settings

from plastisim.errors import ProtocolError
from plastisim.protocol import protocol_from_text

HERE = Path(__file__).parent
ONLINE, BPTT = ((HERE / name).read_text() for name in ("good.yaml", "good_bptt.yaml"))
KEYS = {
    ONLINE: [
        "seed", "network", "network.tau", "network.dt", "network.constraints.bounds",
        "network.bias", "cues", "cues.kind", "cues.n_cues", "rule", "rule.kind", "rule.strength",
        "schedule.trial", "schedule.trial.0", "schedule.trial.1.duration", "schedule.stop",
        "schedule.epochs", "test.perturbations", "record.rate.epochs", "record.spectra", "expect",
        "engine",
    ],
    BPTT: [
        "seed", "cell", "cell.kind", "cell.n_units", "cell.start", "cell.trained",
        "cell.trained.0", "cell.initial", "cell.initial.w_rec", "cell.initial.w_rec.kind", "task",
        "task.kind", "task.steps", "loss", "loss.kind", "loss.regularizers",
        "loss.regularizers.0", "loss.regularizers.0.kind", "loss.regularizers.0.strength",
        "loss.regularizers.0.units", "loss.regularizers.0.of", "training.learning_rate",
        "training.optimizer", "training.trials", "training.batch", "training.epochs",
        "training.stop", "training.stop.score", "test.every", "record.parameters",
        "record.trials.epochs", "record", "expect", "engine",
    ],
}  # fmt: skip
VALUES = [
    "null", "[]", "{}", "-1", "0", "1e400", ".nan", "true", '"x"', "[1, 2]", "[[1]]", "10 ms",
    "0 ms", "{kind: a}", "{kind: [1]}", "{kind: sign_flip}", "{schedule: list}", "{a: {b: c}}",
    "{kind: from_file, path: /}", "a.b:C", "99999999999999999999999", "[{kind: gaussian}]",
    "{kind: gaussian}", "{kind: lstm, n_units: 3}", "[{kind: tcr, strength: [0]}, {kind: mar}]",
    "{kind: cue_recall, cues: {kind: random_patterns, n_cues: 1}}", "online", "bptt",
    "{kind: cue_recall, cues: {kind: from_file, path: /, amplitude: 1}, cue_steps: 1, "
    "delay_steps: 0, response_steps: 1}",
    '{"test.loss[seed=0, cue=0, time=1e9]": {onset: {above: 1, is: 2}, count: {is: [1]}}}',
    '{"a.b[c=.inf, epoch=0]": {last_count: {below: {}}, max: {}, first: [1]}, c.d: 1}',
]  # fmt: skip


@pytest.mark.parametrize("good", [ONLINE, BPTT], ids=["online", "bptt"])
@given(data=st.data())
@settings(max_examples=40, deadline=None)
def test_a_damaged_file_is_refused_in_words(good, data):
    cut, length = data.draw(st.integers(0, len(good))), data.draw(st.integers(0, 3))
    put = data.draw(st.text(":{}[]\n -&*!\"'#\t|>%@é?a1", max_size=3))
    with contextlib.suppress(ProtocolError):
        protocol_from_text(good[:cut] + put + good[cut + length :])


@pytest.mark.parametrize("good", [ONLINE, BPTT], ids=["online", "bptt"])
@given(data=st.data())
@settings(max_examples=60, deadline=None)
def test_any_value_at_any_key_is_taken_or_refused_in_words(good, data):
    override = st.tuples(st.sampled_from(KEYS[good]), st.sampled_from(VALUES))
    overrides = data.draw(st.lists(override, min_size=1, max_size=3))
    said = ""
    try:
        protocol_from_text(good, [f"{key}={value}" for key, value in overrides])
    except ProtocolError as error:
        said = str(error)
    assert "something else" not in said
