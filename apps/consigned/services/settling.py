"""The month of a relation: figures out of the ledger, frozen with the proposal, accepted or disputed by the other side."""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from django.utils import timezone

from apps.common.characters import clean
from apps.common.units import UNITS
from apps.events.services import emit
from apps.inventory.models import ConsignedPart
from apps.masterdata.exceptions import UnknownRelation
from apps.tenancy.bases import sides_of
from apps.tenancy.checks import side_of
from apps.tenancy.models import Site, TradingRelation
from apps.tenancy.scope import atomic, require_scope

from .. import selectors
from ..exceptions import (
    DisputeReasonMissing,
    MonthNotOver,
    NothingToSettle,
    NotYours,
    SettledAlready,
    UnknownSettlement,
)
from ..models import Settlement, SettlementLine
from ..month import ZERO, KeptTerms, allowed_of, month_figures
from ..statuses import SettlementState

WAIT = timedelta(hours=1)  # by then every act that began in the month is in the ledger, or undone


def month_after(month: date) -> date:
    return (month.replace(day=28) + timedelta(days=4)).replace(day=1)


def bounds(month: date, zone: str) -> tuple[datetime, datetime]:
    """The first moment of a month and of the next one, where the material lies."""
    first, after = (datetime.combine(day, time(), ZoneInfo(zone)) for day in (month, month_after(month)))
    return first, after


@atomic
def propose(*, relation_id: int, month: date, note: str = "") -> Settlement:
    """Freeze what the ledger says of a month; the other side answers.

    Args:
        month: any day of it.

    Raises:
        UnknownRelation: none of the scope's firm. MonthNotOver: it, or the hour after it, is not over at each site.
        SettledAlready: accepted, or waits for the answer. NothingToSettle: nothing lay or moved there.
    """
    relation = TradingRelation.objects.select_for_update(of=("self",)).filter(pk=relation_id).first()
    side = side_of(relation) if relation is not None else None
    if relation is None or side is None:
        raise UnknownRelation(place="relation", value=relation_id)
    month, note = month.replace(day=1), clean(note, "note", "note")
    sites = list(Site.objects.filter(organization_id=relation.supplier_id).order_by("pk"))
    ends = {site.pk: bounds(month, site.time_zone)[1] for site in sites}
    if not sites or max(ends.values()) + WAIT > timezone.now():
        raise MonthNotOver(place="month", value=f"{month:%Y-%m}")
    before = Settlement.objects.filter(relation=relation, month=month).exclude(state=SettlementState.REPLACED).first()
    if before is not None and before.state != SettlementState.DISPUTED:
        raise SettledAlready(place="month", value=before.number)
    lines = list(_lines(relation, month, sites))
    if not lines:
        raise NothingToSettle(place="month", value=f"{month:%Y-%m}")
    if before is not None:
        before.state = SettlementState.REPLACED
        before.save(update_fields=["state"])
    found: Settlement = Settlement.objects.create(
        **sides_of(relation),
        month=month,
        edition=before.edition + 1 if before else 1,
        proposed_by=side.value,
        currency=relation.currency,
        note=note,
        replaces=before,
        created_by_id=require_scope().user_id,
    )
    for line in lines:
        line.settlement = found
    SettlementLine.objects.bulk_create(lines)
    emit("settlement.proposed", subject=found, label=found.number)
    return found


