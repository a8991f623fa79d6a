"""Work by the line at the size of a large buyer: the list, two hundred proposals with effects, and acts on fifty lines.

The buyer is the one of `chain.today`: fifty suppliers and 5,000 open lines; a plan needs all of its parts.
"""

from collections.abc import Callable, Sequence
from datetime import timedelta
from decimal import Decimal
from time import perf_counter
from typing import Any

from django.db import connection, connections, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from apps.accounts.models import User
from apps.masterdata.models import Part
from apps.orders import services
from apps.orders.models import Confirmation, PurchaseOrder, ScheduleLine
from apps.orders.services.shared import derive
from apps.planning.services import Planned, publish_plan
from apps.tenancy.bases import sides_of
from apps.tenancy.models import Site
from apps.tenancy.scope import identity, organization_scope, unscoped
from apps.worklist.offer_list import OfferList
from tests import world as worlds

from .chain import LARGE
from .measure import times

PROPOSALS, AT_ONCE = 200, 50


def measure() -> dict:
    """Milliseconds and statements of the first page and both lists, and of the acts on fifty lines."""
    with identity():
        user = User.objects.get(email=LARGE)
    with unscoped(reason=worlds.SYSTEM):
        site = Site.objects.get(code="L1", organization__legal_name="Large lead")
        _propose(site)
    with organization_scope(site.organization_id, user_id=user.pk):
        parts, today = Part.objects.filter(number__startswith="L").values_list("pk", flat=True), timezone.localdate()
        wanted = [Planned(part, today + timedelta(days=day), Decimal(5)) for part in parts for day in range(0, 28, 4)]
        publish_plan(site_id=site.pk, kind="demand", rows=wanted)
    with connections["owner"].cursor() as cursor:
        cursor.execute("ANALYZE")
    client = Client(headers={"accept-language": "en"})
    client.force_login(user, backend="apps.accounts.backends.EmailBackend")
    pages = {"first": "/", "lines": "/work/lines/", "offers": "/work/offers/"}
    found = {name: _page(client, path) for name, path in pages.items()}
    with organization_scope(site.organization_id, user_id=user.pk):
        found["table"] = {"p50_ms": times(_table, repeats=10, warm_up=2).p50}
        found["acts"] = _acts()
    return found


def _table() -> None:
    asked = OfferList({})
    assert len(asked.items()) == PROPOSALS
    assert any(row.effect for row in asked.items())


def _page(client: Client, path: str) -> dict:
    def page() -> None:
        assert client.get(path).status_code == 200

    p50 = times(page, repeats=10, warm_up=2).p50
    with CaptureQueriesContext(connection) as queries:
        page()
    return {"p50_ms": p50, "queries": len(queries)}


def _propose(site: Site) -> None:
    """Suppliers offer a later day on two hundred lines that waited for them."""
    rows = ScheduleLine.objects.filter(order__receiving_site=site, status="published").select_related("line", "order")
    chosen = list(rows.order_by("pk")[:PROPOSALS])
    for row in chosen:
        row.status, row.answered_quantity = "change_proposed", row.requested_quantity
        row.proposed_date = row.requested_date + timedelta(days=4)
    ScheduleLine.objects.bulk_update(chosen, ["status", "answered_quantity", "proposed_date"])
    Confirmation.objects.bulk_create(
        Confirmation(
            **sides_of(row), schedule_line=row, quantity=row.requested_quantity, delivery_date=row.proposed_date,
            reason="material", state="proposed",
        )
        for row in chosen
    )  # fmt: skip
    orders = {row.order_id: row.order for row in chosen}
    schedule: dict[int, list[ScheduleLine]] = {}
    for row in ScheduleLine.objects.filter(order_id__in=orders).select_related("line"):
        schedule.setdefault(row.order_id, []).append(row)
    for pk, order in orders.items():
        derive(order, schedule[pk])
    PurchaseOrder.objects.bulk_update(orders.values(), ["status", "unanswered_count", "promised_date", "due_date"])


def _acts() -> dict[str, dict[str, float]]:
    """Each act on fifty lines, of as many orders as they have: its statements, and how long it takes beside the same work
    done as before, one order after the other. Both are rolled back and done twice, so that neither pays for the first."""
    ids = list(ScheduleLine.objects.filter(status="change_proposed").order_by("pk").values_list("pk", flat=True))
    firm = ScheduleLine.objects.filter(status="confirmed", received_quantity=0).order_by("pk")[:AT_ONCE]
    wishes = [services.Change(row.pk, row.confirmed_quantity, timezone.localdate()) for row in firm]
    waiting = ScheduleLine.objects.filter(status="published").order_by("-pk").values_list("pk", flat=True)[:AT_ONCE]
    owner = dict(
        ScheduleLine.objects.filter(pk__in=[*ids, *waiting, *(row.pk for row in firm)]).values_list("pk", "order_id")
    )
    before = {
        "accept": lambda: [services.accept_proposals(order_id=pk) for pk in _orders(owner, ids[:AT_ONCE])],
        "decline": lambda: [services.decline_proposals(order_id=pk) for pk in _orders(owner, ids[AT_ONCE : 2 * AT_ONCE])],
        "ask": lambda: [
            services.request_changes(order_id=owner[wish.schedule_line_id], changes=[wish], reason="demand")
            for wish in wishes
        ],
        "remind": lambda: [services.remind_supplier(order_id=pk) for pk in _orders(owner, waiting)],
        "close": lambda: [
            services.close_short(
                order_id=owner[wish.schedule_line_id], schedule_line_ids=[wish.schedule_line_id], reason="demand"
            )
            for wish in wishes
        ],
    }
    acts = {
        "accept": lambda: services.accept_offers(schedule_line_ids=ids[:AT_ONCE]),
        "decline": lambda: services.decline_offers(schedule_line_ids=ids[AT_ONCE : 2 * AT_ONCE]),
        "ask": lambda: services.ask_for_changes(changes=wishes, reason="demand"),
        "remind": lambda: services.remind_suppliers(schedule_line_ids=list(waiting)),
        "close": lambda: services.close_lines(schedule_line_ids=[wish.schedule_line_id for wish in wishes], reason="demand"),
    }
    found = {}
    for name, act in acts.items():
        together, alone = (min(_rolled_back(done) for _turn in range(2)) for done in (act, before[name]))
        with CaptureQueriesContext(connection) as queries:
            refused = act()
        assert len(refused) < AT_ONCE, (name, next(iter(refused.values()), None))
        statements = len([query for query in queries if "SAVEPOINT" not in query["sql"]])
        found[name] = {"queries": statements, "together_ms": together, "alone_ms": alone}
    return found


def _orders(owner: dict[int, int], lines: Sequence[int]) -> list[int]:
    return sorted({owner[pk] for pk in lines})


def _rolled_back(act: Callable[[], Any]) -> float:
    """Milliseconds of an act of which nothing stays."""
    with transaction.atomic():
        start = perf_counter()
        act()
        taken = perf_counter() - start
        transaction.set_rollback(True)
    return taken * 1000
