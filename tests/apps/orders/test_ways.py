"""Three ways to work, as two firms agree: lines negotiated, accepted or refused as they are, or confirmed when sent."""

from decimal import Decimal

import pytest
from django.db import DatabaseError, transaction

from apps.orders import services
from apps.orders.exceptions import AsItIs
from apps.orders.models import ChangeRequest, Confirmation, PurchaseOrder, ScheduleLine
from apps.orders.services import Answer, Part
from apps.orders.statuses import ConfirmationState
from apps.partners import relations
from apps.tenancy.bases import sides_of
from apps.tenancy.models import TradingRelation
from tests.chain import confirmed, schedule_of
from tests.world import as_person, draft, in_days, published


def agree(world, way):
    """One side proposes, the other says yes."""
    with as_person(world, "supplier"):
        proposal = relations.propose_terms(relation_id=world.relation.pk, way=way)
    with as_person(world, "buyer"):
        relations.accept_terms(proposal_id=proposal.pk)


def line_of(world, order):
    with as_person(world, "supplier"):
        return schedule_of(order)[0]


def test_full_is_what_two_firms_begin_with(world):
    assert TradingRelation().way == "full"
    line = line_of(world, published(world))
    with as_person(world, "supplier"):
        answer = Answer(line.pk, [Part(Decimal(90), in_days(14))], "material")
        assert services.answer_order(order_id=line.order_id, answers=[answer]).status == "change_proposed"


@pytest.mark.parametrize("parts", [[(90, 10)], [(100, 9)], [(60, 10), (40, 12)]])
def test_simple_takes_no_other_answer_by_any_door(world, parts):
    agree(world, "simple")
    line = line_of(world, published(world))
    answer = Answer(line.pk, [Part(Decimal(quantity), in_days(days)) for quantity, days in parts], "material")
    with as_person(world, "supplier"), pytest.raises(AsItIs):
        services.answer_order(order_id=line.order_id, answers=[answer])
    with as_person(world, "supplier"):
        assert services.answer_lines(answers=[answer])[line.pk].code == "as_it_is"
        assert ScheduleLine.objects.get(pk=line.pk).status == "published"


def test_simple_is_accepted_or_refused_with_a_reason_and_then_stands(world):
    agree(world, "simple")
    first, second = line_of(world, published(world)), line_of(world, published(world))
    with as_person(world, "supplier"):
        assert services.accept_asked(schedule_line_ids=[first.pk]) == {}
        assert services.answer_lines(answers=[Answer(second.pk, [])])[second.pk].code == "reason_missing"
        assert services.answer_lines(answers=[Answer(second.pk, [], "capacity")]) == {}
        states = dict(ScheduleLine.objects.values_list("pk", "status"))
        assert states == {first.pk: "confirmed", second.pk: "rejected"}
    wish = services.Change(first.pk, Decimal(100), in_days(15))
    with as_person(world, "supplier"), pytest.raises(AsItIs):
        services.request_changes(order_id=first.order_id, changes=[wish], reason="material")
    with as_person(world, "buyer"):
        services.request_changes(order_id=first.order_id, changes=[wish], reason="demand")
    with as_person(world, "supplier"):
        assert services.accept_asked(schedule_line_ids=[first.pk]) == {}
        assert ScheduleLine.objects.get(pk=first.pk).confirmed_date == in_days(15)


@pytest.mark.parametrize("way", ["simple", "none"])
def test_a_change_that_the_buyer_asks_for_is_accepted_or_refused_on_either_page(world, client_of, way):
    """Where nothing is negotiated a wish of the buyer's is a question all the same, with two answers."""
    agree(world, way)
    client = client_of("supplier")
    for door in ("list", "order"):
        for answer in ("accept", "refuse"):
            order = confirmed(world) if way == "simple" else published(world)
            line = line_of(world, order)
            with as_person(world, "buyer"):
                wish = services.Change(line.pk, Decimal(80), in_days(15))
                services.request_changes(order_id=order.pk, changes=[wish], reason="demand")
            with as_person(world, "supplier"):
                change = ChangeRequest.objects.get(schedule_line=line)
            page = client.get("/supplying/answers/" if door == "list" else f"/orders/{order.pk}/").content.decode()
            if door == "list":
                assert f'name="refuse-{line.pk}"' in page
                to = f"/supplying/answers/{line.pk}/" + ("accept/" if answer == "accept" else "")
                sent = client.post(to, {} if answer == "accept" else {f"refuse-{line.pk}": "on"})
            else:
                to = f"/orders/{order.pk}/changes/{change.pk}/{'accept' if answer == 'accept' else 'reject'}/"
                assert f'action="{to}"' in page
                sent = client.post(to)
            assert sent.status_code == 302, (door, answer)
            with as_person(world, "buyer"):
                stands = ScheduleLine.objects.get(pk=line.pk)
            expected = (80, in_days(15)) if answer == "accept" else (100, in_days(10))
            assert (stands.confirmed_quantity, stands.confirmed_date, stands.status) == (*expected, "confirmed")


