"""An order written anew from one that was sent."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from apps.calendars.days import Days
from apps.masterdata.exceptions import PartEnded
from apps.tenancy.checks import require_side
from apps.tenancy.roles import Side
from apps.tenancy.scope import atomic

from ..exceptions import UnknownOrder, WrongState
from ..models import PurchaseOrder, ScheduleLine
from ..statuses import Collaboration
from ..working import receiving_days
from .drafting import OrderLine, draft_order
from .shared import today_at


@dataclass(frozen=True)
class Copied:
    """The draft, and the buyer's numbers of parts that are not ordered any more and were left out."""

    order: PurchaseOrder
    left_out: Sequence[str]


@atomic
def copy_order(*, order_id: int, refused: Collection[int] = ()) -> Copied:
    """Write a draft with the parts and quantities of an order, or of lines that were refused, at the prices of today.

    A day that the part's lead time does not reach becomes the first that it does and on which the receiving site works.

    Args:
        refused: schedule lines that the supplier refused: they alone are copied, and ordered anew by their copies.

    Raises:
        UnknownOrder: not visible in this scope. WrongSide: the scope is the supplier's.
        WrongState: one of `refused` was not. PartEnded: none of its parts is ordered any more.
        As `draft_order` for what its lines say.
    """
    rows = PurchaseOrder.objects.select_related("relation", "terms", "receiving_site")
    order = rows.filter(pk=order_id).first()
    if order is None:
        raise UnknownOrder(place="order", value=order_id)
    require_side(order, Side.BUYER)
    schedule = ScheduleLine.objects.filter(order=order).select_related("line__partner_part")
    if refused:
        schedule = schedule.filter(pk__in=refused)
    today, days = today_at(order), receiving_days(order)
    lines, left_out = [], []
    for item in schedule.order_by("line__position", "sequence"):
        part = item.line.partner_part
        if refused and item.status != Collaboration.REJECTED:
            raise WrongState(place="schedule_lines", value=item.get_status_display(), needed=Collaboration.REJECTED.label)
        if part.ended_at is not None:
            left_out.append(part.buyer_number)
            continue
        day = _reachable(item.requested_date, today + timedelta(days=part.lead_time_days), days)
        replaces = item.pk if refused else None
        lines.append(OrderLine(part.pk, item.requested_quantity, day, item.line.unit, replaces=replaces))
    if not lines:
        raise PartEnded(place="lines", value=", ".join(left_out))
    draft = draft_order(
        relation_id=order.relation_id,
        receiving_site_id=order.receiving_site_id,
        lines=lines,
        note=order.note,
        is_confirmed=True,  # who wrote the order was asked
    )
    return Copied(draft, left_out)


def _reachable(wanted: date, first: date, days: Days) -> date:
    return wanted if wanted >= first else days.first_from(first)
