"""The keys of protocols as a JSON schema in draft-07, which is what editors validate."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from typing import Any

from pydantic import BaseModel

from plastisim.protocol.engines import ENGINES
from plastisim.protocol.foreign import BY_PATH, OpenCatalogue, open_keys

DRAFT = "http://json-schema.org/draft-07/schema#"
_COMMENTED = re.compile(r"^    (\w+): .*?  # (.+)$", re.MULTILINE)


def json_schema() -> dict[str, Any]:
    """What may be written in a protocol of each engine, for editors, with all that is built in.

    The comment behind a field of a model is the description that an editor shows.
    """
    definitions: dict[str, Any] = {}
    for grammar in ENGINES.values():
        for name, part in _definitions(grammar().model).items():
            assert definitions.setdefault(name, part) == part, f"{name} is two things"
    by_engine = [
        {
            "if": {"properties": {"engine": {"const": name}}, "required": ["engine"]},
            "then": {"$ref": f"#/definitions/{grammar().model.__name__}"},
        }
        for name, grammar in ENGINES.items()
    ]
    return {
        "$schema": DRAFT,
        "description": "One experiment; its engine decides on what else may be written.",
        "type": "object",
        "properties": {"engine": {"enum": list(ENGINES)}},
        "required": ["engine"],
        "allOf": by_engine,
        "definitions": _draft_07(definitions, names=True),
    }


def _definitions(protocol: type[BaseModel]) -> dict[str, Any]:
    """A protocol's schema, and the schemas of what it is made of, by name."""
    schema = protocol.model_json_schema(ref_template="#/definitions/{model}")
    definitions = schema.pop("$defs")
    for model in _subclasses(BaseModel):
        if model.__module__.startswith("plastisim.") and model.__name__ in definitions:
            _describe(definitions[model.__name__], model)
    _describe(schema, protocol)
    for key, catalogue in open_keys(protocol):
        entries = schema["properties"][key]["anyOf"]
        for entry, model in zip(entries, catalogue.known.values(), strict=True):
            _describe(entry, model)
        entries.append(_foreign(catalogue))
    return {**definitions, protocol.__name__: schema}


def _foreign(catalogue: OpenCatalogue) -> dict[str, Any]:
    """A rule or a task outside plastisim: its name is all that can be known of it."""
    kinds: list[dict[str, Any]] = [{"type": "string", "pattern": BY_PATH}]
    if others := catalogue.offered():
        kinds.append({"enum": sorted(others)})
    return {
        "type": "object",
        "description": f"A {catalogue.noun} of your own, or one that an installed package offers.",
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
