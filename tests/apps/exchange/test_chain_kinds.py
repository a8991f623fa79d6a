"""Deliveries, receipts and production come in by tables; and what customers call alike is told apart."""

from datetime import timedelta
from decimal import Decimal

import pytest

from apps.deliveries.models import GoodsReceipt, HandlingUnit, ShipmentNotice
from apps.deliveries.selectors import find_by_label
from apps.exchange.exceptions import ActedSince, NotTakenBack
from apps.exchange.incoming import loading, services
from apps.exchange.incoming.exporting import workbook
from apps.exchange.incoming.mapping import kinds, propose
from apps.inventory.models import StockBalance
from apps.masterdata.models import Part, PartnerPart
from apps.masterdata.services import create_part
from apps.orders import services as orders
from apps.production.models import ProductionReport
from apps.tenancy import services as tenancy
from apps.tenancy.bases import sides_of
from apps.tenancy.scope import unscoped
from tests.chain import announced, confirmed, schedule_of
from tests.world import SYSTEM, as_person, draft, in_days, published

from .tables import csv, loaded, received, states


def notice(order, *rows: str) -> bytes:
    head = "납품번호,발주번호,행번호,품번,납품수량,로트,포장수,출하일,도착예정일"
    return csv(head, *(f"{row},{in_days(0)},{in_days(2)}".format(order=order.number) for row in rows))


def loads_again(kind: str) -> bool:
    return set(states(received(workbook(kinds()[kind]), f"{kind}.xlsx", kind=kind))) == {"same"}


def test_deliveries_are_announced_and_cancelled_with_the_undo(world):
    order = confirmed(world, quantities=(100, 50))
    rows = notice(order, "DN-1,{order},10,BRK-2210,60,L1,3", "DN-1,{order},10,BRK-2210,40,L2,", "DN-2,{order},20,,50,,")
    with as_person(world, "supplier"):
        made = received(rows)
        assert (made.kind, states(made)) == ("deliveries", ["new"] * 3)
        loading.load(import_id=made.pk)
        found = {row.number: (row.line_count, row.package_count) for row in ShipmentNotice.objects.all()}
        assert found == {"DN-1": (2, 3), "DN-2": (1, 0)}
        assert [line.shipped_quantity for line in schedule_of(order)] == [100, 50]
        assert loads_again("deliveries")
        assert set(states(received(rows))) == {"same"}
        more = received(rows.replace(b"DN-2", b"DN-3"))
        assert [row.faults[0]["code"] for row in more.rows.filter(state="error")] == ["over_shipped"]
        other = received(rows.replace(b",60,", b",59,"))
        assert [row.faults[0]["code"] for row in other.rows.filter(state="error")] == ["announced_already"]
        loading.take_back(import_id=made.pk)
        assert [line.shipped_quantity for line in schedule_of(order)] == [0, 0]


def test_what_was_undone_is_loaded_again_under_its_number_and_undone_again(world):
    """The paper is at the gate: its number is the paper's, whatever became of the first load."""
    order = confirmed(world, quantities=(100, 50))
    rows = notice(order, "DN-1,{order},10,,100,L1,3", "DN-1,{order},20,,50,,2")
    for times in (1, 2, 3):
        with as_person(world, "supplier"):
            made = received(rows)
            assert states(made) == ["new"] * 2
            loading.load(import_id=made.pk)
            assert set(states(received(rows))) == {"same"}
            assert ShipmentNotice.objects.filter(number="DN-1").count() == times
            plates = set(HandlingUnit.objects.values_list("plate", flat=True))
            assert len(plates) == 5 * times
            latest = ShipmentNotice.objects.latest("pk")
        with as_person(world, "receiver"):
            assert find_by_label("DN-1") == latest
        with as_person(world, "supplier"):
            loading.take_back(import_id=made.pk)
            assert set(ShipmentNotice.objects.values_list("status", flat=True)) == {"cancelled"}
            assert [line.shipped_quantity for line in schedule_of(order)] == [0, 0]


