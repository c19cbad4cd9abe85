"""Every file in `bad/` is named by its fault, and says so: the text beside it, whole.

The texts are golden: read one before changing it, as an experimenter would.
"""

from pathlib import Path

import pytest

from plastisim.errors import ProtocolError
from plastisim.protocol import load_protocol

HERE = Path(__file__).parent
BAD = sorted((HERE / "bad").glob("*.yaml"))


def test_the_protocol_that_all_bad_ones_are_made_from_is_good():
    assert load_protocol(HERE / "good.yaml").cues.n_cues == 4


@pytest.mark.parametrize("path", BAD, ids=lambda path: path.stem)
def test_a_bad_protocol_says_where_it_is_wrong_and_what_would_be_right(path):
    with pytest.raises(ProtocolError) as caught:
        load_protocol(path)
    said = str(caught.value).replace(f"{path.parent}/", "")
    assert said + "\n" == path.with_suffix(".txt").read_text(encoding="utf-8")


def test_every_expected_text_has_its_file():
    assert {path.stem for path in (HERE / "bad").glob("*.txt")} == {path.stem for path in BAD}
    assert len(BAD) >= 70


@pytest.mark.parametrize("path", BAD, ids=lambda path: path.stem)
def test_the_validator_library_never_speaks_itself(path):
    text = path.with_suffix(".txt").read_text(encoding="utf-8").lower()
    for word in (
        "pydantic",
        "input should",
        "field required",
        "extra inputs",
        "valid ",
        "value error",
    ):
        assert word not in text
