"""Rows are held against what stands, loaded once, and taken back as one act."""

from decimal import Decimal

import pytest

from apps.exchange.exceptions import ActedSince, ChangedSince, NothingToLoad
from apps.exchange.incoming import loading, services
from apps.exchange.incoming.keeping import kept_rows
from apps.exchange.models import RowState
from apps.masterdata.incoming import PartRows
from apps.masterdata.models import Part, PartnerPart
from apps.masterdata.parts import change_part
from apps.orders import services as orders
from apps.orders.incoming import OrderRows
from apps.orders.models import PurchaseOrder, ScheduleLine
from tests.world import as_person, in_days

from .tables import csv, loaded, received, states

PARTS = csv("품번,품명,단위,도면번호", "NEW-1,새 부품,개,D-1", "BRK-2210,브래킷 개정,EA,D-2", "CBL-100,케이블,m,")


def order_rows(*rows: str) -> bytes:
    return csv("발주번호,행,협력사,품번,수량,단위,단가,납기일,비고", *rows)


def two_orders() -> bytes:
    day, later = in_days(20), in_days(27)
    return order_rows(
        f"4500010001,10,대성,BRK-2210,100,EA,120.5,{day},급함",
        f"4500010001,20,대성,CBL-100,12.5,m,,{later},",
        f"4500010002,10,V2,SHF-1,7,개,,{day},",
    )


def test_parts_are_new_changed_and_unchanged_and_a_second_load_changes_nothing(world):
    with as_person(world, "buyer"):
        made = received(PARTS)
        assert (made.kind, states(made)) == ("parts", ["new", "changed", "same"])
        changed = made.rows.get(state=RowState.CHANGED)
        assert (changed.before["name"], changed.values["name"]) == ("브래킷", "브래킷 개정")
        assert services.changed_fields(services.columns.kinds()["parts"], changed) == {"name", "drawing_number"}
        assert Part.objects.filter(number="NEW-1").count() == 0
        loading.load(import_id=made.pk)
        assert Part.objects.get(number="NEW-1").drawing_number == "D-1"
        assert PartnerPart.objects.get(pk=world.part.pk).name == "브래킷 개정"
        again = received(PARTS)
        assert set(states(again)) == {"same"}
    with as_person(world, "buyer"), pytest.raises(NothingToLoad):
        loading.load(import_id=again.pk)


def test_orders_become_drafts_and_are_taken_back_as_one_act(world):
    with as_person(world, "buyer"):
        made = received(two_orders())
        assert (made.kind, states(made)) == ("orders", ["new"] * 3)
        loading.load(import_id=made.pk)
        order = PurchaseOrder.objects.get(number="4500010001")
        assert (order.is_draft, order.line_count, order.note) == (True, 2, "급함")
        lines = ScheduleLine.objects.filter(order=order).order_by("line__position")
        assert [line.requested_quantity for line in lines] == [Decimal(100), Decimal("12.5")]
        assert [line.line.unit_price for line in lines.select_related("line")] == [Decimal("120.5"), Decimal(100)]
        assert set(states(received(two_orders()))) == {"same"}
        loading.take_back(import_id=made.pk)
        assert not PurchaseOrder.objects.exists()
        assert states(received(two_orders())) == ["new"] * 3


def test_a_changed_line_is_told_with_old_and_new_and_taken_back(world):
    with as_person(world, "buyer"):
        loaded(two_orders())
        text = two_orders().decode("utf-8-sig").replace(",100,EA", ",150,EA")
        made = received(text.encode())
        assert states(made) == ["changed", "same", "same"]
        row = made.rows.get(place=0)
        assert (row.before["quantity"], row.values["quantity"]) == ("100", "150")
        loading.load(import_id=made.pk)
        line = ScheduleLine.objects.get(order__number="4500010001", line__position=10)
        assert line.requested_quantity == 150
        loading.take_back(import_id=made.pk)
        line.refresh_from_db()
        assert line.requested_quantity == 100
        assert ScheduleLine.objects.filter(order__number="4500010001").count() == 2


