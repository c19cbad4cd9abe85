"""The head that every protocol has, whatever its engine."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, GetJsonSchemaHandler
from pydantic_core import CoreSchema

from plastisim.frozen import Frozen
from plastisim.protocol.expectations import Expectations


class Protocol(Frozen):
    """One experiment, whole: the same protocol gives the same bits on the same machine.

    A subclass for each engine says what else is to be written.
    """

    schema_version: Annotated[Literal[1], Field(alias="schema")]
    title: Annotated[str, Field(min_length=1)]
    source: str | None = None
    engine: Any  # Literal["its_name"] in a subclass
    seed: Annotated[int, Field(ge=0)]
    expect: Expectations | None = None  # what its run shows; `plastisim verify` holds it to that

    @classmethod
    def __get_pydantic_json_schema__(
        cls, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        found = handler(schema)
        keys = handler.resolve_ref_schema(found)["properties"]
        keys["expect"] = keys.pop("expect")  # what is to be seen comes after all else
        return found
