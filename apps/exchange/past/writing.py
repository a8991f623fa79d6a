"""Past deliveries are written and taken out as sets, by the intake of the rooms that keep them."""

from collections.abc import Sequence
from itertools import chain
from typing import Any

from django.db import IntegrityError, connections, transaction

from apps.common.errors import raise_all
from apps.common.incoming import Entry, Values
from apps.deliveries import intake as deliveries
from apps.deliveries.models import ShipmentLine, ShipmentNotice
from apps.events.services import emit_all
from apps.orders import intake as orders
from apps.tenancy.roles import Side
from apps.tenancy.scope import require_scope

from ..exceptions import PastInUse
from ..history import staged
from . import faults
from .known import Known


def write(entries: Sequence[Entry], compared: Sequence[str], *, is_confirmed: bool) -> None:
    """Write what is new, all or none. The suppliers hear of it, one event each: what counts for them, they may look at.

    Raises:
        DomainError: all that is wrong, with rows[n].field.
    """
    new = [place for place, entry in enumerate(entries) if entry.standing is None]
    rows = [entries[place].values for place in new]
    known = Known(rows)
    raise_all(
        chain(
            *(faults.of_standing(place, one, compared) for place, one in enumerate(entries) if one.standing),
            *(faults.of_new(place, row, known, is_confirmed=is_confirmed) for place, row in zip(new, rows, strict=True)),
            faults.of_heads(new, rows, known),
        )
    )
    if not rows:
        return
    given = [_line(row, known) for row in rows]
    stand = {one.number: staged.Known(one.pk, getattr(one, "last", None) or 0) for one in known.orders.values()}
    papers = staged.write_deliveries(given, buyer_id=require_scope().organization_id, known=stand)
    _tell("delivery.past_loaded", given, papers)


def _line(row: Values, known: Known) -> dict[str, Any]:
    relation, part, site = known.relation(row), known.part(row), known.site(row)
    assert part is not None
    assert site is not None
    return {
        "relation_id": relation.pk,
        "supplier_id": relation.supplier_id,
        "partner_part_id": part.pk,
        "site_id": site.pk,
        "origin_site_id": None,
        "order_number": known.order_number(row),
        "shipment_number": known.paper(row),
        "carrier": row.get("carrier") or "",
        "quantity": row["quantity"],
        "unit": row.get("unit") or part.unit,
        "unit_price": row.get("unit_price"),
        "currency": known.currency(row),
        "order_date": min(day for day in (row.get("order_date"), row["requested_date"], row["received_on"]) if day),
        "requested_date": row["requested_date"],
        "received_on": row["received_on"],
    }


def _tell(event: str, rows: Sequence[dict[str, Any]], papers: dict[tuple[int, str], int]) -> None:
    """Each supplier once: from which day to which, at the delivery that came last."""
    by_relation: dict[int, list[dict[str, Any]]] = {}
    for row in rows:
        by_relation.setdefault(row["relation_id"], []).append(row)
    buyer, news = require_scope().organization_id, []
    for relation, of in by_relation.items():
        first, last = (pick(of, key=lambda row: row["received_on"]) for pick in (min, max))
        found = ShipmentNotice(pk=papers[relation, last["shipment_number"]], buyer_id=buyer, supplier_id=last["supplier_id"])
        news.append((event, found, f"{first['received_on']} – {last['received_on']}"))
    emit_all(news)


def take_out(lines: Sequence[int]) -> None:
    """Take shipment lines of before out again, with all that was written with them.

    Raises:
        PastInUse: something hangs on one of them.
    """
    found = ShipmentLine.objects.on_side(Side.BUYER).filter(pk__in=lines)
    rows = list(found.values_list("shipment_id", "schedule_line_id", "order_id"))
    given = dict(zip(("shipments", "items", "orders"), (sorted(set(ids)) for ids in zip(*rows, strict=True)), strict=True))
    alias = require_scope().alias
    try:
        with transaction.atomic(using=alias), connections[alias].cursor() as cursor:
            for statement in (*deliveries.withdrawn("%(shipments)s"), *orders.withdrawn("%(items)s", "%(orders)s")):
                cursor.execute(statement, given)
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")
    except IntegrityError as error:
        raise PastInUse(place="rows", value=len(rows)) from error
    if ShipmentLine.objects.filter(pk__in=lines).exists():
        raise PastInUse(place="rows", value=len(rows))
