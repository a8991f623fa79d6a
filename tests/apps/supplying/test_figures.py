"""Each figure of the two first pages, and how many rows stand where it leads."""

import re

import pytest
from django.utils.translation import ngettext, override

from apps.deliveries import services as deliveries
from apps.orders.models import PurchaseOrder, ScheduleLine
from tests.apps.supplying.room import due, waiting
from tests.chain import announced, confirmed
from tests.world import as_if, as_person, in_days

TILE = re.compile(r'<a class="tile" href="([^"#]+)"><h2>([^<]+)</h2><p class="figure">([^<]+)</p>')


def past(world, order) -> None:
    """The promised day of an order has passed."""
    with as_person(world, "supplier"):
        as_if(ScheduleLine.objects.filter(order_id=order.pk), confirmed_date=in_days(-3), requested_date=in_days(-3))
        as_if(PurchaseOrder.objects.filter(pk=order.pk), due_date=in_days(-3))


@pytest.fixture
def day(world):
    """Orders of two lines that wait, one that leaves today, one overdue, and one that is overdue and on its way."""
    waiting(world, quantities=(100, 60))
    waiting(world)
    due(world)
    past(world, confirmed(world))
    gone = confirmed(world)
    shipment = announced(world, gone)
    with as_person(world, "supplier"):
        deliveries.depart(shipment_id=shipment.pk)
    past(world, gone)
    announced(world, confirmed(world, days=4))


def figures(client) -> dict[str, tuple[str, str]]:
    page = client.get("/").content.decode()
    return {title: (to.replace("&amp;", "&"), value) for to, title, value in TILE.findall(page)}


def rows_at(client, to: str) -> int:
    page = client.get(to).content.decode()
    body = page.partition("<tbody")[2].partition("</tbody>")[0]
    return len(re.findall(r"<tr[ >]", body))


@pytest.mark.parametrize("who", ["supplier", "buyer"])
def test_every_figure_counts_the_rows_that_it_leads_to(world, day, client_of, who):
    """The bug: home said that one was late, and that three orders wait, where the lists held other numbers."""
    client = client_of(who)
    found = figures(client)
    assert len(found) >= 4
    counted = {title: (value, str(rows_at(client, to))) for title, (to, value) in found.items() if value != "—"}
    assert {title: pair for title, pair in counted.items() if pair[0] != pair[1]} == {}


def test_the_figures_of_a_supplier_are_lines_by_the_rules_of_its_lists(world, day, client_of):
    client = client_of("supplier")
    found = figures(client)
    assert {title: value for title, (_to, value) in found.items() if title in ("To answer", "To ship", "Late")} == {
        "To answer": "3",
        "To ship": "2",
        "Late": "1",
    }
    assert found["To ship"][0].startswith("/supplying/shipping/")
    assert client.get("/counts/").json()["asked"] == 3


NOTE = re.compile(r'<p class="figure">([^<]+)</p><p class="sub">(.*?)</p>', re.DOTALL)


def notes(client) -> list[tuple[str, str]]:
    """Each figure of the first page with the small words below it."""
    found = NOTE.findall(client.get("/").content.decode())
    return [(value, " ".join(re.sub(r"<[^>]+>", "", words).split())) for value, words in found]


@pytest.mark.parametrize("who", ["supplier", "buyer", "inspector", "receiver"])
def test_no_figure_says_its_number_twice(world, day, client_of, who):
    """The bug: "15 / 15 lines, wait for you", and at nothing "0 / lines, wait for you"."""
    client = client_of(who)
    assert [words for value, words in notes(client) if words.split()[0] == value] == []


def test_the_words_below_a_figure_read_on_at_nothing_one_and_many(world, client_of):
    client = client_of("supplier")
    assert notes(client)[0] == ("0", "lines to answer")
    waiting(world)
    assert notes(client)[0] == ("1", "line to answer")
    waiting(world)
    assert notes(client)[0] == ("2", "lines to answer")
    with override("ko"):
        assert {ngettext("line to answer", "lines to answer", n) for n in (0, 1, 2)} == {"회신할 납기 일정"}


def test_the_first_page_says_how_many_orders_more_there_are(world, client_of, monkeypatch):
    """The bug: the list ended at twelve orders where the tab said thirteen, without a word."""
    monkeypatch.setattr("apps.tower.today.SHOWN", 2)
    client = client_of("supplier")
    for _n in range(2):
        waiting(world)
    assert "more" not in re.findall(r'<p class="(more)">', client.get("/").content.decode())
    waiting(world)
    past(world, confirmed(world))
    assert more(client, "/") == ("/orders/?view=open", "2 more orders")
    assert more(client, "/?view=unanswered") == ("/orders/?view=unanswered", "1 more order")
    for _n in range(2):
        past(world, confirmed(world))
    # Three lines stand below two orders; the list that it leads to has a row a line, and so has the number.
    assert more(client, "/?view=late") == ("/supplying/risks/?view=late", "1 more line")
    past(world, confirmed(world, quantities=(100, 50)))
    assert more(client, "/?view=late") == ("/supplying/risks/?view=late", "3 more lines")


def test_one_word_has_one_number_on_the_first_page(world, client_of):
    """The bug: "Late" was two in the figure, which counts lines, and one in the tab, which counted orders."""
    past(world, confirmed(world, quantities=(100, 50)))
    waiting(world, quantities=(100, 50))
    for who, numbered in (("supplier", []), ("buyer", [("Unanswered", "1"), ("Late", "1")])):
        client = client_of(who)
        told = {title: value for title, (_to, value) in figures(client).items()}
        tabs = client.get("/").content.decode().split('class="tabs"')[1].split("</nav>")[0]
        named = re.findall(r">\s*([^<>]+?)\s*<b>(\d+)</b>", tabs)
        assert {word: n for word, n in named if told.get(word, n) != n} == {}, who
        assert named == numbered


def more(client, to: str) -> tuple[str, str]:
    """Where the first page leads to the rest of its list, and what it says of it."""
    page = client.get(to).content.decode().partition('<p class="more">')[2].partition("</p>")[0]
    leads = re.findall(r'href="([^"]+)"', page)[0]
    return leads, " ".join(re.sub(r"<[^>]+>", "", page).split())
