"""The pages of plans: pasting with wrong cells mended, what changes, and what a week opens into."""

import re
from datetime import timedelta
from decimal import Decimal

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from apps.common.dates import day_text
from apps.masterdata.services import create_part
from apps.planning import services
from apps.planning.models import BillItem, Demand, PlanRow, Release
from apps.planning.services import Goes, Planned
from tests.world import as_person, in_days

PASTE = "/plans/paste/"


def sent(world, text, step="check", **more):
    return {"site": world.site.pk, "kind": "demand", "text": text, "step": step, **more}


def test_a_pasted_plan_is_shown_mended_and_put_in_force(world, client_of):
    browser = client_of("buyer")
    days = [in_days(n).isoformat() for n in (1, 2)]
    text = f"part\t{days[0]}\t{days[1]}\nBRK-2210\t40\t4x\nNONE-1\t1\t2\nCBL-100\t1.5\t2"
    page = browser.post(PASTE, sent(world, text))
    assert page.status_code == 422
    shown = page.content.decode()
    assert 'name="cell-1-2" value="4x"' in shown
    assert 'name="cell-2-0" value="NONE-1"' in shown
    assert "40" in shown
    with as_person(world, "buyer"):
        assert not Release.objects.exists()
    mended = {"cell-1-2": "44", "was-cell-1-2": "4x", "cell-2-0": "SHF-1", "was-cell-2-0": "NONE-1"}
    page = browser.post(PASTE, sent(world, text, **mended))
    assert page.status_code == 200
    assert "6 values of 3 parts" in page.content.decode()
    text = page.context["form"]["text"].value()
    page = browser.post(PASTE, sent(world, text, step="publish"), follow=True)
    assert page.redirect_chain[0][0].startswith("/plans/")
    with as_person(world, "buyer"):
        assert PlanRow.objects.count() == Demand.objects.count() == 6
        assert {row.site_id for row in Demand.objects.all()} == {world.site.pk}
    page = browser.post(PASTE, sent(world, text.replace("44", "50")))
    assert "1 changed, 0 new, 0 gone" in page.content.decode()


def test_the_preview_says_what_stands_until_a_plan_begins(world, client_of):
    browser = client_of("buyer")
    page = browser.post(PASTE, sent(world, f"part\t{in_days(3)}\nBRK-2210\t40"))
    assert "nothing planned until" in page.content.decode()
    browser.post(PASTE, sent(world, f"part\t{in_days(1)}\nBRK-2210\t40", step="publish"))
    page = browser.post(PASTE, sent(world, f"part\t{in_days(3)}\nBRK-2210\t40"))
    assert "kept from PLAN-" in page.content.decode()
    assert "nothing planned until" not in page.content.decode()
    page = browser.post(PASTE, sent(world, f"part\t{in_days(0)}\nBRK-2210\t40"))
    assert "kept from" not in page.content.decode()


def shown_cells(page):
    """What the table of a first plan shows: heads, then a row a part."""
    table = page.content.decode().split('<table class="grid need">')[1].split("</table>")[0]
    rows = [re.sub(r"<[^>]+>", " ", row).split() for row in table.split("<tr")[1:]]
    return [row[1:] if row[0] == ">" else row for row in rows]


def test_the_preview_of_a_first_plan_shows_what_will_stand(world, client_of):
    browser = client_of("buyer")
    days = [in_days(n) for n in (1, 3)]
    page = browser.post(PASTE, sent(world, f"part\t{days[0]}\t{days[1]}\nBRK-2210\t40\t41\nCBL-100\t1.5\t"))
    heads, first, second = shown_cells(page)
    assert len([word for word in heads if "/" in word]) == 2
    assert first[0] == "BRK-2210"
    assert first[-2:] == ["40", "41"]
    assert second[0] == "CBL-100"
    assert second[-1] == "1.5"
    monday = in_days(7) - timedelta(days=in_days(7).weekday())
    weeks = [(monday + timedelta(weeks=n)).isocalendar() for n in (0, 1)]
    head = "\t".join(f"{week.year}-W{week.week:02}" for week in weeks)
    page = browser.post(PASTE, sent(world, f"part\t{head}\nBRK-2210\t70\t71", kind="production"))
    heads, only = shown_cells(page)
    assert [word for word in heads if word.startswith("W")] == [f"W{week.week}" for week in weeks]
    assert only[-2:] == ["70", "71"]


