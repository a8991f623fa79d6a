"""What was delivered before two firms traded here comes in by the buyer's table, once, and goes again as one act."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import DatabaseError, connections, transaction

from apps.common.dates import day_text
from apps.deliveries import services as deliveries
from apps.deliveries.models import GoodsReceipt, GoodsReceiptLine, ShipmentLine, ShipmentNotice
from apps.events.models import DomainEvent
from apps.exchange.exceptions import ActedSince, MayNotMake, NothingToLoad, UnknownImportKind
from apps.exchange.incoming import loading, making, mapping, services
from apps.exchange.incoming.exporting import workbook
from apps.exchange.models import StagedDelivery
from apps.inventory.models import StockMovement
from apps.masterdata.models import Part, PartnerPart
from apps.orders.models import Confirmation, PurchaseOrder, PurchaseOrderLine, ScheduleLine
from apps.tenancy.models import Site
from apps.tenancy.roles import Side
from apps.tower import scorecard
from tests.chain import announced, confirmed, schedule_of
from tests.world import as_person, in_days

from .tables import csv, loaded, received, states

KIND = "past-deliveries"
COUNTED = (
    *(PurchaseOrder, PurchaseOrderLine, ScheduleLine, Confirmation),
    *(ShipmentNotice, ShipmentLine, GoodsReceipt, GoodsReceiptLine, StagedDelivery),
)
KOREAN = "발주번호,납품번호,협력사,품번,입고수량,단위,단가,납기일,입고일,사업장,운송사"
ENGLISH = "PO number,Delivery note,Supplier,Part no,Quantity,Unit,Unit price,Due date,Received on,Site,Carrier"
ROWS = (
    "A-1,D-1,대성,BRK-2210,100,EA,120.5,2020-03-10,2020-03-12,ASN2,한진",
    "A-1,D-1,대성,CBL-100,12.5,m,10,2020-03-10,2020-03-12,ASN2,한진",
    "A-1,D-2,대성,BRK-2210,50,EA,120.5,2020-04-10,2020-04-10,ASN2,",
    "A-2,D-2,대성,BRK-2210,50,EA,121,2020-04-11,2020-04-10,ASN2,",
    "B-1,D-1,서진,SHF-1,7,개,,2020-04-20,2020-04-20,ASN2,",
)


def rows(*given: str, heads: str = KOREAN) -> bytes:
    return csv(heads, *(given or ROWS))


def counted(world) -> dict[str, int]:
    with as_person(world, "buyer"):
        return {model.__name__: model.objects.count() for model in COUNTED}


def scores(world, who: str, side: Side):
    with as_person(world, who):
        return scorecard.total(list(scorecard.scores(side, date(2020, 1, 1), date(2021, 1, 1)).values()))


@pytest.mark.parametrize("heads", [KOREAN, ENGLISH], ids=["ko", "en"])
def test_a_table_of_what_was_delivered_is_known_by_its_heads_loaded_once_and_taken_back(world, heads):
    before = counted(world)
    with as_person(world, "buyer"):
        made = received(rows(heads=heads))
        assert (made.kind, states(made)) == (KIND, ["new"] * 5)
    assert counted(world) == before, "a check writes nothing"
    with as_person(world, "buyer"):
        loading.load(import_id=made.pk)
    with as_person(world, "buyer"):
        order = PurchaseOrder.objects.get(number="A-1")
        assert (order.is_past, order.status, order.fulfilment, order.closure) == (
            True,
            "confirmed",
            "received",
            "closed_complete",
        )
        assert (order.line_count, order.amount) == (3, Decimal("18200"))
        assert order.order_date == date(2020, 3, 10)
        lines = ScheduleLine.objects.filter(order=order).order_by("line__position")
        assert [line.received_quantity for line in lines] == [100, Decimal("12.5"), 50]
        shipment = ShipmentNotice.objects.get(number="D-2")
        assert (shipment.is_past, shipment.status, shipment.line_count) == (True, "received", 2)
        late = ShipmentNotice.objects.get(number="D-1", supplier=world.supplier)
        assert late.planned_arrival_on == late.arrived_on == date(2020, 3, 12), "the day on which it came, not the asked one"
        assert ShipmentNotice.objects.filter(number="D-1").count() == 2, "suppliers number their deliveries themselves"
        assert not StockMovement.objects.exists(), "what came then lies in no balance of today"
        again = received(rows(heads=heads))
        assert states(again) == ["same"] * 5
        with pytest.raises(NothingToLoad):
            loading.load(import_id=again.pk)
    whole = scores(world, "buyer", Side.BUYER)
    assert (whole.lines, round(whole.late_rate, 2)) == (5, 0.4)
    with as_person(world, "buyer"):
        loading.take_back(import_id=made.pk)
    assert counted(world) == before
    assert scores(world, "buyer", Side.BUYER).lines == 0


def test_its_page_says_when_it_came(world, client_of):
    with as_person(world, "buyer"):
        loaded(rows())
        late = ShipmentNotice.objects.get(number="D-1", supplier=world.supplier)
    for who in ("buyer", "supplier"):
        client = client_of(who)
        page = " ".join(client.get(f"/deliveries/{late.pk}/").content.decode().split())
        told = client.get(f"/deliveries/{late.pk}/").context["shipment"].arrived_on
        assert told == date(2020, 3, 12)
        assert f"arrived {day_text(told)}" in page
        assert day_text(date(2020, 3, 10)) not in page.split("</h1>")[1].split("</p>")[0]


def test_a_supplier_sees_its_own_and_hears_of_it_once_and_loads_none(world):
    with as_person(world, "buyer"):
        loaded(rows())
        assert DomainEvent.objects.filter(event="delivery.past_loaded").count() == 2
    assert scores(world, "supplier", Side.SUPPLIER).lines == 4
    assert scores(world, "stranger", Side.SUPPLIER).lines == 1
    with as_person(world, "stranger"):
        assert list(PurchaseOrder.objects.values_list("number", flat=True)) == ["B-1"]
        assert not ShipmentLine.objects.filter(quantity=100).exists()
    for who in ("receiver", "supplier", "supplier-quality", "coordinator"):
        with as_person(world, who):
            assert KIND not in mapping.kinds(), who
    for who in ("receiver", "supplier"):  # an administrator of a firm that buys nothing has nothing to tell
        with as_person(world, who), pytest.raises(UnknownImportKind):
            services.receive(content=rows(), name="t.csv", kind=KIND)


def test_no_row_is_written_over_and_a_row_of_a_known_delivery_is_named(world):
    with as_person(world, "buyer"):
        loaded(rows())
        made = received(
            rows(
                ROWS[0].replace(",100,", ",90,"),
                "A-1,D-2,대성,CBL-100,3,m,,2020-04-10,2020-04-10,ASN2,",
                ROWS[4],
            )
        )
        assert states(made) == ["error", "error", "same"]
        faults = [row.faults[0] for row in made.rows.order_by("place")[:2]]
        found = [(one["column"], one["code"]) for one in faults]
        assert found == [
            ("입고수량", "known_otherwise"),
            ("납품번호", "delivery_known"),
        ]
        assert "100" in faults[0]["rule"]


def test_an_order_gets_lines_of_a_later_file_and_gives_them_back(world):
    more = rows("A-1,D-3,대성,BRK-2210,20,EA,100,2020-06-01,2020-06-02,ASN2,")
    with as_person(world, "buyer"):
        first = loaded(rows())
        second = loaded(more)
        order = PurchaseOrder.objects.get(number="A-1")
        assert (order.line_count, order.amount) == (4, Decimal("20200"))
        assert states(received(more)) == ["same"]
    with as_person(world, "buyer"), pytest.raises(ActedSince):
        loading.take_back(import_id=first.pk)
    with as_person(world, "buyer"):
        loading.take_back(import_id=second.pk)
        order.refresh_from_db()
        assert (order.line_count, order.amount) == (3, Decimal("18200"))
        loading.take_back(import_id=first.pk)
        assert not PurchaseOrder.objects.exists()


def test_what_came_since_the_first_order_was_sent_here_is_not_past(world):
    order = confirmed(world)
    today = in_days(0)
    with as_person(world, "buyer"):
        made = received(
            rows(
                f"A-9,D-9,대성,BRK-2210,1,EA,,2020-01-01,{today},ASN2,",
                "A-8,D-8,대성,BRK-2210,1,EA,,2020-01-01,2020-01-02,ASN2,",
                f"B-9,D-9,서진,SHF-1,1,EA,,2020-01-01,{today},ASN2,",
                f"B-8,D-8,서진,SHF-1,1,EA,,2020-01-01,{in_days(1)},ASN2,",
                f"{order.number},D-7,대성,BRK-2210,1,EA,,2020-01-01,2020-01-02,ASN2,",
            )
        )
        assert states(made) == ["error", "new", "new", "error", "error"]
        found = made.rows.filter(state="error").order_by("place")
        assert [row.faults[0]["code"] for row in found] == ["not_before_trade", "later_than_today", "traded_here"]
        assert str(today) in found[0].faults[0]["rule"]


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ("A-1,D-5,서진,SHF-1,1,EA,,2020-04-10,2020-04-10,ASN2,", "other_in_past"),
        ("A-3,D-2,대성,BRK-2210,1,EA,,2020-04-10,2020-04-11,ASN2,", "other_in_past"),
        ("A-3,D-5,대성,SHF-1,1,EA,,2020-04-10,2020-04-10,ASN2,", "part_not_agreed"),
        ("A-3,D-5,대성,BRK-2210,1,EA,,2020-04-10,1913-04-10,ASN2,", "odd_past_day"),
        ("A-3,D-5,대성,BRK-2210,999999999999,EA,99999,2020-04-10,2020-04-10,ASN2,", "too_much_worth"),
        ("A-3,D-5,대성,BRK-2210,1,kg,,2020-04-10,2020-04-10,ASN2,", "mixed_units"),
        ("A-3,D-5,없는집,BRK-2210,1,EA,,2020-04-10,2020-04-10,ASN2,", "unknown_word"),
    ],
)
def test_a_row_that_cannot_be_is_named_and_the_others_come(world, wrong, code):
    with as_person(world, "buyer"):
        made = received(rows(*ROWS, wrong))
        row = made.rows.order_by("place").last()
        assert (row.state, row.faults[0]["code"]) == ("error", code)
        assert row.faults[0]["rule"]
        assert row.faults[0]["remedy"]
        assert states(made).count("new") >= 1, "what hangs on nothing wrong is loaded"
        loading.load(import_id=made.pk)
        assert PurchaseOrder.objects.filter(number="B-1").exists()
        assert not PurchaseOrder.objects.filter(number="A-3").exists()


def test_a_wrong_row_holds_back_its_delivery_with_all_orders_on_it(world):
    with as_person(world, "buyer"):
        made = received(rows(ROWS[0], ROWS[1], ROWS[2], ROWS[3].replace(",50,", ",fifty,"), ROWS[4]))
        assert states(made) == ["held", "held", "held", "error", "new"]


def test_alike_rows_are_lines_of_their_own_where_a_line_tells_them_apart(world):
    line = "A-1,D-1,대성,BRK-2210,100,EA,120.5,2020-03-10,2020-03-12,ASN2,,{}"
    heads = f"{KOREAN},행"
    given = [line.format(number) for number in ("7", "8", "9")]
    with as_person(world, "buyer"):
        made = loaded(rows(*given, heads=heads))
        assert PurchaseOrder.objects.get().line_count == 3
        assert set(states(received(rows(*reversed(given), heads=heads)))) == {"same"}
        assert states(received(rows(given[0], given[0], heads=heads))) == ["same", "held"]
        assert set(states(received(workbook(mapping.kinds()[KIND]), "past.xlsx", KIND))) == {"same"}
        loading.take_back(import_id=made.pk)


NAMED = (
    "po_so,asn_dn,vendor,item_description,line_item_quantity,scheduled_delivery_date,delivered_to_client_date,country",
    'S-1,N-1,Daesung,"HIV 1/2, Kit, (25 Tests)",5,2013-05-01,2013-05-02,Viet Nam',
    'S-1,N-1,Daesung,"Nevirapine 10mg/ml, suspension",2,2013-05-01,2013-05-02,Viet Nam',
    'S-2,N-2,Seojin,"HIV 1/2, Kit, (25 Tests)",9,2013-06-01,2013-06-02,Côte d’Ivoire',
)


def test_a_file_brings_along_the_sites_and_parts_that_it_names_where_a_person_says_so(world):
    with as_person(world, "buyer-admin"):
        made = received(csv(*NAMED), mapping={"site": "country"})
        assert (made.kind, states(made)) == (KIND, ["error"] * 3)
        found = making.offer(made)
        assert (found.words["site"], found.lacks) == (["Viet Nam", "Côte d’Ivoire"], [])
        assert found.words["part"] == ["HIV 1/2, Kit, (25 Tests)", "Nevirapine 10mg/ml, suspension"]
        assert not Part.objects.filter(number__startswith="P-").exists(), "nothing is made unasked"
        assert making.make(import_id=made.pk) == making.Made(sites=2, parts=2, agreed=3)
        services.check_import(import_id=made.pk)
        assert states(made) == ["new"] * 3
        assert not making.offer(services.found(made.pk))
        loading.load(import_id=made.pk)
        assert Site.objects.get(code="S-00001").name == "Viet Nam"
        assert Part.objects.get(number="P-00001").name == "HIV 1/2, Kit, (25 Tests)"
        assert PartnerPart.objects.filter(buyer_number="P-00001").count() == 2
        assert set(states(received(csv(*NAMED), mapping={"site": "country"}))) == {"same"}


def test_the_page_offers_by_name_makes_at_a_press_and_marks_what_is_past(world, client_of):
    with as_person(world, "buyer-admin"):
        made = received(csv(*NAMED), mapping={"site": "country"})
    page = client_of("buyer-admin")
    shown = page.get(f"/imports/{made.pk}/").content.decode()
    assert "Nevirapine 10mg/ml, suspension" in shown
    assert f"/imports/{made.pk}/make/" in shown
    assert f"/imports/{made.pk}/make/" not in client_of("buyer").get(f"/imports/{made.pk}/").content.decode()
    page.post(f"/imports/{made.pk}/make/")
    shown = page.get(f"/imports/{made.pk}/").content.decode()
    assert "Made: 2 sites, 2 parts; 3 parts agreed with their suppliers." in shown
    assert "Load 3 rows" in " ".join(shown.split())
    page.post(f"/imports/{made.pk}/load/")
    with as_person(world, "buyer"):
        order, shipment = PurchaseOrder.objects.get(number="S-1"), ShipmentNotice.objects.get(number="N-1")
    for who in ("buyer", "supplier"):
        for path in (f"/orders/{order.pk}/", f"/deliveries/{shipment.pk}/"):
            shown = client_of(who).get(path).content.decode()
            assert "as the buyer’s table says" in shown
            assert "note.pdf" not in shown


def test_who_may_not_open_sites_is_told_whom_to_ask(world):
    with as_person(world, "buyer"):
        made = received(csv(*NAMED), mapping={"site": "country"})
        assert making.offer(made).lacks == ["site"]
    with as_person(world, "buyer"), pytest.raises(MayNotMake):
        making.make(import_id=made.pk)


NOTICE = "deliveries_shipmentnotice"


def test_the_wall_lets_no_buyer_write_what_is_not_past(world):
    announced(world, confirmed(world))
    with as_person(world, "buyer"), connections["default"].cursor() as cursor:
        for table in ("deliveries_shipmentline", NOTICE, "orders_confirmation", "orders_purchaseorder"):
            cursor.execute(f"DELETE FROM {table}")
            assert cursor.rowcount == 0, table
        cursor.execute(f"SELECT to_jsonb(s) || jsonb_build_object('id', 999999, 'number', 'LIVE-2') FROM {NOTICE} s")
        (row,) = cursor.fetchone()
        with pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
            cursor.execute(f"INSERT INTO {NOTICE} SELECT * FROM jsonb_populate_record(NULL::{NOTICE}, %s)", [row])


def test_a_supplier_s_own_numbers_stay_free(world):
    with as_person(world, "buyer"):
        loaded(rows())
    order = confirmed(world)
    with as_person(world, "supplier"):
        lines = [deliveries.Shipped(schedule_of(order)[0].pk, Decimal(1))]
        deliveries.announce_shipment(lines=lines, planned_arrival_on=in_days(5), number="D-1")
        assert ShipmentNotice.objects.filter(number="D-1").count() == 2