def _lines(relation: TradingRelation, month: date, sites: Iterable[Site]) -> Iterable[SettlementLine]:
    """What lies between the end of the accepted month before and the end of this one, site by site.

    Whoever moves its clock moves no movement out of both months, or into both.
    """
    materials = {row.pk: row for row in ConsignedPart.objects.filter(relation=relation)}
    accepted = selectors.accepted_lines(relation.pk, (month - timedelta(days=1)).replace(day=1))
    ended = {line.site_id: line.ends_at for line in accepted if line.ends_at}
    carried = {(line.consigned_part_id, line.site_id): line.carried for line in accepted}
    terms, zones = KeptTerms(materials), {}
    by_window: dict[tuple[datetime, datetime], list[int]] = {}
    for site in sites:
        first, after = bounds(month, site.time_zone)
        zones[site.pk] = ZoneInfo(site.time_zone)
        by_window.setdefault((ended.get(site.pk, first), after), []).append(site.pk)
    for (first, after), pks in by_window.items():
        for row in month_figures(materials, pks, first, after):
            material = materials[row.consigned_part_id]
            agreed = terms.of(material.pk, first)
            yield SettlementLine(
                **sides_of(material),
                consigned_part=material,
                site_id=row.site_id,
                unit=material.unit,
                begins_at=first,
                ends_at=after,
                opening=row.opening,
                brought_forward=carried.get((material.pk, row.site_id)),
                received=row.received,
                used=row.used,
                used_rejected=row.used_rejected,
                scrapped=row.scrapped,
                defective=row.defective,
                returned=row.returned,
                missing=row.missing,
                closing=row.closing,
                counted=row.counted,
                counted_on=row.counted_at and row.counted_at.astimezone(zones[row.site_id]).date(),
                booked_difference=row.booked,
                is_charged=agreed.is_charged,
                allowed_loss=agreed.allowed_loss,
                unit_price=agreed.unit_price,
                currency=agreed.currency or relation.currency,
                owed_quantity=owed(
                    used=row.used,
                    scrapped=row.scrapped - row.defective,
                    difference=row.booked,
                    is_counted=row.is_counted,
                    is_charged=agreed.is_charged,
                    allowed_loss=agreed.allowed_loss,
                    places=UNITS[material.unit].places,
                ),
            )


def owed(
    *,
    used: Decimal,
    scrapped: Decimal,
    difference: Decimal,
    is_charged: bool,
    allowed_loss: Decimal,
    places: int,
    is_counted: bool = True,
) -> Decimal | None:
    """How much of a material the supplier pays for the month; of free material None where not all was counted.

    Charged material is paid by what is gone, used or not, as it is booked: with a count or without. Of free material only
    what is lost beyond the allowed share of what was used: spoilt pieces, and those that the count did not find. What the
    count found too much counts against it. What the material itself was at fault for is not `scrapped` here: its owner's.
    """
    lost = scrapped - difference
    if is_charged:
        return used + lost
    if not is_counted:
        return None
    return max(lost - allowed_of(used, allowed_loss, places), ZERO)


def _answered(settlement_id: int, state: SettlementState, answer: str) -> Settlement:
    found: Settlement | None = Settlement.objects.select_for_update().filter(pk=settlement_id).first()
    if found is None:
        raise UnknownSettlement(place="settlement", value=settlement_id)
    side = side_of(found)
    if found.state != SettlementState.PROPOSED or side is None or side.value == found.proposed_by:
        raise NotYours(place="settlement", value=found.get_state_display())
    found.state, found.answer = state, answer
    found.answered_at, found.answered_by_id = timezone.now(), require_scope().user_id
    found.save(update_fields=["state", "answer", "answered_at", "answered_by"])
    emit(f"settlement.{state}", subject=found, label=found.number)
    return found


@atomic
def accept(*, settlement_id: int) -> Settlement:
    """The figures stand, with what they say is owed; they are never changed again.

    Raises:
        UnknownSettlement: not of a relation of the scope's firm. NotYours: it does not wait for this firm.
    """
    return _answered(settlement_id, SettlementState.ACCEPTED, "")


@atomic
def dispute(*, settlement_id: int, answer: str) -> Settlement:
    """The figures are not right: they stay to be read, and either side may propose the month anew.

    Raises:
        UnknownSettlement, NotYours: as `accept`. DisputeReasonMissing: it is not said why.
    """
    answer = clean(answer, "note", "answer").strip()
    if not answer:
        raise DisputeReasonMissing(place="answer", value="")
    return _answered(settlement_id, SettlementState.DISPUTED, answer)


def last_month() -> date:
    """The latest month that may be settled, as it is here."""
    until = timezone.localdate(timezone.now() - WAIT)
    return (until.replace(day=1) - timedelta(days=1)).replace(day=1)
