"""Orders that come in by a table, as drafts of the buyer: a row a line, its head repeated."""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import replace
from typing import Any

from django.utils.translation import gettext_lazy as _

from apps.common.errors import raise_all
from apps.common.incoming import Entry, Field, Incoming, Standing, Values, places, words
from apps.masterdata.exceptions import UnknownPart, UnknownRelation
from apps.masterdata.incoming import NUMBER, PARTNER, UNIT
from apps.masterdata.models import PartnerPart
from apps.tenancy import selectors as tenancy
from apps.tenancy.models import TradingRelation
from apps.tenancy.roles import Side

from .exceptions import FixedInOrder, LineOpen, NotesTooLong, OtherCurrency, UnknownSite
from .incoming_lines import OPEN, by_order, is_new, join_notes, line_place, lock_orders, number_lines
from .models import PurchaseOrder, ScheduleLine
from .services import OrderLine, discard_draft, draft_order, rewrite_order

ORDER_NUMBER = words(
    """
    발주번호 발주 주문번호 구매오더 ponumber pono po poso order ordernumber orderno bestellnummer bestellungnr
    purchaseorder customerordernumber 구매발주번호 발주서번호
    """
)
LINE = words(
    """
    행 행번호 항번 순번 항목 line pos position linenumber lineno orderlinenumber polinenumber bestellungpos
    customerpositionid
    """
)
QUANTITY = words("수량 발주수량 주문수량 quantity qty menge mengebestellt orderquantity lineitemquantity orderedquantity")
DUE = words(
    """
    납기일 납기 납기일자 납품요청일 요청납기 요청일 duedate due requesteddate requestdate deliverydate
    liefertermin terminwunsch scheduleddeliverydate needbydate requested
    """
)
SITE = words("사업장 납품처 입고처 플랜트 site plant werk receivingsite 공장 입고사업장 deliverto")
NOTE = words("비고 메모 적요 note remark remarks bemerkung comment notes reasoncomment")
FIXED = words("partner site currency")


