"""Writing an order anew that nobody has opened yet, and deleting a draft."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from difflib import SequenceMatcher
from typing import Any

from apps.calendars.days import EVERY_DAY
from apps.common.errors import raise_all
from apps.events.services import emit
from apps.tenancy.roles import Side
from apps.tenancy.scope import atomic

from ..exceptions import WrongState
from ..models import PurchaseOrder, PurchaseOrderLine, ScheduleLine
from ..statuses import Collaboration
from ..working import answer_due, receiving_days
from .drafting import OrderLine, Row, Rows, agreed_parts, broken_lines, rows_of, show_first
from .shared import lock_order, refresh_order, require_state, save_schedule, schedule_of, today_at

UNREAD = (Collaboration.DRAFT, Collaboration.PUBLISHED)
HEAD = ("part_number", "part_name", "part_name_en", "unit", "line_count")


def may_be_rewritten(schedule: Iterable[ScheduleLine]) -> bool:
    """A draft, or sent and not yet opened: the buyer may still write it anew."""
    return all(line.status in UNREAD for line in schedule)


@atomic
def rewrite_order(*, order_id: int, lines: Sequence[OrderLine], note: str = "", is_confirmed: bool = False) -> PurchaseOrder:
    """Write a draft, or an order that the supplier has not opened yet, anew: lines in their order, and the note.

    Lines keep their rows and positions, so that the history tells which was changed and which was removed. The supplier of
    an order that was sent is told, and has the agreed hours from now on.

    Raises:
        UnknownOrder, WrongSide: not an order that the scope's firm buys.
        WrongState: the supplier has opened or answered it.
        As `draft_order` for what the lines say.
    """
    order = lock_order(order_id, Side.BUYER)
    schedule = list(schedule_of(order))
    if not may_be_rewritten(schedule):
        raise WrongState(place="order", value=order.get_status_display(), needed=Collaboration.PUBLISHED.label)
    parts = agreed_parts(order.relation, lines, order.order_date)
    days = receiving_days(order) if order.agreed.is_strict else EVERY_DAY
    raise_all(broken_lines(lines, parts, today_at(order), is_confirmed, order.agreed, days))
    rows = rows_of(order.relation, order.agreed, lines, parts)
    kept = _kept(schedule, rows)
    last = max(item.line.position for item in schedule)
    for item, (line, wanted) in kept:
        item.line.partner_part, item.line.unit, item.line.unit_price = line.partner_part, line.unit, line.unit_price
        item.requested_quantity, item.requested_date = wanted.requested_quantity, wanted.requested_date
    PurchaseOrderLine.objects.bulk_update([item.line for item, _ in kept], ["partner_part", "unit", "unit_price"])
    save_schedule([item for item, _ in kept])
    stays, added = {item.pk for item, _ in kept}, rows[len(kept) :]
    PurchaseOrderLine.objects.filter(pk__in=[item.line_id for item in schedule if item.pk not in stays]).delete()
    for index, (line, item) in enumerate(added, start=1):
        line.order, line.position = order, last + 10 * index
        item.order = order
        line.is_draft = item.is_draft = order.is_draft
        item.status = Collaboration(order.status)
    PurchaseOrderLine.objects.bulk_create(line for line, _ in added)
    ScheduleLine.objects.bulk_create(item for _, item in added)
    show_first(order, [line for line, _item in rows], parts)
    order.note = note
    if not order.is_draft:
        order.revision += 1
        order.answer_due_at = answer_due(order, Side.SUPPLIER)
    order.save(update_fields=[*HEAD, "note"])
    refresh_order(order, [item for item, _ in kept] + [item for _, item in added])
    if not order.is_draft:
        emit("order.rewritten", subject=order, label=order.number)
    return order


def _kept(schedule: Sequence[ScheduleLine], rows: Rows) -> list[tuple[ScheduleLine, Row]]:
    """The first of the wanted lines, each with the row that it keeps; what is wanted besides is new.

    A line that is as it was keeps its row, then one of the same part, then whichever stands in its place. Where a new line
    stands before one that was there, rows are kept by place alone: positions have the order in which lines are wanted.
    """
    old = [(item.line, item) for item in schedule]
    found = [(item, row) for (_line, item), row in _alike(old, rows, (_content, _part))]
    if [row for _item, row in found] == list(rows[: len(found)]):
        return found
    return list(zip(schedule, rows, strict=False))


def _alike(old: Rows, new: Rows, keys: Sequence[Callable[[Row], Any]]) -> Iterator[tuple[Row, Row]]:
    """Pairs in the order of both, by the first key as many as go, of the others by the next."""
    if not keys:
        yield from zip(old, new, strict=False)
        return
    before, after = ([keys[0](row) for row in rows] for rows in (old, new))
    for kind, i, j, k, m in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if kind == "equal":
            yield from zip(old[i:j], new[k:m], strict=True)
        else:
            yield from _alike(old[i:j], new[k:m], keys[1:])


def _content(row: Row) -> tuple[Any, ...]:
    line, item = row
    return line.partner_part_id, line.unit, item.requested_quantity, item.requested_date


def _part(row: Row) -> int:
    return row[0].partner_part_id


@atomic
def discard_draft(*, order_id: int) -> None:
    """Delete a draft; nothing published is ever deleted."""
    order = lock_order(order_id, Side.BUYER)
    require_state(order, Collaboration.DRAFT)
    order.delete()
