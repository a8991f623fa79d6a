"""A world with a row in every declared table: the whole chain, a federation, and what no act of them writes.

A table that somebody adds tomorrow is filled too: each column gets a value of its kind, each key a row of the same owner.
What that cannot know its room says (`tests/rooms.py`).
"""

from datetime import date, time
from decimal import Decimal
from itertools import count
from typing import Any

from django.apps import apps
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone

from apps.tenancy.access.keys import foreign_keys, owners
from apps.tenancy.access.wanted import is_history
from apps.tenancy.models import Cluster
from apps.tenancy.scope import unscoped
from tests.chain import whole
from tests.rooms import shown
from tests.world import SYSTEM, World

_next = count(1000)


def declared() -> list[type[models.Model]]:
    """Every model with an access, but proxies: they have no table of their own."""
    found = apps.get_models(include_auto_created=True)
    return [m for m in found if hasattr(m, "access") and m._meta.managed and not m._meta.proxy]


def fill(world: World) -> None:
    """Commits."""
    whole(world)
    for room in shown():
        room.fill(world)
    with unscoped(reason=SYSTEM):
        for _turn in range(3):  # a key may point at a table that is filled later
            for model in declared():
                if not is_history(model) and not model._base_manager.exists():
                    _add(model, world)
        for model in _privately_owned():
            for firm in (world.buyer, world.stranger):
                if not model._base_manager.filter(organization=firm).exists():
                    _add(model, world, firm)


def _privately_owned() -> list[type[models.Model]]:
    return [m for m in declared() if not is_history(m) and owners(m) == {"organization"} and not _keys(m)]


def _keys(model: type[models.Model]) -> list[Any]:
    return [field for field in foreign_keys(model) if field.name not in owners(model) and not field.null]


def _add(model: type[models.Model], world: World, firm: Any = None) -> None:
    values: dict[str, Any] = {}
    firm = firm or world.supplier
    whose = {"organization": firm, "buyer": world.buyer, "supplier": world.supplier, "relation": world.relation}
    whose |= {"office": world.office, "cluster": Cluster._base_manager.first()}
    for field in model._meta.concrete_fields:
        if field.primary_key and isinstance(field, models.AutoField):
            continue
        if isinstance(field, models.ForeignKey):
            if field.name in whose:
                values[field.name] = whose[field.name]
            elif not field.null:
                target = _matching(field.related_model, model, whose)
                if target is None:
                    return
                values[field.name] = target
        elif not field.has_default() and not field.null and not getattr(field, "auto_now_add", False):
            values[field.name] = _value(field)
    tied = {label: columns for room in shown() for label, columns in room.values.items()}
    model._base_manager.create(**values | tied.get(model._meta.label, {}))


def _matching(target: type[models.Model], model: type[models.Model], whose: dict[str, Any]) -> Any:
    """A row of the target that belongs to the same."""
    shared = owners(target) & owners(model) if hasattr(target, "access") else set()
    if target._meta.label == "accounts.User":
        return target._base_manager.filter(memberships__organization=whose["organization"]).first()
    return target._base_manager.filter(**{name: whose[name] for name in shared}).first()


def _value(field: models.Field) -> Any:
    number = next(_next)
    if field.choices:
        return field.choices[0][0]
    kinds: list[tuple[type[models.Field], Any]] = [
        (models.BooleanField, True),
        (models.FloatField, 0.5),
        (models.DecimalField, Decimal(1)),
        (models.IntegerField, number),
        (models.DateTimeField, timezone.now()),
        (models.DateField, date.today()),
        (models.TimeField, time(8)),
        (ArrayField, [1]),
        (models.JSONField, {}),
        (models.BinaryField, number.to_bytes(32, "big")),
        (models.EmailField, f"n{number}@test.example"),
        ((models.CharField, models.TextField), f"N{number}"),
    ]
    return next(value for kind, value in kinds if isinstance(field, kind))