@pytest.mark.parametrize(
    ("head", "value"),
    [("도착예정일", in_days(3)), ("운송사", "한진"), ("운송장번호", "T-2"), ("비고", "다른 말"), ("포장수", "9")],
)
def test_what_is_announced_is_not_changed_whatever_differs(world, head, value):
    order = confirmed(world)
    first = f"D-9,{order.number},0010,100,{in_days(2)},대한"
    rows = csv("납품번호,발주번호,행번호,납품수량,도착예정일,운송사", first)
    said = {"도착예정일": f"{in_days(2)}", "운송사": "대한"} | {head: f"{value}"}
    other = csv(
        f"납품번호,발주번호,행번호,납품수량,{','.join(said)}", f"d-9,{order.number},10,100,{','.join(said.values())}"
    )
    with as_person(world, "supplier"):
        loaded(rows)
        assert states(received(rows)) == ["same"]
        told = received(other, kind="deliveries").rows.get()
        assert [(one["field"], one["value"], one["code"]) for one in told.faults] == [("number", "d-9", "announced_already")]


def test_a_unit_of_another_kind_is_refused_at_its_cell(world):
    order = confirmed(world)
    day = world.supplier_site.today
    shipped = csv("납품번호,발주번호,행번호,납품수량,단위,도착예정일", f"D-9,{order.number},10,100,kg,{in_days(2)}")
    made = csv("생산일,품번,양품수량,단위", f"{day},BRK-2210,100,kg", f"{day},CBL-100,2,SET")
    with as_person(world, "supplier"):
        for file, kind in ((shipped, "deliveries"), (made, "production")):
            told = received(file, kind=kind).rows.order_by("place").first()
            assert [(one["column"], one["code"]) for one in told.faults] == [("단위", "mixed_units")]
            assert "EA" in told.faults[0]["rule"]


def test_a_row_that_names_line_and_part_fits_both_and_of_several_the_remedy_is_said(world):
    order = confirmed(world, quantities=(100, 50))
    head = "납품번호,발주번호,행번호,품번,납품수량,도착예정일"
    given = ("10,CBL-100", ",BRK-2210", "10,S-BRK-2210")
    rows = (f"D-{at},{order.number},{one},100,{in_days(2)}" for at, one in enumerate(given))
    with as_person(world, "supplier"):
        made = received(csv(head, *rows), kind="deliveries")
        told = [[(one["field"], one["code"]) for one in row.faults] for row in made.rows.order_by("place")]
        assert told == [[("part", "unknown_line")], [("line", "line_of_several")], []]
        assert "confirmed date" in made.rows.order_by("place")[1].faults[0]["remedy"]


@pytest.mark.parametrize(("head", "field"), [("운송사", "carrier"), ("운송장번호", "tracking"), ("비고", "note")])
def test_rows_of_one_delivery_say_one_thing_of_it(world, head, field):
    order = confirmed(world, quantities=(100, 50, 20))
    given = (("10,100", in_days(2), "대한"), ("20,50", in_days(2), ""), ("30,20", in_days(3), "한진"))
    rows = (f"D-9,{order.number},{line},{day},{word}" for line, day, word in given)
    with as_person(world, "supplier"):
        made = received(csv(f"납품번호,발주번호,행번호,납품수량,도착예정일,{head}", *rows), kind="deliveries")
        assert states(made) == ["held", "held", "error"]
        told = made.rows.get(state="error").faults
        assert [(one["field"], one["value"], one["code"]) for one in told] == [
            ("arrival", f"{in_days(3)}", "other_in_delivery"),
            (field, "한진", "other_in_delivery"),
        ]


def test_a_delivery_that_arrived_meanwhile_is_not_cancelled_by_an_undo(world):
    order = confirmed(world)
    with as_person(world, "supplier"):
        made = loaded(notice(order, "DN-1,{order},10,,100,,"))
    with as_person(world, "receiver"):
        file = workbook(kinds()["receipts"])
        receipt = received(file, "receipts.xlsx")
        assert (receipt.kind, states(receipt)) == ("receipts", ["new"])
        loading.load(import_id=receipt.pk)
    with as_person(world, "supplier"), pytest.raises(ActedSince):
        loading.take_back(import_id=made.pk)


