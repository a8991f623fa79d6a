"""Open lines that need an act, one by one: what a list of work sorts by, and what it shows of the lines of one page."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, fields
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cached_property, reduce
from operator import or_
from typing import Any

from django.db.models import Case, Exists, OuterRef, Prefetch, QuerySet, Subquery, When
from django.db.models.functions import Greatest
from django.utils import timezone

from apps.common.among import among
from apps.tenancy.roles import Side

from .models import REFUSED, ChangeRequest, Confirmation, ScheduleLine
from .rows import line_views, with_facts
from .selectors import NEEDING, orders, views
from .services import Part
from .statuses import AWAITS_SUPPLIER, ChangeState, Collaboration, ConfirmationState, awaits

REFUSED_STANDS = timedelta(days=30)  # after the day for which it was asked


@dataclass(frozen=True, slots=True)
class WorkLine:
    """An open line, as far as lists sort and narrow by it.

    Attributes:
        asked_by: the side whose change request is open; "" where none is.
        promised: proposed, else confirmed day.
        unshipped: of what is confirmed, else asked for, so much is not announced yet; in the line's unit.
        own_part_id, site_id: the buyer's own part, and the site that receives it.
        contact, contact_id: the buyer in charge of its order, by the name of when it was written; None where nobody knows
            which person that was.
    """

    id: int
    order_id: int
    part_id: int
    relation_id: int
    supplier_id: int
    status: str
    asked_by: str
    requested_date: date
    promised: date | None
    due: date
    unshipped: Decimal
    contact: str
    contact_id: int | None
    own_part_id: int
    site_id: int

    @property
    def is_refused(self) -> bool:
        return self.status == Collaboration.REJECTED

    @property
    def awaits(self) -> str:
        """Who must answer: a side, both, or nobody."""
        return awaits(self.status, self.asked_by)

    @property
    def is_later(self) -> bool:
        """Promised, or proposed, for a day after the one that is needed."""
        return self.promised is not None and self.promised > self.requested_date


_PATHS = {
    **{"part_id": "line__partner_part_id", "own_part_id": "line__partner_part__part_id"},
    **{"site_id": "order__receiving_site_id", "contact": "order__contact_name", "contact_id": "order__contact_id"},
}


def work_lines(side: Side, *, names: Collection[str] = NEEDING, ids: Collection[int] = ()) -> list[WorkLine]:
    """Lines of the views that are named, and those of `ids` beside them; one statement, one more for such ids."""
    found = _read(_of_views(side, names))
    if rest := set(ids) - {line.id for line in found}:
        found += _read(with_facts(ScheduleLine.objects.on_side(side).filter(pk__in=rest)))
    return found


def count_lines(side: Side, *, names: Collection[str]) -> int:
    """How many lines stand in the views that are named; one statement."""
    return _of_views(side, names).count()


def refused_lines(*, order_id: int | None = None) -> list[WorkLine]:
    """Lines that a supplier refused, of the scope's buyer: until they are ordered anew, the buyer closes them, or a month
    has passed since their day; one statement."""
    since = timezone.localdate() - REFUSED_STANDS
    rows = ScheduleLine.objects.on_side(Side.BUYER).filter(REFUSED, requested_date__gte=since)
    rows = rows if order_id is None else rows.filter(order=order_id)
    same_part = {"line__partner_part__part": OuterRef("line__partner_part__part")}  # a draft may be rewritten to another
    anew = ScheduleLine.objects.filter(
        replaces=OuterRef("pk"), is_draft=False, **same_part
    )  # refused too it stands for both
    return _read(with_facts(rows.exclude(Exists(anew.exclude(status=Collaboration.CANCELLED)))))


def _refused_at() -> Subquery:
    rows = ScheduleLine.pgh_event_model.objects.filter(pgh_obj=OuterRef("pk"), status=Collaboration.REJECTED)  # type: ignore[attr-defined]
    return Subquery(rows.order_by("pgh_created_at").values("pgh_created_at")[:1])


def _of_views(side: Side, names: Collection[str]) -> QuerySet[Any]:
    of_order, of_line = views(), line_views()
    unfinished = orders(side).filter(reduce(or_, (of_order[name] for name in names)))
    rows = ScheduleLine.objects.on_side(side).filter(order__in=unfinished.order_by().values("pk"))
    return with_facts(rows).filter(reduce(or_, (of_line[name] for name in names)))


def _read(rows: QuerySet[Any]) -> list[WorkLine]:
    columns = [_PATHS.get(field.name, field.name) for field in fields(WorkLine)]
    return [WorkLine(*row) for row in rows.order_by().values_list(*columns)]


class Standing:
    """One line with its order and part, what stands, what is offered and what is asked; quantities in the line's unit."""

    def __init__(self, row: ScheduleLine) -> None:
        self.row = row
        self.order = row.order
        self.part = row.line.partner_part
        self.answers: list[Confirmation] = row.answers  # type: ignore[attr-defined]
        self.change: ChangeRequest | None = next(iter(row.open_changes), None)  # type: ignore[attr-defined]

    @property
    def id(self) -> int:
        return self.row.pk

    @property
    def unit(self) -> str:
        return self.row.line.unit

    @property
    def is_refused(self) -> bool:
        return self.row.status == Collaboration.REJECTED

    @property
    def asked_by(self) -> str:
        """The side whose change request is open; "" where none is."""
        return self.change.side if self.change else ""

    @property
    def awaits(self) -> str:
        return awaits(self.row.status, self.asked_by)

    @property
    def accepted(self) -> list[Part]:
        return self._parts(ConfirmationState.ACCEPTED)

    @cached_property
    def offered(self) -> list[Part]:
        """What the supplier wants instead of what stands: its open offer, or the change that it asks for; else nothing."""
        if self.change and self.asked_by == Side.SUPPLIER:
            return [Part(*part) for part in self.change.parts]
        return self._parts(ConfirmationState.PROPOSED) if self.row.status == Collaboration.CHANGE_PROPOSED else []

    @property
    def asked(self) -> list[Part]:
        """What the buyer's open change request or counter-proposal asks for."""
        return [Part(*part) for part in self.change.parts] if self.change and self.asked_by == Side.BUYER else []

    @property
    def wished(self) -> list[Part]:
        """What the buyer had asked for and the supplier offers something else instead of."""
        wish = self.change.answers_to if self.change else None
        return [Part(*part) for part in wish.parts] if wish else []

    @property
    def before(self) -> list[Part]:
        """What the offer would replace: accepted answers, else the request."""
        return self.accepted or [Part(self.row.requested_quantity, self.row.requested_date)]

    @property
    def reason(self) -> str:
        """Of the offer, or the refusal, in words."""
        if self.is_refused:
            return str(self.row.get_rejected_reason_display()) if self.row.rejected_reason else ""
        said = self._said
        return str(said.get_reason_display()) if said and said.reason else ""

    @property
    def comment(self) -> str:
        if self.is_refused:
            return self.row.rejected_comment
        said = self._said
        return said.comment if said else ""

    @property
    def _said(self) -> Confirmation | ChangeRequest | None:
        return self.change or next((row for row in self.answers if row.state == ConfirmationState.PROPOSED), None)

    @property
    def waits_since(self) -> datetime | None:
        """Since when somebody must answer; None where nobody must. What was declined, refused or taken back in between put
        the question anew."""
        if self.change:
            return self.change.created_at
        if self.is_refused:
            return self.row.refused_at  # type: ignore[attr-defined]
        asked: list[datetime | None] = []
        if self.row.status == Collaboration.CHANGE_PROPOSED:
            asked = [row.created_at for row in self.answers if row.state == ConfirmationState.PROPOSED]
        elif self.row.status in AWAITS_SUPPLIER:
            asked = [self.order.published_at]
        return max((at for at in [*asked, self.row.turned_at] if at), default=None) if asked else None  # type: ignore[attr-defined]

    @property
    def due_at(self) -> datetime | None:
        """By when the answer is due; None where no hour was agreed for it."""
        if self.change:
            return self.change.answer_due_at
        return self.order.answer_due_at if self.row.status in AWAITS_SUPPLIER else None

    @property
    def is_due_today(self) -> bool:
        """Whether the answer is due today, or was before."""
        return self.due_at is not None and timezone.localdate(self.due_at) <= timezone.localdate()

    @property
    def seen(self) -> int:
        """Tells one offer from a later one, so that nobody says yes to what he has not read."""
        if self.change and self.asked_by == Side.SUPPLIER:
            return self.change.pk
        return max((row.pk for row in self.answers if row.state == ConfirmationState.PROPOSED), default=0)

    def _parts(self, state: str) -> list[Part]:
        return [Part(row.quantity, row.delivery_date) for row in self.answers if row.state == state]


