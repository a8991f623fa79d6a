"""Parts that come in by tables: a firm's own, and those agreed with partners."""

from collections.abc import Hashable, Iterable, Sequence
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from apps.common.incoming import Entry, Field, Incoming, Standing, Values, places, words
from apps.common.sets import among
from apps.common.unit_words import UNIT_HEADS
from apps.common.units import UNITS
from apps.tenancy.models import TradingRelation
from apps.tenancy.roles import Side

from . import parts, services
from .exceptions import OtherUnit, UnknownPart, UnknownRelation
from .models import Part, PartnerPart

YES = words("예 yes y true 1 o ja ✓")
NO = words("아니요 no n false 0 x nein 아니오")
NUMBER = words(
    """
    품번 품목번호 품목코드 부품번호 자재번호 partnumber partno itemcode itemno item material materialnumber
    artikel artikelnr artikelnummer ownmaterialnumber number 번호 품목 prodcd
    구매사품번 구매처품번 고객사품번 buyersnumber buyernumber
    """
)
NAME = words(
    """
    품명 품목명 부품명 자재명 name itemname description partname bezeichnung artikelbezeichnung 이름 명칭
    itemdescription proddes
    """
)
UNIT = UNIT_HEADS
LOT = words("로트 로트번호 로트no 롯트 롯트번호 lot번호 lot lotno lotnumber lotid batch batchno charge 제조번호")
PARTNER = words(
    """
    협력사 협력업체 공급업체 공급사 거래처 거래처명 거래처코드 업체 업체명 supplier vendor lieferant partner partnerbpnl
    vendorcode 업체코드 공급업체코드 suppliername vendorname
    """
)
TRACKING = {
    Part.Tracking.NONE.value: ("추적안함", "not tracked", "추적 안 함", "추적하지 않음", "관리 안 함", "-"),
    Part.Tracking.LOT.value: ("로트", "by lot", "로트별", "로트 관리"),
    Part.Tracking.SERIAL.value: ("시리얼", "by serial number", "일련번호", "일련번호별", "일련번호 관리"),
}


def _version(*told: Any) -> str:
    return "|".join(map(str, told))


class PartRows(Incoming):
    """A firm's own parts, found again by number and revision."""

    name = "parts"
    history = "masterdata.Part"
    url_name = "masterdata:own-parts"
    label = _("Own parts")
    act = "manage_parts"
    fields = (
        Field("number", _("Part number"), words=NUMBER, is_required=True, text="code", max_length=60),
        Field(
            "revision",
            _("Revision"),
            words=("리비전", "개정", "revision", "rev", "차수"),
            text="code",
            max_length=20,
            default="",
        ),
        Field("name", _("Name"), words=NAME, is_required=True, also="name_en"),
        Field("name_en", _("English name"), words=("영문명", "영문품명", "영어이름", "englishname", "nameen")),
        Field("specification", _("Specification"), words=("규격", "사양", "specification", "spec", "재질"), max_length=300),
        Field(
            "drawing_number",
            _("Drawing number"),
            words=("도면번호", "도번", "drawingnumber", "drawing", "zeichnungsnummer"),
            text="code",
            max_length=60,
        ),
        Field("unit", _("Unit"), words=UNIT, of="unit", default="H87"),
        Field("tracking", _("Tracking"), words=("추적", "추적방식", "tracking"), choices=TRACKING),
        Field(
            "is_critical",
            _("Safety-critical"),
            words=("안전중요", "보안부품", "safetycritical"),
            choices={True: YES, False: NO},
        ),
    )

    def key(self, values: Values) -> Hashable:
        return values["number"].casefold(), values.get("revision") or ""

    def standing(self, rows: Sequence[Values]) -> dict[Hashable, Standing]:
        stands = Part.objects.filter(among(Part, "number", {row["number"] for row in rows}))
        found = {}
        for pk, ended_at, *told in stands.values_list("pk", "ended_at", *parts.OWN).iterator():  # may be all of a firm's
            values = dict(zip(parts.OWN, told, strict=True))
            found[self.key(values)] = Standing(pk, values, _version(*told, ended_at))
        return found

    def lock(self, standing: Sequence[Standing]) -> None:
        _hold(Part, standing)

    def every(self, most: int | None = None) -> Iterable[Values]:
        for part in Part.objects.filter(ended_at=None).order_by("number", "revision")[:most]:
            yield {name: getattr(part, name) for name in parts.OWN}

    def write(self, entries: Sequence[Entry], *, is_confirmed: bool) -> None:
        for index, entry in enumerate(entries):
            given = {name: value for name, value in entry.values.items() if value is not None}
            with places([index]):
                if entry.standing:
                    parts.change_part(part_id=entry.standing.id, **given)
                else:
                    services.create_part(**{"unit": "H87", **given})

    def take_back(self, entries: Sequence[tuple[Values | None, Standing]]) -> None:
        for before, standing in entries:
            if before is None:
                parts.withdraw_part(part_id=standing.id)
            else:
                parts.change_part(part_id=standing.id, **before)


