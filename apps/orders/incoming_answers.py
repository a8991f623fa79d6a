"""Answers of a supplier that come in by a table: a row a promised quantity and day; several of one line split it."""

from collections import defaultdict
from collections.abc import Collection, Hashable, Iterable, Sequence
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from apps.common.errors import DomainError, raise_all
from apps.common.incoming import Entry, Field, Incoming, Standing, Values, as_json, places, words
from apps.common.units import in_unit, other_unit
from apps.masterdata.incoming import NUMBER, UNIT
from apps.tenancy.roles import Side

from .exceptions import AnswerInPieces, NotAsRequested
from .incoming import LINE, NOTE, ORDER_NUMBER
from .incoming_found import find_items, order_key, unknown
from .incoming_lines import lock_orders
from .models import Confirmation, PurchaseOrder, ScheduleLine
from .services import Answer, Part, answer_order
from .statuses import AWAITS_SUPPLIER, ConfirmationState, Reason

CONFIRMED = words(
    """
    확정수량 회신수량 납품수량 confirmedquantity confirmedqty mengebestätigt bestätigtemenge quantityconfirmed
    """
)
CONFIRMED_DAY = words(
    """
    확정납기 확정일 회신납기 납품예정일 confirmeddate confirmeddeliverydate terminbestätigt promiseddate
    promisedate deliverydateconfirmed
    """
)
CUSTOMER = words(
    """
    고객사 고객 고객명 발주처 발주사 수요기업 거래처 거래처명 거래처코드 customer customername buyer buyername kunde 구매사
    """
)
DECISION = words("결정 회신 회신결과 수락여부 확정여부 decision response answer answerstatus entscheidung")
REASONS = {
    Reason.MATERIAL.value: ("자재 지연", "material late", "자재", "material"),
    Reason.TOOLING.value: ("금형 수리", "tool repair", "금형", "tooling"),
    Reason.CAPACITY.value: ("생산능력", "capacity", "능력"),
    Reason.QUALITY.value: ("품질 보류", "quality hold", "품질", "quality"),
    Reason.TRANSPORT.value: ("운송", "transport"),
    Reason.DEMAND.value: ("소요 변경", "demand changed", "demand", "수요 변경"),
    Reason.OTHER.value: ("기타", "other"),
}
DECISIONS = {
    "confirm": ("확정", "confirm", "confirmed", "accept", "accepted", "수락", "동의", "yes"),
    "propose": ("변경 제안", "propose", "proposed", "change", "changed", "변경", "제안"),
    "reject": ("거절", "reject", "rejected", "refuse", "refused", "거부", "불가", "no"),
}
OPEN = (ConfirmationState.PROPOSED, ConfirmationState.ACCEPTED)


