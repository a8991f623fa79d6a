"""Stock that comes in by a table: a count of what lies at own sites; a difference becomes a movement, as by hand."""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from apps.common.incoming import Entry, Field, Incoming, Standing, Values, places, words
from apps.common.units import in_unit
from apps.masterdata.incoming import LOT, NUMBER, UNIT
from apps.masterdata.models import Part, PartnerPart
from apps.tenancy import selectors as tenancy
from apps.tenancy.roles import Side

from .exceptions import OlderCount, UnknownStock
from .models import COUNTED, HOLDER, StockBalance, StockStatus
from .services import Counted, count_stock

SITE = words("사업장 창고 저장위치 보관장소 site plant warehouse werk location storagelocation stocksitebpns lager 공장")
QUANTITY = words(
    "재고수량 현재고 재고 실사수량 수량 stock stockquantity qtyonhand onhand quantity qty bestand bestandsmenge"
)
AS_OF = words("기준일시 기준일 실사일 asof countedon lastupdatedondatetime stichtag 조사일")
STATUSES = {
    StockStatus.AVAILABLE.value: ("가용", "available", "사용가능", "정상", "false"),
    StockStatus.INSPECTION.value: ("검사 중", "in inspection", "검사중", "검사", "inspection", "검사 대기"),
    StockStatus.BLOCKED.value: ("보류", "blocked", "차단", "불가", "true", "사용 불가"),
}
Thing = tuple[int | None, int | None]  # partner part, own part


class StockRows(Incoming):
    """Found again by site, part, status and lot."""

    name = "stock"
    url_name = "inventory:stock"
    label = _("Stock")
    act = "count_stock"
    is_confirming = True
    fields = (
        Field("site", _("Site"), words=SITE, of="site"),
        Field("part", _("Part number"), words=NUMBER, is_required=True, of="part", text="code", max_length=60),
        Field("quantity", _("Quantity"), "number", words=QUANTITY, is_required=True),
        Field("unit", _("Unit"), words=UNIT, of="unit", is_compared=False),
        Field("status", _("Status"), words=words("상태 재고상태 status isblocked blocked"), choices=STATUSES),
        Field("lot", _("Lot"), words=LOT, text="code", max_length=60),
        Field("as_of", _("As of"), "date", words=AS_OF, is_compared=False),
    )

    def key(self, values: Values) -> Hashable:
        return (
            values["of_site"],
            values["thing"],
            values.get("status") or StockStatus.AVAILABLE.value,
            values.get("lot") or "",
        )

    def group(self, values: Values) -> Hashable:
        return values.get("of_site")

    def same(self, values: Values) -> Hashable:
        status = values.get("status") or StockStatus.AVAILABLE.value
        return values.get("site"), values["part"].casefold(), status, values.get("lot") or ""

    def numbered(self, rows: Iterable[dict[str, Any]]) -> None:
        """Which site and which thing a row is of, in the thing's own unit; four statements."""
        given = list(rows)
        open_sites = {site.code: site.pk for site in tenancy.own_sites()}
        only = next(iter(open_sites.values())) if len(open_sites) == 1 else 0
        things = _Things({row["part"] for row in given})
        for row in given:
            row["of_site"] = open_sites.get(row["site"], 0) if row.get("site") else only
            thing, unit = things.find(row["part"], row["of_site"])
            in_unit(row, unit if thing else "", "quantity")
            row["thing"] = f"{thing[0] or ''}/{thing[1] or ''}" if thing else ""

    def standing(self, rows: Sequence[Values]) -> dict[Hashable, Standing]:
        wanted = {row["of_site"] for row in rows}
        found = {}
        for heap in _heaps().filter(site_id__in=wanted):
            values = _values(heap)
            found[self.key(values)] = Standing(heap.pk, values, f"{heap.quantity.normalize():f}|{heap.as_of.isoformat()}")
        return found

    def lock(self, standing: Sequence[Standing]) -> None:
        heaps = _heaps().filter(pk__in=[one.id for one in standing]).order_by("pk")
        list(heaps.select_for_update(of=("self",)).values_list("pk", flat=True))

    def missing(self, rows: Sequence[Values], standing: Mapping[Hashable, Standing]) -> list[tuple[Values, Standing]]:
        """What lies at the named sites and is in no row: it stays as it is."""
        given = {self.key(row) for row in rows}
        return [(one.values, one) for key, one in standing.items() if key not in given and one.values["quantity"]]

    def every(self, most: int | None = None) -> Iterable[Values]:
        return (_values(heap) for heap in _heaps().exclude(quantity=0).order_by("site__code", "pk")[:most])

    def write(self, entries: Sequence[Entry], *, is_confirmed: bool) -> None:
        counted, rows = [], []
        today = {site.pk: site.today for site in tenancy.every_own_site()}
        for place, entry in enumerate(entries):
            values, standing = entry.values, entry.standing
            if not values["thing"] or not values["of_site"]:
                name = "part" if values["of_site"] else "site"
                raise UnknownStock(place=f"rows[{place}].{name}", value=values.get(name) or "—")
            if standing and _is_older(values.get("as_of"), standing.values["as_of"], today[values["of_site"]]):
                if standing.values["quantity"] == values["quantity"]:
                    continue  # it confirms nothing of what came after it, and writes over nothing
                raise OlderCount(place=f"rows[{place}].as_of", value=values["as_of"], newer=standing.values["as_of"])
            counted.append(_counted(values, values["quantity"], values.get("unit") or ""))
            rows.append(place)
        if counted:
            with places(rows, {"part": "part"}):
                count_stock(site_id=entries[0].values["of_site"], counted=counted, is_confirmed=is_confirmed)

    def take_back(self, entries: Sequence[tuple[Values | None, Standing]]) -> None:
        back = [_counted(standing.values, before["quantity"] if before else Decimal(0), "") for before, standing in entries]
        count_stock(site_id=entries[0][1].values["of_site"], counted=back, is_confirmed=True)


