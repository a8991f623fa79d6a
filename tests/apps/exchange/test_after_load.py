"""What is offered once a table is loaded: the act that is left to do, and the undo as long as it is possible."""

from datetime import timedelta

import pytest
from django.utils import timezone

from apps.exchange.exceptions import ActedSince
from apps.exchange.incoming import loading
from apps.exchange.models import Import
from apps.orders import services as orders
from apps.orders.models import PurchaseOrder
from tests.world import as_if, as_person, draft, in_days

from .tables import csv, loaded

HEADS = "발주번호,협력사,품번,수량,납기일"


def of_orders(*numbers: str) -> bytes:
    return csv(HEADS, *(f"{number},대성,BRK-2210,5,{in_days(20)}" for number in numbers))


def flat(page) -> str:
    return " ".join(page.content.decode().split())


def test_drafts_that_a_file_brought_are_sent_from_its_page(world, client_of):
    other = draft(world)
    with as_person(world, "buyer"):
        made = loaded(of_orders("PO-1", "po-2", "PO-3"))
    buyer = client_of("buyer")
    page = buyer.get(f"/imports/{made.pk}/")
    assert "Send to supplier: 3" in flat(page)
    assert "are still drafts" in flat(page)
    sent = {"act": "publish", "rows": page.context["next"]["rows"], "query": page.context["next"]["list"].query}
    assert "Done: 3." in flat(buyer.post("/lists/orders/bulk/", sent, follow=True))
    with as_person(world, "buyer"):
        assert list(PurchaseOrder.objects.filter(is_draft=True)) == [other]
    after = flat(buyer.get(f"/imports/{made.pk}/"))
    assert "Send to supplier" not in after
    banner = after.split("3 rows have been loaded")[1].split("</p>")[0]
    assert "drafts" not in banner, "it was said of orders long sent"
    assert 'href="/orders/"' in banner, "among the drafts they are not"


def test_what_is_left_is_said_whoever_reads_it_and_of_those_that_are_left(world, client_of):
    with as_person(world, "buyer"):
        made = loaded(of_orders("PO-1", "PO-2"))
        orders.publish_order(order_id=PurchaseOrder.objects.get(number="PO-1").pk)
    page = client_of("buyer").get(f"/imports/{made.pk}/")
    assert "are still drafts" in flat(page)
    assert page.context["next"]["n"] == "1"


def test_the_undo_stands_where_the_result_is_said(world, client_of):
    """The bug: below a hundred rows nobody found it."""
    with as_person(world, "buyer"):
        made = loaded(of_orders(*(f"PO-{n}" for n in range(30))))
    page = flat(client_of("buyer").get(f"/imports/{made.pk}/"))
    assert page.index("30 rows have been loaded") < page.index("Undo the import") < page.index('id="rows-title"')
    assert page.count("Undo the import") == 1


def test_what_is_not_chosen_is_not_sent(world, client_of):
    with as_person(world, "buyer"):
        loaded(of_orders("PO-1"))
        made = loaded(of_orders("PO-1", "PO-2"))
    assert client_of("buyer").get(f"/imports/{made.pk}/").context["next"]["n"] == "1"


def test_an_undo_is_offered_while_it_is_possible_and_else_who_acted_on_what(world, client_of, committed):
    with as_person(world, "buyer"):
        made = loaded(of_orders("PO-1", "PO-2"))
    buyer = client_of("buyer")
    assert "Undo the import" in flat(buyer.get(f"/imports/{made.pk}/"))
    with as_person(world, "buyer") as door:
        who = door.scope.user_id
        orders.publish_order(order_id=PurchaseOrder.objects.get(number="PO-2").pk)
    page = flat(buyer.get(f"/imports/{made.pk}/"))
    assert "Undo the import" not in page
    assert "It cannot be undone." in page
    name = next(user.name for user in world.people.values() if user.pk == who)
    assert f"PO-2 ({name}, " in page
    assert "PO-1" not in page.split("It cannot be undone.")[1].split("</p>")[0]


def test_what_is_gone_is_said_and_a_day_later_nothing_is_offered(world, client_of):
    with as_person(world, "buyer"):
        made = loaded(of_orders("PO-1"))
        orders.discard_draft(order_id=PurchaseOrder.objects.get(number="PO-1").pk)
    page = flat(client_of("buyer").get(f"/imports/{made.pk}/"))
    assert "it is gone" in page
    assert "Undo the import" not in page
    with as_person(world, "buyer"):
        late = loaded(of_orders("PO-9"))
        as_if(Import.objects.filter(pk=late.pk), loaded_at=timezone.now() - timedelta(days=1, minutes=1))
    page = flat(client_of("buyer").get(f"/imports/{late.pk}/"))
    assert "The time to undo it is over" in page or "undone within a day" in page
    assert "Undo the import" not in page


def test_a_supplier_who_acted_is_named_by_its_firm(world, committed):
    with as_person(world, "buyer"):
        made = loaded(of_orders("PO-1"))
        order = PurchaseOrder.objects.get(number="PO-1")
        orders.publish_order(order_id=order.pk)
    with as_person(world, "supplier"):
        orders.acknowledge_order(order_id=order.pk)
    with as_person(world, "buyer"), pytest.raises(ActedSince, match="Somebody has acted since") as refused:
        loading.take_back(import_id=made.pk)
    with as_person(world, "buyer"):
        assert str(world.supplier.name) in str(refused.value)
