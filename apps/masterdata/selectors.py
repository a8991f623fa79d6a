"""Reads of parts."""

from django.db.models import QuerySet

from apps.tenancy.roles import Side

from .models import Part, PartnerPart


def parts() -> QuerySet[Part]:
    return Part.objects.order_by("number", "pk")


def partner_parts() -> QuerySet[PartnerPart]:
    """Parts agreed with partners, both sides joined: listing costs one query."""
    return PartnerPart.objects.select_related("buyer", "supplier").order_by("buyer_number", "pk")


def parts_to_order(*, relation_id: int) -> QuerySet[PartnerPart]:
    return PartnerPart.objects.on_side(Side.BUYER).filter(relation_id=relation_id).order_by("buyer_number")
