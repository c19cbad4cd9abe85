"""``KEY=VALUE`` of the command line, written into a protocol's data before it is validated."""

from __future__ import annotations

import re
from typing import Any, NamedTuple

from plastisim.protocol.text import Path, UnreadableError, parse
from plastisim.protocol.words import joined, shown

_KEY_AND_VALUE = re.compile(r"((?:[^=\[]|\[[^\]]*\])*)=(.*)", re.DOTALL)  # [seed=0]


class BadOverrideError(ValueError):
    """An override that cannot be applied; the message says what would be right."""


class Applied(NamedTuple):
    """Where an override's value went."""

    path: Path
    created: Path  # the topmost key that was not in the file; else the path itself


def apply(override: str, data: dict[str, Any]) -> Applied:
    """Set one value of `data` in place: ``schedule.trial.0.duration=20 ms``.

    The value is YAML: a number, a word, a list or a block in braces. Blocks on the way that the
    file leaves out are created.

    Raises
    ------
    BadOverrideError
        If it is no KEY=VALUE, its value is no YAML, or its key leads through something that has no
        keys.
    """
    split = _KEY_AND_VALUE.fullmatch(override)
    parts = [part.strip() for part in split[1].split(".")] if split else [""]
    if split is None or not all(parts):
        raise BadOverrideError("an override is written KEY=VALUE, such as rule.strength=1e-2")
    value = _value(split[2])
    here: Any = data
    path: Path = ()
    created: Path | None = None
    while True:
        name, parts = _step(here, parts, path)
        path = (*path, name)
        if created is None and isinstance(here, dict) and name not in here:
            created = path
        if not parts:
            here[name] = value
            return Applied(path, created or path)
        if isinstance(here, dict) and here.get(name) is None:
            here[name] = {}
        here = here[name]


def _value(text: str) -> Any:
    if not text.strip():
        raise BadOverrideError("no value; write null to leave an optional key out")
    try:
        tree = parse(text)
    except UnreadableError as error:
        raise BadOverrideError(error.fault.message) from None
    if tree.faults:
        raise BadOverrideError(tree.faults[0].message)
    return tree.data


def _step(here: Any, parts: list[str], path: Path) -> tuple[str | int, list[str]]:
    """The next key of `here`: the longest run of parts that is one, as keys may hold dots."""
    if isinstance(here, dict):
        for n in range(len(parts), 0, -1):
            if (name := ".".join(parts[:n])) in here:
                return name, parts[n:]
        return parts[0], parts[1:]
    where = ".".join(map(str, path))
    if isinstance(here, list):
        if parts[0].isdecimal() and int(parts[0]) < len(here):
            return int(parts[0]), parts[1:]
        numbers = joined([str(i) for i in range(len(here))][:10])
        raise BadOverrideError(
            f"{where} is a list of {len(here)}; got {shown(parts[0])}, "
            + (f"write {numbers}" if here else "and it is empty")
        )
    raise BadOverrideError(
        f"{where} is {shown(here)}, which has no keys; write {where}={{{parts[0]}: ...}}"
    )
