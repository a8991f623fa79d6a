"""The inspection pages: what was decided stays to be read, each portion with its own comment, and a rejection has a page."""

import re

import pytest

from apps.events.models import DomainEvent
from apps.quality.models import InspectionLot, NonConformance, UsageDecision
from tests.chain import announced, confirmed, received
from tests.world import as_person


@pytest.fixture
def lot(world):
    receipt = received(world, announced(world, confirmed(world)))
    with as_person(world, "inspector"):
        return InspectionLot.objects.get(receipt=receipt)


def decide(client, lot, **fields):
    return client.post(f"/inspections/{lot.pk}/", {name.replace("_", "-"): value for name, value in fields.items()})


def reject(client, lot):
    fields = {"quantity_rejected": "5", "defect_rejected": "surface", "comment_rejected": "Scratches on the bore"}
    return decide(client, lot, quantity_accepted="60", comment_accepted="Sampled 8", **fields)


def test_each_portion_has_its_own_comment(world, client_of, lot):
    assert reject(client_of("inspector"), lot).status_code == 302
    with as_person(world, "inspector"):
        comments = dict(UsageDecision.objects.values_list("decision", "comment"))
    assert comments == {"accepted": "Sampled 8", "rejected": "Scratches on the bore"}


@pytest.mark.parametrize("who", ["inspector", "buyer", "supplier-quality"])
def test_a_partial_decision_stays_to_be_read_beside_the_form_for_the_rest(world, client_of, lot, who):
    reject(client_of("inspector"), lot)
    page = client_of(who).get(f"/inspections/{lot.pk}/").content.decode()
    for words in ("Sampled 8", "Scratches on the bore", "Surface"):
        assert words in page
    assert ("Decide over 35 EA" in page) == (who == "inspector")


def test_a_refused_portion_is_marked_and_all_that_was_typed_is_kept(world, client_of, lot):
    fields = {"quantity_accepted": "60", "comment_accepted": "Sampled 8", "quantity_rejected": "5"}
    response = decide(client_of("inspector"), lot, **fields, comment_rejected="Scratches")
    page = response.content.decode()
    assert response.status_code == 422
    assert 'id="error-rejected"' in page
    assert 'id="error-accepted"' not in page
    assert 'value="Sampled 8"' in page
    assert 'value="Scratches"' in page


@pytest.mark.parametrize(("who", "found_by"), [("inspector", "Inspector"), ("supplier-quality", "Hanbit")])
def test_a_non_conformance_has_a_page_that_both_sides_read(world, client_of, lot, who, found_by):
    reject(client_of("inspector"), lot)
    with as_person(world, "inspector"):
        record = NonConformance.objects.get()
    client = client_of(who)
    listed = client.get("/inspections/non-conformances/").content.decode()
    assert f"/inspections/non-conformances/{record.pk}/" in listed
    page = client.get(f"/inspections/non-conformances/{record.pk}/").content.decode()
    for words in (
        "5 EA",
        "of 100 in the lot",
        "Surface",
        "Scratches on the bore",
        f"<dd>{found_by}</dd>",
        "ASN-00001",
        lot.lot,
    ):
        assert words in page
    assert f"/inspections/non-conformances/{record.pk}/" in client.get(f"/inspections/{lot.pk}/").content.decode()


def test_a_third_firm_does_not_see_it(world, client_of, lot):
    reject(client_of("inspector"), lot)
    with as_person(world, "inspector"):
        record = NonConformance.objects.get()
    client = client_of("stranger")
    assert client.get(f"/inspections/non-conformances/{record.pk}/").status_code == 404
    assert "No parts were turned down." in client.get("/inspections/non-conformances/").content.decode()


def test_the_news_of_a_rejection_leads_to_its_non_conformance(world, client_of, lot):
    reject(client_of("inspector"), lot)
    with as_person(world, "supplier-quality"):
        record = NonConformance.objects.get()
        event = DomainEvent.objects.get(event="nonconformance.found")
    assert event.subject == f"nonconformance-{record.pk}"


def test_the_list_of_non_conformances_costs_the_same_for_many(world, client_of, lot, django_assert_max_num_queries):
    client = client_of("inspector")
    reject(client, lot)
    decide(client, lot, quantity_rejected="10", defect_rejected="material")
    with django_assert_max_num_queries(12) as spent:
        client.get("/inspections/non-conformances/")
    one = len(spent)
    for _ in range(3):
        decide(client, lot, quantity_rejected="1", defect_rejected="other")
    with django_assert_max_num_queries(one):
        client.get("/inspections/non-conformances/")


def test_a_lot_names_its_receipt_and_its_delivery_each_by_its_own_number(world, client_of, lot):
    """The bug: the number of the receipt stood as that of the delivery."""
    page = client_of("inspector").get(f"/inspections/{lot.pk}/").content.decode()
    facts = {
        label: re.sub(r"<[^>]+>", "", said).strip()
        for label, said in re.findall(r"<dt>(.*?)</dt><dd[^>]*>(.*?)</dd>", page, re.S)
    }
    assert facts["Receipt"].startswith("GR-")
    assert facts["Delivery"].startswith("ASN-")
