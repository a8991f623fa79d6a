"""What should lie at a site: safety stock, and the least and the most that somebody wants there."""

from dataclasses import dataclass
from decimal import Decimal

from django.db.models import QuerySet

from apps.common.errors import DomainError, raise_all
from apps.common.units import is_quantity, unit_of
from apps.masterdata.models import Part
from apps.tenancy.access import own
from apps.tenancy.exceptions import UnknownOwnSite
from apps.tenancy.models import Site
from apps.tenancy.scope import atomic, require_scope

from .exceptions import InvalidLimits, InvalidPlanQuantity, UnknownPlanPart
from .models import SafetyStock

ZERO = Decimal(0)


@dataclass(frozen=True)
class StockRule:
    """Of one part at one site, in its base unit.

    Attributes:
        is_up_to_maximum: below the minimum so much is ordered that the maximum lies there, instead of what a week lacks.
    """

    safety: Decimal = ZERO
    minimum: Decimal | None = None
    maximum: Decimal | None = None
    is_up_to_maximum: bool = False

    @property
    def least(self) -> Decimal:
        """Below it something is ordered."""
        return max(self.safety, self.minimum or ZERO) if self.is_up_to_maximum else self.safety


def stock_rules(part_id: int | None = None) -> dict[tuple[int, int], StockRule]:
    """By part and site; one statement."""
    rows = SafetyStock.objects.all() if part_id is None else SafetyStock.objects.filter(part_id=part_id)
    names = ("part_id", "site_id", "quantity", "minimum", "maximum", "is_up_to_maximum")
    return {(part, site): StockRule(*rule) for part, site, *rule in rows.values_list(*names)}


def all_rules() -> QuerySet[SafetyStock]:
    return SafetyStock.objects.order_by("pk")


@atomic
def keep_stock_rule(
    *,
    part_id: int,
    site_id: int,
    safety: Decimal = ZERO,
    minimum: Decimal | None = None,
    maximum: Decimal | None = None,
    is_up_to_maximum: bool = False,
) -> None:
    """What should lie at a site; 0 and nothing else keeps no rule.

    Raises:
        UnknownPlanPart, UnknownOwnSite: not the firm's. InvalidPlanQuantity: below 0, or broken where pieces are counted.
        InvalidLimits: the maximum is below the minimum or the safety stock, or it is ordered up to one that is not there.
    """
    part = Part.objects.filter(pk=part_id).first()
    if part is None:
        raise UnknownPlanPart(place="part", value=part_id)
    if not Site.objects.that(own()).filter(pk=site_id).exists():
        raise UnknownOwnSite(place="site", value=site_id)
    figures = {"safety": safety, "minimum": minimum, "maximum": maximum}
    errors: list[DomainError] = [
        InvalidPlanQuantity(place=name, value=value, unit=unit_of(part.unit).label)
        for name, value in figures.items()
        if value is not None and not is_quantity(value, part.unit, or_none=True)
    ]
    raise_all(errors)
    if maximum is not None and (maximum == 0 or maximum < max(safety, minimum or ZERO)):
        raise InvalidLimits(place="maximum", value=maximum)
    if is_up_to_maximum and (minimum is None or maximum is None):
        missing = "minimum" if minimum is None else "maximum"
        raise InvalidLimits(place=missing, value="")
    place = {"organization_id": require_scope().organization_id, "part_id": part_id, "site_id": site_id}
    if not safety and minimum is None and maximum is None:
        SafetyStock.objects.filter(**place).delete()
        return
    kept = {"quantity": safety, "minimum": minimum, "maximum": maximum, "is_up_to_maximum": is_up_to_maximum}
    SafetyStock.objects.update_or_create(**place, defaults=kept)
