"""What may leave together: the lines of one day, of one order, or all that one site waits for."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.utils.translation import gettext as _

from apps.common.dates import day_text
from apps.orders.models import ScheduleLine

DUE, ALL, ORDER = "due", "all", "order-"


@dataclass(frozen=True)
class Choice:
    """
    Attributes:
        key: of the address: a day, "due" (today and before), an order, or "all".
    """

    key: str
    label: Any
    count: int
    to: str
    is_now: bool


def key_of(line: ScheduleLine, today: date) -> str:
    """The day's choice to which a line belongs; without a day it is due."""
    day = line.confirmed_date
    return DUE if day is None or day <= today else day.isoformat()


def chosen(lines: Sequence[ScheduleLine], wanted: str, today: date) -> tuple[str, list[ScheduleLine]]:
    """The choice that holds, and its lines: what is asked for, else the first day of all."""
    if wanted == ALL:
        return ALL, list(lines)
    if wanted.startswith(ORDER):
        found = [line for line in lines if f"{ORDER}{line.order_id}" == wanted]
    else:
        found = [line for line in lines if key_of(line, today) == wanted]
    if found or not lines:
        return wanted, found
    first = key_of(lines[0], today)
    return first, [line for line in lines if key_of(line, today) == first]


def choices(lines: Sequence[ScheduleLine], now: str, place: str, today: date) -> list[Choice]:
    """A tab each day, one for the order that was asked for, and one for all."""

    def choice(key: str, label: Any, count: int) -> Choice:
        return Choice(key, label, count, "?" + urlencode({"place": place, "only": key}), key == now)

    counted: dict[str, int] = {}
    for line in lines:
        key = key_of(line, today)
        counted[key] = counted.get(key, 0) + 1
    found = [choice(key, _("Today or overdue") if key == DUE else _day(key), n) for key, n in counted.items()]
    if now.startswith(ORDER):
        of_order = [line for line in lines if f"{ORDER}{line.order_id}" == now]
        found.insert(0, choice(now, of_order[0].order.number if of_order else now, len(of_order)))
    return [*found, choice(ALL, _("All"), len(lines))] if len(found) > 1 else found


def _day(key: str) -> str:
    return day_text(date.fromisoformat(key))
