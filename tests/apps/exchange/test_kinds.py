"""Each kind of rows: loaded, its export loaded again without a difference, taken back."""

from datetime import datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse
from django.utils import timezone

from apps.common.rooms import incoming
from apps.exchange import shown
from apps.exchange.exceptions import NothingToLoad
from apps.exchange.incoming import loading
from apps.exchange.incoming.exporting import workbook
from apps.exchange.incoming.mapping import kinds
from apps.exchange.incoming.services import check_import
from apps.inventory.models import StockBalance, StockMovement
from apps.masterdata.services import create_part
from apps.orders.models import Confirmation, ScheduleLine
from apps.planning.models import PlanRow, Release
from tests.chain import confirmed, schedule_of
from tests.world import as_if, as_person, draft, in_days, published

from .tables import csv, loaded, received, states, xlsx


def test_a_supplier_answers_with_the_file_of_what_waits(world):
    order = published(world, quantities=(100, 50))
    with as_person(world, "supplier"):
        file = workbook(kinds()["answers"])
        made = received(file, "answers.xlsx")
        assert (made.kind, states(made)) == ("answers", ["new", "new"])
        loading.load(import_id=made.pk)
        assert {item.status for item in schedule_of(order)} == {"confirmed"}
        assert set(states(received(file, "answers.xlsx"))) == {"same"}


def test_a_line_is_split_over_days_rejected_and_refused_with_its_cell(world):
    order = published(world, quantities=(100, 50, 30))
    number, day = order.number, in_days(10)
    rows = csv(
        "발주번호,행번호,확정수량,확정납기,사유",
        f"{number},10,60,{day},",
        f"{number},10,40,{in_days(30)},자재",
        f"{number},20,0,,품질",
        f"{number},30,30,,",
        f"{number},99,1,{day},",
    )
    with as_person(world, "supplier"):
        made = received(rows)
        assert states(made) == ["held", "held", "held", "error", "error"]
        codes = [row.faults[0]["code"] for row in made.rows.filter(state="error").order_by("place")]
        assert codes == ["answer_in_pieces", "unknown_line"]
        fixed = rows.decode("utf-8-sig").replace(f"{number},30,30,,", f"{number},30,30,{day},")
        fixed = fixed.rpartition("\r\n")[0]
        loaded(fixed.encode())
        first, second, third = schedule_of(order)
        assert (first.status, second.status, third.status) == ("change_proposed", "rejected", "confirmed")
        assert Confirmation.objects.filter(schedule_line=first).count() == 2


def test_a_file_that_counts_far_more_than_the_ledger_has_is_loaded_once_that_is_meant(world):
    with as_person(world, "buyer"):
        loaded(csv("품번,재고수량", "BRK-2210,300"))
        made = received(csv("품번,재고수량", "BRK-2210,999999"))
        (row,) = made.rows.all()
        assert (row.state, row.faults[0]["code"], row.faults[0]["is_questioned"]) == ("error", "far_above_ledger", True)
        check_import(import_id=made.pk, is_confirmed=True)
        loading.load(import_id=made.pk)
        assert StockBalance.objects.get().quantity == 999_999
        loading.take_back(import_id=made.pk)
        assert StockBalance.objects.get().quantity == 300


def test_a_count_is_posted_as_differences_and_taken_back(world):
    rows = csv("품번,재고수량,단위,상태", 'BRK-2210,"1,200ea",,가용', "CBL-100,12.5,m,", "CBL-100,300,cm,보류")
    with as_person(world, "buyer"):
        made = received(rows)
        assert (made.kind, states(made)) == ("stock", ["new"] * 3)
        loading.load(import_id=made.pk)
        heaps = {(h.number, h.status): h.quantity for h in StockBalance.objects.all()}
        assert heaps == {
            ("BRK-2210", "available"): 1200,
            ("CBL-100", "available"): Decimal("12.5"),
            ("CBL-100", "blocked"): 3,
        }
        assert set(states(received(rows))) == {"same"}
        assert set(states(received(workbook(kinds()["stock"]), "s.xlsx"))) == {"same"}
        loading.take_back(import_id=made.pk)
        assert {heap.quantity for heap in StockBalance.objects.all()} == {0}
        assert StockMovement.objects.filter(kind="count").count() == 6


def test_an_older_count_does_not_write_over_a_newer_one(world):
    with as_person(world, "buyer"):
        loaded(csv("품번,재고수량", "BRK-2210,10"))
        made = received(csv("품번,재고수량,기준일", f"BRK-2210,9,{in_days(-2)}"))
        assert made.rows.get().faults[0]["code"] == "older_count"


