"""The resolved text is the whole protocol: it loads to an equal one."""

from pathlib import Path

import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import given, settings

from plastisim.protocol import load_protocol, protocol_from_text, resolved_text, shipped

GOOD = Path(__file__).parent / "good.yaml"
GOOD_BPTT = Path(__file__).parent / "good_bptt.yaml"
PLAIN = load_protocol(GOOD)
AMBIGUOUS = ["1_000", "yes", "012", "1e3", "null", "a: b", "- a", "# a", " ", "0o7", "<<", "~"]


@pytest.mark.parametrize("name", shipped())
def test_a_shipped_protocol_comes_back_from_its_resolved_text(name):
    protocol = load_protocol(name)
    assert protocol_from_text(resolved_text(protocol)) == protocol


def test_defaults_are_written_out_and_times_keep_their_unit():
    text = resolved_text(PLAIN)
    assert "noise: 0.0" in text
    assert "dtype: float64" in text
    assert "relax: 1 s\n" in text


def test_keys_keep_the_order_of_the_file():
    keys = [line.partition(":")[0] for line in resolved_text(PLAIN).splitlines() if line[0] != " "]
    assert keys == ["schema", "title", "engine", "seed", "network", "cues", "rule", "schedule",
                    "test", "record"]  # fmt: skip


def test_resolving_twice_changes_nothing():
    text = resolved_text(PLAIN)
    assert resolved_text(protocol_from_text(text)) == text


@given(
    title=st.sampled_from(AMBIGUOUS)
    | st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1),
    strength=st.floats(allow_nan=False, allow_infinity=False),
    seed=st.integers(0, 2**128),
    tau=st.sampled_from(["10 ms", "1.5e1 ms", ".01 s", "12345 us", "+10 ms", "10. ms"]),
    transfer=st.sampled_from(["relu", {"kind": "threshold_linear", "threshold": -0.5}]),
    expect=st.none() | st.dictionaries(
        st.from_regex(r"[a-z01:# ]+\.[a-z_~]+", fullmatch=True),
        st.dictionaries(
            st.sampled_from(["last", "epoch_8_max", "value"]),
            st.integers() | st.floats(-1e9, 1e9) | st.sampled_from(["< -0.3", ">= 24", "25 +- 1"]),
        ),
    ),
)  # fmt: skip
@settings(max_examples=30, deadline=None)
def test_any_protocol_comes_back(title, strength, seed, tau, transfer, expect):
    data = PLAIN.model_dump(by_alias=True, exclude_none=True)
    data |= {"title": title, "seed": seed, "expect": expect}
    data["network"] |= {"tau": tau, "transfer": transfer}
    data["rule"]["strength"] = strength
    protocol = type(PLAIN).model_validate(data)
    assert protocol_from_text(resolved_text(protocol)) == protocol


TRAINED = load_protocol(GOOD_BPTT)
RATES = [
    1, 1e-3,
    {"schedule": "on_plateau", "start": 1, "factor": 0.5, "patience": 3},
    {"schedule": "cosine", "start": 1, "end": 1e-5, "epochs": 3},
]  # fmt: skip
STRENGTHS = [
    0, 0.1, [0], [0.0, 1, 1e-9],
    {"schedule": "linear", "start": 0, "end": 1, "epochs": 2},
    {"schedule": "list", "values": [0, 0.5]},
]  # fmt: skip


@given(
    rate=st.sampled_from(RATES),
    strength=st.sampled_from(STRENGTHS),
    start=st.sampled_from(["zeros", {"std": 0.5}]),
    optimizer=st.sampled_from([{"kind": "sgd", "momentum": 0}, {"kind": "adam"}]),
    trials=st.sampled_from(["fresh", {"n_trials": 50}]),
    clip=st.none() | st.floats(1e-9, 1e9),
)
@settings(max_examples=20, deadline=None)
def test_any_protocol_for_training_comes_back(rate, strength, start, optimizer, trials, clip):
    data = TRAINED.model_dump(by_alias=True, exclude_none=True)
    data["cell"] |= {"start": start, "trained": ["w_rec"]}
    del data["cell"]["initial"]["start"]
    data["loss"]["regularizers"][0]["strength"] = strength
    data["training"] |= {"optimizer": optimizer, "trials": trials, "learning_rate": rate}
    data["training"] |= {"clip": clip}
    protocol = type(TRAINED).model_validate(data)
    text = resolved_text(protocol)
    assert protocol_from_text(text) == protocol
    assert resolved_text(protocol_from_text(text)) == text


def test_what_is_expected_is_written_out_with_its_bounds():
    text = (
        GOOD_BPTT.read_text("utf-8")
        + """expect:
  test.fraction_correct[strength_tcr=0.1, seed=2]:
    onset: {above: 0.5, is: "< 10"}
    last: "> 0.5"
"""
    )
    protocol = protocol_from_text(text)
    written = resolved_text(protocol)
    assert "onset: {above: 0.5, tests_in_a_row: 1, is: < 10}" in written
    assert protocol_from_text(written) == protocol


def test_a_cue_file_of_a_task_is_found_beside_the_protocol_and_named_in_full(tmp_path, monkeypatch):
    np.save(tmp_path / "patterns.npy", np.arange(6.0).reshape(2, 3))
    text = GOOD_BPTT.read_text().replace(
        "{kind: delayed_addition, steps: 20}",
        "{kind: cue_recall, cues: {kind: from_file, path: patterns.npy, amplitude: 1.0}, "
        "cue_steps: 5, delay_steps: 5, response_steps: 2}",
    )
    (tmp_path / "p.yaml").write_text(text.replace("score: fraction_correct", "score: accuracy"))
    protocol = load_protocol(tmp_path / "p.yaml")
    assert protocol.task.cues.path == str(tmp_path / "patterns.npy")
    assert (protocol.task.n_outputs, protocol.task.n_inputs) == (2, 3)
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    assert protocol_from_text(resolved_text(protocol)) == protocol


def test_a_cue_file_is_found_beside_the_protocol_and_named_in_full(tmp_path, monkeypatch):
    np.save(tmp_path / "patterns.npy", np.arange(6.0).reshape(2, 3))
    (tmp_path / "p.yaml").write_text(
        GOOD.read_text().replace(
            "kind: one_channel_each, n_cues: 4", "kind: from_file, path: patterns.npy"
        )
    )
    protocol = load_protocol(tmp_path / "p.yaml")
    assert protocol.cues.path == str(tmp_path / "patterns.npy")
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    assert protocol_from_text(resolved_text(protocol)) == protocol


def test_a_cue_file_of_the_command_line_is_found_from_the_working_folder(tmp_path, monkeypatch):
    np.save(tmp_path / "patterns.npy", np.ones((2, 3)))
    monkeypatch.chdir(tmp_path)
    cues = "cues={kind: from_file, path: patterns.npy, amplitude: 1, input_weights_std: 1}"
    assert load_protocol(GOOD, [cues]).cues.path == str(tmp_path / "patterns.npy")
