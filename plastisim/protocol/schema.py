"""The protocol's keys as a JSON schema in draft-07, which is what editors validate."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from typing import Any

from pydantic import BaseModel

from plastisim.protocol.foreign import BY_PATH
from plastisim.protocol.online import RULE, OnlineProtocol
from plastisim.rules import RULES

DRAFT = "http://json-schema.org/draft-07/schema#"
_COMMENTED = re.compile(r"^    (\w+): .*?  # (.+)$", re.MULTILINE)


def json_schema() -> dict[str, Any]:
    """What may be written in a protocol, with every built-in rule, for editors.

    The comment behind a field of a model is the description that an editor shows.
    """
    schema = OnlineProtocol.model_json_schema(ref_template="#/definitions/{model}")
    definitions = schema.pop("$defs")
    for model in _subclasses(BaseModel):
        if model.__module__.startswith("plastisim.") and model.__name__ in definitions:
            _describe(definitions[model.__name__], model)
    _describe(schema, OnlineProtocol)
    rules = schema["properties"]["rule"]["anyOf"]
    for rule in rules:
        if (kind := rule.get("properties", {}).get("kind", {}).get("const")) in RULES:
            _describe(rule, RULES[kind])
    rules.append(_foreign_rule())
    return {"$schema": DRAFT, **_draft_07({**schema, "definitions": definitions})}


def _foreign_rule() -> dict[str, Any]:
    """A rule outside plastisim: its name is all that can be known of it."""
    kinds: list[dict[str, Any]] = [{"type": "string", "pattern": BY_PATH}]
    if others := RULE.offered():
        kinds.append({"enum": sorted(others)})
    return {
        "type": "object",
        "description": "A rule of your own, or one that an installed package offers.",
        "properties": {"kind": {"anyOf": kinds}},
        "required": ["kind"],
    }


def _subclasses(cls: type) -> Iterator[type]:
    for sub in cls.__subclasses__():
        yield sub
        yield from _subclasses(sub)


def _describe(schema: dict[str, Any], model: type) -> None:
    """Take the comments behind a model's fields, and its parents', as descriptions."""
    for cls in reversed(model.__mro__):
        if not (issubclass(cls, BaseModel) and cls.__module__.startswith("plastisim.")):
            continue
        try:
            source = inspect.getsource(cls)
        except OSError:  # no source at hand: no descriptions
            continue
        for name, comment in _COMMENTED.findall(source):
            if name in schema.get("properties", {}) and name != "kind":
                schema["properties"][name]["description"] = comment


def _draft_07(schema: Any, *, names: bool = False) -> Any:
    """Convert from 2020-12; `names` says that the keys are names rather than keywords."""
    if isinstance(schema, list):
        return [_draft_07(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    if names:
        return {name: _draft_07(part) for name, part in schema.items()}
    drop = {"discriminator", "title"}  # titles are made from the names, and say no more
    schema = {
        key: _draft_07(part, names=key in ("properties", "definitions"))
        for key, part in schema.items()
        if key not in drop
    }
    if "prefixItems" in schema:
        schema["items"] = schema.pop("prefixItems")
    if "$ref" in schema and len(schema) > 1:  # draft-07 ignores what stands beside a $ref
        schema["allOf"] = [{"$ref": schema.pop("$ref")}]
    return schema