def _heaps() -> Any:
    """What lies at one's own sites and is one's own: of a customer's material a count is told to its owner, by hand."""
    rows = StockBalance.objects.on_side(HOLDER).filter(status__in=COUNTED, consigned_part=None)
    return rows.select_related("partner_part", "part", "site")


def _values(heap: StockBalance) -> dict[str, Any]:
    return {
        "site": heap.site.code,
        "of_site": heap.site_id,
        "part": heap.number,
        "thing": f"{heap.partner_part_id or ''}/{heap.part_id or ''}",
        "quantity": heap.quantity,
        "unit": heap.unit,
        "status": heap.status,
        "lot": heap.lot or None,
        "as_of": heap.site.day_of(heap.as_of),
    }


def _is_older(as_of: date | None, moved_on: date, today: date) -> bool:
    """Of a day that is over nobody knows whether the count or the movement came first: the count is taken as the older. What
    is counted today is loaded once it is counted.

    Args:
        as_of: None: now.
        moved_on: the last day, at the site, on which something was counted or moved.
    """
    return as_of is not None and (as_of < moved_on or as_of == moved_on < today)


def _thing(text: str) -> Thing:
    agreed, own = text.split("/")
    return int(agreed) if agreed else None, int(own) if own else None


def _counted(values: Values, quantity: Decimal, unit: str) -> Counted:
    agreed, own = _thing(values["thing"])
    status = values.get("status") or StockStatus.AVAILABLE.value
    return Counted(agreed, quantity, status, values.get("lot") or "", own, unit)


class _Things:
    """Which thing a number means at a site: what lies there, else the only part agreed, else an own part."""

    def __init__(self, numbers: set[str]) -> None:
        self.lying: dict[tuple[str, int], set[Thing]] = defaultdict(set)
        self.units: dict[Thing, str] = {}
        self.agreed: dict[str, list[Thing]] = defaultdict(list)
        self.own: dict[str, Thing] = {}
        for heap in _heaps():
            thing = (heap.partner_part_id, heap.part_id)
            self.units[thing] = heap.unit
            self.lying[heap.number.casefold(), heap.site_id].add(thing)
        for part in PartnerPart.objects.filter(buyer_number__in=numbers, ended_at=None):
            thing = (part.pk, None)
            self.units[thing] = part.unit
            self.agreed[part.buyer_number.casefold()].append(thing)
        self.bought = set(PartnerPart.objects.on_side(Side.BUYER).values_list("pk", flat=True))
        for own in Part.objects.filter(number__in=numbers).order_by("revision"):
            self.units[None, own.pk] = own.unit
            self.own[own.number.casefold()] = (None, own.pk)

    def find(self, number: str, site: int) -> tuple[Thing | None, str]:
        """The thing and its unit; None where nothing has the number, or several have and none lies there alone."""
        word = number.casefold()
        lying, agreed = self.lying.get((word, site), set()), self.agreed.get(word, [])
        bought = [thing for thing in agreed if thing[0] in self.bought]
        found = next(iter(lying)) if len(lying) == 1 else None
        if found is None and not lying:
            options = bought or ([self.own[word]] if word in self.own else agreed)
            found = options[0] if len(options) == 1 else None
        return found, self.units.get(found, "") if found else ""
