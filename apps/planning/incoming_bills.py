"""Bills of material that come in by a table: a row a component; the bill of each parent of the file is replaced whole."""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.common.errors import raise_all
from apps.common.incoming import Entry, Field, Incoming, Standing, Values, places, words
from apps.common.units import in_unit
from apps.masterdata.incoming import UNIT
from apps.masterdata.models import Part
from apps.masterdata.services import next_numbers
from apps.tenancy.scope import require_scope

from .exceptions import OtherBillUnit, UnknownPlanPart
from .models import BillItem
from .services import Goes, follow_bills, keep_bills

PARENT = words(
    """
    모품번 모품목 모품목코드 상위품번 상위품목 완제품 제품번호 parent parentpart parentitem assembly product erzeugnis
    """
)
COMPONENT = words(
    """
    자품번 자품목 자품목코드 하위품번 하위품목 부품번호 구성품 품번 component componentpart child item part komponente
    """
)
QUANTITY = words("소요량 원단위 수량 quantity qty per quantityper menge usage 정미수량")
SCRAP = words("스크랩율 스크랩 손실율 로스율 불량율 scrap scrappercent scraprate ausschuss loss")
OFFSET = words("선행일수 리드타임오프셋 선행일 offset daysbefore offsetdays vorlauf 며칠전")
VALID_FROM = words("적용시작일 유효시작일 시작일 적용일 validfrom from gültigab 부터")
VALID_UNTIL = words("적용종료일 유효종료일 종료일 validuntil validto until gültigbis 까지")
HUNDRED = Decimal(100)


