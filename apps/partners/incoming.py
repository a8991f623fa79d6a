"""A firm's own sites that come in by a table, and the suppliers and customers that it asks to trade."""

from collections.abc import Hashable, Iterable, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from apps.common.identifiers import clean_business_number, validate_gln
from apps.common.incoming import Entry, Field, Incoming, Standing, Values, places, words
from apps.masterdata.incoming import NO, YES
from apps.tenancy import selectors as tenancy
from apps.tenancy import sites
from apps.tenancy.models import Organization, Site, TradingRelation
from apps.tenancy.roles import Side
from apps.tenancy.scope import require_scope

from . import requests
from .codes import set_codes
from .exceptions import CodeOfBuyer, FirmNotFound, InvalidGln, NoneEnded, UnknownSide
from .models import IS_OPEN, RelationRequest

CODE = words("사업장코드 공장코드 플랜트코드 코드 sitecode plantcode code plant werk werkscode")
NAME = words("사업장명 공장명 플랜트명 이름 명칭 sitename plantname name bezeichnung 사업장")
FIRM = words(
    """
    상호 법인명 회사명 거래처명 협력사명 업체명 고객사명 거래처 협력사 고객사 company companyname firm firma suppliername
    vendorname customername
    """
)
BUSINESS_NUMBER = words(
    """
    사업자등록번호 사업자번호 등록번호 businessregistrationnumber businessnumber brn taxid vatid registrationnumber
    """
)
VENDOR_CODE = words("협력사코드 업체코드 공급업체코드 거래처코드 vendorcode suppliercode vendorno vendor lieferantennr")
ENDED = words("종료 종료됨 ended beendet")
SIDES = {
    Side.SUPPLIER.value: ("협력사", "supplier", "공급업체", "공급사", "매입", "vendor", "lieferant"),
    Side.BUYER.value: ("고객사", "customer", "고객", "buyer", "매출", "kunde"),
}


class SiteRows(Incoming):
    """A firm's own sites, found again by their codes."""

    name = "sites"
    url_name = "partners:sites"
    label = _("Sites")
    act = "manage_sites"
    fields = (
        Field("code", _("Plant code"), words=CODE, is_required=True, text="code", max_length=20),
        Field("name", _("Name"), words=NAME, is_required=True, max_length=120, also="name_en"),
        Field("name_en", _("English name"), words=("영문명", "영어이름", "englishname", "nameen"), max_length=120),
        Field("address", _("Address of the site"), words=("주소", "소재지", "address", "adresse"), max_length=300),
        Field("gln", _("GLN, if it has one"), words=("gln",), text="code", max_length=13),
        Field("time_zone", _("Time zone"), words=("시간대", "timezone", "zeitzone"), text="code", max_length=40),
        Field(
            "receives",
            _("Goods arrive here"),
            words=("입고", "입고여부", "납품처", "receives", "goodsarrive"),
            choices={True: YES, False: NO},
        ),
        Field(
            "ships",
            _("Goods leave from here"),
            words=("출고", "출고여부", "출하", "ships", "goodsleave"),
            choices={True: YES, False: NO},
        ),
        Field(
            "produces",
            _("Goods are made here"),
            words=("생산", "생산여부", "produces", "goodsmade"),
            choices={True: YES, False: NO},
        ),
    )

    def key(self, values: Values) -> Hashable:
        return values["code"].casefold()

    def standing(self, rows: Sequence[Values]) -> dict[Hashable, Standing]:
        wanted = {self.key(row) for row in rows}
        found = {}
        for site in tenancy.every_own_site():
            if self.key(values := _site_values(site)) in wanted:
                found[self.key(values)] = Standing(
                    site.pk, values, f"{'|'.join(map(str, values.values()))}|{site.closed_at}"
                )
        return found

    def lock(self, standing: Sequence[Standing]) -> None:
        for pk in sorted(one.id for one in standing):
            sites.lock_site(pk)

    def every(self, most: int | None = None) -> Iterable[Values]:
        return map(_site_values, tenancy.own_sites().order_by("code")[:most])

    def write(self, entries: Sequence[Entry], *, is_confirmed: bool) -> None:
        for index, entry in enumerate(entries):
            given = {name: value for name, value in entry.values.items() if value is not None}
            with places([index], {"receives": "receives", "site": "code"}):
                if gln := given.get("gln"):
                    _check_gln(gln)
                if entry.standing:
                    sites.change_site(site_id=entry.standing.id, **{**given, "code": entry.standing.values["code"]})
                else:
                    sites.open_site(**given)

    def take_back(self, entries: Sequence[tuple[Values | None, Standing]]) -> None:
        for before, standing in entries:
            if before is None:
                sites.withdraw_site(site_id=standing.id)
            else:
                sites.change_site(site_id=standing.id, **before)


def _site_values(site: Site) -> dict[str, Any]:
    return {name: getattr(site, name) for name in sites.COLUMNS}


def _check_gln(gln: str) -> None:
    try:
        validate_gln(gln)
    except ValidationError as error:
        raise InvalidGln(place="gln", value=gln) from error


