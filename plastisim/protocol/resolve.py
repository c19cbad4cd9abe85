"""A protocol as text again, whole: with every default written out."""

from __future__ import annotations

import io
from typing import Any

from ruamel.yaml import YAML

from plastisim.protocol.head import Protocol


def resolved_text(protocol: Protocol) -> str:
    """The protocol as YAML that loads to an equal one.

    Defaults are written out, times keep their unit, the path of a cue file is absolute. Keys
    without a value (no bounds, no perturbations) are left out.
    """
    yaml = YAML(typ="safe", pure=True)
    yaml.default_flow_style = None  # blocks of plain values in one line
    yaml.width = 100
    yaml.representer.sort_base_mapping_type_on_output = False
    stream = io.StringIO()
    yaml.dump(plain(protocol), stream)
    return stream.getvalue()


def plain(protocol: Protocol) -> dict[str, Any]:
    """The protocol as plain data, under the keys of the file."""
    data = protocol.model_dump(by_alias=True, exclude_none=True)
    if "expect" in data:  # what is to be seen comes after all else
        data["expect"] = data.pop("expect")
    return data