def test_an_undo_is_refused_by_name_where_somebody_acted_since(world):
    with as_person(world, "buyer"):
        made = loaded(two_orders())
        orders.publish_order(order_id=PurchaseOrder.objects.get(number="4500010002").pk)
    with as_person(world, "buyer"), pytest.raises(ActedSince) as refused:
        loading.take_back(import_id=made.pk)
    with as_person(world, "buyer"):
        assert refused.value.value == "4"
        assert PurchaseOrder.objects.count() == 2


def test_what_is_new_is_known_again_by_what_was_kept_of_it_without_reading_it(world):
    """The versions of drafts that a load has just written are those that reading would give."""
    with as_person(world, "buyer"):
        made, kind = received(two_orders()), OrderRows()
        loading.load(import_id=made.pk)
        rows = list(kept_rows(kind, made.rows.all()))
        stands = kind.standing([row.values for row in rows])
        assert [row.version for row in rows] == [stands[kind.key(row.values)].version for row in rows]
        assert all("draft|1|0|" in row.version for row in rows)


def test_a_long_file_is_marked_in_parts(world, monkeypatch):
    monkeypatch.setattr(loading, "MARKED_AT_ONCE", 2)
    with as_person(world, "buyer"):
        made = loaded(PARTS)
        assert all(made.rows.filter(state__in=("new", "changed")).values_list("version", flat=True))
        loading.take_back(import_id=made.pk)
        assert not Part.objects.filter(number="NEW-1").exists()


def test_what_changed_since_the_check_is_not_written_over(world):
    with as_person(world, "buyer"):
        made = received(PARTS)
        change_part(part_id=world.part.part_id, name="다른 이름")
    with as_person(world, "buyer"), pytest.raises(ChangedSince):
        loading.load(import_id=made.pk)
    with as_person(world, "buyer"):
        assert not Part.objects.filter(number="NEW-1").exists()


def test_what_changes_while_it_is_locked_is_not_written_over(world, monkeypatch):
    lock = PartRows.lock

    def act_first(kind, standing):
        change_part(part_id=world.part.part_id, name="다른 이름")
        lock(kind, standing)

    with as_person(world, "buyer"):
        made = received(PARTS)
    monkeypatch.setattr(PartRows, "lock", act_first)
    with as_person(world, "buyer"), pytest.raises(ChangedSince):
        loading.load(import_id=made.pk)


def test_a_service_s_refusal_names_row_column_value_rule_and_remedy_and_holds_its_order_back(world):
    rows = order_rows(
        f"1,10,대성,BRK-2210,1.5,EA,,{in_days(9)},",
        f"1,20,대성,CBL-100,2,m,,{in_days(9)},",
        f"2,10,대성,BRK-2210,3,EA,,{in_days(-3)},",
        f"3,10,대성,NOPE,3,EA,,{in_days(9)},",
        f"4,10,대성,BRK-2210,three,EA,,{in_days(9)},",
        f"5,10,대성,BRK-2210,4,EA,,{in_days(9)},",
    )
    with as_person(world, "buyer"):
        made = received(rows)
        assert states(made) == ["error", "held", "error", "error", "error", "new"]
        faults = [row.faults[0] for row in made.rows.order_by("place")[:5]]
        assert [(f["column"], f["value"], f["code"]) for f in faults] == [
            ("수량", "1.5", "invalid_quantity"),
            ("", "", "held"),
            ("납기일", str(in_days(-3)), "date_in_the_past"),
            ("품번", "NOPE", "unknown_word"),
            ("수량", "three", "not_a_number"),
        ]
        assert all(fault["rule"] and fault["remedy"] for fault in faults if fault["code"] != "held")
        loading.load(import_id=made.pk)
        assert list(PurchaseOrder.objects.values_list("number", flat=True)) == ["5"]


