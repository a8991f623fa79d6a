"""What happened to an inspection lot and to a non-conformance, as deeds: each decision by its portion."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from apps.tenancy.deeds import Source, Told, deeds_of, in_words, shown_value, states_of, versions_of
from apps.tenancy.history import Change

from .models import InspectionLot, NonConformance, UsageDecision
from .statuses import Defect

TOLD: dict[Any, dict[str, Any]] = {
    InspectionLot: {
        "quantity": _("Quantity"),
        "due_on": _("Due"),
        "lot": _("Supplier's lot"),
    },
    NonConformance: {
        "impact": _("Impact"),
        "defect": _("Defect"),
        "quantity": _("Quantity"),
        "downtime_minutes": _("Downtime, minutes"),
        "occurred_on": _("When"),
        "reference": _("Document"),
    },
}
SILENT: dict[Any, set[str]] = {
    # Decided and rejected quantities are the sums of the decisions, which are told portion by portion.
    InspectionLot: {"status", "decided_quantity", "rejected_quantity", "decided_on"}
    | {"receipt", "shipment_line", "schedule_line", "partner_part", "site", "number", "unit", "received_on"},  # written once
    NonConformance: {"partner_part", "inspection_lot", "decision", "site"},
}
STATES = ("status", "decided_quantity", "rejected_quantity")


def lot_history(lot: InspectionLot) -> tuple[list[Change], list[Told]]:
    """The entries of a lot, newest first, and what each decided; one query.

    `lot` comes from `selectors.lot`, with its decisions.
    """
    versions = versions_of(Source(InspectionLot, TOLD[InspectionLot], {"pgh_obj_id": lot.pk}, STATES))
    changes = states_of(versions, InspectionLot, *STATES)
    return changes, [*in_words(deeds_of(versions)), *_decided(lot.shown_decisions, changes)]


def _decided(decisions: Sequence[UsageDecision], changes: Sequence[Change]) -> list[Told]:
    """The portions of each act. Decisions are rows that nobody changes: an act decided those that make up its sum."""
    told, waiting, total = [], list(decisions), Decimal(0)
    for change in reversed(changes):
        while waiting and total < change.facts["decided_quantity"]:
            portion = waiting.pop(0)
            total += portion.quantity
            told.append(_in_words(portion, change))
    return told


def _in_words(portion: UsageDecision, change: Change) -> Told:
    words = [shown_value(UsageDecision, "quantity", portion.quantity)]
    if portion.defect:
        words.append(str(dict(Defect.choices).get(portion.defect, portion.defect)))
    if portion.comment:
        words.append(f"“{portion.comment}”")
    return Told(change.at, change.user_id, portion.get_decision_display(), None, " · ".join(words))


def non_conformance_history(record: NonConformance) -> tuple[list[Change], list[Told]]:
    """When a record was written, and what was changed of it since; one query."""
    versions = versions_of(Source(NonConformance, TOLD[NonConformance], {"pgh_obj_id": record.pk}, ("impact",)))
    return states_of(versions, NonConformance, "impact")[-1:], in_words(deeds_of(versions))
