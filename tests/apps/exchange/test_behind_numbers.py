"""What stands behind a number in its own cell is taken, asked or refused, and never dropped."""

from decimal import Decimal

import pytest

from apps.exchange.exceptions import WritingOpen
from apps.exchange.incoming import services
from tests.world import as_person, in_days, published

from .tables import csv, received, states

HEADS = "발주번호\t협력사\t품번\t수량\t납기일"


def orders(*cells: str, heads: str = HEADS) -> bytes:
    return csv(heads, *(f"PO-{n}\t대성\tBRK-2210\t{cell}\t{in_days(20)}" for n, cell in enumerate(cells)))


@pytest.mark.parametrize("word", ["bolts", "헐"])
def test_a_unit_that_nobody_knows_is_asked_once_and_remembered(world, client_of, word):
    with as_person(world, "buyer"):
        made = received(orders(f"12 {word}", f"500 {word}", "3 EA"), "orders.txt")
        assert states(made) == ["error", "error", "new"]
        fault = made.rows.get(place=0).faults[0]
        assert (fault["column"], fault["value"], fault["code"]) == ("수량", word, "unknown_word")
        assert services.open_words(made) == {("unit", word): 2}
    sent = {"of": "unit", "word": word, "means": "H87"}
    page = client_of("buyer").post(f"/imports/{made.pk}/words/", sent, follow=True).content.decode()
    assert "Load 3 rows" in " ".join(page.split())
    with as_person(world, "buyer"):
        again = received(orders(f"7 {word}"), "next.txt")
        assert (again.rows.get().values["quantity"], again.rows.get().values["unit"]) == ("7", "H87")


def test_where_a_kind_has_no_unit_of_it_the_word_is_refused(world):
    head = "보고번호\t사업장\t품번\t일자\t양품\t불량"
    row = f"R-1\tDS1\tBRK-2210\t{in_days(0)}\t5 bolts\t1 ea"
    with as_person(world, "supplier"):
        made = received(csv(head, row), "made.txt", kind="production", mapping={"good": "양품", "rejected": "불량"})
        faults = [(one["column"], one["code"]) for one in made.rows.get().faults]
    assert ("양품", "word_behind_number") in faults
    assert not any(column == "불량" for column, _code in faults)


def test_a_currency_behind_a_price_is_held_against_the_agreed_one(world):
    rows = (f"PO-1\t대성\tBRK-2210\t5\t{in_days(20)}\t12 EUR", f"PO-2\t대성\tBRK-2210\t5\t{in_days(20)}\t₩120")
    with as_person(world, "buyer"):
        made = received(csv(f"{HEADS}\t단가", *rows), "orders.txt")
        assert states(made) == ["error", "new"]
        assert made.rows.get(place=0).faults[0]["code"] == "other_currency"


def test_answers_say_their_unit_and_another_kind_of_unit_is_refused(world):
    order = published(world, quantities=(100, 50, 20))
    head = "발주번호\t행번호\t확정수량\t확정납기"
    day = in_days(10)
    cells = ("100 EA", "50 kg", "20 bolts")
    rows = (f"{order.number}\t{10 * n}\t{cell}\t{day}" for n, cell in enumerate(cells, start=1))
    with as_person(world, "supplier"):
        made = received(csv(head, *rows), "answers.txt", kind="answers")
        told = {row.values["line"]: [fault["code"] for fault in row.faults] for row in made.rows.filter(state="error")}
    assert told["30"] == ["unknown_word"]
    assert sorted(told) == ["20", "30"]


# Whether a comma parts thousands or decimals.


def ready(content: bytes, name: str = "orders.txt", kind: str = "orders"):
    made = services.receive(content=content, name=name, kind=kind)
    return services.is_ready(made), made


def quantity(made) -> Decimal:
    return Decimal(services.check_import(import_id=made.pk).rows.order_by("place")[0].values["quantity"])


ENGLISH = "order number\tsupplier\tpart number\tquantity\tdue date"


@pytest.mark.parametrize(
    ("heads", "cells"),
    [
        (HEADS, ("1,200", "3")),
        (ENGLISH, ("1,200 EA", "3")),
        (ENGLISH, ("1,200", "1,200,000")),
        (ENGLISH, ("1,200", "12.50")),
    ],
    ids=["Korean heads", "pieces", "a million", "a point elsewhere"],
)
def test_a_comma_that_can_only_part_thousands_is_not_asked_about(world, heads, cells):
    with as_person(world, "buyer"):
        is_ready, made = ready(orders(*cells, heads=heads))
        assert is_ready
        assert quantity(made) == 1200


def test_a_column_of_units_that_have_no_parts_decides_and_one_of_metres_does_not(world):
    heads = f"{ENGLISH}\tunit"

    def of(unit: str) -> bytes:
        return csv(heads, f"PO-1\t대성\tBRK-2210\t1,200\t{in_days(20)}\t{unit}")

    with as_person(world, "buyer"):
        assert quantity(ready(of("EA"))[1]) == 1200
        is_ready, made = ready(of("m"))
        assert not is_ready
        with pytest.raises(WritingOpen):
            services.check_import(import_id=made.pk)


def test_what_is_undecided_is_asked_once_a_signature_and_proposed_for_others(world, client_of):
    with as_person(world, "buyer"):
        is_ready, made = ready(orders("1,200", "3", heads=ENGLISH))
        assert not is_ready
        services.say_columns(import_id=made.pk, mapping=made.mapping, constants={"@decimal": "."})
        assert quantity(made) == 1200
        assert ready(orders("1,500", heads=ENGLISH))[0], "the same heads once more"
        other = orders("1,200", heads=ENGLISH.replace("due date", "requested date"))
        is_ready, made = ready(other)
        assert not is_ready
    page = client_of("buyer").get(f"/imports/{made.pk}/").content.decode()
    assert '<option value="." selected>' in page
