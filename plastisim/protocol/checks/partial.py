"""The part of a protocol that is right, when another part of it is wrong."""

from __future__ import annotations

from typing import Annotated, Any, get_args, get_origin

from pydantic import BaseModel, Field, TypeAdapter, ValidationError
from pydantic.fields import FieldInfo

from plastisim.protocol.foreign import Foreign, Imports, OpenCatalogue


class Unknown(Exception):
    """A key was asked for that is missing or wrong."""


class Part:
    """A model some of whose fields are not known; asking for one of those raises `Unknown`."""

    def __init__(self, known: dict[str, Any], model: type[BaseModel] | None = None) -> None:
        self.known = known
        self.model = model

    def __getattr__(self, name: str) -> Any:
        try:
            return self.__dict__["known"][name]
        except KeyError:
            raise Unknown(name) from None


_UNKNOWN = object()


def model_of(value: Any) -> type[BaseModel] | None:
    """The class of a value that may be known in part, or None if it was not imported."""
    if isinstance(value, Part):
        return value.__dict__["model"]
    return None if isinstance(value, Foreign) else type(value)


def as_model(value: Any) -> Any:
    """A value that may be known in part as an instance of its class, to call its methods.

    A key that is not known is not there: asking for it is an `AttributeError`.

    Raises
    ------
    Unknown
        If its class is not known either.
    """
    if not isinstance(value, Part):
        return value
    known, model = value.__dict__["known"], value.__dict__["model"]
    if model is None:
        raise Unknown("kind")
    made = model.model_construct(**known)
    for name in model.model_fields.keys() - known.keys():  # defaults of keys that are wrong
        made.__dict__.pop(name, None)
    return made


def known_part(model: type[BaseModel], data: dict[str, Any], imports: Imports) -> Part:
    """Validate the fields of a model one by one, and keep those that are right."""
    known = {}
    for name, field in model.model_fields.items():
        key = field.alias or name
        if key in data:
            value = _known(_annotation(field), data[key], imports)
        else:
            value = (
                _UNKNOWN if field.is_required() else field.get_default(call_default_factory=True)
            )
        if value is not _UNKNOWN:
            known[name] = value
    return Part(known, model)


def _annotation(field: FieldInfo) -> Any:
    metadata = [*field.metadata]
    if field.discriminator:
        metadata.append(Field(discriminator=field.discriminator))
    return Annotated[(field.annotation, *metadata)] if metadata else field.annotation


def _known(annotation: Any, data: Any, imports: Imports) -> Any:
    try:
        return TypeAdapter(annotation).validate_python(data, context=imports)
    except ValidationError:
        pass
    if isinstance(data, list):
        for part in _alternatives(annotation):
            if get_origin(part) is list and _holds_models(part):
                known = [_known(get_args(part)[0], item, imports) for item in data]
                return [Part({}) if item is _UNKNOWN else item for item in known]
    if isinstance(data, dict):
        for part in _alternatives(annotation):
            if get_origin(part) is dict and _holds_models(part):
                known = {k: _known(get_args(part)[1], item, imports) for k, item in data.items()}
                return {k: Part({}) if v is _UNKNOWN else v for k, v in known.items()}
        models = _models(annotation, data, imports)
        if len(models) == 1:
            return known_part(models[0], data, imports)
    return _UNKNOWN


def _models(annotation: Any, data: dict[str, Any], imports: Imports) -> list[type[BaseModel]]:
    """The models that data may be meant for."""
    for extra in get_args(annotation)[1:] if get_origin(annotation) is Annotated else ():
        if isinstance(extra, OpenCatalogue):
            try:
                cls = extra.class_of(data.get("kind"), imports)
            except ValueError:
                return []
            return [] if cls is None else [cls]
    return [m for m in _alternatives(annotation) if _may_be(m, data)]


def _alternatives(annotation: Any) -> list[Any]:
    """The types of a union, metadata left aside."""
    if get_origin(annotation) is Annotated:
        return _alternatives(get_args(annotation)[0])
    if get_origin(annotation) in (list, dict, None):
        return [annotation]
    return [a for part in get_args(annotation) for a in _alternatives(part)]


def _is_model(annotation: Any) -> bool:
    return isinstance(annotation, type) and issubclass(annotation, BaseModel)


def _holds_models(annotation: Any) -> bool:
    """Whether the items of a list or a block may be models, or hold some."""
    return any(
        _is_model(item) or (get_origin(item) in (list, dict) and _holds_models(item))
        for item in _alternatives(get_args(annotation)[-1])
    )


def _may_be(annotation: Any, data: dict[str, Any]) -> bool:
    if not _is_model(annotation):
        return False
    named = [key for key in ("kind", "schedule") if key in annotation.model_fields]
    return all(data.get(key) in get_args(annotation.model_fields[key].annotation) for key in named)
