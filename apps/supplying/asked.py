"""What customers ask of a supplier and wait for: new lines, counter-proposals, changes of what is confirmed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property

from django.utils import timezone

from apps.calendars.days import Days
from apps.orders.forms import AnswerRow, can_be_confirmed
from apps.orders.services import Part, ask_read
from apps.orders.services.shared import today_at
from apps.orders.working import receiving_days_of
from apps.orders.worklines import Standing, WorkLine, count_lines, standing
from apps.tenancy.roles import Side
from apps.tenancy.scope import require_scope
from apps.tenancy.terms import Way
from apps.tower.supplier_day import lines_asked

# What is asked: a line that was never answered, another day or quantity than was offered, or than was confirmed.
NEW, COUNTER, CHANGE = "new", "counter", "change"
STEPS = (1, 3, 5)  # working days later, as one tap


@dataclass
class Ask:
    """One line that waits for the supplier; quantities in the line's unit.

    Attributes:
        days: on which the receiving site works.
        typed: what was sent for it and could not be taken.
    """

    line: WorkLine
    found: Standing
    days: Days
    typed: AnswerRow | None = None

    @property
    def kind(self) -> str:
        if not self.found.asked or self.found.change is None:
            return NEW
        return COUNTER if self.found.change.is_counter else CHANGE

    @cached_property
    def asked(self) -> list[Part]:
        return self.found.asked or [Part(self.found.row.requested_quantity, self.found.row.requested_date)]

    @property
    def seen(self) -> int:
        """Goes with its answer: something else than this is not answered by it."""
        return ask_read(self.asked, self.found.change.pk if self.kind != NEW and self.found.change else None)

    @property
    def total(self) -> Decimal:
        """All pieces that are asked for; on a counter-proposal to an offer those of the request, of which it is part."""
        if self.kind == CHANGE:
            return sum((part.quantity for part in self.asked), Decimal(0))
        return self.found.row.requested_quantity

    @property
    def asked_on(self) -> date:
        return max(part.delivery_date for part in self.asked)

    @property
    def is_past(self) -> bool:
        """Asked for a day that has passed: nobody can promise it."""
        return min(part.delivery_date for part in self.asked) < today_at(self.found.order)

    @property
    def stands(self) -> list[Part]:
        """What was offered or promised instead of what is asked; nothing on a new line."""
        return [] if self.kind == NEW else [Part(row.quantity, row.delivery_date) for row in self.found.answers]

    @property
    def is_fixed(self) -> bool:
        """Whether it is accepted or refused as it is, as the firms agreed for its order."""
        return self.found.order.agreed.way != Way.FULL

    @property
    def due_at(self) -> datetime | None:
        return self.found.due_at

    @property
    def is_overdue(self) -> bool:
        return self.due_at is not None and self.due_at < timezone.now()

    @property
    def urgency(self) -> tuple[bool, datetime, int]:
        """By when it is to be answered; without an hour last."""
        return (self.due_at is None, self.due_at or timezone.now(), self.line.id)

    @cached_property
    def later(self) -> list[date]:
        """Some days on which the site works after the one that is asked for."""
        first = max(self.asked_on, today_at(self.found.order))
        return [self.days.shift(first, n) for n in STEPS]

    @property
    def is_questioned(self) -> bool:
        """Whether a field holds what may be meant and is asked about."""
        return self.typed is not None and can_be_confirmed([self.typed])

    @property
    def reply(self) -> AnswerRow:
        """The fields of an answer: as they were typed, else what is offered already, else what is asked for."""
        parts = self.stands if self.kind == COUNTER else self.asked
        portions = [(f"{part.quantity.normalize():f}", part.delivery_date.isoformat()) for part in parts]
        return self.typed or AnswerRow(self.found.row.line, self.found.row, portions)


def badges() -> dict[str, int]:
    """How many lines wait for the answer of the person's firm: as many as the page has rows."""
    scope = require_scope()
    if "answer_order" not in scope.acts or not scope.supplies:
        return {}
    return {"asked": count_lines(Side.SUPPLIER, names=("unanswered",))}


def asks(ids: Sequence[int] | None = None) -> list[Ask]:
    """All that waits for the scope's supplier, or what of some lines does, in no order; five statements."""
    lines = lines_asked()
    if ids is not None:
        wanted = set(ids)
        lines = [line for line in lines if line.id in wanted]
    found = standing((line.id for line in lines), side=Side.SUPPLIER)
    days = receiving_days_of(row.order for row in found.values())
    return [Ask(line, found[line.id], days[found[line.id].order.pk]) for line in lines if line.id in found]
