"""What pydantic found, in the house's words: every problem at its key, one per key."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple, get_args

from pydantic import ValidationError
from pydantic_core import ErrorDetails
from pydantic_core.core_schema import ErrorType

from plastisim.protocol.text import Path, plain_scalar
from plastisim.protocol.words import (
    Schema,
    branches_of,
    choices,
    closest,
    did_you_mean,
    flat,
    in_words,
    joined,
    resolved,
    shown,
)

_KNOWN_TYPES = set(get_args(ErrorType))  # others are this house's, or a rule's own
_MISMATCHES = {"union_tag_invalid", "union_tag_not_found", "literal_error", "enum"}


class Finding(NamedTuple):
    """One thing wrong with the data of a protocol."""

    path: Path
    message: str
    at_key: bool = False  # the key itself is wrong, not its value
    is_missing: bool = False


def findings(error: ValidationError, data: Any, schema: Schema) -> list[Finding]:
    """Every problem that pydantic found in `data`, of which `schema` is the JSON schema."""
    steps = [(_steps(e, data), e) for e in error.errors(include_url=False)]
    found: dict[Path, Finding] = {}
    misspelt: set[Path] = set()  # what was meant is not missing as well
    for path, details in _one_branch_each(steps, 0):
        if details["type"] == "extra_forbidden":
            finding, meant = _unknown(path, data, schema)
            misspelt |= {(*path[:-1], meant)}
        else:
            finding = _finding(path, details, data, schema)
        found.setdefault(finding.path, finding)
    return [f for path, f in found.items() if not (path in misspelt and f.is_missing)]


# ----------------------------------------------------------------------------------- the place

Step = tuple[bool, str | int]  # (is a key of the data, name); else a branch of a union
Located = tuple[list[Step], ErrorDetails]


def _steps(error: ErrorDetails, data: Any) -> list[Step]:
    steps: list[Step] = []
    here = data
    last = len(error["loc"]) - 1
    for i, name in enumerate(error["loc"]):
        if _leads_on(here, name):
            here = here[name]
            steps.append((True, name))
        else:
            steps.append((i == last and error["type"] == "missing", name))
    return steps


def _leads_on(here: Any, name: str | int) -> bool:
    if isinstance(here, dict):
        return name in here
    return isinstance(here, list) and isinstance(name, int) and name < len(here)


def _one_branch_each(errors: list[Located], depth: int) -> Iterator[tuple[Path, ErrorDetails]]:
    """Keep, of each union, the errors of the alternative that fits best."""
    groups: dict[Step | None, list[Located]] = {}
    for steps, error in errors:
        groups.setdefault(steps[depth] if depth < len(steps) else None, []).append((steps, error))
    branches = {step: group for step, group in groups.items() if step and not step[0]}
    if len(branches) > 1:
        for step in branches:
            del groups[step]
        groups |= _best(branches, depth)
    for step, group in groups.items():
        if step is None:
            for steps, error in group:
                yield tuple(name for is_key, name in steps if is_key), error
        else:
            yield from _one_branch_each(group, depth + 1)


def _best(branches: dict[Any, list[Located]], depth: int) -> dict[Any, list[Located]]:
    def misfit(group: list[Located]) -> tuple[bool, int]:
        wrong_type = any(
            not any(is_key for is_key, _ in steps[depth:]) and _is_mismatch(error)
            for steps, error in group
        )
        return wrong_type, len(group)

    best = min(branches, key=lambda step: misfit(branches[step]))
    return {best: branches[best]}


def _is_mismatch(error: ErrorDetails) -> bool:
    return error["type"].endswith("_type") or error["type"] in _MISMATCHES


# ----------------------------------------------------------------------------------- the words


def _finding(path: Path, error: ErrorDetails, data: Any, schema: Schema) -> Finding:
    kind, context = error["type"], error.get("ctx", {})
    if kind in ("union_tag_invalid", "union_tag_not_found"):
        path = (*path, context["discriminator"].strip("'"))
        kind = "missing" if kind == "union_tag_not_found" else kind
    defs = schema.get("$defs", {})
    asked = schema_at(path, data, schema)
    if kind == "missing":
        return Finding(path, f"missing; write {in_words(asked, defs)}", True, is_missing=True)
    found = value_at(path, data)
    if kind in ("value_error", "assertion_error"):
        why = str(context.get("error", "")) or f"got {shown(found)}, which is not allowed"
        return Finding(path, why)
    if kind not in _KNOWN_TYPES:
        return Finding(path, error["msg"])
    message = f"got {shown(found)}; write {in_words(asked, defs)}"
    if isinstance(found, str) and _is_meant_plain(found, asked, defs):
        return Finding(path, message + ", without quotes")
    return Finding(path, message + did_you_mean(found, choices(asked, defs)))


def _is_meant_plain(found: str, asked: Schema, defs: Schema) -> bool:
    """Whether a text would be the number, or the truth value, that is asked for."""
    value = plain_scalar(found)
    types = {part.get("type") for part in flat(asked, defs)}
    if isinstance(value, bool):
        return "boolean" in types
    return isinstance(value, (int, float)) and bool(types & {"number", "integer"})


def _unknown(path: Path, data: Any, schema: Schema) -> tuple[Finding, str]:
    """What to say of an unknown key, and the key that was perhaps meant."""
    defs = schema.get("$defs", {})
    blocks = _fitting(schema_at(path[:-1], data, schema), value_at(path[:-1], data), defs)
    known = list(dict.fromkeys(key for block in blocks for key in block.get("properties", {})))
    if meant := closest(path[-1], known):
        hint = f"did you mean {meant}?"
    elif home := _home(str(path[-1]), schema, defs):
        hint = f"{path[-1]} belongs in {home}"
    else:
        hint = f"known are {joined(known, ' and ')}"
    return Finding(path, f"unknown field; {hint}", at_key=True), meant


def _home(name: str, schema: Schema, defs: Schema) -> str:
    """The only block of the protocol that has a key of this name, if there is one."""
    homes = {
        key
        for key, part in schema.get("properties", {}).items()
        for block in flat(part, defs)
        if name in block.get("properties", {})
    }
    return homes.pop() if len(homes) == 1 else ""


# ---------------------------------------------------------------------------------- the schema


def value_at(path: Path, data: Any) -> Any:
    """The value at a path, None where there is none."""
    for name in path:
        try:
            data = data[name]
        except (KeyError, IndexError, TypeError):
            return None
    return data


def schema_at(path: Path, data: Any, schema: Schema) -> Schema:
    """The part of a JSON schema that speaks of the value at a path."""
    defs = schema.get("$defs", {})
    here = schema
    for i, name in enumerate(path):
        blocks = _fitting(here, value_at(path[:i], data), defs)
        parts = [part for block in blocks if (part := _part(block, name)) is not None]
        if not parts:
            return {}
        here = parts[0] if len(parts) == 1 else {"anyOf": parts}
    return here


def _part(block: Schema, name: str | int) -> Schema | None:
    if isinstance(name, int):
        return block.get("items")
    if name in block.get("properties", {}):
        return block["properties"][name]
    extra = block.get("additionalProperties")
    return extra if isinstance(extra, dict) else None


def _fitting(schema: Schema, value: Any, defs: Schema) -> list[Schema]:
    """The alternatives of a schema that a value may be meant for."""
    schema = resolved(schema, defs)
    branches = branches_of(schema)
    if not branches:
        return [schema]
    flat = [block for branch in branches for block in _fitting(branch, value, defs)]
    wanted = "array" if isinstance(value, list) else "object"
    flat = [block for block in flat if block.get("type") == wanted]
    named = [block for block in flat if isinstance(value, dict) and _is_named(block, value)]
    return named or flat


def _is_named(block: Schema, value: dict[str, Any]) -> bool:
    return any(
        value.get(key) in part.get("enum", [part["const"]] if "const" in part else [])
        for key, part in block.get("properties", {}).items()
    )
