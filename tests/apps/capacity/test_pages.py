"""The pages of capacity: a group is made, weeks are typed and pasted, and what is too much is said with what to do."""

import re
from decimal import Decimal

from apps.capacity.load import WEEK
from apps.capacity.models import CapacityGroup, CapacityPart, CapacityWeek
from apps.capacity.pasted import parts_of
from apps.masterdata.models import Part, PartnerPart
from apps.planning.sheet import table_of
from apps.planning.weeks import monday_of
from tests.world import as_person, in_days, published

D = Decimal


def week(n):
    return monday_of(in_days(0)) + n * WEEK


def named(n):
    year, number, _day = week(n).isocalendar()
    return f"{year}-W{number:02d}"


def made(world, browser, **values):
    form = {"site": world.supplier_site.pk, "code": "M-1", "name": "1호기", "kind": "resource", "unit": "H87"}
    form |= {"usual": "100", "usual_maximum": "120", "parts": "BRK-2210\t2"} | values
    answer = browser.post("/capacity/new/", form)
    assert answer.status_code == 302, answer.context["form"].errors
    with as_person(world, "supplier"):
        return CapacityGroup.objects.latest("pk")


def test_a_group_is_made_changed_and_ended_on_its_pages(world, client_of):
    browser = client_of("supplier")
    wrong = {"site": world.supplier_site.pk, "code": "M-1", "name": "1", "kind": "resource", "unit": "H87"}
    page = browser.post("/capacity/new/", wrong | {"parts": "NONE-1\t2\nBRK-2210\tx"})
    assert page.status_code == 422
    shown = page.content.decode()
    assert "A1 NONE-1: No part that you make or supply has this number." in shown
    assert "B2 x: A load factor is a number above 0" in shown
    with as_person(world, "supplier"):
        assert not CapacityGroup.objects.exists()
    group = made(world, browser)
    assert "× 2" in browser.get(f"/capacity/{group.pk}/").content.decode()
    page = browser.get(f"/capacity/{group.pk}/edit/").content.decode()
    assert "S-BRK-2210\t2" in page
    form = {"code": "M-1", "name": "2호기", "kind": "parts", "unit": "H87", "usual": "90", "parts": "S-BRK-2210"}
    assert browser.post(f"/capacity/{group.pk}/edit/", form).status_code == 302
    assert "2호기" in browser.get("/capacity/").content.decode()
    assert client_of("stranger").get(f"/capacity/{group.pk}/").status_code == 404
    assert client_of("stranger").post(f"/capacity/{group.pk}/end/").status_code == 404
    assert browser.post(f"/capacity/{group.pk}/end/").status_code == 302
    assert "2호기" not in browser.get("/capacity/").content.decode()


def test_load_without_enough_capacity_is_said_with_week_figures_and_what_to_do(world, client_of):
    browser = client_of("supplier")
    group = made(world, browser)
    published(world, quantities=(65,), days=(week(1) - in_days(0)).days)  # of a week that has begun, what is left gives less
    shown = " ".join(browser.get("/capacity/").content.decode().split())
    assert "1 week needs a decision" in shown
    assert "≥ 130 EA are to be made, actual 100, maximum 120: 10 too many." in shown
    assert "agree other days with customers" in shown
    form = {"code": "M-1", "name": "1호기", "kind": "resource", "unit": "H87", "parts": "BRK-2210\t2"}
    browser.post(f"/capacity/{group.pk}/edit/", form)
    assert "and nobody said what can be." in browser.get("/capacity/").content.decode()


def test_weeks_are_typed_and_wrong_ones_named_with_the_rest_kept(world, client_of):
    browser = client_of("supplier")
    path = f"/capacity/{made(world, browser).pk}/"
    fields = {f"actual-{week(1):%Y%m%d}": "80", f"maximum-{week(1):%Y%m%d}": "70", f"actual-{week(2):%Y%m%d}": "60"}
    page = browser.post(path, fields)
    assert page.status_code == 422
    shown = page.content.decode()
    assert 'value="60"' in shown
    assert "the maximum is not below the actual one" in shown
    page = browser.post(path, fields | {f"actual-{week(2):%Y%m%d}": "6o"})
    assert (page.status_code, "This is no number." in page.content.decode()) == (422, True)
    with as_person(world, "supplier"):
        assert not CapacityWeek.objects.exists()
    assert browser.post(path, fields | {f"maximum-{week(1):%Y%m%d}": ""}).status_code == 302
    with as_person(world, "supplier"):
        assert dict(CapacityWeek.objects.values_list("week", "actual")) == {week(1): 80, week(2): 60}
    assert browser.post(path, {f"actual-{week(1):%Y%m%d}": ""}).status_code == 302
    with as_person(world, "supplier"):
        assert list(CapacityWeek.objects.values_list("week", flat=True)) == [week(2)]


