"""What may be written for each engine, and what must go together; imported when it is asked for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from plastisim.protocol.checks import Check
from plastisim.protocol.head import Protocol
from plastisim.protocol.words import closest


class Grammar(NamedTuple):
    """The model of a protocol, and the checks across its keys."""

    model: type[Protocol]
    checks: tuple[Check, ...]


def _online() -> Grammar:
    from plastisim.protocol.checks.online import CHECKS
    from plastisim.protocol.online import OnlineProtocol

    return Grammar(OnlineProtocol, CHECKS)


def _bptt() -> Grammar:
    from plastisim.protocol.bptt import BpttProtocol  # imports JAX
    from plastisim.protocol.checks.bptt import CHECKS

    return Grammar(BpttProtocol, CHECKS)


ENGINES: dict[str, Callable[[], Grammar]] = {"online": _online, "bptt": _bptt}


def grammar_of(data: Mapping[str, Any]) -> Grammar:
    """The grammar of the engine that a protocol's data name.

    Where they name none, it is that of the engine that was perhaps meant, so that all else that is
    wrong is told as well.
    """
    named = data.get("engine")
    if not (isinstance(named, str) and named in ENGINES):
        named = closest(named, ENGINES) or ("bptt" if {"cell", "task"} & set(data) else "online")
    return ENGINES[named]()
