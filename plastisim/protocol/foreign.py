"""Which class stands behind a ``kind`` that may be a stranger's, without importing it unasked."""

from __future__ import annotations

import importlib
import inspect
import re
from collections.abc import Callable, Iterator, Mapping
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

from plastisim.protocol.words import did_you_mean, joined, shown

BY_PATH = r"^[A-Za-z_]\w*(\.[A-Za-z_]\w*)*:[A-Za-z_]\w*$"


@dataclass(frozen=True)
class Imports:
    """What may be imported on behalf of a protocol: nothing, unless it is said."""

    allow: tuple[str, ...] = ()  # packages, for kinds written package.module:Name
    entry_points: bool = False  # what installed packages offer by name

    def permits(self, module: str) -> bool:
        """Whether a module lies in one of the allowed packages."""
        return any(module == name or module.startswith(name + ".") for name in self.allow)


@dataclass(frozen=True)
class Foreign:
    """A rule or a task outside plastisim that was not imported: its keys are taken as they are."""

    kind: str
    keys: dict[str, Any] = field(default_factory=dict)

    @property
    def package(self) -> str:
        """The package that has to be allowed; empty for what is known by an entry point."""
        return self.kind.partition(":")[0].partition(".")[0] if ":" in self.kind else ""


@cache
def offered(group: str) -> dict[str, EntryPoint]:
    """What installed packages offer, from their metadata alone: nothing is imported."""
    return {point.name: point for point in entry_points(group=group)}


@dataclass(frozen=True, eq=False)
class OpenCatalogue:
    """A catalogue beside which a user may have classes of their own.

    As the annotation of a field in a protocol it is the field's validator; the validation context
    holds `Imports`.

    Attributes
    ----------
    noun
        What is in it, in the singular: "rule".
    group
        The room that it comes from, which is also the group of its entry points:
        "plastisim.rules".
    known
        What is in it.
    bases
        Of which a user's own class is a subclass.
    """

    noun: str
    group: str
    known: Mapping[str, type[BaseModel]]
    bases: tuple[type[BaseModel], ...]

    def offered(self) -> dict[str, EntryPoint]:
        """What installed packages add to it, by name."""
        return {name: p for name, p in offered(self.group).items() if name not in self.known}

    def class_of(self, kind: object, imports: Imports) -> type[BaseModel] | None:
        """The class of a kind, or None where it exists or may exist but is not to be imported.

        Raises
        ------
        ValueError
            If there can be no such class, or its import fails; says what would be right.
        """
        if isinstance(kind, str) and kind in self.known:
            return self.known[kind]
        others = self.offered()
        if not isinstance(kind, str) or (":" not in kind and kind not in others):
            names = [*self.known, *others]
            raise ValueError(
                f"got {shown(kind)}; write {joined(names)}, or package.module:Name"
                f"{did_you_mean(kind, names)}"
            )
        if ":" not in kind:
            return self._checked(kind, others[kind].load) if imports.entry_points else None
        if re.fullmatch(BY_PATH, kind) is None:
            raise ValueError(
                f"got {shown(kind)}; a {self.noun} of your own is written package.module:Name"
            )
        module, _, name = kind.partition(":")
        if not imports.permits(module):
            return None
        return self._checked(kind, lambda: self._found(module, name))

    def _found(self, module: str, name: str) -> object:
        found = importlib.import_module(module)
        if not hasattr(found, name):
            near = [n for n, value in vars(found).items() if self._is_one(value)]
            raise ValueError(f"{module} has no {name}{did_you_mean(name, near)}")
        return getattr(found, name)

    def _checked(self, kind: str, load: Callable[[], Any]) -> type[BaseModel]:
        try:
            found = load()
        except ValueError as error:
            raise ValueError(f'got "{kind}"; {error}') from None
        except (Exception, SystemExit) as error:
            raise ValueError(
                f'got "{kind}"; its import failed: {type(error).__name__}: {error}'
            ) from error
        if not self._is_one(found):
            bases = joined(base.__name__ for base in self.bases)
            raise ValueError(
                f'got "{kind}", which is no {self.noun}; write a subclass of {self.group}.{bases}'
            )
        of_class = {name for name in found.__class_vars__ if not hasattr(found, name)}
        if missing := sorted(found.__abstractmethods__ | of_class):
            what = joined(missing, " and ")
            raise ValueError(f'got "{kind}", which is unfinished: it defines no {what}')
        annotation = found.model_fields["kind"].annotation
        if get_origin(annotation) is Literal and kind not in get_args(annotation):
            raise ValueError(
                f'got "{kind}", whose class takes kind: {joined(map(str, get_args(annotation)))} '
                "alone; declare it as kind: str there"
            )
        return found

    def _is_one(self, found: object) -> bool:
        return inspect.isclass(found) and issubclass(found, self.bases)

    # ------------------------------------------------------------------------- for pydantic

    def __get_pydantic_core_schema__(
        self, source: Any, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        return core_schema.with_info_plain_validator_function(
            self._validated,
            serialization=core_schema.plain_serializer_function_ser_schema(_dumped),
        )

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        return {"anyOf": [handler(cls.__pydantic_core_schema__) for cls in self.known.values()]}

    def _validated(self, found: object, info: ValidationInfo) -> BaseModel | Foreign:
        if isinstance(found, (*self.bases, Foreign)):
            return found
        if not isinstance(found, dict):
            why = f"got {shown(found)}; write a block with kind and its keys"
            raise PydanticCustomError("block", "{why}", {"why": why})
        if "kind" not in found:
            raise _at_kind("missing", found)
        imports = info.context if isinstance(info.context, Imports) else Imports()
        try:
            cls = self.class_of(found["kind"], imports)
        except ValueError as error:
            custom = PydanticCustomError("kind", "{why}", {"why": str(error)})
            raise _at_kind(custom, found["kind"]) from None
        if cls is None:
            return Foreign(found["kind"], {k: v for k, v in found.items() if k != "kind"})
        return cls.model_validate(found)


def open_keys(model: type[BaseModel]) -> Iterator[tuple[str, OpenCatalogue]]:
    """The keys of a protocol that hold an entry of an open catalogue."""
    for name, field_ in model.model_fields.items():
        for extra in field_.metadata:
            if isinstance(extra, OpenCatalogue):
                yield name, extra


def _at_kind(error: str | PydanticCustomError, found: object) -> ValidationError:
    details = InitErrorDetails(type=error, loc=("kind",), input=found)
    return ValidationError.from_exception_data("kind", [details])


def _dumped(found: object) -> dict[str, Any]:
    if isinstance(found, Foreign):
        return {"kind": found.kind, **found.keys}
    assert isinstance(found, BaseModel)
    return found.model_dump(exclude_none=True)
