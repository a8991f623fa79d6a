"""SQL made from models: a column that is unknown or missing is noticed before the database is asked."""

import pytest

from apps.common.sql import insert_into, rows_of
from apps.orders.models import Confirmation, PurchaseOrder
from apps.tenancy.models import Site

SIDES = {name: name for name in ("relation_id", "buyer_id", "supplier_id")}
ANSWER = {**SIDES, "schedule_line_id": "line", "quantity": "1", "delivery_date": "day", "state": "'open'"}


def test_rows_are_named_columns_of_one_table():
    assert rows_of(Site, "id", "name") == "(SELECT id, name FROM tenancy_site)"
    with pytest.raises(AttributeError, match=r"tenancy.Site has no column colour"):
        rows_of(Site, "id", "colour")


def test_what_is_not_given_is_filled_as_the_model_fills_it():
    columns, values = insert_into(Confirmation, "FROM given", ANSWER).removesuffix(" FROM given").split(") SELECT ")
    names = [name.strip('"') for name in columns.split(" (")[1].split(", ")]
    assert dict(zip(names, values.split(", "), strict=True)) == {
        **ANSWER,
        "reason": "''",
        "comment": "''",
        "is_automatic": "false",
        "created_at": "now()",
    }, "the id, who did it, and what the database fills by itself are left out"


def test_what_the_database_fills_is_left_to_it():
    assert PurchaseOrder._meta.get_field("terms").null
    given = {**SIDES, **dict.fromkeys(("number", "order_date", "receiving_site_id"), "x")}
    assert "terms_id" not in insert_into(PurchaseOrder, "FROM given", given)
    assert "'KRW'" in insert_into(PurchaseOrder, "FROM given", given)


def test_a_value_that_nobody_gives_is_missed_before_the_database_is_asked():
    with pytest.raises(ValueError, match="delivery_date has no default"):
        insert_into(Confirmation, "FROM given", {name: value for name, value in ANSWER.items() if name != "delivery_date"})
    with pytest.raises(AttributeError, match="has no column price"):
        insert_into(Confirmation, "FROM given", {**ANSWER, "price": "1"})
