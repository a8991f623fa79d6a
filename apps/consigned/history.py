"""What happened to material and its documents, as deeds: terms, states, what came of which line."""

from dataclasses import replace
from typing import Any

from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from apps.inventory.models import ConsignedPart
from apps.masterdata.models import PartnerPart
from apps.tenancy.deeds import Source, Told, Version, deeds_of, in_words, shown_value, states_of, versions_of
from apps.tenancy.history import Change
from apps.tenancy.prices import told_of

from .models import ConsignmentLine, ConsignmentNote, MaterialUse, Settlement

TOLD: dict[Any, dict[str, Any]] = {
    ConsignedPart: {
        "name": _("Name"),
        "name_en": _("English name"),
        "is_charged": _("Charged"),
        "unit_price": _("Unit price"),
        "currency": _("Currency"),
        "allowed_loss": _("Allowed loss"),
        "ended_at": _("Ended"),
    },
    MaterialUse: {"quantity": _("Quantity"), "scrap_share": _("Scrap share")},
    ConsignmentNote: {"note": _("Note"), "arrives_on": _("Arrival")},
    ConsignmentLine: {
        "quantity": pgettext_lazy("quantity", "Sent"),
        "received_quantity": pgettext_lazy("quantity", "Received"),
        "damaged_quantity": _("Damaged"),
        "missing_quantity": pgettext_lazy("quantity", "Missing"),
    },
    Settlement: {"note": _("Note"), "answer": _("Why it is disputed")},
}
SILENT: dict[Any, set[str]] = {
    ConsignedPart: {"part", "number", "unit"},  # written once
    # The states are the entries' own words, their moments the entries'.
    ConsignmentNote: {"number", "kind", "buyer_site", "supplier_site", "status", "line_count", "sent_at", "received_at"},
    ConsignmentLine: {"note", "consigned_part", "position", "unit", "lot", "status", "taken_from", "taken"},
    MaterialUse: {"partner_part", "consigned_part"},
    Settlement: {"month", "edition", "proposed_by", "state", "currency", "replaces", "answered_at", "answered_by"},
}


def material_history(material: ConsignedPart) -> tuple[list[Change], list[Told]]:
    """When it was agreed, how its terms changed, and how much of it went into which part from when on; two queries, one more
    where prices may be hidden. Of a part that takes none of it any more the last entry says so."""
    told = told_of(material, TOLD[ConsignedPart], "unit_price")
    versions = versions_of(
        Source(ConsignedPart, told, {"pgh_obj_id": material.pk}, ("unit",)),
        Source(MaterialUse, TOLD[MaterialUse], {"consigned_part": material.pk}, ("partner_part",)),
    )
    parts = {version.facts["partner_part_id"] for version in versions if version.source.model is MaterialUse}
    numbers = dict(PartnerPart.objects.filter(pk__in=parts).values_list("pk", "buyer_number")) if parts else {}
    words = []
    for deed in deeds_of(versions):
        (told_deed,) = in_words([deed])
        if deed.version.source.model is MaterialUse:
            number = numbers.get(deed.version.facts["partner_part_id"], "?")
            told_deed = replace(told_deed, label=f"{number}: {told_deed.label}")
        words.append(told_deed)
    for version in versions:
        if version.is_end:
            label = f"{numbers.get(version.facts['partner_part_id'], '?')}: {TOLD[MaterialUse]['quantity']}"
            old = shown_value(MaterialUse, "quantity", version.facts["quantity"])
            words.append(Told(version.at, version.user_id, label, old, gettext("none any more")))
    return states_of(versions, ConsignedPart, "unit")[-1:], words


def note_history(note: Any) -> tuple[list[Change], list[Told]]:
    """The states of a note, newest first, and what came of its lines; one query. `note` is of `selectors.note`."""
    positions = {line.pk: line.position for line in note.shown_lines}
    versions = versions_of(
        Source(ConsignmentNote, TOLD[ConsignmentNote], {"pgh_obj_id": note.pk}, ("status",)),
        Source(ConsignmentLine, TOLD[ConsignmentLine], {"pgh_obj_id__in": list(positions)}),
    )

    def line_of(version: Version) -> int | None:
        return positions.get(version.row_id) if version.source.model is ConsignmentLine else None

    return states_of(versions, ConsignmentNote, "status"), in_words(deeds_of(versions), line_of=line_of)


def settlement_history(settlement: Settlement) -> tuple[list[Change], list[Told]]:
    """Proposed, answered, replaced; one query."""
    versions = versions_of(Source(Settlement, TOLD[Settlement], {"pgh_obj_id": settlement.pk}, ("state",)))
    return states_of(versions, Settlement, "state"), in_words(deeds_of(versions))