def test_a_count_that_finds_what_stands_is_a_look_at_it(world):
    """Stock that was counted every week by table and never differed was grey after a week."""
    rows = csv("품번,재고수량", "BRK-2210,10", "CBL-100,5")
    with as_person(world, "buyer"):
        loaded(rows)
        as_if(StockBalance.objects.all(), as_of=timezone.now() - timedelta(days=8))
        made = received(rows)
        assert states(made) == ["same", "same"]
        assert shown.rows(made, "", 0)["chosen_count"] == 2
        loading.load(import_id=made.pk)
        assert all(heap.as_of > timezone.now() - timedelta(hours=1) for heap in StockBalance.objects.all())
        assert sorted(heap.quantity for heap in StockBalance.objects.all()) == [5, 10]
        as_if(StockBalance.objects.all(), as_of=timezone.now() - timedelta(days=8))
        loaded(csv("품번,재고수량", "BRK-2210,10", "CBL-100,4"))  # beside one that differs
        assert all(heap.as_of > timezone.now() - timedelta(hours=1) for heap in StockBalance.objects.all())


def test_a_count_of_a_day_is_older_than_what_moved_on_it_at_the_site(world):
    """05:00 in Seoul is the day before in UTC: an extract of that day wrote over what moved after it."""
    moved = world.site.today - timedelta(days=1)
    with as_person(world, "buyer"):
        loaded(csv("품번,재고수량", "BRK-2210,10"))
        early = datetime.combine(moved, time(5), ZoneInfo(world.site.time_zone))
        as_if(StockBalance.objects.all(), as_of=early)
        for days in (1, 0):
            made = received(csv("품번,재고수량,기준일", f"BRK-2210,9,{moved - timedelta(days=days)}"))
            assert [row.faults[0]["code"] for row in made.rows.all()] == ["older_count"]
        loaded(csv("품번,재고수량,기준일", f"BRK-2210,10,{moved}"))
        assert StockBalance.objects.get().as_of == early  # it confirms nothing that moved after it
        loaded(csv("품번,재고수량,기준일", f"BRK-2210,9,{world.site.today}"))
        assert StockBalance.objects.get().quantity == 9
        loaded(csv("품번,재고수량,기준일", f"BRK-2210,8,{world.site.today}"))  # counted again on the same day
        assert StockBalance.objects.get().quantity == 8


def test_weeks_across_become_a_plan_and_the_one_before_comes_back(world):
    first = next(day for day in map(in_days, range(8, 15)) if day.isoweekday() == 1)
    second = first.fromordinal(first.toordinal() + 7)
    with as_person(world, "buyer"):
        head = ["Material", "Description", first, second, "Total"]
        made = received(
            xlsx([head, ["BRK-2210", "x", 600, None, 600], ["CBL-100", "y", 2.5, 0, 2.5]]), "plan.xlsx", kind="demand-plan"
        )
        assert states(made) == ["new"] * 3
        loading.load(import_id=made.pk)
        rows = PlanRow.objects.filter(release__state="current")
        assert {(row.bucket, row.day, row.quantity) for row in rows} == {
            ("week", first, Decimal(600)),
            ("week", first, Decimal("2.5")),
            ("week", second, Decimal(0)),
        }
        again = received(workbook(kinds()["demand-plan"]), "p.xlsx", kind="demand-plan")
        assert set(states(again)) == {"same"}
        less = received(
            xlsx([head, ["BRK-2210", "x", 500, None, 600], ["CBL-100", "y", 2.5, None, 2.5]]), "b.xlsx", kind="demand-plan"
        )
        assert sorted(states(less)) == ["changed", "missing", "same"]
        loading.load(import_id=less.pk)
        loading.take_back(import_id=less.pk)
        current = Release.objects.get(state="current")
        assert sorted(row.quantity for row in current.rows.all()) == [0, Decimal("2.5"), 600]


@pytest.mark.parametrize("kind", ["parts", "partner-parts", "orders"])
def test_an_export_loads_again_without_a_difference(world, kind):
    draft(world, quantities=(3, 4))
    confirmed(world)
    with as_person(world, "buyer"):
        made = received(workbook(kinds()[kind]), f"{kind}.xlsx", kind=kind)
        assert set(states(made)) == {"same"}
        assert ScheduleLine.objects.count() == 3


