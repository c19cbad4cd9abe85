"""The schema for editors says what the loader says, in draft-07."""

import json
from pathlib import Path

import jsonschema
import pytest
from ruamel.yaml import YAML

from plastisim.protocol import json_schema, load_protocol, resolved_text, shipped
from plastisim.rules import RULES

HERE = Path(__file__).parent
SCHEMA = json_schema()
VALIDATOR = jsonschema.Draft7Validator(SCHEMA)


def read(text: str):
    return YAML(typ="safe", pure=True).load(text)


def test_it_is_a_valid_draft_07_schema():
    assert SCHEMA["$schema"] == "http://json-schema.org/draft-07/schema#"
    jsonschema.Draft7Validator.check_schema(SCHEMA)


def test_it_holds_no_word_that_draft_07_does_not_know():
    text = json.dumps(SCHEMA)
    for word in ("$defs", "prefixItems", "discriminator", "unevaluated", "dependentRequired"):
        assert f'"{word}"' not in text


def test_nothing_stands_beside_a_reference_where_draft_07_would_not_see_it():
    def look(part):
        if isinstance(part, dict):
            assert "$ref" not in part or len(part) == 1
        for below in part.values() if isinstance(part, dict) else part:
            if isinstance(below, (dict, list)):
                look(below)

    look(SCHEMA)


@pytest.mark.parametrize("name", shipped())
def test_it_accepts_every_shipped_protocol_as_written_and_as_resolved(name):
    VALIDATOR.validate(read(shipped()[name].read_text(encoding="utf-8")))
    VALIDATOR.validate(read(resolved_text(load_protocol(name))))


@pytest.mark.parametrize(
    "name",
    ["misspelt_key", "unknown_choice", "missing_keys", "time_without_unit", "unknown_rule",
     "negative_gain", "wrong_schema", "rule_without_kind", "wrong_strength"],
)  # fmt: skip
def test_it_refuses_what_is_wrong_by_itself(name):
    data = read((HERE / "bad" / f"{name}.yaml").read_text(encoding="utf-8"))
    assert not VALIDATOR.is_valid(data)


def test_it_knows_every_rule_of_the_catalogue():
    text = json.dumps(SCHEMA)
    assert all(f'{{"const": "{kind}"' in text for kind in RULES)


def test_it_lets_a_rule_of_ones_own_pass():
    data = read((HERE / "good.yaml").read_text(encoding="utf-8"))
    VALIDATOR.validate(data | {"rule": {"kind": "my_package.rules:Mine", "anything": 1}})


def test_the_comment_behind_a_field_is_what_an_editor_shows():
    network = SCHEMA["definitions"]["NetworkModel"]["properties"]
    assert network["gain"]["description"] == "std of the recurrent weights is gain / sqrt(n_units)"
