"""Shared by rule: a private row that its firm shows to others by a grant (`tenancy.Grant`) while that is in force.

One declaration gives both walls: `read=own() | granted("production", part="partner_part", precision="precision")`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.conf import settings
from django.db.models import Model, Q
from django.utils import timezone

from .predicates import Predicate, attribute, column, linked, own, quoted, where

if TYPE_CHECKING:
    from ..scope import Scope

GRANT = "tenancy.Grant"
EXACT, CUSTOMERS = "exact", "customers"


@dataclass(frozen=True)
class Given(Predicate):
    """A column holds anything."""

    name: str

    def sql(self, model: type[Model], row: str) -> str:
        return f"{row}.{column(model, self.name)} is not null"

    def q(self, model: type[Model], scope: Scope) -> Q:
        return Q(**{f"{attribute(model, self.name)}__isnull": False})


@dataclass(frozen=True)
class Day(Predicate):
    """A column's day has come (`<=`), or has not passed yet (`>=`): days of the installation's calendar."""

    name: str
    compare: str

    def sql(self, model: type[Model], row: str) -> str:
        return f"{row}.{column(model, self.name)} {self.compare} (now() at time zone {quoted(settings.TIME_ZONE)})::date"

    def q(self, model: type[Model], scope: Scope) -> Q:
        today = timezone.localdate(timezone=timezone.get_default_timezone())
        return Q(**{f"{self.name}__{'lte' if self.compare == '<=' else 'gte'}": today})


def in_force() -> Predicate:
    """Agreed, not revoked, and today between its days, both included."""
    lasts = where(until=None) | Day("until", ">=")
    return Given("agreed_at") & where(revoked_at=None) & Day("starts_on", "<=") & lasts


def granted(
    kind: str,
    *,
    giver: str = "organization",
    part: str | None = None,
    precision: str | None = None,
    customers: Predicate | None = None,
) -> Predicate:
    """The row's firm shares it with the scope's, by a grant in force.

    Args:
        kind: of what is shared, one of `apps.sharing.kinds`.
        giver: the column that says whose the row is.
        part: the column of the partner part that the row is about; without one, only grants of all parts show it.
        precision: the column that says how precisely the row tells. A grant shows rows of its own precision, so that what is
            shared in buckets or as yes and no never leaves as a figure. Without one rows are exact.
        customers: of a grant to the next step of the chain: true of the rows whose goods came to the scope's firm.
    """
    keys = {"organization": giver} | ({"precision": precision} if precision else {})
    facts = where(kind=kind) & in_force()
    if not precision:
        facts &= where(precision=EXACT)
    found = linked(GRANT, **keys, when=facts & own("receiver") & where(partner_part=None))
    if part:
        found |= linked(GRANT, **keys, partner_part=part, when=facts & own("receiver"))
    if customers:
        found |= customers & linked(GRANT, **keys, when=facts & where(step=CUSTOMERS))
    return found
