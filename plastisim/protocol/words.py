"""What was found, what would be right, and what was perhaps meant, in an experimenter's words."""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterable
from typing import Any

Schema = dict[str, Any]


def shown(value: object) -> str:
    """A value of a protocol as it would stand in YAML, blocks and long texts shortened."""
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value != value:
        return ".nan"
    if isinstance(value, float) and value in (float("inf"), float("-inf")):
        return ".inf" if value > 0 else "-.inf"
    if isinstance(value, str):
        return json.dumps(value if len(value) <= 60 else value[:57] + "...", ensure_ascii=False)
    if isinstance(value, dict):
        return "a block"
    if isinstance(value, list):
        return f"a list of {len(value)}"
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "..."


def joined(words: Iterable[str], last: str = " or ") -> str:
    """``a, b or c``."""
    *front, end = list(dict.fromkeys(words)) or [""]
    return f"{', '.join(front)}{last}{end}" if front else end


def closest(found: object, known: Iterable[str]) -> str:
    """What of the known was perhaps meant, else nothing: ``strenght`` -> ``strength``."""
    if not isinstance(found, str):
        return ""
    known = list(known)
    truth = {"yes": "true", "on": "true", "no": "false", "off": "false"}.get(found.lower())
    if truth in known:
        return truth
    folded = {name.lower().replace("-", "_"): name for name in known}
    looked_for = found.lower().replace("-", "_").replace(" ", "_")
    close = difflib.get_close_matches(looked_for[:80], folded, n=1, cutoff=0.6)
    return folded[close[0]] if close else ""


def did_you_mean(found: object, known: Iterable[str]) -> str:
    """``; did you mean strength?`` if something known is close to what was found, else nothing."""
    meant = closest(found, known)
    return f"; did you mean {meant}?" if meant else ""


def in_words(schema: Schema, defs: Schema) -> str:
    """What a JSON schema asks for: ``a number above 0 or a block with kind: list``."""
    schema = resolved(schema, defs)
    if branches_of(schema):
        return _union_in_words([resolved(part, defs) for part in flat(schema, defs)], defs)
    if "enum" in schema or "const" in schema:
        return joined(choices(schema, defs))
    match schema.get("type"):
        case "integer":
            return "a whole number" + _bounds(schema)
        case "number":
            return "a number" + _bounds(schema)
        case "boolean":
            return "true or false"
        case "null":
            return ""
        case "string" if "examples" in schema:
            return f'{schema["description"]}, such as "{schema["examples"][0]}"'
        case "string" if "pattern" in schema:
            return schema.get("description", "text of another form")
        case "string" if schema.get("minLength"):
            return "text, not empty"
        case "string":
            return "text"
        case "array":
            return _list_in_words(schema, defs)
        case "object":
            return _block_in_words(schema)
    return "something else"


def choices(schema: Schema, defs: Schema) -> list[str]:
    """The fixed values that a schema allows, if it names any."""
    schema = resolved(schema, defs)
    if branches_of(schema):
        return [choice for part in flat(schema, defs) for choice in choices(part, defs)]
    if schema.get("type") == "boolean":
        return ["true", "false"]
    values = schema.get("enum", [schema["const"]] if "const" in schema else [])
    return [value if isinstance(value, str) else shown(value) for value in values]


def resolved(schema: Schema, defs: Schema) -> Schema:
    """The schema itself, where it is only named."""
    while True:
        if "$ref" in schema:
            schema = defs[schema["$ref"].rsplit("/", 1)[-1]]
        elif len(schema.get("allOf", [])) == 1:
            schema = schema["allOf"][0]
        else:
            return schema


def branches_of(schema: Schema) -> list[Schema]:
    """The alternatives of a union."""
    return schema.get("anyOf", schema.get("oneOf", []))


def flat(schema: Schema, defs: Schema) -> list[Schema]:
    """All alternatives of a union, those of its unions included."""
    schema = resolved(schema, defs)
    branches = branches_of(schema)
    return [p for branch in branches for p in flat(branch, defs)] if branches else [schema]


def _union_in_words(parts: list[Schema], defs: Schema) -> str:
    words: list[str] = []
    kinds: dict[str, list[str]] = {}
    for part in parts:
        key, values = _names(part)
        if key:
            kinds.setdefault(key, []).extend(values)
        elif "enum" in part or "const" in part:
            words += choices(part, defs)
        elif word := in_words(part, defs):
            words.append(word)
    words += [f"a block with {key}: {joined(values)}" for key, values in kinds.items()]
    return joined(words)


def _names(schema: Schema) -> tuple[str, list[str]]:
    """The key by which a block is told from others, and the values that it may have here."""
    for key in ("kind", "schedule", "when"):
        part = schema.get("properties", {}).get(key, {})
        if values := part.get("enum", [part["const"]] if "const" in part else []):
            return key, values
    return "", []


def _bounds(schema: Schema) -> str:
    said = [
        f"{word} {schema[key]:g}" if schema[key] < 1e6 else f"{word} {schema[key]}"
        for key, word in (
            ("exclusiveMinimum", "above"),
            ("minimum", "at least"),
            ("exclusiveMaximum", "below"),
            ("maximum", "at most"),
        )
        if key in schema
    ]
    return (" " + " and ".join(said)) if said else ""


def _list_in_words(schema: Schema, defs: Schema) -> str:
    low, high = schema.get("minItems"), schema.get("maxItems")
    each = in_words(schema.get("items", {}), defs)
    if low is not None and low == high:
        return f"a list of {low}, each {each}"
    return f"a list, not empty, each {each}" if low == 1 else f"a list, each {each}"


def _block_in_words(schema: Schema) -> str:
    key, values = _names(schema)
    if key:
        return f"a block with {key}: {joined(values)}"
    keys = schema.get("required") or list(schema.get("properties", {}))
    return f"a block with {joined(keys, ' and ')}" if keys else "a block"
