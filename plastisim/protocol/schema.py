"""The protocol's keys as a JSON schema in draft-07, which is what editors validate."""

from __future__ import annotations

from typing import Any

from plastisim.protocol.models import Protocol

DRAFT = "http://json-schema.org/draft-07/schema#"


def json_schema() -> dict[str, Any]:
    """What may be written in a protocol, with every built-in rule, for editors."""
    schema = Protocol.model_json_schema(ref_template="#/definitions/{model}")
    definitions = schema.pop("$defs")
    converted = _draft_07({**schema, "definitions": definitions})
    return {"$schema": DRAFT, **converted}


def _draft_07(schema: Any) -> Any:
    if isinstance(schema, list):
        return [_draft_07(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    schema = {key: _draft_07(part) for key, part in schema.items() if key != "discriminator"}
    if "prefixItems" in schema:
        schema["items"] = schema.pop("prefixItems")
    if "$ref" in schema and len(schema) > 1:  # draft-07 ignores what stands beside a $ref
        schema["allOf"] = [{"$ref": schema.pop("$ref")}]
    return schema
