"""`make demo` has something to see on every page of every role: each login goes through its navigation, tab by tab."""

import csv
import re
from collections import Counter
from collections.abc import Iterator
from fnmatch import fnmatch
from html import unescape
from urllib.parse import urljoin, urlsplit

import pytest
from django.test import Client

from apps.accounts.door import enter
from apps.accounts.models import User
from apps.common.rooms import entries
from apps.inventory.models import StockBalance, StockStatus
from apps.learning.models import ModelVersion, Run
from apps.masterdata.example import DOMAIN, SUPPLIERS
from apps.orders.example import CALLED
from apps.quality.models import InspectionLot
from apps.tenancy.scope import identity, unscoped
from apps.tower.stops import planned_needs, stops_of
from apps.tower.today import buyer_context
from apps.web.demo import training
from apps.web.management.commands.seed_demo import LOGINS
from apps.worklist.offers import offers
from apps.worklist.work import work
from tests import world as worlds
from tests.example import example_cluster
from tests.learning import picture_runs
from tests.rooms import shown

pytestmark = pytest.mark.long

NAVIGATION = re.compile(r'<nav class="side".*?</nav>', re.DOTALL)
TABS = re.compile(r'<nav class="tabs.*?</nav>', re.DOTALL)
HREF = re.compile(r'href="([^"]+)"')
EMPTY = re.compile(r'<div class="empty">.*?<p>(.*?)</p>|<tbody>\s*</tbody>', re.DOTALL)
# login, pattern of addresses → why nothing stands there.
ALLOWED = {place: why for room in shown() for place, why in room.empty.items()}


@pytest.fixture(scope="module")
def example(django_db_setup, django_db_blocker) -> Iterator[None]:
    with django_db_blocker.unblock(), example_cluster():
        with unscoped(reason=worlds.SYSTEM):
            picture_runs()
        yield


def links(html: str, pattern: re.Pattern[str], base: str) -> list[str]:
    """Addresses of this site in the first place of the page that the pattern finds."""
    found = pattern.search(html)
    hrefs = [urljoin(base, unescape(href)) for href in HREF.findall(found[0])] if found else []
    return [href for href in hrefs if not urlsplit(href).netloc]


def pages_of(client: Client) -> Iterator[tuple[str, str]]:
    """(address, page) of each entry of the navigation, and of each of its tabs once."""
    seen: set[str] = set()
    wanted = ["/inbox/", *links(client.get("/").content.decode(), NAVIGATION, "/")]
    while wanted:
        path = wanted.pop(0)
        if path in seen:
            continue
        seen.add(path)
        answer = client.get(path, follow=True)
        assert answer.status_code == 200, path
        html = answer.content.decode()
        yield path, html
        if "?" not in path:
            wanted += links(html, TABS, path)


def signed_in(login: str) -> Client:
    client = Client(headers={"accept-language": "en"})
    with identity():
        user = User.objects.get(email=f"{login}@{DOMAIN}")
        client.force_login(user, backend="apps.accounts.backends.EmailBackend")
    return client


def why_empty(login: str, path: str) -> list[str]:
    return [why for (who, pages), why in ALLOWED.items() if fnmatch(login, who) and fnmatch(path, pages)]


@pytest.mark.parametrize("login", [name for _label, name in LOGINS])
def test_every_page_of_the_demo_has_something_to_see(example, login):
    shown = dict(pages_of(signed_in(login)))
    empty = {path: [words.strip() for words in EMPTY.findall(html)] for path, html in shown.items() if EMPTY.search(html)}
    assert len(shown) >= 4, shown.keys()
    assert {path: words for path, words in empty.items() if not why_empty(login, path)} == {}
    assert len(shown) - len(empty) >= 3


def test_the_logins_reach_every_entry_of_the_navigation(example):
    reached: set[str] = set()
    for _label, name in LOGINS:
        reached |= set(links(signed_in(name).get("/").content.decode(), NAVIGATION, "/"))
    assert len(reached) >= len(entries())


def test_every_lot_that_waits_lies_in_inspection_and_can_be_decided(example):
    """Planted before: the two overdue lots, first in the inspector's list, were in no stock and refused every decision."""
    with unscoped(reason=worlds.SYSTEM):
        lots = list(InspectionLot.objects.filter(status="open"))
        stock = StockBalance.objects.filter(status=StockStatus.INSPECTION).values_list("partner_part_id", "lot", "quantity")
        lying = {(part, lot): quantity for part, lot, quantity in stock}
        short = [lot.number for lot in lots if lying.get((lot.partner_part_id, lot.lot), 0) < lot.quantity]
    assert len(lots) >= 10
    assert short == []


def test_the_new_rows_of_each_factory_name_the_lots_that_its_customer_has_not_inspected(example, tmp_path):
    seen = 0
    for number, factory in enumerate(training.FACTORIES):
        lots = training.open_lots(number)
        training.write_rows(factory, tmp_path / "rows", lots)
        assert len(lots) >= 2, SUPPLIERS[number]
        with (tmp_path / "new.csv").open(newline="") as file:
            named = Counter(row["lot"] for row in csv.DictReader(file))
        assert sorted(named) == lots
        assert min(named.values()) >= 25
        seen += len(lots)
    assert seen >= 14


@pytest.mark.parametrize(("state", "is_released"), [("finished", True), ("failed", False), ("stopped", False)])
def test_the_model_of_the_example_run_is_released_where_the_run_ended_well(example, state, is_released):
    with unscoped(reason=worlds.SYSTEM):
        model = ModelVersion.objects.get()
        ModelVersion.objects.filter(pk=model.pk).update(released_at=None)
        Run.objects.filter(pk=model.run_id).update(state=state)
    assert training.release(model.run_id) is is_released
    with unscoped(reason=worlds.SYSTEM):
        assert ModelVersion.objects.get().is_used is is_released
        ModelVersion.objects.update(released_at=model.released_at)
        Run.objects.filter(pk=model.run_id).update(state="finished")


def test_the_demo_forecasts_some_parts_and_says_how_far_off_each_was(example):
    """The bug: of every part too few weeks were known, so that the page showed no forecast at all."""
    page = signed_in("buyer").get("/tower/forecasts/").context["list"]
    told = {row.part.number: row for row in page.page_rows if row.expected}
    assert set(CALLED) <= set(told)
    assert all(told[number].error > 0 and told[number].sum() > 0 for number in CALLED)
    assert any(row.expected.is_better for row in told.values())


def test_every_shortage_has_its_causing_order_in_the_list_of_work(example):
    """Of the example's lines that stop no piece lacks its row; the first page counts the rows as their list does."""
    with identity():
        buyer = User.objects.get(email=f"buyer@{DOMAIN}")
    with enter(user_id=buyer.pk, organization_id=None, source="screen"):
        causes, rows = (
            [cause for need in stops_of(planned_needs()) for _stop, named in need.shortages for cause in named],
            work(),
        )
        assert causes
        assert {cause.late.schedule_line_id for cause in causes if cause.late} <= {row.key for row in rows if row.line}
        assert sum(row.cause.quantity for row in rows if row.cause) == sum(cause.quantity for cause in causes)
        counts = buyer_context("")["counts"]
        assert (counts["work"], counts["offers"]) == (len(rows), len(offers()))
