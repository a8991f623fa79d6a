"""How two firms come to trade: asked and accepted, terms proposed and agreed, suspended, resumed, ended."""

from decimal import Decimal

import pytest
from django.db import DatabaseError, transaction

from apps.events.models import DomainEvent
from apps.masterdata.example import valid_number
from apps.orders import services as orders
from apps.orders.exceptions import RelationStopped
from apps.partners import exceptions as wrong
from apps.partners import relations, requests, selectors
from apps.partners.models import RelationRequest
from apps.planning import showing
from apps.planning.models import SharedLevel
from apps.sharing import services as sharing
from apps.tenancy import services as tenancy
from apps.tenancy.models import Grant, RelationTerms, TradingRelation
from apps.tenancy.scope import unscoped
from tests.world import SYSTEM, as_person, draft, in_days, published

ADMIN = "buyer-admin"


def ask(world, who="supplier", side="buyer", firm=None, **given):
    """The supplier of the example asks its buyer to be its supplier too: the other direction, which is free."""
    with as_person(world, who):
        return requests.request_relation(side=side, firm_id=(firm or world.buyer).pk, vendor_code="B-1", **given)


def accept(world, asked, who=ADMIN, **given):
    with as_person(world, who):
        return requests.accept_request(request_id=asked.pk, **given)


def propose(world, who=ADMIN, **terms):
    with as_person(world, who):
        return relations.propose_terms(relation_id=world.relation.pk, **terms)


def refused(error, world, who, act, **arguments):
    with as_person(world, who), pytest.raises(error) as caught:
        act(**arguments)
    return caught.value


def test_with_a_yes_the_two_firms_trade_under_the_usual_terms(world):
    made = accept(world, ask(world))
    assert (made.buyer_id, made.supplier_id, made.vendor_code) == (world.supplier.pk, world.buyer.pk, "B-1")
    with as_person(world, "supplier") as door:
        assert door.scope.buys
        assert [(t.version, t.freeze_days) for t in RelationTerms.objects.filter(relation_id=made.pk)] == [(1, 3)]
        assert RelationRequest.objects.get().is_accepted


def test_each_firm_hears_of_the_other(world):
    accept(world, ask(world))
    with as_person(world, "supplier"):
        assert {("request.accepted", "한빛")} <= set(DomainEvent.objects.values_list("event", "label"))
    with as_person(world, ADMIN):
        assert {("request.made", "대성")} <= set(DomainEvent.objects.values_list("event", "label"))


def test_nobody_says_yes_to_the_own_request_nor_twice(world):
    asked = ask(world)
    refused(wrong.OtherSideAnswers, world, "supplier", requests.accept_request, request_id=asked.pk)
    refused(wrong.OtherSideAnswers, world, ADMIN, requests.withdraw_request, request_id=asked.pk)
    accept(world, asked)
    refused(wrong.AnsweredAlready, world, ADMIN, requests.accept_request, request_id=asked.pk)
    refused(wrong.AnsweredAlready, world, "supplier", requests.withdraw_request, request_id=asked.pk)


def test_a_declined_and_a_withdrawn_request_leave_no_relation_and_may_be_asked_again(world):
    with as_person(world, ADMIN):
        before = TradingRelation.objects.count()
    asked = ask(world)
    with as_person(world, ADMIN):
        requests.decline_request(request_id=asked.pk)
    asked = ask(world)
    with as_person(world, "supplier"):
        requests.withdraw_request(request_id=asked.pk)
    ask(world)
    with as_person(world, ADMIN):
        assert TradingRelation.objects.count() == before


def test_what_contradicts_is_refused_by_its_name(world):
    ask_of = requests.request_relation
    own = {"firm_id": world.buyer.pk, "side": "buyer", "vendor_code": "X"}
    assert refused(wrong.WithOneself, world, ADMIN, ask_of, **own).place == "firm"
    refused(wrong.RelatedAlready, world, ADMIN, ask_of, **own | {"firm_id": world.supplier.pk})
    refused(wrong.RelatedAlready, world, "supplier", ask_of, side="supplier", firm_id=world.buyer.pk)
    refused(wrong.VendorCodeMissing, world, "supplier", ask_of, side="buyer", firm_id=world.buyer.pk)
    ask(world)
    refused(wrong.AskedAlready, world, "supplier", ask_of, **own)
    refused(wrong.AskedAlready, world, ADMIN, ask_of, side="supplier", firm_id=world.supplier.pk)


