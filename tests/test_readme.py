"""What README.md shows works as it stands there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import plastisim
from plastisim.protocol import load_protocol, protocol_from_text, shipped
from plastisim.runs import engine_of
from plastisim.verification import not_to_come

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text("utf-8")


def section(title: str) -> str:
    found = re.search(rf"^## {title}\n(.*?)^## ", README, re.DOTALL | re.MULTILINE)
    assert found, title
    return found[1]


def test_the_protocol_is_one_that_can_be_run():
    text = re.search(r"```yaml\n(.*?)```", section("A protocol"), re.DOTALL)
    assert text
    assert protocol_from_text(text[1]).network.n_units == 100


@pytest.mark.parametrize("override", [
    "network.transfer={kind: threshold_linear, threshold: 0.5}",
    "network.bias={std: 0.1}",
    "network.constraints={bounds: [-1, 1], dale: {excitatory_fraction: 0.8}, density: 0.1}",
    "rule.strength={schedule: linear, start: 1e-3, end: 0, epochs: 20}",
    "rule.decay={time_constant: 10 s, toward: zero}",
    "schedule.stop={when: all_cues_are_attractors, tests_in_a_row: 3, then: freeze}",
])  # fmt: skip
def test_what_the_table_of_keys_shows_is_allowed_and_stands_there(override):
    load_protocol("freeze_in_small", [override])
    assert override.partition("=")[2] in section("A protocol")


@pytest.mark.parametrize("n", [0, 1])
def test_what_a_protocol_expects_there_can_be_met(n):
    """By the protocol of an engine each, before anything runs."""
    found = re.findall(r"```yaml\n(expect:.*?)```", section("What a protocol expects"), re.DOTALL)
    path = shipped()[("freeze_in_25cues", "flip_flop_3bit_strong_tcr")[n]]
    before = path.read_text("utf-8").partition("expect:")[0]
    protocol = protocol_from_text(before + found[n], folder=path.parent)
    assert protocol.expect
    assert not list(not_to_come(protocol, engine_of(protocol.engine).layout(protocol)))


def test_every_name_of_the_python_interface_is_there():
    used = set(re.findall(r"plastisim\.(\w+)\(", section("In Python")))
    assert used == {"run", "open_run", "draw"}
    for name in plastisim.__all__:
        assert getattr(plastisim, name) is not None


def test_every_file_that_is_linked_is_there():
    for link in re.findall(r"\]\((?!http|#)([^)]+)\)", README):
        assert (ROOT / link).exists(), link


def test_every_shipped_protocol_that_is_named_is_there():
    named = set(re.findall(r"\b(\w+_(?:small|\d+cues\w*))\b", README))
    assert named <= set(shipped())


def test_a_function_of_the_package_is_never_hidden_by_a_room_of_the_same_name():
    """Importing plastisim.x puts the room x into the package, over a function named x."""
    import pkgutil

    rooms = {module.name for module in pkgutil.iter_modules(plastisim.__path__)}
    assert not rooms & set(plastisim.__all__)