def test_receipts_take_what_came_and_leave_the_rest_expected(world):
    order = confirmed(world, quantities=(100, 50))
    shipment = announced(world, order)
    head = "납품번호,품번,행번호,입고수량,파손수량"
    rows = csv(head, f"{shipment.number},BRK-2210,10,97,1")
    with as_person(world, "receiver"):
        made = received(rows)
        assert [row.faults[0]["code"] for row in made.rows.all()] == ["short_not_confirmed"], "two pieces less: asked about"
        made = services.check_import(import_id=made.pk, is_confirmed=True)
        assert (made.kind, states(made)) == ("receipts", ["new"])
        loading.load(import_id=made.pk)
        assert [line.received_quantity for line in schedule_of(order)] == [97, 0]
        expected = [row.get("line") for row in kinds()["receipts"].every()]
        assert expected == ["20"], "what was received is not in the list of what is expected"
        assert ShipmentNotice.objects.get().status == "arrived"
        assert set(states(received(rows))) == {"same"}
        vague = received(csv(head, f"{shipment.number},BRK-2210,,50,", "NO-1,BRK-2210,10,5,"))
        assert [row.faults[0]["code"] for row in vague.rows.all()] == ["not_in_delivery"] * 2
        loaded(csv(head, f"{shipment.number},BRK-2210,20,50,"))
        assert ShipmentNotice.objects.get().status == "received"
        assert GoodsReceipt.objects.count() == 2
    with as_person(world, "receiver"), pytest.raises(NotTakenBack):
        loading.take_back(import_id=made.pk)


def test_production_is_reported_corrected_and_taken_back(world):
    today = world.supplier_site.today
    head = "생산일,품번,양품수량,불량수량,불량사유,로트"
    rows = csv(head, f"{today},S-BRK-2210,100,2,치수,A1", f"{today - timedelta(days=1)},BRK-2210,80,,,A0")
    with as_person(world, "supplier"):
        made = received(rows)
        assert (made.kind, states(made)) == ("production", ["new", "new"])
        loading.load(import_id=made.pk)
        assert sum(heap.quantity for heap in StockBalance.objects.all()) == 180
        assert loads_again("production")
        more = received(rows.replace(b",100,", b",120,"))
        assert states(more) == ["changed", "same"]
        loading.load(import_id=more.pk)
        assert sum(heap.quantity for heap in StockBalance.objects.all()) == 200
        loading.take_back(import_id=more.pk)
        assert sum(heap.quantity for heap in StockBalance.objects.all()) == 180
        assert set(states(received(rows))) == {"same"}
        assert ProductionReport.objects.filter(reverses=None, reversed_by=None).count() == 2


def test_a_report_that_a_row_names_is_never_changed_by_it(world):
    day, head = world.supplier_site.today, "실적번호,생산일,품번,양품수량"
    with as_person(world, "supplier"):
        loaded(csv("생산일,품번,양품수량", f"{day},BRK-2210,100"))
        number = ProductionReport.objects.get().number
        loaded(csv("생산일,품번,양품수량", f"{day},BRK-2210,110"))
        assert states(received(csv(head, f"{number},{day},BRK-2210,100"))) == ["same"], (
            "reversed meanwhile, and yet that report"
        )
        for row, code in (
            (f"{number},{day},BRK-2210,90", "other_than_reported"),
            (f"X-1,{day},BRK-2210,9", "unknown_report_number"),
        ):
            told = received(csv(head, row), mapping={"number": "실적번호"}).rows.get()
            assert [(one["column"], one["code"]) for one in told.faults] == [("실적번호", code)]
        less = received(csv("생산일,품번,양품수량", f"{day},BRK-2210,-5"), kind="production").rows.get()
        assert [one["code"] for one in less.faults] == ["invalid_made"]


def test_a_plants_own_numbers_of_its_reports_name_none_and_are_asked_about(world):
    day, head = world.supplier_site.today, "실적번호,생산일,품번,양품수량"
    with as_person(world, "supplier"):
        own = received(csv(head, f"W-1,{day},BRK-2210,100", f"W-2,{day},CBL-100,5"))
        assert (own.kind, "number" in own.mapping, states(own)) == ("production", False, ["new", "new"])
        asked = [one.field.name for one in propose(kinds()["production"], own.tables[0]["heads"]) if one.is_asked]
        assert asked == ["number"]
        loading.load(import_id=own.pk)
        number = ProductionReport.objects.earliest("pk").number
        listed = received(csv(f"{head},비고", f"{number},{day},BRK-2210,100,", f"W-2,{day},CBL-100,5,"))
        assert (listed.mapping["number"], states(listed)) == ("실적번호", ["same", "error"])


