"""The three kinds of rows. A private row belongs to one organization, a shared one to the two sides of a trading relation,
a common one to the members of a cluster."""

from typing import Any

import pghistory
from django.db import models
from django.db.models import Q

from .policies import COMMON, PRIVATE, SHARED, Policy
from .scope import Scope, ScopedManager


class OrganizationModel(models.Model):
    """A private row."""

    row_policy = PRIVATE
    organization = models.ForeignKey("tenancy.Organization", on_delete=models.PROTECT, related_name="+")

    objects = ScopedManager()

    class Meta:
        abstract = True

    @staticmethod
    def scope_condition(scope: Scope) -> Q:
        return Q(organization_id__in=scope.organization_ids)


class RelationModel(models.Model):
    """A shared row. Both sides are copied from the relation (and tied to it by a composite key), so that policies and sums
    need no join."""

    row_policy = SHARED
    relation = models.ForeignKey("tenancy.TradingRelation", on_delete=models.PROTECT, related_name="+", db_index=False)
    buyer = models.ForeignKey("tenancy.Organization", on_delete=models.PROTECT, related_name="+", db_index=False)
    supplier = models.ForeignKey("tenancy.Organization", on_delete=models.PROTECT, related_name="+", db_index=False)

    objects = ScopedManager()

    class Meta:
        abstract = True

    @staticmethod
    def scope_condition(scope: Scope) -> Q:
        return Q(buyer_id__in=scope.organization_ids) | Q(supplier_id__in=scope.organization_ids)

    @staticmethod
    def side_condition(scope: Scope, side: str) -> Q:
        return Q(**{f"{side}_id__in": scope.organization_ids})


class ClusterModel(models.Model):
    """A common row."""

    row_policy = COMMON
    cluster = models.ForeignKey("tenancy.Cluster", on_delete=models.PROTECT, related_name="+")

    objects = ScopedManager()

    class Meta:
        abstract = True

    @staticmethod
    def scope_condition(scope: Scope) -> Q:
        return Q(cluster_id__in=scope.cluster_ids)


def sides_of(row: Any) -> dict[str, int]:
    """The relation and both sides of a shared row, to be given to the rows that hang on it."""
    return {"relation_id": row.relation_id, "buyer_id": row.buyer_id, "supplier_id": row.supplier_id}


def track_history(policy: Policy, *trackers: pghistory.RowEvent, **options: Any) -> Any:
    """Keep every version of a model's rows, visible to the same parties as the row itself.

    Args:
        trackers: what is kept; inserts and updates when none is named.
    """
    return pghistory.track(
        *(trackers or (pghistory.InsertEvent(), pghistory.UpdateEvent())),
        context_field=pghistory.ContextJSONField(),
        context_id_field=None,
        obj_field=pghistory.ObjForeignKey(related_name="versions", db_index=True),
        append_only=True,
        attrs={"row_policy": policy},
        **options,
    )
