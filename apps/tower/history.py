"""What two firms agreed on and what they changed of it since, as deeds: the terms of their relation, and of one part."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from apps.common.rooms import data_days_text
from apps.masterdata.models import Part, PartnerPart
from apps.tenancy.deeds import Deed, Source, Told, deeds_of, in_words, states_of, versions_of
from apps.tenancy.history import Change
from apps.tenancy.models import TradingRelation
from apps.tenancy.prices import told_of
from apps.tenancy.terms import Way

TOLD: dict[Any, dict[str, Any]] = {
    TradingRelation: {
        "vendor_code": _("Vendor code"),
        "currency": _("Currency"),
        "incoterm": _("Incoterm"),
        "over_tolerance": _("Over-delivery tolerance, %"),
        "freeze_days": _("Freeze fence, days"),
        "early_days": _("Early window, days"),
        "late_days": _("Late window, days"),
        "answer_hours": _("Answer within, hours"),
        "way": _("How lines are confirmed"),
        "otif_target": _("Target of OTIF, %"),
        "ppm_target": _("Target of defects, PPM"),
        "hides_prices": _("Prices for those who buy and sell only"),
        "is_strict": _("Days off, pack size and lead time are refused"),
        "data_days": _("Data brought up to date within"),
        "buyer_suspended_at": _("Suspended by the buyer"),
        "supplier_suspended_at": _("Suspended by the supplier"),
        "ended_at": _("Ended"),
    },
    PartnerPart: {
        "buyer_number": _("Buyer's number"),
        "supplier_number": _("Supplier's number"),
        "name": _("Name"),
        "name_en": _("English name"),
        "unit": _("Order unit"),
        "base_factor": _("Base units in one order unit"),
        "pack_size": _("Pack size"),
        "minimum_quantity": _("Minimum order quantity"),
        "lead_time_days": _("Lead time, days"),
        "unit_price": _("Unit price"),
        "is_inspected": _("Inspected on receipt"),
        "ended_at": _("Ended"),
    },
    # The buyer's own row behind the agreed one; the supplier sees nothing of it.
    Part: {
        "number": _("Own part number"),
        "revision": _("Revision"),
        "name": _("Own name"),
        "name_en": _("Own English name"),
        "specification": _("Specification"),
        "drawing_number": _("Drawing number"),
        "unit": _("Base unit"),
        "tracking": _("Tracking"),
        "is_critical": _("Safety-critical"),
        "ended_at": _("Own part ended"),
    },
}
SILENT: dict[Any, set[str]] = {
    TradingRelation: {"ended_firm"},
    PartnerPart: {"part", "own_number"},  # written once; said with the number on papers
    Part: {"organization"},
}


def relation_history(relation: TradingRelation) -> tuple[list[Change], list[Told]]:
    """When the relation was agreed, and what was changed of its terms since; one query."""
    versions = versions_of(Source(TradingRelation, TOLD[TradingRelation], {"pgh_obj_id": relation.pk}))
    told = in_words(deeds_of(versions), name_of=_percent)
    return states_of(versions, TradingRelation, "currency")[-1:], told


def _percent(deed: Deed, value: Any) -> str | None:
    if deed.column == "data_days":
        return data_days_text(value) or "—"
    if deed.column == "way":
        return str(Way(value).label)
    if deed.column != "over_tolerance":
        return None
    return f"{(value * 100).normalize():f}"


def part_history(part: PartnerPart) -> tuple[list[Change], list[Told]]:
    """When the part was agreed, and what was changed of it since; one query."""
    versions = versions_of(
        Source(PartnerPart, told_of(part, TOLD[PartnerPart], "unit_price"), {"pgh_obj_id": part.pk}),
        Source(Part, TOLD[Part], {"pgh_obj_id": part.part_id}),
    )
    return states_of(versions, PartnerPart, "unit")[-1:], in_words(deeds_of(versions))


def look_of_change(_change: Change) -> tuple[Any, str, str]:
    return (_("Agreed"), "handshake", "ok")
