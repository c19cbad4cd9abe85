"""One instance of every rule in the catalogue, so that a listed rule is a tested rule."""

from __future__ import annotations

from typing import Any

from plastisim.quantities import Time
from plastisim.rules import RULES, LocalRule, OneShotRule

_USUAL: dict[str, Any] = {"strength": 1e-3, "gain": 4.0, "base": "alone"}


def example(rule: type[LocalRule] | type[OneShotRule], kind: str, **keys: Any) -> Any:
    """An instance of `rule` with `keys`, and something usual for all else that it asks for."""
    for name, field in rule.model_fields.items():
        if field.is_required() and name not in keys and name != "kind":
            default = "10 ms" if field.annotation is Time else 0.5
            keys[name] = _USUAL.get(name, default)
    return rule(kind=kind, **keys)


def local_rules() -> dict[str, LocalRule]:
    """Every local rule of the catalogue."""
    return {k: example(rule, k) for k, rule in RULES.items() if issubclass(rule, LocalRule)}


def one_shot_rules() -> dict[str, OneShotRule]:
    """Every one-shot rule of the catalogue."""
    return {k: example(rule, k) for k, rule in RULES.items() if issubclass(rule, OneShotRule)}
