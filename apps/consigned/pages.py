"""What the pages of material show, prepared for the templates."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from apps.common.units import UNITS
from apps.inventory.lists import LOOK as STOCK_LOOK
from apps.tenancy.history import Change
from apps.tenancy.roles import Side
from apps.ui.texts import plain
from apps.ui.texts import quantity as quantity_text
from apps.ui.texts import unit as unit_text

from .models import ConsignmentNote, Settlement, SettlementLine
from .month import allowed_of
from .statuses import NoteKind, NoteStatus, SettlementState

# A state has always a word, an icon and a tone.
NOTE_LOOK: dict[str, tuple[Any, str, str]] = {
    NoteStatus.SENT: (NoteStatus.SENT.label, "truck", "info"),
    NoteStatus.PARTLY: (NoteStatus.PARTLY.label, "package", "warn"),
    NoteStatus.RECEIVED: (NoteStatus.RECEIVED.label, "package-check", "ok"),
    NoteStatus.CANCELLED: (NoteStatus.CANCELLED.label, "ban", "mute"),
}
KIND_LOOK: dict[str, tuple[Any, str, str]] = {
    NoteKind.HANDED: (NoteKind.HANDED.label, "arrow-right", "mute"),
    NoteKind.RETURNED: (NoteKind.RETURNED.label, "undo-2", "mute"),
}
SETTLEMENT_LOOK: dict[str, tuple[Any, str, str]] = {
    SettlementState.PROPOSED: (SettlementState.PROPOSED.label, "hourglass", "warn"),
    SettlementState.ACCEPTED: (SettlementState.ACCEPTED.label, "circle-check", "ok"),
    SettlementState.DISPUTED: (SettlementState.DISPUTED.label, "circle-x", "bad"),
    SettlementState.REPLACED: (SettlementState.REPLACED.label, "undo-2", "mute"),
}
NOTE_TABS = {"receive": _("To receive"), "sent": _("On its way to the partner"), "all": _("All")}
SETTLEMENT_TABS = {"answer": _("For your answer"), "open": _("Not agreed yet"), "all": _("All")}


def look_of_terms(_change: Change) -> tuple[Any, str, str]:
    return (_("Agreed"), "handshake", "ok")


def look_of_note(change: Change) -> tuple[Any, str, str]:
    return NOTE_LOOK[change.facts["status"]]


def look_of_settlement(change: Change) -> tuple[Any, str, str]:
    return SETTLEMENT_LOOK[change.facts["state"]]


def partner_of(row: Any, side: Side | None) -> Any:
    return row.supplier if side is Side.BUYER else row.buyer


def note_states(note: ConsignmentNote) -> list[tuple[Any, str, str]]:
    return [KIND_LOOK[note.kind], NOTE_LOOK[note.status]]


def settlement_states(row: Settlement) -> list[tuple[Any, str, str]]:
    return [SETTLEMENT_LOOK[row.state]]


def explained(line: SettlementLine) -> str:
    """In a sentence how the difference came about, what is allowed of it, and what that leaves to be paid."""
    unit = unit_text(line.unit)
    if line.is_charged:
        return gettext("Charged: what is gone is paid, used %(used)s and lost %(lost)s %(unit)s.") % {
            "used": quantity_text(line.used),
            "lost": quantity_text(line.scrapped - line.defective - line.booked_difference),
            "unit": unit,
        }
    difference = line.difference
    if difference is None:
        return gettext("Not all was counted in time: what is missing nobody knows, nor what is owed for it.")
    lost = line.scrapped - line.defective - difference
    words = gettext("Booked %(closing)s, counted %(counted)s %(unit)s.") % {
        "closing": quantity_text(line.closing),
        "counted": quantity_text(line.counted),
        "unit": unit,
    }
    return f"{words} " + gettext(
        "Lost %(lost)s: reported %(scrapped)s, count %(difference)s. Allowed %(allowed)s: %(share)s of %(used)s used."
        " Owed: %(owed)s."
    ) % {
        "lost": quantity_text(lost),
        "scrapped": quantity_text(line.scrapped - line.defective),
        "difference": quantity_text(difference),
        "allowed": quantity_text(allowed_of(line.used, line.allowed_loss, UNITS[line.unit].places)),
        "share": f"{plain((line.allowed_loss * 100).normalize())} %",
        "used": quantity_text(line.used),
        "owed": quantity_text(line.owed_quantity or Decimal(0)),
    }


def with_looks(heaps: Iterable[Any]) -> list[Any]:
    found = list(heaps)
    for heap in found:
        heap.look = STOCK_LOOK[heap.status]
    return found
