"""Prices by day that come in by a table: a row what a part costs at a supplier from a day on."""

from collections.abc import Hashable, Iterable, Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from apps.common.incoming import Entry, Field, Incoming, Standing, Values, places, words
from apps.tenancy.roles import Side

from . import prices
from .exceptions import OtherPriceCurrency, PartNotAgreed
from .incoming import NUMBER, PARTNER
from .models import PartnerPart, PartPrice

PRICE = words("단가 매입단가 구매단가 계약단가 unitprice price preis cost")
CURRENCY = words("통화 화폐 currency währung")
FROM = words("적용시작일 적용일 유효시작일 시작일 validfrom from gültigab startdate effectivedate")
UNTIL = words("적용종료일 유효종료일 종료일 만료일 validuntil validto until to gültigbis enddate")


class PriceRows(Incoming):
    """Found again by supplier, part and first day."""

    name = "prices"
    url_name = "masterdata:parts"
    label = _("Prices by day")
    act = "manage_parts"
    fields = (
        Field("partner", _("Supplier"), words=PARTNER, is_required=True, of="partner"),
        Field("part", _("Part number"), words=NUMBER, is_required=True, of="part", text="code", max_length=60),
        Field("unit_price", _("Unit price"), "number", words=PRICE, is_required=True, places=4),
        Field("currency", _("Currency"), words=CURRENCY, text="code", max_length=3),
        Field("valid_from", _("Valid from"), "date", words=FROM, is_required=True),
        Field("valid_until", _("Valid until"), "date", words=UNTIL),
    )

    def key(self, values: Values) -> Hashable:
        return values["partner"], values["part"].casefold(), values["valid_from"]

    def group(self, values: Values) -> Hashable:
        return values["partner"], values["part"].casefold()

    def numbered(self, rows: Iterable[dict[str, Any]]) -> None:
        """Which agreed part a row names; one statement."""
        given = list(rows)
        found = {
            (part.relation.vendor_code, part.buyer_number.casefold()): part
            for part in _agreed().filter(buyer_number__in={row["part"] for row in given})
        }
        for row in given:
            part = found.get((row["partner"], row["part"].casefold()))
            row["agreed"], row["in_currency"] = (part.pk, part.relation.currency) if part else (0, "")

    def standing(self, rows: Sequence[Values]) -> dict[Hashable, Standing]:
        found = {}
        of = PartPrice.objects.filter(partner_part__in={row["agreed"] for row in rows})
        for price in of.select_related("partner_part__relation"):
            values = _values(price)
            found[self.key(values)] = Standing(price.pk, values, f"{price.price.normalize():f}|{price.valid_until}")
        return found

    def lock(self, standing: Sequence[Standing]) -> None:
        """Their parts, as every change of prices does first."""
        rows = PartnerPart.objects.filter(prices__in=[one.id for one in standing]).order_by("pk").distinct()
        list(PartnerPart.objects.filter(pk__in=rows.values("pk")).order_by("pk").select_for_update(of=("self",)))

    def every(self, most: int | None = None) -> Iterable[Values]:
        rows = PartPrice.objects.filter(partner_part__in=_agreed()).select_related("partner_part__relation")
        return map(_values, rows.order_by("partner_part__buyer_number", "partner_part_id", "valid_from")[:most])

    def write(self, entries: Sequence[Entry], *, is_confirmed: bool) -> None:
        ordered = sorted(range(len(entries)), key=lambda place: entries[place].values["valid_from"])
        for place in ordered:
            values, standing = entries[place].values, entries[place].standing
            if not values["agreed"]:
                raise PartNotAgreed(place=f"rows[{place}].part", value=values["part"])
            if standing and _is_as(values, standing.values):
                continue
            given = values.get("currency")
            if given is not None and given.upper() != values["in_currency"]:
                raise OtherPriceCurrency(place=f"rows[{place}].currency", value=given, agreed=values["in_currency"])
            with places([place], NAMES):
                if standing:
                    prices.withdraw_price(price_id=standing.id)
                prices.set_price(
                    partner_part_id=values["agreed"],
                    price=values["unit_price"],
                    valid_from=values["valid_from"],
                    valid_until=values.get("valid_until") or (standing.values["valid_until"] if standing else None),
                    is_confirmed=is_confirmed,
                )

    def take_back(self, entries: Sequence[tuple[Values | None, Standing]]) -> None:
        """The last day first: what ended for a price goes on again with it."""
        for before, standing in sorted(entries, key=lambda entry: entry[1].values["valid_from"], reverse=True):
            prices.withdraw_price(price_id=standing.id)
            if before is not None:
                prices.set_price(
                    partner_part_id=standing.values["agreed"],
                    price=before["unit_price"],
                    valid_from=standing.values["valid_from"],
                    valid_until=before["valid_until"],
                    is_confirmed=True,
                )


NAMES = {"price": "unit_price", "partner_part": "part"}


def _agreed() -> Any:
    return PartnerPart.objects.on_side(Side.BUYER).filter(ended_at=None).select_related("relation")


def _is_as(values: Values, stands: Values) -> bool:
    is_currency = (values.get("currency") or stands["currency"]).upper() == stands["currency"]
    is_until = values.get("valid_until") in (None, stands["valid_until"])
    return is_currency and is_until and bool(values["unit_price"] == stands["unit_price"])


def _values(price: PartPrice) -> dict[str, Any]:
    part = price.partner_part
    return {
        "partner": part.relation.vendor_code,
        "part": part.buyer_number,
        "unit_price": price.price,
        "currency": price.currency,
        "valid_from": price.valid_from,
        "valid_until": price.valid_until,
        "agreed": part.pk,
        "in_currency": part.relation.currency,
    }