def test_none_counts_as_confirmed_when_it_is_sent(world, client_of):
    agree(world, "none")
    order = published(world, quantities=(100, 40))
    assert (order.status, order.unanswered_count, order.answer_due_at, order.answered_at) == ("confirmed", 0, None, None)
    with as_person(world, "supplier"):
        lines = schedule_of(order)
        assert [(line.status, line.confirmed_quantity, line.confirmed_date) for line in lines] == [
            ("confirmed", 100, in_days(10)),
            ("confirmed", 40, in_days(10)),
        ]
        assert {line.first_confirmed_date for line in lines} == {in_days(10)}
        rows = Confirmation.objects.filter(schedule_line__in=lines, state=ConfirmationState.ACCEPTED)
        assert sorted(int(row.quantity) for row in rows if row.is_automatic) == [40, 100]
        assert not services.remind_unanswered(order_id=order.pk)
    for who in ("buyer", "supplier"):
        page = client_of(who).get(f"/orders/{order.pk}/").content.decode()
        assert "Sent, counts as confirmed" in page
        assert "confirmed as soon as they are sent" in page


def test_another_way_touches_no_order_that_was_sent(world):
    before = line_of(world, published(world))
    standing = confirmed(world)
    agree(world, "none")
    with as_person(world, "supplier"):
        assert ScheduleLine.objects.get(pk=before.pk).status == "published"
        answer = Answer(before.pk, [Part(Decimal(90), in_days(14))], "material")
        assert services.answer_lines(answers=[answer]) == {}
        wish = services.Change(schedule_of(standing)[0].pk, Decimal(100), in_days(15))
        services.request_changes(order_id=standing.pk, changes=[wish], reason="material")
    agree(world, "simple")
    counted = published(world)
    with as_person(world, "buyer"):
        assert PurchaseOrder.objects.get(pk=counted.pk).status == "published"


def test_a_draft_follows_the_way_of_the_day_on_which_it_is_sent(world):
    order = draft(world)
    agree(world, "none")
    with as_person(world, "buyer"):
        assert services.publish_order(order_id=order.pk).status == "confirmed"


def test_a_buyer_writes_no_answer_but_the_one_that_was_agreed(world):
    """In the database: as much and on the day that is requested, of an order sent under that way, and of no other."""

    def write(line, **values):
        row = {"quantity": Decimal(100), "delivery_date": in_days(10), "state": ConfirmationState.ACCEPTED} | values
        with as_person(world, "buyer"), transaction.atomic():
            Confirmation.objects.create(**sides_of(line), schedule_line=line, **row)

    plain = line_of(world, published(world))
    with pytest.raises(DatabaseError):
        write(plain)
    agree(world, "none")
    counted = line_of(world, published(world))
    with pytest.raises(DatabaseError):
        write(plain)
    with pytest.raises(DatabaseError):
        write(counted, quantity=Decimal(90))
    with pytest.raises(DatabaseError):
        write(counted, delivery_date=in_days(9))


def test_pages_show_only_what_the_way_allows(world, client_of):
    agree(world, "simple")
    line = line_of(world, published(world))
    client = client_of("supplier")
    page = client.get(f"/orders/{line.order_id}/").content.decode()
    assert "accepted or refused as they are" in page
    assert 'data-act="add-portion"' not in page
    listed = client.get("/supplying/answers/").content.decode()
    assert 'data-act="later"' not in listed
    refusal = {f"refuse-{line.pk}": "on", "reason": "tooling"}
    assert client.post(f"/supplying/answers/{line.pk}/?view=all", refusal).status_code == 302
    with as_person(world, "supplier"):
        assert ScheduleLine.objects.get(pk=line.pk).status == "rejected"
    kept = confirmed(world)
    assert "Ask for a change" not in client.get(f"/orders/{kept.pk}/").content.decode()
    assert "Ask for a change" in client_of("buyer").get(f"/orders/{kept.pk}/").content.decode()


def test_the_way_is_agreed_over_the_api_and_told(world, api_of, client_of):
    api = api_of("supplier")
    asked = api.post("/api/terms-proposals/", {"relation": world.relation.pk, "way": "none"})
    assert asked.status_code == 201, asked.content
    assert "confirmed as soon as they are sent" in client_of("buyer").get(f"/partners/{world.relation.pk}/").content.decode()
    assert api.post("/api/terms-proposals/", {"relation": world.relation.pk, "way": "maybe"}).status_code == 400
