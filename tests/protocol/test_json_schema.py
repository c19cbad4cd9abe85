"""The schema for editors says what the loader says, in draft-07."""

import json
from pathlib import Path

import jsonschema
import pytest
from ruamel.yaml import YAML

from plastisim.cells import CELLS
from plastisim.protocol import json_schema, load_protocol, resolved_text, shipped
from plastisim.protocol.engines import ENGINES
from plastisim.regularizers import REGULARIZERS
from plastisim.rules import RULES
from plastisim.tasks import TASKS

HERE = Path(__file__).parent
SCHEMA = json_schema()
VALIDATOR = jsonschema.Draft7Validator(SCHEMA)


def read(text: str):
    return YAML(typ="safe", pure=True).load(text)


GOOD = {
    engine: read((HERE / name).read_text(encoding="utf-8"))
    for engine, name in (("online", "good.yaml"), ("bptt", "good_bptt.yaml"))
}


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
     "negative_gain", "wrong_schema", "rule_without_kind", "wrong_strength", "cell_is_unknown",
     "regularizer_unknown", "strength_of_a_penalty_as_a_word", "strengths_of_a_penalty_empty",
     "learning_rate_as_a_word", "learning_rate_that_ends_below_zero", "trials_unknown",
     "keys_of_the_other_engine", "engine_unknown", "distribution_unknown",
     "expectation_that_cannot_be_read", "selection_that_cannot_be_read",
     "bound_that_cannot_be_read"],
)  # fmt: skip
def test_it_refuses_what_is_wrong_by_itself(name):
    data = read((HERE / "bad" / f"{name}.yaml").read_text(encoding="utf-8"))
    assert not VALIDATOR.is_valid(data)


def test_it_knows_all_that_is_in_a_catalogue():
    text = json.dumps(SCHEMA)
    for kind in (*RULES, *CELLS, *TASKS, *REGULARIZERS):
        assert f'{{"const": "{kind}"' in text


@pytest.mark.parametrize(("engine", "key"), [("online", "rule"), ("bptt", "task")])
def test_it_lets_a_rule_or_a_task_of_ones_own_pass(engine, key):
    VALIDATOR.validate(GOOD[engine] | {key: {"kind": "my_package.mine:Mine", "anything": 1}})


@pytest.mark.parametrize("engine", ENGINES)
def test_it_takes_what_an_engine_takes_and_nothing_of_another(engine):
    good = GOOD[engine]
    VALIDATOR.validate(good)
    for other in ENGINES.keys() - {engine}:
        assert not VALIDATOR.is_valid(good | {"engine": other})
        for key in GOOD[other].keys() - good.keys():
            mixed = good | {key: GOOD[other][key]}
            assert [error.message for error in VALIDATOR.iter_errors(mixed)] == [
                f"Additional properties are not allowed ('{key}' was unexpected)"
            ]


@pytest.mark.parametrize("engine", ENGINES)
def test_it_takes_every_form_of_an_expectation(engine):

    def is_valid(variable, pick, wanted):
        return VALIDATOR.is_valid(GOOD[engine] | {"expect": {variable: {pick: wanted}}})

    block = {"above": 0.5, "tests_in_a_row": 3, "is": ">= 6"}
    for variable in ("a.b", "a.b.c", "a.b[c=1]", "a.b[ c = 1e-3 , d=plastic steps ]"):
        for pick in ("value", "max", "last", "last_max", "epoch_12", "epoch_12_median"):
            assert is_valid(variable, pick, 25)
            assert not is_valid(variable + "]", pick, 25)
            assert not is_valid(variable, pick + "_", 25)
    for wanted in (-1, 0.5, "< 1e-3", " >= 24 ", "25 +- 1", "25±1", block, {"is": 3, "below": -1}):
        assert is_valid("a.b", "onset_count", wanted)
    for wanted in ("25", "about 25", None, True, [1], {}, {"above": 1}, {**block, "to": 1},
                   {**block, "is": "6"}, {**block, "tests_in_a_row": 0}):  # fmt: skip
        assert not is_valid("a.b", "onset_count", wanted)


def test_it_says_what_is_wrong_with_the_engine_alone_where_there_is_none():
    for data in ({k: v for k, v in GOOD["online"].items() if k != "engine"},
                 GOOD["online"] | {"engine": "onlin"}):  # fmt: skip
        (error,) = VALIDATOR.iter_errors(data)
        assert "'engine' is a required property" in error.message or "'onlin'" in error.message


def test_the_comment_behind_a_field_is_what_an_editor_shows():
    network = SCHEMA["definitions"]["NetworkModel"]["properties"]
    assert network["gain"]["description"] == "std of the recurrent weights is gain / sqrt(n_units)"
    training = SCHEMA["definitions"]["Training"]["properties"]
    assert training["batch"]["description"] == "trials a step"
