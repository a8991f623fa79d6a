"""Plans that come in by a table: a row a part and day, or a column a day or week; a site's plan is replaced whole."""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from apps.common.incoming import Entry, Field, Incoming, Standing, Values, places, words
from apps.common.units import in_unit, other_unit
from apps.masterdata.incoming import NUMBER, UNIT
from apps.masterdata.models import Part
from apps.tenancy import selectors as tenancy
from apps.tenancy.exceptions import UnknownOwnSite

from . import selectors
from .exceptions import NoPlanBefore, UnknownPlanPart
from .models import Bucket, Commitment, PlanKind, PlanRow, Release
from .releasing import tell_suppliers
from .services import Planned, hold_plans, publish_plan

SITE = words("사업장 공장 site plant werk demandsitebpns productionsitebpns 라인사업장")
QUANTITY = words("수량 소요량 계획수량 생산량 quantity qty menge planqty demandquantity")
DAY = words("날짜 일자 계획일 소요일 day date datum plandate week 주 주차 estimatedcompletiontime")
BUCKETS = {Bucket.DAY.value: ("일", "day", "일별"), Bucket.WEEK.value: ("주", "week", "주별")}
LEVELS = {
    Commitment.FIRM.value: ("확정", "firm", "1"),
    Commitment.MANUFACTURE.value: ("자재·제작 승인", "material and manufacture", "2"),
    Commitment.MATERIAL.value: ("자재 승인", "material", "3"),
    Commitment.FORECAST.value: ("예측", "forecast", "4"),
}
# What a row of a plan says, and where it stands: sets of a hundred thousand are read without making objects of them.
STANDS = {
    "site": "release__site__code",
    "of_site": "release__site_id",
    "part": "part__number",
    "day": "day",
    "quantity": "quantity",
    "unit": "part__unit",
    "bucket": "bucket",
    "level": "level",
}
NAMES, VALUES = tuple(STANDS), tuple(STANDS.values())