def test_a_first_plan_of_many_parts_says_how_many_more_there_are(world, client_of):
    with as_person(world, "buyer"):
        numbers = [create_part(number=f"MNY-{n:03}", name="나사").number for n in range(63)]
    table = f"part\t{in_days(1)}\n" + "\n".join(f"{number}\t5" for number in numbers)
    page = client_of("buyer").post(PASTE, sent(world, table))
    assert "3 more parts" in page.content.decode()
    assert len(shown_cells(page)) == 61


def test_a_plan_that_changes_nothing_says_so(world, client_of):
    browser = client_of("buyer")
    table = f"part\t{in_days(1)}\nBRK-2210\t40"
    browser.post(PASTE, sent(world, table, step="publish"))
    assert "it says the same as the one before" in browser.post(PASTE, sent(world, table)).content.decode()


def test_who_plans_a_part_a_second_time_is_told_that_both_add_up(world, client_of):
    table = f"part\t{in_days(1)}\nBRK-2210\t40\nSHF-1\t2"
    browser = client_of("buyer")
    assert "both add up" not in browser.post(PASTE, sent(world, table)).content.decode()
    with as_person(world, "buyer"):
        axle = create_part(number="AXL-1", name="축")
        services.keep_bills(items=[Goes(axle.pk, world.part.part_id, Decimal(1))])
        services.publish_plan(site_id=world.site.pk, rows=[Planned(axle.pk, in_days(1), Decimal(40))])
    page = browser.post(PASTE, sent(world, table)).content.decode()
    assert "already needs 1 of these parts here: both add up" in page


def test_a_value_mended_in_the_table_stays_so(world, client_of):
    day = in_days(1).isoformat()
    boxes = {"cell-2-1": "4o", "was-cell-2-1": "4o"}  # sent along, untouched
    page = client_of("buyer").post(PASTE, sent(world, f"part\t{day}\n\nBRK-2210\t40", **boxes))
    assert page.status_code == 200
    page = client_of("buyer").post(PASTE, sent(world, f"part\t{day}\n\nBRK-2210\t1,200.5"))
    assert 'name="was-cell-2-1" value="1,200.5"' in page.content.decode()
    assert "B3" in page.content.decode()


def test_pieces_are_whole_and_a_part_stands_once_a_day(world, client_of):
    day = in_days(1).isoformat()
    page = client_of("buyer").post(PASTE, sent(world, f"part\t{day}\nBRK-2210\t1.5\nCBL-100\t2\nCBL-100\t3"))
    assert 'name="cell-1-1"' in page.content.decode()
    assert 'name="cell-3-1"' in page.content.decode()


def test_bills_are_pasted_and_a_loop_names_its_path(world, client_of):
    browser = client_of("buyer")
    page = browser.post("/plans/bills/", {"text": "SHF-1\tBRK-2210\t2\t2.5\t3\nSHF-1\tCBL-100\t0.5"})
    assert page.status_code == 302
    with as_person(world, "buyer"):
        found = set(BillItem.objects.values_list("quantity", "scrap_share", "offset_days"))
    assert {tuple(map(float, row)) for row in found} == {(2, 0.025, 3), (0.5, 0, 0)}
    page = browser.post("/plans/bills/", {"text": "BRK-2210\tSHF-1\t1"})
    assert page.status_code == 422
    assert "→ SHF-1" in page.content.decode() or "→ BRK-2210" in page.content.decode()
    page = browser.post("/plans/bills/", {"text": "BRK-2210\tNONE\tx"})
    assert 'name="cell-0-1"' in page.content.decode()
    assert 'name="cell-0-2"' in page.content.decode()


def test_a_week_opens_into_its_days(world, client_of):
    browser = client_of("buyer")
    assert "No plan is in force" in browser.get("/plans/").content.decode()
    browser.post(PASTE, sent(world, f"part\t{in_days(1)}\nBRK-2210\t40", step="publish"))
    closed = browser.get("/plans/").content.decode()
    monday = timezone.localdate() - (timezone.localdate() - in_days(1 - in_days(1).weekday()))
    opened = browser.get(f"/plans/?open={monday.isoformat()}&site={world.site.pk}").content.decode()
    assert closed.count("<th scope") + 7 == opened.count("<th scope")
    assert opened.count("\n40</td>") == closed.count("\n40</td>") + 1


