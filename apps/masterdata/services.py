"""Changes of parts, and numbers for documents."""

from collections.abc import Collection
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, connections, transaction

from apps.tenancy.bases import sides_of
from apps.tenancy.checks import require_side
from apps.tenancy.models import TradingRelation
from apps.tenancy.roles import Side
from apps.tenancy.scope import atomic, require_scope

from .exceptions import DuplicatePart, HighPrice, PartEnded, UnknownPart, UnknownRelation
from .models import Part, PartnerPart

HIGH_PRICE = Decimal(10) ** 9
NEXT_NUMBER = """
    INSERT INTO masterdata_numberrange (organization_id, kind, prefix, last)
    VALUES (%(firm)s, %(kind)s, %(prefix)s, %(count)s)
    ON CONFLICT (organization_id, kind) DO UPDATE SET last = masterdata_numberrange.last + %(count)s
    RETURNING prefix, last
"""


def next_number(*, organization_id: int, kind: str, prefix: str) -> str:
    """The next document number of a firm, such as PO-00017; gaps appear where a transaction is rolled back."""
    return next_numbers(organization_id=organization_id, kind=kind, prefix=prefix, count=1)[0]


def next_numbers(*, organization_id: int, kind: str, prefix: str, count: int) -> list[str]:
    """So many numbers in a row; one statement. The counter stays locked until the transaction ends."""
    with connections[require_scope().alias].cursor() as cursor:
        cursor.execute(NEXT_NUMBER, {"firm": organization_id, "kind": kind, "prefix": prefix, "count": count})
        own_prefix, last = cursor.fetchone()
    return [f"{own_prefix}{number:05d}" for number in range(last - count + 1, last + 1)]


def check_price(price: Decimal | None, *, place: str, is_confirmed: bool = False) -> None:
    """
    Raises:
        HighPrice: so high that it is hardly meant, and nobody said that it is.
    """
    if price is not None and price >= HIGH_PRICE and not is_confirmed:
        raise HighPrice(place=place, value=price)


@atomic
def create_part(*, number: str, name: str, unit: str = "H87", **fields: Any) -> Part:
    """
    Raises:
        DuplicatePart: the number with this revision exists in the firm.
    """
    organization_id = require_scope().organization_id
    try:
        with transaction.atomic():
            return Part.objects.create(organization_id=organization_id, number=number, name=name, unit=unit, **fields)
    except IntegrityError as error:
        raise DuplicatePart(place="number", value=number) from error


@atomic
def agree_part(
    *, relation_id: int, part_id: int, supplier_number: str = "", is_confirmed: bool = False, **terms: Any
) -> PartnerPart:
    """Share one of the buyer's parts with one supplier; from then on it can be ordered.

    Args:
        is_confirmed: a very high price is meant.

    Raises:
        UnknownRelation: not a relation of the scope's firm.
        WrongSide: the scope is the supplier's.
        UnknownPart: not a part of the buyer. PartEnded: it has ended.
        DuplicatePart: the part is already agreed with this supplier.
        HighPrice: as `check_price`.
    """
    relation = TradingRelation.objects.filter(pk=relation_id).first()
    if relation is None:
        raise UnknownRelation(place="relation", value=relation_id)
    require_side(relation, Side.BUYER)
    check_price(terms.get("unit_price"), place="unit_price", is_confirmed=is_confirmed)
    part = Part.objects.filter(pk=part_id, organization_id=relation.buyer_id).first()
    if part is None:
        raise UnknownPart(place="part", value=part_id)
    if part.ended_at is not None:
        raise PartEnded(place="part", value=part.number)
    try:
        with transaction.atomic():
            agreed = _agreed(relation, part, supplier_number=supplier_number, **terms)
            agreed.save(force_insert=True)
            return agreed
    except IntegrityError as error:
        raise DuplicatePart(place="part", value=part.number) from error


@atomic
def agree_parts(*, pairs: Collection[tuple[int, int]]) -> int:
    """Share many of the buyer's parts with its suppliers, on no terms yet; how many. Four statements.

    What is agreed already, or has been, stays as it is; what is none of the firm's, or has ended, is left out.

    Args:
        pairs: (relation, part).
    """
    relations = TradingRelation.objects.on_side(Side.BUYER).filter(ended_at=None).in_bulk({pair[0] for pair in pairs})
    parts = Part.objects.filter(ended_at=None).in_bulk({pair[1] for pair in pairs})
    there = set(PartnerPart.objects.filter(relation__in=relations).values_list("relation_id", "part_id"))
    wanted = [(relations[one], parts[part]) for one, part in dict.fromkeys(pairs) if one in relations and part in parts]
    made = [_agreed(relation, part) for relation, part in wanted if (relation.pk, part.pk) not in there]
    return len(PartnerPart.objects.bulk_create(made))


def _agreed(relation: TradingRelation, part: Part, **terms: Any) -> PartnerPart:
    named = {"buyer_number": part.number, "name": part.name, "name_en": part.name_en}
    return PartnerPart(**sides_of(relation), part=part, **named, **{"unit": part.unit, **terms})
