"""Hostile characters through every door that writes numbers and names: refused by name, or stored whole."""

import unicodedata
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.core import mail
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from apps.common.characters import clean, composed, refuse
from apps.common.errors import InvalidValue
from apps.deliveries.models import ShipmentNotice
from apps.events.mail import send_news
from apps.events.models import Notification
from apps.masterdata.models import Part
from apps.orders.models import PurchaseOrder
from apps.tenancy.scope import organization_scope
from tests.chain import announced, confirmed, schedule_of
from tests.world import as_if, as_person, in_days

HOSTILE = "\x00\x01\x07\x1b\x7f\x85\u00a0\u00ad\u061c\u115f\u200b\u200d\u200e\u200f\u2028\u2029\u202a\u202e"
HOSTILE += "\u2066\u3164\ufeff\ufff9\ue000"
HOSTILE += "\"'`“”„‘’«\r\n\tАВЕКМНОРСТХаеорсухΑΒΕＡ１–−‑①²\U000e0041\U0001d400"
CALM = "ABZaz019 -_/.#()가힣漢éØ"
texts = (
    st.text(st.one_of(st.sampled_from(CALM), st.sampled_from(HOSTILE)), min_size=1, max_size=12).map(str.strip).filter(bool)
)
MANY = settings(max_examples=12, deadline=None, database=None, derandomize=True, suppress_health_check=list(HealthCheck))


def test_the_property_sends_more_than_sixty_hostile_characters_and_most_are_refused_in_a_code():
    assert len(set(HOSTILE)) >= 60
    assert {c for c in HOSTILE if not refuse(f"A{c}1", "code")} == set()
    assert {c for c in CALM if refuse(f"A{c}1", "code")} == set()


@given(st.text(max_size=40), st.sampled_from(["code", "name", "note"]))
@settings(max_examples=300, deadline=None, database=None, derandomize=True)
def test_what_is_let_through_can_be_seen_and_stays_itself(text, kind):
    if refuse(composed(text), kind):
        with pytest.raises(InvalidValue, match=r"U\+|mixes"):
            clean(text, kind, "number")
        return
    kept = clean(text, kind, "number")
    assert unicodedata.is_normalized("NFC", kept)
    assert clean(kept, kind, "number") == kept
    assert not any(unicodedata.category(c) in ("Cc", "Cs", "Zl", "Zp") and c not in "\n\t" for c in kept)
    if kind == "code":
        assert "\n" not in kept
        assert not any(unicodedata.category(c) == "Cf" or c in "\"'`" for c in kept)


@pytest.fixture
def programs(api_of):
    return {"buyer": api_of("buyer")}


@pytest.fixture
def browsers(client_of):
    return {"buyer": client_of("buyer")}


def through(world, send, text: str, kind: str, stored) -> None:
    """One text through one door: refused in words and not stored, or stored as it is composed."""
    with transaction.atomic():
        answer = send(text)
        with organization_scope(world.buyer.pk, world.supplier.pk):
            kept = set(stored())
        transaction.set_rollback(True)
    rule = refuse(composed(text), kind)
    assert answer.status_code < 500
    assert composed(text) not in kept if rule else answer.status_code < 400, (text, answer.status_code, answer.content[:300])
    if rule:
        assert answer.status_code in (400, 422), (text, answer.status_code)
        told = answer.content.decode()
        assert "U+" in told or "mixes scripts" in told or "malformed" in told or "\x00" in text, told[:500]


@MANY
@given(text=texts)
def test_numbers_of_parts_and_orders_by_the_api(world, programs, text):
    api = programs["buyer"]
    through(
        world,
        lambda t: api.post("/api/parts/", {"number": t, "name": "Bolt"}),
        text,
        "code",
        lambda: Part._base_manager.values_list("number", flat=True),
    )
    line = {"part": world.part.pk, "quantity": "1", "requested_date": in_days(9).isoformat()}
    order = {"relation": world.relation.pk, "receiving_site": world.site.pk, "lines": [line]}
    through(
        world,
        lambda t: api.post("/api/orders/", {**order, "number": t}),
        text,
        "code",
        lambda: PurchaseOrder._base_manager.values_list("number", flat=True),
    )


