"""The tower's pages say what is known and no more, and the curve stands under its columns."""

import re
from datetime import date, timedelta
from decimal import Decimal
from types import SimpleNamespace

import pytest
from django.template.loader import render_to_string
from django.utils import timezone

from apps.common.charts import ACROSS
from apps.common.dates import day_text
from apps.common.period import months_later
from apps.inventory import services as inventory
from apps.masterdata.models import Part
from apps.masterdata.services import create_part
from apps.orders.models import ScheduleLine
from apps.planning.known import Needed
from apps.planning.services import Goes, Planned, keep_bills, publish_plan
from apps.tenancy.models import Site
from apps.tower import need_pages
from apps.tower.curve import COLUMN, curve
from apps.tower.customers import CustomerNeed, spans
from apps.tower.need import Need
from apps.tower.pages import commitment_grid
from apps.tower.projection import project
from apps.tower.supply import Commitment
from tests.chain import announced, confirmed, received
from tests.drawn import without_drawn
from tests.world import as_if, as_person, in_days, published


def count(world, quantity, who="receiver", site=None):
    with as_person(world, who):
        counted = [inventory.Counted(world.part.pk, Decimal(quantity))]
        inventory.count_stock(site_id=(site or world.site).pk, counted=counted)


def outlook(client, path="/tower/outlook/"):
    return client.get(path).content.decode()


@pytest.mark.parametrize("quantity", [0, 1, 5000])
def test_counted_stock_is_never_sufficient_where_no_demand_is_known(world, client_of, quantity):
    count(world, quantity)
    client = client_of("buyer")
    for page in (outlook(client), outlook(client, f"/tower/parts/{world.part.pk}/")):
        assert "No demand known" in page
        for claim in ("Covered", "All is well", "t-ok", "Missing"):
            assert claim not in page


def test_the_part_page_names_the_order_that_comes_later_and_its_line(world, client_of):
    order = confirmed(world, on=in_days(14))
    page = outlook(client_of("buyer"), f"/tower/parts/{world.part.pk}/")
    causes = page[page.index('id="late"') :].split("</section>")[0]
    for words in (order.number, "line 10", "Confirmed for a later day", "+4d"):
        assert words in causes


@pytest.mark.parametrize(
    ("who", "own", "others"),
    [
        ("buyer", ["Changes proposed", "wait for you"], ["lot waits for you", "deliveries to receive"]),
        ("inspector", ["lot waits for you", "past their ten days"], ["Changes proposed", "deliveries to receive"]),
        ("receiver", ["Due today", "deliveries to receive"], ["Changes proposed", "lot waits for you"]),
    ],
)
def test_the_first_figures_are_what_waits_for_the_reader(world, client_of, who, own, others):
    """Planted before: an inspector and a receiver read that proposals wait for them, and nothing of their own work."""
    received(world, announced(world, confirmed(world)))
    announced(world, confirmed(world))
    page = client_of(who).get("/").content.decode()
    tiles = page[page.index('id="figures"') :].split("</section>")[0]
    assert [words for words in own if words not in tiles] == []
    assert [words for words in others if words in tiles] == []


@pytest.mark.parametrize("view", ["", "?view=short"])
def test_a_supplier_without_stock_and_orders_is_not_told_that_all_is_well(world, client_of, view):
    page = outlook(client_of("supplier"), f"/tower/outlook/{view}")
    assert "All is well" not in page
    assert "you have counted no stock" in page or "whose stock you counted" in page


def test_a_supplier_reads_its_own_stock_against_the_orders_of_its_part(world, client_of):
    published(world)
    client = client_of("supplier")
    assert "Stock unknown" in outlook(client)
    assert "Stock left" not in outlook(client, f"/tower/parts/{world.part.pk}/")
    count(world, 500)
    count(world, 40, who="supplier", site=world.supplier_site)
    page = without_drawn(outlook(client, f"/tower/parts/{world.part.pk}/"))
    assert "Stock does not cover the orders: in 10 days" in page
    assert "500" not in page
    assert client_of("stranger").get(f"/tower/parts/{world.part.pk}/").status_code == 404


