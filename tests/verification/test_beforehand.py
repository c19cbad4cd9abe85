"""What a run will not hold is refused before it is run.

The texts in `bad/` are golden: read one before changing it, as an experimenter would.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from plastisim.errors import NotAllowedError, ProtocolError
from plastisim.protocol import load_protocol, protocol_from_text, shipped
from plastisim.protocol.checks.bptt.coordinates import coordinates as of_networks
from plastisim.protocol.checks.online.coordinates import coordinates as of_cues
from plastisim.runs import engine_of
from plastisim.verification import door, not_to_come, verify

HERE = Path(__file__).parent
GOOD = {name: HERE.parent / "protocol" / f"{name}.yaml" for name in ("good", "good_bptt")}
ALL_TESTS = [
    "test.perturbations=[{kind: sign_flip, fractions: [0.1, 0.3], repeats: 1, at: last}, "
    "{kind: gaussian, stds: [0.5, 1], repeats: 1, at: last}]",
    "test.weak_cues={fractions: [0.5, 0.7], at: last}",
    "test.retain=1 s",
]


@pytest.fixture
def nothing_runs(monkeypatch):
    monkeypatch.setattr(door, "run", lambda *of, **how: pytest.fail("it was run"))


@pytest.mark.parametrize("path", sorted((HERE / "bad").glob("*.yaml")), ids=lambda path: path.stem)
def test_an_expectation_that_cannot_be_met_says_where_it_stands_and_why(path, nothing_runs):
    load_protocol(path)  # the engine alone knows what it keeps
    with pytest.raises(ProtocolError) as caught:
        verify(path)
    said = str(caught.value).replace(f"{path.parent}/", "")
    assert said + "\n" == path.with_suffix(".txt").read_text(encoding="utf-8")


def test_an_expectation_of_the_command_line_has_its_place_there(nothing_runs):
    given = 'expect={"test.fraction_correct[seed=1]": {last: 1}}'
    with pytest.raises(ProtocolError) as caught:
        verify(GOOD["good_bptt"], [given])
    (problem,) = caught.value.problems
    assert (problem.origin, problem.key) == ("command line", given)
    assert "2 numbers are left, along network" in problem.message


def test_code_that_is_not_allowed_is_asked_for_before_anything_else(nothing_runs):
    with pytest.raises(NotAllowedError, match="my_rules"):
        verify(GOOD["good"], ['rule={kind: "my_rules:Mine", strength: 1}'])


@pytest.mark.parametrize("name", shipped())
def test_what_a_shipped_protocol_expects_can_be_met(name):
    protocol = load_protocol(name)
    assert list(not_to_come(protocol, engine_of(protocol.engine).layout(protocol))) == []


@pytest.mark.parametrize(
    ("name", "overrides", "known"),
    [
        ("good", [], of_cues),
        ("good", ALL_TESTS, of_cues),
        ("good", ["record.rate=null", "cues.n_cues=7", "cues.n_inputs=9"], of_cues),
        ("good_bptt", [], of_networks),
        ("good_bptt", ["loss.regularizers=[]", "record.trials=null", "seed=9"], of_networks),
        ("good_bptt", ["loss.regularizers.1.strength=[0.1, 0.2, 0.5]"], of_networks),
    ],
)
def test_the_coordinates_known_to_the_checks_are_those_of_the_store(name, overrides, known):
    protocol = load_protocol(GOOD[name], overrides)
    kept = {}
    for group in engine_of(protocol.engine).layout(protocol).groups.values():
        kept |= {key: c.array() for key, c in group.coords.items() if key != "epoch"}
    found = known(protocol)
    assert found.keys() == kept.keys()
    for key, values in found.items():
        if values is not None:
            np.testing.assert_array_equal(np.sort(values), np.unique(kept[key]), err_msg=key)


def test_no_number_of_networks_is_too_many_to_ask_for_one():
    text = GOOD["good_bptt"].read_text("utf-8").replace("networks: 3", "networks: 1" + 30 * "0")
    expect = "expect:\n  test.fraction_correct[seed={}]: {{last_max: 1}}\n"
    protocol_from_text(text + expect.format(10**29))
    with pytest.raises(ProtocolError, match=r"got -1; seed is 0, 1, 2 … 9999"):
        protocol_from_text(text + expect.format(-1))