class PlanRows(Incoming):
    """Found again by site, part and day or week, in the plan in force."""

    kind: PlanKind
    act = "manage_plans"
    url_name = "planning:plans"
    is_wide = True
    is_locked_whole = True
    whole_words = _("A plan is replaced whole: what is in force and not in the file goes.")
    fields = (
        Field("site", _("Site"), words=SITE, of="site"),
        Field("part", _("Part number"), words=NUMBER, is_required=True, of="part", text="code", max_length=60),
        Field("day", _("Day or Monday of the week"), "date", words=DAY, is_required=True),
        Field("quantity", _("Quantity"), "number", words=QUANTITY, is_required=True),
        Field("unit", _("Unit"), words=UNIT, of="unit", is_compared=False),
        Field("bucket", _("Day or week"), words=words("구간 버킷 bucket 단위기간"), choices=BUCKETS),
        Field("level", _("Commitment level"), words=words("확약수준 level commitmentlevel 확정구분"), choices=LEVELS),
    )

    def key(self, values: Values) -> Hashable:
        return values["of_site"], values["part"].casefold(), values["day"], values.get("bucket") or Bucket.DAY.value

    def group(self, values: Values) -> Hashable:
        return values.get("of_site") or None

    def groups(self, rows: Sequence[tuple[Values, frozenset[str]]], sound: Iterable[Values]) -> list[Hashable]:
        """A plan goes without none of its rows: the site of a wrong row is worked out as that of a sound one."""
        found = [dict(values) for values, _wrong in rows]
        self.numbered(found)
        return [None if "site" in wrong else self.group(row) for row, (_v, wrong) in zip(found, rows, strict=True)]

    def same(self, values: Values) -> Hashable:
        return values.get("site"), values["part"].casefold(), values["day"], values.get("bucket")

    def numbered(self, rows: Iterable[dict[str, Any]]) -> None:
        """Which site a row is of, in its part's own unit; two statements."""
        given = list(rows)
        parts = _parts({row["part"] for row in given if row.get("part")})
        open_sites = {site.code: site.pk for site in tenancy.own_sites()}
        only = next(iter(open_sites.values())) if len(open_sites) == 1 else 0
        for row in given:
            part = parts.get(row.get("part") or "")
            in_unit(row, part.unit if part else "", "quantity")
            row["of_site"] = open_sites.get(row["site"], 0) if row.get("site") else only

    def standing(self, rows: Sequence[Values]) -> dict[Hashable, Standing]:
        found: dict[Hashable, Standing] = {}
        for pk, release, *cells in self._in_force({row["of_site"] for row in rows}).values_list("pk", "release_id", *VALUES):
            values = dict(zip(NAMES, cells, strict=True))
            version = f"{release}|{values['quantity'].normalize():f}|{values['level']}"
            found[self.key(values)] = Standing(pk, values, version)
        return found

    def lock(self, standing: Sequence[Standing]) -> None:
        hold_plans()

    def _in_force(self, sites: set[int]) -> Any:
        releases = selectors.releases_in_force().filter(kind=self.kind, site_id__in=sites)
        return PlanRow.objects.filter(release__in=releases).order_by()

    def missing(self, rows: Sequence[Values], standing: Mapping[Hashable, Standing]) -> list[tuple[Values, Standing]]:
        """What the plan in force says from the file's first day on and the file does not: it goes."""
        first = min(row["day"] for row in rows)
        given = {self.key(row) for row in rows}
        return [(one.values, one) for key, one in standing.items() if key not in given and one.values["day"] >= first]

    def every(self, most: int | None = None) -> Iterable[Values]:
        releases = selectors.releases_in_force().filter(kind=self.kind)
        rows = PlanRow.objects.filter(release__in=releases).order_by("release__site__code", "day", "part__number", "pk")
        return (dict(zip(NAMES, cells, strict=True)) for cells in rows.values_list(*VALUES)[:most])

    def write(self, entries: Sequence[Entry], *, is_confirmed: bool) -> None:
        site = entries[0].values["of_site"]
        if not site:
            raise UnknownOwnSite(place="rows[0].site", value=entries[0].values.get("site") or "—")
        known = _parts({entry.values["part"] for entry in entries})
        planned = []
        for place, entry in enumerate(entries):
            values = entry.values
            if values["part"] not in known:
                raise UnknownPlanPart(place=f"rows[{place}].part", value=values["part"])
            part = known[values["part"]]
            if values.get("unit") and values["unit"] != part.unit:
                raise other_unit(values["unit"], part.unit, place=f"rows[{place}].unit")
            level = values.get("level") or (entry.standing.values["level"] if entry.standing else Commitment.FIRM.value)
            bucket = values.get("bucket") or Bucket.DAY.value
            planned.append(Planned(part.pk, values["day"], values["quantity"], bucket, level))
        with places(range(len(entries)), {"last_day": "day"}):
            publish_plan(site_id=site, rows=planned, kind=self.kind, source="file", is_told=False)

    def written(self) -> None:
        """Suppliers are told once, of all sites; a rehearsal tells nobody."""
        tell_suppliers()

    def take_back(self, entries: Sequence[tuple[Values | None, Standing]]) -> None:
        """The plan that was in force before is published again, from today on."""
        site = entries[0][1].values["of_site"]
        now = Release.objects.select_related("replaces", "site").get(
            pk__in=selectors.releases_in_force(), kind=self.kind, site=site
        )
        before = now.replaces
        if before is None:
            raise NoPlanBefore(place="plan", value=now.number)
        today = now.site.today
        rows = [Planned(row.part_id, row.day, row.quantity, row.bucket, row.level) for row in selectors.rows_of(before)]
        ahead = [row for row in rows if row.last_day >= today]
        publish_plan(site_id=site, rows=ahead, kind=self.kind, source="file", is_told=False)


class ProductionPlanRows(PlanRows):
    name = "production-plan"
    label = _("Production plan")
    kind = PlanKind.PRODUCTION


class DemandPlanRows(PlanRows):
    name = "demand-plan"
    label = _("Demand of parts")
    kind = PlanKind.DEMAND


def _parts(numbers: set[str]) -> dict[str, Part]:
    """By number, the last revision of each; one statement."""
    return {part.number: part for part in Part.objects.filter(number__in=numbers).order_by("revision", "pk")}
