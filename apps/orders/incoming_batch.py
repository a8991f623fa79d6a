"""Orders that a file brings, written together: what its rows name is looked up once, whatever they name."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace

from apps.common.incoming import Entry, Standing, Values, places
from apps.masterdata.exceptions import UnknownPart, UnknownRelation
from apps.masterdata.models import PartnerPart
from apps.tenancy import selectors as tenancy
from apps.tenancy.models import TradingRelation
from apps.tenancy.roles import Side

from .exceptions import FixedInOrder, NotesTooLong, NumberTaken, OtherCurrency, UnknownSite
from .incoming_stood import Stood, stood, stood_under, version_of_draft
from .models import PurchaseOrder, ScheduleLine
from .services import Drafted, Drafting, OrderLine, discard_draft, rewrite_order

NAMES = {"receiving_site": "site", "relation": "partner", "order": "number", "lines": "number"}
FIXED = ("partner", "site", "currency")


class Batch:
    """
    Args:
        entries: rows of any number of orders; an order is named by the places of its rows among them, by their lines.
    """

    def __init__(self, entries: Sequence[Entry], is_confirmed: bool) -> None:
        self.entries, self._is_confirmed = entries, is_confirmed
        self._drafting = Drafting()
        self._drafted: list[tuple[int, PurchaseOrder, Drafted]] = []
        self._stand: dict[str, list[Stood]] = defaultdict(list)
        numbers = {entry.values["number"] for entry in entries}
        for item in stood_under(numbers | {number.upper() for number in numbers}):
            self._stand[item.values["number"].casefold()].append(item)
        codes = {entry.values["partner"] for entry in entries}
        relations = TradingRelation.objects.on_side(Side.BUYER).filter(vendor_code__in=codes)
        self._relations = {relation.vendor_code: relation for relation in relations.order_by("-pk")}
        self._sites = [site for site in tenancy.own_sites() if site.receives]
        self._parts: dict[int, dict[str, int]] = {}

    def stands(self, number: str) -> list[Stood]:
        """Lines of the order of that number."""
        return self._stand.get(number.casefold(), [])

    def draft(self, rows: Sequence[int]) -> None:
        """A new order, held against the rules; written by `save`.

        Raises:
            UnknownRelation, UnknownPart, UnknownSite, FixedInOrder, OtherCurrency, NotesTooLong; as `draft_order`.
        """
        values = [self.entries[place].values for place in rows]
        first = values[0]
        relation = self._relations.get(first["partner"])
        if relation is None:
            raise UnknownRelation(place=f"rows[{rows[0]}].partner", value=first["partner"])
        for place, told in zip(rows, values, strict=True):
            _check_head(told, first, place)
        for place, told in zip(rows, values, strict=True):
            _check_currency(told, relation.currency, place)
        parts = self._parts_of(relation.pk, rows)
        with places(rows, NAMES):
            order, drafted = self._drafting.add(
                relation_id=relation.pk,
                receiving_site_id=self._site(first, rows[0]),
                lines=[_line(told, part) for told, part in zip(values, parts, strict=True)],
                number=first["number"],
                note=_note(values) or "",
                is_confirmed=self._is_confirmed,
            )
        self._drafted += ((place, order, line) for place, line in zip(rows, drafted, strict=True))

    def rewrite(self, rows: Sequence[int], items: Sequence[Stood]) -> None:
        """The order's lines as they stand, those of the file as it says, new ones below them.

        Raises:
            FixedInOrder, UnknownPart, NotesTooLong; as `rewrite_order`.
        """
        entries = [self.entries[place] for place in rows]
        known, stands = items[0], items[0].values
        for place, entry in zip(rows, entries, strict=True):
            for name in FIXED:
                value = entry.values.get(name)
                if value is not None and value != stands[name]:
                    raise FixedInOrder(place=f"rows[{place}].{name}", value=value, stands=stands[name])
        parts = self._parts_of(known.relation_id, rows)
        by_id = {entry.standing.id: place for place, entry in zip(rows, entries, strict=True) if entry.standing}
        lines, behind = [], []
        for item in items:
            told = by_id.get(item.id)
            line = _line(item.values, item.part_id)
            lines.append(line if told is None else _over(line, self.entries[told].values))
            behind.append(rows[0] if told is None else told)
        for place, entry, part in zip(rows, entries, parts, strict=True):
            if entry.standing is None:
                lines.append(_line(entry.values, part))
                behind.append(place)
        note = _note(entry.values for entry in entries)
        note = (stands["note"] or "") if note is None else note
        with places(behind, NAMES):
            rewrite_order(order_id=known.order_id, lines=lines, note=note, is_confirmed=self._is_confirmed)

    def save(self) -> dict[int, str]:
        """Versions of what is new, by its place.

        Raises:
            NumberTaken: somebody wrote an order of that number just now.
        """
        try:
            self._drafting.save()
        except NumberTaken as error:
            first: dict[str, int] = {}
            for place, entry in enumerate(self.entries):
                first.setdefault(entry.values["number"], place)
            for one in (error, *error.others):
                one.place = f"rows[{first[str(one.value)]}].number"
            raise
        return {place: version_of_draft(order, line) for place, order, line in self._drafted}

    def _parts_of(self, relation_id: int, rows: Sequence[int]) -> list[int]:
        """The partner part of each row; of a relation all that the file names are read at once."""
        if relation_id not in self._parts:
            numbers = {entry.values["part"] for entry in self.entries}
            known = PartnerPart.objects.filter(relation_id=relation_id, buyer_number__in=numbers)
            self._parts[relation_id] = dict(known.values_list("buyer_number", "pk"))
        found = self._parts[relation_id]
        wanted = [self.entries[place].values["part"] for place in rows]
        wrong = [
            UnknownPart(place=f"rows[{place}].part", value=part)
            for place, part in zip(rows, wanted, strict=True)
            if part not in found
        ]
        if wrong:
            wrong[0].others = list(wrong[1:])
            raise wrong[0]
        return [found[part] for part in wanted]

    def _site(self, values: Values, place: int) -> int:
        """The named site, else the only one that receives."""
        code = values.get("site")
        named = [site for site in self._sites if site.code == code] if code else self._sites
        if len(named) != 1:
            raise UnknownSite(place=f"rows[{place}].site", value=code or "—")
        return int(named[0].pk)


def take_back(entries: Sequence[tuple[Values | None, Standing]]) -> None:
    """Bring lines of one order back to what stood before; an order of which nothing did goes."""
    order_id = ScheduleLine.objects.values_list("order_id", flat=True).get(pk=entries[0][1].id)
    before = {standing.id: values for values, standing in entries}
    lines, note = [], ""
    for item in stood(ScheduleLine.objects.filter(order=order_id).order_by("line__position", "sequence")):
        note = note or item.values["note"] or ""
        line = _line(item.values, item.part_id)
        if item.id not in before:
            lines.append(line)
        elif (values := before[item.id]) is not None:
            lines.append(_over(line, values))
            note = values.get("note") or ""
    if lines:
        rewrite_order(order_id=order_id, lines=lines, note=note, is_confirmed=True)
    else:
        discard_draft(order_id=order_id)


def _line(values: Values, part_id: int) -> OrderLine:
    return OrderLine(part_id, values["quantity"], values["requested_date"], values.get("unit"), values.get("unit_price"))


def _over(line: OrderLine, values: Values) -> OrderLine:
    """The line as the row says it; what it leaves empty stays."""
    given = {
        name: values[name] for name in ("quantity", "requested_date", "unit", "unit_price") if values.get(name) is not None
    }
    return replace(line, **given)


def _note(rows: Iterable[Values]) -> str | None:
    """What the rows say together; None where they say nothing.

    Raises:
        NotesTooLong: it is never cut.
    """
    found = next((row["note"] for row in rows if row.get("note")), None)
    if found and len(found) > 500:
        raise NotesTooLong(place="rows[0].note", value=f"{found[:40]}…")
    return found


def _check_head(values: Values, first: Values, place: int) -> None:
    """
    Raises:
        FixedInOrder: rows of one order name two suppliers or two sites.
    """
    for name in FIXED:
        if values.get(name) is not None and first.get(name) is not None and values[name] != first[name]:
            raise FixedInOrder(place=f"rows[{place}].{name}", value=values[name], stands=first[name])


def _check_currency(values: Values, currency: str, place: int) -> None:
    """
    Raises:
        OtherCurrency: a price in another one than the firms agreed.
    """
    given = values.get("currency")
    if given is not None and given.upper() != currency:
        raise OtherCurrency(place=f"rows[{place}].currency", value=given, agreed=currency)
