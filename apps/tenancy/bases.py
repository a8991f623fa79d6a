"""The three kinds of rows. A private row belongs to one organization, a shared one to the two sides of a trading relation,
a common one to the members of a cluster. A model that is none of them declares its own `access`."""

from typing import Any

import pghistory
from django.db import models

from .access import Access, Predicate, member, own, sides
from .scope import ScopedManager


class OrganizationModel(models.Model):
    """A private row."""

    access = Access(read=own(), write=own())
    organization = models.ForeignKey("tenancy.Organization", on_delete=models.PROTECT, related_name="+")

    objects = ScopedManager()

    class Meta:
        abstract = True


class RelationModel(models.Model):
    """A shared row. Both sides are copied from the relation (and tied to it by a composite key), so that policies and sums
    need no join."""

    access = Access(read=sides(), write=sides())
    relation = models.ForeignKey("tenancy.TradingRelation", on_delete=models.PROTECT, related_name="+", db_index=False)
    buyer = models.ForeignKey("tenancy.Organization", on_delete=models.PROTECT, related_name="+", db_index=False)
    supplier = models.ForeignKey("tenancy.Organization", on_delete=models.PROTECT, related_name="+", db_index=False)

    objects = ScopedManager()

    class Meta:
        abstract = True


class ClusterModel(models.Model):
    """A common row."""

    access = Access(read=member())
    cluster = models.ForeignKey("tenancy.Cluster", on_delete=models.PROTECT, related_name="+")

    objects = ScopedManager()

    class Meta:
        abstract = True


def sides_of(row: Any) -> dict[str, int]:
    """The relation and both sides of a shared row, to be given to the rows that hang on it."""
    return {"relation_id": row.relation_id, "buyer_id": row.buyer_id, "supplier_id": row.supplier_id}


def track_history(*trackers: pghistory.RowEvent, read: Predicate | None = None, **options: Any) -> Any:
    """Keep every version of a model's rows, visible to the same parties as the row itself.

    Args:
        trackers: what is kept; inserts and updates when none is named.
        read: who sees the versions, where they are fewer.
    """

    def track(model: Any) -> Any:
        return pghistory.track(
            *(trackers or (pghistory.InsertEvent(), pghistory.UpdateEvent())),
            context_field=pghistory.ContextJSONField(),
            context_id_field=None,  # type: ignore[arg-type]  # no table of contexts: they stand on the rows
            obj_field=pghistory.ObjForeignKey(related_name="versions", db_index=True),
            append_only=True,
            attrs={"access": model.access.history(read), "objects": ScopedManager()},
            **options,
        )(model)

    return track
