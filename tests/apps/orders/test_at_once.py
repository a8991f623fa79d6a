"""Two people at once: the database decides, one wins, the other is told."""

from apps.orders import selectors, services
from apps.orders.exceptions import AnsweredAlready
from apps.orders.models import Confirmation, PurchaseOrder
from tests.at_once import in_parallel
from tests.world import as_person, in_days, published


def test_a_line_answered_by_two_people_at_once_is_answered_once(committed, world):
    order = published(world)

    def answer():
        with as_person(world, "supplier"):
            line = selectors.order_with_lines(order.pk).shown_lines[0].schedule[0]
            parts = [services.Part(line.requested_quantity, in_days(10))]
            return services.answer_order(order_id=order.pk, answers=[services.Answer(line.pk, parts)])

    results = in_parallel(answer, answer, answer)
    assert sum(isinstance(result, AnsweredAlready) for result in results) == 2
    with as_person(world, "buyer"):
        assert Confirmation.objects.count() == 1


def test_cancelling_and_answering_at_once_ends_in_one_state(committed, world):
    order = published(world)

    def answer():
        with as_person(world, "supplier"):
            line = selectors.order_with_lines(order.pk).shown_lines[0].schedule[0]
            parts = [services.Part(line.requested_quantity, in_days(10))]
            return services.answer_order(order_id=order.pk, answers=[services.Answer(line.pk, parts)])

    def cancel():
        with as_person(world, "buyer"):
            return services.cancel_order(order_id=order.pk)

    results = in_parallel(answer, cancel)
    assert sum(isinstance(result, Exception) for result in results) == 1
    with as_person(world, "buyer"):
        state = selectors.order(order.pk).status
        assert (state, Confirmation.objects.count()) in {("confirmed", 1), ("cancelled", 0)}


def test_one_idempotency_key_sent_at_once_is_done_once(committed, world, api_of):
    from tests.api import ApiClient

    line = {"part": world.part.pk, "quantity": "5", "requested_date": str(in_days(10))}
    body = {"relation": world.relation.pk, "receiving_site": world.site.pk, "lines": [line]}
    clients = [ApiClient.of(world, "buyer") for _ in range(4)]
    calls = [lambda c=client: c.post("/api/orders/", body, key="same") for client in clients]
    answers = in_parallel(*calls)
    assert [answer.status_code for answer in answers] == [201] * 4
    assert len({answer.json()["number"] for answer in answers}) == 1
    with as_person(world, "buyer"):
        assert PurchaseOrder.objects.count() == 1


def test_two_clicks_on_send_at_once_make_one_order(committed, world, client_of):
    body = {"relation": world.relation.pk, "site": world.site.pk, "part": [world.part.pk], "quantity": ["100"]}
    body |= {"date": [str(in_days(10))], "act": "publish", "form_key": "0123456789abcdef" * 2}
    clients = [client_of("buyer") for _ in range(2)]
    answers = in_parallel(*[lambda c=client: c.post("/orders/new/", body) for client in clients])
    assert [answer.status_code for answer in answers] == [302] * 2
    with as_person(world, "buyer"):
        assert PurchaseOrder.objects.count() == 1


def test_numbers_given_at_once_are_different(committed, world):
    from tests.world import draft

    orders = in_parallel(*[lambda: draft(world)] * 6)
    assert len({order.number for order in orders}) == 6
