"""Production that comes in by a table: a row what a site made of a part and lot on a day, in all."""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Sequence
from decimal import Decimal
from itertools import islice
from typing import Any

from django.utils.translation import gettext_lazy as _

from apps.common.incoming import Entry, Field, Incoming, Standing, Values, places, words
from apps.common.units import in_unit, other_unit
from apps.masterdata.incoming import LOT, NUMBER, UNIT
from apps.masterdata.models import Part
from apps.masterdata.selectors import supplied_without_own
from apps.masterdata.services import next_numbers
from apps.tenancy import selectors as tenancy
from apps.tenancy.exceptions import UnknownOwnSite
from apps.tenancy.scope import require_scope

from .exceptions import OtherThanReported, UnknownMade, UnknownReportNumber
from .models import ProductionReport, RejectReason
from .services import Made, report, reverse

SITE = words("사업장 공장 라인 site plant werk")
DAY = words("생산일 생산일자 작업일 작업일자 일자 날짜 day date productiondate workdate datum")
GOOD = words("양품수량 양품 생산수량 생산량 실적수량 good goodquantity quantity qty output produced gutmenge")
REJECTED = words("불량수량 불량 부적합수량 rejected rejectedquantity scrap ng defects ausschuss")
REPORT = words("실적번호 보고번호 생산실적번호 reportnumber reportno")
LAST = 10_000  # reports: what a file of all that stands goes back to
REASONS = {
    RejectReason.DIMENSION.value: ("치수 불량", "dimension out of tolerance", "치수", "dimension"),
    RejectReason.SURFACE.value: ("외관 불량", "surface", "외관", "표면"),
    RejectReason.MATERIAL.value: ("소재 불량", "material", "소재", "자재"),
    RejectReason.FUNCTION.value: ("기능 불량", "function", "기능"),
    RejectReason.SETUP.value: ("설비 조건 조정", "setting up the machine", "셋업", "setup", "설비 준비"),
    RejectReason.HANDLING.value: ("취급 중 파손", "damaged in handling", "취급", "handling"),
    RejectReason.OTHER.value: ("기타", "other"),
}


class ProductionRows(Incoming):
    """Found again by site, day, part and lot; a day that says otherwise takes its reports back and reports anew.

    A row that names a report is that one, reversed or not, and changes none.
    """

    name = "production"
    url_name = "production:daily"
    label = _("Production reports")
    act = "report_production"
    fields = (
        Field("number", _("Report number"), words=REPORT, text="code", max_length=40, is_compared=False),
        Field("site", _("Site"), words=SITE, of="site"),
        Field("day", _("Day"), "date", words=DAY, is_required=True),
        Field("part", _("Part number"), words=NUMBER, is_required=True, of="part", text="code", max_length=60),
        Field("good", _("Good"), "number", words=GOOD, is_required=True, least=None),  # of a reversal below 0
        Field("rejected", _("Rejected pieces"), "number", words=REJECTED, least=None),
        Field("reason", _("Reason"), words=words("불량사유 사유 불량유형 reason defect grund"), choices=REASONS),
        Field("unit", _("Unit"), words=UNIT, of="unit", is_compared=False),
        Field("lot", _("Lot"), words=LOT, text="code", max_length=60),
        Field(
            "note", _("Note"), words=words("비고 메모 note remark comment"), text="note", max_length=500, is_compared=False
        ),
    )

    def key(self, values: Values) -> Hashable:
        if values.get("number"):
            return values["number"].casefold()
        return values["of_site"], values["day"], values["thing"], values.get("lot") or ""

    def group(self, values: Values) -> Hashable:
        return values["of_site"], values["day"], (values.get("number") or "").casefold()

    def same(self, values: Values) -> Hashable:
        if values.get("number"):
            return values["number"].casefold()
        return values.get("site"), values["day"], values["part"].casefold(), values.get("lot") or ""

    def numbered(self, rows: Iterable[dict[str, Any]]) -> None:
        """Which site and which part a row is of, in the part's own unit; three statements."""
        given = list(rows)
        open_sites = {site.code: site.pk for site in tenancy.own_sites()}
        only = next(iter(open_sites.values())) if len(open_sites) == 1 else 0
        found = _things({row["part"] for row in given})
        for row in given:
            row["of_site"] = open_sites.get(row["site"], 0) if row.get("site") else only
            row["thing"], unit = found.get(row["part"].casefold(), ("", ""))
            row["of_unit"] = unit
            if row.get("rejected") == 0:
                row["reason"] = None  # of nothing
            in_unit(row, unit, "good", "rejected")

    def standing(self, rows: Sequence[Values]) -> dict[Hashable, Standing]:
        """What is reported and not taken back, and whatever was reported under numbers; two statements."""
        numbers = {row["number"].upper() for row in rows if row.get("number")}
        found: dict[Hashable, Standing] = {
            made.number.casefold(): Standing(made.pk, _values(made), str(made.pk))
            for made in (_every_report().filter(number__in=numbers) if numbers else ())
        }
        summed = [row for row in rows if not row.get("number")]
        days, sites = {row["day"] for row in summed}, {row["of_site"] for row in summed}
        for made in _reports().filter(day__in=days, site__in=sites) if summed else ():
            values = _values(made)
            if (before := found.get(key := self.key(values))) is not None:  # reported in parts
                values["good"] += before.values["good"]
                values["rejected"] += before.values["rejected"]
                values["reports"] = [*before.values["reports"], made.pk]
            found[key] = Standing(made.pk, values, "|".join(map(str, values["reports"])))
        return found

    def lock(self, standing: Sequence[Standing]) -> None:
        """The counter that every report locks."""
        next_numbers(organization_id=require_scope().organization_id, kind="production", prefix="PR-", count=0)

    def is_own(self, one: Field, examples: Sequence[str]) -> bool:
        """A plant numbers its reports too: a column of such numbers alone names none of those given here."""
        if one.name != "number" or not examples:
            return True
        return bool(_every_report().filter(number__in=[text.strip().upper() for text in examples]).exists())

    def every(self, most: int | None = None) -> Iterable[Values]:
        """What was reported last, a row each day, part and lot; whole days of a site."""
        rows = _reports().order_by("-day", "pk")[: most or LAST]
        found = self.standing([{"day": row.day, "of_site": row.site_id} for row in rows]) if rows else {}
        return (one.values for one in islice(found.values(), most))

    def write(self, entries: Sequence[Entry], *, is_confirmed: bool) -> None:
        if number := entries[0].values.get("number"):  # a group by itself, of which something differs
            error = OtherThanReported if entries[0].standing else UnknownReportNumber
            raise error(place="rows[0].number", value=number)
        site = entries[0].values["of_site"]
        if not site:
            raise UnknownOwnSite(place="rows[0].site", value=entries[0].values.get("site") or "—")
        rows = [place for place, entry in enumerate(entries) if not _stands(entry)]
        for place in rows:
            values = entries[place].values
            if not values["thing"]:
                raise UnknownMade(place=f"rows[{place}].part", value=values["part"])
            if values.get("unit") and values["unit"] != values["of_unit"]:
                raise other_unit(values["unit"], values["of_unit"], place=f"rows[{place}].unit")
            standing = entries[place].standing
            for pk in standing.values["reports"] if standing else ():
                reverse(report_id=pk)
        if rows:
            made = [_made(entries[place].values, entries[place].standing) for place in rows]
            with places(rows):
                report(site_id=site, made=made, day=entries[0].values["day"], source="file", is_confirmed=is_confirmed)

    def take_back(self, entries: Sequence[tuple[Values | None, Standing]]) -> None:
        for _before, standing in reversed(entries):
            for pk in reversed(standing.values["reports"]):
                reverse(report_id=pk)
        back = [_made({**standing.values, **before}, None) for before, standing in entries if before is not None]
        if back:
            first = entries[0][1].values
            report(site_id=first["of_site"], made=back, day=first["day"], source="file", is_confirmed=True)


