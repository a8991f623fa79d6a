"""A buyer's own numbers of its suppliers, kept all at once: what its papers and its other systems know them by."""

from collections import Counter
from collections.abc import Mapping

from django.db.models import QuerySet

from apps.common.errors import DomainError
from apps.tenancy.models import TradingRelation
from apps.tenancy.roles import Side
from apps.tenancy.scope import atomic

from .exceptions import NoSuchRelation, VendorCodeMissing, VendorCodeTaken


def as_buyer() -> QuerySet[TradingRelation]:
    """Relations in which the scope's firm buys, ended ones too: their documents go by the code."""
    rows: QuerySet[TradingRelation] = TradingRelation.objects.on_side(Side.BUYER)
    return rows.select_related("supplier").order_by("supplier__legal_name", "pk")


def as_supplier() -> QuerySet[TradingRelation]:
    """Relations in which it supplies: the codes that its customers gave it."""
    rows: QuerySet[TradingRelation] = TradingRelation.objects.on_side(Side.SUPPLIER)
    return rows.select_related("buyer").order_by("buyer__legal_name", "pk")


@atomic
def set_codes(*, codes: Mapping[int, str]) -> int:
    """Give suppliers these codes, two of them each other's too; all or none.

    Args:
        codes: relation → code; a relation that is not named keeps its own.

    Returns:
        How many changed.

    Raises:
        NoSuchRelation: the scope's firm does not buy in it. VendorCodeMissing, VendorCodeTaken: at `codes[relation]`, all of
            them told together.
    """
    rows = {
        row.pk: row for row in TradingRelation.objects.on_side(Side.BUYER).select_for_update(of=("self",)).order_by("pk")
    }
    if unknown := sorted(codes.keys() - rows.keys()):
        raise NoSuchRelation(place="codes", value=unknown[0])
    wanted = {pk: codes.get(pk, row.vendor_code).strip() for pk, row in rows.items()}
    count = Counter(wanted.values())
    faults: list[DomainError] = [
        (VendorCodeTaken if code else VendorCodeMissing)(place=f"codes[{pk}]", value=code)
        for pk, code in wanted.items()
        if pk in codes and (not code or count[code] > 1)
    ]
    if faults:
        first, *first.others = faults
        raise first
    changed = [row for pk, row in rows.items() if row.vendor_code != wanted[pk]]
    held = {row.vendor_code for row in changed}
    for row in changed:  # a code that another gives up in the same act is free only once that one has let go of it
        if wanted[row.pk] in held:
            TradingRelation.objects.filter(pk=row.pk).update(vendor_code=f"~{row.pk}")
    for row in changed:
        TradingRelation.objects.filter(pk=row.pk).update(vendor_code=wanted[row.pk])
    return len(changed)