class AnswerRows(Incoming):
    """Found again by the order, its line, and which part of the answer a row is, by day."""

    name = "answers"
    url_name = "orders:list"
    label = _("Answers to orders")
    act = "answer_order"
    waiting_words = _(
        "What waits for an answer: each row says “Confirm”. Write another decision, or none: then it goes on waiting."
    )
    undo_words = _("An answer is told to the buyer at once, so it is not undone; ask for a change of the line instead.")
    fields = (
        Field("number", _("Order number"), words=ORDER_NUMBER, is_required=True, text="code", max_length=40),
        Field("customer", _("Customer"), words=CUSTOMER, of="customer", is_compared=False),
        Field("line", _("Line"), words=LINE, text="code", max_length=20),
        Field("part", _("Part number"), words=NUMBER, of="part", text="code", max_length=60),
        Field("quantity", _("Confirmed quantity"), "number", words=CONFIRMED, is_required=True),
        Field("unit", _("Unit"), words=UNIT, of="unit", is_compared=False),
        Field("day", _("Confirmed date"), "date", words=CONFIRMED_DAY),
        Field("decision", pgettext_lazy("answer", "Decision"), words=DECISION, choices=DECISIONS, is_compared=False),
        Field("reason", _("Reason"), words=words("사유 reason reasoncode grund 변경사유"), choices=REASONS),
        Field("comment", _("Comment"), words=NOTE, text="note", max_length=500),
    )

    def key(self, values: Values) -> Hashable:
        return self.group(values), values["item"], values["nth"]

    def group(self, values: Values) -> Hashable:
        return order_key(values)

    def same(self, values: Values) -> Hashable:
        part = values.get("part")
        order = values["number"].casefold(), values.get("customer")
        return order, values.get("line"), part.casefold() if part else None, values.get("day")

    def numbered(self, rows: Iterable[dict[str, Any]]) -> None:
        """Which schedule line a row answers, and which part of its answer it is; one statement."""
        given = list(rows)
        items, is_decided = find_items(given), any(row.get("decision") for row in given)
        for row in given:
            in_unit(row, row["of_unit"], "quantity")
            row["is_left"] = is_decided and _is_left(row, items.get(row["item"]))
        found: dict[Any, list[dict[str, Any]]] = defaultdict(list)
        for row in given:
            found[row["item"] or (order_key(row), row.get("line"), row.get("part"))].append(row)
        for same in found.values():
            for nth, row in enumerate(sorted(same, key=lambda row: str(row.get("day")))):
                row["nth"] = nth

    def leaves(self, values: Values) -> bool:
        return bool(values.get("is_left"))

    def standing(self, rows: Sequence[Values]) -> dict[Hashable, Standing]:
        wanted = {row["item"] for row in rows if row["item"]}
        answers = Confirmation.objects.filter(schedule_line_id__in=wanted, state__in=OPEN)
        joined = answers.select_related("schedule_line__order__buyer", "schedule_line__line__partner_part")
        nth: dict[int, int] = defaultdict(int)
        found = {}
        for answer in joined.order_by("schedule_line_id", "delivery_date", "pk"):
            item = answer.schedule_line
            values = {
                **_names(item),
                "quantity": answer.quantity,
                "day": answer.delivery_date,
                "reason": answer.reason or None,
            }
            values |= {"comment": answer.comment or None, "item": item.pk, "nth": nth[item.pk], "of_order": item.order_id}
            nth[item.pk] += 1
            found[self.key(values)] = Standing(answer.pk, values, f"{item.status}|{answer.state}|{answer.pk}")
        return found

    def lock(self, standing: Sequence[Standing]) -> None:
        """Their orders, as every act on an order does first."""
        of = Confirmation.objects.filter(pk__in=[one.id for one in standing]).values("schedule_line__order_id")
        lock_orders(PurchaseOrder.objects.filter(pk__in=of))

    def every(self, most: int | None = None) -> Iterable[Values]:
        """What waits for an answer, as it is asked for: confirmed as it stands by loading it as it is."""
        waiting = ScheduleLine.objects.on_side(Side.SUPPLIER).filter(status__in=AWAITS_SUPPLIER)
        joined = waiting.select_related("order__buyer", "line__partner_part").order_by("order__number", "line__position")
        for item in joined[:most]:
            asked = {"quantity": item.requested_quantity, "unit": item.line.unit, "day": item.requested_date}
            yield {**_names(item), **asked, "decision": "confirm"}

    def excused(self, values: Values) -> Collection[str]:
        """A decision says enough: nothing is promised, or all that is asked."""
        return ("quantity",) if values.get("decision") in ("reject", "confirm") else ()

    def write(self, entries: Sequence[Entry], *, is_confirmed: bool) -> None:
        by_item: dict[int, list[int]] = defaultdict(list)
        errors: list[DomainError] = []
        for place, entry in enumerate(entries):
            if self.leaves(entry.values):
                continue
            if entry.values["item"]:
                by_item[entry.values["item"]].append(place)
            else:
                errors.append(unknown(entry.values, place))
        answers, first = [], []
        items = ScheduleLine.objects.in_bulk(by_item)
        for pk, rows in by_item.items():
            if _as_it_stands(entries, rows):
                continue
            try:
                told = [(place, _as_decided(entries[place].values, place, items[pk])) for place in rows]
                answers.append(_answer(pk, told))
                first.append(rows[0])
            except DomainError as error:
                errors.append(error)
        raise_all(errors)
        if not answers:
            return
        order = items[answers[0].schedule_line_id].order_id
        with places(first, NAMES):
            answer_order(order_id=order, answers=answers, is_confirmed=is_confirmed)


NAMES = {"schedule_line": "line", "order": "number", "parts": "quantity"}


def _is_left(row: Values, item: ScheduleLine | None) -> bool:
    """In a file that decides, a row without a decision that repeats what is asked is none: who decides thirteen of sixty
    lines has not promised the others."""
    if item is None or "decision" not in row or row["decision"]:
        return False
    is_asked = row["quantity"] == item.requested_quantity and row.get("day") in (None, item.requested_date)
    return is_asked and not (row.get("reason") or row.get("comment"))


def _as_it_stands(entries: Sequence[Entry], rows: Sequence[int]) -> bool:
    return all(
        (standing := entries[place].standing) is not None
        and entries[place].values["quantity"] == standing.values["quantity"]
        and entries[place].values.get("day") in (None, standing.values["day"])
        for place in rows
    )


def _as_decided(values: Values, place: int, item: ScheduleLine) -> Values:
    """What a row promises, as its decision says it.

    Raises:
        NotAsRequested: it confirms what is asked, and promises something else. MixedUnits: its unit is of another kind.
    """
    if (unit := values.get("unit")) and unit != values["of_unit"]:
        raise other_unit(unit, values["of_unit"], place=f"rows[{place}].unit")
    if values.get("decision") == "reject":
        return {**values, "quantity": Decimal(0), "day": None}
    if values.get("decision") != "confirm":
        return values
    asked = {"quantity": item.requested_quantity, "day": item.requested_date}
    for name, wanted in asked.items():
        if values.get(name) not in (None, wanted):
            raise NotAsRequested(place=f"rows[{place}].{name}", value=as_json(values[name]), asked=as_json(wanted))
    return {**values, **asked}


def _answer(pk: int, rows: Sequence[tuple[int, Values]]) -> Answer:
    """
    Raises:
        AnswerInPieces: a promised quantity without its day, or no quantity beside others.
    """
    reason = next((values["reason"] for _place, values in rows if values.get("reason")), "")
    comment = next((values["comment"] for _place, values in rows if values.get("comment")), "")
    parts = []
    for place, values in rows:
        if not values["quantity"] and len(rows) == 1:
            break
        if not values["quantity"] or values.get("day") is None:
            raise AnswerInPieces(
                place=f"rows[{place}].{'day' if values['quantity'] else 'quantity'}", value=values.get("day")
            )
        parts.append(Part(values["quantity"], values["day"]))
    return Answer(pk, parts, reason, comment)


def _names(item: ScheduleLine) -> dict[str, Any]:
    return {
        "number": item.order.number,
        "customer": item.order.buyer.legal_name,
        "line": str(item.line.position),
        "part": item.line.partner_part.buyer_number,
    }
