"""What pydantic found, in the house's words: every problem at its key, one per key."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple, get_args

from pydantic import ValidationError
from pydantic_core import ErrorDetails
from pydantic_core.core_schema import ErrorType

from plastisim.protocol.text import Path
from plastisim.protocol.words import (
    Schema,
    branches_of,
    choices,
    did_you_mean,
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


def findings(error: ValidationError, data: Any, schema: Schema) -> list[Finding]:
    """Every problem that pydantic found in `data`, of which `schema` is the JSON schema."""
    steps = [(_steps(e, data), e) for e in error.errors(include_url=False)]
    found: dict[Path, Finding] = {}
    for path, details in _one_branch_each(steps, 0):
        finding = _finding(path, details, data, schema)
        found.setdefault(finding.path, finding)
    return list(found.values())


# ----------------------------------------------------------------------------------- the place

Step = tuple[bool, str | int]  # (is a key of the data, name); else a branch of a union
Located = tuple[list[Step], ErrorDetails]


def _steps(error: ErrorDetails, data: Any) -> list[Step]:
    steps: list[Step] = []
    here = data
    last = len(error["loc"]) - 1
    for i, name in enumerate(error["loc"]):
        if isinstance(here, dict) and isinstance(name, str) and name in here:
            here = here[name]
            steps.append((True, name))
        elif isinstance(here, list) and isinstance(name, int) and name < len(here):
            here = here[name]
            steps.append((True, name))
        else:
            steps.append((i == last and error["type"] == "missing", name))
    return steps


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
    if kind == "extra_forbidden":
        return Finding(path, _unknown(path, data, schema, defs), at_key=True)
    asked = schema_at(path, data, schema)
    if kind == "missing":
        return Finding(path, f"missing; write {in_words(asked, defs)}", at_key=True)
    found = value_at(path, data)
    if kind in ("value_error", "assertion_error"):
        why = str(context.get("error", "")) or f"got {shown(found)}, which is not allowed"
        return Finding(path, why)
    if kind not in _KNOWN_TYPES:
        return Finding(path, error["msg"])
    message = f"got {shown(found)}; write {in_words(asked, defs)}"
    return Finding(path, message + did_you_mean(found, choices(asked, defs)))


def _unknown(path: Path, data: Any, schema: Schema, defs: Schema) -> str:
    block = _fitting(schema_at(path[:-1], data, schema), value_at(path[:-1], data), defs)
    known = list(dict.fromkeys(key for b in block for key in b.get("properties", {})))
    meant = did_you_mean(path[-1], known)
    return (
        f"unknown field{meant}" if meant else f"unknown field; known are {joined(known, ' and ')}"
    )


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
        "const" in part and value.get(key) == part["const"]
        for key, part in block.get("properties", {}).items()
    )