def _every_report() -> Any:
    return ProductionReport.objects.select_related("part", "partner_part", "site").order_by("pk")


def _reports() -> Any:
    return _every_report().filter(reverses=None, reversed_by=None)


def _things(numbers: set[str]) -> dict[str, tuple[str, str]]:
    """Number → (“own part/partner part”, unit): an own part, else the only part that is supplied and made under it."""
    agreed: dict[str, set[tuple[str, str]]] = defaultdict(set)
    for part in supplied_without_own():
        for number in {part.buyer_number, part.supplier_number} & numbers:
            agreed[number.casefold()].add((f"/{part.pk}", part.unit))
    found = {number: next(iter(things)) for number, things in agreed.items() if len(things) == 1}
    own = Part.objects.filter(number__in=numbers, ended_at=None).order_by("revision", "pk")
    return found | {part.number.casefold(): (f"{part.pk}/", part.unit) for part in own}


def _stands(entry: Entry) -> bool:
    stands, values = entry.standing, entry.values
    if stands is None:
        return False
    names = ("good", "rejected", "reason")
    return all(values.get(name) in (None, stands.values[name]) for name in names)


def _made(values: Values, standing: Standing | None) -> Made:
    """What the row says; what it leaves empty stays as it stood."""
    before = standing.values if standing else {}
    said = {name: values[name] if values.get(name) is not None else before.get(name) for name in ("rejected", "reason")}
    own, _slash, agreed = values["thing"].partition("/")
    return Made(
        part_id=int(own) if own else None,
        good=values["good"],
        rejected=said["rejected"] or Decimal(0),
        reason=(said["reason"] or "") if said["rejected"] else "",
        lot=values.get("lot") or "",
        note=values.get("note") or "",
        partner_part_id=int(agreed) if agreed else None,
    )


def _values(row: ProductionReport) -> dict[str, Any]:
    return {
        "site": row.site.code,
        "of_site": row.site_id,
        "day": row.day,
        "part": getattr(row.part, "number", "") or getattr(row.partner_part, "buyer_number", ""),
        "thing": f"{row.part_id or ''}/{row.partner_part_id or ''}",
        "good": row.good,
        "rejected": row.rejected,
        "reason": row.reason or None,
        "unit": row.unit,
        "lot": row.lot or None,
        "note": row.note or None,
        "reports": [row.pk],
    }