class PartnerPartRows(Incoming):
    """Parts as agreed with a supplier, found again by partner and number."""

    name = "partner-parts"
    history = "masterdata.PartnerPart"
    url_name = "masterdata:parts"
    label = _("Parts agreed with suppliers")
    act = "manage_parts"
    fields = (
        Field("partner", _("Supplier"), words=PARTNER, is_required=True, of="partner"),
        Field("number", _("Part number"), words=NUMBER, is_required=True, of="part", text="code", max_length=60),
        Field(
            "supplier_number",
            _("Supplier's number"),
            words=("협력사품번", "공급업체품번", "업체품번", "suppliersnumber", "suppliernumber", "vendorpartnumber"),
            text="code",
            max_length=60,
        ),
        Field("unit", _("Unit"), words=UNIT, of="unit"),
        Field(
            "pack_size",
            _("Pack size"),
            "number",
            words=("포장수량", "포장단위", "packsize", "입수", "수용수"),
            is_above=True,
        ),
        Field(
            "minimum_quantity",
            _("Minimum order quantity"),
            "number",
            words=("최소발주량", "최소주문수량", "minimumorderquantity", "moq"),
            is_above=True,
        ),
        Field(
            "lead_time_days",
            _("Lead time, days"),
            "number",
            words=("조달기간", "리드타임", "납기일수", "leadtime", "leadtimedays"),
            places=0,
        ),
        Field("unit_price", _("Unit price"), "number", words=("단가", "unitprice", "price", "preis", "매입단가"), places=4),
        Field(
            "is_inspected",
            _("Inspected on receipt"),
            words=("검사", "수입검사", "inspectedonreceipt"),
            choices={True: YES, False: NO},
        ),
    )

    def key(self, values: Values) -> Hashable:
        return values["partner"], values["number"].casefold()

    def standing(self, rows: Sequence[Values]) -> dict[Hashable, Standing]:
        numbers = {row["number"] for row in rows}
        found = PartnerPart.objects.on_side(Side.BUYER).filter(buyer_number__in=numbers).select_related("relation")
        return {(part.relation.vendor_code, part.buyer_number.casefold()): self._of(part) for part in found}

    def _of(self, part: PartnerPart) -> Standing:
        values = {name: getattr(part, name) for name in (*parts.AGREED, "unit")}
        values["lead_time_days"] = Decimal(part.lead_time_days)
        version = _version(*(getattr(part, name) for name in (*parts.AGREED, "unit", "ended_at")))
        return Standing(part.pk, {**values, "partner": part.relation.vendor_code, "number": part.buyer_number}, version)

    def lock(self, standing: Sequence[Standing]) -> None:
        _hold(PartnerPart, standing)

    def every(self, most: int | None = None) -> Iterable[Values]:
        rows = PartnerPart.objects.on_side(Side.BUYER).filter(ended_at=None).select_related("relation")
        return (self._of(part).values for part in rows.order_by("buyer_number", "pk")[:most])

    def write(self, entries: Sequence[Entry], *, is_confirmed: bool) -> None:
        for index, entry in enumerate(entries):
            terms = {n: v for n, v in entry.values.items() if v is not None and n not in ("partner", "number")}
            with places([index], {"part": "number", "relation": "partner"}):
                if entry.standing:
                    if terms.pop("unit", stands := entry.standing.values["unit"]) != stands:
                        words = _("Price, pack and order quantities are for one %(agreed)s.") % {
                            "agreed": UNITS[stands].label
                        }
                        raise OtherUnit(words, place="unit", value=entry.values["unit"])
                    parts.change_partner_part(partner_part_id=entry.standing.id, is_confirmed=is_confirmed, **terms)
                else:
                    relation, part = _relation(entry.values["partner"]), _part(entry.values["number"])
                    services.agree_part(relation_id=relation, part_id=part, is_confirmed=is_confirmed, **terms)

    def take_back(self, entries: Sequence[tuple[Values | None, Standing]]) -> None:
        for before, standing in entries:
            if before is None:
                parts.withdraw_partner_part(partner_part_id=standing.id)
            else:
                terms = {name: value for name, value in before.items() if name in parts.AGREED}
                parts.change_partner_part(partner_part_id=standing.id, is_confirmed=True, **terms)


def _hold(model: type[Part] | type[PartnerPart], standing: Sequence[Standing]) -> None:
    """Lock these rows, in the order of their ids."""
    rows = model.objects.filter(pk__in=[one.id for one in standing]).order_by("pk")
    list(rows.select_for_update(of=("self",)).values_list("pk", flat=True))


def _relation(code: str) -> int:
    found = TradingRelation.objects.on_side(Side.BUYER).filter(vendor_code=code).first()
    if found is None:
        raise UnknownRelation(place="partner", value=code)
    return found.pk


def _part(number: str) -> int:
    found = Part.objects.filter(number=number).order_by("-revision").first()
    if found is None:
        raise UnknownPart(place="number", value=number)
    return found.pk
