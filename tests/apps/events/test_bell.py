"""The bell counts what is still to do: not what went well, and one order once however often it changed."""

import pytest

from apps.events.models import DomainEvent, Notification
from apps.events.registry import event_types
from apps.events.selectors import unread_count
from apps.tenancy.scope import unscoped
from tests.world import SYSTEM, as_person, published


@pytest.fixture
def told(world, committed):
    """`told("order.change_proposed", order)`: the buyer's inbox holds it, unread."""

    def tell(event: str, order) -> None:
        with unscoped(reason=SYSTEM):
            sides = {"buyer": world.buyer, "supplier": world.supplier, "actor_organization": world.supplier}
            row = DomainEvent.objects.create(event=event, subject=f"order-{order.pk}", label=order.number, **sides)
            Notification.objects.create(event=row, user=world.people["buyer"], organization=world.buyer)

    return tell


def test_what_went_well_is_news_and_no_work(world, told):
    order = published(world)
    told("order.answered", order)
    told("order.acknowledged", order)
    with as_person(world, "buyer"):
        assert unread_count() == 0


def test_an_order_counts_once_and_each_order_for_itself(world, told):
    first, second = published(world), published(world)
    for order in (first, first, second):
        told("order.change_proposed", order)
    with as_person(world, "buyer"):
        assert unread_count() == 2
        Notification.objects.filter(event__subject=f"order-{second.pk}").delete()
        assert unread_count() == 1


def test_only_good_news_and_news_without_weight_leave_nothing_to_do():
    quiet = {kind.name for kind in event_types().values() if not kind.asks}
    assert {"order.answered", "order.acknowledged", "order.proposal_accepted"} <= quiet
    assert not quiet & {"order.published", "order.change_proposed", "order.reminded", "order.cancelled"}
