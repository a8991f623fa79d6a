"""Other days are asked for on many lines in one form: with a reason, the effect before it is sent, all of them or none."""

import csv
import io
import re
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.events.models import DomainEvent
from apps.orders import services
from apps.orders.exceptions import ChangeOpen, DateInThePast, NothingChanged, NothingToAnswer, OfferRepeated, OnItsWay
from apps.orders.models import ChangeRequest, Confirmation, ScheduleLine
from apps.worklist.asking import asks
from tests.apps.worklist.room import offered
from tests.apps.worklist.test_work import needed
from tests.chain import announced, confirmed, schedule_of
from tests.world import as_if, as_person, in_days, published


def late_lines(world, count, *, days=4, on=9):
    """As many lines, each of an order of its own, promised for later than they are needed."""
    orders = [confirmed(world, days=days, on=in_days(on)) for _ in range(count)]
    with as_person(world, "buyer"):
        return [schedule_of(order)[0] for order in orders]


def sent(lines, *, day=5, quantity=100, **others):
    fields = {"line": [line.pk for line in lines], "reason": "demand", **others}
    for line in lines:
        fields |= {f"quantity-{line.pk}": quantity, f"date-{line.pk}": in_days(day).isoformat()}
    return fields


def open_requests(world):
    with as_person(world, "buyer"):
        return {row.schedule_line_id: (row.delivery_date, row.reason) for row in ChangeRequest.objects.filter(state="open")}


def test_three_lines_are_pulled_in_by_four_clicks(world, client_of):
    """The button of one row, two ticks below it, and the one that sends: what is asked stands there already."""
    lines = late_lines(world, 3)
    needed(world, 250)
    client = client_of("buyer")
    (first, *_rest) = re.findall(r'href="(/work/ask/[^"]+)"', client.get("/work/lines/").content.decode())  # click 1
    page = client.get(first.replace("&amp;", "&")).content.decode()
    boxes = dict(re.findall(r'name="line" value="(\d+)"( checked)?', page))
    assert sorted(map(int, boxes)) == sorted(line.pk for line in lines)
    assert len([value for value in boxes.values() if value]) == 1  # clicks 2 and 3 tick the others
    days = dict(re.findall(r'type="date" name="date-(\d+)" value="([\d-]+)"', page))
    quantities = dict(re.findall(r'name="quantity-(\d+)" inputmode="decimal" value="(\d+)"', page))
    fields = {f"date-{pk}": day for pk, day in days.items()} | {f"quantity-{pk}": n for pk, n in quantities.items()}
    (reason,) = re.findall(r'<option value="(\w+)" selected', page)
    answer = client.post("/work/ask/", {"line": list(boxes), "reason": reason, **fields})  # click 4
    assert "Done: 3. Not possible: 0." in client.get(answer.headers["Location"]).content.decode()
    assert open_requests(world) == {line.pk: (in_days(4), "line_stop") for line in lines}


def test_the_reason_that_fits_all_chosen_lines_is_proposed_and_none_where_nobody_knows_it(world, client_of):
    """By the line that stops, else because it is needed earlier; of a line that comes in time somebody must say why."""
    stops, (later,), on_time = late_lines(world, 1), late_lines(world, 1, days=11, on=14), confirmed(world)
    with as_person(world, "buyer"):
        on_time = schedule_of(on_time)[0]
    needed(world, 60)
    client = client_of("buyer")
    for lines, reason in (
        (stops, "line_stop"),
        ([later], "needed"),
        ([*stops, later], "needed"),
        ([on_time], ""),
    ):
        page = client.get("/work/ask/?" + "&".join(f"row={line.pk}" for line in lines)).content.decode()
        assert re.findall(r'<option value="(\w*)" selected', page) == ([reason] if reason else []), (lines, reason)
        assert f'data-reason="{reason}"' in page


def test_a_reason_of_the_customer_s_is_offered_to_no_supplier(world, client_of):
    order = published(world)
    for path in (f"/orders/{order.pk}/", "/supplying/answers/"):
        page = client_of("supplier").get(path).content.decode()
        assert "Material late" in page
        assert "Needed earlier" not in page


def test_the_effect_is_told_before_it_is_sent(world, client_of):
    (line,) = late_lines(world, 1)
    needed(world, 60)
    with as_person(world, "buyer"):
        (ask,) = asks([line.pk])
        assert (ask.effect.stop, ask.effect.offered_stop, ask.is_chosen) == (5, None, True)
    client = client_of("buyer")
    for day, words in ((5, "does not stop"), (8, "as before")):
        typed = {f"quantity-{line.pk}": "100", f"date-{line.pk}": in_days(day).isoformat()}
        page = client.post("/work/ask/effects/", typed).content.decode()
        assert f'id="effect-{line.pk}" hx-swap-oob="true"' in page
        assert words in page
    for typed in ({"quantity-999999": "1"}, {}, {"quantity-x": "1"}):
        assert "effect-" not in client.post("/work/ask/effects/", typed).content.decode()