def test_prices_of_partner_parts_are_changed_and_come_back(world):
    rows = csv("협력사,품번,단가,포장수량,조달기간", "V1,BRK-2210,123.45,10,21", "서진,SHF-1,,,14")
    with as_person(world, "buyer"):
        made = received(rows)
        assert (made.kind, states(made)) == ("partner-parts", ["changed", "same"])
        loading.load(import_id=made.pk)
        world.part.refresh_from_db()
        assert (world.part.unit_price, world.part.pack_size, world.part.lead_time_days) == (Decimal("123.45"), 10, 21)
        loading.take_back(import_id=made.pk)
        world.part.refresh_from_db()
        assert (world.part.unit_price, world.part.pack_size, world.part.lead_time_days) == (100, None, 14)


PLAN = ("사업장,품번,날짜,수량", "ASN2,BRK-2210,{day},600", "ASN2,CBL-100,{day},2.5")


@pytest.mark.parametrize(
    "wrong",
    ["ASN2,CBL-100,{day},two", "ASN2,NOPE,{day},2", ",CBL-100,soon,2", "ASN9,CBL-100,{day},2", "ASN2,CBL-100,{day},3"],
)
def test_a_plan_does_not_go_into_force_without_its_wrong_rows(world, wrong):
    def plan(*lines: str) -> bytes:
        return csv(*(line.format(day=in_days(9)) for line in lines))

    with as_person(world, "buyer"):
        loaded(plan(*PLAN), kind="demand-plan")
        rows = (*PLAN[:1], PLAN[1].replace("600", "700"), *(PLAN[2:] if wrong.endswith("3") else ()), wrong)
        made = received(plan(*rows), kind="demand-plan")
        assert states(made)[0] == "held"
    with as_person(world, "buyer"), pytest.raises(NothingToLoad):
        loading.load(import_id=made.pk)
    with as_person(world, "buyer"):
        assert {row.quantity for row in PlanRow.objects.filter(release__state="current")} == {600, Decimal("2.5")}


def test_a_page_says_that_what_a_plan_leaves_out_goes(world, client_of):
    with as_person(world, "buyer"):
        loaded(csv(*(line.format(day=in_days(9)) for line in PLAN)), kind="demand-plan")
        made = received(csv(*(line.format(day=in_days(9)) for line in PLAN[:2])).replace(b"600", b"5"), kind="demand-plan")
        assert states(made) == ["changed", "missing"]
    page = client_of("buyer").get(f"/imports/{made.pk}/").content.decode()
    assert "what is in force and not in the file goes" in page


def test_every_kind_leads_to_the_list_of_its_rows():
    assert [name for name, kind in incoming().items() if not kind.url_name or not reverse(kind.url_name)] == []


def test_a_plan_s_units_are_read_from_a_column_and_from_the_cell(world):
    """The bug: 100 kg of a part that is counted in pieces were loaded as 100 pieces."""
    day = in_days(3)
    with as_person(world, "buyer"):
        create_part(number="WIR-1", name="전선", unit="MTR")
        made = received(csv("품번,일자,수량,단위", f"WIR-1,{day},250,cm", f"BRK-2210,{day},100,EA"), kind="demand-plan")
        loading.load(import_id=made.pk)
        found = dict(PlanRow.objects.filter(release__state="current").values_list("part__number", "quantity"))
        assert found == {"WIR-1": Decimal("2.5"), "BRK-2210": 100}
        wrong = received(csv("품번,일자,수량,단위", f"WIR-1,{day},250,kg"), kind="demand-plan")
        assert wrong.rows.first().faults[0]["code"] == "mixed_units"
        monday = next(in_days(n) for n in range(8, 15) if in_days(n).isoweekday() == 1)
        weeks = [monday, monday + timedelta(weeks=1)]
        wide = [
            ["Material", "Description", *weeks, "Total"],
            ["WIR-1", "x", "1.5 km", "2 km", ""],
            ["BRK-2210", "y", 5, 6, 11],
        ]
        tall = ["품번,일자,수량", f"WIR-1,{weeks[0]},1.5 km", f"WIR-1,{weeks[1]},2 km"]
        for made in (received(xlsx(wide), "p.xlsx", kind="demand-plan"), received(csv(*tall), kind="demand-plan")):
            found = [
                row.values["quantity"] for row in made.rows.all() if row.state == "new" and row.values["part"] == "WIR-1"
            ]
            assert found == ["1500", "2000"]
