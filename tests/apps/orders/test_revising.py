"""Orders written from others: copied as drafts, revised after they were sent, priced while they are typed."""

import re
from decimal import Decimal

import pytest

from apps.common.dates import day_text
from apps.deliveries import services as deliveries
from apps.masterdata.exceptions import PartEnded
from apps.masterdata.models import PartnerPart
from apps.orders import services
from apps.orders.exceptions import DateInThePast, LineShipped, NothingChanged, ReasonMissing, UnknownOrder, WrongState
from apps.orders.models import ChangeRequest, Confirmation, PurchaseOrder, ScheduleLine
from apps.orders.services import Answer, OrderLine, Part, Wish
from apps.tenancy.checks import WrongSide
from tests.apps.orders.test_ways import agree
from tests.chain import confirmed, schedule_of
from tests.world import as_if, as_person, draft, in_days, published


def lines_of(world, order):
    with as_person(world, "buyer"):
        return schedule_of(order)


def opened(world, **options):
    order = published(world, **options)
    with as_person(world, "supplier"):
        services.acknowledge_order(order_id=order.pk)
    return order


def test_a_copy_is_a_draft_with_the_same_parts_on_days_that_can_be_kept(world):
    order = confirmed(world, quantities=(100, 40), days=16)
    with as_person(world, "buyer"):
        as_if(ScheduleLine.objects.filter(order=order, line__position=10), requested_date=in_days(-3))
        copied = services.copy_order(order_id=order.pk)
        lines = schedule_of(copied.order)
        assert (copied.order.status, copied.order.is_draft, copied.left_out) == ("draft", True, [])
        assert copied.order.number != order.number
        assert [(line.requested_quantity, line.requested_date) for line in lines] == [(100, in_days(14)), (40, in_days(16))]


def test_a_copy_leaves_out_what_is_not_ordered_any_more(world):
    order = published(world)
    with as_person(world, "buyer"):
        as_if(PartnerPart.objects.filter(pk=world.part.pk), ended_at=order.published_at)
    with as_person(world, "buyer"), pytest.raises(PartEnded):
        services.copy_order(order_id=order.pk)


def test_a_revision_replaces_what_is_not_promised_and_the_supplier_sees_it(world, client_of):
    order = opened(world, quantities=(100, 40, 7))
    first, second, third = lines_of(world, order)
    with as_person(world, "supplier"):
        offer = Answer(first.pk, [Part(Decimal(100), in_days(15))], "material")
        services.answer_order(order_id=order.pk, answers=[offer])
    wishes = [
        Wish(first.pk, Decimal(120), in_days(12)),
        Wish(second.pk, Decimal(40), in_days(10)),
        Wish(third.pk, Decimal(0), in_days(10)),
    ]
    added = [OrderLine(world.part.pk, Decimal(9), in_days(20))]
    with as_person(world, "buyer"):
        done = services.revise_order(order_id=order.pk, wishes=wishes, added=added)
        assert (done.revision, done.line_count, done.amount) == (2, 4, Decimal(16900))
        found = schedule_of(order)
        assert [(line.status, line.requested_quantity) for line in found] == [
            ("published", 120),
            ("acknowledged", 40),
            ("cancelled", 7),
            ("published", 9),
        ]
        assert Confirmation.objects.get().state == "superseded"
    page = client_of("supplier").get(f"/orders/{order.pk}/").content.decode()
    assert "Requested quantity" in page
    with as_person(world, "supplier"):
        told = services.answer_lines(answers=[Answer(first.pk, [Part(Decimal(120), in_days(12))])])
        assert told == {}
        assert ScheduleLine.objects.get(pk=first.pk).confirmed_quantity == 120


def test_of_confirmed_lines_the_supplier_is_asked_and_what_stands_stands(world):
    order = confirmed(world, quantities=(100, 40))
    first, second = lines_of(world, order)
    wishes = [Wish(first.pk, Decimal(80), in_days(12)), Wish(second.pk, Decimal(0), in_days(10))]
    with as_person(world, "buyer"), pytest.raises(ReasonMissing):
        services.revise_order(order_id=order.pk, wishes=wishes)
    with as_person(world, "buyer"):
        services.revise_order(order_id=order.pk, wishes=wishes, reason="demand")
        one, other = schedule_of(order)
        assert (one.confirmed_quantity, one.status, other.closed_short_reason) == (100, "confirmed", "demand")
        change = ChangeRequest.objects.get()
        assert (change.quantity, change.state) == (80, "open")
    with as_person(world, "supplier"):
        services.reject_change(change_id=change.pk)
        assert ScheduleLine.objects.get(pk=first.pk).confirmed_quantity == 100


