"""The engine that is named decides what may be written."""

from pathlib import Path

import pytest

from plastisim.errors import ProtocolError
from plastisim.protocol import OnlineProtocol, Protocol, load_protocol, protocol_from_text
from plastisim.protocol.bptt import BpttProtocol
from plastisim.protocol.engines import ENGINES, grammar_of

HERE = Path(__file__).parent
ONLINE, BPTT = (HERE / name for name in ("good.yaml", "good_bptt.yaml"))


def refusal(text: str, *overrides: str) -> str:
    with pytest.raises(ProtocolError) as caught:
        protocol_from_text(text, overrides)
    return str(caught.value)


@pytest.mark.parametrize(("path", "model"), [(ONLINE, OnlineProtocol), (BPTT, BpttProtocol)])
def test_a_protocol_is_read_as_its_engine_asks(path, model):
    assert type(load_protocol(path)) is model


def test_the_engine_of_the_command_line_is_the_one_that_counts():
    text = BPTT.read_text().replace("engine: bptt", "engine: online")
    assert isinstance(protocol_from_text(text, ["engine=bptt"]), BpttProtocol)
    assert "cell\n    unknown field" in refusal(text)


@pytest.mark.parametrize("name", ENGINES)
def test_every_engine_takes_its_own_name(name):
    model = grammar_of({"engine": name}).model
    assert issubclass(model, Protocol)
    assert model.model_json_schema()["properties"]["engine"]["const"] == name


@pytest.mark.parametrize("path", [ONLINE, BPTT])
@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("", "engine\n    missing; write online or bptt"),
        ("engine: brian\n", 'engine\n    got "brian"; write online or bptt'),
        ("engine: [bptt]\n", "engine\n    got a list of 1; write online or bptt"),
        ("engine:\n", "engine\n    got nothing; write online or bptt"),
    ],
)
def test_without_an_engine_that_exists_all_of_them_are_named_and_nothing_else_is_wrong(
    path, written, said
):
    """What else is written tells which engine was meant, so its keys are not called unknown."""
    text = path.read_text()
    line = f"engine: {'online' if path is ONLINE else 'bptt'}\n"
    refused = refusal(text.replace(line, written))
    assert said in refused
    assert refused.endswith("1 problem in protocol; nothing was run")


def test_a_misspelt_engine_hides_no_other_problem():
    refused = refusal(BPTT.read_text().replace("engine: bptt", "engine: bppt"), "seed=-1")
    assert 'got "bppt"; write online or bptt; did you mean bptt?' in refused
    assert "seed=-1\n    got -1" in refused
