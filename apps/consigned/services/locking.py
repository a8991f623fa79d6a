"""The lock that receiving and taking back share."""

from apps.tenancy.checks import require_side, side_of
from apps.tenancy.roles import Side

from ..exceptions import UnknownNote
from ..models import ConsignmentLine, ConsignmentNote
from ..statuses import NoteKind


def sender_of(note: ConsignmentNote) -> Side:
    return Side.BUYER if note.kind == NoteKind.HANDED else Side.SUPPLIER


def lock_note(note_id: int, *, is_sender: bool) -> tuple[ConsignmentNote, list[ConsignmentLine]]:
    """A note and its lines, locked; two statements.

    Raises:
        UnknownNote: not visible in this scope. WrongSide: the scope's firm is not its sender, or not its receiver.
    """
    rows = ConsignmentNote.objects.select_for_update(of=("self",)).select_related("buyer_site", "supplier_site")
    note: ConsignmentNote | None = rows.filter(pk=note_id).first()
    if note is None:
        raise UnknownNote(place="note", value=note_id)
    sender = sender_of(note)
    require_side(note, sender if is_sender else sender.other)
    # The part itself is the buyer's own: the supplier does not see it, and joined it would hide the line.
    joined = "consigned_part__part" if side_of(note) is Side.BUYER else "consigned_part"
    lines = ConsignmentLine.objects.select_for_update(of=("self",)).filter(note=note).select_related(joined)
    return note, list(lines.order_by("position"))