def test_a_buyer_that_was_asked_gives_the_vendor_code(world):
    with as_person(world, ADMIN):
        asked = requests.request_relation(side="supplier", firm_id=world.supplier.pk)
    refused(wrong.VendorCodeMissing, world, "supplier", requests.accept_request, request_id=asked.pk)
    assert accept(world, asked, "supplier", vendor_code="H-1").vendor_code == "H-1"


def new_member(world, number="220-81-62517", kind="supplier"):
    with unscoped(reason=SYSTEM):
        firm = tenancy.create_organization(legal_name="새기업", business_number=number)
        cluster = world.buyer.memberships.get().cluster
        tenancy.add_member(cluster=cluster, organization=firm, kind=kind)
    return firm


def test_a_firm_is_found_by_its_number_where_the_own_firm_sees_it_and_nowhere_else(world, committed):
    new_member(world)
    asked = {"side": "buyer", "vendor_code": "N-1", "business_number": "220-81-62517"}
    # Another supplier of the same buyer: whether it is a member, this one does not learn.
    unknown = refused(wrong.FirmNotFound, world, "supplier", requests.request_relation, **asked)
    nobody = refused(
        wrong.FirmNotFound,
        world,
        "supplier",
        requests.request_relation,
        **asked | {"business_number": valid_number("101-81-24180")},
    )
    assert (unknown.code, unknown.message, unknown.place) == (nobody.code, nobody.message, nobody.place)
    with as_person(world, ADMIN):
        assert requests.request_relation(**asked).supplier.legal_name == "새기업"


def test_two_suppliers_of_one_buyer_cannot_ask_each_other(world):
    refused(wrong.FirmNotFound, world, "supplier", requests.request_relation, side="buyer", firm_id=world.stranger.pk)
    with as_person(world, "supplier"):
        assert world.stranger.pk not in {firm.pk for firm in selectors.firms_to_ask()}


def write_relation(buyer, supplier):
    with transaction.atomic():
        return TradingRelation.objects.create(buyer=buyer, supplier=supplier, vendor_code="Z")


def test_the_database_takes_a_relation_only_from_who_was_asked_for_it(world):
    for who in (ADMIN, "supplier"):
        with as_person(world, who), pytest.raises(DatabaseError, match="row-level security"):
            write_relation(world.supplier, world.buyer)
    ask(world)
    with as_person(world, "supplier"), pytest.raises(DatabaseError, match="row-level security"):
        write_relation(world.supplier, world.buyer)
    with as_person(world, ADMIN):
        assert write_relation(world.supplier, world.buyer)


def test_terms_hold_once_the_other_side_agrees_and_a_version_is_kept(world):
    proposal = propose(world, over_tolerance=Decimal("0.05"), early_days=None, incoterm="DAP")
    with as_person(world, "supplier"):
        assert TradingRelation.objects.get(pk=world.relation.pk).incoterm == ""
        relations.accept_terms(proposal_id=proposal.pk)
        now = TradingRelation.objects.get(pk=world.relation.pk)
        assert (now.over_tolerance, now.early_days, now.incoterm, now.late_days) == (Decimal("0.05"), None, "DAP", 0)
        assert [row.version for row in selectors.versions(world.relation.pk)] == [2, 1]
    with as_person(world, ADMIN):
        assert DomainEvent.objects.filter(event="relation.agreed").exists()


def test_an_order_keeps_the_terms_under_which_it_was_sent(world):
    placed = published(world)
    proposal = propose(world, answer_hours=70)
    with as_person(world, "supplier"):
        relations.accept_terms(proposal_id=proposal.pk)
    with as_person(world, "buyer"):
        placed.refresh_from_db()
        assert placed.agreed.answer_hours == 24
    assert published(world).agreed.answer_hours == 70


