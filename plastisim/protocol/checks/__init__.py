"""Whether keys that are right by themselves are right together.

A check is a function of a protocol and the class of its rule that yields what it finds. It may read
any key as if it were right: where one is not, `Unknown` ends this check alone, so that all others
still speak.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from plastisim.protocol.checks.partial import Unknown, known_part
from plastisim.protocol.findings import Finding
from plastisim.protocol.head import Protocol
from plastisim.protocol.rule_kind import Imports, RuleClass, rule_class

Check = Callable[[Any, RuleClass | None], Iterator[Finding]]


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
    rule = data.get("rule")
    try:
        cls = rule_class(rule.get("kind") if isinstance(rule, dict) else None, imports)
    except ValueError:
        cls = None
    subject = protocol if protocol is not None else known_part(model, data, imports)
    said = {finding.path for finding in found}
    new: list[Finding] = []
    for check in checks:
        try:
            new += [finding for finding in check(subject, cls) if finding.path not in said]
        except Unknown:
            continue
    return new