def test_rows_are_left_out_with_all_of_their_order(world):
    with as_person(world, "buyer"):
        made = received(two_orders())
        assert services.choose_rows(import_id=made.pk, places=[1], is_chosen=False) == 2
        loading.load(import_id=made.pk)
        assert list(PurchaseOrder.objects.values_list("number", flat=True)) == ["4500010002"]


def test_twice_the_same_counts_once_and_a_contradiction_is_asked(world):
    day = in_days(9)
    rows = order_rows(
        f"1,10,대성,BRK-2210,5,EA,,{day},",
        f"1,10, 대성,brk-2210,5,EA,,{day},",
        f"2,10,대성,BRK-2210,5,EA,,{day},",
        f"2,10,대성,BRK-2210,6,EA,,{day},",
    )
    with as_person(world, "buyer"):
        made = received(rows)
        assert states(made) == ["new", "held", "error", "error"]
        assert made.rows.get(place=2).faults[0]["rule"] == "Row 5 says something else of the same: 6."


def test_what_stands_and_is_not_in_the_file_is_told_and_stays(world):
    with as_person(world, "buyer"):
        loaded(two_orders())
        lines = two_orders().decode("utf-8-sig").split("\r\n")
        made = received("\r\n".join([lines[0], lines[1].replace(",100,", ",90,"), lines[3]]).encode())
        assert states(made) == ["changed", "same", "missing"]
        loading.load(import_id=made.pk)
        assert ScheduleLine.objects.filter(order__number="4500010001").count() == 2


def lines_of(number: str) -> dict[int, Decimal]:
    lines = ScheduleLine.objects.filter(order__number=number).select_related("line")
    return {line.line.position: line.requested_quantity for line in lines}


def of_one_part(*rows: str) -> bytes:
    return order_rows(*(f"7,{line},대성,BRK-2210,{quantity},EA,,{in_days(20)}," for line, quantity in map(str.split, rows)))


@pytest.mark.parametrize(
    ("first", "rows", "state", "after"),
    [
        (("10 100", "20 200"), ("20 250",), "changed", {10: 100, 20: 250}),
        (("1 100", "2 200"), ("2 250",), "changed", {10: 100, 20: 250}),
        (("10 100", "20 200"), ("00020 250", "30 300"), "changed", {10: 100, 20: 250, 30: 300}),
        (("10 100", "20 200"), ("7 250",), "error", {10: 100, 20: 200}),
        (("5 100", "7 200"), ("5 100", "7 250"), "same", {10: 100, 20: 250}),
    ],
)
def test_a_row_changes_the_line_whose_number_it_has_and_none_where_several_may_be_meant(world, first, rows, state, after):
    with as_person(world, "buyer"):
        loaded(of_one_part(*first))
        made = received(of_one_part(*rows))
        assert states(made)[0] == state
        if state == "error":
            assert made.rows.get(place=0).faults[0]["code"] == "line_open"
        else:
            loading.load(import_id=made.pk)
        assert lines_of("7") == after


def test_notes_of_an_order_settle_stay_whole_and_go_as_one(world):
    def noted(first: str, second: str) -> bytes:
        text = two_orders().decode("utf-8-sig").split("\r\n")
        return "\r\n".join([text[0], text[1].replace("급함", first), text[2] + second]).encode()

    with as_person(world, "buyer"):
        loaded(noted("가", "나"))
        order = PurchaseOrder.objects.get(number="4500010001")
        assert order.note == "가\n나"
        assert set(states(received(noted("가", "나")))) == {"same"}
        changed = loaded(noted("", "다"))
        order.refresh_from_db()
        assert order.note == "다"
        loading.take_back(import_id=changed.pk)
        order.refresh_from_db()
        assert order.note == "가\n나"
        long = received(noted("가" * 300, "나" * 300))
        assert long.rows.get(place=0).faults[0]["code"] == "notes_too_long"