def test_neither_side_writes_the_terms_by_hand(world):
    for who in (ADMIN, "supplier"):
        with as_person(world, who), pytest.raises(DatabaseError, match="may not change"), transaction.atomic():
            TradingRelation.objects.filter(pk=world.relation.pk).update(freeze_days=0)


@pytest.mark.parametrize(
    ("terms", "error"),
    [({"freeze_days": 3}, wrong.NothingProposed), ({"freeze_days": 1, "answer_hours": 48}, wrong.TermsContradict)],
)
def test_terms_that_change_nothing_or_contradict_are_refused(world, terms, error):
    refused(error, world, ADMIN, relations.propose_terms, relation_id=world.relation.pk, **terms)


def test_one_proposal_waits_at_a_time_and_the_other_side_answers_it(world):
    proposal = propose(world, late_days=2)
    refused(wrong.ProposalWaits, world, "supplier", relations.propose_terms, relation_id=world.relation.pk, late_days=1)
    refused(wrong.OtherSideAnswers, world, ADMIN, relations.accept_terms, proposal_id=proposal.pk)
    with as_person(world, "supplier"):
        relations.decline_terms(proposal_id=proposal.pk)
        assert TradingRelation.objects.get(pk=world.relation.pk).late_days == 0
    refused(wrong.AnsweredAlready, world, "supplier", relations.accept_terms, proposal_id=proposal.pk)
    with as_person(world, ADMIN):
        relations.withdraw_terms(proposal_id=relations.propose_terms(relation_id=world.relation.pk, late_days=2).pk)
    refused(wrong.UnknownProposal, world, "stranger", relations.accept_terms, proposal_id=proposal.pk)


def test_suspended_by_either_no_order_is_placed_and_open_ones_go_on(world):
    open_order, waiting = published(world), draft(world)
    with as_person(world, "supplier"):
        relations.suspend(relation_id=world.relation.pk)
    with pytest.raises(RelationStopped):
        draft(world)
    refused(RelationStopped, world, "buyer", orders.publish_order, order_id=waiting.pk)
    with as_person(world, "supplier"):
        line = open_order.schedule_lines.get()
        answer = orders.Answer(line.pk, [orders.Part(line.requested_quantity, in_days(10))])
        assert orders.answer_order(order_id=open_order.pk, answers=[answer]).status == "confirmed"
    with as_person(world, ADMIN):
        relations.resume(relation_id=world.relation.pk)  # the buyer's own: the supplier's stands
        assert TradingRelation.objects.get(pk=world.relation.pk).is_suspended
    with as_person(world, "supplier"):
        relations.resume(relation_id=world.relation.pk)
    assert draft(world)


def test_what_was_shown_beside_documents_ends_with_it(world):
    with as_person(world, "buyer"):
        showing.show_levels(levels={world.relation.pk: (1, 4)})
    with as_person(world, ADMIN):
        offered = sharing.propose_grant(kind="days_of_supply", firm_id=world.supplier.pk)
    with as_person(world, "supplier"):
        sharing.agree_to_grant(grant_id=offered.pk)
        relations.end(relation_id=world.relation.pk)
        assert not SharedLevel.objects.exists()
        assert not Grant.objects.filter(revoked_at=None).exists()


def test_ended_it_begins_anew_by_a_request_alone_and_keeps_its_terms_and_orders(world):
    order = published(world)
    with as_person(world, "supplier"):
        relations.end(relation_id=world.relation.pk)
    with pytest.raises(RelationStopped):
        draft(world)
    for act in (relations.end, relations.suspend, relations.propose_terms):
        refused(wrong.RelationEnded, world, ADMIN, act, relation_id=world.relation.pk)
    with as_person(world, ADMIN):
        asked = requests.request_relation(side="buyer", firm_id=world.supplier.pk, vendor_code="V1")
    assert accept(world, asked, "supplier").pk == world.relation.pk
    assert published(world).relation_id == order.relation_id


