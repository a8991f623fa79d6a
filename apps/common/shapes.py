"""Shapes of the API, written fast: what the fields say is worked out once a class, and every row runs through that.

DRF asks each field anew for every row, which costs more than the statement of a list. A shape gives the same values
(`tests/walk/test_shapes.py` holds both against each other), and leaves to DRF whatever it does not know.
"""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from functools import cache
from operator import attrgetter, itemgetter
from typing import Any, NamedTuple

from django.utils import timezone
from rest_framework import serializers

from .api import QuantityField, plain

# Kinds of fields whose values stay as they are where they are of this very type.
AS_IT_IS: tuple[tuple[type[Any], type], ...] = (
    (serializers.IntegerField, int),
    (serializers.CharField, str),
    (serializers.BooleanField, bool),
    (serializers.FloatField, float),
)


class _Column(NamedTuple):
    """One field of a shape: how its value is found in a row, and how written; `write` None leaves it as it is."""

    name: str
    get: Callable[[Any], Any]
    write: Callable[[Any], Any] | None


class _Columns(NamedTuple):
    of_objects: list[_Column]
    of_dictionaries: list[_Column]
    methods: list[tuple[str, str]]


class Shape(serializers.Serializer[Any]):
    # A serializer whose rows are written without asking each field. A shape within a shape has no context.
    # (No docstring: the API's schema would say it of every shape.)

    def to_representation(self, instance: Any) -> dict[str, Any]:
        columns = _columns(type(self))
        row: dict[str, Any] = {}
        try:
            for name, get, write in columns.of_dictionaries if isinstance(instance, Mapping) else columns.of_objects:
                value = get(instance)
                row[name] = value if value is None or write is None else write(value)
        except (LookupError, AttributeError, TypeError, ValueError):
            return super().to_representation(instance)  # a default, something to call, or the error as DRF tells it
        for name, method in columns.methods:
            row[name] = getattr(self, method)(instance)
        return row


@cache
def _columns(shape: type[Shape]) -> _Columns:
    fields = list(shape()._readable_fields)
    methods = [(str(f.field_name), f.method_name) for f in fields if isinstance(f, serializers.SerializerMethodField)]
    named = [(f, str(f.field_name), f.source_attrs, _writer(f)) for f in fields if f.source != "*"]
    return _Columns(
        [_Column(name, _shown(f, attrgetter(".".join(path))), write) for f, name, path, write in named],
        [_Column(name, _shown(f, _key(path)), write) for f, name, path, write in named],
        methods,
    )


def _shown(field: Any, get: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """A field may say of which rows it hides its value: `hides(row)`."""
    hides = getattr(field, "hides", None)
    return get if hides is None else lambda row: None if hides(row) else get(row)


def _key(path: list[str]) -> Callable[[Any], Any]:
    def through(row: Any) -> Any:
        for name in path:
            row = row[name]
        return row

    return itemgetter(path[0]) if len(path) == 1 else through


def _writer(field: Any) -> Callable[[Any], Any] | None:
    """How a value that is not None is written: as DRF's field would."""
    kind, slowly = type(field), field.to_representation
    if kind.to_representation is QuantityField.to_representation:
        return plain
    if kind is serializers.DateField:
        return lambda value: value.isoformat() if type(value) is date else slowly(value)
    if kind is serializers.DateTimeField and not {"timezone", "format"} & set(vars(field)):
        return lambda value: _moment(value) if type(value) is datetime and value.tzinfo else slowly(value)
    if kind is serializers.ChoiceField:
        known = field.choice_strings_to_values
        return lambda value: known.get(str(value), value)
    for base, own in AS_IT_IS:
        if issubclass(kind, base) and kind.to_representation is base.to_representation:
            return lambda value: value if type(value) is own else slowly(value)
    return slowly


def _moment(value: datetime) -> str:
    """In the reader's time zone, as ISO 8601."""
    text = value.astimezone(timezone.get_current_timezone()).isoformat()
    return text.removesuffix("+00:00") + "Z" if text.endswith("+00:00") else text
