"""KEY=VALUE replaces one value, and its mistakes are told like those of the file."""

from pathlib import Path

import pytest

from plastisim.errors import ProtocolError
from plastisim.protocol import load_protocol
from plastisim.protocol.overrides import apply
from plastisim.quantities import Time

GOOD = Path(__file__).parent / "good.yaml"


def refusal(*overrides: str) -> str:
    with pytest.raises(ProtocolError) as caught:
        load_protocol(GOOD, overrides)
    return str(caught.value)


def test_an_override_changes_its_key_and_no_other():
    one, other = load_protocol(GOOD), load_protocol(GOOD, ["rule.strength=1e-2"])
    assert other.rule.strength == 0.01
    assert other.model_copy(update={"rule": one.rule}) == one


def test_an_override_reaches_into_a_list():
    protocol = load_protocol(GOOD, ["schedule.trial.1.duration=20 ms"])
    assert [p.duration.text for p in protocol.schedule.trial] == ["50 ms", "20 ms"]


def test_an_override_replaces_a_whole_block():
    protocol = load_protocol(
        GOOD, ["rule={kind: bcm, strength: 1e-4, threshold_time_constant: 1 s}"]
    )
    assert protocol.rule.threshold_time_constant == Time.parse("1 s")


def test_an_override_makes_the_blocks_on_its_way():
    assert load_protocol(GOOD, ["record.w_rec.every=5"]).record.w_rec.every == 5


def test_null_leaves_an_optional_key_out():
    assert load_protocol(GOOD, ["record.spectra=null"]).record.spectra is None


def test_a_later_override_wins():
    assert load_protocol(GOOD, ["seed=1", "seed=2"]).seed == 2


def test_a_later_override_may_change_what_an_earlier_one_made():
    protocol = load_protocol(
        GOOD, ["record.rate={epochs: [1], every: 1 ms}", "record.rate.every=2 ms"]
    )
    assert protocol.record.rate.every == Time.parse("2 ms")


def test_a_key_with_dots_is_found_whole():
    data = {"expect": {"attractors.n_attractors": {"last": 25}}}
    apply("expect.attractors.n_attractors.last=4", data)
    assert data == {"expect": {"attractors.n_attractors": {"last": 4}}}


def test_a_key_with_a_selection_is_found_whole():
    """The equals sign and the dot in brackets are its own."""
    data = {"expect": {"test.score[tcr=0.3, seed=0]": {"last": 25}}}
    apply('expect.test.score[tcr=0.3, seed=0].last=">= 4"', data)
    assert data == {"expect": {"test.score[tcr=0.3, seed=0]": {"last": ">= 4"}}}
    apply('expect={"test.score[tcr=0.3]": {last: 1}}', data)
    assert data == {"expect": {"test.score[tcr=0.3]": {"last": 1}}}


def test_an_override_of_an_alias_leaves_what_it_stands_for(tmp_path):
    text = GOOD.read_text().replace("duration: 50 ms, input: cue", "duration: &d 50 ms, input: cue")
    text = text.replace("duration: 50 ms, input: none", "duration: *d, input: none")
    text = text.replace("    - {period: cue", "    - &p {period: cue")
    (tmp_path / "p.yaml").write_text(text)
    protocol = load_protocol(tmp_path / "p.yaml", ["schedule.trial.0.duration=20 ms"])
    assert [p.duration.text for p in protocol.schedule.trial] == ["20 ms", "50 ms"]


def test_a_mistake_in_an_override_is_told_with_the_override_as_its_place():
    assert refusal("rule.strenght=1e-2", "network.dt=1") == (
        "command line: network.dt=1\n"
        '    got 1; a time needs its unit: write "1 ms"\n'
        "command line: rule.strenght=1e-2\n"
        "    unknown field; did you mean strength?\n"
        f"2 problems in {GOOD}; nothing was run"
    )


def test_a_mistake_inside_an_overriding_block_names_its_key():
    assert "command line: record.rate={epochs: [1]}\n    record.rate.every: missing;" in refusal(
        "record.rate={epochs: [1]}"
    )


def test_an_override_that_spoils_a_value_of_the_file_is_told_at_that_value():
    assert f"{GOOD}:25:22: record.rate.epochs.1\n    got 10; schedule.epochs is 4" in refusal(
        "schedule.epochs=4"
    )


@pytest.mark.parametrize(
    ("override", "said"),
    [
        ("seed", "an override is written KEY=VALUE"),
        ("=3", "an override is written KEY=VALUE"),
        ("expect.a.b[c=1", "an override is written KEY=VALUE"),
        ("network..dt=1 ms", "an override is written KEY=VALUE"),
        ("seed=", "no value; write null to leave an optional key out"),
        ("seed=[1", "this is not YAML"),
        ("seed=!!int 3", "got the tag !!int"),
        ("seed.low=3", "seed is 0, which has no keys; write seed={low: ...}"),
        ("schedule.trial.2.plastic=true", 'schedule.trial is a list of 2; got "2", write 0 or 1'),
        ("schedule.trial.-1.plastic=true", 'schedule.trial is a list of 2; got "-1", write 0 or 1'),
    ],
)
def test_an_override_that_cannot_be_applied_says_why(override, said):
    assert f"command line: {override}\n    {said}" in refusal(override)