def test_production_without_rejects_stands_whether_it_is_empty_or_zero(world):
    day = world.supplier_site.today
    head = "생산일,품번,양품수량,불량수량,불량사유,로트"
    rows = csv(head, f"{day},BRK-2210,100,0,,A1", f"{day},BRK-2210,80,,,A2", f"{day},BRK-2210,70,0,치수,A3")
    with as_person(world, "supplier"):
        loaded(rows)
        assert states(received(rows)) == ["same"] * 3
        assert loads_again("production")
        assert ProductionReport.objects.count() == 3
        more = loaded(rows.replace(b"100,0,", b"98,2,").replace(b"98,2,,", "98,2,치수,".encode()))
        assert states(more) == ["changed", "same", "same"]
        loaded(rows)
        assert states(received(rows)) == ["same"] * 3


def test_production_of_an_own_part_is_told_with_what_is_wrong_of_it(world):
    today = world.site.today
    with as_person(world, "buyer"):
        create_part(number="FRM-1", name="프레임", tracking=Part.Tracking.LOT.value)
        rows = (
            f"{today},FRM-1,5,,,",
            f"{today},FRM-1,5,1,,A",
            f"{today + timedelta(days=2)},FRM-1,5,,,B",
            f"{today},X,5,,,",
        )
        made = received(csv("생산일,품번,양품수량,불량수량,불량사유,로트", *rows), kind="production")
        codes = [row.faults[0]["code"] for row in made.rows.order_by("place")]
        assert codes == ["lot_missing", "reject_reason_missing", "production_day", "unknown_word"]


def test_of_two_customers_with_one_order_number_the_row_says_which(world, committed):
    first = published(world, quantities=(100,))
    with unscoped(reason=SYSTEM):
        relation = tenancy.relate(buyer=world.stranger, supplier=world.supplier, vendor_code="D9")
        site = tenancy.add_site(organization_id=world.stranger.pk, code="S1", name="서진 본사", name_en="Main")
        own = Part.objects.create(organization=world.stranger, number="BRK-2210", name="브래킷")
        part = PartnerPart.objects.create(**sides_of(relation), part=own, buyer_number="BRK-2210", name="브래킷")
    with as_person(world, "stranger"):
        line = orders.OrderLine(part.pk, Decimal(70), in_days(10))
        second = orders.draft_order(relation_id=relation.pk, receiving_site_id=site.pk, lines=[line], number=first.number)
        orders.publish_order(order_id=second.pk)
    head = "발주번호,고객사,행번호,확정수량,확정납기"
    with as_person(world, "supplier"):
        vague = received(csv(head, f"{first.number},,10,70,{in_days(10)}"), kind="answers")
        assert vague.rows.get().faults[0]["code"] == "order_of_several"
        named = received(
            csv(head, f"{first.number},한빛,10,100,{in_days(10)}", f"{first.number},Seojin,10,70,{in_days(10)}")
        )
        assert [(row.state, row.values["of_order"]) for row in named.rows.order_by("place")] == [
            ("new", first.pk),
            ("new", second.pk),
        ]
        asked = received(csv(head, f"{first.number},한빛정밀,10,100,{in_days(10)}"))
        services.say_words(import_id=asked.pk, meanings=[("customer", "한빛정밀", "한빛")])
        assert states(services.check_import(import_id=asked.pk)) == ["new"]


def test_a_further_line_of_a_part_that_stands_on_the_draft_is_added_once(world):
    order = draft(world, quantities=(100,))
    head, day = "발주번호,행,협력사,품번,수량,납기일", in_days(30)
    rows = csv(head, f"{order.number},신규,대성,BRK-2210,40,{day}")
    with as_person(world, "buyer"):
        made = received(rows, kind="orders")
        assert sorted(states(made)) == ["missing", "new"]
        loading.load(import_id=made.pk)
        assert [line.requested_quantity for line in schedule_of(order)] == [100, Decimal(40)]
        assert sorted(states(received(rows, kind="orders"))) == ["missing", "same"]
        loading.take_back(import_id=made.pk)
        assert [line.requested_quantity for line in schedule_of(order)] == [100]
