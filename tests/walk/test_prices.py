"""Where two firms agreed so, roles that neither buy nor sell find no price in any page, answer or file that they open."""

import re
from decimal import Decimal
from io import BytesIO
from zipfile import ZipFile

import pytest
from asgiref.sync import async_to_sync

from apps.masterdata.models import PartnerPart, PartPrice
from apps.orders.models import PurchaseOrder, PurchaseOrderLine
from apps.tenancy.models import TradingRelation
from tests.api import ApiClient
from tests.chain import confirmed, schedule_of
from tests.drawn import without_drawn
from tests.world import as_if, as_person

from .test_routes import make_things, path_of, routes

pytestmark = pytest.mark.long

UNIT, DATED = Decimal("86423.17"), Decimal("75319.53")
AMOUNT = UNIT * 100
# However it is written: with thousands, cut or whole.
PLANTED = re.compile("|".join(re.escape(n).replace(",", ",?") for n in ("86,423", "75,319", f"{int(AMOUNT):,}")))
WITHOUT, WITH = ("receiver", "inspector", "supplier-quality"), ("buyer", "supplier", "buyer-admin")
LISTS = ("/orders/", "/parts/")
ASKED = ("", "?file=csv", "?file=xlsx", "?columns=number,amount,price", "?sort=amount", "?show=sums", "?show=display")


@pytest.fixture
def planted(world, committed):
    """An order and a part with prices that stand nowhere else, changed once so that their history tells them."""
    things = make_things(world)
    order = confirmed(world, days=9)
    with as_person(world, "buyer"):
        line = schedule_of(order)[0].line_id
        as_if(PartPrice.objects.filter(partner_part=world.part), price=DATED)
    with as_person(world, "buyer"):
        # As the services would: a history row each.
        PartnerPart.objects.filter(pk=world.part.pk).update(unit_price=UNIT)
        PurchaseOrderLine.objects.filter(pk=line).update(unit_price=UNIT)
        PurchaseOrder.objects.filter(pk=order.pk).update(amount=AMOUNT)
    return order, things


def whole(answer) -> bytes:
    """What was answered, streamed or not."""
    if not answer.streaming:
        return answer.content
    if not answer.is_async:
        return b"".join(answer.streaming_content)

    async def collect() -> bytes:
        return b"".join([part async for part in answer.streaming_content])

    return async_to_sync(collect)()


def found_by(world, client_of, name, things, order):
    """Every path of pages and answers under which the person reads one of the planted prices."""
    page, program = client_of(name), ApiClient.of(world, name).client
    paths = {path_of(route, things) for route in routes()} | {f"/orders/{order.pk}/", f"/api/orders/{order.pk}/"}
    paths |= {f"/parts/{world.part.pk}/", f"/api/partner-parts/{world.part.pk}/"}
    paths |= {f"{path}{asked}" for path in LISTS for asked in ASKED}
    page.raise_request_exception = program.raise_request_exception = False
    seen = set()
    for path in sorted(paths):
        if "sign-out" in path:
            continue
        answer = (program if path.startswith("/api/") else page).get(path)
        body = whole(answer)
        if path.endswith("xlsx") and answer.status_code == 200:
            with ZipFile(BytesIO(body)) as book:
                body = b"".join(book.read(name) for name in book.namelist())
        if PLANTED.search(without_drawn(body.decode("utf-8", "ignore"))):
            seen.add(path)
    return seen


def test_no_page_answer_or_file_tells_a_price_to_who_neither_buys_nor_sells(world, planted, client_of):
    order, things = planted
    for name in WITHOUT:
        assert found_by(world, client_of, name, things, order), name  # before it is agreed they see them
    with as_person(world, "buyer-admin"):
        as_if(TradingRelation.objects.filter(pk=world.relation.pk), hides_prices=True)
    assert {name: found_by(world, client_of, name, things, order) for name in WITHOUT} == {name: set() for name in WITHOUT}
    for name in WITH:
        assert f"/orders/{order.pk}/" in found_by(world, client_of, name, things, order), name


def test_of_a_relation_that_does_not_hide_them_prices_are_seen(world, client_of, committed):
    """The answer names the price of one relation and null for the other."""
    with as_person(world, "buyer-admin"):
        as_if(TradingRelation.objects.filter(pk=world.other_relation.pk), hides_prices=True)
    rows = {
        row["id"]: row["unit_price"] for row in ApiClient.of(world, "receiver").get("/api/partner-parts/").json()["results"]
    }
    assert rows[world.part.pk] == "100"
    assert rows[world.other_part.pk] is None


def test_what_is_received_keeps_the_orders_price(world, committed):
    """A receiver who sees no price moves no sum of an order."""
    from tests.chain import announced, received

    order = confirmed(world)
    with as_person(world, "buyer"):
        before = PurchaseOrder.objects.get(pk=order.pk).amount
    with as_person(world, "buyer-admin"):
        as_if(TradingRelation.objects.filter(pk=world.relation.pk), hides_prices=True)
    received(world, announced(world, order))
    with as_person(world, "buyer"):
        assert PurchaseOrder.objects.get(pk=order.pk).amount == before > 0
