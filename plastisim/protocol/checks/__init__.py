"""Whether keys that are right by themselves are right together.

A check is a function of a protocol that yields what it finds. It may read any key as if it were
right: where one is not, `Unknown` ends this check alone, so that all others still speak.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from typing import Any

from plastisim.protocol.checks.partial import Unknown, known_part
from plastisim.protocol.findings import Finding
from plastisim.protocol.foreign import Imports
from plastisim.protocol.head import Protocol

Check = Callable[[Any], Iterator[Finding]]


def inconsistencies(
    checks: Iterable[Check],
    protocol: Protocol | None,
    model: type[Protocol],
    data: dict[str, Any],
    found: list[Finding],
    imports: Imports,
) -> list[Finding]:
    """What checks find, where nothing was found wrong before.

    Parameters
    ----------
    checks
        Those of the protocol's engine.
    protocol
        The protocol, or None if some of its keys are wrong by themselves.
    model, data
        What it is, and what it was made from.
    found
        What is wrong with single keys.
    imports
        What may be imported.
    """
    subject = protocol if protocol is not None else known_part(model, data, imports)
    said = {finding.path for finding in found}
    new: list[Finding] = []
    for check in checks:
        with suppress(Unknown):
            new.extend(finding for finding in check(subject) if finding.path not in said)
    return new