def test_past_what_is_known_of_a_part_the_weeks_ask(world, client_of):
    with as_person(world, "buyer"):
        axle = create_part(number="AXL-1", name="축")
        services.keep_bills(items=[Goes(axle.pk, world.part.part_id, Decimal(1))])
        services.publish_plan(site_id=world.site.pk, rows=[Planned(axle.pk, in_days(1), Decimal(40))])
        rows = [Planned(world.second_part.part_id, in_days(n), Decimal(5)) for n in (1, 20)]
        services.publish_plan(site_id=world.site.pk, kind="demand", rows=rows)
    rows = client_of("buyer").get("/plans/").content.decode().split("<tbody>")[1].split("</tbody>")[0].split("</tr>")
    asked = {number: row.count(">?<") for number in ("BRK-2210", "CBL-100") for row in rows if number in row}
    assert asked["BRK-2210"] >= 2
    assert asked["CBL-100"] == 0  # nothing is needed between, and that is known


def test_the_last_day_of_a_plan_by_the_week_is_its_sunday(world, client_of):
    browser = client_of("buyer")
    monday = in_days(7) - timedelta(days=in_days(7).weekday())
    iso = monday.isocalendar()
    page = browser.post(PASTE, sent(world, f"part\t{iso.year}-W{iso.week:02}\nBRK-2210\t40"))
    assert page.context["previews"][0]["last"] == day_text(monday + timedelta(days=6))


def test_nobody_else_sees_a_plan(world, client_of):
    browser = client_of("buyer")
    browser.post(PASTE, sent(world, f"part\t{in_days(1)}\nBRK-2210\t40", step="publish"))
    with as_person(world, "buyer"):
        pk = Release.objects.get().pk
    assert browser.get(f"/plans/{pk}/").status_code == 200
    for name in ("supplier", "stranger", "coordinator"):
        assert client_of(name).get(f"/plans/{pk}/").status_code in (403, 404)


def test_a_unit_that_converts_is_converted_and_one_that_does_not_is_a_wrong_cell(world, client_of):
    """The bug: the column of units was passed by, and 1.5 km of cable were put in force as 1.5 m."""
    day, browser = in_days(1), client_of("buyer")
    with as_person(world, "buyer"):
        create_part(number="WIR-1", name="전선", unit="MTR")
    head = "품목\t일자\t수량\t단위\t비고"
    rows = f"{head}\nWIR-1\t{day}\t1.5\tkm\t\nWIR-1\t{in_days(2)}\t250 cm\t\t\nBRK-2210\t{day}\t100 EA\t\t급함"
    page = browser.post(PASTE, sent(world, rows))
    assert "Column “비고” was not read." in " ".join(page.content.decode().split())
    browser.post(PASTE, sent(world, rows, step="publish"))
    with as_person(world, "buyer"):
        found = list(PlanRow.objects.order_by("quantity").values_list("part__number", "quantity"))
    assert found == [("WIR-1", Decimal("2.5")), ("BRK-2210", 100), ("WIR-1", 1500)]
    page = browser.post(PASTE, sent(world, f"{head}\nBRK-2210\t{day}\t100\tkg\nWIR-1\t{day}\t3 boxes\t"))
    assert page.status_code == 422
    wrong = {cell.name: (cell.value, str(cell.words)) for cell in page.context["wrong"]}
    assert wrong["cell-1-3"][0] == "kg"
    assert "kg does not convert" in wrong["cell-1-3"][1]
    assert "unit of the same kind" in wrong["cell-1-3"][1]
    assert wrong["cell-2-2"][0] == "3 boxes"
    assert "Use one of" in wrong["cell-2-2"][1]


def test_what_a_paste_takes_away_is_said_and_goes_only_with_a_tick(world, client_of):
    browser = client_of("buyer")
    days = [in_days(n) for n in range(1, 85)]
    table = "part\t" + "\t".join(map(str, days)) + "\nBRK-2210" + "\t40" * len(days)
    browser.post(PASTE, sent(world, table, step="publish"))
    short = f"part\t{days[0]}\nBRK-2210\t41"
    page = browser.post(PASTE, sent(world, short))
    shown = " ".join(page.content.decode().split())
    gone = "83 quantities of 1 parts that stand are not in what you pasted and will be gone, until " + day_text(days[-1])
    assert gone in shown
    assert f"24 more changes, until {day_text(days[-1])}" in shown
    assert f"83 gone ({day_text(days[1])} to {day_text(days[-1])})" in shown.replace("( ", "(").replace(" )", ")")
    page = browser.post(PASTE, sent(world, short, step="publish"))
    assert page.status_code == 422
    assert "tick that it is meant" in page.content.decode()
    tick = page.context["gone"]
    less = short.replace(str(days[0]), str(days[1]))  # a yes is one to what was shown
    assert browser.post(PASTE, sent(world, less, step="publish", gone=tick)).status_code == 422
    with as_person(world, "buyer"):
        assert Release.objects.count() == 1
    assert browser.post(PASTE, sent(world, short, step="publish", gone=tick)).status_code == 302
    page = browser.post(PASTE, sent(world, table))
    assert not page.context["gone"]
    assert 'name="gone"' not in page.content.decode()


