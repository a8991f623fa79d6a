"""Own parts with who may deliver each: in what unit, and of which of the firm's own material."""

from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import BooleanField, Case, ExpressionWrapper, F, OuterRef, Q, When
from django.db.models.functions import JSONObject

from apps.common.among import among
from apps.common.units import convert
from apps.consigned.selectors import MaterialIn, handed_out_for, made_of, with_material
from apps.masterdata.models import Part, PartnerPart
from apps.planning.selectors import parents, said_in_plans
from apps.tenancy.models import localized


@dataclass(frozen=True, slots=True)
class Agreed:
    """A partner part as the outlook reads it."""

    pk: int
    part: Part
    unit: str
    base_factor: Decimal
    supplier_id: int
    supplier: str


@dataclass(frozen=True)
class OwnParts:
    """
    Attributes:
        parts: by id; also those that nobody is agreed to deliver, where a plan names them.
        agreed: by partner part id.
        uses: which material the firm hands out for which of these parts.
        by_bill: parts that a bill says how to make.
    """

    parts: dict[int, Part]
    agreed: dict[int, Agreed]
    uses: list[MaterialIn]
    by_bill: set[int]

    def by_part(self) -> dict[int, list[Agreed]]:
        """Who may deliver each part."""
        found: dict[int, list[Agreed]] = {}
        for row in self.agreed.values():
            found.setdefault(row.part.pk, []).append(row)
        return found


def own_parts(parts: Collection[int] | None = None) -> OwnParts:
    """Those that are agreed with a supplier or that a plan names, or these and the parts that they are handed out for; one
    statement."""
    use = JSONObject(material="consigned_part", component="consigned_part__part")
    of_material = ArraySubquery(handed_out_for(OuterRef("agreed")).values(told=use))
    rows = Part.objects.annotate(
        agreed=F("partner_parts"),
        order_unit=F("partner_parts__unit"),
        factor=F("partner_parts__base_factor"),
        firm=F("partner_parts__supplier"),
        firm_name=F("partner_parts__supplier__legal_name"),
        firm_name_en=F("partner_parts__supplier__name_en"),
        by_bill=ExpressionWrapper(Q(pk__in=parents()), BooleanField()),
    )
    # Few parts are made of material that is handed out: it is looked for at those alone.
    rows = rows.annotate(uses=Case(When(agreed__in=with_material(), then=of_material), default=None))
    chosen = Q(agreed__isnull=False) | Q(pk__in=said_in_plans())
    if parts is not None:
        chosen = among("pk", parts) | Q(pk__in=made_of(parts))
    found = OwnParts({}, {}, [], set())
    for row in rows.filter(chosen).order_by("pk", "agreed"):
        part = found.parts.setdefault(row.pk, row)
        if row.by_bill:
            found.by_bill.add(part.pk)
        if row.agreed is not None:
            name = localized(row.firm_name, row.firm_name_en)
            found.agreed[row.agreed] = Agreed(row.agreed, part, row.order_unit, row.factor, row.firm, name)
        for told in row.uses or ():
            if parts is None or told["component"] in parts:
                found.uses.append(MaterialIn(told["material"], told["component"], part.pk))
    return found


def in_base(quantity: Decimal, unit: str, agreed: PartnerPart | Agreed) -> Decimal:
    """A quantity of an order, or of stock, in the base unit of the own part.

    The factor that both firms agreed counts; where they left it at 1, units of one kind are converted.

    Raises:
        MixedUnits: they measure different things, and no factor is agreed.
    """
    amount = convert(quantity, unit, agreed.unit) if unit != agreed.unit else quantity
    if agreed.base_factor != 1 or agreed.unit == agreed.part.unit:
        return amount * agreed.base_factor
    return convert(amount, agreed.unit, agreed.part.unit)
