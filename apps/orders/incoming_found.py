"""Which line of which order a supplier's row means: customers number their orders each for itself."""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence
from typing import Any

from apps.common.errors import DomainError
from apps.common.incoming import Values
from apps.tenancy.roles import Side

from .exceptions import LineOfSeveral, OrderOfSeveral, PartOfOtherLine, UnknownLine
from .models import ScheduleLine

Fits = Callable[[ScheduleLine, Values], bool]


def find_items(
    rows: Iterable[dict[str, Any]], name: str = "number", fits: Fits = lambda item, row: True
) -> dict[int, ScheduleLine]:
    """Give each row `item`, its schedule line, and `of_order`; one statement. The lines by their keys.

    What is not found is 0: no such line, several and nobody said which, or orders of several customers and none is named.

    Args:
        name: the field with the order's number.
        fits: whether a line may be meant, where several have its number or part.
    """
    given = list(rows)
    found: dict[int, ScheduleLine] = {}
    by_number: dict[str, list[ScheduleLine]] = defaultdict(list)
    for item in _items({number for row in given for number in (row[name], row[name].upper())}):
        by_number[item.order.number.casefold()].append(item)
    for row in given:
        of_customer = [item for item in by_number[row[name].casefold()] if _is_of(item, row.get("customer"))]
        orders = {item.order_id for item in of_customer}
        row["of_order"] = next(iter(orders)) if len(orders) == 1 else 0
        row["customers"] = len(orders)
        of_line = [item for item in of_customer if _is_line(item, row)]
        named = [item for item in of_line if _is_part(item, row)]
        row["named"], row["of_other_part"] = len(named), bool(of_line and not named)
        meant = named if len(named) < 2 else [item for item in named if fits(item, row)]
        row["item"] = meant[0].pk if row["of_order"] and len(meant) == 1 else 0
        row["of_unit"] = meant[0].line.unit if row["item"] else ""
        found |= {meant[0].pk: meant[0]} if row["item"] else {}
    return found


def unknown(row: Values, place: int, name: str = "number") -> DomainError:
    """Why a row has no line."""
    if row["customers"] > 1:
        return OrderOfSeveral(place=f"rows[{place}].customer", value=row[name])
    if row["named"] > 1:
        return LineOfSeveral(place=f"rows[{place}].line", value=row.get("line") or row.get("part"))
    if row["of_other_part"] and row.get("line"):
        return PartOfOtherLine(place=f"rows[{place}].part", value=row.get("part"))
    field = "line" if row.get("line") else "part" if row.get("part") else name
    return UnknownLine(place=f"rows[{place}].{field}", value=row.get(field))


def order_key(row: Values, name: str = "number") -> Hashable:
    """One order, or what a row says of one that is not found."""
    return row["of_order"] or (row[name].casefold(), row.get("customer"))


def _is_of(item: ScheduleLine, customer: str | None) -> bool:
    return not customer or item.order.buyer.legal_name == customer


def _is_line(item: ScheduleLine, row: Values) -> bool:
    line = row.get("line")
    return not line or str(item.line.position) == line.lstrip("0")


def _is_part(item: ScheduleLine, row: Values) -> bool:
    """By either firm's number; a row with a line's number need not say it."""
    if not (said := row.get("part")):
        return bool(row.get("line"))
    part = item.line.partner_part
    numbers = (part.buyer_number, part.supplier_number, part.own_number)
    return said.casefold() in {number.casefold() for number in numbers if number}


def _items(numbers: Iterable[str]) -> Sequence[ScheduleLine]:
    rows = ScheduleLine.objects.on_side(Side.SUPPLIER).filter(order__number__in=numbers, is_draft=False)
    return list(rows.select_related("order__buyer", "line__partner_part").order_by("pk"))
