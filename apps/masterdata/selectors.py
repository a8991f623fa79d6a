"""Reads of parts."""

from django.db.models import Q, QuerySet

from apps.tenancy.roles import Side

from .models import Part, PartnerPart


def parts() -> QuerySet[Part]:
    return Part.objects.order_by("number", "pk")


def partner_parts() -> QuerySet[PartnerPart]:
    """Parts agreed with partners, both sides joined: listing costs one query."""
    return PartnerPart.objects.select_related("buyer", "supplier").order_by("buyer_number", "pk")


def partner_parts_numbered(start: str) -> QuerySet[PartnerPart]:
    """Parts whose number at the buyer or the supplier begins so."""
    return PartnerPart.objects.filter(Q(buyer_number__istartswith=start) | Q(supplier_number__istartswith=start)).order_by()


def parts_to_order(*, relation_id: int) -> QuerySet[PartnerPart]:
    return PartnerPart.objects.on_side(Side.BUYER).filter(relation_id=relation_id).order_by("buyer_number")