def test_what_was_shipped_is_not_revised_and_nothing_is_half_written(world):
    order = confirmed(world, quantities=(100, 40))
    first, second = lines_of(world, order)
    with as_person(world, "supplier"):
        deliveries.announce_shipment(lines=[deliveries.Shipped(first.pk, Decimal(10))], planned_arrival_on=in_days(1))
    wishes = [Wish(second.pk, Decimal(30), in_days(10)), Wish(first.pk, Decimal(90), in_days(10))]
    with as_person(world, "buyer"), pytest.raises(LineShipped):
        services.revise_order(order_id=order.pk, wishes=wishes, reason="demand")
    with as_person(world, "buyer"):
        assert not ChangeRequest.objects.exists()
        assert PurchaseOrder.objects.get(pk=order.pk).revision == 1


def test_drafts_strangers_and_suppliers_revise_nothing(world):
    order = opened(world)
    (line,) = lines_of(world, order)
    wish = [Wish(line.pk, Decimal(1), in_days(10))]
    for who in ("supplier", "stranger"):
        with as_person(world, who), pytest.raises(WrongSide if who == "supplier" else UnknownOrder):
            services.revise_order(order_id=order.pk, wishes=wish)
    with as_person(world, "buyer"), pytest.raises(WrongState):
        services.revise_order(order_id=draft(world).pk, wishes=wish)
    with as_person(world, "buyer"), pytest.raises(NothingChanged):
        services.revise_order(order_id=order.pk, wishes=[Wish(line.pk, Decimal(100), in_days(10))])


def test_an_order_that_was_cancelled_gets_no_new_lines(world):
    order = opened(world)
    with as_person(world, "buyer"):
        services.cancel_order(order_id=order.pk)
    with as_person(world, "buyer"), pytest.raises(WrongState):
        services.revise_order(order_id=order.pk, wishes=[], added=[OrderLine(world.part.pk, Decimal(10), in_days(20))])


def test_a_new_line_counts_as_confirmed_where_the_firms_agreed_so(world):
    agree(world, "none")
    order = published(world)
    with as_person(world, "buyer"):
        added = [OrderLine(world.part.pk, Decimal(9), in_days(20))]
        assert services.revise_order(order_id=order.pk, wishes=[], added=added).status == "confirmed"
        assert {line.confirmed_quantity for line in schedule_of(order)} == {100, 9}


def test_pages_copy_and_revise(world, client_of):
    order = opened(world)
    (line,) = lines_of(world, order)
    client = client_of("buyer")
    page = client.get(f"/orders/{order.pk}/").content.decode()
    assert f"/orders/{order.pk}/revise/" in page
    fields = {f"quantity-{line.pk}": "x", f"date-{line.pk}": in_days(10)}
    assert client.post(f"/orders/{order.pk}/revise/", fields).status_code == 422
    fields |= {f"quantity-{line.pk}": "130", "part": world.part.pk, "quantity": "5", "date": in_days(15)}
    assert client.post(f"/orders/{order.pk}/revise/", fields).status_code == 302
    assert [item.requested_quantity for item in lines_of(world, order)] == [130, 5]
    to = client.post(f"/orders/{order.pk}/copy/").headers["Location"]
    assert "130" in client.get(to).content.decode()
    assert client_of("supplier").post(f"/orders/{order.pk}/revise/", fields).status_code == 403


def test_amounts_and_words_while_typing(world, client_of):
    with as_person(world, "buyer"):
        as_if(PartnerPart.objects.filter(pk=world.part.pk), pack_size=Decimal(40))
        as_if(PartnerPart.objects.filter(pk=world.second_part.pk), unit_price=None)
    typed = {"relation": world.relation.pk, "site": world.site.pk, "part": [world.part.pk, world.second_part.pk]}
    typed |= {"quantity": ["1,230", "5"], "date": [in_days(3), ""]}
    page = " ".join(client_of("buyer").post("/orders/new/amounts/", typed).content.decode().split())
    assert "₩123,000" in page
    assert "no multiple of the pack of 40" in page
    assert "before the lead time of 14 days" in page
    assert "no price is agreed" in page
    assert "without 1 line" in page


def test_the_api_copies_and_revises(world, api_of):
    order = opened(world)
    (line,) = lines_of(world, order)
    api = api_of("buyer")
    asked = {"lines": [{"schedule_line": line.pk, "quantity": "70", "requested_date": in_days(11).isoformat()}]}
    done = api.post(f"/api/orders/{order.pk}/revise/", asked)
    assert (done.status_code, done.json()["revision"]) == (200, 2)
    assert api.post(f"/api/orders/{order.pk}/copy/").status_code == 201
    assert api_of("supplier").post(f"/api/orders/{order.pk}/copy/").status_code == 403