def test_a_table_is_pasted_as_a_grid_or_a_list_and_mended_cell_by_cell(world, client_of):
    browser = client_of("supplier")
    made(world, browser)
    made(world, browser, code="M-2")
    text = f"code\t{named(1)}\t{named(2)}\nM-1\t90\t9x\nM-9\t1\t2\nM-2\t70\t"
    page = browser.post("/capacity/", {"site": world.supplier_site.pk, "text": text})
    assert page.status_code == 422
    shown = page.content.decode()
    assert 'name="cell-1-2" value="9x"' in shown
    assert "No capacity group of this site has this code." in shown
    with as_person(world, "supplier"):
        assert not CapacityWeek.objects.exists()
    mends = {"cell-1-2": "95", "was-cell-1-2": "9x", "cell-2-0": "", "was-cell-2-0": "M-9"}
    mends |= {"cell-2-1": "", "was-cell-2-1": "1", "cell-2-2": "", "was-cell-2-2": "2"}
    assert browser.post("/capacity/", {"site": world.supplier_site.pk, "text": text, **mends}).status_code == 302
    with as_person(world, "supplier"):
        found = {(row.group.code, row.week): row.actual for row in CapacityWeek.objects.select_related("group")}
    assert found == {("M-1", week(1)): 90, ("M-1", week(2)): 95, ("M-2", week(1)): 70}
    text = f"group;week;actual;maximum\nM-1;{named(1)};80;110\nM-2;{week(2).isoformat()};60;50\nM-2;{named(-2)};60;"
    page = browser.post("/capacity/", {"site": world.supplier_site.pk, "text": text})
    shown = page.content.decode()
    assert "The maximum is below the actual capacity." in shown
    assert "Capacity is told of weeks from this one on" in shown
    good = f"M-1;{named(1)};80;110"
    assert browser.post("/capacity/", {"site": world.supplier_site.pk, "text": good}).status_code == 302
    with as_person(world, "supplier"):
        assert CapacityWeek.objects.get(group__code="M-1", week=week(1)).maximum == 110


def test_a_pasted_grid_leaves_the_maximum_and_a_wrong_field_is_marked_itself(world, client_of):
    browser = client_of("supplier")
    group = made(world, browser)
    text = f"code\t{named(1)}\nM-1\t90"
    assert browser.post("/capacity/", {"site": world.supplier_site.pk, "text": text}).status_code == 302
    with as_person(world, "supplier"):
        assert CapacityWeek.objects.get().maximum == 120
    key = f"{week(2):%Y%m%d}"
    shown = browser.post(f"/capacity/{group.pk}/", {f"actual-{key}": "80", f"maximum-{key}": "70"}).content.decode()
    assert 'aria-invalid="true"' not in shown.partition(f'name="actual-{key}"')[2].partition(">")[0]
    assert 'aria-invalid="true"' in shown.partition(f'name="maximum-{key}"')[2].partition(">")[0]


def test_a_form_that_was_read_before_another_change_is_not_saved(world, client_of):
    browser = client_of("supplier")
    group = made(world, browser)
    read = re.search('name="stamp" value="([^"]+)"', browser.get(f"/capacity/{group.pk}/edit/").content.decode()).group(1)
    form = {"code": "M-1", "name": "2호기", "kind": "parts", "unit": "H87", "usual": "100", "usual_maximum": "120"}
    form |= {"parts": "BRK-2210\t2", "stamp": read}
    assert browser.post(f"/capacity/{group.pk}/edit/", form).status_code == 302
    page = browser.post(f"/capacity/{group.pk}/edit/", form | {"name": "3호기"})
    assert page.status_code == 422
    assert "nobody writes over" in page.content.decode()


def test_the_part_that_a_group_makes_stays_itself_when_a_later_revision_comes(world):
    with as_person(world, "supplier"):
        old = Part.objects.create(organization=world.supplier, number="01B001", revision="A", name="Bracket", unit="H87")
        Part.objects.create(organization=world.supplier, number="01B001", revision="B", name="Bracket", unit="H87")
        (found,), wrong = parts_of(table_of("01B001 2"), [CapacityPart(part=old)])
    assert (found.part_id, wrong) == (old.pk, [])


def test_parts_of_a_group_are_typed_without_a_tab_and_found_by_the_customers_number_too(world):
    for text in ("BRK-2210 1.5", "brk-2210;1.5", "BRK-2210\t1.5"):
        with as_person(world, "supplier"):
            (found,), wrong = parts_of(table_of(text))
        assert (found.partner_part_id, found.factor, wrong) == (world.part.pk, D("1.5"), []), text
    with as_person(world, "supplier"):
        own = Part.objects.create(organization=world.supplier, number="01B001", name="Bracket", unit="H87")
        PartnerPart.objects.filter(pk=world.part.pk).update(own_number=own.number)
        (found,), wrong = parts_of(table_of("BRK-2210 2"))
    assert (found.part_id, found.partner_part_id, wrong) == (own.pk, None, [])
