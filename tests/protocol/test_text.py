"""What is read from YAML, and what is refused before it grows."""

from itertools import pairwise

import pytest

from plastisim.protocol import text
from plastisim.protocol.text import Place, UnreadableError, parse

BOMB = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{b}: &{b} [{', '.join([f'*{a}'] * 9)}]\n" for a, b in pairwise("abcdefgh")
)


def refusal(document: str) -> str:
    with pytest.raises(UnreadableError) as caught:
        parse(document)
    return caught.value.fault.message


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("1e-3", 0.001), ("1.0e-3", 0.001), ("-.5", -0.5), ("5.", 5.0), ("12", 12), ("012", 12),
        ("0x1F", 31), ("0o17", 15), ("true", True), ("False", False), ("~", None), ("null", None),
        ("yes", "yes"), ("off", "off"), ("1_000", "1_000"), ("12:30", "12:30"), ("10 ms", "10 ms"),
        ("2026-01-01", "2026-01-01"), ('"1"', "1"), ("'true'", "true"), (".inf", float("inf")),
    ],
)  # fmt: skip
def test_scalars_mean_what_yaml_1_2_says(written, meant):
    value = parse(f"key: {written}").data["key"]
    assert value == meant
    assert type(value) is type(meant)


def test_a_yaml_1_1_directive_does_not_bring_back_yes_and_no():
    assert parse("%YAML 1.1\n---\nkey: yes\n").data == {"key": "yes"}


def test_every_key_and_value_knows_its_place():
    tree = parse("a:\n  - {b: 1, c: [x, y]}\n")
    assert tree.keys[("a",)] == Place(1, 1)
    assert tree.keys[("a", 0, "c")] == Place(2, 12)
    assert tree.values[("a", 0, "c", 1)] == Place(2, 19)


def test_an_alias_gives_the_same_value_again():
    assert parse("a: &x {b: [1, 2]}\nc: *x\n").data == {"a": {"b": [1, 2]}, "c": {"b": [1, 2]}}


def test_an_alias_counts_as_all_that_it_stands_for(monkeypatch):
    monkeypatch.setattr(text, "MAX_NODES", 12)
    parse("a: &x [1, 2]\nb: *x\n")  # 1 map, 2 keys, 2 lists of 2 values
    assert "more than 12" in refusal("a: &x [1, 2]\nb: *x\nc: *x\nd: *x\n")


@pytest.mark.parametrize(
    "document",
    [
        "[" * 10_000,
        "{" * 10_000,
        "- " * 10_000,
        "? " * 10_000,
        "a: [" + "0," * 10_000 + "]",
        "- 0\n" * 10_000,
        BOMB,
        "x" * (text.MAX_BYTES + 1),
    ],
    ids=["lists", "maps", "items", "keys", "values", "lines", "aliases", "bytes"],
)  # fmt: skip
def test_a_hostile_text_is_refused_after_little_of_it(document, monkeypatch):
    monkeypatch.setattr(text, "MAX_NODES", 2_000)
    made = []
    monkeypatch.setattr(
        text, "_Node", lambda *args, n=text._Node, **kw: made.append(1) or n(*args, **kw)
    )
    refusal(document)
    assert len(made) <= text.MAX_NODES


def test_no_tag_makes_an_object():
    tree = parse("a: !!python/object/apply:os.abort []\n")
    assert tree.data == {"a": []}
    assert [fault.path for fault in tree.faults] == [("a",)]


def test_faults_that_leave_the_rest_readable_are_gathered():
    tree = parse("a: 1\na: 2\n3: x\nb: !t 1\n")
    assert [fault.place for fault in tree.faults] == [Place(2, 1), Place(3, 1), Place(4, 4)]
