"""What a proposal counts and says beside the page of its part: one day, one gap, and the drafts."""

import re

import pytest

from apps.common.dates import day_text
from apps.orders.drafted import drafted
from apps.tower.ordering import Chosen, draft, in_drafts
from tests.world import as_person, in_days, published
from tests.world import draft as draft_lines

from .test_needs import count, planned
from .test_ordering import D, ruled, terms


def test_drafts_are_summed_by_day_for_the_parts_that_are_asked_about(world, db):
    """Files of old orders make drafts of a hundred thousand lines: a page about one part reads none of the others."""
    for quantities in ((100, 20), (7,)):
        draft_lines(world, quantities=quantities)
    with as_person(world, "buyer"):
        assert list(drafted([world.second_part.part_id])) == []
        (row,) = drafted([world.part.part_id])
        assert (row.part_id, row.quantity) == (world.part.part_id, 127)
        assert in_drafts(row.part_id, row.site_id) == 127


def behind_of(browser, page):
    """What the page of a part says of the day to which its first proposal leads, in plain words."""
    path = re.search(r'href="(/tower/needs/[^"]+)"', page)[1]
    behind = browser.get(path).content.decode().partition('id="behind"')[2].partition("</section>")[0]
    return " ".join(re.sub("<[^>]*>", " ", behind).split())


@pytest.mark.parametrize(
    ("safety", "words"),
    [
        (0, "elow zero from {} on, with 10 EA missing that day"),
        (35, "elow the safety stock of 35 from {} on, with 5 EA missing that day"),
    ],
)
def test_a_proposal_and_the_page_of_its_part_tell_one_day_and_one_gap(world, db, client_of, safety, words):
    """The bug: one said no stock from a day and what a week lacks, the other another day and what that day lacks."""
    terms(world, lead_time_days=1)
    planned(world, *[10] * 12)
    count(world, 60)
    if safety:
        ruled(world, safety=safety)
    browser = client_of("buyer")
    page = browser.get("/tower/proposals/").content.decode()
    told = words.format(day_text(in_days(2 if safety else 6)))
    assert f"b{told}; by up to" in page
    assert f"B{told}." in behind_of(browser, page)


def test_what_a_proposal_counts_and_the_page_of_its_part_does_not_is_said(world, db, client_of):
    """The bug: with drafts, or with a delivery proposed before, a later day was named, and nobody said why."""
    terms(world, lead_time_days=1)
    planned(world, *[10] * 20)
    count(world, 50)
    with as_person(world, "buyer"):
        draft([Chosen(world.part.pk, world.site.pk, in_days(5), D(30))])
    browser = client_of("buyer")
    first, second = (row["why"] for row in browser.get("/tower/proposals/").context["offers"])
    assert f"below zero from {day_text(in_days(8))} on" in first
    assert "counted: 30 EA that lie in drafts" in first
    assert "proposed for earlier days" not in first
    assert f"below zero from {day_text(in_days(15))} on, with 10 EA missing that day" in second
    assert "counted: 70 EA that are proposed for earlier days" in second
    page = browser.get(f"/tower/needs/{world.part.part_id}/{world.site.pk}/").content.decode()
    assert f"Below zero from {day_text(in_days(5))} on, with 10 EA missing that day." in page
    assert "30 EA lie in drafts: they count here when they are sent, and in order proposals already." in " ".join(
        page.split()
    )


def test_an_earlier_gap_that_what_is_ordered_fills_first_is_said_beside_the_one_to_order_for(world, db, client_of):
    terms(world, lead_time_days=5)
    planned(world, *[10] * 12)
    count(world, 15)
    published(world, quantities=(45,), days=3)
    (offer,) = client_of("buyer").get("/tower/proposals/").context["offers"]
    assert f"below zero from {day_text(in_days(6))} on" in offer["why"]
    told = f"short on {day_text(in_days(1))} too, but what is ordered comes before a new delivery could"
    assert told in offer["why"]
