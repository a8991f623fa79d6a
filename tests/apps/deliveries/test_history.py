"""The history of a delivery and of its lots tells deeds: what came of which line, what was decided, by whom and why."""

import re
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.accounts.models import User
from apps.quality import services as quality
from apps.quality.models import InspectionLot, NonConformance
from apps.tenancy.scope import identity
from tests.apps.orders.test_terms import agree_anew
from tests.chain import announced, confirmed, decided, received
from tests.world import as_person

pytestmark = pytest.mark.usefixtures("committed")  # an act is a transaction of its own


def log_of(client, path):
    page = client.get(path).content.decode()
    log = page[page.index('<ol class="log">') :]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", log[: log.index("</ol>")]))


def came(world, **options):
    """A delivery of 60 in two packages, received short."""
    shipment = announced(world, confirmed(world), quantity=60, packages=2)
    return shipment, received(world, shipment, is_rest_missing=True, note="by the gate", **options)


@pytest.mark.parametrize("reader", ["buyer", "supplier"])
def test_a_receipt_tells_what_came_of_each_line_once_however_many_packages(world, client_of, reader):
    shipment, receipt = came(world)
    text = log_of(client_of(reader), f"/deliveries/{shipment.pk}/")
    for told in (f"Receipt: {receipt.number}", "Note: by the gate", "10 · Received: 60"):
        assert text.count(told) == 1, text
    assert "Announced" in text


def test_decisions_are_told_portion_by_portion_with_their_reason(world, client_of):
    _shipment, receipt = came(world)
    with as_person(world, "inspector"):
        lot = InspectionLot.objects.get(receipt=receipt)
        portions = [
            quality.Decided("accepted", Decimal(30)),
            quality.Decided("rejected", Decimal(10), "surface", "scratches"),
        ]
        quality.decide(lot_id=lot.pk, decided=portions)
    with as_person(world, "inspector"):
        quality.decide(lot_id=lot.pk, decided=[quality.Decided("special", Decimal(20), "dimension", "for prototypes")])
    for reader, who in (("buyer", "Inspector"), ("supplier", "Hanbit")):
        text = log_of(client_of(reader), f"/inspections/{lot.pk}/")
        special, both, opened = re.split(r"(?=\b\d+ \w+ \d\d:\d\d)", text.strip())[-3:]
        assert "Special acceptance: 20 · Dimension out of tolerance · “for prototypes”" in special, text
        assert "Accepted: 30" in both, text
        assert "Rejected: 10 · Surface · “scratches”" in both, text
        assert "To inspect" in opened, text
        assert who in special, text


def test_a_non_conformance_tells_when_it_was_found_and_by_whom(world, client_of):
    _shipment, receipt = came(world)
    decided(world, receipt, ("rejected", 60))
    with as_person(world, "inspector"):
        record = NonConformance.objects.get()
    assert "Found · Inspector" in log_of(client_of("buyer"), f"/inspections/non-conformances/{record.pk}/")
    assert "Found · Hanbit" in log_of(client_of("supplier"), f"/inspections/non-conformances/{record.pk}/")


def test_terms_of_a_relation_and_of_a_part_tell_old_and_new(world, client_of):
    agree_anew(world, over_tolerance=Decimal("0.05"), freeze_days=5)
    with as_person(world, "buyer"):
        world.part.lead_time_days, world.part.is_inspected = 30, False
        world.part.save()
    for reader in ("buyer", "supplier"):
        text = log_of(client_of(reader), f"/tower/scorecards/{world.relation.pk}/")
        assert "Over-delivery tolerance, %: 10 → 5" in text, text
        assert "Freeze fence, days: 3 → 5" in text, text
        assert text.strip().endswith("Agreed · —"), "what a command wrote was said to be the partner's"
        text = log_of(client_of(reader), f"/tower/parts/{world.part.pk}/")
        assert "Lead time, days: 14 → 30" in text, text
        assert "Inspected on receipt: Yes → No" in text, text


def test_a_log_is_one_statement_however_much_happened(world, client_of):
    def statements(path):
        client = client_of("buyer")
        client.get(path)
        with CaptureQueriesContext(connection) as queries:
            client.get(path)
        return sum("pgh_created_at" in query["sql"] for query in queries)

    shipment, receipt = came(world)
    with as_person(world, "inspector"):
        lot = InspectionLot.objects.select_related("schedule_line").get(receipt=receipt)
    order = lot.schedule_line.order_id
    pages = [f"/deliveries/{shipment.pk}/", f"/inspections/{lot.pk}/", f"/orders/{order}/"]
    pages += [f"/tower/scorecards/{world.relation.pk}/", f"/tower/parts/{world.part.pk}/"]
    assert [statements(path) for path in pages] == [1] * 5


def test_the_log_speaks_korean(world, client_of):
    shipment, _receipt = came(world)
    with identity():
        User.objects.filter(pk=world.people["supplier"].pk).update(language="ko")
    page = client_of("supplier").get(f"/deliveries/{shipment.pk}/").content.decode()
    log = page[page.index('<ol class="log">') :]
    log = re.sub(r"<[^>]+>", " ", log[: log.index("</ol>")])
    assert "입고" in log
    assert not re.search(r"\b(Received|Note|Receipt)\b", log), log