class OrderRows(Incoming):
    """Lines of orders, found again by the order's number, the part, and which of its lines of that part it is."""

    name = "orders"
    url_name = "orders:list"
    label = _("Orders")
    act = "draft_order"
    fields = (
        Field("number", _("Order number"), words=ORDER_NUMBER, is_required=True, text="code", max_length=40),
        Field("line", _("Line"), words=LINE, text="code", max_length=20, is_compared=False),
        Field("partner", _("Supplier"), words=PARTNER, is_required=True, of="partner"),
        Field("part", _("Part number"), words=NUMBER, is_required=True, of="part", text="code", max_length=60),
        Field("quantity", _("Quantity"), "number", words=QUANTITY, is_required=True, is_above=True),
        Field("unit", _("Unit"), words=UNIT, of="unit"),
        Field("unit_price", _("Unit price"), "number", words=("단가", "unitprice", "price", "preis", "packprice"), places=4),
        Field("currency", _("Currency"), words=("통화", "화폐", "currency", "währung"), text="code", max_length=3),
        Field("requested_date", _("Requested date"), "date", words=DUE, is_required=True),
        Field("site", _("Receiving site"), words=SITE, of="site"),
        Field("note", _("Note to the supplier"), words=NOTE, text="note", max_length=500),
    )

    def key(self, values: Values) -> Hashable:
        return (*self.group(values), values["part"].casefold(), values["nth"])

    def group(self, values: Values) -> tuple[str]:
        return (values["number"].casefold(),)

    def same(self, values: Values) -> Hashable:
        told = values.get("line")
        line = told.lstrip("0") if told else f"#{values['quantity']}"
        return self.group(values), line, values["part"].casefold(), values["requested_date"]

    def numbered(self, rows: Iterable[dict[str, Any]]) -> None:
        """Which line of its part a row is, and what is noted on its order; one statement."""
        orders = by_order(rows, self.group)
        stands: dict[Hashable, dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
        alike: dict[Hashable, list[int]] = defaultdict(list)
        for item in _items(
            {number for _key, of in orders for row in of for number in (row["number"], row["number"].upper())}
        ):
            part = item.line.partner_part.buyer_number.casefold()
            stands[(item.order.number.casefold(),)][part].append(item.line.position)
            said = item.order.number.casefold(), part, item.requested_quantity, item.requested_date
            alike[said].append(item.line.position)
        for key, of_order in orders:
            for row in filter(is_new, of_order):  # the same file once more adds no line once more
                said = row["number"].casefold(), row["part"].casefold(), row["quantity"], row["requested_date"]
                row["line"] = str(alike[said].pop(0)) if alike[said] else row["line"]
            number_lines(of_order, stands[key])
            join_notes(of_order)

    def standing(self, rows: Sequence[Values]) -> dict[Hashable, Standing]:
        numbers = {number for row in rows for number in (row["number"], row["number"].upper())}
        counted: dict[Hashable, int] = defaultdict(int)
        found = {}
        for item in _items(numbers):
            values = _values(item)
            of_part = (self.group(values), values["part"].casefold())
            values["nth"] = counted[of_part]
            counted[of_part] += 1
            found[self.key(values)] = Standing(item.pk, values, _version(item))
        return found

    def lock(self, standing: Sequence[Standing]) -> None:
        """Their orders, as every act on an order does first."""
        of = ScheduleLine.objects.on_side(Side.BUYER).filter(pk__in=[one.id for one in standing]).values("order_id")
        lock_orders(PurchaseOrder.objects.filter(pk__in=of))

    def every(self, most: int | None = None) -> Iterable[Values]:
        """Lines of drafts and of orders that are open still."""
        rows = ScheduleLine.objects.on_side(Side.BUYER).filter(order__due_date__isnull=False)
        joined = rows.select_related("line__partner_part", "order__receiving_site", "order__relation")
        return map(_values, joined.order_by("order__number", "line__position", "sequence")[:most])

    def missing(self, rows: Sequence[Values]) -> list[tuple[Values, Standing]]:
        given = {self.key(row) for row in rows}
        return [(one.values, one) for key, one in self.standing(rows).items() if key not in given]

    def write(self, entries: Sequence[Entry], *, is_confirmed: bool) -> None:
        ordered = sorted(range(len(entries)), key=lambda place: line_place(entries[place].values))
        raise_all(
            LineOpen(place=f"rows[{place}].line", value=entries[place].values.get("line"))
            for place in ordered
            if entries[place].values["nth"] == OPEN
        )
        number = entries[0].values["number"]
        if items := _items({number, number.upper()}):  # also where all rows are new lines of it
            self._rewrite(entries, ordered, items, is_confirmed)
        else:
            self._draft(entries, ordered, is_confirmed)

    def _draft(self, entries: Sequence[Entry], ordered: list[int], is_confirmed: bool) -> None:
        first = entries[ordered[0]].values
        relation = TradingRelation.objects.on_side(Side.BUYER).filter(vendor_code=first["partner"]).first()
        if relation is None:
            raise UnknownRelation(place=f"rows[{ordered[0]}].partner", value=first["partner"])
        for place in ordered:
            _check_head(entries[place].values, first, place)
        _check_currency(entries, ordered, relation.currency)
        parts = _parts(relation.pk, entries, ordered)
        lines = [_line(entries[place].values, parts[place]) for place in ordered]
        with places(ordered, NAMES):
            draft_order(
                relation_id=relation.pk,
                receiving_site_id=_site(first, ordered[0]),
                lines=lines,
                number=first["number"],
                note=_note(entries) or "",
                is_confirmed=is_confirmed,
            )

    def _rewrite(
        self, entries: Sequence[Entry], ordered: list[int], items: Sequence[ScheduleLine], is_confirmed: bool
    ) -> None:
        """The order's lines as they stand, those of the file as it says, new ones below them."""
        known, stands = items[0].order, _values(items[0])
        for place in ordered:
            given = {name: entries[place].values.get(name) for name in FIXED}
            for name, value in given.items():
                if value is not None and value != stands[name]:
                    raise FixedInOrder(place=f"rows[{place}].{name}", value=value, stands=stands[name])
        parts = _parts(known.relation_id, entries, ordered)
        by_id = {entry.standing.id: place for place, entry in enumerate(entries) if entry.standing}
        lines, rows = [], []
        for item in items:
            told = by_id.get(item.pk)
            line = _line(_values(item), item.line.partner_part_id)
            lines.append(line if told is None else _over(line, entries[told].values))
            rows.append(ordered[0] if told is None else told)
        for place in ordered:
            if entries[place].standing is None:
                lines.append(_line(entries[place].values, parts[place]))
                rows.append(place)
        note = _note(entries)
        with places(rows, NAMES):
            rewrite_order(
                order_id=known.pk, lines=lines, note=known.note if note is None else note, is_confirmed=is_confirmed
            )

    def take_back(self, entries: Sequence[tuple[Values | None, Standing]]) -> None:
        order = ScheduleLine.objects.select_related("order").get(pk=entries[0][1].id).order
        before = {standing.id: values for values, standing in entries}
        lines, note = [], order.note
        for item in _items({order.number}):
            if item.pk not in before:
                lines.append(_line(_values(item), item.line.partner_part_id))
            elif (values := before[item.pk]) is not None:
                lines.append(_over(_line(_values(item), item.line.partner_part_id), values))
                note = values.get("note") or ""
        if lines:
            rewrite_order(order_id=order.pk, lines=lines, note=note, is_confirmed=True)
        else:
            discard_draft(order_id=order.pk)


NAMES = {"receiving_site": "site", "relation": "partner", "order": "number", "lines": "number"}


def _items(numbers: Iterable[str]) -> list[ScheduleLine]:
    """Schedule lines of one's orders, in the order of their lines; one statement."""
    rows = ScheduleLine.objects.on_side(Side.BUYER).filter(order__number__in=numbers)
    joined = rows.select_related("line__partner_part", "order__receiving_site", "order__relation")
    return list(joined.order_by("order_id", "line__position", "sequence"))


def _values(item: ScheduleLine) -> dict[str, Any]:
    return {
        "number": item.order.number,
        "line": str(item.line.position),
        "partner": item.order.relation.vendor_code,
        "part": item.line.partner_part.buyer_number,
        "quantity": item.requested_quantity,
        "unit": item.line.unit,
        "unit_price": item.line.unit_price,
        "currency": item.order.currency,
        "requested_date": item.requested_date,
        "site": item.order.receiving_site.code,
        "note": item.order.note or None,
    }


def _version(item: ScheduleLine) -> str:
    shown = (item.requested_quantity.normalize(), item.requested_date, item.line.unit, item.line.unit_price, item.order.note)
    return "|".join(map(str, (item.status, item.order.revision, item.answered_quantity.normalize(), *shown)))


def _parts(relation_id: int, entries: Sequence[Entry], ordered: Sequence[int]) -> dict[int, int]:
    """The partner part of each row; one statement.

    Raises:
        UnknownPart: not agreed with this supplier.
    """
    numbers = {entries[place].values["part"] for place in ordered}
    known = PartnerPart.objects.filter(relation_id=relation_id, buyer_number__in=numbers)
    found = {part.buyer_number: part.pk for part in known}
    wrong = [
        UnknownPart(place=f"rows[{place}].part", value=entries[place].values["part"])
        for place in ordered
        if entries[place].values["part"] not in found
    ]
    if wrong:
        wrong[0].others = list(wrong[1:])
        raise wrong[0]
    return {place: found[entries[place].values["part"]] for place in ordered}


def _line(values: Values, part_id: int) -> OrderLine:
    return OrderLine(part_id, values["quantity"], values["requested_date"], values.get("unit"), values.get("unit_price"))


def _over(line: OrderLine, values: Values) -> OrderLine:
    """The line as the row says it; what it leaves empty stays."""
    given = {
        name: values[name] for name in ("quantity", "requested_date", "unit", "unit_price") if values.get(name) is not None
    }
    return replace(line, **given)


def _note(entries: Sequence[Entry]) -> str | None:
    """What the rows say together; None where they say nothing.

    Raises:
        NotesTooLong: it is never cut.
    """
    found = next((entry.values["note"] for entry in entries if entry.values.get("note")), None)
    if found and len(found) > 500:
        raise NotesTooLong(place="rows[0].note", value=f"{found[:40]}…")
    return found


def _site(values: Values, place: int) -> int:
    """The named site, else the only one that receives.

    Raises:
        UnknownSite: none is named and there are several, or the name is another firm's.
    """
    open_ones = [site for site in tenancy.own_sites() if site.receives]
    named = [site for site in open_ones if site.code == values.get("site")] if values.get("site") else open_ones
    if len(named) != 1:
        raise UnknownSite(place=f"rows[{place}].site", value=values.get("site") or "—")
    return int(named[0].pk)


def _check_head(values: Values, first: Values, place: int) -> None:
    """
    Raises:
        FixedInOrder: rows of one order name two suppliers or two sites.
    """
    for name in FIXED:
        if values.get(name) is not None and first.get(name) is not None and values[name] != first[name]:
            raise FixedInOrder(place=f"rows[{place}].{name}", value=values[name], stands=first[name])


def _check_currency(entries: Sequence[Entry], ordered: Sequence[int], currency: str) -> None:
    """
    Raises:
        OtherCurrency: prices in another one than the firms agreed.
    """
    for place in ordered:
        given = entries[place].values.get("currency")
        if given is not None and given.upper() != currency:
            raise OtherCurrency(place=f"rows[{place}].currency", value=given, agreed=currency)