class BillRows(Incoming):
    """Found again by parent, component and first day. What has ended before today stays, whatever the file says."""

    name = "bills"
    url_name = "planning:bills"
    is_locked_whole = True
    label = _("Bills of material")
    act = "manage_plans"
    whole_words = _("The bill of a parent is replaced whole: what stands in it and not in the file goes.")
    fields = (
        Field("parent", _("Parent"), words=PARENT, is_required=True, of="part", text="code", max_length=60),
        Field("component", _("Component"), words=COMPONENT, is_required=True, of="part", text="code", max_length=60),
        Field("quantity", _("Quantity for one parent"), "number", words=QUANTITY, is_required=True, is_above=True),
        Field("unit", _("Unit"), words=UNIT, of="unit", is_compared=False),
        Field("scrap", _("Scrap, %"), "number", words=SCRAP, places=2),
        Field("offset_days", _("Needed so many days before"), "number", words=OFFSET, places=0),
        Field("valid_from", _("Valid from"), "date", words=VALID_FROM),
        Field("valid_until", _("Valid until"), "date", words=VALID_UNTIL),
    )

    def key(self, values: Values) -> Hashable:
        return values["parent_id"], values["component_id"], values.get("valid_from")

    def group(self, values: Values) -> Hashable:
        return values["parent"].casefold()

    def same(self, values: Values) -> Hashable:
        return values["parent"].casefold(), values["component"].casefold(), values.get("valid_from")

    def numbered(self, rows: Iterable[dict[str, Any]]) -> None:
        """Which parts a row names, the last revision of each, in the component's own unit; one statement."""
        given = list(rows)
        numbers = {row[name] for row in given for name in ("parent", "component")}
        found = {part.number: part for part in Part.objects.filter(number__in=numbers).order_by("revision", "pk")}
        for row in given:
            parent, component = found.get(row["parent"]), found.get(row["component"])
            row["parent_id"], row["component_id"] = parent.pk if parent else 0, component.pk if component else 0
            in_unit(row, component.unit if component else "", "quantity")

    def standing(self, rows: Sequence[Values]) -> dict[Hashable, Standing]:
        found = {}
        for item in _items({row["parent_id"] for row in rows}):
            values = _values(item)
            shown = (item.quantity.normalize(), item.scrap_share.normalize(), item.offset_days, item.valid_until)
            found[self.key(values)] = Standing(item.pk, values, "|".join(map(str, shown)))
        return found

    def lock(self, standing: Sequence[Standing]) -> None:
        """The counter that every change of bills locks."""
        next_numbers(organization_id=require_scope().organization_id, kind="bill", prefix="BOM-", count=0)

    def missing(self, rows: Sequence[Values], standing: Mapping[Hashable, Standing]) -> list[tuple[Values, Standing]]:
        given = {self.key(row) for row in rows}
        return [
            (one.values, one)
            for key, one in standing.items()
            if key not in given and not _is_over(one.values["valid_until"])
        ]

    def every(self, most: int | None = None) -> Iterable[Values]:
        rows = BillItem.objects.select_related("parent", "component")
        return map(_values, rows.order_by("parent__number", "component__number", "valid_from", "pk")[:most])

    def write(self, entries: Sequence[Entry], *, is_confirmed: bool) -> None:
        raise_all(
            UnknownPlanPart(place=f"rows[{place}].{name}", value=entry.values[name])
            for place, entry in enumerate(entries)
            for name in ("parent", "component")
            if not entry.values[f"{name}_id"]
        )
        numbers = {part.pk: part.unit for part in Part.objects.filter(pk__in=[e.values["component_id"] for e in entries])}
        raise_all(
            OtherBillUnit(place=f"rows[{place}].unit", value=entry.values["unit"])
            for place, entry in enumerate(entries)
            if entry.values.get("unit") not in (None, numbers[entry.values["component_id"]])
        )
        said = {self.key(entry.values) for entry in entries}
        over = [
            values for item in _items({entries[0].values["parent_id"]}) if _is_over((values := _values(item))["valid_until"])
        ]
        items = [_goes(_over(entry)) for entry in entries]
        items += [_goes(values) for values in over if self.key(values) not in said]
        rows = [*range(len(entries)), *(0 for _more in items[len(entries) :])]
        with places(rows):
            keep_bills(items=items, is_followed=False)

    def take_back(self, entries: Sequence[tuple[Values | None, Standing]]) -> None:
        parent = entries[0][1].values["parent_id"]
        items = {self.key(values := _values(item)): values for item in _items({parent})}
        for before, standing in entries:
            key = self.key(standing.values)
            if before is None:
                del items[key]
            else:
                items[key] = {**standing.values, **before}
        keep_bills(items=[_goes(values) for values in items.values()], emptied=[parent], is_followed=False)

    def written(self) -> None:
        follow_bills()


def _items(parents: set[int]) -> Iterable[BillItem]:
    return BillItem.objects.filter(parent_id__in=parents).select_related("parent", "component").order_by("pk")


def _values(item: BillItem) -> dict[str, Any]:
    return {
        "parent": item.parent.number,
        "component": item.component.number,
        "quantity": item.quantity,
        "unit": item.component.unit,
        "scrap": item.scrap_share * HUNDRED,
        "offset_days": Decimal(item.offset_days),
        "valid_from": item.valid_from,
        "valid_until": item.valid_until,
        "parent_id": item.parent_id,
        "component_id": item.component_id,
    }


def _is_over(last: date | None) -> bool:
    return last is not None and last < timezone.localdate()


def _over(entry: Entry) -> dict[str, Any]:
    """What the row says, over what stands: an empty cell says nothing."""
    said = {name: value for name, value in entry.values.items() if value is not None}
    return {**(entry.standing.values if entry.standing else {}), **said}


def _goes(values: Values) -> Goes:
    return Goes(
        parent_id=values["parent_id"],
        component_id=values["component_id"],
        quantity=values["quantity"],
        scrap_share=(values.get("scrap") or Decimal(0)) / HUNDRED,
        offset_days=int(values.get("offset_days") or 0),
        valid_from=values.get("valid_from"),
        valid_until=values.get("valid_until"),
    )
