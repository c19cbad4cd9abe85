"""Keys that are right by themselves but not together."""

from __future__ import annotations

from typing import Any

from plastisim.protocol.findings import Finding
from plastisim.protocol.models import Protocol
from plastisim.protocol.rule_kind import Imports


def inconsistencies(
    protocol: Protocol | None, data: dict[str, Any], found: list[Finding], imports: Imports
) -> list[Finding]:
    return []
