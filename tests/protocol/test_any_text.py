"""Whatever is written, the answer is a protocol or a `ProtocolError`."""

import contextlib
from pathlib import Path

import hypothesis.strategies as st
from hypothesis import given, settings

from plastisim.errors import ProtocolError
from plastisim.protocol import protocol_from_text

GOOD = (Path(__file__).parent / "good.yaml").read_text()
KEYS = [
    "seed", "network", "network.tau", "network.dt", "network.constraints.bounds", "network.bias",
    "cues", "cues.kind", "cues.n_cues", "rule", "rule.kind", "rule.strength", "schedule.trial",
    "schedule.trial.0", "schedule.trial.1.duration", "schedule.stop", "test.perturbations",
    "record.rate.epochs", "record.spectra", "expect",
]  # fmt: skip
VALUES = [
    "null", "[]", "{}", "-1", "0", "1e400", ".nan", "true", '"x"', "[1, 2]", "[[1]]", "10 ms",
    "0 ms", "{kind: a}", "{kind: [1]}", "{kind: sign_flip}", "{schedule: list}", "{a: {b: c}}",
    "{kind: from_file, path: /}", "a.b:C", "99999999999999999999999", "[{kind: gaussian}]",
]  # fmt: skip


@given(
    cut=st.integers(0, len(GOOD)),
    length=st.integers(0, 3),
    put=st.text(":{}[]\n -&*!\"'#\t|>%@é?a1", max_size=3),
)
@settings(max_examples=40, deadline=None)
def test_a_damaged_file_is_refused_in_words(cut, length, put):
    with contextlib.suppress(ProtocolError):
        protocol_from_text(GOOD[:cut] + put + GOOD[cut + length :])


@given(st.lists(st.tuples(st.sampled_from(KEYS), st.sampled_from(VALUES)), min_size=1, max_size=3))
@settings(max_examples=40, deadline=None)
def test_any_value_at_any_key_is_taken_or_refused_in_words(overrides):
    said = ""
    try:
        protocol_from_text(GOOD, [f"{key}={value}" for key, value in overrides])
    except ProtocolError as error:
        said = str(error)
    assert "something else" not in said
