"""What acts on lines of many orders have in common: all is locked, saved and told by as many statements as for one."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from apps.common.errors import DomainError
from apps.events.services import emit_all
from apps.tenancy.checks import require_side
from apps.tenancy.roles import Side

from ..exceptions import UnknownLine
from ..models import ChangeRequest, PurchaseOrder, ScheduleLine
from ..statuses import ChangeState
from .shared import COLUMNS, SUMS, derive, save_schedule

Refusals = dict[int, DomainError]


@dataclass
class Locked:
    """Some lines, and all that their orders hold, locked until the transaction ends.

    Attributes:
        schedule: all lines of each order, by its id.
        changes: requests that wait, by line, of all those lines.
        refused: of the lines that were named those that may not be acted on, with the reason of each.
    """

    orders: Mapping[int, PurchaseOrder]
    schedule: Mapping[int, list[ScheduleLine]]
    lines: Mapping[int, ScheduleLine]
    changes: dict[int, ChangeRequest]
    refused: Refusals = field(default_factory=dict)

    def order_of(self, line: ScheduleLine) -> PurchaseOrder:
        return self.orders[line.order_id]

    def save(self, lines: Collection[ScheduleLine], *, with_sums: bool) -> list[PurchaseOrder]:
        """Keep lines and bring their orders to what all lines and open requests say; gives those orders. Two statements.

        Args:
            with_sums: what is asked for moves too, which a supplier's act leaves as it is.
        """
        if not lines:
            return []
        save_schedule(list(lines))
        touched = [self.orders[pk] for pk in sorted({line.order_id for line in lines})]
        for order in touched:
            sides = {self.changes[line.pk].side for line in self.schedule[order.pk] if line.pk in self.changes}
            order.open_change_side = "both" if len(sides) > 1 else next(iter(sides), "")
            derive(order, self.schedule[order.pk])
        PurchaseOrder.objects.bulk_update(touched, [*COLUMNS, *(SUMS if with_sums else ())])
        return touched


def lock_lines(schedule_line_ids: Iterable[int], side: Side) -> Locked:
    """Lines of any orders, with these orders in the order of their ids; four statements.

    Raises:
        WrongSide: the scope is the other side's of one of them.
    """
    wanted = list(dict.fromkeys(schedule_line_ids))
    order_ids = ScheduleLine.objects.filter(pk__in=wanted).order_by().values_list("order_id", flat=True).distinct()
    rows = PurchaseOrder.objects.select_for_update(of=("self",)).select_related("relation", "terms", "receiving_site")
    orders = {order.pk: order for order in rows.filter(pk__in=list(order_ids)).order_by("pk")}
    for order in orders.values():
        require_side(order, side)
    schedule: dict[int, list[ScheduleLine]] = {pk: [] for pk in orders}
    lines = ScheduleLine.objects.filter(order_id__in=orders).select_related("line").select_for_update(of=("self",))
    for line in lines.order_by("order_id", "pk"):
        schedule[line.order_id].append(line)
    known = {line.pk: line for found in schedule.values() for line in found}
    open_ones = ChangeRequest.objects.filter(schedule_line__in=known, state=ChangeState.OPEN).select_related("answers_to")
    changes = open_ones.select_for_update(of=("self",))
    return Locked(
        orders,
        schedule,
        {pk: known[pk] for pk in wanted if pk in known},
        {change.schedule_line_id: change for change in changes},
        {pk: UnknownLine(place="schedule_lines", value=pk) for pk in wanted if pk not in known},
    )


def tell(event: str, orders: Collection[PurchaseOrder]) -> None:
    """One event an order, one statement for all of them."""
    if orders:
        emit_all((event, order, order.number) for order in orders)
