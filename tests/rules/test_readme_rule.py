"""The rule that README.md teaches by works as it stands there."""

import re
import sys
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from plastisim.protocol import load_protocol
from plastisim.rules import LocalRule
from plastisim.testing import check_rule

README = Path(__file__).parents[2] / "README.md"


def blocks():
    """The code blocks between the markers, by language."""
    text = README.read_text(encoding="utf-8")
    between = re.search("<!-- rule:begin -->(.*)<!-- rule:end -->", text, re.DOTALL)
    assert between, "README.md has no section between <!-- rule:begin --> and <!-- rule:end -->"
    return dict(re.findall(r"```(\w+)\n(.*?)```", between[1], re.DOTALL))


@pytest.fixture
def rule(tmp_path, monkeypatch):
    """The rule as a protocol's `rule:` block gives it, from a file of the name it says."""
    block = YAML(typ="safe").load(blocks()["yaml"])["rule"]
    module = block["kind"].partition(":")[0]
    (tmp_path / f"{module}.py").write_text(blocks()["python"])
    monkeypatch.syspath_prepend(tmp_path)
    as_text = "{" + ", ".join(f'{key}: "{v}"' if isinstance(v, str) else f"{key}: {v}"
                              for key, v in block.items()) + "}"  # fmt: skip
    protocol = load_protocol("freeze_in_25cues", [f"rule={as_text}"], allow=[module])
    yield protocol.rule
    sys.modules.pop(module)


def test_a_protocol_finds_the_rule_and_gives_it_its_keys(rule):
    assert isinstance(rule, LocalRule)
    assert rule.strength_at(1) == 1e-3


def test_the_rule_keeps_the_promises_of_a_rule(rule):
    check_rule(rule)


def test_the_rule_is_as_short_as_a_rule_should_be():
    code = [line for line in blocks()["python"].splitlines() if line.strip()]
    assert len(code) <= 14


def test_the_command_names_the_same_rule_and_allows_its_module():
    block = YAML(typ="safe").load(blocks()["yaml"])["rule"]
    assert f"--allow {block['kind'].partition(':')[0]}" in blocks()["sh"]
    assert block["kind"] in blocks()["sh"]
