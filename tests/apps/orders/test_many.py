"""Acts on lines of many orders over the API: ask, remind, close; refusals are named, or nothing is done."""

from decimal import Decimal

import pytest

from apps.orders.models import ChangeRequest, ScheduleLine
from tests.chain import confirmed, schedule_of
from tests.world import as_person, in_days, published


def line_of(world, order):
    with as_person(world, "buyer"):
        return schedule_of(order)[0].pk


@pytest.fixture
def lines(world):
    """One confirmed line, and one that waits for its supplier."""
    return line_of(world, confirmed(world)), line_of(world, published(world))


def wish(pk, **values):
    return {"schedule_line": pk, "quantity": "100", "delivery_date": str(in_days(12))} | values


def test_other_days_are_asked_for_and_what_may_not_be_is_named(world, api_of, lines):
    stands, waits = lines
    api, body = api_of("buyer"), {"lines": [wish(pk) for pk in lines], "reason": "demand", "comment": "line 4"}
    told = api.post("/api/lines/changes/", body | {"all_or_none": True}).json()
    assert (told["done"], [(row["schedule_line"], row["code"]) for row in told["refused"]]) == ([], [(waits, "wrong_state")])
    with as_person(world, "buyer"):
        assert not ChangeRequest.objects.exists()
    assert api.post("/api/lines/changes/", body).json()["done"] == [stands]
    with as_person(world, "supplier"):
        change = ChangeRequest.objects.get()
    assert (change.side, change.delivery_date, change.reason, change.comment) == ("buyer", in_days(12), "demand", "line 4")


def test_a_wish_is_split_over_days(world, api_of, lines):
    more = [{"quantity": "40", "delivery_date": str(in_days(15))}]
    body = {"lines": [wish(lines[0], quantity="60", more=more)], "reason": "demand"}
    assert api_of("buyer").post("/api/lines/changes/", body).json()["done"] == [lines[0]]
    with as_person(world, "buyer"):
        assert ChangeRequest.objects.get().part_quantities == [Decimal(60), Decimal(40)]


def test_suppliers_are_reminded_of_what_waits_for_them(world, api_of, lines):
    told = api_of("buyer").post("/api/lines/remind/", {"schedule_lines": list(lines)}).json()
    assert (told["done"], told["refused"][0]["code"]) == ([lines[1]], "nothing_to_answer")
    again = api_of("buyer").post("/api/lines/remind/", {"schedule_lines": [lines[1]]}).json()
    assert again["refused"][0]["code"] == "reminded_today"


def test_the_rest_is_closed_with_a_reason(world, api_of, lines):
    body = {"schedule_lines": list(lines), "reason": "demand"}
    told = api_of("buyer").post("/api/lines/close-short/", body | {"all_or_none": True}).json()
    assert (told["done"], told["refused"][0]["schedule_line"]) == ([], lines[1])
    assert api_of("buyer").post("/api/lines/close-short/", body).json()["done"] == [lines[0]]
    with as_person(world, "buyer"):
        assert ScheduleLine.objects.get(pk=lines[0]).closed_short_reason == "demand"


@pytest.mark.parametrize("path", ["changes", "remind", "close-short"])
def test_nobody_else_does_any_of_it(world, api_of, lines, path):
    body = {"lines": [wish(lines[0])], "schedule_lines": [lines[0]], "reason": "demand"}
    body.pop("schedule_lines" if path == "changes" else "lines")
    if path == "remind":
        body.pop("reason")
    refused = api_of("stranger", acts=["view_orders"]).post(f"/api/lines/{path}/", body)
    assert refused.status_code == 403
    acts = {"changes": ["request_change"], "remind": ["request_change"]}
    if path in acts:  # the supplier holds that act, for its own side
        assert api_of("supplier", acts=acts[path]).post(f"/api/lines/{path}/", body).status_code == 403
        other = api_of("stranger", acts=acts[path]).post(f"/api/lines/{path}/", body).json()
        assert (other["done"], other["refused"][0]["code"]) == ([], "unknown_line")