@MANY
@given(text=texts)
def test_names_and_numbers_of_parts_by_the_page(world, browsers, text):
    client = browsers["buyer"]
    fields = {"relation": world.relation.pk, "number": "N-1", "name": "Bolt", "unit": "H87"}
    for field, kind in (("number", "code"), ("name", "name"), ("name_en", "name")):
        through(
            world,
            lambda t, field=field: client.post("/parts/", {**fields, field: t}),
            text,
            kind,
            lambda field=field: Part._base_manager.values_list(field, flat=True),
        )


def test_numbers_lots_carriers_and_tracking_of_deliveries_by_both_doors(world, api_of, client_of):
    order = confirmed(world)
    with as_person(world, "supplier"):
        line = schedule_of(order)[0].pk
    api, client = api_of("supplier"), client_of("supplier")
    MANY(given(text=texts)(lambda text: through_deliveries(world, api, client, line, text)))()


def through_deliveries(world, api, client, line: int, text: str) -> None:
    body = {"lines": [{"schedule_line": line, "quantity": "1"}], "planned_arrival_on": in_days(3).isoformat()}
    for field, kind in (("number", "code"), ("carrier", "name"), ("tracking_number", "code")):
        through(
            world,
            lambda t, field=field: api.post("/api/shipments/", {**body, field: t}),
            text,
            kind,
            lambda field=field: ShipmentNotice._base_manager.values_list(field, flat=True),
        )
    page = {f"quantity-{line}": "1", f"lot-{line}": "", f"packages-{line}": "0", "carrier": "", "tracking": ""}
    page |= {"departure": in_days(1).isoformat(), "arrival": in_days(3).isoformat()}
    for field, kind, column in (
        (f"lot-{line}", "code", "lines__lot"),
        ("carrier", "name", "carrier"),
        ("tracking", "code", "tracking_number"),
    ):
        through(
            world,
            lambda t, field=field: client.post("/deliveries/new/?place=", {**page, field: t}),
            text,
            kind,
            lambda column=column: ShipmentNotice._base_manager.values_list(column, flat=True),
        )


def test_a_line_break_in_an_order_number_holds_up_the_partners_mail(world, api_of):
    line = {"part": world.part.pk, "quantity": "1", "requested_date": in_days(9).isoformat()}
    body = {"relation": world.relation.pk, "receiving_site": world.site.pk, "lines": [line]}
    answer = api_of("buyer").post("/api/orders/", {**body, "number": "PO-9\r\nBcc: evil@x.example"})
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["place"] == "number"
    assert "Character 5 is U+000A" in answer.json()["errors"][0]["rule"]


def test_a_label_from_before_the_rule_does_not_hold_up_the_mail(world, monkeypatch):
    announced(world, confirmed(world))
    old = SimpleNamespace(text="PO-9\r\nBcc: x", kind=SimpleNamespace(url_name="", tone=""))
    monkeypatch.setattr("apps.events.mail.inbox_entry", lambda row: old)
    earlier = Notification(created_at=timezone.now() - timedelta(days=1))
    send_news(world.people["buyer"], world.buyer, [earlier])
    assert mail.outbox[-1].subject == "Dure: PO-9 Bcc: x"


@pytest.mark.parametrize("number", ["ASN-1", "납품-1", "A;B"])
def test_papers_carry_the_number_in_a_whole_header(world, client_of, number):
    shipment = announced(world, confirmed(world))
    with as_person(world, "supplier"):
        as_if(ShipmentNotice.objects.filter(pk=shipment.pk), number=number)
    for name in ("note", "labels"):
        answer = client_of("buyer").get(f"/deliveries/{shipment.pk}/{name}.pdf")
        assert answer.status_code == 200
        shown = answer.headers["Content-Disposition"]
        assert shown.startswith("inline; filename")
        assert ("filename*=utf-8''%EB%82%A9%ED%92%88" in shown) is (number == "납품-1")


@pytest.mark.parametrize("number", ['S"; filename="evil.html', "S\r\nSet-Cookie: a=b", "ВRK-2210", "BRK\u200b-2210"])
def test_no_door_of_the_orm_writes_a_number_that_breaks_papers_or_looks_like_another(world, number):
    shipment = announced(world, confirmed(world))
    with as_person(world, "supplier"):
        with pytest.raises(InvalidValue, match=r"U\+"):
            ShipmentNotice.objects.filter(pk=shipment.pk).update(number=number)
        shipment.number = number
        with pytest.raises(InvalidValue, match=r"U\+"):
            shipment.save(update_fields=["number"])
        with pytest.raises(InvalidValue, match=r"U\+"):
            ShipmentNotice.objects.bulk_update([shipment], ["number"])
