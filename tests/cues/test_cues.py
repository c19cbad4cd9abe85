"""Cues of every kind, as amplitudes (cue, input)."""

from typing import get_args

import numpy as np
import pytest
from pydantic import TypeAdapter

from plastisim.cues import Cues, Patterns, cue_patterns, novel_patterns, pattern_shape
from plastisim.errors import ProtocolError
from tests.schedule.small import PATTERNS, protocol


def patterns(*overrides, seed=3, **keys):
    return cue_patterns(protocol(*overrides, **keys).cues, seed)


def correlated(correlation, n_cues=6, n_inputs=20_000):
    return (
        f"cues={{kind: correlated_patterns, n_cues: {n_cues}, n_inputs: {n_inputs}, "
        f"correlation: {correlation}, amplitude: 2.0, input_weights_std: 1}}"
    )


def test_a_channel_each():
    assert patterns().tolist() == (5.0 * np.eye(4)).tolist()


def test_more_channels_than_cues_leave_the_last_ones_silent():
    found = patterns("cues.n_inputs=6")
    assert found.shape == (4, 6)
    assert (found[:, :4] == 5.0 * np.eye(4)).all()
    assert not found[:, 4:].any()


def test_random_patterns_are_gaussian_of_the_given_amplitude():
    """20,000 numbers each."""
    found = patterns(PATTERNS, "cues.n_inputs=20000")
    assert found.shape == (5, 20_000)
    assert found.std(axis=1) == pytest.approx(2.0, rel=5 / np.sqrt(40_000))
    assert found.mean(axis=1) == pytest.approx(0.0, abs=5 * 2 / np.sqrt(20_000))
    between = np.corrcoef(found) - np.eye(5)
    assert np.abs(between).max() < 5 / np.sqrt(20_000)


def test_the_amplitude_scales_the_same_patterns():
    assert (patterns(PATTERNS, "cues.amplitude=-4") == -2 * patterns(PATTERNS)).all()


@pytest.mark.parametrize("kind", [PATTERNS, correlated(0.4, 5, 7)])
def test_the_seed_decides_and_more_cues_leave_the_first_as_they_were(kind):
    assert (patterns(kind) == patterns(kind)).all()
    assert not (patterns(kind) == patterns(kind, seed=4)).any()
    assert (patterns(kind, "cues.n_cues=9")[:5] == patterns(kind)).all()


@pytest.mark.parametrize("correlation", [0.0, 0.3, 0.9])
def test_correlated_patterns_have_the_correlation(correlation):
    """Any two of six; over 20,000 inputs it is known to (1 - c^2) / sqrt(20,000)."""
    found = patterns(correlated(correlation))
    between = np.corrcoef(found)[np.triu_indices(6, 1)]
    assert between == pytest.approx(correlation, abs=5 * (1 - correlation**2) / np.sqrt(20_000))
    assert found.std(axis=1) == pytest.approx(2.0, rel=5 / np.sqrt(40_000))


def test_without_correlation_they_are_the_random_patterns():
    assert np.allclose(patterns(correlated(0.0, 5, 7)), patterns(PATTERNS), rtol=0, atol=1e-15)


# ------------------------------------------------------------------------------------- novel cues


def novel(n, *overrides):
    cues = protocol(*overrides).cues
    return novel_patterns(cues, n, cues.n_inputs, 3)


@pytest.mark.parametrize("kind", [PATTERNS, correlated(0.3, 5, 20_000)])
def test_novel_cues_are_of_the_same_kind_and_none_of_the_learned(kind):
    found, learned = novel(4, kind, "cues.n_inputs=20000"), patterns(kind, "cues.n_inputs=20000")
    assert found.shape == (4, 20_000)
    assert found.std(axis=1) == pytest.approx(2.0, rel=5 / np.sqrt(40_000))
    expected = 0.0 if kind == PATTERNS else 0.3
    across = np.corrcoef(np.concatenate([found, learned]))[:4, 4:]
    assert across == pytest.approx(expected, abs=5 / np.sqrt(20_000))


def test_more_novel_cues_leave_the_first_as_they_were():
    assert (novel(7, PATTERNS)[:4] == novel(4, PATTERNS)).all()


def test_novel_cues_with_a_channel_each_do_not_come_on_learned_channels():
    with pytest.raises(ValueError, match="a channel of its own"):
        novel_patterns(protocol().cues, 3, 4, 3)


# ------------------------------------------------------------------------------------- from a file


def from_file(name):
    return f"cues={{kind: from_file, path: {name}, amplitude: 2.0, input_weights_std: 1}}"


def test_patterns_from_files_are_those_in_them(tmp_path):
    own = np.array([[1.0, 0.0, -2.5], [0.0, 3.0, 1e-3]])
    np.save(tmp_path / "own.npy", own)
    np.save(tmp_path / "whole.npy", np.array([[1, 0, -2], [0, 3, 0]]))
    np.savetxt(tmp_path / "own.csv", own, delimiter=",")
    cues = protocol(from_file(tmp_path / "own.npy")).cues
    assert (cue_patterns(cues, 0) == 2 * own).all()
    assert (patterns(from_file(tmp_path / "own.csv")) == 2 * own).all()
    whole = patterns(from_file(tmp_path / "whole.npy"))
    assert whole.dtype == np.float64
    assert whole.tolist() == [[2, 0, -4], [0, 6, 0]]