def test_every_step_of_the_curve_lies_on_the_edge_of_a_column():
    values = [Decimal(n) for n in (30, 30, 50, 50)]
    drawn = curve("Stock", values, today=in_days(0), unit="H87", wished=[Decimal(n) for n in (30, 40, 50, 50)])
    assert drawn.width == 4 * COLUMN
    wished, stock = drawn.lines
    assert (wished.tone, stock.name) == ("wished", "Stock")
    for line, edges in ((wished, (1, 2, 4)), (stock, (2, 4))):
        assert [int(x) for x in re.findall(r"H(\d+)", line.path)] == [ACROSS // 4 * n for n in edges]
    assert [column.gap_height > 0 for column in drawn.columns] == [False, True, False, False]
    assert "10 later than requested" in drawn.columns[1].words


@pytest.mark.parametrize("values", [(0, 0), (-30, 10), (5, 5), (1234567, 2)])
def test_the_axis_goes_round_steps_around_all_values(values):
    drawn = curve("Stock", [Decimal(v) for v in values], today=in_days(0), unit="H87")
    marks = [mark for _y, mark in drawn.ticks]
    assert min(marks) <= min(*values, 0)
    assert max(marks) >= max(*values, 1)
    assert Decimal(0) in marks
    assert len(marks) <= 7


CELL = re.compile(r"<td[^>]*>(?:<a[^>]*>)?([^<]*)")


def cells(page, head):
    """One row of the time grid."""
    return CELL.findall(re.search(rf'<th scope="row">{head}\s*(?:<small>[^<]*</small>)?</th>(.*?)</tr>', page, re.DOTALL)[1])


@pytest.mark.parametrize("counted", [0, 60, 109, 110, 5000])
def test_days_of_supply_never_contradict_the_stock_beside_them(world, client_of, counted):
    """On one page 5,760 were left on a day that had 0 days of supply, and a part that lasts 2.4 days was covered."""
    announced(world, confirmed(world, quantities=(60,), days=5), quantity=20, days=1)
    published(world, quantities=(50,), days=9)
    count(world, counted)
    count(world, counted, who="supplier", site=world.supplier_site)
    path, buyer, supplier = f"/tower/parts/{world.part.pk}/", client_of("buyer"), client_of("supplier")
    assert not [page for page in (outlook(buyer), outlook(buyer, path)) if "Days of supply" in page]
    page = outlook(supplier, path)
    left = [Decimal(text.replace(",", "").replace("−", "-")) for text in cells(page, "Stock left")]
    lasts = [Decimal(text.removeprefix("≥ ")) for text in cells(page, "Days of supply") if text]
    assert (len(left), len(lasts)) == (28, 27)  # nobody knows what follows the last day
    assert [day > 0 for day in lasts] == [stock > 0 for stock in left[:27]]  # both as the day ends
    assert page.count("as the day ends") == 2
    assert left[0] == counted - 20, "the announced pieces"
    assert "Announced and not left yet: 20" in page, "what is taken off is named"
    row = outlook(supplier)  # what is announced lies in the stock and is free for no other order
    assert ("≥ 28" in row, "Stock covers the open orders" in row) == (
        (True, True) if counted >= 110 else (False, False)
    )  # announced pieces lie there


@pytest.mark.parametrize("path", ["/tower/scorecards/", "/tower/scorecards/{relation}/"])
@pytest.mark.parametrize("asked", [None, 0, -3, -12, -40, 5, 600])
def test_scorecards_never_page_into_the_future(world, client_of, path, asked):
    now = timezone.localdate().replace(day=1)
    month = "" if asked is None else f"&to={months_later(now, asked):%Y-%m}"
    page = client_of("buyer").get(f"{path.format(relation=world.relation.pk)}?side=buyer{month}").content.decode()
    shown = min(asked or 0, 0)
    assert f"– {months_later(now, shown):%Y-%m}" in page
    period = page.split('aria-label="Period">')[1].split("</nav>")[0]
    later = [f"{months_later(now, min(shown + 12, 0)):%Y-%m}"] if shown < 0 else []
    assert re.findall(r"to=([\d-]+)", period) == [f"{months_later(now, shown - 12):%Y-%m}", *later]


@pytest.mark.parametrize(("today", "years"), [(date(2026, 12, 20), {"2027"}), (date(2026, 6, 1), set())])
def test_the_days_of_a_grid_carry_the_year_across_new_year(today, years):
    nothing = [Decimal(0)] * 28
    item = Commitment(1, *[Decimal(0)] * 3, None, Decimal(0), project(Decimal(0), nothing, nothing), None)
    page = render_to_string("tower/_days.html", {"grid": commitment_grid(item, today, "H87")})
    heads = page.split("<th ")[2:]
    assert len(heads) == 28
    assert {year for head in heads for year in re.findall(r"<small>(\d{4})</small>", head)} == years
    assert sum("<small>20" in head for head in heads) == (16 if years else 0)


def test_the_figure_of_line_stops_says_what_nobody_knows(world, client_of):
    client = client_of("buyer")

    def figure():
        page = client.get("/").content.decode()
        assert 'id="stops"' in page  # there to be renewed when the first line stops
        tile = page[page.index('id="figures"') :].split("The line stops")[1].split("</a>")[0]
        return " ".join(re.sub("<svg.*?</svg>|<[^>]*>", " ", tile, flags=re.DOTALL).split()), page

    words, page = figure()
    assert words == "— no plan is in force"
    assert "No plan is in force, so nobody knows whether a line stops." in page
    with as_person(world, "buyer"):
        rows = [Planned(part.part_id, in_days(5), Decimal(20)) for part in (world.part, world.second_part)]
        publish_plan(site_id=world.site.pk, kind="demand", rows=rows)
        gearbox, axle = create_part(number="GBX-1", name="감속기"), create_part(number="AXL-1", name="축")
        keep_bills(items=[Goes(axle.pk, gearbox.pk, Decimal(1)), Goes(gearbox.pk, world.second_part.part_id, Decimal(1))])
        publish_plan(site_id=world.site.pk, rows=[Planned(axle.pk, in_days(5), Decimal(20))])
    words, page = figure()
    assert words == "— of 2 planned parts 2 unknown"  # the gearbox is made here: nobody waits for it
    assert "Stock or plans are old, so nobody knows whether a line stops." in page
    count(world, 50)
    words, page = figure()
    assert words == "0 of 2 planned parts 1 unknown"
    assert "All is well" in page
    count(world, 5)
    words, page = figure()
    assert words == "1 part, of 2 planned ones 1 unknown"
    assert "All is well" not in page
    assert "what stops a line stands below" in page


def test_what_is_ordered_and_not_confirmed_is_named_beside_the_stock_with_arrivals(world, client_of):
    """The bug: it was in no figure of the page, nor said to be in none, least of all what nobody answered in time."""
    published(world, quantities=(30,), days=5)
    published(world, quantities=(20,), days=90)
    published(world, quantities=(7,), days=1)
    with as_person(world, "buyer"):
        as_if(ScheduleLine.objects.filter(requested_quantity=7), requested_date=in_days(-1))
    count(world, 5)
    client, path = client_of("buyer"), f"/tower/parts/{world.part.pk}/"
    page = outlook(client, path)
    words = " ".join(re.sub("<svg.*?</svg>|<[^>]*>", " ", page, flags=re.DOTALL).split())
    assert "Ordered, not confirmed 57 not in the stock with arrivals" in words
    assert "Stock with arrivals without 57 EA that are not confirmed" in words
    assert set(cells(page.replace("small>", "em>"), r"Stock with arrivals\s*<em>.*?</em>")) == {"5"}
    confirmed(world, quantities=(40,), days=3)
    assert "without 57 EA that are not confirmed" in outlook(client, path)


def test_the_last_week_of_a_horizon_says_how_many_of_its_days_are_known():
    """The bug: it was cut in its middle, and its sums stood as those of a whole week."""
    today, stock = date(2026, 6, 3), Decimal(1000)  # a Wednesday
    days = {today + timedelta(days=n): Decimal(10) for n in range(60)}
    plan = Needed(days, today + timedelta(days=59), timezone.now(), [])
    need = Need(Part(unit="H87"), Site(pk=1), today, 14, stock, Decimal(0), Decimal(0), timezone.now(), {}, plan)
    first, whole, last = need_pages.weeks(need)
    assert [(week["days"], week["demand"], week["is_part"]) for week in (first, whole, last)] == [
        (5, 50, False),
        (7, 70, False),
        (2, 20, True),
    ]
    assert last["until"] == date(2026, 6, 16)


def test_the_page_of_a_need_shows_no_end_of_a_week_that_it_does_not_reach(world, client_of):
    """26 weeks from any day but a Monday end in the middle of one."""
    with as_person(world, "buyer"):
        rows = [Planned(world.part.part_id, in_days(n), Decimal(1)) for n in range(200)]
        publish_plan(site_id=world.site.pk, kind="demand", rows=rows)
    count(world, 900)
    page = outlook(client_of("buyer"), f"/tower/needs/{world.part.part_id}/{world.site.pk}/")
    table = page.partition('id="weeks-title"')[2].partition("</table>")[0]
    first, *_between, last = [" ".join(re.sub("<[^>]*>", " ", row).split()) for row in table.split("<tr")[2:]]
    weekday = timezone.localdate().weekday()
    if weekday:
        assert f"{7 - weekday} of 7 days" in first
        assert f"{weekday} of 7 days" in last
        assert f"{weekday} known until {day_text(in_days(181))} 0 ? ?" in last
    else:
        assert "of 7 days" not in table


def test_days_of_this_week_that_have_passed_are_left_out_of_it():
    today = date(2026, 6, 4)  # a Thursday
    rows = {
        ("day", date(2026, 6, 1), 1): Decimal(5),
        ("day", today, 1): Decimal(7),
        ("week", date(2026, 6, 8), 1): Decimal(9),
    }
    told = SimpleNamespace(rows=rows, until=date(2026, 7, 31), release=SimpleNamespace(weeks_from=date(2026, 6, 8)))
    assert [span.firm for span in spans(CustomerNeed(told, today, {}), 2)] == [7, 9]


def test_the_page_of_a_need_tells_how_a_day_came_about_and_what_causes_the_gap(world, client_of):
    order = confirmed(world, on=in_days(14))  # 100 asked for day 10
    with as_person(world, "buyer"):
        rows = [Planned(world.part.part_id, in_days(n), Decimal(20)) for n in range(16)]
        publish_plan(site_id=world.site.pk, kind="demand", rows=rows)
    count(world, 150)
    client = client_of("buyer")
    assert "Line stops in 7 days" in outlook(client)
    assert "Line stops in 7 days" in outlook(client, "/tower/outlook/?view=stops")
    assert world.part.buyer_number not in re.sub("<nav.*?</nav>", "", outlook(client, "/tower/outlook/?view=unknown"))
    path = f"/tower/needs/{world.part.part_id}/{world.site.pk}/"
    page = outlook(client, path)
    for words in ("150 usable now", "160 needed", "−10 EA are left", "10 EA missing", "Nothing ordered", "nothing"):
        assert words.lower() in page.lower(), words
    page = outlook(client, f"{path}?day={in_days(14)}&from={in_days(7)}")
    assert "50 EA are left" in page.replace("−", "")
    assert order.number in page
    later = outlook(client, f"{path}?day={in_days(15)}&from={in_days(7)}")
    behind = later.partition('id="behind"')[2].partition("</section>")[0]
    assert order.number in behind, "of the pieces that came by then the order is named too"
    assert world.part.buyer_number in behind
    assert later.count('aria-current="true"') == page.count('aria-current="true"')
    assert f"day={in_days(15)}&amp;from={in_days(7)}#behind" in re.findall(r'href="\?([^"]+)" aria-current="true"', later)
    cell = outlook(client, f"{path}?day={in_days(15)}&from={in_days(7)}&kind=confirmed")
    assert order.number not in cell.partition('id="behind"')[2].partition("</section>")[0]
    assert client.get(f"{path}?day=soon").status_code == 400
    assert client_of("supplier").get(path).status_code == 404


def test_arrivals_are_not_added_to_stock_that_nobody_counted(world, client_of):
    confirmed(world, on=in_days(3))
    client = client_of("buyer")
    path = f"/tower/parts/{world.part.pk}/"

    def stock_row():
        row = client.get(path).content.decode().split("Stock with arrivals</th>")[1].split("</tr>")[0]
        return set(re.sub("<[^>]*>", " ", row).split())

    def on_hand():
        (item,) = client.get(f"/api/outlooks/?part={world.part.pk}").json()
        return {day["on_hand"] for day in item["days"]}

    assert (stock_row(), on_hand()) == ({"?"}, {None})
    count(world, 5)
    assert "?" not in stock_row()
    assert None not in on_hand()