def test_all_lines_are_reckoned_in_one_request_and_the_chosen_ones_of_a_part_together(world, client_of):
    """Each alone leaves a line that stops; both together do not."""
    lines = late_lines(world, 2)
    needed(world, 150)
    typed, counted = sent(lines), []
    for chosen in (lines[:1], lines):
        typed["line"] = [line.pk for line in chosen]
        with CaptureQueriesContext(connection) as queries:
            page = client_of("buyer").post("/work/ask/effects/", typed).content.decode()
        counted.append(len(queries))
        assert [page.count(f'id="effect-{line.pk}"') for line in lines] == [1, 1]
        joint = page.split('id="joint"')[1]
        assert ("2 lines" in joint and "does not stop" in joint) is (len(chosen) == 2)
    assert counted[0] == counted[1]


def test_a_wish_inside_the_fence_is_marked(world, client_of):
    with as_person(world, "buyer"):
        as_if(type(world.relation).objects.filter(pk=world.relation.pk), freeze_days=6)
    (line,) = late_lines(world, 1)
    page = client_of("buyer").get(f"/work/ask/?row={line.pk}").content.decode()
    assert "in the freeze fence" in page


@pytest.mark.parametrize("mode", ["whole", ""])
def test_what_may_not_be_asked_is_named_and_the_rest_is_asked_or_nothing(world, client_of, mode):
    first, second, third = late_lines(world, 3)
    with as_person(world, "buyer"):
        wish = services.Change(second.pk, Decimal(100), in_days(4))
        services.request_changes(order_id=second.order_id, changes=[wish], reason="demand")
    client = client_of("buyer")
    answer = client.post("/work/ask/?view=later", sent([first, second, third], mode=mode))
    asked = set(open_requests(world)) - {second.pk}
    if mode == "whole":
        assert (answer.status_code, asked) == (422, set())
        assert str(ChangeOpen.rule) in answer.content.decode()
    else:
        assert asked == {first.pk, third.pk}
        page = client.get(answer.headers["Location"]).content.decode()
        assert "Done: 2. Not possible: 1." in page
        assert "view=later" in page


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"day": -1}, DateInThePast),
        ({"day": 9}, NothingChanged),
        ({"reason": ""}, "reason"),
        ({"quantity": "x"}, "number"),
    ],
)
def test_bad_wishes_are_told_at_their_line_and_nothing_is_asked(world, client_of, fields, words):
    lines = late_lines(world, 1)
    answer = client_of("buyer").post("/work/ask/", sent(lines, **fields))
    assert answer.status_code == 422
    assert (words if isinstance(words, str) else str(words.rule)) in answer.content.decode()
    assert open_requests(world) == {}


def test_without_a_line_nothing_is_asked_and_the_other_side_asks_here_for_nothing(world, client_of):
    (line,) = late_lines(world, 1)
    assert client_of("buyer").post("/work/ask/", {"reason": "demand"}).status_code == 422
    for who in ("supplier", "stranger"):
        client_of(who).post("/work/ask/", sent([line]))
    assert client_of("receiver").get("/work/ask/").status_code == 403
    assert open_requests(world) == {}


def test_who_has_chosen_several_sees_these_and_may_see_the_others(world, client_of):
    """The bug: nineteen lines that nobody had chosen stood between three chosen ones and the reason."""
    lines, client = late_lines(world, 3), client_of("buyer")
    chosen = {str(line.pk) for line in lines[:2]}
    answer = client.post("/lists/work/bulk/", {"act": "pull_in", "row": [line.pk for line in lines[:2]], "query": ""})
    page = client.get(answer.headers["Location"]).content.decode()
    assert set(re.findall(r'name="line" value="(\d+)"', page)) == chosen
    (others,) = re.findall(r'<a href="(\?[^"]+)">Show other lines that could be pulled in', page)
    page = client.get("/work/ask/" + others.replace("&amp;", "&")).content.decode()
    assert set(re.findall(r'name="line" value="(\d+)"', page)) == {str(line.pk) for line in lines}