def _ended(model: Any, *states: str) -> Subquery:
    """When the last row of a line came into one of some states."""
    rows = model.pgh_event_model.objects.filter(pgh_obj__schedule_line=OuterRef("pk"), state__in=states)
    return Subquery(rows.order_by("-pgh_created_at").values("pgh_created_at")[:1])


def _turned_at() -> Greatest:
    """When the question of a line was put anew: its offer was declined, or a request ended without a yes."""
    return Greatest(
        _ended(Confirmation, ConfirmationState.DECLINED),
        _ended(ChangeRequest, ChangeState.REJECTED, ChangeState.WITHDRAWN, ChangeState.EXPIRED),
    )


def standing(ids: Iterable[int], *, side: Side = Side.BUYER) -> dict[int, Standing]:
    """Lines by id, as far as they are visible; three statements. A supplier sees nothing of the buyer's own part."""
    states = (ConfirmationState.PROPOSED, ConfirmationState.ACCEPTED)
    answers = Confirmation.objects.filter(state__in=states).order_by("delivery_date", "pk")
    changes = ChangeRequest.objects.filter(state=ChangeState.OPEN).select_related("answers_to")
    rows = ScheduleLine.objects.filter(among("pk", list(ids))).select_related(
        *("order__receiving_site", "order__terms", "order__relation", "buyer", "supplier"),
        "line__partner_part__part" if side is Side.BUYER else "line__partner_part",
    )
    refused_at = Case(When(status=Collaboration.REJECTED, then=_refused_at()))
    found = rows.annotate(turned_at=_turned_at(), refused_at=refused_at).prefetch_related(
        Prefetch("confirmations", answers, "answers"), Prefetch("change_requests", changes, "open_changes")
    )
    return {row.pk: Standing(row) for row in found}
