"""A line that waits for its supplier may be more than reminded of; what was done with many is told line by line."""

import csv
import io
import re
from decimal import Decimal

from apps.orders import services
from apps.orders.models import ChangeRequest
from tests.apps.worklist.room import offered
from tests.apps.worklist.test_asking import late_lines
from tests.chain import schedule_of
from tests.world import as_person, in_days, published


def buttons(client, pk) -> list[str]:
    """What stands in the last cell of a line's row."""
    page = client.get("/work/lines/").content.decode()
    row = page.split(f'name="row" value="{pk}"')[1].split("</tr>")[0].split('<div class="acts">')[1]
    return [" ".join(words.split()) for words in re.findall(r"<(?:button|a)[^>]*>([^<]+)", row)]


def test_a_line_without_an_answer_is_changed_or_split_where_nobody_has_read_it_and_by_a_revision_after(world, client_of):
    """The bug: it offered nothing but a reminder."""
    order = published(world)
    client = client_of("buyer")
    with as_person(world, "buyer"):
        (line,) = schedule_of(order)
    assert buttons(client, line.pk) == ["Remind", "Change or split"]
    to = f"/work/{line.pk}/revise/"
    assert client.get(to).headers["Location"] == f"/orders/{order.pk}/edit/"
    with as_person(world, "supplier"):
        services.acknowledge_order(order_id=order.pk)
    assert client.get(to).headers["Location"] == f"/orders/{order.pk}/revise/"
    assert client.get(f"/orders/{order.pk}/revise/").status_code == 200
    for who in ("supplier", "stranger", "receiver"):
        assert client_of(who).get(to).status_code in (403, 404)


def test_what_we_asked_for_is_taken_back_from_its_row_so_that_something_else_can_be_asked(world, client_of):
    (line,) = late_lines(world, 1)
    with as_person(world, "buyer"):
        wish = services.Change(line.pk, Decimal(100), in_days(5))
        services.request_changes(order_id=line.order_id, changes=[wish], reason="needed")
        change = ChangeRequest.objects.get()
    client = client_of("buyer")
    assert buttons(client, line.pk) == ["Remind", "Withdraw"]
    to = f"/work/{line.pk}/withdraw/?view=theirs&change={change.pk}"
    for who in ("supplier", "stranger", "receiver"):
        client_of(who).post(to)
    with as_person(world, "buyer"):
        assert ChangeRequest.objects.get().state == "open"
    answer = client.post(to)
    assert answer.headers["Location"] == "/work/lines/?view=theirs"
    with as_person(world, "buyer"):
        assert ChangeRequest.objects.get().state == "withdrawn"
    assert buttons(client, line.pk) == ["Pull in"]
    assert client.post("/work/999999/withdraw/?change=x", follow=True).status_code == 200


def result_of(client, name, act, rows, **fields):
    answer = client.post(f"/lists/{name}/bulk/", {"row": rows, "act": act, "query": "", **fields})
    page = client.get(answer.headers["Location"]).content.decode()
    file = client.get(f"{answer.headers['Location']}?file=csv").content.decode("utf-8-sig")
    return page, list(csv.DictReader(io.StringIO(file)))


def test_what_was_done_with_each_of_many_is_told_old_and_new_and_leads_on(world, client_of):
    """The bug: a list of names, each with the word "Done"."""
    client = client_of("buyer")
    line, other = offered(world), offered(world)
    page = client.get("/work/offers/").content.decode()
    rows = re.findall(r'name="row" value="([\d.]+)"', page)
    page, told = result_of(client, "offers", "accept", rows[:1])
    (row,) = told
    assert row["Result"] == "Done"
    assert re.fullmatch(r"100 \S+ · .+ → 100 \S+ · .+", row["What was done"])
    assert row["What was done"] in page
    assert 'href="/work/offers/">Proposals that still wait' in page
    page, told = result_of(client, "offers", "decline", rows[1:])
    assert re.fullmatch(r"100 .+ declined; the supplier is asked again", told[0]["What was done"])
    page, told = result_of(client, "work", "remind", [other.pk, line.pk])
    assert {row["Result"]: bool(row["What was done"]) for row in told} == {"Done": True, "Not possible": False}
    assert "?view=theirs" in page


def test_of_a_rest_that_is_closed_the_pieces_are_told(world, client_of):
    (line,) = late_lines(world, 1)
    page, told = result_of(client_of("buyer"), "work", "close", [line.pk], **{"reason-close": "demand"})
    assert told[0]["What was done"].startswith("100 ")
    assert "not wanted any more" in page
