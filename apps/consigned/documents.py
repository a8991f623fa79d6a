"""The consignment note as PDF: the paper that travels with the material, in the reader's language."""

from collections.abc import Iterator

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from apps.common.dates import paper_day_text, paper_moment_text
from apps.common.units import UNITS
from apps.tenancy.letterheads import letterheads
from apps.ui.paper import Column, Facts, Party, Sheet, party_of
from apps.ui.texts import quantity

from .models import ConsignmentNote
from .statuses import NoteKind, NoteStatus


def consignment_note(note: ConsignmentNote, printed: str = "") -> bytes:
    """
    Args:
        note: with its lines, as `selectors.note` gives it.
        printed: see `Sheet`.
    """
    void = pgettext("stamp", "CANCELLED") if note.status == NoteStatus.CANCELLED else ""
    sheet = Sheet(_("Consignment note %(number)s") % {"number": note.number}, void=void, printed=printed)
    sheet.top(_("Consignment note"), note.number, f"{settings.PUBLIC_URL}{reverse('consigned:note', args=[note.pk])}")
    sheet.parties(*_parties(note))
    sheet.facts(_facts(note))
    columns = (
        Column(_("No."), 10, is_figure=True),
        Column(_("Material"), 92),
        Column(_("Lot"), 44),
        Column(_("Quantity"), 40, is_figure=True),
    )
    sheet.rows(columns, _lines(note))
    words = _("The material stays the property of %(owner)s until it is used.") % {"owner": note.buyer.name}
    sheet.remark(f"{words}\n{note.note}".strip())
    sheet.signatures(_("Handed over by"), _("Received by"), _("Date and time"))
    return bytes(sheet.output())


def _parties(note: ConsignmentNote) -> tuple[Party, Party]:
    sender, receiver = (note.buyer, note.supplier) if note.kind == NoteKind.HANDED else (note.supplier, note.buyer)
    heads = letterheads((sender.pk, receiver.pk))
    return party_of(_("From"), heads[sender.pk]), party_of(_("To"), heads[receiver.pk])


def _facts(note: ConsignmentNote) -> Facts:
    is_handed = note.kind == NoteKind.HANDED
    origin, target = (note.buyer_site, note.supplier_site) if is_handed else (note.supplier_site, note.buyer_site)
    return [
        (_("Ships from"), f"{origin} ({origin.code})"),
        (_("Deliver to"), f"{target} ({target.code})"),
        (_("Kind"), str(note.get_kind_display())),
        (_("Owner"), note.buyer.name),
        (pgettext("moment", "Sent"), paper_moment_text(note.sent_at, origin.time_zone)),
        (_("Arrival"), paper_day_text(note.arrives_on)),
    ]


def _lines(note: ConsignmentNote) -> Iterator[tuple[str, ...]]:
    for line in note.shown_lines:  # type: ignore[attr-defined]
        material = f"{line.consigned_part.number}\n{line.consigned_part.label}"
        amount = f"{quantity(line.quantity)} {UNITS[line.unit].label}"
        yield str(line.position), material, line.lot or "—", amount