def test_what_stands_is_read_as_everywhere(world, client_of):
    """The bug: 2400 and 2026-12-11 stood there beside 2,400 and 12/11 on every other page."""
    order = confirmed(world, quantities=(2400,))
    page = client_of("buyer").get(f"/orders/{order.pk}/revise/").content.decode()
    assert f"<span>2,400 EA</span>\n      <small>{day_text(in_days(10))}</small>" in page


def test_a_revision_without_a_reason_says_so_at_its_field_with_all_else_and_asks_nothing_that_is_not_questioned(
    world, client_of
):
    order = confirmed(world, quantities=(100, 40))
    first, second = lines_of(world, order)
    typed = {f"quantity-{line.pk}": f"{line.requested_quantity:f}" for line in (first, second)}
    typed |= {f"date-{line.pk}": in_days(10).isoformat() for line in (first, second)} | {f"quantity-{first.pk}": "80"}
    client = client_of("buyer")
    page = client.post(f"/orders/{order.pk}/revise/", typed).content.decode()
    assert re.search(r'<select id="reason"[^>]*aria-invalid="true"', page)
    assert "is questioned above" not in page
    assert "answer that differs" not in page
    page = client.post(f"/orders/{order.pk}/revise/", typed | {f"date-{first.pk}": in_days(-1).isoformat()}).content.decode()
    assert "must name today or a later day" in page
    with as_person(world, "buyer"):
        assert not ChangeRequest.objects.exists()


def test_what_is_wrong_with_a_revision_stands_in_its_cell(world, client_of):
    """The bug: a day that has passed was refused above the table, and no cell was marked. Lines that wait, confirmed ones
    and new ones each keep their own place, whatever else is changed."""
    order = opened(world, quantities=(100, 40, 7))
    kept, waits, promised = lines_of(world, order)
    with as_person(world, "supplier"):
        answer = Answer(promised.pk, [Part(Decimal(7), in_days(10))])
        services.answer_order(order_id=order.pk, answers=[answer])
    client, day, passed = client_of("buyer"), in_days(10).isoformat(), in_days(-3).isoformat()
    fields = {f"quantity-{line.pk}": f"{line.requested_quantity.normalize():f}" for line in (kept, waits, promised)}
    fields |= {f"date-{line.pk}": day for line in (kept, waits, promised)} | {"reason": "demand"}
    new = {"part": [world.part.pk, world.part.pk], "quantity": ["5", "5"], "date": [in_days(15).isoformat(), passed]}
    for typed, marked in (
        ({f"date-{waits.pk}": passed}, f'name="date-{waits.pk}"'),
        ({f"date-{promised.pk}": passed}, f'name="date-{promised.pk}"'),
        (new, 'name="date" min'),
    ):
        answer = client.post(f"/orders/{order.pk}/revise/", fields | typed)
        page = " ".join(answer.content.decode().split("<template")[0].split())
        assert answer.status_code == 422
        wrong = [field for field in re.findall(r"<(?:input|select)[^>]*>", page) if "aria-invalid" in field]
        assert [marked in field for field in wrong] == [True], (typed, wrong)
        (named,) = re.findall(r'aria-describedby="([\w-]+)"', wrong[0])
        assert str(DateInThePast.rule) in page.split(f'id="{named}"')[1].split("</p>")[0]
        assert 'role="alert"' not in page, "said once, where it is"
        assert passed in wrong[0], "what was typed is kept"


def test_all_that_is_wrong_with_a_revision_is_told_at_once(world, client_of, api_of):
    """What cannot be read in one line hides nothing of another, and programs are told the places that they sent."""
    order = opened(world, quantities=(100, 40))
    first, second = lines_of(world, order)
    fields = {f"quantity-{first.pk}": "x", f"date-{first.pk}": in_days(10), f"quantity-{second.pk}": "40"}
    page = client_of("buyer").post(f"/orders/{order.pk}/revise/", fields | {f"date-{second.pk}": in_days(-3)})
    html = page.content.decode()
    assert page.status_code == 422
    assert [f'id="error-{pk}"' in html for pk in (f"{first.pk}-quantity", f"{second.pk}-date")] == [True, True]
    wish = {"schedule_line": second.pk, "quantity": "40", "requested_date": in_days(-3).isoformat()}
    same = {"schedule_line": first.pk, "quantity": "100", "requested_date": in_days(10).isoformat()}
    added = [{"part": world.part.pk, "quantity": "5", "requested_date": in_days(-2).isoformat()}]
    told = api_of("buyer").post(f"/api/orders/{order.pk}/revise/", {"lines": [same, wish], "added": added}).json()
    assert [error["place"] for error in told["errors"]] == ["lines[1].requested_date", "added[0].requested_date"]