def test_an_offer_is_countered_from_its_row_in_parts(world, client_of):
    line = offered(world)
    page = client_of("buyer").get("/work/offers/").content.decode()
    assert f"/work/ask/?row={line.pk}&amp;alone=1&amp;to=offers" in page
    form = client_of("buyer").get(f"/work/ask/?row={line.pk}&alone=1&to=offers").content.decode()
    assert "<h1>Counter-proposal</h1>" in form
    assert "offered, not accepted" in form
    assert 'href="/work/offers/' in form
    with as_person(world, "buyer"):
        (ask,) = asks([line.pk], alone=[line.pk])
        assert ask.row.portions == [("100", in_days(10).isoformat())], "what was asked for, and not what is offered"
        assert ask.is_chosen
    fields = sent([line])
    fields |= {f"quantity-{line.pk}": ["60", "40"], f"date-{line.pk}": [in_days(11).isoformat(), in_days(13).isoformat()]}
    answer = client_of("buyer").post("/work/ask/?to=offers", fields)
    assert answer.headers["Location"].startswith("/work/offers/")
    with as_person(world, "buyer"):
        change = ChangeRequest.objects.get(state="open")
        assert (change.is_counter, change.parts) == (True, [(60, in_days(11)), (40, in_days(13))])


def test_a_counter_begins_with_the_day_on_which_the_plan_needs_the_line(world, client_of):
    """The bug: it began with the offer, and sent as it was it asked for what was offered."""
    line = offered(world)
    needed(world, {5: 60, 25: 1})
    page = client_of("buyer").get(f"/work/ask/?row={line.pk}&alone=1").content.decode()
    assert re.findall(r'type="date" name="date-\d+" value="([\d-]+)"', page) == [in_days(5).isoformat()]
    answer = client_of("buyer").post("/work/ask/", sent([line], day=5))
    assert answer.status_code == 302
    assert open_requests(world) == {line.pk: (in_days(5), "demand")}


@pytest.mark.parametrize("to", ["", "&to=offers"])
@pytest.mark.parametrize("is_ticked", [True, False])
def test_a_counter_sent_with_a_fault_comes_back_as_the_same_counter(world, client_of, to, is_ticked):
    """The bug: it came back as "Ask for other days" with all other lines, the words about the offer gone."""
    line, (other,), client = offered(world), late_lines(world, 1), client_of("buyer")
    fields = sent([line], day=15) | ({} if is_ticked else {"line": []})
    html = client.get(f"/work/ask/?row={line.pk}&alone=1{to}").content.decode()
    for _time in range(2):
        action = re.search(r'<form method="post" action="(/work/ask/[^"]*)"', html)[1].replace("&amp;", "&")
        answer = client.post(action, fields)
        html = answer.content.decode()
        assert answer.status_code == 422
        assert (str(OfferRepeated.rule) if is_ticked else "No line is chosen.") in html
        assert "<h1>Counter-proposal</h1>" in html
        assert "The offer stands until the supplier agrees to yours" in html
        assert re.findall(r'name="line" value="(\d+)"', html) == [str(line.pk)] != [str(other.pk)]
    assert open_requests(world) == {}
    answer = client.post(action, sent([line], day=12))
    assert answer.headers["Location"].startswith("/work/offers/" if to else "/work/lines/")
    assert "alone" not in answer.headers["Location"]


def test_many_are_asked_reminded_and_closed_by_as_many_statements_as_few(world):
    counted = []
    for count in (2, 6):
        late, orders = late_lines(world, count), [published(world) for _ in range(count)]
        with as_person(world, "buyer"):
            waiting = [schedule_of(order)[0] for order in orders]
            acts = (
                lambda late=late: services.ask_for_changes(
                    changes=[services.Change(line.pk, Decimal(90), in_days(5)) for line in late], reason="demand"
                ),
                lambda waiting=waiting: services.remind_suppliers(schedule_line_ids=[line.pk for line in waiting]),
                lambda late=late: services.close_lines(schedule_line_ids=[line.pk for line in late], reason="demand"),
            )
            for act in acts:
                with CaptureQueriesContext(connection) as queries:
                    assert act() == {}
                counted.append(len([q for q in queries if "SAVEPOINT" not in q["sql"]]))
    assert counted[:3] == counted[3:]
    assert max(counted) <= 11


def test_who_is_not_to_be_reminded_is_named_and_an_order_of_several_lines_is_reminded_once(world):
    two, done = published(world, quantities=(100, 50)), confirmed(world)
    with as_person(world, "buyer"):
        ids = [line.pk for order in (two, done) for line in schedule_of(order)]
        assert {type(error) for error in services.remind_suppliers(schedule_line_ids=ids).values()} == {NothingToAnswer}
        assert DomainEvent.objects.filter(event="order.reminded").count() == 1
        again = services.remind_suppliers(schedule_line_ids=ids)
        assert sorted(type(error).__name__ for error in again.values()) == ["NothingToAnswer"] + ["RemindedToday"] * 2


