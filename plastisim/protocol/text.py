"""YAML text -> plain data that knows the place of every key and value.

The text may come from a stranger. It is read event by event, and counted while it is read, so that
nothing large is ever built: nesting, nodes and aliases are limited, an alias counts as all that it
stands for, and tags (the way by which YAML names code) are refused.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple, NoReturn

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, StringMark, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
)
from ruamel.yaml.reader import ReaderError

MAX_BYTES = 1 << 18  # of the scanner's work, some goes with the square of this
MAX_DEPTH = 32  # blocks within blocks
MAX_NODES = 20_000  # keys and values, aliases written out
MAX_ALIASES = 100
MAX_DIGITS = 100  # of one number

TOO_LONG = f"larger than {MAX_BYTES >> 10} KiB, the most that a protocol may take"

Path = tuple[str | int, ...]  # ("schedule", "trial", 0, "duration")


class Place(NamedTuple):
    """A place in a text, counted from 1."""

    line: int
    column: int


class Fault(NamedTuple):
    """Something wrong with the text, at a place and, where it is known, at a key."""

    place: Place
    path: Path
    message: str


class UnreadableError(Exception):
    """A fault after which the rest of the text cannot be read."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.message)
        self.fault = fault


@dataclass(frozen=True)
class Tree:
    """What a text says: its data, where each key and value stands, and what cannot be taken."""

    data: Any
    keys: dict[Path, Place] = field(default_factory=dict)
    values: dict[Path, Place] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)


def parse(text: str) -> Tree:
    """Read one YAML 1.2 document.

    Raises
    ------
    UnreadableError
        If the text is not YAML, holds no document or several, or is larger than the limits.
        Duplicate keys, tags and keys that are no text are gathered in ``Tree.faults`` instead.
    """
    if len(text) > MAX_BYTES:
        raise UnreadableError(Fault(Place(1, 1), (), TOO_LONG))
    reader = _Reader(text)
    root = reader.document()
    tree = Tree(_plain(root), faults=reader.faults)
    _locate(root, (), tree)
    return tree


# ------------------------------------------------------------------------------- plain scalars

