"""A protocol is found by its path or its name, and a missing one is told with a suggestion."""

from pathlib import Path

import pytest

from plastisim.errors import ProtocolError
from plastisim.protocol import load_protocol, shipped

GOOD = Path(__file__).parent / "good.yaml"


def refusal(source) -> str:
    with pytest.raises(ProtocolError) as caught:
        load_protocol(source)
    return str(caught.value)


def test_a_shipped_protocol_is_found_by_its_name():
    assert load_protocol("freeze_in_25cues") == load_protocol(shipped()["freeze_in_25cues"])


def test_a_file_goes_before_a_shipped_protocol_of_its_name(tmp_path, monkeypatch):
    (tmp_path / "freeze_in_25cues").write_text(GOOD.read_text())
    monkeypatch.chdir(tmp_path)
    assert load_protocol("freeze_in_25cues") == load_protocol(GOOD)


def test_a_folder_does_not_hide_a_shipped_protocol_of_its_name(tmp_path, monkeypatch):
    (tmp_path / "freeze_in_25cues").mkdir()
    monkeypatch.chdir(tmp_path)
    assert load_protocol("freeze_in_25cues") == load_protocol(shipped()["freeze_in_25cues"])


def test_a_name_or_path_that_is_nearly_right_gets_a_suggestion(tmp_path):
    assert "did you mean freeze_in_25cues?" in refusal("freeze_in_25cue")
    (tmp_path / "mine.yaml").write_text("")
    assert f"did you mean {tmp_path}/mine.yaml?" in refusal(tmp_path / "mein.yaml")
    assert f"did you mean {tmp_path}/mine.yaml?" in refusal(tmp_path / "mine")


def test_what_is_no_file_says_so(tmp_path):
    assert "this is a folder; a protocol is a YAML file" in refusal(tmp_path)
    assert f": {tmp_path}/no does not exist" in refusal(tmp_path / "no" / "p.yaml")
    assert "no path" in refusal("")


def test_a_file_too_large_is_not_read_to_its_end(tmp_path):
    (tmp_path / "p.yaml").write_text("#" * (1 << 18) + "\n")
    assert "larger than 256 KiB" in refusal(tmp_path / "p.yaml")
    assert "larger than 256 KiB" in refusal("/dev/zero")


def test_a_byte_order_mark_and_windows_lines_are_taken(tmp_path):
    text = GOOD.read_text().replace("\n", "\r\n")
    (tmp_path / "p.yaml").write_bytes(b"\xef\xbb\xbf" + text.encode())
    assert load_protocol(tmp_path / "p.yaml") == load_protocol(GOOD)
