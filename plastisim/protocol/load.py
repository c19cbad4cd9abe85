"""Text and overrides -> one frozen `Protocol` of its engine, or every problem at once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path as FilePath
from typing import Any

from pydantic import ValidationError

from plastisim.errors import NotAllowedError, Problem, ProtocolError
from plastisim.protocol import overrides as override
from plastisim.protocol import sources
from plastisim.protocol.checks import inconsistencies
from plastisim.protocol.engines import ENGINES, grammar_of
from plastisim.protocol.findings import Finding, findings, value_at
from plastisim.protocol.foreign import Foreign, Imports, open_keys
from plastisim.protocol.head import Protocol
from plastisim.protocol.resolve import resolved_text
from plastisim.protocol.text import Fault, Path, Place, Tree, UnreadableError, parse
from plastisim.protocol.words import Schema, shown

COMMAND_LINE = "command line"
CUES: tuple[Path, ...] = (("cues",), ("task", "cues"))  # blocks that may name a file


def load_protocol(
    source: str | FilePath,
    overrides: Iterable[str] = (),
    *,
    allow: Iterable[str] = (),
    entry_points: bool = False,
) -> Protocol:
    """Read, override and validate a protocol.

    Parameters
    ----------
    source
        Path of a YAML file, or the name of a shipped protocol.
    overrides
        ``KEY=VALUE`` each, such as ``"rule.strength=1e-2"`` or
        ``"schedule.trial.0.duration=20 ms"``; a later one wins.
    allow
        Packages that a rule or a task written ``package.module:Name`` may be imported from. What is
        elsewhere is not imported and becomes a `Foreign`.
    entry_points
        Whether rules and tasks that installed packages offer by name may be imported.

    Raises
    ------
    ProtocolError
        With every problem found.
    """
    path = sources.find(source)
    text = sources.read(path)
    imports = Imports(tuple(allow), entry_points)
    return _load(text, str(path), path.resolve().parent, tuple(overrides), imports)


def protocol_from_text(
    text: str,
    overrides: Iterable[str] = (),
    *,
    source: str = "protocol",
    folder: str | FilePath = ".",
    allow: Iterable[str] = (),
    entry_points: bool = False,
) -> Protocol:
    """As `load_protocol`, from YAML at hand, such as a store's.

    `source` names it in errors; relative paths of cue files start in `folder`.
    """
    imports = Imports(tuple(allow), entry_points)
    return _load(text, source, FilePath(folder).resolve(), tuple(overrides), imports)


def with_imports(protocol: Protocol, allow: Iterable[str] = ()) -> Protocol:
    """The protocol with what it was loaded without, imported; what `run` asks for before it runs.

    All of it is validated again, as a rule's or a task's own keys can only be known now.

    Raises
    ------
    NotAllowedError
        If a package is not in `allow`.
    ProtocolError
        If something cannot be imported, or is wrong.
    """
    allow = tuple(allow)
    left_out = {
        key: found
        for key, _ in open_keys(type(protocol))
        if isinstance(found := getattr(protocol, key), Foreign)
    }
    for key, found in left_out.items():
        if found.package and not Imports(allow).permits(found.kind.partition(":")[0]):
            raise NotAllowedError(
                f'{key}.kind is "{found.kind}", which is code outside plastisim; '
                f"if you trust it, pass --allow {found.package}"
            )
    if not left_out:
        return protocol
    return protocol_from_text(resolved_text(protocol), allow=allow, entry_points=True)


def refusal(
    source: str | FilePath, overrides: Iterable[str], found: Iterable[Finding]
) -> ProtocolError:
    """The error for what was found wrong with a protocol after it was loaded."""
    path = sources.find(source)
    places, _ = _read(sources.read(path), str(path), tuple(overrides))
    return ProtocolError(str(path), [places.problem(finding) for finding in found])


def _read(text: str, source: str, overrides: tuple[str, ...]) -> tuple[Places, list[Problem]]:
    """The text with overrides written into it, and what is wrong with either."""
    try:
        tree = parse(text)
    except UnreadableError as error:
        raise ProtocolError(source, [_at_place(error.fault)]) from None
    if not isinstance(tree.data, dict):
        message = f"got {shown(tree.data)}; a protocol is a block of keys, such as seed: 0"
        raise ProtocolError(source, [Problem(*tree.values[()], "", message)])
    places = Places(tree)
    problems = [_at_place(fault) for fault in tree.faults]
    for text_ in overrides:
        try:
            applied = override.apply(text_, tree.data)  # nothing in it is shared
        except override.BadOverrideError as error:
            problems.append(Problem(0, 0, text_, str(error), COMMAND_LINE))
        else:
            places.override(text_, applied)
    return places, problems


def _load(
    text: str, source: str, folder: FilePath, overrides: tuple[str, ...], imports: Imports
) -> Protocol:
    places, problems = _read(text, source, overrides)
    data = places.tree.data
    for block in CUES:
        overridden = places.overridden((*block, "path")) is not None
        _make_path_absolute(block, data, FilePath.cwd() if overridden else folder)

    model, checks = grammar_of(data)
    protocol, found = _validated(model, data, imports)
    dead = [fault.path for fault in places.tree.faults if fault.path]
    across = inconsistencies(checks, protocol, model, data, found, imports)
    problems += [
        places.problem(finding)
        for finding in [*found, *across]
        if not any(finding.path[: len(path)] == path for path in dead)
    ]
    if problems or protocol is None:
        raise ProtocolError(source, problems)
    return protocol


def _validated(
    model: type[Protocol], data: dict[str, Any], imports: Imports
) -> tuple[Protocol | None, list[Finding]]:
    try:
        return model.model_validate(data, context=imports), []
    except ValidationError as error:
        return None, findings(error, data, _schema(model, data, imports))


def _schema(model: type[Protocol], data: dict[str, Any], imports: Imports) -> Schema:
    """The JSON schema of a protocol, with the keys of the rule or the task that this one has."""
    schema = model.model_json_schema()
    schema["properties"]["engine"] = {"enum": list(ENGINES)}
    for key, catalogue in open_keys(model):
        try:
            cls = catalogue.class_of(value_at((key, "kind"), data), imports)
        except ValueError:
            continue
        if cls is not None:
            own = cls.model_json_schema()
            schema["$defs"] |= own.pop("$defs", {})
            schema["properties"][key] = own
    return schema


def _make_path_absolute(block: Path, data: dict[str, Any], folder: FilePath) -> None:
    cues = value_at(block, data)
    if isinstance(cues, dict) and isinstance(path := cues.get("path"), str) and path:
        cues["path"] = str(folder / path)


# -------------------------------------------------------------------------------------- places


@dataclass
class Places:
    """Where each key and value was written: in the file, or on the command line."""

    tree: Tree
    written: dict[Path, str] = field(default_factory=dict)  # overrides, as they were given

    def override(self, text: str, applied: override.Applied) -> None:
        """Remember that a value came from the command line."""
        for path in [p for p in self.written if p[: len(applied.path)] == applied.path]:
            del self.written[path]
        self.written[applied.path] = text
        if applied.created != applied.path:
            self.written.setdefault(applied.created, text)

    def overridden(self, path: Path) -> Path | None:
        """The longest part of a path that an override has set."""
        parts = (path[:n] for n in range(len(path), 0, -1))
        return next((part for part in parts if part in self.written), None)

    def problem(self, finding: Finding) -> Problem:
        """A finding, with its place."""
        path = finding.path
        part = self.overridden(path)
        if part is not None:
            below = part != path
            message = f"{dotted(path)}: {finding.message}" if below else finding.message
            return Problem(0, 0, self.written[part], message, COMMAND_LINE)
        return Problem(*self.of(path, finding.at_key), dotted(path), finding.message)

    def of(self, path: Path, at_key: bool) -> Place:
        """A value's place, or its key's; for what is not written, that of the block around it."""
        first, second = self.tree.values, self.tree.keys
        if at_key:
            first, second = second, first
        if path in first:
            return first[path]
        while path:
            path = path[:-1]
            if path in self.tree.keys:
                return self.tree.keys[path]
            if path in second or path in first:
                return self.tree.values[path]
        return Place(1, 1)


def dotted(path: Path) -> str:
    """``schedule.trial.0.duration``."""
    return ".".join(map(str, path))


def _at_place(fault: Fault) -> Problem:
    return Problem(*fault.place, dotted(fault.path), fault.message)