class RelationRows(Incoming):
    """Firms of one's clusters that one asks to trade, and one's own numbers of suppliers that one trades with already.

    Found again by the firm, named by number or name, and by what it is to one's own.
    """

    name = "relations"
    url_name = "partners:relations"
    label = _("Trading partners")
    act = "manage_relations"
    fields = (
        Field("name", _("Firm"), words=FIRM, is_required=True, is_compared=False),
        Field("business_number", _("Business registration number"), words=BUSINESS_NUMBER, text="code", is_compared=False),
        Field("side", _("It is our"), words=("구분", "거래구분", "관계", "role", "type", "side"), choices=SIDES),
        Field("vendor_code", _("Vendor code"), words=VENDOR_CODE, text="code", max_length=30),
        Field("note", _("Note to the other firm"), words=("메모", "비고", "note", "remark"), text="note", is_compared=False),
        Field("state", _("State"), words=("상태", "거래상태"), is_compared=False),
    )

    def key(self, values: Values) -> Hashable:
        return values["firm"], values["side"]

    def group(self, values: Values) -> Hashable:
        return values["firm"] or self.same(values)

    def same(self, values: Values) -> Hashable:
        return _digits(values.get("business_number")) or values["name"], values.get("side")

    def numbered(self, rows: Iterable[dict[str, Any]]) -> None:
        """Which firm a row names; who only buys, or only supplies, need not say what it is. Two statements."""
        given, scope = list(rows), require_scope()
        numbers = tenancy.firms_by_numbers({number for row in given if (number := _digits(row.get("business_number")))})
        named: dict[str, set[int]] = {}
        for firm in Organization.objects.exclude(pk=scope.organization_id):
            for name in (firm.legal_name, firm.name_en):
                named.setdefault(name.casefold(), set()).add(firm.pk)
        sole = Side.BUYER if scope.supplies and not scope.buys else Side.SUPPLIER
        for row in given:
            number, called = _digits(row.get("business_number")), named.get(row["name"].casefold(), set())
            row["firm"] = numbers.get(number, 0) if number else next(iter(called)) if len(called) == 1 else 0
            row["side"] = row.get("side") or ("" if scope.supplies and scope.buys else sole.value)

    def standing(self, rows: Sequence[Values]) -> dict[Hashable, Standing]:
        """Relations that stand, and requests that wait; two statements. One that has ended is meant by rows that say so."""
        found: dict[Hashable, Standing] = {}
        own = require_scope().organization_id
        for request in RelationRequest.objects.filter(IS_OPEN, asker_id=own).select_related("buyer", "supplier"):
            values = _relation_values(request, own) | {"is_asked": True}
            found[self.key(values)] = Standing(request.pk, values, f"asked|{request.vendor_code}")
        wanted = {self.key(row) for row in rows}
        ended = {self.key(row) for row in rows if _is_ended(row)}
        for relation in TradingRelation.objects.select_related("buyer", "supplier"):
            values = _relation_values(relation, own) | {"is_asked": False}
            if relation.ended_at is None or self.key(values) in ended:
                found[self.key(values)] = Standing(relation.pk, values, f"stands|{relation.vendor_code}")
        return {key: one for key, one in found.items() if key in wanted}

    def every(self, most: int | None = None) -> Iterable[Values]:
        own = require_scope().organization_id
        rows = TradingRelation.objects.filter(ended_at=None).select_related("buyer", "supplier")
        return (_relation_values(row, own) for row in rows.order_by("vendor_code", "pk")[:most])

    def write(self, entries: Sequence[Entry], *, is_confirmed: bool) -> None:
        for index, entry in enumerate(entries):
            values, standing = entry.values, entry.standing
            number, code = values.get("business_number") or "", values.get("vendor_code")
            place = "business_number" if number else "name"
            with places([index], {"firm": place, f"codes[{standing.id if standing else 0}]": "vendor_code"}):
                if number:
                    clean_business_number(number)
                if not values["firm"]:
                    raise FirmNotFound(place=place, value=number or values["name"])
                if not values["side"]:
                    raise UnknownSide(place="side")
                if standing is None and _is_ended(values):
                    raise NoneEnded(place="state", value=values["state"])
                if standing is None:
                    requests.request_relation(
                        side=Side(values["side"]).other,
                        firm_id=values["firm"],
                        vendor_code=code or "",
                        note=values.get("note") or "",
                    )
                elif code not in (None, standing.values["vendor_code"]):
                    if standing.values["is_asked"] or values["side"] == Side.BUYER:
                        raise CodeOfBuyer(place="vendor_code", value=code)
                    set_codes(codes={standing.id: code})

    def take_back(self, entries: Sequence[tuple[Values | None, Standing]]) -> None:
        for before, standing in entries:
            if before is None:
                requests.withdraw_request(request_id=standing.id)
            else:
                set_codes(codes={standing.id: before["vendor_code"]})


def _is_ended(values: Values) -> bool:
    return (values.get("state") or "").casefold() in ENDED


def _digits(number: str | None) -> str:
    return "".join(c for c in number or "" if c.isdecimal())


def _relation_values(row: RelationRequest | TradingRelation, own: int) -> dict[str, Any]:
    """Numbers of other firms are not compared: a row names a firm by one, and changes none."""
    other, side = (row.supplier, Side.SUPPLIER) if row.buyer_id == own else (row.buyer, Side.BUYER)
    return {"name": other.legal_name, "side": side.value, "vendor_code": row.vendor_code, "firm": other.pk}