def test_contacts_are_named_by_their_own_firm_and_read_by_both(world):
    refused(wrong.NotReachable, world, "supplier", relations.add_contact, relation_id=world.relation.pk, name="오세훈")
    with as_person(world, "supplier"):
        contact = relations.add_contact(relation_id=world.relation.pk, name="오세훈", phone="041-555-0101")
    with as_person(world, "buyer"):
        assert [row.name for row in selectors.contacts()] == ["오세훈"]
    refused(wrong.UnknownContact, world, ADMIN, relations.remove_contact, contact_id=contact.pk)
    with as_person(world, "stranger"):
        assert not selectors.contacts().exists()
    with as_person(world, "supplier"):
        relations.remove_contact(contact_id=contact.pk)


def test_in_the_browser(world, client_of):
    buyer, supplier = client_of(ADMIN), client_of("supplier")
    body = {"side": "supplier", "firm": world.supplier.pk, "note": "함께 일합시다"}
    assert buyer.post("/partners/new/", body | {"business_number": "101-81-24172"}).status_code == 422
    assert buyer.post("/partners/new/", body).status_code == 302
    with as_person(world, "supplier"):
        asked = RelationRequest.objects.get()
    page = supplier.get(f"/partners/requests/{asked.pk}/").content.decode()
    assert "함께 일합시다" in page
    assert supplier.post(f"/partners/requests/{asked.pk}/", {}).status_code == 422
    made = supplier.post(f"/partners/requests/{asked.pk}/", {"vendor_code": "H-1"})
    path = made["Location"]
    terms = {
        "currency": "KRW",
        "incoterm": "",
        "over_tolerance": "5",
        "freeze_days": "5",
        "late_days": "1",
        "answer_hours": "24",
        "way": "full",
    }
    assert buyer.post(f"{path}terms/", terms | {"answer_hours": "700"}).status_code == 422
    assert buyer.post(f"{path}terms/", terms).status_code == 302
    page = supplier.get(path).content.decode()
    assert "proposes other terms" in page
    with as_person(world, "supplier"):
        proposal = selectors.proposals().get()
    assert supplier.post(f"{path}terms/{proposal.pk}/accept/").status_code == 302
    assert "up to 5 %" in buyer.get(path).content.decode()
    assert supplier.post(f"{path}contacts/", {"name": "오세훈", "phone": "041-555-0101"}).status_code == 302
    assert 'href="tel:041-555-0101"' in buyer.get(path).content.decode()
    assert supplier.post(f"{path}suspend/").status_code == 302
    assert "Suspended: no new orders" in buyer.get(path).content.decode()
    assert client_of("stranger").get(path).status_code == 404
    assert client_of("stranger").get(f"/partners/requests/{asked.pk}/").status_code == 404


def test_over_the_api(world, api_of):
    buyer, supplier = api_of(ADMIN), api_of("supplier")
    asked = buyer.post("/api/relation-requests/", {"side": "supplier", "firm": world.supplier.pk})
    assert asked.status_code == 201
    answer = f"/api/relation-requests/{asked.json()['id']}/accept/"
    assert supplier.post(answer, {}).json()["code"] == "vendor_code_missing"
    relation = supplier.post(answer, {"vendor_code": "H-1"}).json()
    assert (relation["buyer_id"], relation["vendor_code"], relation["ended_at"]) == (world.supplier.pk, "H-1", None)
    made = buyer.post("/api/terms-proposals/", {"relation": relation["id"], "late_days": 2})
    assert made.status_code == 201
    assert supplier.post(f"/api/terms-proposals/{made.json()['id']}/accept/").json()["is_accepted"] is True
    rows = {row["id"]: row["late_days"] for row in buyer.get("/api/relations/").json()["results"]}
    assert rows[relation["id"]] == 2
    contact = supplier.post(
        "/api/relation-contacts/", {"relation": relation["id"], "name": "오세훈", "email": "a@b.example"}
    )
    assert contact.status_code == 201
    assert buyer.delete(f"/api/relation-contacts/{contact.json()['id']}/").json()["code"] == "unknown_contact"
    for act in ("suspend", "resume", "end"):
        assert supplier.post(f"/api/relations/{relation['id']}/{act}/").status_code == 200
    assert api_of("buyer").post("/api/relation-requests/", {}).status_code == 400
    assert api_of("receiver").post("/api/relation-requests/", {}).status_code == 403
    assert api_of("stranger").get("/api/relation-requests/").json()["results"] == []