def test_a_plan_that_is_over_is_refused_when_it_is_looked_at(world, client_of):
    """The bug: only the act refused it, after a preview that offered it."""
    browser = client_of("buyer")
    past = f"part\t{in_days(-3)}\nBRK-2210\t40"
    for step in ("check", "publish"):
        page = browser.post(PASTE, sent(world, past, step=step))
        assert page.status_code == 422
        assert "The plan&#x27;s period is over." in page.content.decode() or "days to come" in page.content.decode()
        assert "previews" not in page.context


def test_a_yes_is_one_to_the_plan_that_was_looked_at(world, client_of):
    """The bug: somebody else's plan, put in force between a look and the yes to it, was replaced unseen."""
    browser, day = client_of("buyer"), in_days(1)
    browser.post(PASTE, sent(world, f"part\t{day}\nBRK-2210\t40", step="publish"))
    mine = f"part\t{day}\nBRK-2210\t41"
    looked = browser.post(PASTE, sent(world, mine)).context["seen"]
    with as_person(world, "buyer"):
        services.publish_plan(site_id=world.site.pk, kind="demand", rows=[Planned(world.part.part_id, day, Decimal(99))])
    page = browser.post(PASTE, sent(world, mine, step="publish", seen=looked))
    assert page.status_code == 422
    assert "Nothing is in force yet: look again" in page.content.decode()
    assert page.context["seen"] != looked
    with as_person(world, "buyer"):
        assert [row.quantity for row in Demand.objects.all()] == [99]
    assert browser.post(PASTE, sent(world, mine, step="publish", seen=page.context["seen"])).status_code == 302


def test_what_stands_is_held_from_the_last_look_at_it_until_the_plan_is_in_force(world, client_of):
    """Nobody else's plan comes between them: it waits for the counter that both lock."""
    with CaptureQueriesContext(connection) as queries:
        client_of("buyer").post(PASTE, sent(world, f"part\t{in_days(1)}\nBRK-2210\t40", step="publish"))
    told = [query["sql"] for query in queries]
    held = next(n for n, sql in enumerate(told) if "'plan'" in sql)
    read = [n for n, sql in enumerate(told) if "planning_release" in sql and sql.lstrip().startswith("SELECT")]
    written = next(n for n, sql in enumerate(told) if sql.startswith('INSERT INTO "planning_release"'))
    assert held < min(read) < written


def test_forty_rows_of_which_three_are_wrong_are_named_cell_by_cell_and_the_rest_is_kept(world, client_of):
    with as_person(world, "buyer"):
        parts = [create_part(number=f"Z-{n:02}", name=f"품목 {n}") for n in range(40)]
    rows = [[part.number, "5", "6"] for part in parts]
    rows[4][1], rows[17][0], rows[39][2] = "5..5", "Z-99", "-6"
    table = "\n".join("\t".join(row) for row in [["part", f"{in_days(1)}", f"{in_days(2)}"], *rows])
    page = client_of("buyer").post(PASTE, sent(world, table, step="publish"))
    assert page.status_code == 422
    named = [(cell.row, cell.column, cell.value) for cell in page.context["wrong"]]
    assert named == [(5, 1, "5..5"), (18, 0, "Z-99"), (40, 2, "-6")]
    assert page.context["form"]["text"].value().count("\n") >= 39
    with as_person(world, "buyer"):
        assert not Release.objects.exists()
    mended = {"cell-5-1": "5", "was-cell-5-1": "5..5", "cell-18-0": "Z-17", "was-cell-18-0": "Z-99"}
    mended |= {"cell-40-2": "6", "was-cell-40-2": "-6"}
    assert client_of("buyer").post(PASTE, sent(world, table, step="publish", **mended)).status_code == 302
    with as_person(world, "buyer"):
        assert PlanRow.objects.count() == 80