def test_rests_of_chosen_lines_are_closed_with_a_reason_and_the_result_is_a_file(world, client_of):
    lines, client = late_lines(world, 2), client_of("buyer")
    chosen = {"row": [line.pk for line in lines], "act": "close", "query": ""}
    page = client.post("/lists/work/bulk/", chosen, follow=True).content.decode()
    assert "A reason is missing. Choose a reason." in page
    assert re.search(r'<select id="reason-close"[^>]*data-needed', page), "the list again, and no result of nothing"
    answer = client.post("/lists/work/bulk/", {**chosen, "reason-close": "demand"})
    file = client.get(f"{answer.headers['Location']}?file=csv")
    rows = list(csv.reader(io.StringIO(file.content.decode("utf-8-sig"))))
    assert [row[1] for row in rows] == ["Result", "Done", "Done"]
    with as_person(world, "buyer"):
        assert set(ScheduleLine.objects.values_list("closed_short_reason", flat=True)) == {"demand"}


def test_what_is_promised_for_the_day_of_need_is_not_proposed_as_its_own_pull_in(world, client_of):
    """Late ones stand below it; the very day of a promise is refused, so nobody is led to ask for it."""
    (late,), on_time = late_lines(world, 1), confirmed(world)
    with as_person(world, "buyer"):
        fits = schedule_of(on_time)[0]
        found = {ask.found.id: ask for ask in asks([fits.pk])}
        assert {pk: (ask.is_settled, ask.is_chosen) for pk, ask in found.items()} == {
            fits.pk: (True, False),
            late.pk: (False, False),
        }
        assert found[fits.pk].row.portions == [("100", in_days(10).isoformat())]
        assert found[late.pk].row.portions == [("100", in_days(4).isoformat())]
    client = client_of("buyer")
    page = client.get(f"/work/ask/?row={fits.pk}").content.decode()
    assert page.count("Nothing to pull in") == 1
    assert client.post("/work/ask/", sent([fits], day=8)).status_code == 302
    assert open_requests(world) == {fits.pk: (in_days(8), "demand")}


def test_where_no_earlier_day_is_left_nothing_is_offered_to_be_pulled_in(world):
    """Promised for today, later than it was needed: no day is earlier. What should have come is asked for anew."""
    today, passed = (late_lines(world, 1)[0] for _ in range(2))
    with as_person(world, "buyer"):
        lines = ScheduleLine.objects.filter(pk__in=(today.pk, passed.pk))
        as_if(lines, requested_date=in_days(-4))
        for line, day in ((today, 0), (passed, -1)):
            as_if(ScheduleLine.objects.filter(pk=line.pk), confirmed_date=in_days(day))
            as_if(Confirmation.objects.filter(schedule_line=line), delivery_date=in_days(day))
        assert [(ask.found.id, ask.is_settled) for ask in asks([])] == [(passed.pk, False)]
        assert {ask.found.id: ask.is_chosen for ask in asks([today.pk])} == {today.pk: False, passed.pk: False}


def test_what_is_on_its_way_is_not_closed_with_the_rest(world):
    moving, still = confirmed(world), confirmed(world)
    announced(world, moving, quantity=40)
    with as_person(world, "buyer"):
        lines = [schedule_of(order)[0].pk for order in (moving, still)]
        refused = services.close_lines(schedule_line_ids=lines, reason="demand")
        assert {pk: type(error) for pk, error in refused.items()} == {lines[0]: OnItsWay}
        assert list(ScheduleLine.objects.order_by("pk").values_list("closed_short_reason", flat=True)) == ["", "demand"]


def test_no_reason_that_nobody_knows_is_chosen_and_all_faults_stand_at_their_fields(world, client_of):
    """A reason that nobody chose goes to no supplier; a day that has passed is told with it, not after it."""
    lines, client = late_lines(world, 2), client_of("buyer")
    page = client.get(f"/work/ask/?row={lines[0].pk}").content.decode()
    assert 'value="demand" selected' not in page
    assert re.search(r'<label for="reason">Reason <small class="mute">needed</small></label>', page), (
        "said before it is sent"
    )
    fields = sent(lines, reason="") | {f"date-{lines[0].pk}": in_days(-1).isoformat()}
    answer = client.post("/work/ask/", fields)
    page = answer.content.decode()
    assert (answer.status_code, open_requests(world)) == (422, {})
    assert re.search(r'<select id="reason"[^>]*aria-invalid="true"', page)
    assert str(DateInThePast.rule) in page