def test_one_row_of_a_csv_is_one_cue(tmp_path):
    (tmp_path / "one.csv").write_text("1,2,3\n")
    assert patterns(from_file(tmp_path / "one.csv")).tolist() == [[2, 4, 6]]


def test_novel_cues_beside_a_file_have_its_average_norm_and_are_random(tmp_path):
    np.save(tmp_path / "own.npy", np.array([[3.0, 4.0, 0.0], [0.0, 0.0, 1.0]]))  # norms 5 and 1
    cues = protocol(from_file(tmp_path / "own.npy")).cues
    found = novel_patterns(cues, 5, 3, 3)
    assert np.linalg.norm(found, axis=1) == pytest.approx(2 * 3.0)
    assert np.linalg.matrix_rank(found) == 3


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("none.npy", None, "there is no such file"),
        ("words.csv", b"a,b\n1,2\n", "holds no numbers"),
        ("empty.csv", b"", "holds no numbers"),
        ("ragged.csv", b"1,2\n3\n", "holds no numbers"),
        ("nan.csv", b"1,2\nnan,4\n", "holds nan at cue 1, channel 0"),
        ("cut.npy", b"\x93NUMPY", "holds no numbers"),
        ("own.txt", b"1,2\n", "neither .npy nor .csv"),
    ],
)
def test_a_file_without_patterns_is_refused_with_the_protocol(tmp_path, name, content, said):
    if content is not None:
        (tmp_path / name).write_bytes(content)
    with pytest.raises(ProtocolError) as caught:
        protocol(from_file(tmp_path / name))
    (problem,) = caught.value.problems
    assert said in problem.message


@pytest.mark.parametrize("array", [np.zeros(3), np.zeros((2, 2, 2)), np.zeros((0, 3))])
def test_an_array_of_another_shape_is_refused(tmp_path, array):
    np.save(tmp_path / "odd.npy", array)
    with pytest.raises(ProtocolError, match="shape"):
        protocol(from_file(tmp_path / "odd.npy"))


@pytest.mark.parametrize("array", [np.array([[1j]]), np.array([["a"]]), np.array([[True]])])
def test_an_array_of_no_real_numbers_is_refused(tmp_path, array):
    np.save(tmp_path / "odd.npy", array)
    with pytest.raises(ProtocolError, match="no real numbers"):
        protocol(from_file(tmp_path / "odd.npy"))


def test_a_file_that_has_gone_since_is_an_error_too(tmp_path):
    np.save(tmp_path / "own.npy", np.eye(2))
    cues = protocol(from_file(tmp_path / "own.npy")).cues
    (tmp_path / "own.npy").unlink()
    with pytest.raises(ValueError, match="there is no such file"):
        cue_patterns(cues, 0)


# ------------------------------------------------------------------------- without input weights


@pytest.mark.parametrize("with_weights", get_args(get_args(Cues)[0]))
def test_patterns_alone_say_all_that_cues_do_but_the_input_weights(with_weights):
    (alone,) = (kind for kind in get_args(get_args(Patterns)[0]) if issubclass(with_weights, kind))
    assert [*alone.model_fields, "input_weights_std"] == list(with_weights.model_fields)


@pytest.mark.parametrize(
    "keys",
    [
        {"kind": "one_channel_each", "n_cues": 4, "n_inputs": 6, "amplitude": 5.0},
        {"kind": "random_patterns", "n_cues": 4, "n_inputs": 6, "amplitude": 2.0},
        {"kind": "correlated_patterns", "n_cues": 4, "n_inputs": 6, "correlation": 0.3,
         "amplitude": 2.0},
    ],
)  # fmt: skip
def test_patterns_alone_are_those_of_cues_with_input_weights(keys):
    alone = TypeAdapter(Patterns).validate_python(keys)
    with_weights = TypeAdapter(Cues).validate_python({**keys, "input_weights_std": 1.0})
    assert (cue_patterns(alone, 3) == cue_patterns(with_weights, 3)).all()
    assert (novel_or_none(alone) == novel_or_none(with_weights)).all()
    assert pattern_shape(alone) == (4, 6)


def test_numbers_of_cues_and_channels_are_known_without_drawing_patterns(monkeypatch):
    """Nor is memory touched for them; those that no memory holds are refused."""
    monkeypatch.setattr("plastisim.cues.patterns.stream", lambda *name: pytest.fail("drawn"))
    monkeypatch.setattr("plastisim.cues.patterns.cue_patterns", lambda *of: pytest.fail("built"))
    each, random = {"kind": "one_channel_each"}, {"kind": "random_patterns"}
    common = {"kind": "correlated_patterns", "correlation": 0.5}

    def shape(kind, **counts):
        keys = {**kind, **counts, "amplitude": 1.0}
        return pattern_shape(TypeAdapter(Patterns).validate_python(keys))

    assert shape(each, n_cues=10_000) == (10_000, 10_000)
    assert shape(each, n_cues=4, n_inputs=6) == (4, 6)
    assert shape(random, n_cues=10_000, n_inputs=9_000) == (10_000, 9_000)
    assert shape(common, n_cues=9_000, n_inputs=7) == (9_000, 7)
    for n_cues in (10**8, 10**12):
        with pytest.raises((ValueError, MemoryError)):
            shape(each, n_cues=n_cues)


def novel_or_none(cues):
    return np.zeros(0) if cues.kind == "one_channel_each" else novel_patterns(cues, 3, 6, 3)
