"""Which class stands behind ``rule.kind``, without importing a stranger's code unasked."""

from __future__ import annotations

import importlib
import inspect
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache
from importlib.metadata import EntryPoint, entry_points
from typing import Any, Literal, get_args, get_origin

from pydantic import (
    BaseModel,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    ValidationError,
    ValidationInfo,
)
from pydantic_core import CoreSchema, InitErrorDetails, PydanticCustomError, core_schema

from plastisim.errors import NotAllowedError
from plastisim.protocol.words import did_you_mean, joined, shown
from plastisim.rules import RULES, LocalRule, OneShotRule

GROUP = "plastisim.rules"
BY_PATH = r"^[A-Za-z_]\w*(\.[A-Za-z_]\w*)*:[A-Za-z_]\w*$"

RuleClass = type[LocalRule] | type[OneShotRule]


@dataclass(frozen=True)
class Imports:
    """What may be imported on behalf of a protocol: nothing, unless it is said."""

    allow: tuple[str, ...] = ()  # packages, for kinds written package.module:Name
    entry_points: bool = False  # rules that installed packages offer by name

    def permits(self, module: str) -> bool:
        """Whether a module lies in one of the allowed packages."""
        return any(module == name or module.startswith(name + ".") for name in self.allow)


@dataclass(frozen=True)
class ForeignRule:
    """A rule outside plastisim that was not imported, so its keys are taken as they stand."""

    kind: str
    keys: dict[str, Any] = field(default_factory=dict)

    @property
    def package(self) -> str:
        """The package that has to be allowed; empty for a rule known by an entry point."""
        return self.kind.partition(":")[0].partition(".")[0] if ":" in self.kind else ""


def rule_class(kind: object, imports: Imports) -> RuleClass | None:
    """The class of a rule, or None where it exists or may exist but is not to be imported.

    Raises
    ------
    ValueError
        If there can be no such rule, or its import fails; says what would be right.
    """
    if isinstance(kind, str) and kind in RULES:
        return RULES[kind]
    if not isinstance(kind, str) or (":" not in kind and kind not in offered()):
        known = [*RULES, *offered()]
        raise ValueError(
            f"got {shown(kind)}; write {joined(known)}, or package.module:Name"
            f"{did_you_mean(kind, known)}"
        )
    if ":" not in kind:
        if not imports.entry_points:
            return None
        return _checked(kind, lambda: offered()[kind].load())
    if re.fullmatch(BY_PATH, kind) is None:
        raise ValueError(f"got {shown(kind)}; a rule of your own is written package.module:Name")
    module, _, name = kind.partition(":")
    if not imports.permits(module):
        return None

    def load() -> object:
        found = importlib.import_module(module)
        if not hasattr(found, name):
            known = [n for n, v in vars(found).items() if _is_rule(v)]
            raise ValueError(f"{module} has no {name}{did_you_mean(name, known)}")
        return getattr(found, name)

    return _checked(kind, load)


@cache
def offered() -> dict[str, EntryPoint]:
    """Rules that installed packages offer, from their metadata alone: nothing is imported."""
    return {p.name: p for p in entry_points(group=GROUP) if p.name not in RULES}


def imported(rule: Any, allow: Iterable[str] = ()) -> Any:
    """The rule, imported if it was not and may be; what `run` asks for before it runs.

    Raises
    ------
    NotAllowedError
        If the rule's package is not in `allow`.
    ValueError, pydantic.ValidationError
        If it cannot be imported, or its keys are wrong.
    """
    if not isinstance(rule, ForeignRule):
        return rule
    cls = rule_class(rule.kind, Imports(tuple(allow), entry_points=True))
    if cls is None:
        raise NotAllowedError(
            f'rule.kind is "{rule.kind}", which is code outside plastisim; '
            f"if you trust it, pass --allow {rule.package}"
        )
    return cls.model_validate({"kind": rule.kind, **rule.keys})


def _is_rule(found: object) -> bool:
    return inspect.isclass(found) and issubclass(found, (LocalRule, OneShotRule))


def _checked(kind: str, load: Any) -> RuleClass:
    try:
        found = load()
    except ValueError as error:
        raise ValueError(f'got "{kind}"; {error}') from None
    except (Exception, SystemExit) as error:
        raise ValueError(
            f'got "{kind}"; its import failed: {type(error).__name__}: {error}'
        ) from error
    if not _is_rule(found):
        raise ValueError(
            f'got "{kind}", which is no rule; write a subclass of '
            "plastisim.rules.LocalRule or OneShotRule"
        )
    if inspect.isabstract(found):
        missing = joined(sorted(found.__abstractmethods__), " and ")
        raise ValueError(f'got "{kind}", which is unfinished: it defines no {missing}')
    annotation = found.model_fields["kind"].annotation
    if get_origin(annotation) is Literal and kind not in get_args(annotation):
        raise ValueError(
            f'got "{kind}", whose class takes kind: {joined(map(str, get_args(annotation)))} '
            "alone; declare it as kind: str there"
        )
    return found


class RuleField:
    """The validator of ``rule:`` in a protocol; the validation context holds `Imports`."""

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.with_info_plain_validator_function(
            _validated,
            serialization=core_schema.plain_serializer_function_ser_schema(_dumped),
        )

    @classmethod
    def __get_pydantic_json_schema__(
        cls, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        branches = [handler(rule.__pydantic_core_schema__) for rule in RULES.values()]
        return {"anyOf": branches}


def _validated(found: object, info: ValidationInfo) -> LocalRule | OneShotRule | ForeignRule:
    if isinstance(found, (LocalRule, OneShotRule, ForeignRule)):
        return found
    if not isinstance(found, dict):
        raise PydanticCustomError(
            "rule", "{why}", {"why": f"got {shown(found)}; write a block with kind and its keys"}
        )
    if "kind" not in found:
        raise _at_kind("missing", found)
    imports = info.context if isinstance(info.context, Imports) else Imports()
    try:
        rule = rule_class(found["kind"], imports)
    except ValueError as error:
        custom = PydanticCustomError("rule_kind", "{why}", {"why": str(error)})
        raise _at_kind(custom, found["kind"]) from None
    if rule is None:
        return ForeignRule(found["kind"], {k: v for k, v in found.items() if k != "kind"})
    return rule.model_validate(found)


def _at_kind(error: str | PydanticCustomError, found: object) -> ValidationError:
    details = InitErrorDetails(type=error, loc=("kind",), input=found)
    return ValidationError.from_exception_data("rule", [details])


def _dumped(rule: object) -> dict[str, Any]:
    if isinstance(rule, ForeignRule):
        return {"kind": rule.kind, **rule.keys}
    assert isinstance(rule, BaseModel)
    return rule.model_dump(exclude_none=True)