_INT = re.compile(r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_WORDS: dict[str, Any] = {
    **dict.fromkeys(["", "~", "null", "Null", "NULL"], None),
    **dict.fromkeys(["true", "True", "TRUE"], True),
    **dict.fromkeys(["false", "False", "FALSE"], False),
    **dict.fromkeys([".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF"], float("inf")),
    **dict.fromkeys(["-.inf", "-.Inf", "-.INF"], float("-inf")),
    **dict.fromkeys([".nan", ".NaN", ".NAN"], float("nan")),
}


def plain_scalar(text: str) -> bool | int | float | str | None:
    """What an unquoted scalar means: the core schema of YAML 1.2 (section 10.3)."""
    if text in _WORDS:
        return _WORDS[text]
    if len(text) > MAX_DIGITS:
        return text
    if _INT.fullmatch(text):
        base = {"0o": 8, "0x": 16}.get(text[:2], 10)
        return int(text, base)
    if _FLOAT.fullmatch(text):
        return float(text)
    return text


# ------------------------------------------------------------------------------------ the tree


@dataclass
class _Node:
    place: Place
    value: Any  # a scalar, {key: _Node} or [_Node]
    key_places: dict[str, Place] = field(default_factory=dict)
    size: int = 1  # nodes, aliases written out


class _Reader:
    def __init__(self, text: str) -> None:
        self.events = self._events(text)
        self.faults: list[Fault] = []
        self.anchors: dict[str, _Node | None] = {}  # None: still being read
        self.n_nodes = 0
        self.n_aliases = 0

    def _events(self, text: str) -> Iterator[Event]:
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                yield from YAML(typ="safe", pure=True).parse(text)
        except MarkedYAMLError as error:
            raise UnreadableError(_syntax_fault(error)) from None
        except ReaderError as error:
            before = text[: error.position]
            place = Place(before.count("\n") + 1, len(before) - before.rfind("\n"))
            message = f"a control character, U+{ord(text[error.position]):04X}; write plain text"
            raise UnreadableError(Fault(place, (), message)) from None
        except (YAMLError, ValueError, IndexError) as error:
            why = str(error).splitlines() or [""]
            raise UnreadableError(Fault(Place(1, 1), (), f"this is not YAML: {why[0]}")) from None

    def document(self) -> _Node:
        root = None
        for event in self.events:
            if isinstance(event, DocumentStartEvent):
                if root is not None:
                    self.give_up(event, (), "a second document starts here; write one per file")
                root = self.node(next(self.events), 0, ())
            elif isinstance(event, StreamEndEvent) and root is None:
                self.give_up(event, (), "nothing is written here")
        assert root is not None
        return root

    def give_up(self, event: Event, path: Path, message: str) -> NoReturn:
        raise UnreadableError(Fault(_place(event), path, message))

    def node(self, event: Event, depth: int, path: Path) -> _Node:
        if isinstance(event, AliasEvent):
            return self.alias(event, path)
        self.count(event, path, 1)
        if depth > MAX_DEPTH:
            self.give_up(event, path[:4], f"nested deeper than {MAX_DEPTH} blocks")
        anchor, tag = getattr(event, "anchor", None), getattr(event, "ctag", None)
        if anchor is not None:
            self.anchors[anchor] = None
        if tag is not None:
            shown = _shown(str(tag).replace("tag:yaml.org,2002:", "!!"))
            message = f"got the tag {shown}; a protocol is plain data: write the value alone"
            self.faults.append(Fault(_place(event), path, message))
        if isinstance(event, MappingStartEvent):
            node = self.mapping(event, depth, path)
        elif isinstance(event, SequenceStartEvent):
            node = self.sequence(event, depth, path)
        else:
            assert isinstance(event, ScalarEvent)
            node = _Node(_place(event), self.scalar(event, path))
        if anchor is not None:
            self.anchors[anchor] = node
        return node

    def scalar(self, event: ScalarEvent, path: Path) -> Any:
        if any("\ud800" <= letter <= "\udfff" for letter in event.value):
            message = "half a surrogate pair; write the character itself"
            self.faults.append(Fault(_place(event), path, message))
        if event.style:  # quoted or a block of text
            return event.value
        value = plain_scalar(event.value)
        if isinstance(value, str) and len(value) > MAX_DIGITS and value.isdigit():
            message = f"a number of {len(value)} digits; write at most {MAX_DIGITS}"
            self.faults.append(Fault(_place(event), path, message))
        return value

    def mapping(self, start: Event, depth: int, path: Path) -> _Node:
        node = _Node(_place(start), {})
        while not isinstance(event := next(self.events), MappingEndEvent):
            key, place = self.key(event, depth, path), _place(event)
            below = path if key is None else (*path, key)
            child = self.node(next(self.events), depth + 1, below)
            if key is None:
                continue
            if child.value is None:  # written as nothing: the parser's mark is the next word's
                child.place = place
            if key in node.value:
                first = node.key_places[key]
                message = (
                    f"written twice; it stands in line {first.line}, column {first.column} already"
                )
                self.faults.append(Fault(place, below, message))
                continue
            node.value[key], node.key_places[key] = child, place
            node.size += child.size + 1
        return node

    def key(self, event: Event, depth: int, path: Path) -> str | None:
        """A key's text, or None, with a fault on record, if it is not text."""
        node = self.node(event, depth + 1, path)
        if isinstance(node.value, str) and node.value != "<<":
            return node.value
        if node.value == "<<":
            message = "got a merge key, <<, which YAML 1.2 has no more; write the keys themselves"
        elif isinstance(node.value, (dict, list)):
            message = "a block stands where a key should be; put text with { or : in quotes"
        else:
            shown = _shown(getattr(event, "value", "") or "nothing")
            message = f'got {shown} as a key; a key is text: write "{shown}" in quotes'
        self.faults.append(Fault(_place(event), path, message))
        return None

    def sequence(self, start: Event, depth: int, path: Path) -> _Node:
        node = _Node(_place(start), [])
        while not isinstance(event := next(self.events), SequenceEndEvent):
            child = self.node(event, depth + 1, (*path, len(node.value)))
            node.value.append(child)
            node.size += child.size
        return node

    def alias(self, event: AliasEvent, path: Path) -> _Node:
        name = str(event.anchor)
        self.n_aliases += 1
        if self.n_aliases > MAX_ALIASES:
            self.give_up(event, path[:4], f"more than {MAX_ALIASES} aliases; write the values out")
        if name not in self.anchors:
            why = f"*{_shown(name)} stands for nothing: no &{_shown(name)} above"
            self.give_up(event, path, why)
        node = self.anchors[name]
        if node is None:
            self.give_up(event, path, f"*{_shown(name)} stands inside what it stands for")
        self.count(event, path, node.size)
        return _Node(_place(event), node.value, node.key_places, node.size)

    def count(self, event: Event, path: Path, n: int) -> None:
        self.n_nodes += n
        if self.n_nodes > MAX_NODES:
            self.give_up(event, path[:4], f"more than {MAX_NODES} keys and values")


def _syntax_fault(error: MarkedYAMLError) -> Fault:
    mark = error.problem_mark or error.context_mark
    place = Place(mark.line + 1, mark.column + 1) if mark is not None else Place(1, 1)
    problem = str(error.problem or error.context or "it cannot be read")
    if _letter(mark) == "\t" or "\\t" in problem:
        return Fault(place, (), "a tab; YAML is indented with spaces")
    context = f", {error.context}" if error.context and error.problem else ""
    return Fault(place, (), f"this is not YAML: {problem}{context}")


def _letter(mark: Any) -> str:
    """The letter at a mark."""
    if not isinstance(mark, StringMark) or not isinstance(mark.buffer, str):
        return ""
    return mark.buffer[mark.pointer : mark.pointer + 1]


def _place(event: Event) -> Place:
    mark = event.start_mark
    return Place(mark.line + 1, mark.column + 1)


def _shown(text: str) -> str:
    return text if len(text) <= 40 else text[:37] + "..."


def _plain(node: _Node) -> Any:
    if isinstance(node.value, dict):
        return {key: _plain(child) for key, child in node.value.items()}
    if isinstance(node.value, list):
        return [_plain(child) for child in node.value]
    return node.value


def _locate(node: _Node, path: Path, tree: Tree) -> None:
    tree.values[path] = node.place
    if isinstance(node.value, dict):
        for key, child in node.value.items():
            tree.keys[(*path, key)] = node.key_places[key]
            _locate(child, (*path, key), tree)
    elif isinstance(node.value, list):
        for i, child in enumerate(node.value):
            _locate(child, (*path, i), tree)
